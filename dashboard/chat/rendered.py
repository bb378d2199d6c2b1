"""Answers as a face shows them: as clean HTML, held against the passages that were given."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.chat.citations import find_citations, invalid_citations, unfounded_numbers
from dashboard.chat.events import Failed
from dashboard.chat.history import Answer, AnswerState, Turn
from dashboard.chat.index import Hit, HoldsPassages
from dashboard.chat.markdown import render_answer
from dashboard.chat.prompt import Passage
from dashboard.texts import Texts


def checked_answer(text: str, passages: Sequence[Passage], texts: Texts) -> dict[str, Any]:
    """An answer as HTML, with what it cites that is not there and says that no passage says."""
    citations = find_citations(text, passages)
    titles = {passage.number: passage.title for passage in passages}
    numbers = unfounded_numbers(text, passages) if passages else ()
    return {
        "html": render_answer(text, titles, texts),
        "invalid_citations": list(invalid_citations(citations)),
        "numbers_not_found": [number.written for number in numbers],
    }


def turn_document(
    turn: Turn, index: HoldsPassages | None, labels: Mapping[str, str], texts: Texts
) -> dict[str, Any]:
    """A question of an earlier chat with its passages and answers, as plain data.

    index: the data source that it was asked of. labels: of the endpoints there are now, by name.
    """
    found = [None if index is None else index.passage(one) for one in turn.passages]
    shown = [
        prompt_passage(number, hit) for number, hit in enumerate(found, start=1) if hit is not None
    ]
    return {
        "turn": turn.id,
        "question": turn.question,
        "settings": dict(turn.settings),
        "passages": [
            _passage_document(number, passage_id, hit, texts)
            for number, (passage_id, hit) in enumerate(
                zip(turn.passages, found, strict=True), start=1
            )
        ],
        "dropped": [],
        "answers": [_answer_document(one, shown, labels, texts) for one in turn.answers],
    }


def prompt_passage(number: int, hit: Hit) -> Passage:
    """A passage as it goes into a prompt. number: N of its citation."""
    return Passage(
        number=number,
        document_id=str(hit.document_id),
        title=hit.title,
        place=", ".join(hit.passage.places),
        text=hit.passage.text,
    )


def _passage_document(
    number: int, passage_id: int, hit: Hit | None, texts: Texts
) -> dict[str, Any]:
    return {
        "number": number,
        "passage": passage_id,
        "title": texts("chat.state.gone") if hit is None else hit.title,
        "places": [] if hit is None else list(hit.passage.places),
        "text": "" if hit is None else hit.passage.text,
    }


def _answer_document(
    answer: Answer, shown: Sequence[Passage], labels: Mapping[str, str], texts: Texts
) -> dict[str, Any]:
    facts = dict(answer.facts)
    document = {
        "answer": answer.id,
        "endpoint": answer.endpoint,
        "label": labels.get(answer.endpoint, answer.endpoint),
        "state": answer.state,
        "text": answer.text,
        "accepted": answer.accepted,
        **facts,
        **checked_answer(answer.text, shown, texts),
    }
    if answer.state is AnswerState.FINISHED:
        document["sentence"] = texts(f"chat.finished.{facts['reason']}")
    if answer.state is AnswerState.FAILED:
        failed = Failed(code=facts["error"], facts=facts["error_facts"])
        document["message"] = failed.sentence(texts)
    return document
