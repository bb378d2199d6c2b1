"""Rows of measured throughput as runs of the capacity model: words of the file become types."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costing.architecture import ModelShape, Precision
from costing.capacity_cases import Engine, EngineName, Traffic
from costing.capacity_runs import Load, Run, arrangement_of, cache_of
from costing.capacity_scan import Targets
from costing.hardware import Gpu, Host, Width
from tests.bench.throughput import Row, count_of, number_of, read_gpus, read_models, read_rows

WIDTHS = {
    "fp16": Width.FP16,
    "bf16": Width.BF16,
    "fp8": Width.FP8,
    "int8": Width.INT8,
    "int4": Width.INT4,
    "fp4": Width.NVFP4,
}
RACK = ("GB200", "GB300")
"""GPUs of a rack that speak over NVLink as one machine; all others do so in eights."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One row as a run, with what was measured and the row itself."""

    row: Row
    run: Run
    output_tokens_per_second: float

    @property
    def fitted(self) -> bool:
        """Whether constants may be fitted on it: no low quality, no latency promise."""
        return self.row["quality"] != "low" and self.run.load is not Load.SERVER

    @property
    def good(self) -> bool:
        """Whether it counts in the aim over all rows."""
        return self.fitted and self.row["quality"] == "good"

    @property
    def dense(self) -> bool:
        """Whether its model is no mixture of experts."""
        return self.run.shape.experts is None


def read_measured(path: Path) -> list[Measured]:
    """Every row of a file in the columns of `throughput_public.csv`; facts lie beside it."""
    models = read_models(path.with_name("model_arch.csv"))
    gpus = read_gpus(path.with_name("gpu_specs.csv"))
    return [
        Measured(
            row=row,
            run=_run(row, models[row["model_key"]], gpus[row["gpu"]]),
            output_tokens_per_second=float(row["output_tok_s"]),
        )
        for row in read_rows(path)
    ]


def _run(row: Row, shape: ModelShape, gpu: Gpu) -> Run:
    engine = _engine(row)
    precision = _precision(row["weight_precision"], shape)
    tensor = count_of(row, "tp")
    stated = WIDTHS[row["kv_precision"]] if row["kv_precision"] else None
    return Run(
        shape=shape,
        host=Host(
            name=row["row_id"],
            gpu=gpu,
            gpu_count=Decimal(count_of(row, "n_gpus") or 1),
            gpus_per_machine=None if gpu.name in RACK else 8,
        ),
        arrangement=None
        if tensor is None
        else arrangement_of(shape, tensor, count_of(row, "pp") or 1, count_of(row, "attn_dp") or 1),
        precision=precision,
        cache=cache_of(stated, engine, precision),
        engine=engine,
        load=Load(row["load_mode"]),
        traffic=Traffic(
            input_tokens=float(row["isl_tokens"]), output_tokens=float(row["osl_tokens"])
        ),
        concurrency=number_of(row, "concurrency"),
        targets=_targets(row),
    )


def _engine(row: Row) -> Engine:
    """TensorRT-LLM and SGLang by name, all others as vLLM; 2023-24 builds are old."""
    word, version = row["engine"], row["engine_version"]
    name = EngineName.VLLM
    if word.startswith("tensorrt"):
        name = EngineName.TENSORRT_LLM
    elif word == "sglang":
        name = EngineName.SGLANG
    old = version.startswith("2024") or word in ("lmdeploy-turbomind", "tgi")
    return Engine(name=name, tuned=True, old=old)


def _precision(word: str, shape: ModelShape) -> Precision:
    if word == "fp4" and shape.native.experts is Width.MXFP4:
        return shape.native
    return Precision.of(WIDTHS[word])


def _targets(row: Row) -> Targets:
    def seconds(name: str) -> float | None:
        milliseconds = number_of(row, name)
        return None if milliseconds is None else milliseconds / 1e3

    return Targets(
        ttft_seconds=seconds("ttft_slo_ms_p99"),
        tpot_seconds=seconds("tpot_slo_ms_p99"),
        margin=1.15,
    )
