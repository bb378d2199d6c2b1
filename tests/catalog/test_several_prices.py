"""Several rows for one price, or one in another currency: which counts, what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from costing import Price
from tests.catalog.questions import (
    ask,
    ask_serverless,
    document,
    looked_up,
    on_hosts,
    per_token,
    resolve_problem,
)
from tests.catalog.shelf import TWO_TARIFFS, ids_of


def _price(found: Price | None) -> Price:
    assert found is not None
    return found


def _regional(**other: Any) -> dict[str, Any]:
    return looked_up(provider="azure", deployment="regional", **other)


def test_prices_of_one_source_that_differ_are_refused_with_their_rows(new_shelf: Database) -> None:
    """None is picked; the person sees both and names an offer. On both databases."""
    found = resolve_problem(
        new_shelf, document(_regional(model="acme/two-tariffs"), region="eastus")
    )

    assert "ambiguous_price" == found.code
    assert "options.0" == found.field
    assert (
        "Expected one price, found 2 that differ (2.5 USD per 1000000 token, 2 USD per 1000000 "
        "token). Name an offer, or type the price."
    ) == found.message
    assert ids_of(*TWO_TARIFFS) == {row["id"] for row in found.rows}
    assert {
        ("2", "1000000"),
        ("2.5", "1000000"),
    } == {(row["amount"], row["per"]) for row in found.rows}
    assert {"2026-01-31"} == {row["as_of"] for row in found.rows}
    assert {"price page"} == {row["source"] for row in found.rows}


def test_an_offer_settles_what_a_look_up_cannot(shelf: Database) -> None:
    """The same model, one of its two tariffs."""
    option = ask_serverless(shelf, looked_up(offer="two-tariffs/reserve"))

    assert Decimal("2.5") == _price(option.input).amount


def test_one_price_published_in_two_forms_is_one_price(shelf: Database) -> None:
    """2 for a million is 0.002 for a thousand."""
    option = ask_serverless(shelf, _regional(), model="acme/agreed", region="eastus")

    assert Decimal("0.000002") == _price(option.input).amount / _price(option.input).per
    assert () == option.sold.flags


def test_the_same_number_in_two_currencies_is_two_prices(shelf: Database) -> None:
    """2 USD are not 2 EUR."""
    found = resolve_problem(shelf, document(_regional(model="acme/currencies"), region="eastus"))

    assert "ambiguous_price" == found.code
    assert {"USD", "EUR"} == {row["currency"] for row in found.rows}


@pytest.mark.parametrize(("model", "flags"), [("disputed", ("sources_disagree",)), ("nearly", ())])
def test_sources_that_differ_by_more_than_1_percent_are_said_to_disagree(
    shelf: Database, model: str, flags: tuple[str, ...]
) -> None:
    """2.04 beside 2.00 does, 2.02 does not; an amount in yen is not compared with dollars."""
    option = ask_serverless(shelf, _regional(), model=f"acme/{model}", region="eastus")

    assert Decimal(2) == _price(option.input).amount
    assert flags == option.sold.flags


def test_a_catalog_price_in_another_currency_needs_a_rate(shelf: Database) -> None:
    """No rate is guessed."""
    found = resolve_problem(
        shelf, document(on_hosts(instance="Standard_X"), region="eastus", currency="JPY")
    )

    assert "currency_without_rate" == found.code
    assert "options.0" == found.field
    assert (
        "The catalog's price is in USD and the scenario in JPY. The catalog has a sample rate of "
        "2026-10-30, not of today: 1 USD = 157.2502685… JPY (European Central Bank, 1 EUR = 1.1172 "
        "USD; 1 EUR = 175.68 JPY). To use it, say catalog_rates: {source: sample, "
        "at_most_days_old: N}. Or give a rate under rates, or type the price."
    ) == found.message


def test_a_rate_multiplies_exactly(new_shelf: Database) -> None:
    """6.12 x 150.123456789012345678901234 to the last digit, and marked as computed."""
    question = ask(
        new_shelf,
        document(
            on_hosts(instance="Standard_X"),
            region="eastus",
            currency="JPY",
            rates={"JPY": {"per_usd": "150.123456789012345678901234"}},
        ),
    )

    (price,) = question.options[0].prices
    assert Decimal("918.75555554875555555487555208") == price.amount
    assert "JPY" == price.currency
    assert "computed" == price.provenance.derived
    assert price.provenance.price_id is not None


def test_a_rate_leaves_prices_alone_that_are_in_the_currency(shelf: Database) -> None:
    """The catalog's dollars in a scenario in dollars, and what was typed in yen."""
    rates = {"JPY": {"per_usd": "150"}}

    dollars = ask_serverless(shelf, looked_up(offer="two-tariffs/reserve"), rates=rates)
    yen = ask_serverless(shelf, per_token(), rates=rates, currency="JPY")

    assert (Decimal("2.5"), "USD") == (_price(dollars.input).amount, _price(dollars.input).currency)
    assert (Decimal("0.002"), "JPY") == (_price(yen.input).amount, _price(yen.input).currency)
    assert "published" == _price(dollars.input).provenance.derived


@pytest.mark.parametrize(
    ("term", "currency", "found_in"),
    [("on_demand", "EUR", "USD"), ("spot", "JPY", "EUR"), ("spot", "USD", "EUR")],
)
def test_a_rate_of_the_wrong_currency_does_not_help(
    shelf: Database, term: str, currency: str, found_in: str
) -> None:
    """A rate is units for one US dollar, so it converts dollars only, into its own currency."""
    option = on_hosts(instance="Standard_X", term=term)

    found = resolve_problem(
        shelf,
        document(option, region="eastus", currency=currency, rates={"JPY": {"per_usd": "150"}}),
    )

    assert "currency_without_rate" == found.code
    assert (found_in, currency) == (found.facts["found"], found.facts["currency"])


def test_a_rate_that_would_make_too_many_digits_is_refused_by_its_path(shelf: Database) -> None:
    """Rather than rounded silently."""
    rate = "150.123456789012345678901234567890"

    found = resolve_problem(
        shelf,
        document(
            on_hosts(instance="Standard_X"),
            region="eastus",
            currency="JPY",
            rates={"JPY": {"per_usd": rate}},
        ),
    )

    assert "rates.JPY.per_usd" == found.field
    assert found.message.startswith("Expected a price of at most 30 decimal places, found 918.7555")
