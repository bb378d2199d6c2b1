"""Rows of measured throughput as runs of the capacity model, with what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from catalog.measured_runs import ToldConditions, run_of
from costing.architecture import ModelShape
from costing.capacity_runs import Load, Run
from costing.hardware import Gpu
from tests.bench.throughput import Row, count_of, exact_of, read_gpus, read_models, read_rows


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
    told = ToldConditions(
        gpus=count_of(row, "n_gpus") or 1,
        tensor_parallel=count_of(row, "tp"),
        pipeline_parallel=count_of(row, "pp"),
        attention_data_parallel=count_of(row, "attn_dp"),
        weight_precision=row["weight_precision"],
        kv_precision=row["kv_precision"] or None,
        engine=row["engine"],
        engine_version=row["engine_version"] or None,
        load_mode=row["load_mode"],
        input_tokens=Decimal(row["isl_tokens"]),
        output_tokens=Decimal(row["osl_tokens"]),
        concurrency=exact_of(row, "concurrency"),
        ttft_target_ms=exact_of(row, "ttft_slo_ms_p99"),
        tpot_target_ms=exact_of(row, "tpot_slo_ms_p99"),
    )
    run = run_of(told, shape, gpu, row["row_id"])
    assert isinstance(run, Run), run  # every row of the file names words that are known
    return run
