"""What counted tokens cost: by the token, and as a share of a host."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import InvalidValue, Price, Serverless, TypedCapacity, Unit
from costing.answer_cost import TokenCount, added, host_share_cost, token_cost
from costing.units import to_decimal

COUNTS = st.integers(min_value=0, max_value=10**7)
AMOUNTS = st.decimals(min_value=0, max_value=100, places=6)


def price(amount: str | Decimal, per: str = "1000000", unit: Unit = Unit.TOKEN) -> Price:
    return Price(amount=Decimal(amount), per=Decimal(per), unit=unit, currency="USD")


OPTION = Serverless(name="Model", input=price("2.50"), output=price("10"), cached_input=price("1"))


def test_an_answer_costs_its_parts_each_at_its_own_price() -> None:
    counted = TokenCount(input_tokens=1_600, cached_input_tokens=600, output_tokens=60)

    cost = token_cost(OPTION, counted)

    assert cost is not None
    assert [(one.code, one.tokens, one.cost) for one in cost.items] == [
        ("input", 1_000, Decimal("0.0025")),
        ("cached_input", 600, Decimal("0.0006")),
        ("output", 60, Decimal("0.0006")),
    ]
    assert cost.cost == Decimal("0.0037")
    assert not cost.cached_at_input_price


def test_cached_tokens_without_a_price_cost_as_others_and_say_so() -> None:
    counted = TokenCount(input_tokens=1_000, cached_input_tokens=1_000, output_tokens=0)

    cost = token_cost(replace(OPTION, cached_input=None), counted)

    assert cost is not None
    assert cost.cost == Decimal("0.0025")
    assert cost.cached_at_input_price
    assert [one.code for one in cost.items] == ["cached_input"]


@pytest.mark.parametrize("missing", ["input", "output"])
def test_a_price_that_is_not_known_makes_the_cost_unknown(missing: str) -> None:
    counted = TokenCount(input_tokens=10, output_tokens=10)

    known = {"input": price("1"), "output": price("1")} | {missing: None}
    option = Serverless(name="Model", **known)  # type: ignore[arg-type]

    assert token_cost(option, counted) is None


def test_a_price_that_is_not_needed_may_be_unknown() -> None:
    cost = token_cost(replace(OPTION, output=None), TokenCount(input_tokens=10, output_tokens=0))

    assert cost is not None
    assert cost.cost == Decimal("0.000025")


@given(COUNTS, COUNTS, COUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_cost_is_that_of_fractions(
    fresh: int, cached: int, written: int, read: Decimal, again: Decimal, out: Decimal
) -> None:
    option = Serverless(name="M", input=price(read), output=price(out), cached_input=price(again))
    counted = TokenCount(
        input_tokens=fresh + cached, cached_input_tokens=cached, output_tokens=written
    )

    cost = token_cost(option, counted)

    wanted = (
        fresh * Fraction(read) + cached * Fraction(again) + written * Fraction(out)
    ) / 1_000_000
    assert cost is not None
    assert cost.cost == to_decimal(wanted)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"input_tokens": -1}, "input_tokens: expected a whole number from 0 on, found -1"),
        ({"output_tokens": True}, "output_tokens: expected a whole number from 0 on, found True"),
        ({"output_tokens": 1.5}, "output_tokens: expected a whole number from 0 on, found 1.5"),
        ({"output_tokens": -1}, "output_tokens: expected"),
        ({"cached_input_tokens": -1}, "cached_input_tokens: expected"),
        (
            {"cached_input_tokens": 11},
            "cached_input_tokens: expected at most the 10 input tokens, found 11",
        ),
    ],
)
def test_a_count_that_cannot_be_is_refused_by_name(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        TokenCount(**{"input_tokens": 10, "output_tokens": 10} | facts)


def test_a_full_host_costs_an_answer_the_time_of_the_tighter_rate() -> None:
    host = price("36", "1", Unit.HOUR)
    rates = TypedCapacity(
        input_tokens_per_second=Decimal(1_000), output_tokens_per_second=Decimal(10)
    )

    assert host_share_cost(host, rates, TokenCount(input_tokens=500, output_tokens=20)) == Decimal(
        "0.02"
    )
    assert host_share_cost(host, rates, TokenCount(input_tokens=5_000, output_tokens=20)) == (
        Decimal("0.05")
    )


def test_a_rate_that_is_not_stated_is_not_looked_at() -> None:
    rates = TypedCapacity(output_tokens_per_second=Decimal(10))
    counted = TokenCount(input_tokens=10**9, output_tokens=10)

    assert host_share_cost(price("36", "1", Unit.HOUR), rates, counted) == Decimal("0.01")


def test_a_host_is_priced_by_the_hour() -> None:
    rates = TypedCapacity(output_tokens_per_second=Decimal(10))

    with pytest.raises(InvalidValue, match="price: expected a price by the hour, found token"):
        host_share_cost(price("1"), rates, TokenCount(input_tokens=1, output_tokens=1))


def test_many_answers_are_added_and_cached_tokens_known_only_where_all_say() -> None:
    one = TokenCount(input_tokens=10, cached_input_tokens=4, output_tokens=1)
    other = TokenCount(input_tokens=20, cached_input_tokens=0, output_tokens=2)
    silent = TokenCount(input_tokens=5, output_tokens=3)

    assert added([one, other]) == TokenCount(
        input_tokens=30, cached_input_tokens=4, output_tokens=3
    )
    assert added([one, silent]).cached_input_tokens is None
    assert added([]) == TokenCount(input_tokens=0, cached_input_tokens=0, output_tokens=0)
