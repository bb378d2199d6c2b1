"""How rows of AI services become offers, token prices and fees."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import catalog.snapshot
from catalog.sold_records import ManagedFeeRecord, OfferRecord
from catalog.sources.reading import Page
from tests.catalog.sources_azure.reading import amounts, models, only_unread, prices, reasons
from tests.emulators.azure.retail import meter_row

GPT5 = {"productName": "Azure OpenAI GPT5"}
PTU = "Provisioned Managed"
RESERVED_PTU = "Azure AI Foundry Provisioned Throughput Reservation"


def offers(page: Page) -> list[OfferRecord]:
    return [record for record in page.records if isinstance(record, OfferRecord)]


def fees(page: Page) -> dict[str, ManagedFeeRecord]:
    found = [record for record in page.records if isinstance(record, ManagedFeeRecord)]
    assert len({fee.id for fee in found}) == len(found)
    return {fee.id.removeprefix("azure/"): fee for fee in found}


@cache
def bundled() -> dict[str, dict[str, list[dict[str, str]]]]:
    """Prices of the snapshot's Azure list by offer and kind."""
    path = Path(catalog.snapshot.__file__).with_name("token_prices.csv")
    found: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if row["source_id"].startswith("azure_retail-"):
                found[row["offer_id"]][row["kind"]].append(row)
    return found


BUNDLED = """
gpt-4o-2024-11-20/regional/japaneast input
    gpt-4o-1120-Inp-regnl Tokens | OpenAI
gpt-4o-2024-11-20/regional/japaneast output
    gpt-4o-1120-Outp-regnl Tokens | OpenAI
gpt-4o-2024-11-20/data_zone/japaneast cached_input
    gpt 4o 1120 cached Inp Data Zone Tokens | OpenAI
Llama-3.3-70B-Instruct/global/japaneast output
    Llama 3.3 70B Outp glbl Tokens | Llama Models
Llama-4-Maverick-17B-128E-Instruct/global/eastus input
    Llama 4 Maverick 17B Inp glbl Tokens | Llama Models
gpt-4.1-nano/data_zone/eastus batch_output
    gpt 4.1 nano Batch Outp Data Zone Tokens | OpenAI
gpt-5/global/japaneast input
    GPT 5 Inpt Glbl 1M Tokens | OpenAI GPT5
gpt-5-mini/data_zone/eastus batch_cached_input
    GPT 5 Mini Batch Inpt cchd Dzone 1M Tokens | OpenAI GPT5
DeepSeek-V3-0324/global/eastus output
    V3-0324 Outp glbl Tokens | Deepseek Models
DeepSeek-R1/global/australiaeast input
    R1 Inp glbl Tokens | Deepseek Models
grok-3-mini/global/eastus input
    Grok 3 mini Inp glbl Tokens | Grok Models
Phi-4/unknown/eastus output
    Phi-4-Output Tokens | Phi Models
o1-mini/global/eastus cached_input
    o1 mini cached input glbl Tokens | OpenAI
gpt-oss-120b/global/eastus input
    gpt-oss-120B Inp glbl Tokens | OpenAI OSS Models
gpt-4o-2024-08-06/global/eastus2/fine_tuned output
    gpt-4o-0806-FT-outp-glbl Tokens | OpenAI
text-embedding-3-large/regional/japaneast input
    text-embedding-3-large-regnl Tokens | OpenAI
gpt-35-turbo-0125/regional/japaneast input
    gpt-35-turbo16K-0125 Inp-regional Tokens | OpenAI
"""


@pytest.mark.parametrize("entry", BUNDLED.strip().replace("\n    ", " | ").splitlines())
def test_a_live_row_gives_the_offer_the_amount_and_the_unit_of_the_bundled_list(entry: str) -> None:
    sold, meter, product = entry.split(" | ")
    offer_id, kind = f"azure/{sold}".split()
    (row,) = bundled()[offer_id][kind]
    region = offer_id.split("/")[3]
    unit = {"1000": "1K", "1000000": "1M"}[row["per"]]
    page = models(
        meter_row(
            meter,
            float(row["amount"]),
            unit,
            productName=f"Azure {product}",
            armRegionName=region,
            meterId=row["source_key"],
            effectiveStartDate=row["valid_from"],
            effectiveEndDate="2025-08-31T23:59:59Z" if row["valid_to"] else None,
        ),
        region=region,
        now=datetime(2025, 8, 25, 12, tzinfo=UTC),
    )
    assert not page.unread
    (price,) = prices(page.records)
    assert (price.offer_id, price.kind) == (offer_id, kind)
    assert (str(price.amount), str(price.per)) == (row["amount"], row["per"])
    assert price.source_key.startswith(row["source_key"])
    assert price.as_of == date.fromisoformat(row["as_of"])
    assert (price.valid_to and price.valid_to.isoformat()) == (
        row["valid_to"].replace("Z", "+00:00") or None
    )
    (offer,) = offers(page)
    assert (offer.id, offer.model_id, offer.model_key) == (offer_id, None, offer_id.split("/")[1])


def test_global_data_zone_and_regional_are_three_offers_with_prices_of_their_own() -> None:
    page = models(
        meter_row("gpt 4.1 Inp glbl Tokens", 0.002),
        meter_row("gpt 4.1 Outp glbl Tokens", 0.008),
        meter_row("gpt 4.1 Inp Data Zone Tokens", 0.0022),
        meter_row("gpt 4.1 Inp regnl Tokens", 0.00242),
    )
    assert amounts(page) == {
        "azure/gpt-4.1/global/eastus input": "0.002 per 1000 token",
        "azure/gpt-4.1/global/eastus output": "0.008 per 1000 token",
        "azure/gpt-4.1/data_zone/eastus input": "0.0022 per 1000 token",
        "azure/gpt-4.1/regional/eastus input": "0.00242 per 1000 token",
    }
    assert {(offer.deployment, offer.zone) for offer in offers(page)} == {
        ("global", None),
        ("data_zone", "us"),
        ("regional", None),
    }


def test_prices_for_a_thousand_and_for_a_million_tokens_keep_their_own_unit() -> None:
    page = models(
        meter_row("gpt 4.1 Inp glbl Tokens", 0.002, "1K"),
        meter_row("GPT 5 Inpt Glbl 1M Tokens", 1.25, "1M", **GPT5),
    )
    assert amounts(page) == {
        "azure/gpt-4.1/global/eastus input": "0.002 per 1000 token",
        "azure/gpt-5/global/eastus input": "1.25 per 1000000 token",
    }


def test_an_amount_is_read_from_its_digits_and_not_through_a_float() -> None:
    (price,) = prices(models(meter_row("gpt 4.1 nano cached Inp glbl Tokens", 2.5e-05)).records)
    assert price.amount == Decimal("0.000025")


def test_a_tuned_model_is_an_offer_of_its_own() -> None:
    page = models(meter_row("gpt-4o-0806-FT-inp-glbl Tokens", 0.00375))
    (offer,) = offers(page)
    assert offer.id == "azure/gpt-4o-2024-08-06/global/eastus/fine_tuned"
    assert offer.variant == "fine_tuned"


@pytest.mark.parametrize(
    ("meter", "region", "zone", "flags"),
    [
        ("gpt 4.1 Inp Data Zone Tokens", "swedencentral", "eu", ()),
        ("gpt 4.1 Inp Data Zone Tokens", "usgovvirginia", "us-gov", ()),
        ("gpt 4.1 Inp Data Zone Tokens", "japaneast", None, ("priced_but_not_offered_there",)),
        ("gpt 4.1 Inp glbl Tokens", "usgovvirginia", None, ("priced_but_not_offered_there",)),
        ("gpt 4.1 Inp regnl Tokens", "japaneast", None, ()),
    ],
)
def test_a_price_where_the_deployment_does_not_exist_is_flagged(
    meter: str, region: str, zone: str | None, flags: tuple[str, ...]
) -> None:
    (offer,) = offers(models(meter_row(meter, 0.002, armRegionName=region), region=region))
    assert (offer.zone, offer.flags) == (zone, flags)


def test_prices_of_short_prompts_say_so_and_those_of_long_prompts_are_listed() -> None:
    page = models(
        meter_row("5.6 sol ShortCo Inp Std Gl 1M Tokens", 5.0, "1M", **GPT5),
        meter_row("5.6 sol LongCo Inp Std Gl 1M Tokens", 10.0, "1M", **GPT5),
    )
    (offer,) = offers(page)
    assert offer.flags == ("price_of_short_prompts",)
    assert "long prompts" in only_unread(page, "unread_meter").detail


def test_every_meter_that_is_not_read_is_listed_with_its_name_and_the_reason() -> None:
    page = models(
        meter_row("5.4 pp inp Gl 1M Tokens", 5.0, "1M", **GPT5),
        meter_row("o4-mini-ft model grdr output Tokens", 0.004),
        meter_row("gpt 4.1 weirdly-worded glbl Tokens", 0.003),
        meter_row("Image-DALL-E-2-glbl Images", 2.0, "100"),
        meter_row("gpt 4.1 Inp glbl Tokens", 0.001, tierMinimumUnits=50_000.0),
        meter_row("gpt 4.1 Outp glbl Tokens", 0.0),
    )
    assert not page.records
    assert reasons(page) == {"unread_meter": 4, "volume_tier": 1, "zero_placeholder": 1}
    details = "\n".join(row.detail for row in page.unread)
    assert "Azure OpenAI GPT5 · 5.4 pp inp Gl 1M Tokens (1M): pp: priority" in details
    assert "weirdly" in details
    assert "50000" in details


def test_products_without_language_models_are_counted_by_product() -> None:
    page = models(
        meter_row("S1 Speech To Text", 1.0, "1 Hour", productName="Speech"),
        meter_row("S0 Neural Characters", 15.0, "1M", productName="Speech"),
        meter_row("S1 Characters", 10.0, "1M", productName="Translator Text"),
    )
    assert reasons(page) == {"other_product": 2}
    speech = next(row for row in page.unread if row.key == "eastus/Speech")
    assert speech.detail.startswith("2 rows")
    assert "S0 Neural Characters" in speech.detail


def test_two_meters_that_contradict_each_other_are_both_unread() -> None:
    one = meter_row("gpt 4o 0806 Inp glbl Tokens", 0.0025)
    other = meter_row("gpt-4o-0806-Inp-glbl Tokens", 0.005)
    for rows in ((one, other), (other, one)):
        page = models(*rows, meter_row("gpt-4o-0806-Outp-glbl Tokens", 0.01))
        assert [price.kind for price in prices(page.records)] == ["output"]
        assert reasons(page) == {"ambiguous": 2}


def test_an_offer_without_a_price_that_was_taken_is_none() -> None:
    page = models(
        meter_row("gpt 4o 0806 Inp glbl Tokens", 0.0025),
        meter_row("gpt-4o-0806-Inp-glbl Tokens", 0.005),
    )
    assert not page.records


def test_the_old_name_of_the_service_is_read_like_the_new_one() -> None:
    page = models(meter_row("gpt 4.1 Inp glbl Tokens", 0.002, serviceName="Cognitive Services"))
    assert len(prices(page.records)) == 1


def test_provisioned_throughput_by_the_hour_is_a_fee_a_place() -> None:
    page = models(
        meter_row(f"{PTU} Global Unit", 1.0, "1/Hour"),
        meter_row(f"{PTU} Data Zone Unit", 1.1, "1/Hour"),
        meter_row(f"{PTU} Regional Unit", 2.0, "1/Hour"),
        meter_row(f"{PTU} Global Unit", 1.0, "1/Hour", productName="Deepseek model family"),
    )
    found = fees(page)
    assert {key: (str(fee.amount), fee.deployment) for key, fee in found.items()} == {
        "ptu-hourly/azure-openai/global/eastus": ("1", "global"),
        "ptu-hourly/azure-openai/data-zone/eastus": ("1.1", "data_zone"),
        "ptu-hourly/azure-openai/regional/eastus": ("2", "regional"),
        "ptu-hourly/deepseek-model-family/global/eastus": ("1", "global"),
    }
    assert not prices(page.records)


def test_a_reservation_of_throughput_is_a_total_for_the_term_whatever_its_unit_says() -> None:
    reserved: dict[str, Any] = {"type": "Reservation", "productName": RESERVED_PTU}
    page = models(
        meter_row(f"{PTU} Global Unit", 260.0, "1/Hour", reservationTerm="1 Month", **reserved),
        meter_row(f"{PTU} Global Unit", 2652.0, "1/Hour", reservationTerm="1 Year", **reserved),
        meter_row(f"{PTU} Regional", 312.0, "1/Month"),
    )
    found = {fee.kind + (fee.term or ""): fee for fee in fees(page).values()}
    month, year = found["ptu_reservation1 Month"], found["ptu_reservation1 Year"]
    assert (month.amount, year.amount) == (Decimal(260), Decimal(2652))
    assert round(month.amount_per_hour, 6) == Decimal("0.356164")
    assert round(year.amount_per_hour, 5) == Decimal("0.30274")
    assert "whole term" in (year.note or "")
    legacy = found["ptu_commitment_legacy1 Month"]
    assert (legacy.amount, round(legacy.amount_per_hour, 6)) == (Decimal(312), Decimal("0.427397"))


def test_hosting_of_a_tuned_model_is_a_fee_and_no_token_price() -> None:
    page = models(
        meter_row("gpt-4.1-ft hosting regional Unit", 1.7, "1 Hour"),
        meter_row("Phi-4 FT Deployment Hosting Unit", 0.8, "1/Hour", productName="Phi"),
        meter_row("gpt-4o-0806-FT-Hstng-glbl Unit", 0.0, "1 Hour"),
    )
    found = fees(page)
    assert {key: (fee.kind, fee.models, str(fee.amount)) for key, fee in found.items()} == {
        "fine-tuned-hosting/azure-openai/gpt-4.1/regional/eastus": (
            "fine_tuned_hosting",
            "gpt-4.1",
            "1.7",
        ),
        "fine-tuned-hosting/phi/phi-4/unknown/eastus": ("fine_tuned_hosting", "Phi-4", "0.8"),
    }
    assert reasons(page) == {"zero_placeholder": 1}


def test_a_reservation_that_is_no_throughput_is_listed() -> None:
    page = models(
        meter_row("gpt 4.1 Inp glbl Tokens", 9.0, type="Reservation", reservationTerm="1 Year"),
        meter_row(f"{PTU} Global", 9.0, "1/Hour", type="Reservation", reservationTerm="9 Years"),
        meter_row(f"{PTU} Global", 9.0, "1/Day"),
    )
    assert not page.records
    assert reasons(page) == {"unread_meter": 3}


def test_a_broken_region_name_costs_only_its_row() -> None:
    rows = [
        meter_row("gpt 4.1 Inp glbl Tokens", 0.002, meterId="half of a pair \ud800"),
        meter_row("gpt 4.1 Outp glbl Tokens", 0.008),
    ]
    page = models(*rows)
    assert len(prices(page.records)) == 1
    assert reasons(page) == {"invalid": 1}
