"""A catalog price in the currency of the scenario, at a rate the scenario states, never at one we
guess."""

from __future__ import annotations

from decimal import Context, Decimal

from catalog.problems import Path, Refused, problem
from catalog.scenario import Scenario
from catalog.views import OwnPrice
from catalog.views import Price as PriceRow
from costing import InvalidValue, Price, Provenance, Unit

EXACT = Context(prec=200)
"""Wide enough that a product of two typed numbers is never rounded."""


def in_currency(row: PriceRow, scenario: Scenario, path: Path) -> Price:
    """The row as a costing price. Raises Refused where it needs a rate that the scenario lacks,
    or where the product has more digits than a price may have."""
    amount, derived = row.amount, row.derived
    if row.currency != scenario.currency:
        amount = EXACT.multiply(amount, rate_of(row.currency, scenario, path))
        derived = "computed"
        path = ("rates", scenario.currency, "per_usd")
    provenance = Provenance(
        source=row.source,
        url=row.url,
        as_of=row.as_of,
        fetched_at=row.fetched_at,
        basis=row.basis,
        derived=derived,
        price_id=row.id,
        owner=row.owner if isinstance(row, OwnPrice) else None,
        flags=tuple(row.flags),
    )
    try:
        return Price(
            amount=amount,
            per=row.per,
            unit=Unit(row.unit),
            currency=scenario.currency,
            provenance=provenance,
        )
    except InvalidValue as error:
        reason = f"Expected a price of {error.expected}, found {error.found} {scenario.currency}."
        raise Refused([problem("invalid", path, reason=reason)]) from None


def rate_of(currency: str, scenario: Scenario, path: Path) -> Decimal:
    """Units of the scenario's currency for one unit of another; only US dollars can be converted.

    Raises Refused where the scenario states no rate."""
    if currency == scenario.currency:
        return Decimal(1)
    rate = scenario.rates.get(scenario.currency)
    if currency != "USD" or rate is None:
        raise Refused(
            [problem("currency_without_rate", path, found=currency, currency=scenario.currency)]
        )
    return rate.per_usd
