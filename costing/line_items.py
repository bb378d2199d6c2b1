"""The parts of a cost, each with a formula in the numbers that were given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.add_ons import AddOn
from costing.curve import load_per_unit, money_per_hour
from costing.options import Dedicated, Provisioned, Serverless, TypedCapacity
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


@dataclass(frozen=True, kw_only=True, slots=True)
class LineItem:
    """One priced part: cost_per_hour = quantity_per_hour x price.amount / price.per.

    code: input, cached_input, output, hosting, instances, interruption, cold_start, units, add_on,
    one_off_work, support, tax, or of owned hosts owned_depreciation, owned_power, owned_people,
    owned_colocation. `formula` is arithmetic over the names in `inputs` and gives cost_per_hour; a
    test evaluates it. quantity_formula: the part of it that gives the quantity.
    unrounded_cost_per_hour: what the two costs were rounded from, for sums over many months;
    unrounded_quantity_per_hour likewise.
    """

    code: str
    name: str
    quantity_per_hour: Decimal
    unit: str
    price: Price
    cost_per_hour: Decimal
    cost_per_month: Decimal
    formula: str
    quantity_formula: str
    inputs: Mapping[str, Decimal]
    unrounded_cost_per_hour: Fraction
    unrounded_quantity_per_hour: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenLoad:
    """A mean load in requests an hour, and how a formula says it without rounding."""

    exact: Fraction
    formula: str
    inputs: Mapping[str, Decimal]


def written_load(question: Question, load: Fraction) -> WrittenLoad:
    """As requests an hour; where those do not terminate (a monthly count), requests over hours."""
    rounded = to_decimal(load)
    if exact(rounded) == load:
        return WrittenLoad(
            exact=load, formula="requests_per_hour", inputs={"requests_per_hour": rounded}
        )
    hours = exact(question.workload.period_hours)
    if exact(to_decimal(load * hours)) != load * hours:
        hours = exact(load.denominator)
    return WrittenLoad(
        exact=load,
        formula="requests / period_hours",
        inputs={"requests": to_decimal(load * hours), "period_hours": to_decimal(hours)},
    )


def token_items(option: Serverless, shape: RequestShape, load: WrittenLoad) -> list[LineItem]:
    """Input, cached input and output tokens of so many requests, each at its price."""
    option = option.at(shape)
    total = load.exact * exact(shape.input_tokens)
    share = exact(shape.cached_input_share)
    given = {**load.inputs, "input_tokens": shape.input_tokens}
    cached = {**given, "cached_input_share": shape.cached_input_share}
    formula = f"{load.formula} * input_tokens"
    items: list[LineItem] = []
    if option.input is not None and share == 0:
        items.append(priced_item("input", "Input tokens", total, option.input, formula, given))
    elif option.input is not None:
        rest, part = f"{formula} * (1 - cached_input_share)", f"{formula} * cached_input_share"
        price = option.cached_input or option.input
        items += [
            priced_item("input", "Input tokens", total * (1 - share), option.input, rest, cached),
            priced_item("cached_input", "Cached input tokens", total * share, price, part, cached),
        ]
    if option.output is not None:
        total = load.exact * exact(shape.output_tokens)
        given = {**load.inputs, "output_tokens": shape.output_tokens}
        formula = f"{load.formula} * output_tokens"
        items.append(priced_item("output", "Output tokens", total, option.output, formula, given))
    return items


def paid_units(
    option: Provisioned, shape: RequestShape, load: WrittenLoad, peak_to_mean: Decimal
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


def paid_instances(
    option: Dedicated, shape: RequestShape, load: WrittenLoad, peak_to_mean: Decimal
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


def hourly_item(code: str, name: str, price: Price) -> LineItem:
    """A fee by the hour or month, once."""
    return priced_item(code, name, Fraction(1), price, "1", {})


def fee_item(add_on: AddOn) -> LineItem:
    """An add-on by the hour or month, or work that is paid once, borne month by month."""
    formula, inputs = _times(add_on, "", {})
    code = "one_off_work" if add_on.once else "add_on"
    return priced_item(code, add_on.name, exact(add_on.quantity), add_on.price, formula, inputs)


def add_on_item(add_on: AddOn, shape: RequestShape, load: WrittenLoad) -> LineItem:
    """An add-on: a fee once, or by the request or token of so many requests."""
    if add_on.hourly:
        return fee_item(add_on)
    price, uses = add_on.price, load.exact * exact(add_on.quantity)
    if price.unit is Unit.REQUEST:
        formula, inputs = _times(add_on, load.formula, load.inputs)
        return priced_item("add_on", add_on.name, uses, price, formula, inputs)
    tokens = exact(shape.input_tokens) + exact(shape.output_tokens)
    given = {
        **load.inputs,
        "input_tokens": shape.input_tokens,
        "output_tokens": shape.output_tokens,
    }
    formula = f"{load.formula} * (input_tokens + output_tokens)"
    formula, inputs = _times(add_on, formula, given)
    return priced_item("add_on", add_on.name, uses * tokens, price, formula, inputs)


def _times(
    add_on: AddOn, formula: str, inputs: Mapping[str, Decimal]
) -> tuple[str, Mapping[str, Decimal]]:
    """So much of an add-on; a quantity of one is not worth a word."""
    if add_on.quantity == 1:
        return formula or "1", inputs
    product = f"{formula} * quantity" if formula else "quantity"
    return product, {**inputs, "quantity": add_on.quantity}


def priced_item(
    code: str,
    name: str,
    quantity: Fraction,
    price: Price,
    formula: str,
    inputs: Mapping[str, Decimal],
) -> LineItem:
    """So much of a priced thing an hour; `formula` over `inputs` gives that quantity."""
    cost = quantity * money_per_hour(price)
    month = " / hours_per_month" if price.unit is Unit.MONTH else ""
    units = dict.fromkeys(("instances", "interruption", "cold_start"), "instance")
    units["units"] = "unit"
    unit = units.get(code, str(price.unit))
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
        quantity_formula=formula,
        inputs=known,
        unrounded_cost_per_hour=cost,
        unrounded_quantity_per_hour=quantity,
    )
