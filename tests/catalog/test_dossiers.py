"""One model and one machine with all around them, and how their prices went."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.dossier import Dossier, model_dossier
from catalog.errors import InstanceNotFound, ModelNotFound
from catalog.host_sheet import host_sheet
from catalog.price_past import host_past, offer_past, offers_with_past
from tests import snapshot_csv

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
MIXTRAL = "mistralai/Mixtral-8x7B-Instruct-v0.1"
MI300X = "azure/Standard_ND96is_MI300X_v5"


def read(database: Database, name: str, region: str = "japaneast") -> Dossier:
    with database.read() as session:
        return model_dossier(session, name, region)


def test_a_dossier_has_every_offer_with_a_current_price(bundled: Database) -> None:
    """No more, no fewer than the files have."""
    priced = {row["offer_id"] for row in snapshot_csv.rows("token_prices") if not row["valid_to"]}
    expected = {
        row["id"]
        for row in snapshot_csv.rows("offers")
        if row["model_id"] == LLAMA and row["id"] in priced
    }

    dossier = read(bundled, LLAMA)

    assert expected == {sheet.offer.id for sheet in dossier.offers}
    assert ["azure/Llama-3.3-70B-Instruct/global/japaneast"] == [
        sheet.offer.id for sheet in dossier.offers_in("japaneast")
    ]
    assert {"input": Decimal("0.71"), "output": Decimal("0.71")} == dict(
        dossier.offers_in("japaneast")[0].usd_per_million
    )


def test_offers_stand_cheapest_first_and_those_without_a_price_last(bundled: Database) -> None:
    """By the sum of input and output; an offer that lacks one of them cannot be compared."""
    sums = [
        None if len(known) < 2 else sum(known)
        for sheet in read(bundled, LLAMA).offers
        for known in [[sheet.usd_per_million[k] for k in ("input", "output") if k in sheet.prices]]
    ]

    whole = [one for one in sums if one is not None]
    assert sorted(whole) == whole
    assert [None] * (len(sums) - len(whole)) == sums[len(whole) :]


def test_hosts_carry_the_price_of_the_region_or_none(bundled: Database) -> None:
    """Azure lists three sizes; one has no price in Japan East."""
    hosts = {
        host.sku: host.price and host.price.usd_per_hour for host in read(bundled, MIXTRAL).hosts
    }

    assert {
        "Standard_NC96ads_A100_v4": Decimal("21.303"),
        "Standard_ND96amsr_A100_v4": Decimal("47.517"),
        "Standard_ND96asr_v4": None,
    } == hosts


def test_a_join_that_may_mean_another_model_names_it(bundled: Database) -> None:
    """Mistral's "mixtral-8x7b" may be the base model or the one that follows instructions."""
    assert {("genai_prices/mistral", "mixtral-8x7b"): ("mistralai/Mixtral-8x7B-v0.1",)} == dict(
        read(bundled, MIXTRAL).ambiguous
    )
    assert {} == dict(read(bundled, LLAMA).ambiguous)


def test_any_name_leads_to_the_canonical_model(bundled: Database) -> None:
    """An alias of another system, in other capitals."""
    assert LLAMA == read(bundled, "AZURE_AI/llama-3.3-70b-instruct").model.id
    with pytest.raises(ModelNotFound) as refused:
        read(bundled, "lama 9")
    assert refused.value.nearest


def test_the_past_of_an_offer_is_what_the_files_say(bundled: Database) -> None:
    """Steps in order, per million tokens, the last without an end or with the one it has."""
    with bundled.read() as session:
        offers = offers_with_past(session, "mistralai/mistral-large-4")
        [line] = [line for line in offer_past(session, offers[0]) if line.kind == "input"]

    expected = [
        (Decimal(row["amount"]) * 1_000_000 / Decimal(row["per"]), bool(row["valid_to"]))
        for row in sorted(snapshot_csv.rows("token_prices"), key=lambda row: row["valid_from"])
        if (row["offer_id"], row["kind"]) == (offers[0], "input")
    ]
    assert expected == [(step.usd, step.until is not None) for step in line.steps]
    assert [False, True, True] == [step.start_known for step in line.steps]


def test_the_past_of_a_machine_has_its_fall(bundled: Database) -> None:
    """88.488 until May 2025, then 48, last seen on the day of the list."""
    with bundled.read() as session:
        [line] = host_past(session, MI300X, "eastus2")

    assert [Decimal("88.488"), Decimal("48")] == [step.usd for step in line.steps]
    assert line.steps[0].until == line.steps[1].since
    assert "2026-06-18" == line.steps[1].seen_on.isoformat()


def test_a_machine_has_one_price_a_region_and_term_and_names_the_models(
    bundled: Database,
) -> None:
    """Cheapest first; further sources are told apart."""
    with bundled.read() as session:
        sheet = host_sheet(session, "Standard_NC96ads_A100_v4")

    places = [(price.region, price.term) for price in sheet.prices]
    assert len(places) == len(set(places))
    assert sorted(price.amount for price in sheet.prices) == [one.amount for one in sheet.prices]
    assert MIXTRAL in sheet.models
    price = sheet.price_in("japaneast")
    assert price is not None
    assert Decimal("21.303") == price.amount
    assert sheet.price_in("atlantis") is None


def test_an_unknown_machine_carries_the_nearest_names(bundled: Database) -> None:
    """So that the page can offer them."""
    with bundled.read() as session, pytest.raises(InstanceNotFound) as refused:
        host_sheet(session, "azure/Standard_NC96ads")
    assert refused.value.nearest
