"""What must be true of every row of every bundled file, whatever the sources say next time."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from catalog.folding import fold
from catalog.regions import COUNTRY_OF_REGION
from catalog.snapshot.layout import FILES, MANIFEST, SNAPSHOT_FOLDER
from catalog.snapshot.read import SnapshotContent, read_snapshot
from catalog.snapshot.vendor_offers import START_UNKNOWN


@pytest.fixture(scope="module")
def bundle() -> SnapshotContent:
    """The bundled snapshot, read once."""
    return read_snapshot()


def test_every_price_is_above_zero_and_of_a_known_unit(bundle: SnapshotContent) -> None:
    wrong = [
        price
        for price in bundle.prices
        if price.amount <= 0 or (price.unit, price.per) not in _UNITS or price.currency != "USD"
    ]

    assert [] == wrong


_UNITS = {
    ("token", Decimal(1)),
    ("token", Decimal(1000)),
    ("token", Decimal(1000000)),
    ("hour", Decimal(1)),
}


def test_no_price_by_the_token_is_absurd(bundle: SnapshotContent) -> None:
    """Between a hundredth of a cent and a thousand USD for a million tokens."""
    each = {
        price.source_key: price.amount / price.per * 1_000_000
        for price in bundle.prices
        if price.unit == "token"
    }

    assert {} == {
        key: usd for key, usd in each.items() if not Decimal("0.0001") <= usd <= Decimal(1000)
    }


def test_no_date_lies_after_the_day_of_the_build(bundle: SnapshotContent) -> None:
    built_on = bundle.manifest.built_on

    assert [] == [p for p in bundle.prices if p.as_of is not None and p.as_of > built_on]
    assert [] == [p for p in bundle.prices if p.valid_from.date() > built_on]
    assert [] == [p for p in bundle.prices if p.valid_to and p.valid_to.date() > built_on]
    assert {"start_unknown" in price.flags for price in bundle.prices} == {True, False}
    assert all(
        ("start_unknown" in price.flags) == (price.valid_from.date() == START_UNKNOWN)
        for price in bundle.prices
    )


def test_every_price_says_where_it_was_read(bundle: SnapshotContent) -> None:
    article = "article/llama-2-7b"

    assert [] == [p for p in bundle.prices if not (p.source and p.source_key and p.license)]
    assert [] == [p for p in bundle.prices if (p.url is None) != (p.offer_id == article)]
    assert [] == [p for p in bundle.prices if p.url and not p.url.startswith("https://")]
    dated = {price.source for price in bundle.prices if price.as_of is not None}
    undated = {price.source for price in bundle.prices if price.as_of is None}
    assert set() == dated & undated


def test_every_azure_region_lies_in_a_known_country(bundle: SnapshotContent) -> None:
    named = {offer.region for offer in bundle.offers if offer.provider_id == "azure"}
    named |= {price.region for price in bundle.prices if price.provider_id == "azure"}

    assert set() == {region for region in named if region} - COUNTRY_OF_REGION.keys()


def test_ids_lead_somewhere(bundle: SnapshotContent) -> None:
    models = {model.id for model in bundle.models}
    instances = {instance.id for instance in bundle.instances}
    providers = {provider.id for provider in bundle.providers}
    names = {model.name for model in bundle.azure_models}

    assert set() == {o.model_id for o in bundle.offers if o.model_id} - models
    assert set() == {link.model_id for link in bundle.links} - models
    assert set() == {one.model_id for one in bundle.details} - models
    assert set() == {one.model_id for one in bundle.azure_models} - models
    assert set() == {one.model_id for one in bundle.aliases} - models
    assert set() == {p.model_id for p in bundle.ptu_sizing if p.model_id} - models
    assert set() == {h.instance_id for h in bundle.azure_model_hosts if h.instance_id} - instances
    assert set() == {h.name for h in bundle.azure_model_hosts} - names
    assert set() == {o.provider_id for o in bundle.offers} - providers
    assert set() == {i.provider_id for i in bundle.instances} - providers
    assert set() == {p.instance_id for p in bundle.prices if p.instance_id} - instances


def test_no_key_stands_twice(bundle: SnapshotContent) -> None:
    for keys in (
        [offer.id for offer in bundle.offers],
        [model.id for model in bundle.models],
        [model.id.casefold() for model in bundle.models],
        [instance.id for instance in bundle.instances],
        [fee.id for fee in bundle.managed_fees],
        [(one.system, one.key, one.model_id, one.relation) for one in bundle.links],
        [(fold(one.alias), one.model_id) for one in bundle.aliases],
        [(one.name, one.sku) for one in bundle.azure_model_hosts],
        [(one.name, one.place) for one in bundle.azure_model_hosts],
    ):
        assert [] == [key for key, count in Counter(keys).items() if count > 1]


def test_every_offer_has_a_price_and_every_machine_one(bundle: SnapshotContent) -> None:
    sold = {price.offer_id for price in bundle.prices}
    rented = {price.instance_id for price in bundle.prices}

    assert set() == {offer.id for offer in bundle.offers} - sold
    assert set() == {instance.id for instance in bundle.instances} - rented


def test_output_is_never_cheaper_than_input_on_azures_list(bundle: SnapshotContent) -> None:
    by_offer: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for price in bundle.prices:
        if price.source == "Azure Retail Prices API" and price.offer_id:
            by_offer[price.offer_id][price.kind] = price.amount / price.per

    assert [] == [
        offer
        for offer, each in by_offer.items()
        if each.get("output", each.get("input", 0)) < each.get("input", 0)
        or each.get("cached_input", 0) > each.get("input", each.get("cached_input", 0))
    ]


def test_gpus_of_every_machine_are_plausible(bundle: SnapshotContent) -> None:
    """At most 16 GPUs, each of 4 to 288 GiB; a share stays below one."""
    for machine in bundle.instances:
        if machine.gpu_count is not None:
            assert Decimal("0.1") <= machine.gpu_count <= 16, machine.id
            assert machine.gpu_count < 1 or machine.gpu_count % 1 == 0, machine.id
        if machine.gpu_memory_gib_each is not None:
            assert 4 <= machine.gpu_memory_gib_each <= 288, machine.id


def test_a_share_of_an_a10_follows_from_the_vcpus(bundle: SnapshotContent) -> None:
    """NVadsA10_v5 has 36 vCPUs for each whole GPU; the list rounds to three places."""
    shares = [
        machine
        for machine in bundle.instances
        if machine.provider_id == "azure" and "ads_A10_v5" in machine.sku and machine.vcpus
    ]

    assert 5 <= len(shares)
    for machine in shares:
        assert round(Decimal(machine.vcpus or 0) / 36, 3) == machine.gpu_count, machine.sku


def test_a_link_of_no_evidence_but_a_rule_says_which(bundle: SnapshotContent) -> None:
    assert {"exact", "typed", "stated", "rule"} == {link.evidence for link in bundle.links}
    assert [] == [link for link in bundle.links if len(link.reason) < 8]
    assert [] == [
        link for link in bundle.links if link.evidence == "exact" and link.key != link.model_id
    ]


def test_no_variant_passes_for_its_base(bundle: SnapshotContent) -> None:
    """An id that says quantized, distilled or turbo is a model whose id says so too."""
    marks = ("fp8", "nvfp4", "awq", "int8", "distill", "turbo", "fast", "lite")

    def told(name: str) -> set[str]:
        return {mark for mark in marks if mark in name.rpartition("/")[2].casefold()}

    assert [] == [
        (link.system, link.key, link.model_id)
        for link in bundle.links
        if link.relation == "same" and not told(link.key) <= told(link.model_id)
    ]


def test_files_are_sorted_and_end_their_lines_alike() -> None:
    """So that the difference between two builds is what changed."""
    for name in (*FILES, MANIFEST):
        content = (SNAPSHOT_FOLDER / name).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
    for name in ("offers.csv", "models.csv", "model_details.csv", "managed_fees.csv"):
        keys = [
            line.split(",")[0]
            for line in (SNAPSHOT_FOLDER / name).read_text("utf-8").splitlines()[1:]
        ]
        assert sorted(keys) == keys


def test_what_was_left_out_is_told_with_number_and_reason(bundle: SnapshotContent) -> None:
    assert 15 <= len(bundle.manifest.left_out)
    assert [] == [one for one in bundle.manifest.left_out if one.rows < 1 or not one.reason]
