"""The tree of one number: what it is called, how it is computed, and what it comes from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from costing.columns import Columns, columns_of
from costing.estimate import Estimate
from costing.prices import Price
from costing.units import HOURS_PER_MONTH, to_decimal


class Origin(StrEnum):
    """Where a number comes from: computed here, given in the question, published as a price, what a
    host or unit serves, a constant of the method, counted in the hours of a profile, or chosen as
    the cheapest of all that were possible."""

    COMPUTED = "computed"
    GIVEN = "given"
    PRICE = "price"
    CAPACITY = "capacity"
    CONSTANT = "constant"
    PROFILE = "profile"
    CHOSEN = "chosen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One number with all that it comes from.

    name: what the formula above calls it. unit: such as USD/hour. value: exact, None where unknown.
    formula: over the names of `children`; None for a number that was given. label: the reader's
    name of a line item. price: the row or typed price behind it. evidence, sources: how what a host
    serves is known, and from where. missing: why the value is None.
    """

    name: str
    unit: str
    value: Fraction | None
    origin: Origin
    formula: str | None = None
    children: tuple["Trace", ...] = ()
    label: str | None = None
    price: Price | None = None
    evidence: str | None = None
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def shown(self) -> Decimal | None:
        """The value as estimates show it: in full where it terminates, else 28 digits."""
        return None if self.value is None else to_decimal(self.value)

    def walk(self) -> Iterator[tuple[int, "Trace"]]:
        """This number and all below it with their depth, each above what it reads."""
        yield 0, self
        for child in self.children:
            yield from ((depth + 1, one) for depth, one in child.walk())


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimateTrace:
    """The trees of one estimate.

    numbers: by the names that they have in the estimate (cost_per_month, instances,
    line_items.0.cost_per_hour, ...). What an option of its kind does not have is left out.
    """

    estimate: Estimate
    numbers: Mapping[str, Trace]

    def columns(self) -> Columns:
        """A row a number of a tree."""
        return tree_columns(self.estimate.name, self.numbers)


def tree_columns(option: str, numbers: Mapping[str, Trace]) -> Columns:
    """A row a number of every tree, each above what it reads."""
    return columns_of(
        [(number, depth, one) for number, tree in numbers.items() for depth, one in tree.walk()],
        {
            "option": lambda row: option,
            "number": lambda row: row[0],
            "depth": lambda row: row[1],
            "name": lambda row: row[2].name,
            "value": lambda row: row[2].shown,
            "unit": lambda row: row[2].unit,
            "formula": lambda row: row[2].formula,
            "origin": lambda row: row[2].origin.value,
            "price_id": lambda row: row[2].price and row[2].price.provenance.price_id,
            "source": lambda row: row[2].price and row[2].price.provenance.source,
            "as_of": lambda row: row[2].price and row[2].price.provenance.as_of,
        },
    )


UNITS: Final[Mapping[str, str]] = {
    "requests_per_hour": "requests/hour",
    "requests": "requests",
    "period_hours": "hours",
    "input_tokens": "tokens/request",
    "output_tokens": "tokens/request",
    "cached_input_share": "share",
    "peak_to_mean": "ratio",
    "minimum_instances": "instances",
    "spare_instances": "instances",
    "minimum_units": "units",
    "step_units": "units",
    "input_tokens_per_second": "tokens/second",
    "output_tokens_per_second": "tokens/second",
    "input_tokens_per_minute_per_unit": "tokens/minute/unit",
    "output_token_weight": "input tokens/output token",
    "seconds_per_hour": "seconds/hour",
    "minutes_per_hour": "minutes/hour",
    "hours_per_month": "hours/month",
    "always_on": "instances",
    "serving": "instances",
    "hours_above": "hours",
    "hours_in_profile": "hours",
    "weights_above": "weight",
    "weights_below": "weight",
    "total_of_weights": "weight",
    "quantity": "times",
    "interruption_share": "share",
    "purchase_price": "money",
    "residual_value": "money",
    "useful_life_months": "months",
    "power_kilowatts": "kilowatts",
    "power_usage_effectiveness": "ratio",
    "price_per_kilowatt_hour": "money/kilowatt hour",
    "people_hours_per_month": "hours/month",
    "people_price_per_hour": "money/hour",
    "colocation_fee_per_month": "money/month",
}
"""Units of the numbers that formulas name."""


def computed(
    name: str,
    value: Fraction | None,
    formula: str,
    children: Iterable[Trace],
    *,
    unit: str,
    label: str | None = None,
) -> Trace:
    """A number with a formula over the names of its children."""
    return Trace(
        name=name,
        unit=unit,
        value=value,
        origin=Origin.COMPUTED,
        formula=formula,
        children=tuple(children),
        label=label,
    )


def paid(name: str, unit: str, value: Decimal, price: Price) -> Trace:
    """A number that a price states."""
    return Trace(name=name, unit=unit, value=Fraction(value), origin=Origin.PRICE, price=price)


def given(name: str, value: Decimal, origin: Origin = Origin.GIVEN) -> Trace:
    """A number of the question, or a constant. base_ in front: of the base of a hybrid."""
    unit = UNITS[name.removeprefix("base_")]
    return Trace(name=name, unit=unit, value=Fraction(value), origin=origin)


def hours_per_month() -> Trace:
    """The length of every month."""
    return given("hours_per_month", HOURS_PER_MONTH, Origin.CONSTANT)
