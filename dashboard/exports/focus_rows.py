"""Line items as rows in the shape of FOCUS 1.2, the open specification of billing data.

They are an estimate of one month, not a bill: BilledCost and what belongs to an invoice stay empty,
and `x_` columns carry what FOCUS has no word for. The mapping is the table below, and nothing else.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from costing import HOURS_PER_MONTH, Estimate, LineItem, Option, decimal_text
from costing.units import exact, to_decimal
from dashboard.exports.harmless_cells import cell_text
from dashboard.exports.long_table import BYTE_ORDER_MARK
from dashboard.exports.paper import Paper


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """One line item of one option at the workload."""

    paper: Paper
    option: Option
    estimate: Estimate
    item: LineItem

    @property
    def is_contracted(self) -> bool:
        """Whether the price is no list price."""
        return self.item.price.provenance.basis == "contracted"

    @property
    def unit_price(self) -> Decimal:
        """Money for one unit, exact or with 28 digits."""
        return to_decimal(self.item.price.for_one())

    @property
    def quantity(self) -> Decimal:
        """Of the unit of the price, in a month."""
        hours = exact(HOURS_PER_MONTH)
        if self.item.price.unit.value == "month":
            hours = exact(1)
        return to_decimal(self.item.unrounded_quantity_per_hour * hours)


def _frequency(charge: Charge) -> str:
    return "Usage-Based" if charge.item.price.unit.value in ("token", "request") else "Recurring"


def _category(charge: Charge) -> str:
    term = charge.option.sold.term or ""
    if term.startswith(("reserved", "savings_plan")):
        return "Committed"
    return "Dynamic" if term == "spot" else "Standard"


def _list_cost(charge: Charge) -> Decimal | None:
    return None if charge.is_contracted else charge.item.cost_per_month


def _list_price(charge: Charge) -> Decimal | None:
    return None if charge.is_contracted else charge.unit_price


def _nothing(_charge: Charge) -> None:
    return None


MAPPING: Final[Mapping[str, Callable[[Charge], Any]]] = {
    "BilledCost": _nothing,
    "BillingAccountId": _nothing,
    "BillingAccountName": _nothing,
    "BillingCurrency": lambda one: one.paper.currency,
    "BillingPeriodEnd": _nothing,
    "BillingPeriodStart": _nothing,
    "ChargeCategory": lambda _: "Usage",
    "ChargeClass": _nothing,
    "ChargeDescription": lambda one: f"{one.option.name}: {one.item.name}",
    "ChargeFrequency": _frequency,
    "ChargePeriodEnd": _nothing,
    "ChargePeriodStart": _nothing,
    "ConsumedQuantity": lambda one: one.quantity,
    "ConsumedUnit": lambda one: one.item.unit,
    "ContractedCost": lambda one: one.item.cost_per_month,
    "ContractedUnitPrice": lambda one: one.unit_price,
    "EffectiveCost": lambda one: one.item.cost_per_month,
    "InvoiceIssuerName": _nothing,
    "ListCost": _list_cost,
    "ListUnitPrice": _list_price,
    "PricingCategory": _category,
    "PricingQuantity": lambda one: one.quantity,
    "PricingUnit": lambda one: one.item.price.unit.value,
    "ProviderName": lambda one: one.option.sold.provider,
    "PublisherName": lambda one: one.option.sold.provider,
    "RegionId": lambda one: one.option.sold.region,
    "RegionName": lambda one: one.option.sold.region,
    "ResourceName": lambda one: one.option.sold.instance or one.option.sold.model,
    "ServiceCategory": lambda _: "AI and Machine Learning",
    "ServiceName": lambda one: one.option.sold.model or one.option.name,
    "ServiceSubcategory": lambda _: "Generative AI",
    "SkuId": lambda one: one.option.sold.instance or one.option.sold.model,
    "SkuPriceId": lambda one: one.item.price.provenance.price_id,
    "x_RowKind": lambda _: "estimate",
    "x_PeriodHours": lambda _: HOURS_PER_MONTH,
    "x_OptionName": lambda one: one.option.name,
    "x_OptionKind": lambda one: one.estimate.kind,
    "x_OptionIsCheapest": lambda one: str(
        one.option.name == one.paper.answer.at_workload.cheapest
    ).lower(),
    "x_LineItemCode": lambda one: one.item.code,
    "x_RequestsPerHour": lambda one: one.estimate.requests_per_hour,
    "x_Deployment": lambda one: one.option.sold.deployment,
    "x_PriceAmount": lambda one: one.item.price.amount,
    "x_PricePer": lambda one: one.item.price.per,
    "x_PriceAsOf": lambda one: one.item.price.provenance.as_of,
    "x_PriceFetchedAt": lambda one: one.item.price.provenance.fetched_at,
    "x_PriceSource": lambda one: one.item.price.provenance.source,
    "x_PriceUrl": lambda one: one.item.price.provenance.url,
    "x_PriceBasis": lambda one: one.item.price.provenance.basis,
    "x_PriceDerived": lambda one: one.item.price.provenance.derived,
    "x_Formula": lambda one: one.item.formula,
    "x_AnswerSha256": lambda one: one.paper.seal,
}
"""Column by column, what of a line item stands there. None is an empty cell: a null of FOCUS."""
UNKNOWN: Final = "cost unknown"


def focus_rows(paper: Paper) -> str:
    """The rows as CSV. An option without a cost has one row that says so, and no number."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(MAPPING)
    table.writerows(_rows(paper))
    return BYTE_ORDER_MARK + written.getvalue()


def _rows(paper: Paper) -> Iterator[list[str]]:
    at = paper.answer.at_workload
    for option, estimate in zip(paper.options, at.estimates, strict=True):
        for item in estimate.line_items:
            charge = Charge(paper=paper, option=option, estimate=estimate, item=item)
            yield [_cell(told(charge)) for told in MAPPING.values()]
        if not estimate.line_items:
            known = {
                "BillingCurrency": paper.currency,
                "ChargeDescription": f"{option.name}: {paper.sentences.no_cost(estimate)}",
                "x_RowKind": UNKNOWN,
                "x_OptionName": option.name,
                "x_OptionKind": estimate.kind,
                "x_AnswerSha256": paper.seal,
            }
            yield [_cell(known.get(column)) for column in MAPPING]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return decimal_text(value)
    return cell_text(value.isoformat() if hasattr(value, "isoformat") else str(value))
