"""What the builder makes of Azure's lists and of other providers' hosts: each fault once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.errors import SnapshotDamaged
from catalog.records import PriceRecord
from catalog.snapshot.build import build_snapshot
from catalog.snapshot.layout import MANIFEST, sha256_of
from catalog.snapshot.read import SnapshotContent, read_snapshot
from tests.catalog.test_snapshot_build import BUILT_ON, REFERENCE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SnapshotContent:
    """The snapshot of the small folder."""
    target = tmp_path_factory.mktemp("snapshot")
    build_snapshot(REFERENCE, target, BUILT_ON)
    return read_snapshot(target)


def _price(built: SnapshotContent, meter: str) -> PriceRecord:
    return next(price for price in built.prices if price.source_key == meter)


def test_an_offer_is_named_by_model_deployment_and_region(built: SnapshotContent) -> None:
    assert {
        "article/llama-2-7b",
        "azure/Llama-2-7b-chat/global/eastus",
        "azure/Llama-2-7b-chat/global/eastus/fine_tuned",
        "azure/Phi-9/unknown/japaneast",
        "azure/gpt-35-turbo-0125/regional/japaneast",
        "azure/gpt-35-turbo-0125/regional/usgovarizona",
        "azure/gpt-35-turbo-4k/global/swedencentral/fine_tuned",
        "azure/gpt-35-turbo-4k/regional/swedencentral/fine_tuned",
        "azure/gpt-4o-2024-05-13/data_zone/eastus",
        "azure/gpt-5/data_zone/eastus",
        "azure/gpt-5/data_zone/japaneast",
    } == {offer.id for offer in built.offers}


def test_a_price_keeps_its_amount_and_unit_and_what_its_offer_says(built: SnapshotContent) -> None:
    price = _price(built, "m-06")

    assert (Decimal("0.1375"), Decimal(1000000)) == (price.amount, price.per)
    assert ("azure", "eastus", "data_zone") == (price.provider_id, price.region, price.deployment)
    assert ("openai/gpt-5", 1) == (price.model_id, price.rank)
    assert (date(2025, 8, 25), date(2025, 8, 1)) == (price.as_of, price.valid_from.date())


def test_the_price_of_a_tuned_model_is_found_by_its_offer_only(built: SnapshotContent) -> None:
    """By its model it would pass for the price of the model as published."""
    offer = next(one for one in built.offers if one.id.endswith("eastus/fine_tuned"))

    assert ("fine_tuned", "meta-llama/Llama-2-7b-chat-hf") == (offer.variant, offer.model_id)
    assert _price(built, "m-03").model_id is None
    assert "meta-llama/Llama-2-7b-chat-hf" == _price(built, "m-01").model_id


@pytest.mark.parametrize(
    ("meter", "ended"),
    [
        ("m-07", True),
        ("m-08", False),
        ("m-09", True),
        ("m-10", False),
        ("m-11", True),
        ("m-12", False),
        ("m-05", False),
    ],
)
def test_a_price_that_the_notes_call_ended_has_an_end(
    built: SnapshotContent, meter: str, ended: bool
) -> None:
    """Regional and tuned, not in US Gov, not global; the data zone of one model, not its batch."""
    price = _price(built, meter)

    assert (date(2025, 9, 1) if ended else None) == (price.valid_to and price.valid_to.date())
    assert (("ended_by_note",) if ended else ()) == price.flags


def test_a_data_zone_is_named_where_it_is_one(built: SnapshotContent) -> None:
    """Japan East is priced as a data zone and lies in none."""
    offers = {offer.id: offer for offer in built.offers}

    assert "us" == offers["azure/gpt-5/data_zone/eastus"].zone
    assert offers["azure/gpt-5/data_zone/japaneast"].zone is None
    assert ("priced_but_not_offered_there",) == offers["azure/gpt-5/data_zone/japaneast"].flags


def test_fees_are_kept_whole_and_doubtful_ones_are_flagged(built: SnapshotContent) -> None:
    fees = {fee.amount: fee for fee in built.managed_fees}

    assert ("not_in_any_price_list",) == fees[Decimal("3.09")].flags
    assert ("not_in_any_price_list",) == fees[Decimal("0.74")].flags
    assert (None, "2026") == (fees[Decimal("0.74")].as_of, fees[Decimal("0.74")].as_of_text)
    assert (None, ("deployment_scope_is_two",)) == (
        fees[Decimal(5)].deployment,
        fees[Decimal(5)].flags,
    )
    assert Decimal("0.356164") == fees[Decimal(260)].amount_per_hour


def test_the_weight_of_an_output_token_says_how_it_is_known(built: SnapshotContent) -> None:
    sizing = {one.model_key: one for one in built.ptu_sizing}

    assert ("documented", "assumed", "unknown") == tuple(
        sizing[key].output_token_weight_basis for key in ("gpt-5", "o4-mini", "DeepSeek-R1")
    )
    assert sizing["DeepSeek-R1"].output_token_weight is None
    assert sizing["DeepSeek-R1"].regional_minimum_ptu is None
    assert "openai/gpt-5" == sizing["gpt-5"].model_id
    assert sizing["o4-mini"].model_id is None


def test_hosts_of_a_registry_model_stand_in_azures_order(built: SnapshotContent) -> None:
    hosts = [host for host in built.azure_model_hosts if host.name == "Llama-2-7b-chat"]

    assert [
        ("Standard_NC2x", 1, True, 3, "azure/Standard_NC2x"),
        ("Standard_XX9", 2, False, None, None),
        ("Standard_NC1x", 3, False, None, "azure/Standard_NC1x"),
    ] == [(one.sku, one.place, one.recommended, one.replicas, one.instance_id) for one in hosts]


def test_figures_of_the_registry_that_do_not_fit_are_flagged(built: SnapshotContent) -> None:
    models = {model.name: model for model in built.azure_models}

    assert "gone-1" not in models
    assert ("context_conflict", "min_gpus_fewer_than_host") == models["acme-wide-8k"].flags
    assert ("min_gpus_far_above_sibling",) == models["big-1b"].flags
    assert () == models["Llama-2-7b-chat"].flags
    assert ("stated_id_suspect",) == models["bert-base-uncased"].flags
    assert (date(2026, 7, 23), None) == (models["acme-wide-8k"].as_of, models["big-1b"].as_of)


def test_a_model_without_architecture_is_a_model(built: SnapshotContent) -> None:
    models = {model.id: model for model in built.models}
    details = {one.model_id: one for one in built.details}

    assert ("MIT", "Acme-Labs") == (
        models["Acme-Labs/acme-wide-8k"].license,
        models["Acme-Labs/acme-wide-8k"].publisher,
    )
    assert models["meta-llama/Llama-2-7b-chat-hf"].license is None
    assert models["openai/gpt-5"].source == "Azure Retail Prices API, 2025-08-25"
    assert {model.id for model in built.models} > {one.model_id for one in built.architectures}
    assert (131072, 4096) == (
        details["Acme-Labs/acme-wide-8k"].context_tokens,
        details["Acme-Labs/acme-wide-8k"].max_output_tokens,
    )


def test_keys_become_names_of_the_model(built: SnapshotContent) -> None:
    names = {(alias.alias, alias.evidence): alias.model_id for alias in built.aliases}

    assert "openai/gpt-3.5-turbo-0125" == names["gpt-35-turbo-0125", "rule"]
    assert "Acme/big-1b-chat" == names["big-1b-chat", "stated"]


def test_lines_of_one_name_that_fit_together_are_one_machine(built: SnapshotContent) -> None:
    """What one list leaves out, another tells."""
    machine = next(one for one in built.instances if one.id == "gcp/alpha-1g")
    prices = [price for price in built.prices if price.instance_id == "gcp/alpha-1g"]

    assert (12, Decimal(85)) == (machine.vcpus, machine.ram_gib)
    assert [
        (None, "on_demand", Decimal("1.9"), 3, "alpha-1g"),
        ("us-central1", "on_demand", Decimal(2), 2, "alpha-1g/us-central1"),
        ("us-central1", "spot", Decimal("0.5"), 2, "alpha-1g/us-central1"),
    ] == [(one.region, one.term, one.amount, one.rank, one.source_key) for one in prices]
    assert ("as_of_is_date_of_file", "community_kept", "no_region") == prices[0].flags
    assert (date(2025, 3, 7), None) == (prices[0].as_of, prices[1].as_of)


def test_lines_of_one_name_that_contradict_become_machines_of_their_own(
    built: SnapshotContent,
) -> None:
    """Two prices for the same size are left out: nobody could say which one is meant."""
    small = [one for one in built.instances if one.provider_id == "small-cloud"]

    assert ["Alpha (16 GB) (2 x Alpha-16GB, 8 vCPU, 32 GiB)"] == [one.sku for one in small]
    assert ("sku_name_not_unique",) == small[0].flags


def test_warnings_of_a_host_are_carried_over(built: SnapshotContent) -> None:
    """The provider's own list comes first."""
    machine = next(one for one in built.instances if one.sku == "nvidia-alpha x1")
    (price,) = [one for one in built.prices if one.instance_id == machine.id]

    assert ("billed_per_minute", "deprecated", "gpu_mem_as_published_suspect") == machine.flags
    assert ("billed_per_minute", "deprecated") == price.flags
    assert (1, "hf-inference-endpoints/aws") == (price.rank, price.provider_id)


def test_a_price_whose_offer_is_missing_is_refused(tmp_path: Path) -> None:
    """Nobody could say what it is the price of."""
    build_snapshot(REFERENCE, tmp_path, BUILT_ON)
    path = tmp_path / "token_prices.csv"
    old = path.read_bytes()
    new = old.replace(b"azure/gpt-5/data_zone/eastus,", b"azure/gpt-5/data_zone/westus,")
    path.write_bytes(new)
    manifest = tmp_path / MANIFEST
    manifest.write_text(manifest.read_text().replace(sha256_of(old), sha256_of(new)))

    with pytest.raises(SnapshotDamaged, match=r"not in offers\.csv"):
        read_snapshot(tmp_path)
