"""What a batch test found: a summary for each endpoint and setting, and whether a threshold holds.

Failures are no answers: shares, tokens and times are those of answers that came, and the error
rate stands beside them. Only the threshold counts a failure as not right, so that no gate opens
because most answers failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Final

from costing.units import exact, to_decimal
from dashboard.chat.batch.kept import Kept, State
from dashboard.chat.batch.plan import Plan, Setting
from dashboard.chat.batch.scores import no_answer, read_score
from dashboard.chat.evaluation import ScoredAnswer, SetSummary, Share, summarize

HALF: Final = Fraction(1, 2)
MOST: Final = Fraction(95, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Seconds of several answers. p50, p95: nearest rank; None without any."""

    answers: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Costs:
    """What the answers cost in US dollars, by the prices at the time of each.

    Attributes:
        known: answers whose cost is known.
        unknown: answers whose cost is not, because the server counted no tokens or no price is
            known.
        an_answer: mean of the known ones; None without any.
        a_right_answer: of all answers, wrong ones and failures included, for each right one; None
            where none is right, or any cost is unknown.
    """

    known: int
    unknown: int
    an_answer: Decimal | None
    a_right_answer: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """One endpoint with one setting.

    Attributes:
        asked: answers and failures.
        failed: failures, by code.
        scores: of the answers that came.
        right_of_asked: a failure counts as not right; what a threshold is held against.
        cold, warm, untold: time to the first word where the server had none, some, or did not tell
            how much of the prompt in its cache.
        output_tokens_per_second: median; None where it is not known.
        cached_share: of all input tokens that the servers tell; None where they do not.
        judge_failed: answers without the verdict of the judge that was asked, by code.
    """

    endpoint: str
    setting: Setting
    asked: int
    answered: int
    failed: dict[str, int]
    scores: SetSummary
    right_of_asked: Share
    costs: Costs
    cold: Times
    warm: Times
    untold: Times
    output_tokens_per_second: float | None
    cached_share: Fraction | None
    judge_failed: dict[str, int]

    @property
    def error_rate(self) -> Fraction | None:
        """Failures of all that was asked; None where nothing was."""
        return Fraction(self.asked - self.answered, self.asked) if self.asked else None


def summaries(plan: Plan, kept: Sequence[Kept]) -> tuple[Summary, ...]:
    """One entry an endpoint and setting, in the order of the plan."""
    return tuple(
        _summary(
            plan,
            endpoint.name,
            setting,
            [
                one
                for one in kept
                if one.job.endpoint == endpoint.name and one.job.setting == setting
            ],
        )
        for endpoint in plan.endpoints
        for setting in plan.settings
    )


def failed_throughout(found: Iterable[Summary]) -> tuple[str, ...]:
    """Endpoints that were asked and gave not one answer with any setting."""
    asked: dict[str, int] = {}
    answered: dict[str, int] = {}
    for one in found:
        asked[one.endpoint] = asked.get(one.endpoint, 0) + one.asked
        answered[one.endpoint] = answered.get(one.endpoint, 0) + one.answered
    return tuple(name for name in asked if asked[name] and not answered[name])


def below(found: Iterable[Summary], threshold: Decimal) -> tuple[Summary, ...]:
    """Those whose share of right answers is below a threshold, or not known."""
    return tuple(
        one
        for one in found
        if one.right_of_asked.share is None or one.right_of_asked.share < exact(threshold)
    )


def percentile(values: Iterable[float], share: Fraction) -> float | None:
    """The smallest value that at least this share of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(1, ceil(share * len(ordered))) - 1] if ordered else None


def _summary(plan: Plan, endpoint: str, setting: Setting, kept: Sequence[Kept]) -> Summary:
    answered = [one for one in kept if one.state is State.ANSWERED]
    failed: dict[str, int] = {}
    for one in kept:
        if one.state is State.FAILED:
            code = str(one.facts["error"])
            failed[code] = failed.get(code, 0) + 1
    speeds = _known(one.facts["output_tokens_per_second"] for one in answered)
    judge_failed: dict[str, int] = {}
    for one in answered:
        unjudged = (one.facts.get("judge") or {}).get("error")
        if unjudged is not None:
            judge_failed[unjudged] = judge_failed.get(unjudged, 0) + 1
    scores = summarize([_scored(plan, one) for one in answered])
    return Summary(
        endpoint=endpoint,
        setting=setting,
        asked=len(kept),
        answered=len(answered),
        failed=failed,
        scores=scores,
        right_of_asked=summarize([_scored(plan, one) for one in kept]).right,
        costs=_costs(kept, answered),
        cold=_times(answered, "cold"),
        warm=_times(answered, "warm"),
        untold=_times(answered, "untold"),
        output_tokens_per_second=percentile(speeds, HALF),
        cached_share=_cached_share(answered),
        judge_failed=judge_failed,
    )


def _scored(plan: Plan, one: Kept) -> ScoredAnswer:
    question = plan.question(one.job)
    usage = one.facts["usage"]
    is_answer = one.state is State.ANSWERED
    return ScoredAnswer(
        question=question.question,
        score=read_score(one.facts["score"]) if is_answer else no_answer(question.expected),
        input_tokens=None if usage is None else usage["input_tokens"],
        output_tokens=None if usage is None else usage["output_tokens"],
    )


def _costs(kept: Sequence[Kept], answered: Sequence[Kept]) -> Costs:
    known = [exact(one.cost) for one in answered if one.cost is not None]
    unknown = len(answered) - len(known)
    right = sum(read_score(one.facts["score"]).right is True for one in answered)
    total = sum((exact(one.cost) for one in kept if one.cost is not None), Fraction(0))
    mean = sum(known, Fraction(0)) / len(known) if known else None
    return Costs(
        known=len(known),
        unknown=unknown,
        an_answer=None if mean is None else to_decimal(mean),
        a_right_answer=to_decimal(total / right) if right and not unknown else None,
    )


def _times(answered: Sequence[Kept], kind: str) -> Times:
    seconds = _known(one.facts["ttft_seconds"] for one in answered if cache_of(one.facts) == kind)
    return Times(answers=len(seconds), p50=percentile(seconds, HALF), p95=percentile(seconds, MOST))


def cache_of(facts: Any) -> str:
    """`cold` where nothing of the prompt was in the server's cache, `warm` where some was,
    `untold` where it does not say."""
    usage = facts["usage"]
    if usage is None or usage["cached_input_tokens"] is None:
        return "untold"
    return "warm" if usage["cached_input_tokens"] else "cold"


def _cached_share(answered: Sequence[Kept]) -> Fraction | None:
    told = [one.facts["usage"] for one in answered if cache_of(one.facts) != "untold"]
    total = sum(usage["input_tokens"] for usage in told)
    return Fraction(sum(usage["cached_input_tokens"] for usage in told), total) if total else None


def _known(values: Iterable[Any]) -> list[float]:
    return [float(value) for value in values if value is not None]
