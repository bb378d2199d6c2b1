"""The parts of the prompts that were asked: what passages take, and what all the rest takes.

    passages of an answer = input tokens counted * estimated tokens of its passages
                            / estimated tokens of its whole prompt
    one passage           = mean of these / mean number of passages
    rest                  = mean input tokens - mean of these
    at another chunk size = one passage * mean passage of the same documents cut to that size
                            / mean passage of them as they are cut

Examples are part of the rest: no setting of retrieval changes them. A question asked several times
counts once. The sum of the parts is what the server counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Final

from costing.prompt_parts import PromptParts
from costing.units import to_decimal
from dashboard.chat.asked import kept_prompt
from dashboard.chat.history import AnswerState, Turn
from dashboard.chat.index import Hit, PassageIndex
from dashboard.chat.passages import Passage as Cut
from dashboard.chat.passages import cut
from dashboard.chat.prompt import Message, build_messages, passage_text
from dashboard.chat.rendered import prompt_passage
from dashboard.chat.retrieval import CHUNK_TOKENS, RetrievalSettings
from dashboard.chat.talk import said_before
from dashboard.chat.token_estimate import estimate_tokens

TENTH: Final = Decimal("0.1")
DEFAULT_CHUNK: Final = RetrievalSettings().chunk_tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPrompt:
    """Parts of the mean prompt, to a tenth of a token, and the setting that they were asked with:
    top_n of the last question, and the chunk size its documents look like."""

    parts: PromptParts
    top_n: int
    chunk: int

    def address(self) -> dict[str, str]:
        """As the address of the cost comparison takes it."""
        sizes = self.parts.passage_tokens.items()
        return {
            "measured_top_n": str(self.top_n),
            "measured_chunk": str(self.chunk),
            "measured_parts": "_".join(
                [f"{self.parts.rest_tokens}", *(f"{chunk}-{tokens}" for chunk, tokens in sizes)]
            ),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    """One answer: its input tokens, those of its passages, and how many these are."""

    question: str
    input_tokens: Fraction
    passage_tokens: Fraction
    passages: Fraction


def measured_prompt(
    turns: Sequence[Turn], endpoint: str, indexes: Mapping[str, PassageIndex]
) -> MeasuredPrompt | None:
    """The parts of what one endpoint was asked; None where no passage was sent, or every question
    has lost a document since. Questions about another source than the last one are left out.

    turns: of one chat, oldest first, also those asked anew. indexes: data sources by name.
    """
    whole = [turn for turn in turns if _usages(turn, endpoint) and turn.passages]
    if not whole:
        return None
    last = whole[-1].settings
    index = indexes[last["source"]]
    counted, documents = [], set()
    for turn in whole:
        found = [index.passage(one) for one in turn.passages]
        hits = [hit for hit in found if hit is not None]
        if turn.settings["source"] == last["source"] and len(hits) == len(found):
            counted += _counted(turn, hits, _said(turn, turns, endpoint), endpoint)
            documents |= {hit.document_id for hit in hits}
    if not counted:
        return None
    passages = _mean(counted, lambda one: one.passage_tokens)
    each = passages / _mean(counted, lambda one: one.passages)
    lengths, chunk = _lengths(index, sorted(documents))
    return MeasuredPrompt(
        parts=PromptParts(
            rest_tokens=_tenths(_mean(counted, lambda one: one.input_tokens) - passages),
            passage_tokens={
                size: _tenths(each * length / lengths[chunk]) for size, length in lengths.items()
            },
        ),
        top_n=last["top_n"],
        chunk=chunk,
    )


def _usages(turn: Turn, endpoint: str) -> list[Mapping[str, Any]]:
    """What the server counted of the whole answers of one endpoint."""
    return [
        answer.facts["usage"]
        for answer in turn.answers
        if answer.endpoint == endpoint
        and answer.state is AnswerState.FINISHED
        and answer.facts.get("usage") is not None
    ]


def _said(turn: Turn, turns: Sequence[Turn], endpoint: str) -> list[Message]:
    """The talk before a question, as it was when it was asked."""
    before = [
        one
        for one in turns
        if one.id < turn.id and (one.replaced_by is None or one.replaced_by > turn.id)
    ]
    return said_before(before, endpoint)


def _counted(
    turn: Turn, hits: Sequence[Hit], said: Sequence[Message], endpoint: str
) -> list[_Counted]:
    shown = [prompt_passage(number, hit) for number, hit in enumerate(hits, start=1)]
    prompt, system = kept_prompt(turn.settings), turn.settings["system"]
    messages = build_messages(system, shown, said, turn.question, prompt)
    whole = sum(estimate_tokens(one.content) for one in messages)
    share = Fraction(sum(estimate_tokens(passage_text(one)) for one in shown), whole)
    return [
        _Counted(
            question=turn.question,
            input_tokens=Fraction(usage["input_tokens"]),
            passage_tokens=usage["input_tokens"] * min(share, Fraction(1)),
            passages=Fraction(len(hits)),
        )
        for usage in _usages(turn, endpoint)
    ]


def _mean(counted: Sequence[_Counted], value: Callable[[_Counted], Fraction]) -> Fraction:
    """The mean over questions, of each the mean over its answers."""
    each: dict[str, list[Fraction]] = {}
    for one in counted:
        each.setdefault(one.question, []).append(value(one))
    return sum(
        (sum(several, Fraction(0)) / len(several) for several in each.values()), Fraction(0)
    ) / len(each)


def _lengths(index: PassageIndex, documents: Iterable[int]) -> tuple[dict[int, Fraction], int]:
    """Mean estimated tokens of a passage of these documents by chunk size, and the size that cuts
    them most nearly as they are."""
    now = [index.passages_of(document) for document in documents]
    lengths, off = {}, {}
    for size in CHUNK_TOKENS:
        again = [
            cut(
                [(one.text, "") for one in passages],
                chunk_tokens=size,
                count_tokens=estimate_tokens,
            )
            for passages in now
        ]
        lengths[size] = _mean_length(again)
        off[size] = abs(sum(map(len, again)) - sum(map(len, now)))
    fewest = min(off.values())
    # Of sizes that all leave short documents whole, the one that files are cut to by default.
    alike = [size for size in CHUNK_TOKENS if off[size] == fewest]
    return lengths, DEFAULT_CHUNK if DEFAULT_CHUNK in alike else alike[0]


def _mean_length(documents: Sequence[Sequence[Cut]]) -> Fraction:
    tokens = [estimate_tokens(one.text) for passages in documents for one in passages]
    return Fraction(max(sum(tokens), 1), len(tokens))


def _tenths(tokens: Fraction) -> Decimal:
    return to_decimal(tokens).quantize(TENTH, ROUND_HALF_EVEN)
