"""Where the cheapest option changes: crossings, intervals and paper crossings.

Method and formulas: README, "Break-even".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from costing.band import at_ends, called_over
from costing.columns import Columns, columns_of
from costing.curve import CostCurve, cost_curve, paper_curve
from costing.envelope import Envelope, Stretch, lower_envelope
from costing.notices import Notice, notices
from costing.options import Dedicated, Serverless, missing
from costing.question import Question
from costing.units import exact, to_decimal
from costing.verdict import Verdict, judge
from costing.workload import RequestShape


class CrossingKind(StrEnum):
    """equal: costs meet. step: a whole host is added (or an option ends) and the winner jumps."""

    EQUAL = "equal"
    STEP = "step"


class BreakEvenState(StrEnum):
    """How many crossings there are, or why there is none."""

    ONCE = "once"
    SEVERAL = "several"
    NEVER_IN_RANGE = "never_in_range"
    NEVER = "never"
    NOT_REACHABLE = "not_reachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossing:
    """A mean load (requests an hour) where the cheapest option changes; tokens by the workload's
    shape.

    Costs are money an hour: of the old winner at this load, of the new one just above it.
    instances: of the new winner, None where it has none. `formula` over the names in `inputs` gives
    the load: for costs that meet, from both lines; for a step, from the hosts that are full there.
    """

    kind: CrossingKind
    requests_per_hour: Decimal
    input_tokens_per_hour: Decimal
    output_tokens_per_hour: Decimal
    from_option: str
    to_option: str
    instances: int | None
    cost_per_hour: Decimal
    cost_per_hour_after: Decimal
    formula: str
    inputs: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class IntervalStep:
    """Up to this load (None: without end) the winner runs so many instances."""

    instances: int
    to_requests_per_hour: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Loads in (from, to] with one cheapest option.

    `to` None: proven without end. cheapest None: no option exists at these loads. steps: host
    counts of the winner, listed up to where was searched. tied_with: options that cost the same on
    a part.
    """

    from_requests_per_hour: Decimal
    to_requests_per_hour: Decimal | None
    cheapest: str | None
    steps: tuple[IntervalStep, ...]
    tied_with: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperCrossing:
    """Where costs would meet if the fewest paid hosts had no limit: the article's number.

    reachable: whether those hosts can serve that load; None where capacity is unlimited or unknown.
    `formula` over the names in `inputs` gives the load.
    """

    option: str
    against: str
    instances: int
    requests_per_hour: Decimal
    reachable: bool | None
    formula: str
    inputs: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEven:
    """The whole answer. truncated: what lies above searched_to was not looked at and not proven.

    low, high: the same answer with all estimated capacities at their low and high ends; None where
    none is estimated.
    """

    question: Question
    crossings: tuple[Crossing, ...]
    intervals: tuple[Interval, ...]
    paper_crossings: tuple[PaperCrossing, ...]
    at_workload: Verdict
    volumes: tuple[Verdict, ...]
    state: BreakEvenState
    searched_to_requests_per_hour: Decimal
    truncated: bool
    notices: tuple[Notice, ...]
    low: "BreakEven | None" = None
    high: "BreakEven | None" = None

    def columns(self) -> Columns:
        """A row an interval of loads with one cheapest option; the options at the workload are
        `at_workload.columns()`."""
        return columns_of(
            self.intervals,
            {
                "from_requests_per_hour": lambda one: one.from_requests_per_hour,
                "to_requests_per_hour": lambda one: one.to_requests_per_hour,
                "cheapest": lambda one: one.cheapest,
                "fewest_instances": lambda one: one.steps[0].instances if one.steps else None,
                "most_instances": lambda one: one.steps[-1].instances if one.steps else None,
                "tied_with": lambda one: ", ".join(one.tied_with),
            },
        )


def break_even(question: Question) -> BreakEven:
    """Answer a question by the lower envelope of its options.

    An option without a known cost has no crossing and makes state and verdict unknown; two or more
    others are still compared with each other. Work: one step per host count up to the search limit.
    """
    answer, ends = _at_one_capacity(question), at_ends(question)
    if ends is None:
        return answer
    low, high = (_at_one_capacity(end) for end in ends)
    return replace(
        answer,
        at_workload=called_over(answer.at_workload, (low.at_workload, high.at_workload)),
        volumes=tuple(
            called_over(volume, both)
            for volume, *both in zip(answer.volumes, low.volumes, high.volumes, strict=True)
        ),
        low=low,
        high=high,
    )


def _at_one_capacity(question: Question) -> BreakEven:
    curves = {
        option.name: cost_curve(question, option)
        for option in question.options
        if not missing(option, question.shape_of(option))
    }
    known = tuple(curves.values())
    envelope = _envelope(question, known)
    crossings = _crossings(envelope.stretches, known, question.workload.shape)
    paper = _paper_crossings(question, curves)
    load = question.workload.requests_per_hour
    at_workload = judge(question, "workload", load)
    state = _state(crossings, paper, envelope)
    return BreakEven(
        question=question,
        crossings=crossings,
        intervals=tuple(_interval(stretch, known) for stretch in envelope.stretches),
        paper_crossings=paper,
        at_workload=at_workload,
        volumes=tuple(
            judge(question, volume.name, load * exact(volume.factor)) for volume in question.volumes
        ),
        state=state if len(known) == len(question.options) else BreakEvenState.UNKNOWN,
        searched_to_requests_per_hour=to_decimal(envelope.searched_to),
        truncated=not envelope.proven,
        notices=(*notices(question, at_workload.estimates), *_on_envelope(envelope, known)),
    )


def _envelope(question: Question, known: Sequence[CostCurve]) -> Envelope:
    limit = question.search_limit
    if len(known) < 2 and len(known) < len(question.options):
        return Envelope(stretches=(), searched_to=limit, proven=False, stopped_early=False)
    typed = question.search_to_requests_per_hour is not None
    return lower_envelope(known, limit, limit_is_typed=typed)


def _crossings(
    stretches: Sequence[Stretch], curves: Sequence[CostCurve], shape: RequestShape
) -> tuple[Crossing, ...]:
    found: list[Crossing] = []
    for before, after in pairwise(stretches):
        costs = (before.cost_at_high, after.cost_after_low)
        if before.winner is None or after.winner is None or costs[0] is None or costs[1] is None:
            continue  # an option ends and none is left: the interval says so
        piece = curves[after.winner].piece_after(after.low)
        formula, inputs = _crossing_formula(curves[before.winner], curves[after.winner], after.low)
        found.append(
            Crossing(
                kind=CrossingKind.EQUAL if costs[0] == costs[1] else CrossingKind.STEP,
                requests_per_hour=to_decimal(after.low),
                input_tokens_per_hour=to_decimal(after.low * exact(shape.input_tokens)),
                output_tokens_per_hour=to_decimal(after.low * exact(shape.output_tokens)),
                from_option=curves[before.winner].name,
                to_option=curves[after.winner].name,
                instances=None if piece is None else piece.instances,
                cost_per_hour=to_decimal(costs[0]),
                cost_per_hour_after=to_decimal(costs[1]),
                formula=formula,
                inputs=inputs,
            )
        )
    return tuple(found)


MEETING = (
    "(fixed_per_hour_after - fixed_per_hour_before)"
    " / (cost_per_request_before - cost_per_request_after)"
)
FULL = "serving_instances * requests_per_hour_of_one_instance"


Line: TypeAlias = tuple[Fraction, Fraction]
"""Fixed money an hour, and money a request."""


def _crossing_formula(
    before: CostCurve, after: CostCurve, load: Fraction
) -> tuple[str, Mapping[str, Decimal]]:
    """How the load of a crossing follows from the two options, as formula and inputs.

    Costs never fall as the load grows, so either the two lines meet here or the old winner's hosts
    are full here; there is no third kind.
    """
    old, new = before.piece_at(load), after.piece_after(load)
    assert old is not None
    assert new is not None
    if old.cost(load) == new.cost(load) and old.slope != new.slope:
        return MEETING, _two_lines((old.fixed, old.slope), (new.fixed, new.slope))
    stairs = before.stairs
    assert stairs is not None
    assert stairs.load_per_instance is not None
    return FULL, {
        "serving_instances": to_decimal(load / stairs.load_per_instance),
        "requests_per_hour_of_one_instance": to_decimal(stairs.load_per_instance),
    }


def _two_lines(before: Line, after: Line) -> Mapping[str, Decimal]:
    return {
        "fixed_per_hour_before": to_decimal(before[0]),
        "fixed_per_hour_after": to_decimal(after[0]),
        "cost_per_request_before": to_decimal(before[1]),
        "cost_per_request_after": to_decimal(after[1]),
    }


def _interval(stretch: Stretch, curves: Sequence[CostCurve]) -> Interval:
    return Interval(
        from_requests_per_hour=to_decimal(stretch.low),
        to_requests_per_hour=None if stretch.high is None else to_decimal(stretch.high),
        cheapest=None if stretch.winner is None else curves[stretch.winner].name,
        steps=tuple(
            IntervalStep(
                instances=step.instances,
                to_requests_per_hour=None if step.high is None else to_decimal(step.high),
            )
            for step in stretch.steps
            if step.instances is not None
        ),
        tied_with=tuple(curves[index].name for index in sorted(stretch.tied)),
    )


def _paper_crossings(
    question: Question, curves: Mapping[str, CostCurve]
) -> tuple[PaperCrossing, ...]:
    """x = (fixed of the fewest hosts - fixed of serverless) / (difference of slopes)."""
    found: list[PaperCrossing] = []
    for option in question.options:
        if not isinstance(option, Dedicated) or option.price is None:
            continue
        hosts = paper_curve(question, option).tail()
        for other in question.options:
            if not isinstance(other, Serverless) or other.name not in curves:
                continue
            serverless = curves[other.name].tail()
            rise, gap = serverless.slope - hosts.slope, hosts.low - serverless.low
            if gap * rise <= 0:
                continue  # one of them is cheaper at every load on paper
            load = gap / rise
            stairs = curves[option.name].stairs if option.name in curves else None
            limit = None if stairs is None else stairs.serves_to(option.fewest_paid)
            found.append(
                PaperCrossing(
                    option=option.name,
                    against=other.name,
                    instances=option.fewest_paid,
                    requests_per_hour=to_decimal(load),
                    reachable=None if limit is None else load <= limit,
                    formula=MEETING,
                    inputs=_two_lines((serverless.low, serverless.slope), (hosts.low, hosts.slope)),
                )
            )
    return tuple(found)


def _state(
    crossings: Sequence[Crossing], paper: Sequence[PaperCrossing], envelope: Envelope
) -> BreakEvenState:
    if crossings:
        return BreakEvenState.ONCE if len(crossings) == 1 else BreakEvenState.SEVERAL
    if not envelope.proven:
        return BreakEvenState.NEVER_IN_RANGE
    if paper and all(crossing.reachable is False for crossing in paper):
        return BreakEvenState.NOT_REACHABLE
    return BreakEvenState.NEVER


def _on_envelope(envelope: Envelope, curves: Sequence[CostCurve]) -> list[Notice]:
    found = [Notice(code="search_stopped_early")] if envelope.stopped_early else []
    ties = {
        (curves[stretch.winner].name, curves[other].name)
        for stretch in envelope.stretches
        if stretch.winner is not None
        for other in stretch.tied
    }
    return [
        *found,
        *(Notice(code="tie", option=one, facts={"with": other}) for one, other in sorted(ties)),
    ]
