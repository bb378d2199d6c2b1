"""Prices by the token out of the catalog: which rows count, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.price_store import record_price
from costing import Price, Unit
from tests.catalog.questions import (
    ask_serverless,
    document,
    looked_up,
    per_token,
    resolve_problem,
    typed,
)
from tests.catalog.shelf import READ, token_price


def _price(found: Price | None) -> Price:
    assert found is not None
    return found


def _regional(**other: Any) -> dict[str, Any]:
    return looked_up(provider="azure", deployment="regional", **other)


def test_provider_and_deployment_lead_to_the_prices_of_a_model(new_shelf: Database) -> None:
    """All four kinds of price, as published, each with the id of its row; on both databases."""
    option = ask_serverless(new_shelf, _regional(), model="acme/regional", region="japaneast")

    prices = (option.input, option.output, option.cached_input, option.hosting)
    assert [
        Decimal(3),
        Decimal(12),
        Decimal("0.3"),
        Decimal("1.70"),
    ] == [_price(one).amount for one in prices]
    assert (Decimal(1_000_000), Unit.TOKEN) == (_price(option.input).per, _price(option.input).unit)
    assert (Decimal(1), Unit.HOUR) == (_price(option.hosting).per, _price(option.hosting).unit)
    assert all((_price(one).provenance.price_id or "").startswith("p-") for one in prices)
    assert ("azure", "acme/regional") == (option.sold.provider, option.sold.model)
    assert ("regional", "japaneast") == (option.sold.deployment, option.sold.region)
    assert () == option.sold.flags


def test_a_kind_of_price_that_is_not_sold_is_unknown_and_not_free(shelf: Database) -> None:
    """The other region publishes an input price only."""
    option = ask_serverless(shelf, _regional(), model="acme/regional", region="westus")

    assert Decimal(2) == _price(option.input).amount
    assert (None, None, None) == (option.output, option.cached_input, option.hosting)


def test_batch_prices_are_no_prices_of_single_requests(shelf: Database) -> None:
    """They are cheaper because the answer comes a day later."""
    option = ask_serverless(shelf, _regional(), model="acme/batch-only", region="eastus")

    assert option.input is None


def test_an_offer_leads_to_its_model_provider_and_region(shelf: Database) -> None:
    """What the offer says counts, whatever the scenario says of the region."""
    option = ask_serverless(
        shelf, looked_up(offer="two-tariffs/standard"), model="acme/agreed", region="japaneast"
    )

    assert Decimal(2) == _price(option.input).amount
    assert ("acme/two-tariffs", "azure") == (option.sold.model, option.sold.provider)
    assert ("eastus", "regional") == (option.sold.region, option.sold.deployment)


def test_the_offer_of_the_article_brings_its_warnings(bundled: Database) -> None:
    """Each once, though three rows carry them; on both databases."""
    option = ask_serverless(bundled, looked_up(offer="article/llama-2-7b"))

    assert [
        Decimal("0.00067"),
        Decimal("0.00052"),
        Decimal("3.09"),
    ] == [_price(one).amount for one in (option.input, option.output, option.hosting)]
    assert "unknown" == option.sold.deployment
    assert (
        "historical",
        "hosting_fee_of_fine_tuned_variant",
        "input_above_output_suspect",
    ) == option.sold.flags


def test_an_unknown_offer_is_refused(shelf: Database) -> None:
    """By its name, as typed."""
    found = resolve_problem(shelf, document(looked_up(offer="agreed/standart")))

    assert "options.0.offer" == found.field
    assert "The catalog knows no offer 'agreed/standart'." == found.message


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"provider": "azure"},
        {"deployment": "global"},
        {"offer": "agreed/standard", "prices": {"input": typed("1", "token")}},
    ],
)
def test_prices_come_from_exactly_one_place(shelf: Database, fields: dict[str, Any]) -> None:
    """Typed, of an offer, or looked up by provider and deployment."""
    found = resolve_problem(shelf, document(looked_up(**fields)))

    assert "options.0" == found.field
    assert (
        "Expected typed prices, an offer, or provider and deployment: exactly one of these."
    ) == found.message


def test_a_look_up_needs_a_model(shelf: Database) -> None:
    """Of the option or of the question."""
    found = resolve_problem(shelf, document(_regional(), region="eastus"))

    assert "required" == found.code
    assert "options.0.model" == found.field


def test_a_regional_look_up_needs_a_region(shelf: Database) -> None:
    """The model is sold in two, at two prices; neither is taken for granted."""
    found = resolve_problem(shelf, document(_regional(), model="acme/regional"))

    assert "required" == found.code
    assert "options.0.region" == found.field


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            "regional",
            "Found no regional price of acme/regional in eastus. It has one in japaneast, westus.",
        ),
        ("everywhere", "Found no regional price of acme/everywhere in eastus. Type the price."),
    ],
)
def test_a_model_without_a_price_here_says_where_it_has_one(
    shelf: Database, model: str, message: str
) -> None:
    """Of the same provider and deployment; else a person types it."""
    found = resolve_problem(shelf, document(_regional(model=f"acme/{model}"), region="eastus"))

    assert "no_price" == found.code
    assert "options.0" == found.field
    assert message == found.message


def test_a_provider_that_does_not_sell_the_model_has_no_price(shelf: Database) -> None:
    """Another provider's price is not taken instead."""
    option = looked_up(provider="nobody", deployment="global", model="acme/everywhere")

    found = resolve_problem(shelf, document(option))

    assert (
        "Found no global price of acme/everywhere in any region. Type the price."
    ) == found.message


def test_a_price_of_unknown_deployment_matches_no_other(loaded: Database) -> None:
    """The article does not say where its requests are processed; only who asks for that gets it."""
    llama = {"model": "llama-2-7b", "provider": "azure"}

    refused = [
        resolve_problem(loaded, document(looked_up(deployment=kind, **llama), region="eastus"))
        for kind in ("global", "data_zone", "regional")
    ]
    asked_for = ask_serverless(loaded, looked_up(deployment="unknown", **llama))

    assert ["no_price"] * 3 == [one.code for one in refused]
    assert "unknown" == asked_for.sold.deployment


def test_a_global_price_serves_any_region_and_is_flagged(shelf: Database) -> None:
    """The price of unknown deployment beside it is left alone."""
    option = looked_up(provider="azure", deployment="global")

    found = ask_serverless(shelf, option, model="acme/everywhere", region="japaneast")

    assert Decimal(1) == _price(found.input).amount
    assert Decimal(4) == _price(found.output).amount
    assert "japaneast" == found.sold.region
    assert ("may_process_elsewhere",) == found.sold.flags


def test_a_typed_global_price_is_flagged_too(shelf: Database) -> None:
    """A regional one is not."""
    everywhere = ask_serverless(shelf, per_token(deployment="global", provider="a shop"))
    here = ask_serverless(shelf, per_token(deployment="regional"))

    assert ("may_process_elsewhere",) == everywhere.sold.flags
    assert "a shop" == everywhere.sold.provider
    assert () == here.sold.flags


def test_typed_prices_are_taken_as_typed(shelf: Database) -> None:
    """A kind that is left out is unknown."""
    prices = {"input": typed("0.00067", "token", per="1000"), "hosting": typed("3.09", "month")}

    option = ask_serverless(shelf, looked_up(prices=prices))

    assert (
        Decimal("0.00067"),
        Decimal(1000),
    ) == (_price(option.input).amount, _price(option.input).per)
    assert Unit.MONTH == _price(option.hosting).unit
    assert option.output is None
    assert option.cached_input is None


def test_prices_out_of_two_sources_in_one_option_are_flagged(new_shelf: Database) -> None:
    """A cached price that only a mirror tells is taken, and said to be another source's."""
    other = token_price(
        "everywhere",
        "0.1",
        region=None,
        deployment="global",
        kind="cached_input",
        source="a mirror",
        rank=2,
    )
    asked = looked_up(model="acme/everywhere", provider="azure", deployment="global")
    before = ask_serverless(new_shelf, asked, region="eastus")
    with new_shelf.write() as session:
        record_price(session, other, READ)

    after = ask_serverless(new_shelf, asked, region="eastus")

    assert "sources_mixed" not in before.sold.flags
    assert "sources_mixed" in after.sold.flags
