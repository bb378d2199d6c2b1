"""What one option costs at one load, as line items that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.curve import cost_curve, load_per_unit, money_per_hour
from costing.options import (
    AddOn,
    Dedicated,
    Missing,
    Option,
    Provisioned,
    Serverless,
    TypedCapacity,
    missing,
)
from costing.prices import Price
from costing.question import Question
from costing.units import (
    HOURS_PER_MONTH,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
    Unit,
    exact,
    to_decimal,
)
from costing.workload import RequestShape


class Status(StrEnum):
    """Whether an option has a cost at a load: known, unknown (something is missing), or above its
    quota."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    ABOVE_MAXIMUM = "above_maximum"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineItem:
    """One priced part: cost_per_hour = quantity_per_hour x price.amount / price.per.

    code: input, cached_input, output, hosting, instances, units or add_on. `formula` is arithmetic
    over the names in `inputs` and gives cost_per_hour; a test evaluates it.
    unrounded_cost_per_hour: what the two costs were rounded from, for sums over many months.
    """

    code: str
    name: str
    quantity_per_hour: Decimal
    unit: str
    price: Price
    cost_per_hour: Decimal
    cost_per_month: Decimal
    formula: str
    inputs: Mapping[str, Decimal]
    unrounded_cost_per_hour: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """The cost of an option at a mean load. Costs are None unless the status is known.

    instances: paid, spare ones included; of provisioned throughput its units. utilization: mean
    load over what the paid instances carry together, derived, None where unlimited. prices_as_of:
    the oldest date among its prices; undated_prices: how many of them carry none.
    """

    name: str
    kind: str
    status: Status
    missing: tuple[Missing, ...]
    requests_per_hour: Decimal
    cost_per_hour: Decimal | None
    cost_per_month: Decimal | None
    instances: int | None
    utilization: Decimal | None
    line_items: tuple[LineItem, ...]
    prices_as_of: date | None
    undated_prices: int


def estimate(question: Question, option: Option, load: Fraction | None = None) -> Estimate:
    """Price `option` at a mean load in requests an hour (default: the workload of the question)."""
    at = question.workload.requests_per_hour if load is None else load
    shape = question.shape_of(option)
    lacking = missing(option, shape)
    dates = [price.provenance.as_of for price in option.prices]
    known_dates = [day for day in dates if day is not None]
    status, instances, utilization = Status.UNKNOWN if lacking else Status.KNOWN, None, None
    items: tuple[LineItem, ...] = ()
    total: Fraction | None = None
    if not lacking:
        curve = cost_curve(question, option)
        piece = curve.piece_at(at)
        if piece is None:
            status = Status.ABOVE_MAXIMUM
        else:
            instances, total = piece.instances, piece.cost(at)
            items = _line_items(question, option, shape, at, instances)
            each = None if curve.stairs is None else curve.stairs.load_per_instance
            if each is not None and instances:
                utilization = to_decimal(at / (instances * each))
    return Estimate(
        name=option.name,
        kind=_kind(option),
        status=status,
        missing=lacking,
        requests_per_hour=to_decimal(at),
        cost_per_hour=None if total is None else to_decimal(total),
        cost_per_month=None if total is None else to_decimal(total * exact(HOURS_PER_MONTH)),
        instances=instances,
        utilization=utilization,
        line_items=items,
        prices_as_of=min(known_dates, default=None),
        undated_prices=len(dates) - len(known_dates),
    )


def exact_cost_per_hour(question: Question, option: Option, load: Fraction) -> Fraction | None:
    """Money an hour at a mean load, unrounded; None where unknown or above the maximum of
    instances."""
    if missing(option, question.shape_of(option)):
        return None
    piece = cost_curve(question, option).piece_at(load)
    return None if piece is None else piece.cost(load)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Load:
    """A mean load in requests an hour, and how a formula says it without rounding."""

    exact: Fraction
    formula: str
    inputs: Mapping[str, Decimal]


def _load(question: Question, load: Fraction) -> _Load:
    """As requests an hour; where those do not terminate (a monthly count), requests over hours."""
    rounded = to_decimal(load)
    if exact(rounded) == load:
        return _Load(exact=load, formula="requests_per_hour", inputs={"requests_per_hour": rounded})
    hours = exact(question.workload.period_hours)
    if exact(to_decimal(load * hours)) != load * hours:
        hours = exact(load.denominator)
    return _Load(
        exact=load,
        formula="requests / period_hours",
        inputs={"requests": to_decimal(load * hours), "period_hours": to_decimal(hours)},
    )


def _line_items(
    question: Question, option: Option, shape: RequestShape, at: Fraction, instances: int | None
) -> tuple[LineItem, ...]:
    items: list[LineItem] = []
    load = _load(question, at)
    if isinstance(option, Serverless):
        items += _token_items(option, shape, load)
        if option.hosting is not None:
            items.append(_hourly_item("hosting", "Hosting fee", option.hosting))
    elif isinstance(option, Provisioned):
        assert option.price is not None  # only options with a cost reach this
        assert instances is not None
        formula, inputs = _paid_units(option, shape, load, question.workload.peak_to_mean)
        items.append(_item("units", "Units", exact(instances), option.price, formula, inputs))
    else:
        assert option.price is not None
        assert instances is not None
        formula, inputs = _paid_instances(option, shape, load, question.workload.peak_to_mean)
        quantity = exact(instances)
        items.append(_item("instances", "Instances", quantity, option.price, formula, inputs))
    items += [_add_on_item(add_on, shape, load) for add_on in question.add_ons_of(option)]
    return tuple(items)


def _token_items(option: Serverless, shape: RequestShape, load: _Load) -> list[LineItem]:
    total = load.exact * exact(shape.input_tokens)
    share = exact(shape.cached_input_share)
    given = {**load.inputs, "input_tokens": shape.input_tokens}
    cached = {**given, "cached_input_share": shape.cached_input_share}
    formula = f"{load.formula} * input_tokens"
    items: list[LineItem] = []
    if option.input is not None and share == 0:
        items.append(_item("input", "Input tokens", total, option.input, formula, given))
    elif option.input is not None:
        rest, part = f"{formula} * (1 - cached_input_share)", f"{formula} * cached_input_share"
        price = option.cached_input or option.input
        items += [
            _item("input", "Input tokens", total * (1 - share), option.input, rest, cached),
            _item("cached_input", "Cached input tokens", total * share, price, part, cached),
        ]
    if option.output is not None:
        total = load.exact * exact(shape.output_tokens)
        given = {**load.inputs, "output_tokens": shape.output_tokens}
        formula = f"{load.formula} * output_tokens"
        items.append(_item("output", "Output tokens", total, option.output, formula, given))
    return items


def _kind(option: Option) -> str:
    if isinstance(option, Serverless):
        return "serverless"
    return "provisioned" if isinstance(option, Provisioned) else "dedicated"


def _paid_units(
    option: Provisioned, shape: RequestShape, load: _Load, peak_to_mean: Decimal
) -> tuple[str, Mapping[str, Decimal]]:
    """max(minimum, needed rounded up to the step) in the numbers that were given."""
    inputs = {
        "minimum_units": Decimal(option.minimum_units),
        "step_units": Decimal(option.step_units),
    }
    needed = "1" if load.exact > 0 else "0"
    if load_per_unit(option, shape, exact(peak_to_mean)) is not None:
        assert option.input_tokens_per_minute_per_unit is not None
        taken = "input_tokens * (1 - cached_input_share)"
        inputs |= {
            **load.inputs,
            "peak_to_mean": peak_to_mean,
            "input_tokens": shape.input_tokens,
            "cached_input_share": shape.cached_input_share,
            "minutes_per_hour": Decimal(MINUTES_PER_HOUR),
            "input_tokens_per_minute_per_unit": option.input_tokens_per_minute_per_unit,
        }
        if option.output_token_weight is not None and shape.output_tokens > 0:
            taken = f"({taken} + output_token_weight * output_tokens)"
            inputs |= {
                "output_token_weight": option.output_token_weight,
                "output_tokens": shape.output_tokens,
            }
        needed = (
            f"{load.formula} * {taken} * peak_to_mean"
            " / minutes_per_hour / input_tokens_per_minute_per_unit"
        )
    return f"max(minimum_units, ceil({needed} / step_units) * step_units)", inputs


def _paid_instances(
    option: Dedicated, shape: RequestShape, load: _Load, peak_to_mean: Decimal
) -> tuple[str, Mapping[str, Decimal]]:
    """max(minimum, needed + spare) in the numbers that were given: a rounded quotient under ceil
    could say one host too many."""
    inputs = {
        "minimum_instances": Decimal(option.minimum_instances),
        "spare_instances": Decimal(option.spare_instances),
    }
    needed = "1" if load.exact > 0 else "0"
    if isinstance(option.capacity, TypedCapacity):
        inputs |= {**load.inputs, "peak_to_mean": peak_to_mean}
        inputs["seconds_per_hour"] = Decimal(SECONDS_PER_HOUR)
        busy_seconds: list[str] = []
        for name, tokens, rate in (
            ("input_tokens", shape.input_tokens, option.capacity.input_tokens_per_second),
            ("output_tokens", shape.output_tokens, option.capacity.output_tokens_per_second),
        ):
            if rate is not None and tokens > 0:
                busy_seconds.append(f"{load.formula} * {name} / {name}_per_second")
                inputs |= {name: tokens, f"{name}_per_second": rate}
        both = len(busy_seconds) > 1
        tighter = f"max({', '.join(busy_seconds)})" if both else busy_seconds[0]
        needed = f"ceil({tighter} * peak_to_mean / seconds_per_hour)"
    return f"max(minimum_instances, {needed} + spare_instances)", inputs


def _hourly_item(code: str, name: str, price: Price) -> LineItem:
    return _item(code, name, Fraction(1), price, "1", {})


def _add_on_item(add_on: AddOn, shape: RequestShape, load: _Load) -> LineItem:
    price = add_on.price
    if price.unit in (Unit.HOUR, Unit.MONTH):
        return _hourly_item("add_on", add_on.name, price)
    if price.unit is Unit.REQUEST:
        return _item("add_on", add_on.name, load.exact, price, load.formula, load.inputs)
    tokens = exact(shape.input_tokens) + exact(shape.output_tokens)
    inputs = {
        **load.inputs,
        "input_tokens": shape.input_tokens,
        "output_tokens": shape.output_tokens,
    }
    formula = f"{load.formula} * (input_tokens + output_tokens)"
    return _item("add_on", add_on.name, load.exact * tokens, price, formula, inputs)


def _item(
    code: str,
    name: str,
    quantity: Fraction,
    price: Price,
    formula: str,
    inputs: Mapping[str, Decimal],
) -> LineItem:
    cost = quantity * money_per_hour(price)
    month = " / hours_per_month" if price.unit is Unit.MONTH else ""
    unit = {"instances": "instance", "units": "unit"}.get(code, str(price.unit))
    known = {**inputs, "amount": price.amount, "per": price.per}
    if month:
        known["hours_per_month"] = HOURS_PER_MONTH
    return LineItem(
        code=code,
        name=name,
        quantity_per_hour=to_decimal(quantity),
        unit=unit,
        price=price,
        cost_per_hour=to_decimal(cost),
        cost_per_month=to_decimal(cost * exact(HOURS_PER_MONTH)),
        formula=f"{formula} * amount / per{month}",
        inputs=known,
        unrounded_cost_per_hour=cost,
    )
