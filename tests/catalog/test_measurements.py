"""Measured serving runs: what is bundled of them, and what a build refuses."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.database import Database
from catalog.errors import ReferenceDataInvalid
from catalog.measurement_records import MeasurementRecord
from catalog.snapshot.build import build_snapshot
from catalog.snapshot.layout import SNAPSHOT_FOLDER
from catalog.snapshot.measurements import OWN_MIXTURE
from catalog.snapshot.read import SnapshotContent, read_manifest, read_snapshot
from catalog.snapshot.reference import read_reference
from catalog.snapshot.reference_files import OWN_RUNS
from catalog.tables import GPU, MEASUREMENT, MODEL
from tests.catalog.test_snapshot_build import BUILT_ON, REFERENCE

OWN = "modelcost own measurement 2026-11-26"
MEASURED = Path(__file__).parents[1] / "bench" / "gpu" / "engine_h100.csv"


@pytest.fixture(scope="module")
def content() -> SnapshotContent:
    """The bundled snapshot as records."""
    return read_snapshot()


def test_every_run_names_its_source_its_load_and_a_gpu_that_is_known(bundled: Database) -> None:
    """5,114 runs of good or medium quality; the few of low quality are left out and counted."""
    with bundled.read() as session:
        total = session.execute(select(func.count()).select_from(MEASUREMENT)).scalar()
        gpus = set(session.execute(select(GPU.c.key)).scalars())
        models = set(session.execute(select(MODEL.c.id)).scalars())
        rows = session.execute(select(MEASUREMENT)).mappings().all()

    assert 5_114 == total
    assert {"good": 2_921, "medium": 2_193} == {
        quality: sum(row["quality"] == quality for row in rows) for quality in ("good", "medium")
    }
    for row in rows:
        assert row["gpu_key"] in gpus
        assert row["model_id"] is None or row["model_id"] in models
        assert row["source"]


def test_the_run_that_the_examples_cite_is_there_as_published(content: SnapshotContent) -> None:
    """Row t05985: 6,403 tokens a second of four H200."""
    [run] = [one for one in content.measurements if one.id == "t05985"]

    assert Decimal("6403.106") == run.output_tokens_per_second
    assert ("H200-SXM", 4, 4, "fp8", "tensorrt-llm") == (
        run.gpu_key,
        run.gpus,
        run.tensor_parallel,
        run.weight_precision,
        run.engine,
    )
    assert (Decimal(1024), Decimal(1024), Decimal(128)) == (
        run.input_tokens,
        run.output_tokens,
        run.concurrency,
    )
    assert "meta-llama/Meta-Llama-3.1-70B" == run.model_id


def test_our_own_runs_are_among_them_with_their_source(content: SnapshotContent) -> None:
    """27 points of vLLM on one H100: every dense one, each a closed loop of a known release."""
    own = [one for one in content.measurements if one.source == OWN]

    assert 27 == len(own)
    assert {("H100-SXM", 1, "vllm", "0.24.0", "closed_loop", "Apache-2.0")} == {
        (one.gpu_key, one.gpus, one.engine, one.engine_version, one.load_mode, one.license)
        for one in own
    }
    assert {"meta-llama/Meta-Llama-3.1-8B", "meta-llama/Llama-2-7b-hf"} == {
        one.model_id for one in own
    }


def test_a_mixture_with_random_weights_is_no_evidence() -> None:
    """Its routing is no trained model's: the five points are counted as left out, with why."""
    manifest, _ = read_manifest(SNAPSHOT_FOLDER)

    told = {one.reason: one.rows for one in manifest.left_out if one.file == "own_runs.csv"}

    assert {OWN_MIXTURE: 5} == told


def test_own_runs_are_the_measured_file_word_for_word() -> None:
    """catalog/own_runs.csv repeats tests/bench/gpu/engine_h100.csv: same order, same figures."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        measured = list(csv.DictReader(file))
    runs = read_reference(SNAPSHOT_FOLDER.parent, OWN_RUNS)
    pairs = (
        ("model", "model"),
        ("weight_precision", "weight_precision"),
        ("isl_tokens", "input_tokens"),
        ("osl_tokens", "output_tokens"),
        ("concurrency", "concurrency"),
        ("output_tok_s", "output_tokens_per_second"),
        ("ttft_ms", "ttft_ms_mean"),
        ("tpot_ms", "tpot_ms_mean"),
    )

    assert [[row[theirs] for _, theirs in pairs] for row in measured] == [
        [run[ours] for ours, _ in pairs] for run in runs
    ]


def test_where_the_ways_to_spread_a_model_are_known_they_make_up_the_gpus(
    content: SnapshotContent,
) -> None:
    """gpus = tensor x pipeline x attention data parallel, in every row that tells all three."""

    def parts(run: MeasurementRecord) -> int | None:
        told = (run.tensor_parallel, run.pipeline_parallel, run.attention_data_parallel)
        if any(one is None for one in told):
            return None
        return (told[0] or 1) * (told[1] or 1) * (told[2] or 1)

    known = [(run.gpus, parts(run)) for run in content.measurements if parts(run) is not None]
    assert 4_700 < len(known)
    assert [] == [pair for pair in known if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Beta-SXM", "Gamma-SXM", "expected the GPU of t02725 to be in gpu_specs.csv"),
        ("argonne-llm-inference-bench", "a blog", "source_id"),
    ],
)
def test_a_run_of_an_unknown_gpu_or_source_is_refused_by_name(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """Nothing is written then."""
    source = tmp_path / "reference"
    shutil.copytree(REFERENCE, source)
    file = source / "throughput_public.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(ReferenceDataInvalid, match=told):
        build_snapshot(source, tmp_path / "built", BUILT_ON)

    assert not (tmp_path / "built").exists()


def test_an_own_run_of_a_gpu_that_is_not_listed_is_refused_by_name(tmp_path: Path) -> None:
    """The small reference has no H100; nothing is written then."""
    target = tmp_path / "built"

    with pytest.raises(
        ReferenceDataInvalid, match=r"own_runs\.csv: expected the GPU of own001 to be in gpu_specs"
    ):
        build_snapshot(REFERENCE, target, BUILT_ON, own_runs=SNAPSHOT_FOLDER.parent)

    assert not target.exists()
