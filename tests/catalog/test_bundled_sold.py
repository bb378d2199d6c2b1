"""Figures that people look up first, held against what is known of them from elsewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.price_queries import instance_prices, model_prices, offer_prices, price_history
from catalog.snapshot.read import SnapshotContent, read_snapshot


@pytest.fixture(scope="module")
def bundle() -> SnapshotContent:
    """The bundled snapshot, read once."""
    return read_snapshot()


def _per_million(database: Database, offer_id: str) -> dict[str, Decimal]:
    with database.read() as session:
        found = offer_prices(session, offer_id)
    return {price.kind: price.amount / price.per * 1_000_000 for price in found}


@pytest.mark.parametrize(
    ("offer", "usd"),
    [
        ("azure/gpt-4.1/global/eastus2", {"input": "2", "output": "8"}),
        ("azure/gpt-4.1/data_zone/eastus2", {"input": "2.2", "output": "8.8"}),
        ("azure/gpt-4.1/data_zone-us", {"input": "2.2", "output": "8.8"}),
        ("azure/Llama-3.3-70B-Instruct/global/eastus", {"input": "0.71", "output": "0.71"}),
        (
            "azure/Llama-4-Maverick-17B-128E-Instruct/global/eastus",
            {"input": "0.25", "output": "1"},
        ),
        ("azure/DeepSeek-R1/global/eastus", {"input": "1.35", "output": "5.4"}),
        ("azure/deepseek-r1/unknown", {"input": "1.35", "output": "5.4"}),
        ("azure/DeepSeek-V3-0324/global/eastus", {"input": "1.14", "output": "4.56"}),
        (
            "azure/gpt-4o-2024-11-20/regional/japaneast",
            {"input": "3.025", "cached_input": "1.513", "output": "12.1"},
        ),
        ("openai/o3/unknown", {"input": "2", "output": "8"}),
        ("together/meta-llama/Llama-3.3-70B-Instruct-Turbo/unknown", {"input": "0.88"}),
        ("huggingface_together/meta-llama/Llama-3.3-70B-Instruct/unknown", {"input": "1.04"}),
    ],
)
def test_a_price_by_the_token_is_the_known_one(
    bundled: Database, offer: str, usd: dict[str, str]
) -> None:
    found = _per_million(bundled, offer)

    assert {kind: Decimal(amount) for kind, amount in usd.items()} == {
        kind: found[kind] for kind in usd
    }


def test_azures_price_of_deepseek_r1_is_never_another_vendors(bundled: Database) -> None:
    """0.55 and 2.19 are DeepSeek's own; data zone and region cost a tenth more."""
    with bundled.read() as session:
        model = find_model(session, "DeepSeek-R1")
        found = [p for p in model_prices(session, model.id) if p.provider_id == "azure"]

    assert "deepseek-ai/DeepSeek-R1" == model.id
    assert {
        ("global", "input", Decimal("1.35")),
        ("global", "output", Decimal("5.4")),
        ("data_zone", "input", Decimal("1.485")),
        ("data_zone", "output", Decimal("5.94")),
        ("regional", "input", Decimal("1.485")),
        ("regional", "output", Decimal("5.94")),
    } == {
        (price.deployment, price.kind, price.amount / price.per * 1_000_000)
        for price in found
        if price.rank == 1
    }
    assert all(price.amount / price.per * 1_000_000 >= Decimal("1.35") for price in found)


def test_the_price_of_o3_fell_in_june_2025(bundled: Database) -> None:
    with bundled.read() as session:
        found = {price.kind: price for price in offer_prices(session, "openai/o3/unknown")}
        history = {
            kind: [(p.amount, p.valid_to and p.valid_to.date()) for p in rows]
            for kind in ("input", "output")
            for rows in [price_history(session, found[kind].series)]
        }

    assert {
        "input": [(Decimal(10), date(2025, 6, 10)), (Decimal(2), None)],
        "output": [(Decimal(40), date(2025, 6, 10)), (Decimal(8), None)],
    } == history


def test_a_price_that_ended_is_not_current(bundled: Database, bundle: SnapshotContent) -> None:
    ended = [price for price in bundle.prices if "ended_by_note" in price.flags]

    assert 171 == len(ended)
    assert {date(2025, 9, 1)} == {price.valid_to.date() for price in ended if price.valid_to}
    assert {} == _per_million(bundled, "azure/gpt-35-turbo-0125/regional/japaneast")


def test_ptu_prices_are_those_of_the_list(bundle: SnapshotContent) -> None:
    found = {
        (fee.deployment, fee.term, fee.amount)
        for fee in bundle.managed_fees
        if fee.kind in ("ptu_hourly", "ptu_reservation")
    }

    assert {
        ("global", None, Decimal("1")),
        ("data_zone", None, Decimal("1.1")),
        ("regional", None, Decimal("2")),
        ("global", "1 Month", Decimal("260")),
        ("global", "1 Year", Decimal("2652")),
    } <= found


def test_hosts_cost_what_the_lists_say(bundled: Database) -> None:
    with bundled.read() as session:
        article = find_instance(session, "NC12s_v3")
        h200 = find_instance(session, "ND96isr_H200_v5")
        amounts = [
            instance_prices(session, host.id, region, "on_demand")[0].amount
            for host, region in ((article, "eastus"), (article, "japaneast"), (h200, "eastus2"))
        ]

    assert [Decimal("6.12"), Decimal("8.388"), Decimal("84.8")] == amounts


def test_a_host_without_a_region_has_a_price_without_one(bundled: Database) -> None:
    """A2 in the list kept by hand has a region, in the community's list it has none."""
    with bundled.read() as session:
        machine = find_instance(session, "gcp/a2-highgpu-1g")
        (nowhere,) = instance_prices(session, machine.id, None, "on_demand")
        (central,) = instance_prices(session, machine.id, "us-central1", "on_demand")
        endpoint = find_instance(session, "nvidia-l4 x1", "hf-inference-endpoints/aws")
        (hosted,) = instance_prices(session, endpoint.id, None, "on_demand")

    assert (Decimal("3.67"), 3, "no_region") == (nowhere.amount, nowhere.rank, nowhere.flags[-1])
    assert (Decimal("3.673385"), 2, ("hand_kept_constants",)) == (
        central.amount,
        central.rank,
        central.flags,
    )
    assert (12, Decimal(85)) == (machine.vcpus, machine.ram_gib)
    assert (Decimal("0.8"), ("billed_per_minute",)) == (hosted.amount, hosted.flags)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Llama-3.3-70B-Instruct", "meta-llama/Llama-3.3-70B-Instruct"),
        ("azure_ai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("gpt-oss-120b", "openai/gpt-oss-120b"),
        ("gpt-4.1", "openai/gpt-4.1-2025-04-14"),
        ("gpt-4o-2024-11-20", "openai/gpt-4o-2024-11-20"),
        ("mistralai-Mistral-7B-Instruct-v01", "mistralai/Mistral-7B-Instruct-v0.1"),
        ("Phi-4", "microsoft/phi-4"),
        ("MAI-DS-R1", "microsoft/MAI-DS-R1"),
        ("gpt-35-turbo-0125", "openai/gpt-3.5-turbo-0125"),
        ("bert-base-uncased", "google-bert/bert-base-uncased"),
        ("gpt2", "openai-community/gpt2"),
        ("claude-opus-4-5", "anthropic/claude-opus-4-5"),
    ],
)
def test_a_name_from_a_price_list_finds_its_model(bundled: Database, name: str, model: str) -> None:
    with bundled.read() as session:
        assert model == find_model(session, name).id


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("Llama-2-70b", "min_gpus_fewer_than_host"),
        ("mistralai-Mistral-7B-Instruct-v0-3", "min_gpus_fewer_than_host"),
        ("tiiuae-falcon-7b", "min_gpus_far_above_sibling"),
        ("bert-base-uncased", "stated_id_suspect"),
        ("roberta-large", "stated_id_suspect"),
        ("mistral-community-Mixtral-8x22B-v0-1", "stated_id_glued"),
        ("Phi-3-small-8k-instruct", "context_conflict"),
    ],
)
def test_a_known_fault_of_the_registry_is_flagged(
    bundle: SnapshotContent, name: str, flag: str
) -> None:
    model = next(one for one in bundle.azure_models if one.name == name)

    assert (flag,) == model.flags


def test_few_models_of_the_registry_are_flagged(bundle: SnapshotContent) -> None:
    """A flag on everything would say nothing."""
    assert 9 == sum(bool(model.flags) for model in bundle.azure_models)
    assert 156 == len(bundle.azure_models)


def test_a_wrong_stated_id_joins_nothing(bundle: SnapshotContent) -> None:
    same = {
        link.key
        for link in bundle.links
        if link.system == "azureml" and link.model_id == "google-bert/bert-base-cased"
    }

    assert {"bert-base-cased"} == same


def test_the_minimum_of_a_model_that_needs_no_gpu_is_zero(bundle: SnapshotContent) -> None:
    """Zero is a fact here: 76 models are served without a GPU."""
    assert 76 == sum(model.min_gpus == 0 for model in bundle.azure_models)
    assert None not in {model.min_gpus for model in bundle.azure_models}


def test_every_fact_has_its_source(bundle: SnapshotContent) -> None:
    """Context of gpt-4.1 from the price map; no model counts downloads yet."""
    details = {one.model_id: one for one in bundle.details}
    told = details["openai/gpt-4.1-2025-04-14"]

    assert 1047576 == told.context_tokens
    assert told.context_source is not None
    assert told.context_source.startswith("litellm 1.110.2, azure/")
    assert {None} == {one.downloads for one in bundle.details}
