"""The cost of one option over the load, as straight pieces.

x is the mean load in requests an hour. Between two host counts every option costs `fixed + slope *
x` money an hour; a piece covers the half-open loads `low < x <= high`, because the hosts that are
full at x still serve x. Formulas: README, "Cost over the load".
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from costing.add_ons import AddOn
from costing.errors import CostingError
from costing.options import (
    Dedicated,
    Option,
    Provisioned,
    Serverless,
    TypedCapacity,
    Unlimited,
    missing,
)
from costing.prices import Price
from costing.question import Question
from costing.units import HOURS_PER_MONTH, MINUTES_PER_HOUR, SECONDS_PER_HOUR, Unit, exact
from costing.workload import RequestShape


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Cost `fixed + slope * x` an hour for `low < x <= high`; high None: without end."""

    low: Fraction
    high: Fraction | None
    fixed: Fraction
    slope: Fraction
    instances: int | None

    def cost(self, load: Fraction) -> Fraction:
        """Money an hour on the line of this piece; at `low` it is the limit from the right."""
        return self.fixed + self.slope * load


@dataclass(frozen=True, kw_only=True, slots=True)
class Staircase:
    """Whole instances: `price` an hour each; one serves `load_per_instance` (None: any load).

    step: instances are rented so many at a time beyond the minimum; 1 for hosts.
    """

    price: Fraction
    load_per_instance: Fraction | None
    minimum: int
    spare: int
    maximum: int | None
    step: int = 1

    def needed(self, load: Fraction) -> int:
        """Serving instances at exactly this load: ceil(load / load of one), at least 1 above 0."""
        if self.load_per_instance is None:
            return 1 if load > 0 else 0
        return ceil(load / self.load_per_instance)

    def paid(self, needed: int) -> int:
        """Paid instances: max(minimum, needed + spare rounded up to the step); without load the
        spare ones too."""
        return max(self.minimum, ceil(Fraction(needed + self.spare, self.step)) * self.step)

    def serves_to(self, instances: int) -> Fraction | None:
        """Highest load for which so many are paid, the spare ones idle; None: any.

        A minimum that is no whole number of steps carries what its whole steps do: beyond, more
        are rented.
        """
        if self.load_per_instance is None:
            return None
        return (instances // self.step * self.step - self.spare) * self.load_per_instance


@dataclass(frozen=True, kw_only=True, slots=True)
class CostCurve:
    """Cost an hour of one option: fixed + slope * load + staircase."""

    name: str
    fixed: Fraction
    slope: Fraction
    stairs: Staircase | None = None

    def piece_after(self, load: Fraction) -> Piece | None:
        """The piece that holds just above `load`; None above the maximum of instances."""
        stairs = self.stairs
        if stairs is None:
            return Piece(low=load, high=None, fixed=self.fixed, slope=self.slope, instances=None)
        if stairs.load_per_instance is None:
            needed = 1
        else:
            needed = floor(load / stairs.load_per_instance) + 1
        return self._piece(load, stairs, stairs.paid(needed))

    def piece_at(self, load: Fraction) -> Piece | None:
        """The piece that `load` itself belongs to; None above the maximum of instances."""
        stairs = self.stairs
        if stairs is None:
            return Piece(low=load, high=None, fixed=self.fixed, slope=self.slope, instances=None)
        return self._piece(load, stairs, stairs.paid(stairs.needed(load)))

    def _piece(self, load: Fraction, stairs: Staircase, instances: int) -> Piece | None:
        if stairs.maximum is not None and instances > stairs.maximum:
            return None
        return Piece(
            low=load,
            high=stairs.serves_to(instances),
            fixed=self.fixed + instances * stairs.price,
            slope=self.slope,
            instances=instances,
        )

    def ends_at(self) -> Fraction | None:
        """The highest load that the maximum of instances carries; None: without end."""
        if self.stairs is None or self.stairs.maximum is None:
            return None
        return self.stairs.serves_to(self.stairs.maximum)

    def tail(self) -> "Tail":
        """The two lines between which the cost stays at large loads, if the curve has no end."""
        stairs = self.stairs
        if stairs is None:
            return Tail(start=Fraction(0), slope=self.slope, low=self.fixed, high=self.fixed)
        if stairs.load_per_instance is None:
            fixed = self.fixed + stairs.price * stairs.paid(1)
            return Tail(start=Fraction(0), slope=self.slope, low=fixed, high=fixed)
        start = max(Fraction(0), stairs.serves_to(stairs.minimum) or Fraction(0))
        low = self.fixed + stairs.price * stairs.spare
        return Tail(
            start=start,
            slope=self.slope + stairs.price / stairs.load_per_instance,
            low=low,
            high=low + stairs.price * stairs.step,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tail:
    """For every load above `start`: low + slope * x <= cost <= high + slope * x. The lower line
    holds at every load above 0: a minimum only adds to it."""

    start: Fraction
    slope: Fraction
    low: Fraction
    high: Fraction


def cost_curve(question: Question, option: Option) -> CostCurve:
    """The curve of one option of the question, support and tax on top of it. Raises CostingError
    where its cost is unknown."""
    bare, factor = _curve(question, option), question.surcharge_factor
    if factor == 1:
        return bare
    stairs = bare.stairs
    return CostCurve(
        name=bare.name,
        fixed=factor * bare.fixed,
        slope=factor * bare.slope,
        stairs=None if stairs is None else replace(stairs, price=factor * stairs.price),
    )


def _curve(question: Question, option: Option) -> CostCurve:
    shape = question.shape_of(option)
    lacking = missing(option, shape)
    if lacking:
        raise CostingError(f"{option.name}: no cost without {', '.join(lacking)}")
    fixed, slope = Fraction(0), Fraction(0)
    for add_on in question.add_ons_of(option):
        if add_on.hourly:
            fixed += add_on.per_hour()
        else:
            slope += add_on_per_request(add_on, shape)
    if isinstance(option, Serverless):
        if option.hosting is not None:
            fixed += money_per_hour(option.hosting)
        return CostCurve(
            name=option.name, fixed=fixed, slope=slope + money_per_request(option, shape)
        )
    assert option.price is not None  # `missing` has said so
    peak = exact(question.workload.peak_to_mean)
    if isinstance(option, Provisioned):
        return CostCurve(
            name=option.name,
            fixed=fixed,
            slope=slope,
            stairs=Staircase(
                price=money_per_hour(option.price),
                load_per_instance=load_per_unit(option, shape, peak),
                minimum=option.minimum_units,
                spare=0,
                maximum=option.maximum_units,
                step=option.step_units,
            ),
        )
    return CostCurve(
        name=option.name,
        fixed=fixed,
        slope=slope,
        stairs=Staircase(
            price=money_per_hour(option.price) * option.paid_per_useful_hour,
            load_per_instance=load_per_instance(option, shape, peak),
            minimum=option.minimum_instances,
            spare=option.spare_instances,
            maximum=option.maximum_instances,
        ),
    )


def paper_curve(question: Question, option: Dedicated) -> CostCurve:
    """The curve of the same hosts if one served any load; CostingError without a price."""
    return cost_curve(question, replace(option, capacity=Unlimited()))


def money_per_hour(price: Price) -> Fraction:
    """An hourly or monthly price as money an hour (month = 730 hours)."""
    each = price.for_one()
    return each / exact(HOURS_PER_MONTH) if price.unit is Unit.MONTH else each


def money_per_request(option: Serverless, shape: RequestShape) -> Fraction:
    """Token cost of a mean request: uncached input, cached input and output at their prices, of
    prices that step up with the length those of the mean length.

    Cached input without a price of its own is billed as ordinary input.
    """
    option = option.at(shape)
    total_input = exact(shape.input_tokens)
    cached = total_input * exact(shape.cached_input_share)
    cost = Fraction(0)
    if option.input is not None:
        cached_price = option.cached_input or option.input
        cost += (total_input - cached) * option.input.for_one() + cached * cached_price.for_one()
    if option.output is not None:
        cost += exact(shape.output_tokens) * option.output.for_one()
    return cost


def add_on_per_request(add_on: AddOn, shape: RequestShape) -> Fraction:
    """What an add-on priced by the request or token (input and output) adds to a request."""
    if add_on.price.unit is Unit.REQUEST:
        return add_on.for_one()
    return (exact(shape.input_tokens) + exact(shape.output_tokens)) * add_on.for_one()


def load_per_instance(
    option: Dedicated, shape: RequestShape, peak_to_mean: Fraction
) -> Fraction | None:
    """Mean requests an hour that one instance carries through the peak; None where unlimited.

    The tighter of input and output: 3600 * tokens per second / tokens per request / peak to mean.
    """
    capacity = option.capacity
    if isinstance(capacity, Unlimited):
        return None
    assert isinstance(capacity, TypedCapacity)  # `missing` refuses an unknown one
    limits = [
        SECONDS_PER_HOUR * exact(rate) / exact(tokens)
        for rate, tokens in (
            (capacity.input_tokens_per_second, shape.input_tokens),
            (capacity.output_tokens_per_second, shape.output_tokens),
        )
        if rate is not None and tokens > 0
    ]
    return min(limits) / peak_to_mean


def load_per_unit(
    option: Provisioned, shape: RequestShape, peak_to_mean: Fraction
) -> Fraction | None:
    """Mean requests an hour that one unit carries through the peak; None where requests take none.

    60 * input tokens a minute / (input * (1 - cached share) + weight * output) / peak to mean, the
    sizing that Azure documents for provisioned throughput.
    """
    assert option.input_tokens_per_minute_per_unit is not None  # `missing` has said so
    taken = exact(shape.input_tokens) * (1 - exact(shape.cached_input_share))
    if shape.output_tokens > 0:
        assert option.output_token_weight is not None
        taken += exact(shape.output_tokens) * exact(option.output_token_weight)
    if taken == 0:
        return None
    an_hour = MINUTES_PER_HOUR * exact(option.input_tokens_per_minute_per_unit)
    return an_hour / taken / peak_to_mean
