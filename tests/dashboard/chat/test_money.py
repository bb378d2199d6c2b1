"""What an answer costs by the prices of the bundled catalog."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.tables import PRICE
from costing.answer_cost import TokenCount
from costing.units import to_decimal
from dashboard.chat.money import answer_money, models_by_token, money_document

TODAY = date(2026, 11, 26)
GPT = "openai/gpt-4.1-2025-04-14"
LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
COUNTED = TokenCount(input_tokens=1_599, cached_input_tokens=100, output_tokens=60)


def stored(database: Database, price_id: str) -> Fraction:
    """Money for one token, or one hour, of a row of the catalog."""
    with database.read() as session:
        row = session.execute(select(PRICE).where(PRICE.c.id == price_id)).mappings().one()
    assert row["currency"] == "USD"
    return Fraction(row["amount"]) / Fraction(row["per"])


def test_each_part_is_priced_by_a_row_of_the_catalog(catalog: Database) -> None:
    with catalog.read() as session:
        money = money_document(answer_money(session, GPT, "japaneast", COUNTED, TODAY))

    by_token = money["by_token"]
    tokens = {item["code"]: item["tokens"] for item in by_token["items"]}
    assert tokens == {"input": 1_499, "cached_input": 100, "output": 60}
    total = sum(
        item["tokens"] * stored(catalog, item["price"]["price_id"]) for item in by_token["items"]
    )
    assert by_token["cost"] == f"{to_decimal(Fraction(total))}"
    assert (by_token["provider"], by_token["region"]) == ("azure", "japaneast")
    assert by_token["flags"] == ["may_process_elsewhere"]
    assert not by_token["cached_at_input_price"]


def test_the_weights_of_nobody_run_on_no_host(catalog: Database) -> None:
    """gpt-4.1 is sold by the token alone: unknown, never 0."""
    with catalog.read() as session:
        assert answer_money(session, GPT, "eastus", COUNTED, TODAY).on_host is None


@pytest.mark.parametrize("region", ["eastus", "japaneast"])
def test_a_full_host_of_the_region_is_priced_by_its_capacity(
    catalog: Database, region: str
) -> None:
    with catalog.read() as session:
        money = answer_money(session, LLAMA, region, COUNTED, TODAY)
        found = money.on_host
        assert found is not None
        document = money_document(money)["on_host"]

    # The tokens are those of one request, so a full host serves capacity / tokens of them.
    p50 = found.host.answer.output_tokens_per_second.p50
    hourly = stored(catalog, document["price_id"])
    requests_per_hour = Fraction(p50) * 3600 / COUNTED.output_tokens
    least = hourly / requests_per_hour
    assert document["region"] == region
    # 0.70 to 0.85 of the capacity is planned with.
    assert least / Fraction("0.85") * Fraction("0.99") <= Fraction(Decimal(document["cost"]))
    assert Fraction(Decimal(document["cost"])) <= least / Fraction("0.70") * Fraction("1.01")


def test_where_no_host_of_the_region_serves_a_place_not_stated_is_told(catalog: Database) -> None:
    with catalog.read() as session:
        money = answer_money(session, LLAMA, "norwaywest", COUNTED, TODAY)
        document = money_document(money)["on_host"]

    assert document["region"] is None
    assert document["provider"] != "azure"


def test_an_unknown_model_has_no_cost_and_no_error(catalog: Database) -> None:
    with catalog.read() as session:
        money = money_document(answer_money(session, "no/such", "eastus", COUNTED, TODAY))

    assert (money["by_token"], money["on_host"]) == (None, None)


def test_an_answer_without_a_word_needs_no_host(catalog: Database) -> None:
    silent = TokenCount(input_tokens=10, output_tokens=0)
    with catalog.read() as session:
        money = answer_money(session, LLAMA, "eastus", silent, TODAY)

    assert money.on_host is None
    assert money.by_token is not None


def test_models_for_the_same_question_are_listed_cheapest_first(catalog: Database) -> None:
    with catalog.read() as session:
        found = models_by_token(session, "japaneast", COUNTED, TODAY)

    costs = [one.cost.cost for _, one in found]
    assert len(found) > 3
    assert costs == sorted(costs)
    assert LLAMA in [model for model, _ in found]
    assert all(one.option.sold.region == "japaneast" for _, one in found)
