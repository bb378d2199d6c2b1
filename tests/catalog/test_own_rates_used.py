"""A company's own rates in a question: only where they may be told, in their period, by owner."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from catalog.database import Database
from catalog.own_prices import OwnPriceUse
from costing import RateKind
from tests.catalog.test_catalog_rates import PERIOD, TODAY, asking, own, price, refused


def test_an_own_rate_is_used_only_where_own_ones_may_be_told(new_shelf: Database) -> None:
    """Its cost would tell the rate; within its period its age is nothing."""
    own(new_shelf, PERIOD)
    value = asking(source="own", at_most_days_old="0", day="2026-11-20")

    found = price(new_shelf, value)
    unasked = refused(new_shelf, value, OwnPriceUse(today=TODAY))

    assert Decimal("6.12") * Decimal("150.25") == found.amount
    used = found.provenance.exchange
    assert used is not None
    assert ("Treasury", date(2026, 10, 1), date(2026, 11, 20), RateKind.OWN) == (
        used.owner, used.as_of, used.valid_to, used.kind,
    )  # fmt: skip
    assert ("own_rate_not_asked", "catalog_rates.source") == (unasked.code, unasked.field)
    assert "150.25" not in unasked.message


def test_an_own_rate_after_its_period_is_as_old_as_its_last_day(new_shelf: Database) -> None:
    own(new_shelf, PERIOD)

    found = refused(new_shelf, asking(source="own", at_most_days_old="5"))

    assert ("rate_too_old", "6", "2026-11-20") == (
        found.code, found.facts["age"], found.facts["as_of"],
    )  # fmt: skip


def test_own_rates_are_turned_round_but_never_chained(new_shelf: Database) -> None:
    """Stated beats turned round on one day; two that share a currency are no way."""
    turned = "JPY,USD,0.008,2026-11-25,,,Treasury"
    own(new_shelf, turned, "EUR,USD,1.1,2026-11-25,,,Chain", "EUR,JPY,160,2026-11-25,,,Chain")
    value = asking(source="own", owner="Treasury")

    assert Fraction("6.12") / Fraction("0.008") == price(new_shelf, value).for_one()
    own(new_shelf, "USD,JPY,124,2026-11-25,,,Treasury")
    assert Fraction("6.12") * 124 == price(new_shelf, value).for_one()
    chained = refused(new_shelf, asking(source="own", owner="Chain"))
    assert "rate_missing" == chained.code
    assert "of the source own, owner Chain" in chained.message


def test_of_several_owners_one_must_be_named(new_shelf: Database) -> None:
    """Nobody's rate is preferred."""
    own(new_shelf, PERIOD, PERIOD.replace("Treasury", "Branch").replace("150.25", "151"))

    found = refused(new_shelf, asking(source="own", day="2026-11-01"))
    named = price(new_shelf, asking(source="own", day="2026-11-01", owner="Branch"))

    assert ("rate_owner_needed", "Branch, Treasury") == (found.code, found.facts["found"])
    assert Decimal("6.12") * 151 == named.amount
