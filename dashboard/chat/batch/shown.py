"""The answers of a batch test as a person looks through them: rows of checks, and one answer with
its passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from costing import decimal_text
from dashboard.chat.batch.kept import Kept, State
from dashboard.chat.batch.plan import Plan
from dashboard.chat.batch.report import setting_words
from dashboard.chat.batch.scores import read_score
from dashboard.chat.events import Failed
from dashboard.chat.rendered import checked_answer, prompt_passage
from dashboard.texts import Texts


def row_documents(plan: Plan, kept: Sequence[Kept], texts: Texts) -> list[dict[str, Any]]:
    """A row an answer or failure; number: by which it is opened."""
    return [_row(plan, number, one, texts) for number, one in enumerate(kept, start=1)]


def is_failure(row: dict[str, Any]) -> bool:
    """Whether a person should look at it: it failed, is not right, or a check says no."""
    checks = ("right", "citations_right", "numbers_founded", "judged_right")
    return row["state"] == "failed" or any(row[name] is False for name in checks)


def answer_document(plan: Plan, number: int, one: Kept, texts: Texts) -> dict[str, Any]:
    """One answer whole: as clean HTML, with the passages it was given and the judge's word."""
    question = plan.question(one.job)
    index = plan.index_of(one.job.setting)
    found = [index.passage(id_) for id_ in one.facts["passage_ids"]]
    shown = [prompt_passage(place, hit) for place, hit in enumerate(found, start=1) if hit]
    document = {
        **_row(plan, number, one, texts),
        "must_cite": question.must_cite,
        "usage": one.facts["usage"],
        "judge": one.facts.get("judge"),
        "passages": [
            {
                "number": place,
                "title": title if hit is not None else texts("chat.state.gone"),
                "places": [] if hit is None else list(hit.passage.places),
                "text": "" if hit is None else hit.passage.text,
            }
            for place, (title, hit) in enumerate(
                zip(one.facts["passages"], found, strict=True), start=1
            )
        ],
    }
    return document | checked_answer(one.text, shown, texts)


def _row(plan: Plan, number: int, one: Kept, texts: Texts) -> dict[str, Any]:
    question, job = plan.question(one.job), one.job
    label = next(each.label for each in plan.endpoints if each.name == job.endpoint)
    row: dict[str, Any] = {
        "number": number,
        "question_number": job.question + 1,
        "question": question.question,
        "expected": question.expected,
        "endpoint": job.endpoint,
        "label": label,
        "setting": setting_words(job.setting, texts),
        "repeat": job.repeat,
        "state": str(one.state),
        "answer": one.text,
        "cost": None if one.cost is None else decimal_text(one.cost),
        **dict.fromkeys(("right", "expected_match", "citations_right", "numbers_founded")),
        **dict.fromkeys(("similarity", "judged_right", "judge_model", "message")),
    }
    if one.state is State.FAILED:
        failed = Failed(code=one.facts["error"], facts=one.facts["error_facts"])
        return row | {"message": failed.sentence(texts)}
    score = read_score(one.facts["score"])
    verdict = one.facts.get("judge") or {}
    if verdict.get("error"):
        failed = Failed(code=verdict["error"], facts=verdict["error_facts"] or {})
        row["message"] = texts("chat.batch.judge_said_nothing", reason=failed.sentence(texts))
    return row | {
        "right": score.right,
        "expected_match": score.expected_match,
        "citations_right": score.citations_right,
        "numbers_founded": score.founded,
        "similarity": None if score.similarity is None else float(score.similarity),
        "judged_right": score.judged_right,
        "judge_model": score.judge_model,
    }
