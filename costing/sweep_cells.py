"""The arithmetic of a sweep: blocks of a grid in NumPy by the rules of `costing.curve`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.curve import money_per_hour
from costing.options import Dedicated, Option, Provisioned, Serverless, TypedCapacity, Unlimited
from costing.prices import Price, PriceStep
from costing.question import Question
from costing.sweep_whole import Column, Cut, Demand, Inputs, Values, rounded_up, values_along
from costing.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR, Unit, exact

BLOCK_CELLS: Final = 65_536
"""Cells evaluated at once: their arrays stay in the cache of a core."""

TIE: Final = 1e-12
"""Costs closer than this share of the lowest are one cost: it goes to the earlier option."""

_ALL: Final = values_along((Fraction(1),), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A sweep ready for its blocks: the question, the inputs of each option, what to hand out."""

    question: Question
    inputs: tuple[Inputs, ...]
    with_costs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Money an hour of each option (options, *block), NaN where it has no cost, of no option
    where costs were not asked for; place of the cheapest, -1 for none; gap to the second, NaN
    where there is none."""

    costs: Column
    winner: NDArray[np.int16]
    gap: Column


def evaluate(plan: Plan, cut: Cut) -> Block:
    """The cells of a cut, in blocks that stay in the cache of a core.

    Each cell depends on its own numbers only, so no bit depends on how the grid is cut.
    """
    shape = tuple(part.stop - part.start for part in cut)
    if prod(shape) <= BLOCK_CELLS:
        return _block(plan, cut, shape)
    inner = tuple(blocks(shape, BLOCK_CELLS))
    parts = (
        _block(plan, _moved(one, cut), tuple(part.stop - part.start for part in one))
        for one in inner
    )
    return gathered(shape, zip(inner, parts, strict=True))


def blocks(lengths: Sequence[int], most: int) -> Iterator[Cut]:
    """Cuts of a grid in C order, each of at most so many cells: ranges of one axis, whole beyond
    it, single places before it."""
    axis = next(
        (place for place in range(len(lengths)) if prod(lengths[place + 1 :]) <= most),
    )
    rest = tuple(slice(0, length) for length in lengths[axis + 1 :])
    each = most // prod(lengths[axis + 1 :])
    for before in product(*(range(length) for length in lengths[:axis])):
        places = tuple(slice(place, place + 1) for place in before)
        for start in range(0, lengths[axis], each):
            yield (*places, slice(start, min(start + each, lengths[axis])), *rest)


def gathered(shape: tuple[int, ...], parts: Iterable[tuple[Cut, Block]]) -> Block:
    """One block of this shape from the parts that it was cut into."""
    winner, gap = np.empty(shape, np.int16), np.empty(shape)
    costs: Column | None = None
    for cut, part in parts:
        if costs is None:
            costs = np.empty((len(part.costs), *shape))
        costs[:, *cut], winner[cut], gap[cut] = part.costs, part.winner, part.gap
    assert costs is not None  # no grid is empty
    return Block(costs=costs, winner=winner, gap=gap)


def _moved(inner: Cut, outer: Cut) -> Cut:
    """A cut of a cut as one of the grid."""
    return tuple(
        slice(one.start + other.start, one.stop + other.start)
        for one, other in zip(inner, outer, strict=True)
    )


def _block(plan: Plan, cut: Cut, shape: tuple[int, ...]) -> Block:
    costs = np.empty((len(plan.inputs), *shape))
    for place, (option, inputs) in enumerate(zip(plan.question.options, plan.inputs, strict=True)):
        _Sheet(question=plan.question, option=option, inputs=inputs, cut=cut).fill(costs[place])
    lowest, second = costs[0].copy(), np.full(shape, np.inf)
    for cost in costs[1:]:
        np.minimum(second, np.maximum(lowest, cost), out=second)
        np.minimum(lowest, cost, out=lowest)
    limit = lowest * (1 + TIE)
    winner = np.full(shape, -1, np.int16)
    for place in range(len(costs) - 1, -1, -1):
        np.copyto(winner, place, where=costs[place] <= limit)
    gap = second
    with np.errstate(invalid="ignore"):  # infinity less infinity, where no option has a cost
        gap -= lowest
    gap[gap <= lowest * TIE] = 0
    absent = np.isinf(costs)
    if len(costs) == 1 or absent.any():
        winner[np.isinf(lowest)] = -1
        gap[~np.isfinite(gap)] = np.nan
        costs[absent] = np.nan
    return Block(costs=costs if plan.with_costs else costs[:0], winner=winner, gap=gap)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """One option over one block. A cost that does not exist is infinity here, so that it loses."""

    question: Question
    option: Option
    inputs: Inputs
    cut: Cut

    def fill(self, costs: Column) -> None:
        """fixed + slope * load, and the price of whole hosts or units."""
        inputs, option = self.inputs, self.option
        into, out = self._column(inputs.input), self._column(inputs.output)
        slope, fixed = np.zeros_like(into), np.zeros_like(into)
        for add_on in self.question.add_ons_of(option):
            each = float(add_on.for_one())
            if add_on.hourly:
                fixed = fixed + float(add_on.per_hour())
            else:
                slope = slope + (each if add_on.price.unit is Unit.REQUEST else (into + out) * each)
        if isinstance(option, Serverless):
            slope = slope + self._tokens_of(option) * self._column(inputs.token_factor)
            if option.hosting is not None:
                fixed = fixed + float(money_per_hour(option.hosting))
            fixed = np.where(_lacks(option.input, into) | _lacks(option.output, out), np.inf, fixed)
        elif option.price is None:
            fixed = fixed + np.inf
        else:
            fixed = fixed + self._bill(option, float(money_per_hour(option.price)))
        np.add(fixed, slope * self._column(inputs.load), out=costs)
        if self.question.surcharge_factor != 1:
            costs *= float(self.question.surcharge_factor)

    def _tokens_of(self, option: Serverless) -> Column:
        """Money for the tokens of a request, the whole of it at the prices of its length."""
        money = self._at_prices(option)
        for step in option.steps:
            longer = self.inputs.input.above(exact(step.above_input_tokens), self.cut)
            money = np.where(longer, self._at_prices(step), money)
        return money

    def _at_prices(self, option: Serverless | PriceStep) -> Column:
        """Money for the tokens of a request at one set of prices, unknown ones as 0."""
        into, fresh = self._column(self.inputs.input), self._column(self.inputs.fresh)
        cached = self._column(self.inputs.cached)
        money = np.zeros_like(into)
        if option.input is not None:
            stored = (option.cached_input or option.input).for_one()
            money = into * (fresh * float(option.input.for_one()) + cached * float(stored))
        if option.output is not None:
            money = money + self._column(self.inputs.output) * float(option.output.for_one())
        return money

    def _bill(self, option: Dedicated | Provisioned, price: float) -> Column:
        """Money an hour for hosts or units; infinity where there is none."""
        money = np.full((1,) * len(self.cut), price)
        if isinstance(option, Dedicated):
            money = money * float(option.paid_per_useful_hour)
            money = money * self._column(self.inputs.host_factor)
        rented = self._rented(option)
        with np.errstate(invalid="ignore"):  # no hosts at all at a price of 0
            bill = rented * money
        return bill if money.all() else np.where(np.isinf(rented), np.inf, bill)

    def _rented(self, option: Dedicated | Provisioned) -> Column:
        """Hosts or units on the bill; infinity where unknown or above the maximum."""
        if isinstance(option, Dedicated):
            serving = self._serving_hosts(option)
            paid = np.maximum(option.minimum_instances, serving + option.spare_instances)
            maximum = option.maximum_instances
        else:
            steps = self._steps_of_units(option)
            paid = np.maximum(option.minimum_units, steps * option.step_units)
            maximum = option.maximum_units
        return paid if maximum is None else np.where(paid > maximum, np.inf, paid)

    def _serving_hosts(self, option: Dedicated) -> Column:
        """The tighter of input and output; infinity where the capacity is not known."""
        capacity = option.capacity
        if isinstance(capacity, Unlimited):
            return self._one_for_any_load()
        needed = np.full((1,) * len(self.cut), -np.inf)
        if isinstance(capacity, TypedCapacity):
            for rate, tokens, into in (
                (capacity.input_tokens_per_second, self.inputs.input, 1),
                (capacity.output_tokens_per_second, self.inputs.output, 0),
            ):
                if rate is None:
                    continue
                scale = 1 / (SECONDS_PER_HOUR * exact(rate))
                each = self._rounded_up(Fraction(into), Fraction(1 - into), scale)
                # A capacity says nothing of requests without the tokens that it is told in.
                each = np.where(self._column(tokens) > 0, each, -np.inf)
                needed = np.maximum(needed, each)
        return np.where(needed < 0, np.inf, needed)

    def _steps_of_units(self, option: Provisioned) -> Column:
        """Units in steps; infinity where throughput or weight is not known."""
        a_minute, weight = option.input_tokens_per_minute_per_unit, option.output_token_weight
        out = self._column(self.inputs.output)
        if a_minute is None:
            return np.full_like(out, np.inf)
        scale = 1 / (MINUTES_PER_HOUR * exact(a_minute) * option.step_units)
        steps = self._rounded_up(Fraction(1), exact(weight or 0), scale, fresh=True)
        taken = self._column(self.inputs.input) * self._column(self.inputs.fresh) + out
        steps = np.where(taken > 0, steps, self._one_for_any_load())
        return np.where((out > 0) & (weight is None), np.inf, steps)

    def _one_for_any_load(self) -> Column:
        return np.where(self._column(self.inputs.load) > 0, 1.0, 0.0)

    def _column(self, values: Values) -> Column:
        return values.column(self.cut)

    def _rounded_up(
        self, into: Fraction, out: Fraction, scale: Fraction, *, fresh: bool = False
    ) -> Column:
        """load * peak * (input * into + output * out) * scale as whole numbers; fresh: of the
        input only what is not cached."""
        inputs = self.inputs
        demand = Demand(
            load=inputs.load,
            peak=inputs.peak,
            input=inputs.input,
            output=inputs.output,
            fresh=inputs.fresh if fresh else _ALL,
            into=into,
            out=out,
            scale=scale,
        )
        return rounded_up(demand, self.cut)


def _lacks(price: Price | None, tokens: Column) -> NDArray[np.bool_]:
    """Where a price is unknown and there are tokens to be paid."""
    return (tokens > 0) & (price is None)
