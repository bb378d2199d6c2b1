"""How rates combine, exactly, and what is told of a rate that was used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import (
    Exchange,
    InvalidQuestion,
    InvalidValue,
    Provenance,
    RateKind,
    RateLeg,
    break_even,
)
from tests.costing.questions import hosts, money, question

RATES = st.decimals(min_value="0.000001", max_value="1000000", places=6)
DAY = date(2026, 11, 25)


def leg(base: str, quote: str, rate: str = "1") -> RateLeg:
    return RateLeg(base=base, quote=quote, rate=Decimal(rate))


def exchange(*legs: RateLeg, currency: str = "USD", to: str = "JPY", **other: Any) -> Exchange:
    values = {"kind": RateKind.PUBLISHED, "as_of": DAY, "source": "a bank", **other}
    return Exchange(
        amount=Decimal(4), per=Decimal(1), currency=currency, to=to, legs=legs, **values
    )


@given(dollars=RATES, yen=RATES)
def test_two_rates_of_one_base_cross_exactly(dollars: Decimal, yen: Decimal) -> None:
    """JPY for one USD = (JPY for one EUR) / (USD for one EUR), with no digit lost."""
    found = exchange(leg("EUR", "USD", f"{dollars}"), leg("EUR", "JPY", f"{yen}"))

    assert Fraction(str(yen)) / Fraction(str(dollars)) == found.rate()
    assert ((yen,), (dollars,)) == found.factors()


@given(rate=RATES)
def test_a_rate_may_be_followed_as_stated_or_backwards(rate: Decimal) -> None:
    """There and back is where it began."""
    there = exchange(leg("USD", "JPY", f"{rate}")).rate()
    back = exchange(leg("USD", "JPY", f"{rate}"), currency="JPY", to="USD").rate()

    assert Fraction(str(rate)) == there
    assert 1 == there * back


@pytest.mark.parametrize(
    ("legs", "found"),
    [
        ((), "they end at USD"),
        ((leg("USD", "EUR"),), "they end at EUR"),
        ((leg("EUR", "JPY"),), "EUR/JPY does not follow USD"),
        ((leg("EUR", "USD"), leg("GBP", "JPY")), "GBP/JPY does not follow EUR"),
    ],
)
def test_rates_that_do_not_lead_there_are_refused(legs: tuple[RateLeg, ...], found: str) -> None:
    with pytest.raises(InvalidQuestion, match=f"lead from USD to JPY, but {found}"):
        exchange(*legs)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
def test_a_rate_that_is_not_above_zero_is_refused(rate: str) -> None:
    with pytest.raises(InvalidValue, match="rate"):
        leg("USD", "JPY", rate)


def test_a_combined_rate_is_shown_with_ten_digits_beside_its_exact_legs() -> None:
    """What was cut is marked."""
    crossed = exchange(leg("EUR", "USD", "1.1172"), leg("EUR", "JPY", "175.68"))

    assert {
        "rate": "1 USD = 157.2502685… JPY",
        "legs": "1 EUR = 1.1172 USD; 1 EUR = 175.68 JPY",
        "day": "2026-11-25",
        "source": "a bank",
    } == crossed.facts()


def test_a_period_an_owner_and_what_is_not_stated_are_told() -> None:
    own = exchange(leg("USD", "JPY", "150.0"), owner="Treasury", valid_to=date(2026, 12, 31))
    bare = exchange(leg("USD", "JPY"), as_of=None, source=None)

    assert ("1 USD = 150 JPY", "2026-11-25 - 2026-12-31", "Treasury") == (
        own.facts()["rate"], own.facts()["day"], own.facts()["source"],
    )  # fmt: skip
    assert ("", "") == (bare.facts()["day"], bare.facts()["source"])


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        (RateKind.PUBLISHED, DAY, "rate_published"),
        (RateKind.OWN, DAY, "rate_own"),
        (RateKind.SAMPLE, DAY, "rate_sample"),
        (RateKind.TYPED, DAY, "rate_typed"),
        (RateKind.TYPED, None, "rate_typed_undated"),
    ],
)
def test_an_option_whose_price_was_converted_says_at_which_rate(
    kind: RateKind, day: date | None, code: str
) -> None:
    """Beside an option whose price was not converted, which says nothing."""
    used = exchange(leg("JPY", "USD", "0.0064"), currency="JPY", to="USD", kind=kind, as_of=day)
    price = replace(money("4"), provenance=Provenance(exchange=used))
    options = (replace(hosts("Converted"), price=price), hosts("Plain"))

    notices = break_even(question(*options)).notices

    rates = [one for one in notices if one.code.startswith("rate_")]
    assert [(code, "Converted", used.facts())] == [
        (one.code, one.option, one.facts) for one in rates
    ]
