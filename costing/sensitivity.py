"""Which input matters most: each at its low and its high end, all others as they are (a tornado).

At each end the whole question is answered again, so that hosts stay whole and their capacity and
maximum hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.breakeven import BreakEven, BreakEvenState, break_even
from costing.changes import Capacities, Change, Input, changed, keeps_capacity
from costing.errors import InvalidValue
from costing.estimate import exact_cost_per_hour
from costing.options import Dedicated, EstimatedCapacity
from costing.question import Question
from costing.units import to_decimal
from costing.verdict import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Swing:
    """One input from low to high, in its own unit (see `changes.Input`).

    Raises InvalidValue where low is above high.
    """

    input: Input
    low: Decimal
    high: Decimal
    option: str | None = None

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise InvalidValue(
                field=self.input.value,
                expected="low at or under high",
                found=f"{self.low} and {self.high}",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class SwingEnd:
    """The answer with one input at one end.

    break_even: the crossing next to the workload (requests an hour), None where there is none;
    `state` says why. gap_per_hour: cost of the runner-up of the question as it stands less that of
    its cheapest, so that under 0 the two have changed places; None where one of them has no cost.
    """

    value: Decimal
    cheapest: str | None
    call: Call
    gap_per_hour: Decimal | None
    break_even_requests_per_hour: Decimal | None
    state: BreakEvenState


@dataclass(frozen=True, kw_only=True, slots=True)
class SwingAnswer:
    """One input at both ends. effect_per_hour: from the least to the largest gap among both ends
    and the question as it stands; None where an end has no gap. turns: whether another option, or
    none, is cheapest at an end. capacity_kept: hosts were taken to serve as many tokens a second at
    the new lengths, which real ones do not quite."""

    swing: Swing
    low: SwingEnd
    high: SwingEnd
    effect_per_hour: Decimal | None
    turns: bool
    capacity_kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tornado:
    """All inputs, the largest effect first; those whose effect is not known stand in front. base:
    the question as it stands; gap_per_hour: between its two cheapest."""

    base: BreakEven
    gap_per_hour: Decimal | None
    swings: tuple[SwingAnswer, ...]


def tornado(
    question: Question, swings: Sequence[Swing], capacities: Capacities | None = None
) -> Tornado:
    """Answer the question at both ends of each swing.

    capacities: what a host serves at other lengths; without it hosts keep their tokens a second and
    the answer is flagged. Raises InvalidValue and InvalidQuestion as `changes.changed` does.
    """
    base = break_even(question)
    answers = [_swung(base, swing, capacities) for swing in swings]
    return Tornado(
        base=base,
        gap_per_hour=base.at_workload.gap_per_hour,
        swings=tuple(
            sorted(
                answers,
                key=lambda one: (one.effect_per_hour is not None, -(one.effect_per_hour or 0)),
            )
        ),
    )


def band_swings(question: Question) -> tuple[Swing, ...]:
    """The capacity of each option whose hosts are estimated, from the low to the high end of its
    band."""
    return tuple(
        Swing(
            input=Input.CAPACITY,
            option=one.name,
            low=one.capacity.low_share,
            high=one.capacity.high_share,
        )
        for one in question.options
        if isinstance(one, Dedicated) and isinstance(one.capacity, EstimatedCapacity)
    )


def _swung(base: BreakEven, swing: Swing, capacities: Capacities | None) -> SwingAnswer:
    gaps = [_gap(base, base.question)]
    ends = []
    for value in (swing.low, swing.high):
        change = Change(input=swing.input, option=swing.option, value=value)
        question = changed(base.question, change, capacities)
        gaps.append(_gap(base, question))
        ends.append(_end(break_even(question), value, gaps[-1]))
    low, high = ends
    known = [gap for gap in gaps if gap is not None]
    return SwingAnswer(
        swing=swing,
        low=low,
        high=high,
        effect_per_hour=to_decimal(max(known) - min(known)) if len(known) == len(gaps) else None,
        turns={low.cheapest, high.cheapest} != {base.at_workload.cheapest},
        capacity_kept=keeps_capacity(base.question, question, change),
    )


def _end(answer: BreakEven, value: Decimal, gap: Fraction | None) -> SwingEnd:
    load = answer.at_workload.requests_per_hour
    loads = [crossing.requests_per_hour for crossing in answer.crossings]
    return SwingEnd(
        value=value,
        cheapest=answer.at_workload.cheapest,
        call=answer.at_workload.call,
        gap_per_hour=None if gap is None else to_decimal(gap),
        break_even_requests_per_hour=min(loads, key=lambda at: abs(at - load), default=None),
        state=answer.state,
    )


def _gap(base: BreakEven, question: Question) -> Fraction | None:
    """Cost of the base's runner-up less that of its cheapest, in this question at its load."""
    cheapest, second = base.at_workload.cheapest, base.at_workload.second
    options = {one.name: one for one in question.options}
    if cheapest is None or second is None:
        return None
    load = question.workload.requests_per_hour
    costs = [exact_cost_per_hour(question, options[name], load) for name in (second, cheapest)]
    return None if costs[0] is None or costs[1] is None else costs[0] - costs[1]
