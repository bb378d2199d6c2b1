"""Building a snapshot out of a small folder of reference data with all the known faults in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import ReferenceDataInvalid
from catalog.records import PriceRecord
from catalog.snapshot.build import build_snapshot
from catalog.snapshot.layout import FILES, MANIFEST
from catalog.snapshot.read import SnapshotContent, read_snapshot

REFERENCE = Path(__file__).parent / "reference"
BUILT_ON = date(2025, 2, 1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SnapshotContent:
    """The snapshot of the small folder."""
    target = tmp_path_factory.mktemp("snapshot")
    build_snapshot(REFERENCE, target, BUILT_ON)
    return read_snapshot(target)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the small folder that a test may spoil."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def _series(built: SnapshotContent, sku: str, region: str, rank: int = 1) -> list[PriceRecord]:
    found = [
        price
        for price in built.prices
        if price.source_key == f"{sku}/{region}" and price.rank == rank and price.term != "spot"
    ]
    return sorted(found, key=lambda price: price.valid_from)


def _told(prices: list[PriceRecord]) -> list[tuple[str, str, str, str]]:
    """Amount, first day, day of the end, and as_of, for reading in a test."""
    return [
        (
            str(price.amount),
            f"{price.valid_from:%Y-%m-%d}",
            f"{price.valid_to:%Y-%m-%d}" if price.valid_to else "",
            str(price.as_of or ""),
        )
        for price in prices
    ]


@pytest.mark.parametrize(
    ("sku", "region", "told"),
    [
        ("Standard_NC1x", "eastus", [("1", "2024-01-01", "", "2025-01-01")]),
        (
            "Standard_NC1x",
            "westus",
            [
                ("2", "2024-01-01", "2024-06-01", "2024-01-01"),
                ("1.5", "2024-06-01", "", "2025-01-01"),
            ],
        ),
        ("Standard_NC1x", "japaneast", [("0.8", "2024-06-01", "", "2025-01-01")]),
        ("Standard_OLD1", "eastus", [("0.9", "2024-01-01", "2025-01-01", "2024-06-01")]),
        (
            "Standard_NC2x",
            "japaneast",
            [
                ("9", "2024-01-01", "2024-06-01", "2024-01-01"),
                ("9", "2025-01-01", "", "2025-01-01"),
            ],
        ),
    ],
)
def test_lists_become_intervals(
    built: SnapshotContent, sku: str, region: str, told: list[tuple[str, str, str, str]]
) -> None:
    """Unmoved, moved, zero at first, gone from the last list, and gone in between."""
    assert _told(_series(built, sku, region)) == told


def test_a_price_that_went_back_is_flagged_and_so_is_a_jump(built: SnapshotContent) -> None:
    """A-B-A may be row order upstream; more than three times is worth a second look."""
    assert [price.flags for price in _series(built, "Standard_NC2x", "eastus")] == [
        ("ambiguous",)
    ] * 3
    assert [price.flags for price in _series(built, "Standard_NC2x", "westus")] == [(), ("jump",)]
    assert [price.flags for price in _series(built, "Standard_NC2x", "southindia")] == [()] * 3


def test_a_retired_machine_is_flagged_only_after_its_day(built: SnapshotContent) -> None:
    """What ended before the series retired was no stale meter."""
    machine = next(one for one in built.instances if one.sku == "Standard_NC1x")
    assert machine.retired_on == date(2024, 8, 31)
    assert [price.flags for price in _series(built, "Standard_NC1x", "westus")] == [
        (),
        ("series_retired_meter_still_listed",),
    ]


def test_the_second_source_stands_beside_the_first_without_a_date(built: SnapshotContent) -> None:
    """Disagreement stays visible; spot comes from it; a placeholder and a zero are left out."""
    (second,) = _series(built, "Standard_NC1x", "eastus", rank=2)
    assert (str(second.amount), second.as_of, second.valid_from.date()) == ("1.25", None, BUILT_ON)
    spot = [
        price for price in built.prices if price.term == "spot" and price.provider_id == "azure"
    ]
    assert [(price.source_key, str(price.amount)) for price in spot] == [
        ("Standard_NC1x/eastus", "0.2")
    ]
    assert _series(built, "Standard_NC2x", "westus", rank=2) == []
    assert all(price.amount > 0 for price in built.prices)


def test_every_price_leads_to_the_list_it_was_read_in(built: SnapshotContent) -> None:
    """The address names the commit of the list in which the amount was last seen."""
    (gone,) = _series(built, "Standard_OLD1", "eastus")
    assert gone.url == (
        "https://github.com/Azure/karpenter-provider-azure/blob/bbbbbbbbbbbb/"
        "pkg/providers/pricing/zz_generated.pricing.go"
    )
    (stays,) = _series(built, "Standard_NC1x", "eastus")
    assert stays.url is not None
    assert "c" * 40 in stays.url


def test_a_machine_known_by_its_price_only_has_no_facts(built: SnapshotContent) -> None:
    """Unknown is None and says so; a share of a GPU is marked as rounded."""
    machines = {one.sku: one for one in built.instances if one.provider_id == "azure"}
    assert set(machines) == {"Standard_NC1x", "Standard_NC2x", "Standard_NV6x", "Standard_OLD1"}
    assert machines["Standard_OLD1"].gpu_count is None
    assert machines["Standard_OLD1"].flags == ("facts_unknown",)
    assert machines["Standard_NC2x"].ram_gib is None
    assert machines["Standard_NV6x"].flags == (
        "fractional_gpu_count_unresolved",
        "gpu_count_rounded_share",
    )


def test_what_was_left_out_is_counted(built: SnapshotContent) -> None:
    """Nothing disappears without a line in the manifest."""
    counted = {(one.file, one.reason.split(":")[0]): one.rows for one in built.manifest.left_out}
    assert counted == {
        ("azure_gpu_price_history.csv", "no price, or a price of zero"): 1,
        ("azureml_models.csv", "removed from the registry"): 1,
        ("gpu_hosts.csv", "display name in place of an Azure SKU name"): 1,
        ("gpu_hosts.csv", "no price, or a price of zero"): 2,
        ("gpu_hosts.csv", "several prices for one size, and nothing that tells them apart"): 2,
        ("gpu_hosts.csv", "spot price that repeats the on-demand price"): 1,
        ("throughput_public.csv", "a run whose precision or load the source does not state"): 1,
    }


def test_models_keep_what_is_known_and_no_more(built: SnapshotContent) -> None:
    """Zero shared experts is a fact; an empty cell is not."""
    shapes = {shape.model_id: shape for shape in built.architectures}
    assert shapes["acme/日本語-1B"].n_shared_experts == 0
    assert shapes["acme/日本語-1B"].layers is None
    assert str(shapes["acme/日本語-1B"].rope_factor) == "2.5"
    assert shapes["acme/100%_Sure"].total_params == 10**12
    models = {model.id: model for model in built.models}
    assert models["acme/100%_Sure"].publisher == "acme"
    assert models["meta-llama/Llama-2-7b-hf"].source_url == (
        "https://github.com/Lightning-AI/litgpt/blob/26857050fe3f/litgpt/config.py"
    )


def test_the_article_is_one_historical_offer(built: SnapshotContent) -> None:
    """Three prices of one offer, dated, flagged, without a public address."""
    article = [price for price in built.prices if price.offer_id == "article/llama-2-7b"]
    assert {(price.kind, str(price.amount), str(price.per), price.unit) for price in article} == {
        ("input", "0.00067", "1000", "token"),
        ("output", "0.00052", "1000", "token"),
        ("hosting", "3.09", "1", "hour"),
    }
    for price in article:
        assert price.url is None
        assert price.as_of == date(2024, 3, 17)
        assert "historical" in price.flags
    listed = {one.name: one for one in built.manifest.files}["token_prices.csv"]
    assert "no public address" in {one.url for one in listed.source}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """File by file, manifest included."""
    for name in ("one", "two"):
        build_snapshot(REFERENCE, tmp_path / name, BUILT_ON)
    for name in (*FILES, MANIFEST):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda content: content.replace(old, new, 1)


@pytest.mark.parametrize(
    ("file", "spoil", "part"),
    [
        (
            "gpu_hosts.csv",
            _replace("provider,sku", "vendor,sku"),
            "missing: provider; unknown",
        ),
        ("gpu_specs.csv", _replace("gpu,arch", "gpu,arch,colour"), "unknown: colour"),
        ("gpu_hosts.csv", _replace(",1.25,", ",minus,"), "line 9, column on_demand_usd_per_hour"),
        ("gpu_hosts.csv", _replace(",1.25,", ",-1.25,"), "not negative, found '-1.25'"),
        ("gpu_hosts.csv", _replace(",1.25,", ",NaN,"), "found 'NaN'"),
        ("gpu_hosts.csv", _replace("Alpha-PCIe", "Alpha-SXM"), "expected the same facts"),
        ("gpu_hosts.csv", lambda text: text.replace("Beta-SXM", "Zeta"), "'Zeta', which is not"),
        ("gpu_hosts.csv", _replace("coopslarhette/", "someone/"), "source_repo"),
        ("gpu_hosts.csv", _replace("Beta,Beta-SXM,2,", "Beta,Beta-SXM,"), "expected 23 cells"),
        ("gpu_hosts.csv", _replace(",1.00,", ",1.10,"), "expected 1, as in another line"),
        (
            "gpu_hosts.csv",
            lambda text: text.replace("the-full-stack/", "who/"),
            "expected one of huggingface",
        ),
        ("azure_token_prices.csv", _replace(",global,input,", ",world,input,"), "deployment"),
        ("azure_token_prices.csv", _replace(",global,input,", ",global,audio,"), "column kind"),
        ("azure_token_prices.csv", _replace(",false,", ",no,"), "true or false"),
        ("azure_token_prices.csv", _replace("0.00052", "0"), "a price above zero"),
        ("azure_token_prices.csv", _replace(",token,", ",image,"), "expected token"),
        ("azure_token_prices.csv", _replace(",output,", ",input,"), "does not have yet"),
        ("azure_managed_fees.csv", _replace("ptu_reservation", "tip"), "column kind"),
        ("azure_managed_fees.csv", _replace("Llama-3.1-8B", "Llama-2-7b"), "differs from those"),
        ("azure_ptu_sizing.csv", _replace("documented", "heard"), "output_token_weight_basis"),
        ("azure_ptu_sizing.csv", _replace("(ms.date 2025-08-14)", ""), "ms.date"),
        ("azureml_models.csv", _replace(",present,", ",around,"), "present or removed"),
        ("azureml_models.csv", _replace("Standard_NC1x", "Standard_NC2x"), "each size once"),
        ("azureml_models.csv", _replace('{""Standard', '[""Standard'), "a JSON object"),
        ("azure_gpu_price_history.csv", _replace("T06:00:00Z", ""), "with a time zone"),
        ("azure_gpu_price_history.csv", _replace("2024-01-01T", "yesterday"), "expected a time"),
        ("azure_gpu_price_history.csv", _replace("aaaaaaaaaaaa", "9999"), "expected the commit"),
        ("model_architectures.csv", _replace("acme/", "acme-"), "publisher/name"),
        ("model_architectures.csv", _replace("Lightning-AI/litgpt@", "litgpt "), "REPOSITORY@"),
        ("model_architectures.csv", _replace("mudler/LocalAI", "who/knows"), "licence is known"),
        (
            "model_architectures.csv",
            _replace("meta-llama/Llama-2-7b-chat-hf,", "meta-llama/Other,"),
            "the article's model",
        ),
    ],
)
def test_reference_data_that_is_not_as_expected_is_refused_with_its_place(
    copied: Path, tmp_path: Path, file: str, spoil: Callable[[str], str], part: str
) -> None:
    """The message says where, and no snapshot is left that could be loaded."""
    path = copied / file
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ReferenceDataInvalid) as caught:
        build_snapshot(copied, tmp_path / "target", BUILT_ON)
    assert part in caught.value.message
    assert not (tmp_path / "target" / MANIFEST).exists()


def test_a_missing_or_unreadable_file_is_named(copied: Path, tmp_path: Path) -> None:
    """Also a file that is no UTF-8, and a target that cannot be a folder."""
    (tmp_path / "way").write_text("a file")
    with pytest.raises(ReferenceDataInvalid, match="can be written"):
        build_snapshot(copied, tmp_path / "way", BUILT_ON)
    (copied / "gpu_specs.csv").write_bytes(b"gpu\xff")
    with pytest.raises(ReferenceDataInvalid, match="UTF-8 in gpu_specs"):
        build_snapshot(copied, tmp_path / "target", BUILT_ON)
    (copied / "gpu_specs.csv").unlink()
    with pytest.raises(ReferenceDataInvalid, match="reference file gpu_specs"):
        build_snapshot(copied, tmp_path / "target", BUILT_ON)
