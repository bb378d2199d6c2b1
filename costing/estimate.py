"""What one option costs at one load, as line items that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.curve import cost_curve, load_per_instance, money_per_hour
from costing.options import AddOn, Dedicated, Missing, Option, Serverless, missing
from costing.prices import Price
from costing.question import Question
from costing.units import HOURS_PER_MONTH, Unit, exact, to_decimal
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

    code: input, cached_input, output, hosting, instances or add_on. `formula` is arithmetic over
    the names in `inputs` and gives cost_per_hour; a test evaluates it.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """The cost of an option at a mean load. Costs are None unless the status is known.

    instances: paid, spare ones included. utilization: mean load over what the paid instances carry
    together, derived, None where unlimited. prices_as_of: the oldest date among its prices;
    undated_prices: how many of them carry none.
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
        kind="serverless" if isinstance(option, Serverless) else "dedicated",
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


def _line_items(
    question: Question, option: Option, shape: RequestShape, load: Fraction, instances: int | None
) -> tuple[LineItem, ...]:
    items: list[LineItem] = []
    if isinstance(option, Serverless):
        items += _token_items(option, shape, load)
        if option.hosting is not None:
            items.append(_hourly_item("hosting", "Hosting fee", option.hosting))
    elif instances is not None:
        items.append(_instance_item(question, option, shape, load, instances))
    items += [_add_on_item(add_on, shape, load) for add_on in question.add_ons_of(option)]
    return tuple(items)


def _token_items(option: Serverless, shape: RequestShape, load: Fraction) -> list[LineItem]:
    total = load * exact(shape.input_tokens)
    share = exact(shape.cached_input_share)
    request = {"requests_per_hour": to_decimal(load), "input_tokens": shape.input_tokens}
    cached = {**request, "cached_input_share": shape.cached_input_share}
    items: list[LineItem] = []
    if option.input is not None:
        price = option.input
        if share == 0:
            items.append(
                _item(
                    "input",
                    "Input tokens",
                    total,
                    price,
                    "requests_per_hour * input_tokens",
                    request,
                )
            )
        else:
            rest = "requests_per_hour * input_tokens * (1 - cached_input_share)"
            items.append(_item("input", "Input tokens", total * (1 - share), price, rest, cached))
            part = "requests_per_hour * input_tokens * cached_input_share"
            items.append(
                _item(
                    "cached_input",
                    "Cached input tokens",
                    total * share,
                    option.cached_input or price,
                    part,
                    cached,
                )
            )
    if option.output is not None:
        produced = {"requests_per_hour": to_decimal(load), "output_tokens": shape.output_tokens}
        items.append(
            _item(
                "output",
                "Output tokens",
                load * exact(shape.output_tokens),
                option.output,
                "requests_per_hour * output_tokens",
                produced,
            )
        )
    return items


def _instance_item(
    question: Question, option: Dedicated, shape: RequestShape, load: Fraction, instances: int
) -> LineItem:
    assert option.price is not None  # only priced options reach this
    each = load_per_instance(option, shape, exact(question.workload.peak_to_mean))
    inputs = {
        "minimum_instances": Decimal(option.minimum_instances),
        "spare_instances": Decimal(option.spare_instances),
    }
    if each is None:
        needed = "1" if load > 0 else "0"
    else:
        needed = "ceil(requests_per_hour / requests_per_hour_of_one_instance)"
        inputs |= {
            "requests_per_hour": to_decimal(load),
            "requests_per_hour_of_one_instance": to_decimal(each),
        }
    formula = f"max(minimum_instances, {needed} + spare_instances)"
    return _item("instances", "Instances", Fraction(instances), option.price, formula, inputs)


def _hourly_item(code: str, name: str, price: Price) -> LineItem:
    return _item(code, name, Fraction(1), price, "1", {})


def _add_on_item(add_on: AddOn, shape: RequestShape, load: Fraction) -> LineItem:
    price = add_on.price
    if price.unit in (Unit.HOUR, Unit.MONTH):
        return _hourly_item("add_on", add_on.name, price)
    inputs = {"requests_per_hour": to_decimal(load)}
    if price.unit is Unit.REQUEST:
        return _item("add_on", add_on.name, load, price, "requests_per_hour", inputs)
    tokens = exact(shape.input_tokens) + exact(shape.output_tokens)
    inputs |= {"input_tokens": shape.input_tokens, "output_tokens": shape.output_tokens}
    formula = "requests_per_hour * (input_tokens + output_tokens)"
    return _item("add_on", add_on.name, load * tokens, price, formula, inputs)


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
    unit = "instance" if code == "instances" else str(price.unit)
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
    )
