"""Predicts measured runs: a load put on a deployment, and the output tokens a second it gave.

The conditions of a run are those of a row of published measurements: model, GPUs, arrangement,
precision, engine, how the load was made, tokens, concurrency. What was measured is never an input.

    closed loop    X O at min(concurrency, what fits), continuous batching
    static batch   B O / ((O - 1) step + prompts of the batch + L layer seconds); what does not fit
                   at once runs as a closed loop
    offline        X O at the largest batch
    burst of N     N O / (N / X + O step / 2), ramp and tail counted
    server         the largest X O under the targets, times SERVER_SHARE
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.architecture import ModelShape, Precision
from costing.capacity_cases import (
    Arrangement,
    Case,
    Cases,
    Column,
    Engine,
    EngineName,
    Facts,
    Traffic,
    cases_of,
    facts_of,
)
from costing.capacity_confidence import confidence
from costing.capacity_constants import Constants
from costing.capacity_memory import memory_of
from costing.capacity_reasons import Lift, Reason, ReasonCode, gib
from costing.capacity_scan import Targets, largest_batch, scan
from costing.capacity_speed import StepCosts, step_costs
from costing.hardware import Host, Width

SERVER_SHARE: Final = 0.9
"""Part of the capacity that MLPerf Server rows reach, whose requests arrive at random."""


class Load(StrEnum):
    """How the requests of a run were sent."""

    CLOSED_LOOP = "closed_loop"
    STATIC_BATCH = "static_batch"
    OFFLINE = "offline_saturated"
    BURST = "burst_all_at_once"
    SERVER = "poisson_server_slo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Conditions of one run on one host; `host.gpu_count` are all GPUs of the deployment.

    arrangement None: not published, the best of tensor parallel 1, 2, 4 and 8 is taken.
    concurrency: requests in flight (closed loop), in the batch, or sent at once (burst), over the
    whole deployment; None where the load fills whatever fits.
    """

    shape: ModelShape
    host: Host
    arrangement: Arrangement | None
    precision: Precision
    cache: Width
    engine: Engine
    load: Load
    traffic: Traffic
    concurrency: float | None = None
    targets: Targets = field(default_factory=Targets)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """Output tokens a second of the whole deployment, tenth to ninetieth percentile.

    All None where nothing can be predicted, with the reason. reasons: why the band is wide.
    """

    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    reason: Reason | None = None
    reasons: tuple[Reason, ...] = ()


def arrangement_of(shape: ModelShape, tensor: int, pipeline: int, data: int) -> Arrangement:
    """The arrangement a run can have had, from the counts it was published with.

    A tensor split that does not divide the attention heads does not exist: such rows are
    attention data parallel (wide expert parallel), named by their number of GPUs.
    """
    if shape.attention_heads % tensor:
        return Arrangement(tensor=1, pipeline=pipeline, data=data * tensor)
    return Arrangement(tensor=tensor, pipeline=pipeline, data=data)


def cache_of(stated: Width | None, engine: Engine, precision: Precision) -> Width:
    """Width of the cache: as stated; else 8 bits where TensorRT-LLM runs weights of 8 bits or
    fewer, whose checkpoints carry the scales for it, and 16 bits elsewhere."""
    if stated is not None:
        return stated
    narrow = precision.rest in (Width.FP8, Width.NVFP4)
    return Width.FP8 if narrow and engine.name is EngineName.TENSORRT_LLM else Width.BF16


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRuns:
    """Runs and the cases they come down to; several cases of a run where its arrangement is open.

    owner: place of the run of each case, shape (cases,).
    """

    runs: Sequence[Run]
    owner: NDArray[np.intp]
    cases: Cases
    facts: Facts


def prepare(runs: Sequence[Run]) -> PreparedRuns:
    """The cases of runs, so that several sets of constants can be tried on them."""
    candidates = [(number, case) for number, run in enumerate(runs) for case in _cases(run)]
    cases = cases_of([case for _, case in candidates])
    owner = np.array([number for number, _ in candidates], np.intp)
    return PreparedRuns(runs=runs, owner=owner, cases=cases, facts=facts_of(cases))


def rates_of(prepared: PreparedRuns, constants: Constants) -> Column:
    """Output tokens a second of each run, 0 where nothing fits or targets are not met; (runs,)."""
    best = np.zeros(len(prepared.runs))
    np.maximum.at(best, prepared.owner, _rates(prepared, constants))
    return best


def predict(runs: Sequence[Run], constants: Constants) -> list[Prediction]:
    """One prediction a run, in the same order; the fitted model alone, no measurement."""
    prepared = prepare(runs)
    rates = rates_of(prepared, constants)
    spare = memory_of(prepared.cases, constants, prepared.facts).free_bytes
    most = np.full(len(runs), -np.inf)
    np.maximum.at(most, prepared.owner, spare)
    return [_prediction(run, rates[number], most[number]) for number, run in enumerate(runs)]


def _cases(run: Run) -> list[Case]:
    gpus = run.host.whole_gpus
    if run.arrangement is not None:
        arrangements = [run.arrangement]
    else:
        arrangements = [
            Arrangement(tensor=tensor)
            for tensor in (1, 2, 4, 8)
            if gpus % tensor == 0 and run.shape.attention_heads % tensor == 0
        ]
    if run.host.gpu is None or run.traffic.output_tokens <= 0:
        return []
    return [
        Case(
            shape=run.shape,
            host=run.host,
            arrangement=arrangement,
            precision=run.precision,
            cache=run.cache,
            engine=run.engine,
            traffic=run.traffic,
        )
        for arrangement in arrangements
        if arrangement.gpus <= gpus
    ]


def _rates(prepared: PreparedRuns, constants: Constants) -> Column:
    """Output tokens a second of each case, 0 where nothing fits; shape (cases,)."""
    cases, facts = prepared.cases, prepared.facts
    runs = [prepared.runs[number] for number in prepared.owner]
    costs = step_costs(cases, constants, facts)
    most = largest_batch(cases, memory_of(cases, constants, facts), facts)
    gpus = np.array([run.host.whole_gpus for run in runs], float)
    replicas = np.maximum(np.floor(gpus / (cases.tensor * cases.pipeline * cases.data)), 1)
    sent = np.array([np.inf if run.concurrency is None else run.concurrency for run in runs])
    loads = np.array([run.load for run in runs])
    asked = np.maximum(sent / replicas, 1.0)
    filled = np.where(np.isin(loads, (Load.OFFLINE, Load.BURST)), most, np.minimum(asked, most))
    batch = np.maximum(filled, 1.0)
    step = costs.step(batch)
    steady = costs.requests_per_second(batch, step)
    fits_at_once = (loads == Load.STATIC_BATCH) & (asked <= most)
    rate = np.where(fits_at_once, _static(costs, batch, step), steady)
    burst = (loads == Load.BURST) & np.isfinite(asked)
    rate = np.where(burst, _burst(costs, asked, most, np.where(burst, asked, 1.0)), rate)
    rate = _served(runs, cases, constants, rate)
    return np.asarray(np.where(most >= 1, rate * cases.output_tokens * replicas, 0.0))


def _static(costs: StepCosts, batch: Column, step: Column) -> Column:
    """Requests a second of one batch that starts and ends together."""
    prompts = costs.prompt_fixed + batch * costs.prompt_slope
    seconds = (costs.output_tokens - 1) * step + prompts + costs.layers_fixed
    return np.asarray(costs.speed * batch / seconds)


def _burst(costs: StepCosts, asked: Column, most: Column, sent: Column) -> Column:
    """Requests a second of a burst of `sent` requests a replica, with its ramp and tail."""
    batch = np.maximum(np.minimum(asked, most), 1.0)
    step = costs.step(batch)
    steady = costs.requests_per_second(batch, step)
    tail = 0.5 * costs.output_tokens * step / costs.speed
    return np.asarray(sent / (sent / steady + tail))


def _served(runs: Sequence[Run], cases: Cases, constants: Constants, rate: Column) -> Column:
    """The rates with those of runs under targets put in."""
    rate = rate.copy()
    for targets in {run.targets for run in runs if run.load is Load.SERVER}:
        found = scan(cases, constants, targets)
        chosen = np.array([run.load is Load.SERVER and run.targets == targets for run in runs])
        rate[chosen] = SERVER_SHARE * found.requests_per_second[chosen]
    return rate


def _prediction(run: Run, rate: float, spare_bytes: float) -> Prediction:
    if rate > 0:
        gpus = run.host.whole_gpus if run.arrangement is None else run.arrangement.gpus
        sure = confidence(run.shape, run.host, run.engine, gpus)
        return Prediction(
            p10=rate * sure.spread.p10,
            p50=rate * sure.spread.p50,
            p90=rate * sure.spread.p90,
            reasons=sure.reasons,
        )
    if not np.isfinite(spare_bytes):
        return _without(run)
    asked = run.targets.ttft_seconds is not None or run.targets.tpot_seconds is not None
    if run.load is Load.SERVER and asked and spare_bytes > 0:
        code, lifts = ReasonCode.TPOT_TARGET_NOT_MET, (Lift.LOOSER_TARGET, Lift.FASTER_GPU)
    else:
        code = ReasonCode.WEIGHTS_DO_NOT_FIT if spare_bytes < 0 else ReasonCode.CACHE_DOES_NOT_FIT
        lifts = (Lift.MORE_GPUS, Lift.NARROWER_WEIGHTS)
    return Prediction(reason=Reason(code=code, facts={"free_gib": gib(spare_bytes)}, lifts=lifts))


def _without(run: Run) -> Prediction:
    if run.host.gpu is None:
        code = ReasonCode.GPU_UNKNOWN
    elif run.traffic.output_tokens <= 0:
        code = ReasonCode.NO_OUTPUT_TOKENS
    else:
        code = ReasonCode.TOO_FEW_GPUS
    return Prediction(reason=Reason(code=code))
