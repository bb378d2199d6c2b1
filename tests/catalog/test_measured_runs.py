"""Measured runs in the words of their files as runs of the capacity model."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from catalog.checked_shapes import checked_keys
from catalog.measured_runs import ToldConditions, run_of
from costing.capacity_cases import Arrangement, EngineName
from costing.capacity_reasons import Reason, ReasonCode
from costing.capacity_runs import Load, Run
from costing.hardware import Generation, Gpu, Width

LLAMA = checked_keys()["llama3-8b"].shape
H100 = Gpu(
    name="H100-SXM",
    generation=Generation.HOPPER,
    memory_bytes=80e9,
    bandwidth_bytes_per_second=3350e9,
    flops_16_bit=989e12,
    flops_fp8=1978e12,
    link_bytes_per_second=450e9,
    pcie_bytes_per_second=64e9,
)
TOLD = ToldConditions(
    gpus=2,
    weight_precision="fp8",
    engine="vllm",
    engine_version="0.11.0",
    load_mode="closed_loop",
    input_tokens=Decimal(1000),
    output_tokens=Decimal(300),
    tensor_parallel=2,
    concurrency=Decimal(32),
)


def run(**told: Any) -> Run:
    found = run_of(replace(TOLD, **told), LLAMA, H100, "row")
    assert isinstance(found, Run), found
    return found


def test_words_become_the_types_of_the_model() -> None:
    found = run(kv_precision="fp8")

    assert found.precision.rest is Width.FP8
    assert found.cache is Width.FP8
    assert found.arrangement == Arrangement(tensor=2)
    assert found.load is Load.CLOSED_LOOP
    assert (found.engine.name, found.engine.old) == (EngineName.VLLM, False)
    assert (found.host.gpu_count, found.host.gpus_per_machine) == (Decimal(2), 8)
    assert (found.traffic.input_tokens, found.traffic.output_tokens) == (1000.0, 300.0)
    assert found.concurrency == 32.0


def test_an_arrangement_that_is_not_told_stays_open() -> None:
    assert run(tensor_parallel=None).arrangement is None


def test_targets_are_read_in_seconds() -> None:
    found = run(ttft_target_ms=Decimal(2000), tpot_target_ms=Decimal(200))

    assert (found.targets.ttft_seconds, found.targets.tpot_seconds) == (2.0, 0.2)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"weight_precision": "fp7"}, "weight_precision"),
        ({"kv_precision": "fp3"}, "kv_precision"),
        ({"load_mode": "sunday"}, "load_mode"),
    ],
)
def test_a_word_that_is_not_known_is_named(told: dict[str, str], field: str) -> None:
    found = run_of(replace(TOLD, **told), LLAMA, H100, "row")  # type: ignore[arg-type]

    assert isinstance(found, Reason)
    assert found.code is ReasonCode.WORD_UNKNOWN
    assert found.facts == {"field": field, "found": told[field]}


def test_an_unknown_gpu_or_shape_is_the_reason() -> None:
    missing = Reason(code=ReasonCode.FACT_MISSING)

    gpu = run_of(TOLD, LLAMA, None, "row")
    shape = run_of(TOLD, missing, H100, "row")

    assert isinstance(gpu, Reason)
    assert gpu.code is ReasonCode.GPU_UNKNOWN
    assert shape is missing
