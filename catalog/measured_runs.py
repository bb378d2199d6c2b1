"""Measured serving runs, published or the user's own, as runs of the capacity model.

One reading of the words for everything that compares a measurement with the model: evidence of an
answer, `modelcost capacity --check`, and the fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final, TypeAlias

from costing.architecture import ShapeOrReason
from costing.capacity_cases import Traffic
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.capacity_runs import Load, Run, arrangement_of, cache_of
from costing.capacity_scan import Targets
from costing.capacity_words import engine_of, precision_of, width_of
from costing.hardware import Gpu, Host

RACK: Final = ("GB200", "GB300")
"""GPUs of a rack that speak over NVLink as one machine; all others do so in eights."""
GPUS_PER_MACHINE: Final = 8
LATE_TARGET_MARGIN: Final = 1.15
"""A 99th percentile of TPOT over its mean, as for promises of MLPerf."""

RunOrReason: TypeAlias = Run | Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldConditions:
    """What is told of a run; None is unknown. Names as in `MeasurementRecord`."""

    gpus: int
    weight_precision: str
    engine: str
    load_mode: str
    input_tokens: Decimal
    output_tokens: Decimal
    tensor_parallel: int | None = None
    pipeline_parallel: int | None = None
    attention_data_parallel: int | None = None
    kv_precision: str | None = None
    engine_version: str | None = None
    concurrency: Decimal | None = None
    ttft_target_ms: Decimal | None = None
    tpot_target_ms: Decimal | None = None


_TOLD: Final = tuple(one.name for one in fields(ToldConditions))


def told_by(row: Mapping[str, Any]) -> ToldConditions:
    """The conditions of a row of measurements, published or the user's own."""
    return ToldConditions(**{name: row[name] for name in _TOLD})


def run_of(told: ToldConditions, shape: ShapeOrReason, gpu: Gpu | None, name: str) -> RunOrReason:
    """A run of a model on GPUs, or the reason why it cannot be computed."""
    if isinstance(shape, Reason):
        return shape
    if gpu is None:
        return _refused(ReasonCode.GPU_UNKNOWN, host=name)
    precision = precision_of(told.weight_precision, shape)
    if precision is None:
        return _refused(
            ReasonCode.WORD_UNKNOWN, field="weight_precision", found=told.weight_precision
        )
    stated = None if told.kv_precision is None else width_of(told.kv_precision)
    if told.kv_precision is not None and stated is None:
        return _refused(ReasonCode.WORD_UNKNOWN, field="kv_precision", found=told.kv_precision)
    if told.load_mode not in set(Load):
        return _refused(ReasonCode.WORD_UNKNOWN, field="load_mode", found=told.load_mode)
    load = Load(told.load_mode)
    engine = engine_of(told.engine, told.engine_version or "", load)
    return Run(
        shape=shape,
        host=Host(
            name=name,
            gpu=gpu,
            gpu_count=Decimal(told.gpus),
            gpus_per_machine=None if gpu.name in RACK else GPUS_PER_MACHINE,
        ),
        arrangement=None
        if told.tensor_parallel is None
        else arrangement_of(
            shape,
            told.tensor_parallel,
            told.pipeline_parallel or 1,
            told.attention_data_parallel or 1,
        ),
        precision=precision,
        cache=cache_of(stated, engine, precision),
        engine=engine,
        load=load,
        traffic=Traffic(
            input_tokens=float(told.input_tokens), output_tokens=float(told.output_tokens)
        ),
        concurrency=None if told.concurrency is None else float(told.concurrency),
        targets=_targets(told),
    )


def _targets(told: ToldConditions) -> Targets:
    def seconds(milliseconds: Decimal | None) -> float | None:
        return None if milliseconds is None else float(milliseconds) / 1e3

    return Targets(
        ttft_seconds=seconds(told.ttft_target_ms),
        tpot_seconds=seconds(told.tpot_target_ms),
        margin=LATE_TARGET_MARGIN,
    )


def _refused(code: ReasonCode, **facts: str) -> Reason:
    return Reason(code=code, facts=facts, lifts=(Lift.STATE_THE_FACT,))
