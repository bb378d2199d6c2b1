"""Rows of measured throughput as runs of the capacity model: words of the file become types."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costing.architecture import ModelShape
from costing.capacity_cases import Traffic
from costing.capacity_runs import Load, Run, arrangement_of, cache_of
from costing.capacity_scan import Targets
from costing.capacity_words import engine_of, precision_of, width_of
from costing.hardware import Gpu, Host
from tests.bench.throughput import Row, count_of, number_of, read_gpus, read_models, read_rows

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
    load = Load(row["load_mode"])
    engine = engine_of(row["engine"], row["engine_version"], load)
    precision = precision_of(row["weight_precision"], shape)
    assert precision is not None  # every row of the file names a known one
    tensor = count_of(row, "tp")
    stated = width_of(row["kv_precision"])
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
        load=load,
        traffic=Traffic(
            input_tokens=float(row["isl_tokens"]), output_tokens=float(row["osl_tokens"])
        ),
        concurrency=number_of(row, "concurrency"),
        targets=_targets(row),
    )


def _targets(row: Row) -> Targets:
    def seconds(name: str) -> float | None:
        milliseconds = number_of(row, name)
        return None if milliseconds is None else milliseconds / 1e3

    return Targets(
        ttft_seconds=seconds("ttft_slo_ms_p99"),
        tpot_seconds=seconds("tpot_slo_ms_p99"),
        margin=1.15,
    )
