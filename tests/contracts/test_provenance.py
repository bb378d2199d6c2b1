"""Every price in every line item leads to where it is from: the question, or a catalog row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import httpx
import pytest

from catalog.scenario import parse_scenario, scenario_document
from tests.contracts.questions import QUESTIONS, document_of

TOLD = ("source", "url", "as_of", "owner")
CATALOG_PRICES_ALONE = {
    "catalog-host",
    "llama-3.3-70b-japan-east",
    "llama-3.3-70b-three-volumes",
    "gpt-4o-or-llama-japan-east",
}
WITH_CATALOG_PRICES = {"every-way-to-buy", *CATALOG_PRICES_ALONE, "own-tokens-and-region", "yen"}
OF_NO_PRICE = (
    "units", "support", "tax", "one_off_work", "owned_depreciation", "owned_power", "owned_people",
    "owned_colocation",
)  # fmt: skip
"""Shares, amounts that are paid once and what an owned host costs are no price of a row or of the
question; units have a test of their own."""
Item = Mapping[str, Any]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_typed_price_says_so_with_what_its_writer_gave(api: httpx.Client, question: str) -> None:
    """Amount, unit, source and date are those of the scenario, and there is no row."""
    scenario = scenario_document(parse_scenario(document_of(question)))

    answer = api.post("/break-even", json=document_of(question)).json()

    typed = [
        (o, i)
        for o, i in _line_items(answer)
        if i["price"]["derived"] == "typed" and i["code"] not in OF_NO_PRICE
    ]
    assert typed or question in CATALOG_PRICES_ALONE
    for option, item in typed:
        written, found = _written(scenario, option, item), item["price"]
        assert found["id"] is None
        assert found["fetched_at"] is None
        assert Decimal(written["amount"]) == Decimal(found["amount"])
        assert Decimal(written.get("per", 1)) == Decimal(found["per"])
        assert written["unit"] == found["unit"]
        assert scenario.get("currency", "USD") == found["currency"]
        assert written.get("basis", "list") == found["basis"]
        assert [written.get(key) for key in TOLD] == [found[key] for key in TOLD]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_catalog_price_is_the_row_of_its_id(api: httpx.Client, question: str) -> None:
    """GET prices returns that id with the same amount, unit, currency, source and date."""
    answer = api.post("/break-even", json=document_of(question)).json()

    looked_up = [
        i["price"]
        for _, i in _line_items(answer)
        if i["price"]["derived"] not in ("typed", "assumed") and i["code"] not in OF_NO_PRICE
    ]
    assert (question in WITH_CATALOG_PRICES) == bool(looked_up)
    rows = {one: _row(api, one) for one in {price["id"] for price in looked_up}}
    for price in looked_up:
        row = rows[price["id"]]
        same = ("per", "unit", "source", "url", "as_of", "basis", "fetched_at")
        assert [row[key] for key in same] == [_as_listed(price, key) for key in same]
        assert row["flags"] == price["flags"]
        if row["currency"] == price["currency"]:
            assert (row["amount"], row["derived"]) == (price["amount"], price["derived"])
        else:
            rate = answer["scenario"]["rates"][price["currency"]]["per_usd"]
            assert ("USD", "computed") == (row["currency"], price["derived"])
            assert Decimal(row["amount"]) * Decimal(rate) == Decimal(price["amount"])


def test_the_price_of_a_unit_is_the_fee_of_its_id(api: httpx.Client) -> None:
    """GET fees returns that id with the same amount, currency, source and date."""
    answer = api.post("/break-even", json=document_of("every-way-to-buy")).json()
    fees = {row["id"]: row for row in api.get("/fees", params={"limit": 200}).json()["items"]}

    used = [i["price"] for _, i in _line_items(answer) if i["code"] == "units"]

    assert len({price["id"] for price in used}) == 3
    for price in used:
        row = fees[price["id"]]
        same = ("amount", "currency", "source", "url", "as_of")
        assert [row[key] for key in same] == [price[key] for key in same]


def test_the_hosts_of_the_catalog_are_priced_by_region_and_term(api: httpx.Client) -> None:
    """Each row is of the machine, the place and the term that the option names."""
    answer = api.post("/break-even", json=document_of("catalog-host")).json()

    rows = [_row(api, item["price"]["id"]) for _, item in _line_items(answer)]

    assert [
        ("azure/Standard_NC16as_T4_v3", "eastus", "on_demand"),
        ("azure/Standard_NC16as_T4_v3", "centralus", "spot"),
        ("azure/Standard_NC24ads_A100_v4", "eastus", "on_demand"),
    ] == [(row["instance_id"], row["region"], row["term"]) for row in rows]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_oldest_date_of_the_answer_is_that_of_its_prices(
    api: httpx.Client, question: str
) -> None:
    """Of each option, and of all of them; without any date there is none."""
    answer = api.post("/break-even", json=document_of(question)).json()

    oldest = []
    for estimate in answer["at_workload"]["estimates"]:
        if estimate["status"] == "known":
            prices = [i["price"] for i in estimate["line_items"] if i["code"] != "add_on"]
            days = [price["as_of"] for price in prices if price["as_of"] is not None]
            assert min(days, default=None) == estimate["prices_as_of"]
        oldest += [estimate["prices_as_of"]] if estimate["prices_as_of"] else []
    assert min(oldest, default=None) == answer["prices_as_of"]


def _line_items(answer: Item) -> Iterator[tuple[str, Item]]:
    for verdict in (answer["at_workload"], *answer["volumes"]):
        for estimate in verdict["estimates"]:
            for item in estimate["line_items"]:
                yield estimate["name"], item


def _written(scenario: Item, option: str, item: Item) -> Item:
    """The price in the scenario that a line item is about."""
    if item["code"] == "add_on":
        [found] = [one for one in scenario["add_ons"] if one.get("name") == item["name"]]
        assert option in (found.get("applies_to") or [option])
        return dict(found)
    [document] = [one for one in scenario["options"] if one["name"] == option]
    if item["code"] in ("instances", "interruption"):
        return dict(document["price"])
    prices = document["prices"]
    code = item["code"] if item["code"] in prices else "input"  # cached input without its price
    return dict(prices[code])


def _row(api: httpx.Client, price_id: str) -> Item:
    """The row of an id among all current prices, page by page."""
    after: dict[str, str] = {}
    while True:
        page = api.get("/prices", params={"limit": 200, **after}).json()
        for row in page["items"]:
            if row["id"] == price_id:
                return dict(row)
        assert page["next"] is not None, f"no price has the id {price_id}"
        after = {"after": page["next"]}


def _as_listed(price: Item, key: str) -> Any:
    """A moment as the list writes it: with Z for UTC."""
    value = price[key]
    return value.replace("+00:00", "Z") if key == "fetched_at" else value
