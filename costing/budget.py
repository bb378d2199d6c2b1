"""A budget: money a month at a low, a planned and a high volume, the buffer, and how far it lasts.

    buffer  = cost at the high volume - cost at the planned one        share = buffer / planned cost
    used up = the highest load at which, as at every lower one, the cost is at most the budget

Costs never fall as the load grows, so one such load separates what is paid from what is not. Over
whole hosts the first count that is too dear is found by doubling and halving, in fractions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from costing.band import at_ends
from costing.budget_levels import LEVELS, Basis, Level, levels_of, verdicts_of
from costing.curve import CostCurve, Staircase, cost_curve
from costing.estimate import Estimate, estimate, exact_cost_per_hour
from costing.options import Dedicated, EstimatedCapacity, Missing, Option, missing
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, require_quantity, to_decimal
from costing.verdict import Verdict

if TYPE_CHECKING:
    from costing.uncertainty import Range, Risk

MONTH: Final = exact(HOURS_PER_MONTH)


class UpTo(StrEnum):
    """What ends the loads that a budget pays for.

    money: it is spent to the last cent. step: one host or unit more is too dear. maximum: no more
    hosts or units are allowed, money is left. no_end: the cost does not grow. start: even the least
    load is too dear.
    """

    MONEY = "money"
    STEP = "step"
    MAXIMUM = "maximum"
    NO_END = "no_end"
    START = "start"


class BufferReason(StrEnum):
    """Why the buffer is what it is.

    tokens: more requests. instances: more hosts or units (and tokens). paid_already: what is paid
    at the plan also carries the high volume. draws: the ninetieth over the fiftieth percentile.
    no_high_cost, no_plan_cost: there is none, since that cost is not known or does not exist.
    """

    TOKENS = "tokens"
    INSTANCES = "instances"
    PAID_ALREADY = "paid_already"
    DRAWS = "draws"
    NO_HIGH_COST = "no_high_cost"
    NO_PLAN_COST = "no_plan_cost"


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelCost:
    """One option at one volume, money a month; None where there is no cost, or no budget.

    headroom: the budget less the cost, under 0 where it is overspent. unrounded_per_month: what the
    cost was rounded from. estimate: its line items; None where it is a percentile of draws.
    """

    cost_per_month: Decimal | None
    headroom_per_month: Decimal | None
    within: bool | None
    unrounded_per_month: Fraction | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedUp:
    """The highest load (requests an hour) that the budget pays for; None: no load, or no end.

    cost_per_month and instances: at that load. At a step and at a maximum money is left.
    """

    up_to: UpTo
    requests_per_hour: Decimal | None
    cost_per_month: Decimal | None
    instances: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionBudget:
    """One option at the three volumes; levels: low, plan, high.

    within: at every one of them; None where a cost is not known and no other is above the budget.
    slow: at the high volume, hosts at the low end of their estimated capacity; None where nothing
    is estimated. share_without_cost: of the draws; None where the basis is volumes.
    """

    name: str
    missing: tuple[Missing, ...]
    levels: Mapping[str, LevelCost]
    buffer_per_month: Decimal | None
    buffer_share: Decimal | None
    buffer_reason: BufferReason
    within: bool | None
    used_up: UsedUp | None
    slow: LevelCost | None = None
    share_without_cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """The whole answer. amount_per_month None: no budget is stated.

    cheapest: by level, among options with a cost there; of equal ones the earlier, `tied` names the
    others. planned: the cheapest at the plan, whose buffer is the one to ask for. within: options
    that stay in the budget at every volume. verdicts: of each volume, none over draws; unlike
    `cheapest` they name nobody where a cost is unknown.
    """

    question: Question
    basis: Basis
    volumes: tuple[Level, ...]
    amount_per_month: Decimal | None
    options: tuple[OptionBudget, ...]
    cheapest: Mapping[str, str | None]
    tied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()

    @property
    def planned(self) -> OptionBudget | None:
        """The cheapest option at the planned volume."""
        name = self.cheapest["plan"]
        return next((one for one in self.options if one.name == name), None)

    @property
    def within(self) -> tuple[str, ...]:
        """Options that stay in the budget at every volume."""
        return tuple(one.name for one in self.options if one.within)


def budget(
    question: Question, amount_per_month: Decimal | None, risk: "Risk | None" = None
) -> Budget:
    """Money a month of every option, low to high. risk: the same question over draws; then low,
    plan and high are their tenth, fiftieth and ninetieth percentile.

    Raises InvalidValue for an amount that is none, InvalidQuestion where low, plan and high are not
    in this order.
    """
    if amount_per_month is not None:
        require_quantity("amount_per_month", amount_per_month)
    basis, volumes = levels_of(question)
    if risk is None:
        options = [
            _by_volumes(question, one, volumes, amount_per_month) for one in question.options
        ]
    else:
        basis, volumes = Basis.DRAWS, ()
        ranges = {one.name: (one.cost_per_hour, one.share_without_cost) for one in risk.options}
        options = [
            _by_draws(question, one, ranges[one.name], amount_per_month) for one in question.options
        ]
    cheapest, tied = _cheapest(question, volumes, options)
    return Budget(
        question=question,
        basis=basis,
        volumes=volumes,
        amount_per_month=amount_per_month,
        options=tuple(options),
        cheapest=cheapest,
        tied=tied,
        verdicts=verdicts_of(question, volumes),
    )


def _by_volumes(
    question: Question, option: Option, volumes: Sequence[Level], amount: Decimal | None
) -> OptionBudget:
    found = {
        level.name: _at(question, option, level.requests_per_hour, amount) for level in volumes
    }
    slow, ends = None, at_ends(question)
    if ends is not None and isinstance(option, Dedicated):
        place = question.options.index(option)
        if isinstance(option.capacity, EstimatedCapacity):
            high = volumes[-1].requests_per_hour
            slow = _at(ends[0], ends[0].options[place], high, amount)
    return replace(_blank(question, option, found, amount), buffer_reason=_reason(found), slow=slow)


def _at(question: Question, option: Option, load: Fraction, amount: Decimal | None) -> LevelCost:
    found = estimate(question, option, load)
    exactly = exact_cost_per_hour(question, option, load)
    return replace(_cost(None if exactly is None else exactly * MONTH, amount), estimate=found)


def _cost(monthly: Fraction | None, amount: Decimal | None) -> LevelCost:
    left = None if monthly is None or amount is None else exact(amount) - monthly
    return LevelCost(
        cost_per_month=None if monthly is None else to_decimal(monthly),
        headroom_per_month=None if left is None else to_decimal(left),
        within=None if left is None else left >= 0,
        unrounded_per_month=monthly,
    )


def _by_draws(
    question: Question,
    option: Option,
    drawn: "tuple[Range | None, Decimal | None]",
    amount: Decimal | None,
) -> OptionBudget:
    ends, absent = drawn
    hourly = (None,) * 3 if ends is None else (ends.p10, ends.p50, ends.p90)
    found = {
        name: _cost(None if cost is None else exact(cost) * MONTH, amount)
        for name, cost in zip(LEVELS, hourly, strict=True)
    }
    whole = _blank(question, option, found, amount)
    reason = BufferReason.DRAWS if ends is not None else BufferReason.NO_PLAN_COST
    # What cannot be served in some draws stays within no budget there.
    within = whole.within if not absent or whole.within is False else None
    return replace(whole, buffer_reason=reason, within=within, share_without_cost=absent)


def _blank(
    question: Question, option: Option, levels: Mapping[str, LevelCost], amount: Decimal | None
) -> OptionBudget:
    """What follows from the costs alone; the reason of the buffer is the caller's."""
    plan, high = levels["plan"].unrounded_per_month, levels["high"].unrounded_per_month
    extra = None if plan is None or high is None else high - plan
    lacking = missing(option, question.shape_of(option))
    used = None
    if amount is not None and not lacking:
        used = used_up(cost_curve(question, option), exact(amount) / MONTH)
    return OptionBudget(
        name=option.name,
        missing=lacking,
        levels=levels,
        buffer_per_month=None if extra is None else to_decimal(extra),
        buffer_share=to_decimal(extra / plan) if extra is not None and plan else None,
        buffer_reason=BufferReason.NO_PLAN_COST,
        within=_within([level.within for level in levels.values()]),
        used_up=used,
    )


def _within(each: Sequence[bool | None]) -> bool | None:
    if False in each:
        return False
    return None if None in each else True


def _reason(levels: Mapping[str, LevelCost]) -> BufferReason:
    plan, high = levels["plan"], levels["high"]
    if plan.cost_per_month is None:
        return BufferReason.NO_PLAN_COST
    if high.cost_per_month is None:
        return BufferReason.NO_HIGH_COST
    if plan.cost_per_month == high.cost_per_month:
        return BufferReason.PAID_ALREADY
    assert plan.estimate is not None  # by volumes, each cost is an estimate
    assert high.estimate is not None
    more = plan.estimate.instances != high.estimate.instances
    return BufferReason.INSTANCES if more else BufferReason.TOKENS


def _cheapest(
    question: Question, volumes: Sequence[Level], options: Sequence[OptionBudget]
) -> tuple[dict[str, str | None], dict[str, tuple[str, ...]]]:
    """By level. Costs by volume are compared unrounded, percentiles as they are shown."""
    loads = {level.name: level.requests_per_hour for level in volumes}
    winners: dict[str, str | None] = {}
    tied: dict[str, tuple[str, ...]] = {}
    for name in LEVELS:
        if name in loads:
            costs = [exact_cost_per_hour(question, one, loads[name]) for one in question.options]
        else:
            shown = [one.levels[name].cost_per_month for one in options]
            costs = [None if cost is None else exact(cost) for cost in shown]
        lowest = min((cost for cost in costs if cost is not None), default=None)
        names = [
            one.name
            for one, cost in zip(options, costs, strict=True)
            if cost is not None and cost == lowest
        ]
        winners[name] = names[0] if names else None
        tied[name] = tuple(names[1:])
    return winners, tied


def used_up(curve: CostCurve, money_per_hour: Fraction) -> UsedUp:
    """The highest load that so much money an hour pays for."""
    stairs, left = curve.stairs, money_per_hour - curve.fixed
    if left < (0 if stairs is None else stairs.paid(0) * stairs.price):
        return UsedUp(up_to=UpTo.START, requests_per_hour=None, cost_per_month=None, instances=None)
    if stairs is None:
        up_to, load = _on_line(left, curve.slope, None)
    elif stairs.load_per_instance is None:
        rest = left - stairs.paid(1) * stairs.price
        # Where the first request takes all of the money, not even that one is paid for.
        first_is_paid = rest > 0 or (rest == 0 and not curve.slope)
        up_to, load = UpTo.STEP, Fraction(0)
        if first_is_paid:
            up_to, load = _on_line(rest, curve.slope, None)
    else:
        up_to, load = _on_stairs(curve, stairs, left)
    if load is None:
        return UsedUp(up_to=up_to, requests_per_hour=None, cost_per_month=None, instances=None)
    piece = curve.piece_at(load)
    assert piece is not None  # no load above the maximum is paid for
    cost = piece.cost(load)
    return UsedUp(
        up_to=UpTo.MONEY if cost == money_per_hour else up_to,
        requests_per_hour=to_decimal(load),
        cost_per_month=to_decimal(cost * MONTH),
        instances=piece.instances,
    )


def _on_line(
    left: Fraction, slope: Fraction, high: Fraction | None
) -> tuple[UpTo, Fraction | None]:
    """Money left on a line of this slope, which holds up to a load (None: without end)."""
    if slope > 0 and (high is None or left / slope <= high):
        return UpTo.MONEY, left / slope
    return (UpTo.NO_END if high is None else UpTo.STEP), high


def _on_stairs(curve: CostCurve, stairs: Staircase, left: Fraction) -> tuple[UpTo, Fraction | None]:
    """left: money an hour beside the fixed part."""
    each, slope = stairs.load_per_instance, curve.slope
    assert each is not None
    last = curve.ends_at()
    most = None if last is None else int(last / each)

    def pays(needed: int) -> bool:
        """Whether any load is paid for at which so many are needed."""
        rest = left - stairs.paid(needed) * stairs.price - slope * (needed - 1) * each
        return rest > 0 or (rest == 0 and slope == 0)

    if not pays(1):
        return UpTo.STEP, Fraction(0)
    if most is None and not stairs.price and not slope:
        return UpTo.NO_END, None
    needed = _last(pays, most)
    high = needed * each
    up_to, load = _on_line(left - stairs.paid(needed) * stairs.price, slope, high)
    return (UpTo.MAXIMUM if up_to is UpTo.STEP and needed == most else up_to), load


def _last(holds: Callable[[int], bool], most: int | None) -> int:
    """The last whole number from 1 on for which it holds, at most `most`; it holds for 1, and
    beyond that number for none."""
    low, high = 1, 2
    while (most is None or high <= most) and holds(high):
        low, high = high, high * 2
    if most is not None and high > most:
        high = most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
