"""The Hub's router: offers, prices as quoted, and nothing taken for free that is only unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.records import PriceRecord, ProviderRecord
from catalog.sold_records import OfferRecord
from catalog.sources.reading import Page
from catalog.sources.router import RouterConfig, make_router
from catalog.sync_records import RouterServiceRecord
from tests.catalog.sources.run_of_sources import (
    NOW,
    failure,
    live_wire,
    patient,
    records_of,
    unread_of,
)
from tests.emulators.loopback import Reply
from tests.emulators.price_lists import PriceLists, router_row, served_by


def _pages(*models: Any, reply: Reply | None = None, times: int = 1) -> list[Page]:
    with PriceLists(list(models)) as lists, live_wire(lists.base) as live:
        if reply is not None:
            lists.fail(reply, times=times)
        config = RouterConfig(base_url=f"{lists.base}/", timeout_seconds=5)
        return list(make_router(config, patient(live), now=NOW).fetch())


def _prices(pages: list[Page]) -> dict[tuple[str, str], Decimal]:
    return {(one.source_key, one.kind): one.amount for one in records_of(pages, PriceRecord)}


def test_a_provider_of_a_model_is_an_offer_with_two_prices_and_a_service() -> None:
    pages = _pages(router_row("org/model", served_by("together")))

    offer = records_of(pages, OfferRecord)[0]
    assert ("huggingface-router/together/org/model", "huggingface-router/together") == (
        offer.id,
        offer.provider_id,
    )
    assert ("org/model", "org/model", "unknown", ()) == (
        offer.model_id,
        offer.model_key,
        offer.deployment,
        offer.flags,
    )
    assert ["huggingface-router/together"] == [one.id for one in records_of(pages, ProviderRecord)]
    price = records_of(pages, PriceRecord)[1]
    assert ("output", Decimal("1.04"), Decimal(1_000_000), "token", "USD", 2) == (
        price.kind, price.amount, price.per, price.unit, price.currency, price.rank,
    )  # fmt: skip
    assert (offer.id, NOW, NOW.date()) == (price.offer_id, price.fetched_at, price.as_of)
    service = records_of(pages, RouterServiceRecord)[0]
    assert (131072, Decimal("91.235"), Decimal("412.5"), "live", True, NOW.date()) == (
        service.context_tokens, service.output_tokens_per_second, service.first_token_latency_ms,
        service.status, service.supports_tools, service.as_of,
    )  # fmt: skip
    assert (1, 1, None) == (pages[0].requests, pages[0].total, pages[0].cursor)


def test_noise_of_floats_is_rounded_to_six_places() -> None:
    pages = _pages(
        router_row(
            "a/b", served_by(pricing={"input": 1.0399999999999998, "output": 0.049999999999999996})
        )
    )

    assert {
        ("together/a/b", "input"): Decimal("1.04"),
        ("together/a/b", "output"): Decimal("0.05"),
    } == _prices(pages)


def test_a_provider_without_a_price_is_an_offer_without_one() -> None:
    bare = {"provider": "groq", "status": "live"}
    pages = _pages(router_row("a/b", bare, served_by(pricing=None), served_by(pricing={})))

    assert 3 == len(records_of(pages, OfferRecord))
    assert {} == _prices(pages)
    assert [] == unread_of(pages)
    assert records_of(pages, RouterServiceRecord)[0].context_tokens is None


def test_zero_is_a_price_only_where_the_router_says_free() -> None:
    zero = {"input": 0, "output": 0}
    pages = _pages(
        router_row("a/free", served_by(is_free=True, pricing=zero)),
        router_row("a/free-without", served_by(is_free=True, pricing=None)),
        router_row("a/zero", served_by(pricing=zero)),
    )

    assert {"together/a/free", "together/a/free-without"} == {key for key, _ in _prices(pages)}
    assert {("free",)} == {one.flags for one in records_of(pages, PriceRecord)}
    assert ["zero_placeholder"] * 2 == [row.reason for row in unread_of(pages)]
    assert 3 == len(records_of(pages, OfferRecord))


def test_a_provider_that_does_not_serve_now_is_flagged() -> None:
    pages = _pages(router_row("a/b", served_by(status="error"), served_by("groq", status="new")))

    assert [("not_live",), ("not_live",)] == [one.flags for one in records_of(pages, OfferRecord)]


@pytest.mark.parametrize(
    ("poison", "part"),
    [
        ("together", "row: expected an object"),
        ({**served_by(), "provider": None}, "provider: expected text"),
        (served_by(pricing={"input": "0.88"}), "pricing.input: expected a number"),
        (served_by(pricing={"input": -1}), "pricing.input: expected a price from 0"),
        (served_by(pricing={"output": True}), "pricing.output: expected a number"),
        (served_by(pricing={"output": float("nan")}), "pricing.output: expected a number"),
        (served_by(pricing={"output": float("inf")}), "pricing.output: expected a number"),
        (served_by(pricing={"output": 1e30}), "pricing.output: expected a number"),
        (served_by(pricing=[1]), "pricing: expected an object"),
        (served_by(is_free="yes"), "is_free: expected true or false"),
        (served_by(is_free=True), "pricing.input: expected 0, because is_free is true"),
        (served_by(context_length="128k"), "context_length: expected a whole number"),
        (served_by(throughput="fast"), "throughput: expected a number"),
    ],
)
def test_a_poison_provider_costs_itself_only(poison: Any, part: str) -> None:
    pages = _pages(router_row("a/b", poison, served_by("groq")), router_row("c/d"))

    assert 2 == len(records_of(pages, OfferRecord))
    assert [("a/b [0]", "invalid")] == [(row.key, row.reason) for row in unread_of(pages)]
    assert unread_of(pages)[0].detail.startswith(part)


@pytest.mark.parametrize("poison", [None, "a/b", {"id": 5}, {"id": "a/b"}, {"providers": []}])
def test_a_poison_model_costs_itself_only(poison: Any) -> None:
    pages = _pages(router_row("a/b"), poison, router_row("c/d"))

    assert 2 == len(records_of(pages, OfferRecord))
    assert ["model 2"] == [row.key for row in unread_of(pages)]


def test_nothing_measured_is_unknown_and_not_zero() -> None:
    pages = _pages(router_row("a/b", served_by(throughput=0, first_token_latency_ms=0.00001)))

    service = records_of(pages, RouterServiceRecord)[0]
    assert (None, None) == (service.output_tokens_per_second, service.first_token_latency_ms)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(content=[router_row()]), "drift"),
        (Reply(content={"data": {}}), "drift"),
        (Reply(content=b"<html>", content_type="text/html"), "not_json"),
        (Reply(status=404, content={}), "bad_status"),
        (Reply(status=500, content={}), "bad_status"),
        (Reply(status=302, headers=(("Location", "https://other.example/"),)), "other_host"),
        (Reply(content={"data": []}, breakage="cut"), "cut"),
    ],
)
def test_an_answer_that_is_no_list_is_told_and_never_an_empty_catalog(
    reply: Reply, reason: str
) -> None:
    assert reason == failure(lambda: _pages(router_row(), reply=reply, times=99)).reason


def test_a_fault_that_passes_is_counted_and_leaves_no_trace() -> None:
    pages = _pages(router_row(), reply=Reply(status=503, content={}), times=2)

    assert 3 == pages[0].requests
    assert 2 == len(_prices(pages))
