"""The parts of what hosts cost: rented ones with what interruptions take, owned ones part by part.

rented        hosts * price
interruption  hosts * price * interruption share / (1 - interruption share)
owned         hosts * each part of the price of an owned host / hours a month
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.line_items import LineItem, priced_item
from costing.options import Dedicated
from costing.owned import OwnedHost
from costing.units import HOURS_PER_MONTH, exact, to_decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenCount:
    """Hosts an hour in the mean, and how a formula says it in numbers that were given."""

    exact: Fraction
    formula: str
    inputs: Mapping[str, Decimal]


def host_items(option: Dedicated, hosts: WrittenCount, name: str = "Instances") -> list[LineItem]:
    """What so many hosts cost, without the hours that interruptions take."""
    if option.owned is not None:
        return _owned_items(option.owned, hosts)
    assert option.price is not None  # only options with a cost reach this
    return [priced_item("instances", name, hosts.exact, option.price, hosts.formula, hosts.inputs)]


def interruption_items(option: Dedicated, hosts: WrittenCount) -> list[LineItem]:
    """The paid hours of so many spot hosts that serve nothing; none where no share is stated."""
    share = option.interruption_share
    if share is None:
        return []
    assert option.price is not None
    lost = "interruption_share / (1 - interruption_share)"
    return [
        priced_item(
            "interruption",
            "Interruptions",
            hosts.exact * (option.paid_per_useful_hour - 1),
            option.price,
            f"{hosts.formula} * {lost}",
            {**hosts.inputs, "interruption_share": share},
        )
    ]


def _owned_items(owned: OwnedHost, hosts: WrittenCount) -> list[LineItem]:
    items: list[LineItem] = []
    for part in owned.parts:
        cost = hosts.exact * part.per_month / exact(HOURS_PER_MONTH)
        # A monthly price is exact only where it is told for as many months as it is spread over.
        months = part.inputs.get("useful_life_months", Decimal(1))
        items.append(
            LineItem(
                code=part.code,
                name=part.name,
                quantity_per_hour=to_decimal(hosts.exact),
                unit="instance",
                price=owned.monthly(part.per_month, months),
                cost_per_hour=to_decimal(cost),
                cost_per_month=to_decimal(cost * exact(HOURS_PER_MONTH)),
                formula=f"{hosts.formula} * {part.formula} / hours_per_month",
                quantity_formula=hosts.formula,
                inputs={**hosts.inputs, **part.inputs, "hours_per_month": HOURS_PER_MONTH},
                unrounded_cost_per_hour=cost,
                unrounded_quantity_per_hour=hosts.exact,
            )
        )
    return items
