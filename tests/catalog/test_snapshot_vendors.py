"""Other vendors' prices: by hand for the rules, and the real library for its traps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price

from catalog.snapshot.sold import Sold
from catalog.snapshot.vendor_library import (
    VendorAmount,
    VendorList,
    VendorModel,
    VendorPrices,
    read_vendor_library,
)
from catalog.snapshot.vendor_offers import START_UNKNOWN, published_name, vendor_offers

BUILT_ON = date(2026, 11, 25)


def _prices(
    starts_on: date | None = None, *, clock: bool = False, tiers: tuple[int, ...] = (), **usd: str
) -> VendorPrices:
    amounts = {
        kind: VendorAmount(base=Decimal(amount), tier_starts=tiers) for kind, amount in usd.items()
    }
    return VendorPrices(starts_on=starts_on, by_time_of_day=clock, amounts=amounts)


def _model(*prices: VendorPrices, provider: str = "acme", key: str = "m") -> VendorModel:
    return VendorModel(
        provider=provider,
        provider_name="Acme",
        provider_url=None,
        id=key,
        answered_id=key,
        context_tokens=None,
        prices=prices,
    )


def _sold(*models: VendorModel) -> Sold:
    return vendor_offers(VendorList(version="9.9", models=models), BUILT_ON)


def _told(sold: Sold) -> list[tuple[str, str, str, str, str]]:
    return [
        (row["kind"], row["amount"], row["valid_from"][:10], row["valid_to"][:10], row["flags"])
        for row in sold.prices
    ]


def test_an_undated_price_is_first_seen_on_the_day_of_the_build() -> None:
    sold = _sold(_model(_prices(input="2.50", output="8")))

    assert [
        ("input", "2.5", "2026-11-25", "", ""),
        ("output", "8", "2026-11-25", "", ""),
    ] == _told(sold)
    assert {("1000000", "token")} == {(row["per"], row["unit"]) for row in sold.prices}
    assert "unknown" == sold.offers[0]["deployment"]


def test_dated_prices_become_a_history() -> None:
    """The cached price did not change, so it is one row; the third price has not begun yet."""
    sold = _sold(
        _model(
            _prices(input="10", cached_input="0.5"),
            _prices(date(2025, 6, 10), input="2", cached_input="0.5"),
            _prices(date(2027, 1, 1), input="1", cached_input="0.5"),
        )
    )

    assert [
        ("input", "10", START_UNKNOWN.isoformat(), "2025-06-10", "start_unknown"),
        ("input", "2", "2025-06-10", "", ""),
        ("cached_input", "0.5", "2026-11-25", "", ""),
    ] == _told(sold)
    assert 1 == sold.left_out["genai-prices", "price that begins after the build"]


def test_a_kind_that_is_no_longer_sold_ends() -> None:
    sold = _sold(
        _model(
            _prices(date(2025, 1, 1), input="1", cached_input="0.5"),
            _prices(date(2025, 6, 1), input="1"),
        )
    )

    assert ("cached_input", "0.5", "2025-01-01", "2025-06-01", "") in _told(sold)
    assert ("input", "1", "2025-01-01", "", "") in _told(sold)


def test_the_price_below_the_tier_is_kept_and_the_tier_is_named() -> None:
    sold = _sold(_model(_prices(input="2", output="8", tiers=(200000, 400000))))

    assert "200000" == sold.offers[0]["context_tier_tokens"]
    (reason,) = sold.left_out
    assert reason[1].startswith("price of prompts above a length")
    assert 4 == sold.left_out[reason]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (_model(_prices(input="1"), provider="azure"), "azure: Azure"),
        (_model(_prices(input="1"), provider="openrouter"), "openrouter: resold"),
        (_model(_prices(input="1"), provider="elevenlabs"), "elevenlabs: billed"),
        (_model(_prices(input="1", clock=True)), "price by the time of day"),
        (_model(_prices(input="1"), key="ft:gpt-4o"), "a pattern for fine-tuned"),
        (_model(_prices()), "no price of text tokens"),
        (_model(_prices(output="1")), "no price of text tokens"),
        (
            _model(_prices(input="1")).__class__(
                **{**_model(_prices(input="1")).__dict__, "answered_id": "other"}
            ),
            "the library answers with another model",
        ),
    ],
    ids=["azure", "broker", "minutes", "clock", "tuned", "free", "output", "other"],
)
def test_what_is_not_taken_is_counted_with_its_reason(model: VendorModel, reason: str) -> None:
    sold = _sold(model)

    assert [] == sold.offers
    assert [] == sold.prices
    ((_, found),) = sold.left_out
    assert found.startswith(reason)


def test_zero_is_no_price() -> None:
    sold = _sold(_model(_prices(input="1", output="0")))

    assert ["input"] == [row["kind"] for row in sold.prices]


@pytest.mark.parametrize(
    ("provider", "key", "publisher", "name"),
    [
        ("aws", "meta.llama3-1-70b-instruct-v1:0", "meta", "llama3-1-70b-instruct"),
        (
            "aws",
            "regional.anthropic.claude-3-5-sonnet-20241022-v2:0",
            "anthropic",
            "claude-3-5-sonnet-20241022",
        ),
        ("aws", "amazon.titan-embed-text-v1", "amazon", "titan-embed-text-v1"),
        ("aws", "amazon.titan-embed-text-v2:0", "amazon", "titan-embed-text-v2"),
        ("fireworks", "deepseek-v3p2", None, "deepseek-v3.2"),
        ("databricks", "databricks-gpt-oss-20b", None, "gpt-oss-20b"),
        ("cerebras", "zai-glm-4.7", None, "glm-4.7"),
        ("cloudflare", "@cf/qwen/qwq-32b", "qwen", "qwq-32b"),
        ("perplexity", "perplexity/glm-5.3", None, "glm-5.3"),
        ("together", "zai-org/GLM-5.2", "zai-org", "GLM-5.2"),
    ],
)
def test_a_key_is_read_without_what_the_provider_adds(
    provider: str, key: str, publisher: str | None, name: str
) -> None:
    found = published_name(provider, key)

    assert (publisher, name) == (found.publisher, found.name)


def test_the_library_answers_for_azure_with_another_vendors_price() -> None:
    """The trap: 0.55 and 2.19 are DeepSeek's own prices, 2.5 times too low for Azure."""
    answer = calc_price(
        Usage(input_tokens=1_000_000, output_tokens=1_000_000),
        "DeepSeek-R1",
        provider_id="azure",
        genai_request_timestamp=datetime(2025, 8, 25, 12, tzinfo=UTC),
    )
    sold = vendor_offers(read_vendor_library(), BUILT_ON)

    assert Decimal("2.74") == answer.total_price
    assert "deepseek-reasoner" == answer.model.id
    assert not any(offer["provider_id"] == "azure" for offer in sold.offers)
    assert 23 == next(n for (_, why), n in sold.left_out.items() if why.startswith("azure:"))


def test_the_library_has_the_price_of_o3_before_and_after_june_2025() -> None:
    sold = vendor_offers(read_vendor_library(), BUILT_ON)

    found = [
        (row["kind"], row["amount"], row["valid_to"][:10])
        for row in sold.prices
        if row["offer_id"] == "openai/o3/unknown"
    ]
    assert ("input", "10", "2025-06-10") in found
    assert ("output", "40", "2025-06-10") in found
    assert ("input", "2", "") in found
    assert ("output", "8", "") in found
