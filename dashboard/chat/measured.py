"""What was measured in a chat, as the workload of a cost comparison: tokens a question, how many
questions stand behind them, and how far they spread.

Cached tokens are told and not taken over: a person who tries a bot asks alike questions one after
another, which a server's cache serves better than a day's work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from costing import decimal_text
from costing.answers import Acceptance
from costing.units import to_decimal
from dashboard.chat.evaluation import AnswerScore, MeanTokens, ScoredAnswer, summarize
from dashboard.chat.evaluation_words import spread_words
from dashboard.chat.history import Answer, AnswerState, Turn
from dashboard.chat.prompt_measured import MeasuredPrompt
from dashboard.format import Format
from dashboard.texts import Texts

NEARLY_ALL = Fraction(99, 100)
THOUSANDTH = Decimal("0.001")
UNJUDGED = AnswerScore(
    expected_match=None,
    cites=False,
    citations_right=None,
    invalid_citations=(),
    unfounded_numbers=(),
    similarity=None,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One endpoint's answers together.

    Attributes:
        questions: with at least one whole answer whose tokens the server counted.
        uncounted: whole answers whose tokens it did not count; they are left out.
        cached_share: of all input tokens; None where the server does not tell cached ones.
        accepted, rejected: answers that a person judged.
    """

    endpoint: str
    input_tokens: MeanTokens
    output_tokens: MeanTokens
    uncounted: int
    cached_share: Fraction | None
    accepted: int
    rejected: int

    @property
    def questions(self) -> int:
        """How many questions stand behind the means."""
        return self.input_tokens.questions


def measured(turns: Iterable[Turn]) -> tuple[Measured, ...]:
    """What each endpoint took, the one with the most questions first.

    Only whole answers count: one that failed or was stopped says nothing of a whole one's length.
    A question that was asked anew counts once, by the mean of its answers.
    """
    answers: dict[str, list[tuple[str, Answer]]] = {}
    for turn in turns:
        for answer in turn.answers:
            if answer.state is AnswerState.FINISHED:
                answers.setdefault(answer.endpoint, []).append((turn.question, answer))
    found = [_of_endpoint(endpoint, several) for endpoint, several in answers.items()]
    return tuple(sorted(found, key=lambda one: (-one.questions, one.endpoint)))


def _of_endpoint(endpoint: str, answers: Sequence[tuple[str, Answer]]) -> Measured:
    usages = [answer.facts.get("usage") for _, answer in answers]
    summary = summarize(
        [
            ScoredAnswer(
                question=question,
                score=UNJUDGED,
                input_tokens=None if usage is None else usage["input_tokens"],
                output_tokens=None if usage is None else usage["output_tokens"],
            )
            for (question, _), usage in zip(answers, usages, strict=True)
        ]
    )
    judged = [answer.accepted for _, answer in answers]
    return Measured(
        endpoint=endpoint,
        input_tokens=summary.input_tokens,
        output_tokens=summary.output_tokens,
        uncounted=sum(usage is None for usage in usages),
        cached_share=_cached_share([usage for usage in usages if usage is not None]),
        accepted=judged.count(True),
        rejected=judged.count(False),
    )


def _cached_share(usages: Sequence[Mapping[str, Any]]) -> Fraction | None:
    cached = [usage["cached_input_tokens"] for usage in usages]
    total = sum(usage["input_tokens"] for usage in usages)
    if not total or any(one is None for one in cached):
        return None
    return Fraction(sum(cached), total)


def whole_tokens(tokens: MeanTokens) -> int | None:
    """The mean as a workload takes it: whole tokens, at least one; None where nothing was
    counted."""
    if tokens.mean is None:
        return None
    mean = Decimal(tokens.mean.numerator) / Decimal(tokens.mean.denominator)
    return max(1, int(mean.quantize(Decimal(1), ROUND_HALF_EVEN)))


def measured_document(
    found: Measured,
    label: str,
    use: Mapping[str, str],
    texts: Texts,
    prompt: MeasuredPrompt | None = None,
) -> dict[str, Any]:
    """What was measured, as plain data, with the sentence that says how sure it is.

    use: model and region that the address of the cost comparison names. prompt: its parts; None
    where they were not counted.
    """
    input_tokens, output_tokens = (
        whole_tokens(one) for one in (found.input_tokens, found.output_tokens)
    )
    address: dict[str, str] = {}
    if input_tokens is not None and output_tokens is not None:
        address = {
            **use,
            "input_tokens": str(input_tokens),
            "output_tokens": str(output_tokens),
            "measured": str(found.questions),
            **_spreads(found),
            **judged_address(
                Acceptance(
                    accepted=Fraction(found.accepted),
                    judged=Fraction(found.accepted + found.rejected),
                )
            ),
            **({} if prompt is None else prompt.address()),
        }
    return {
        "endpoint": found.endpoint,
        "questions": found.questions,
        "uncounted": found.uncounted,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cached_share": None if found.cached_share is None else float(found.cached_share),
        "accepted": found.accepted,
        "rejected": found.rejected,
        "sentence": _sentence(found, label, texts),
        "address": address,
    }


def judged_address(acceptance: Acceptance) -> dict[str, str]:
    """Judged answers as the address of the cost comparison takes them; nothing where nobody
    judged."""
    if not acceptance.judged:
        return {}
    each = {"accepted": acceptance.accepted, "judged": acceptance.judged}
    return {
        f"measured_{name}": decimal_text(to_decimal(count).quantize(THOUSANDTH))
        for name, count in each.items()
    }


def _spreads(found: Measured) -> dict[str, str]:
    each = {"input": found.input_tokens.spread, "output": found.output_tokens.spread}
    return {
        f"measured_{name}_spread": f"{spread.quantize(Decimal('0.001'))}"
        for name, spread in each.items()
        if spread is not None
    }


def _share(share: Fraction, texts: Texts, fmt: Format) -> str:
    """In percent; just under all is not told as 100 %."""
    if NEARLY_ALL < share < 1:
        return texts("chat.measured.nearly_all")
    return fmt.share(Decimal(share.numerator) / share.denominator)


def _sentence(found: Measured, label: str, texts: Texts) -> str:
    fmt = Format(texts.language, "USD")
    if not found.questions:
        return texts("chat.measured.uncounted", label=label)
    facts = {"label": label}
    for name, tokens in (("input", found.input_tokens), ("output", found.output_tokens)):
        facts[name] = fmt.exact_count(Decimal(whole_tokens(tokens) or 0))
        facts[f"{name}_spread"] = spread_words(tokens, texts, fmt)
    sentences = [texts("chat.measured.mean", **facts)]
    if found.cached_share:
        share = _share(found.cached_share, texts, fmt)
        sentences.append(texts("chat.measured.cached", share=share))
    if found.uncounted:
        sentences.append(texts.counted("chat.measured.left_out", found.uncounted))
    return texts("chat.measured.join").join(sentences)
