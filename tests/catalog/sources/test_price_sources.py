"""Price lists that are read whole: litellm's map, the genai-prices library, what is bundled."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import ReferenceDataInvalid
from catalog.records import InstanceRecord, PriceRecord, ProviderRecord
from catalog.snapshot.map_offers import map_offers
from catalog.snapshot.price_map import PriceMap
from catalog.snapshot.vendor_library import VendorAmount, VendorList, VendorModel, VendorPrices
from catalog.sold_records import OfferRecord
from catalog.sources.bundled import make_bundled
from catalog.sources.genai_prices_library import make_genai_prices
from catalog.sources.litellm import LitellmConfig, make_litellm
from catalog.sources.own import make_own
from catalog.sources.reading import Page
from catalog.sources.whole_lists import pages_of
from tests.catalog.sources.run_of_sources import (
    NOW,
    failure,
    live_wire,
    patient,
    records_of,
    unread_of,
)
from tests.emulators.loopback import Reply
from tests.emulators.price_lists import MAP_PATH, PriceLists


def _entry(**changes: Any) -> dict[str, Any]:
    return {
        "litellm_provider": "azure",
        "mode": "chat",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 8e-06,
        **changes,
    }


def _pages(price_map: Any, reply: Reply | None = None) -> list[Page]:
    with PriceLists(price_map=price_map) as lists, live_wire(lists.base) as live:
        if reply is not None:
            lists.fail(reply, times=99)
        config = LitellmConfig(url=f"{lists.base}{MAP_PATH}", timeout_seconds=5)
        return list(make_litellm(config, patient(live), now=NOW).fetch())


def test_the_live_map_gives_the_offers_and_amounts_that_a_build_gives() -> None:
    """One parser: the same keys, so that stored prices are followed and not doubled."""
    content = {
        "sample_spec": {"mode": "x"},
        "azure/eu/gpt-4.1": _entry(deprecation_date="2027-01-31", source="https://a.example"),
        "azure_ai/DeepSeek-R1": _entry(litellm_provider="azure_ai", input_cost_per_token=1.35e-06),
        "gpt-4.1": _entry(litellm_provider="openai"),
    }
    parsed = json.loads(json.dumps(content), parse_float=Decimal)
    del parsed["sample_spec"]
    built = map_offers(PriceMap(version="1", entries=parsed, url="x"), date(2026, 11, 26))

    pages = _pages(content)

    assert [row["id"] for row in built.offers] == [one.id for one in records_of(pages, OfferRecord)]
    prices = records_of(pages, PriceRecord)
    assert [(row["offer_id"], row["kind"], row["amount"]) for row in built.prices] == [
        (one.offer_id, one.kind, str(one.amount)) for one in prices
    ]
    assert {(NOW, NOW, None, 3, "MIT")} == {
        (one.valid_from, one.fetched_at, one.as_of, one.rank, one.license) for one in prices
    }
    assert "BerriAI/litellm model_prices_and_context_window" == prices[0].source
    assert {None} == {one.model_id for one in prices}
    offer = records_of(pages, OfferRecord)[0]
    assert ("azure/gpt-4.1/data_zone-eu", "gpt-4.1", date(2027, 1, 31)) == (
        offer.id,
        offer.model_key,
        offer.retired_on,
    )


def test_numbers_of_the_live_map_stay_as_they_were_written() -> None:
    text = b'{"azure/a":{"litellm_provider":"azure","mode":"chat","input_cost_per_token":1.10e-7}}'

    assert ["0.00000011"] == [f"{one.amount:f}" for one in records_of(_pages(text), PriceRecord)]


@pytest.mark.parametrize(
    "poison",
    [
        1,
        [1],
        None,
        _entry(litellm_provider=["azure"]),
        _entry(mode={"chat": 1}),
        _entry(deprecation_date="2026-02-31"),
        _entry(input_cost_per_token="free", output_cost_per_token=None),
        _entry(input_cost_per_token=float("nan"), output_cost_per_token=None),
        _entry(source="half \ud800"),
    ],
)
def test_a_poison_entry_of_the_map_costs_itself_only(poison: Any) -> None:
    pages = _pages({"azure/bad": poison, "azure/good": _entry()})

    prices = records_of(pages, PriceRecord)
    assert 2 == len([one for one in prices if one.offer_id == "azure/good/unknown"])
    assert not [one for one in prices if one.offer_id == "azure/bad/unknown"]
    assert unread_of(pages)


def test_what_the_map_holds_and_the_catalog_does_not_is_counted_by_its_reason() -> None:
    pages = _pages({"azure/a": _entry(input_cost_per_token_priority=4e-06)})

    assert [("left_out", True)] == [
        (row.reason, row.detail.endswith(": 1 rows")) for row in unread_of(pages)
    ]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(content=b'{"azure/a": {'), "not_json"),
        (Reply(content=b"\xff\xfe"), "not_json"),
        (Reply(content=b'{"a":' * 100_000), "not_json"),
        (Reply(content=[]), "drift"),
        (Reply(content={}), "drift"),
        (Reply(status=404, content=b"404: Not Found"), "bad_status"),
    ],
)
def test_a_file_that_is_no_map_is_told_and_never_an_empty_list(reply: Reply, reason: str) -> None:
    assert reason == failure(lambda: _pages({}, reply)).reason


def _vendor(provider: str, model_id: str, *prices: tuple[date | None, str]) -> VendorModel:
    return VendorModel(
        provider=provider,
        provider_name=provider.title(),
        provider_url=None,
        id=model_id,
        answered_id=model_id,
        context_tokens=None,
        prices=tuple(
            VendorPrices(
                starts_on=start,
                by_time_of_day=False,
                amounts={"input": VendorAmount(base=Decimal(amount))},
            )
            for start, amount in prices
        ),
    )


def test_the_library_gives_what_holds_now_and_nothing_of_azure() -> None:
    models = (
        _vendor("openai", "o3", (None, "10"), (date(2025, 6, 10), "2")),
        _vendor("azure", "deepseek-r1", (None, "0.55")),
    )
    source = make_genai_prices(now=NOW, read=lambda: VendorList(version="0.2", models=models))

    pages = list(source.fetch())

    prices = records_of(pages, PriceRecord)
    assert [("openai/o3/unknown", Decimal(2), 4)] == [
        (one.offer_id, one.amount, one.rank) for one in prices
    ]
    assert date(2025, 6, 10) == prices[0].valid_from.date()
    assert ["openai"] == [one.id for one in records_of(pages, ProviderRecord)]
    assert any(row.detail.startswith("azure: Azure") for row in unread_of(pages))


def test_the_installed_library_is_read_in_pages_that_join_to_the_same_whole() -> None:
    source = make_genai_prices(now=NOW)

    whole = list(source.fetch())
    rest = list(source.fetch(cursor=whole[0].cursor))

    assert whole[1:] == [Page(**{**_fields(page), "unread": ()}) for page in rest]
    prices = records_of(whole, PriceRecord)
    assert len(prices) > 2000
    assert not [one for one in prices if one.provider_id == "azure"]
    assert len(prices) == len({(one.offer_id, one.kind) for one in prices})


def _fields(page: Page) -> dict[str, Any]:
    names = ("records", "unread", "cursor", "total", "requests")
    return {name: getattr(page, name) for name in names}


def test_the_bundled_snapshot_gives_what_holds_now() -> None:
    pages = list(make_bundled().fetch())

    assert len(records_of(pages, InstanceRecord)) > 300
    prices = records_of(pages, PriceRecord)
    assert len(prices) > 10_000
    assert all(one.valid_to is None for one in prices)
    assert None is pages[-1].cursor


def test_a_damaged_snapshot_is_a_failure_of_its_source(tmp_path: Path) -> None:
    assert "damaged" == failure(lambda: list(make_bundled(tmp_path).fetch())).reason


def test_own_prices_come_by_no_sync() -> None:
    source = make_own()

    assert ("own", []) == (source.name, list(source.fetch()))


def test_a_list_of_nothing_is_one_page_with_what_was_not_read() -> None:
    assert [Page(records=(), total=0, requests=1)] == list(pages_of([], requests=1))


@pytest.mark.parametrize("cursor", ["x", "-1", "", "²", "9" * 30])
def test_a_cursor_that_is_no_number_is_refused(cursor: str) -> None:
    assert "bad_cursor" == failure(lambda: list(pages_of([], cursor=cursor))).reason


def test_a_library_that_is_not_there_is_a_failure_of_its_source() -> None:
    def read() -> VendorList:
        raise ReferenceDataInvalid("Expected the library genai-prices, found it missing.")

    source = make_genai_prices(now=NOW, read=read)

    assert "not_installed" == failure(lambda: list(source.fetch())).reason
