"""What one option costs at one load, as line items that add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.columns import Columns, columns_of, money
from costing.curve import cost_curve
from costing.host_items import WrittenCount, host_items, interruption_items
from costing.line_items import (
    LineItem,
    add_on_item,
    hourly_item,
    paid_instances,
    paid_units,
    priced_item,
    token_items,
    written_load,
)
from costing.options import Missing, Option, Provisioned, Serverless, missing
from costing.question import Question
from costing.surcharges import with_surcharges
from costing.units import HOURS_PER_MONTH, exact, to_decimal
from costing.workload import RequestShape


class Status(StrEnum):
    """Whether an option has a cost at a load: known, unknown (something is missing), or above its
    quota."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    ABOVE_MAXIMUM = "above_maximum"


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """The cost of an option at a mean load. Costs are None unless the status is known.

    instances: paid, spare ones included; of provisioned throughput its units. utilization: mean
    load over what the paid instances carry together, derived, None where unlimited. prices_as_of:
    the oldest date among its prices; undated_prices: how many of them carry none.
    """

    name: str
    kind: str
    currency: str
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

    def columns(self) -> Columns:
        """A row a line item: `pandas.DataFrame(estimate.columns())`. None has any where the cost is
        unknown."""
        return item_columns(self.line_items, self.currency, self.name, self.kind)


def estimate(question: Question, option: Option, load: Fraction | None = None) -> Estimate:
    """Price `option` at a mean load in requests an hour (default: the workload of the question)."""
    at = question.workload.requests_per_hour if load is None else load
    shape = question.shape_of(option)
    lacking = missing(option, shape)
    dates = [price.provenance.as_of for price in question.billed(option).prices]
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
        kind=kind_of(option),
        currency=question.currency,
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


def kind_of(option: Option) -> str:
    """serverless, provisioned or dedicated."""
    if isinstance(option, Serverless):
        return "serverless"
    return "provisioned" if isinstance(option, Provisioned) else "dedicated"


def _line_items(
    question: Question, option: Option, shape: RequestShape, at: Fraction, instances: int | None
) -> tuple[LineItem, ...]:
    items: list[LineItem] = []
    load = written_load(question, at)
    if isinstance(option, Serverless):
        items += token_items(option, shape, load)
        if option.hosting is not None:
            items.append(hourly_item("hosting", "Hosting fee", option.hosting))
    elif isinstance(option, Provisioned):
        assert option.price is not None  # only options with a cost reach this
        assert instances is not None
        formula, inputs = paid_units(option, shape, load, question.workload.peak_to_mean)
        items.append(priced_item("units", "Units", exact(instances), option.price, formula, inputs))
    else:
        assert instances is not None
        formula, inputs = paid_instances(option, shape, load, question.workload.peak_to_mean)
        paid = WrittenCount(exact=exact(instances), formula=formula, inputs=inputs)
        items += [*host_items(option, paid), *interruption_items(option, paid)]
    items += [add_on_item(add_on, shape, load) for add_on in question.add_ons_of(option)]
    return with_surcharges(question, items)


def item_columns(items: Sequence[LineItem], currency: str, option: str, kind: str) -> Columns:
    """A row a line item, named by whose they are."""
    return columns_of(
        items,
        {
            "option": lambda item: option,
            "kind": lambda item: kind,
            "code": lambda item: item.code,
            "name": lambda item: item.name,
            "quantity_per_hour": lambda item: item.quantity_per_hour,
            "unit": lambda item: item.unit,
            f"price_{currency.lower()}": lambda item: item.price.amount,
            "price_per_units": lambda item: item.price.per,
            money("cost", currency, "hour"): lambda item: item.cost_per_hour,
            money("cost", currency, "month"): lambda item: item.cost_per_month,
            "formula": lambda item: item.formula,
            "source": lambda item: item.price.provenance.source,
            "as_of": lambda item: item.price.provenance.as_of,
            "price_id": lambda item: item.price.provenance.price_id,
        },
    )
