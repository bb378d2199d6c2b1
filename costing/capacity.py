"""What one host really serves: the question, and the answer with its band, limit and evidence.

    host = replicas * replica           replicas = GPUs of the host // (tensor * pipeline * data)

A replica serves the largest steady throughput whose batch fits in memory and meets the targets
(capacity_scan). The band comes from the same scan at the speed of the tenth and the ninetieth
percentile of deployments like this, so that a slower one also meets the targets with fewer
requests; with default settings it is a share of the throughput, as it was measured. This is raw
capacity; headroom for queueing is taken in capacity_hosts. TTFT is a screen: it is right to a
factor of two at best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from costing.architecture import ModelShape
from costing.capacity_cases import Arrangement, Case, Traffic, cases_of
from costing.capacity_confidence import EXACT, Spread, confidence
from costing.capacity_constants import Constants
from costing.capacity_evidence import (
    OWN_SPREAD,
    PUBLISHED_SPREAD,
    Calibration,
    Evidence,
    Measurement,
    calibration,
)
from costing.capacity_fitted import FITTED
from costing.capacity_memory import memory_of
from costing.capacity_reasons import Lift, Reason, ReasonCode, gib
from costing.capacity_scan import Limit, Scan, Targets, at_batch, scan
from costing.capacity_speed import step_costs
from costing.hardware import Host, Width

LENGTHS: Final = (0.25, 0.5, 1.0)
"""Parts of the tokens of a request at which a capacity is told beside the whole."""
MEMORY_CODES: Final = (ReasonCode.WEIGHTS_DO_NOT_FIT, ReasonCode.CACHE_DOES_NOT_FIT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Tenth, fiftieth and ninetieth percentile of one quantity."""

    p10: float
    p50: float
    p90: float

    def times(self, factor: float) -> "Band":
        """The band of the quantity times a factor."""
        return Band(p10=self.p10 * factor, p50=self.p50 * factor, p90=self.p90 * factor)


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuMemory:
    """Bytes of one GPU: taken by weights, by the cache of the requests that run, and left free."""

    usable_bytes: float
    weight_bytes: float
    cache_bytes: float
    free_bytes: float
    cache_bytes_per_token: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityEstimate:
    """What one host sustains at this traffic. batch: requests in flight of one replica.

    p10 is 0 where a slow deployment would not meet the targets at all. sequences: requests that
    memory allows a replica. measurements: rows behind the evidence. sources: of measurements used.
    """

    case: Case
    replicas: int
    batch: float
    sequences: float
    requests_per_second: Band
    input_tokens_per_second: Band
    output_tokens_per_second: Band
    tpot_seconds: float
    ttft_seconds: float
    limit: Limit
    memory: GpuMemory
    evidence: Evidence
    measurements: int
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoCapacity:
    """Why a case has no capacity; the first reason is the one to lift first."""

    case: Case
    reasons: tuple[Reason, ...]


CapacityAnswer: TypeAlias = CapacityEstimate | NoCapacity


def estimate_capacity(
    case: Case,
    targets: Targets,
    measurements: Sequence[Measurement] = (),
    constants: Constants = FITTED,
) -> CapacityAnswer:
    """The capacity of one host, or the reason why there is none."""
    refused = refusals(case)
    if refused:
        return NoCapacity(case=case, reasons=refused)
    cases = cases_of([case])
    sure = confidence(case.shape, case.host, case.engine, case.arrangement.gpus)
    speeds, shares = sure.speeds, sure.shares
    found = scan(cases, constants, targets, speeds.p50)
    known = calibration(case, found.batch[0], measurements, constants) if measurements else None
    if known is not None:
        speeds, shares = _around(known), EXACT
        found = scan(cases, constants, targets, speeds.p50)
    unmet = _unmet(case, found, targets, constants)
    if unmet is not None:
        why = () if unmet.code in MEMORY_CODES else sure.reasons
        return NoCapacity(case=case, reasons=(unmet, *why))
    low, high = (scan(cases, constants, targets, speed) for speed in (speeds.p10, speeds.p90))
    replicas = case.host.whole_gpus // case.arrangement.gpus
    rate = Band(
        p10=float(low.requests_per_second[0]) * shares.p10,
        p50=float(found.requests_per_second[0]) * shares.p50,
        p90=float(high.requests_per_second[0]) * shares.p90,
    ).times(replicas)
    return CapacityEstimate(
        case=case,
        replicas=replicas,
        batch=float(found.batch[0]),
        sequences=float(memory_of(cases, constants).sequences[0]),
        requests_per_second=rate,
        input_tokens_per_second=rate.times(case.traffic.input_tokens),
        output_tokens_per_second=rate.times(case.traffic.output_tokens),
        tpot_seconds=float(found.tpot_seconds[0]),
        ttft_seconds=float(found.ttft_seconds[0]),
        limit=found.limit_of(0),
        memory=_memory(case, float(found.batch[0]), constants),
        evidence=Evidence.FITTED_MODEL if known is None else known.evidence,
        measurements=sure.measurements if known is None else known.measurements,
        sources=() if known is None else known.sources,
        reasons=(*(sure.reasons if known is None else ()), *_remarks(case, targets)),
    )


def at_lengths(
    answer: CapacityEstimate, targets: Targets, measurements: Sequence[Measurement] = ()
) -> tuple[tuple[Traffic, Band | None], ...]:
    """Requests a second of the same host at a quarter, a half and all of the tokens of a request,
    at the same mix; None where it serves none. What was measured at one length stays there."""
    traffic, found = answer.case.traffic, []
    for share in LENGTHS:
        shorter = replace(
            traffic,
            input_tokens=traffic.input_tokens * share,
            output_tokens=traffic.output_tokens * share,
        )
        other = estimate_capacity(replace(answer.case, traffic=shorter), targets, measurements)
        rate = other.requests_per_second if isinstance(other, CapacityEstimate) else None
        found.append((shorter, rate))
    return tuple(found)


def refusals(case: Case) -> tuple[Reason, ...]:
    """What keeps a case from being computed at all; empty where nothing does."""
    host, gpus = case.host, case.arrangement.gpus
    found = []
    if host.gpu is None:
        found.append(_refusal(ReasonCode.GPU_UNKNOWN, Lift.STATE_THE_FACT, host=host.name))
    if host.gpu_count is None:
        found.append(_refusal(ReasonCode.GPU_COUNT_UNKNOWN, Lift.STATE_THE_FACT, host=host.name))
    elif gpus > host.whole_gpus:
        found.append(
            _refusal(
                ReasonCode.TOO_FEW_GPUS,
                Lift.MORE_GPUS,
                Lift.OTHER_ARRANGEMENT,
                gpus=str(host.gpu_count),
                needed_gpus=str(gpus),
            )
        )
    if case.shape.attention_heads % case.arrangement.tensor:
        found.append(
            _refusal(
                ReasonCode.ARRANGEMENT_IMPOSSIBLE,
                Lift.OTHER_ARRANGEMENT,
                tensor=str(case.arrangement.tensor),
                attention_heads=str(case.shape.attention_heads),
            )
        )
    return (*found, *refused_traffic(case.shape, case.traffic))


def refused_traffic(shape: ModelShape, traffic: Traffic) -> list[Reason]:
    """What keeps requests like these from being computed on any host."""
    found = []
    if traffic.output_tokens == 0:
        found.append(_refusal(ReasonCode.NO_OUTPUT_TOKENS, Lift.STATE_THE_FACT))
    tokens = traffic.input_tokens + traffic.output_tokens
    if shape.max_context_tokens is not None and tokens > shape.max_context_tokens:
        found.append(
            _refusal(
                ReasonCode.CONTEXT_TOO_LONG,
                Lift.SHORTER_REQUESTS,
                Lift.MODEL_WITH_LONGER_CONTEXT,
                tokens=f"{tokens:g}",
                max_context_tokens=str(shape.max_context_tokens),
            )
        )
    return found


def arrangements_for(shape: ModelShape, host: Host) -> tuple[Arrangement, ...]:
    """Ways to spread a model over a host that engines offer, the fewest GPUs a replica first.

    Tensor parallel by powers of two that divide the attention heads, over all GPUs of the host at
    most; for a mixture with MLA also attention data parallel over 2, 4, 8, ... GPUs.
    """
    sizes = [2**power for power in range(host.whole_gpus.bit_length())]
    found = [Arrangement(tensor=size) for size in sizes if shape.attention_heads % size == 0]
    if shape.compressed is not None and shape.experts is not None:
        found += [Arrangement(data=size) for size in sizes[1:]]
    return tuple(sorted(found, key=lambda one: one.gpus))


def throughput_curve(
    case: Case, constants: Constants = FITTED, speed: float = 1.0
) -> tuple[tuple[float, float, float], ...]:
    """Batch, output tokens a second and TPOT (s) of one replica, up to what memory allows.

    For a chart: powers of two and the limit itself. Empty where nothing fits.
    """
    cases = cases_of([case])
    most = float(scan(cases, constants, Targets()).batch[0])
    if most < 1:
        return ()
    batch = np.unique(np.append(2.0 ** np.arange(int(np.log2(most)) + 1), most))
    costs = step_costs(cases, constants).rows(slice(None))
    rate, tpot, _ = at_batch(costs, batch[np.newaxis, :])
    tokens = rate[0] * speed * case.traffic.output_tokens
    return tuple(zip(batch.tolist(), tokens.tolist(), (tpot[0] / speed).tolist(), strict=True))


def served_curve(
    answer: CapacityEstimate, constants: Constants = FITTED
) -> tuple[tuple[float, float, float], ...]:
    """Batch, output tokens a second and TPOT (s) of one replica as the answer's P50 serves them.

    For a chart: eight batches a doubling up to what memory and engine allow, the answer's own among
    them, where the numbers are those of the answer.
    """
    cases, own = cases_of([answer.case]), answer.batch
    most = max(float(scan(cases, constants, Targets()).batch[0]), own)
    steps = np.rint(2.0 ** np.arange(0, np.log2(most), 1 / 8))
    batch = np.unique(np.concatenate((steps[steps <= most], (own, most))))
    costs = step_costs(cases, constants).rows(slice(None))
    found = at_batch(costs, batch[np.newaxis, :])[1][0]
    tpot = found * (answer.tpot_seconds / found[batch == own][0])
    served = answer.output_tokens_per_second.p50 / answer.replicas
    share = served / (own / answer.tpot_seconds)  # of default settings
    tokens = batch / tpot * share
    return tuple(zip(batch.tolist(), tokens.tolist(), tpot.tolist(), strict=True))


def _around(known: Calibration) -> Spread:
    own = known.evidence is Evidence.OWN_MEASUREMENT
    spread = OWN_SPREAD if own else PUBLISHED_SPREAD
    return Spread(
        p10=spread.p10 * known.speed, p50=spread.p50 * known.speed, p90=spread.p90 * known.speed
    )


def _unmet(case: Case, found: Scan, targets: Targets, constants: Constants) -> Reason | None:
    """Why a scan found nothing: it does not fit, or one request alone is too slow."""
    limit = found.limit_of(0)
    if limit is Limit.DOES_NOT_FIT:
        return does_not_fit(case, constants)
    if limit is Limit.UNREACHABLE_TPOT:
        return Reason(
            code=ReasonCode.TPOT_TARGET_NOT_MET,
            facts={
                "target_seconds": f"{targets.tpot_seconds:g}",
                "best_seconds": f"{found.tpot_seconds[0] * targets.margin:.4g}",
            },
            lifts=(Lift.LOOSER_TARGET, Lift.MORE_TENSOR_PARALLEL, Lift.FASTER_GPU),
        )
    if limit is Limit.UNREACHABLE_TTFT:
        return Reason(
            code=ReasonCode.TTFT_TARGET_NOT_MET,
            facts={
                "target_seconds": f"{targets.ttft_seconds:g}",
                "best_seconds": f"{found.ttft_seconds[0]:.4g}",
            },
            lifts=(Lift.LOOSER_TARGET, Lift.SHORTER_REQUESTS, Lift.MORE_TENSOR_PARALLEL),
        )
    return None


def does_not_fit(case: Case, constants: Constants = FITTED) -> Reason:
    """Why a model does not fit its GPUs, in GiB: weights, or the cache of one request."""
    memory = memory_of(cases_of([case]), constants)
    facts = {
        "weights_gib": gib(memory.weight_bytes[0]),
        "usable_gib": gib(memory.usable_bytes[0]),
        "gpus": str(case.arrangement.gpus),
    }
    lifts = [Lift.MORE_GPUS, Lift.MORE_MEMORY]
    if case.precision.rest in (Width.BF16, Width.FP16):
        lifts.append(Lift.NARROWER_WEIGHTS)
    if memory.free_bytes[0] < 0:
        facts["missing_gib"] = gib(-memory.free_bytes[0])
        return Reason(code=ReasonCode.WEIGHTS_DO_NOT_FIT, facts=facts, lifts=tuple(lifts))
    facts["request_gib"] = gib(memory.sequence_bytes[0])
    facts["free_gib"] = gib(memory.free_bytes[0])
    lifts += [Lift.SHORTER_REQUESTS, Lift.NARROWER_CACHE]
    return Reason(code=ReasonCode.CACHE_DOES_NOT_FIT, facts=facts, lifts=tuple(lifts))


def _memory(case: Case, batch: float, constants: Constants) -> GpuMemory:
    memory = memory_of(cases_of([case]), constants)
    cache = float(batch / case.arrangement.data * memory.sequence_bytes[0])
    return GpuMemory(
        usable_bytes=float(memory.usable_bytes[0]),
        weight_bytes=float(memory.weight_bytes[0]),
        cache_bytes=cache,
        free_bytes=float(memory.free_bytes[0]) - cache,
        cache_bytes_per_token=float(memory.cache_bytes_per_token[0]),
    )


def _remarks(case: Case, targets: Targets) -> list[Reason]:
    """What a reader must know beside the band."""
    gpu, found = case.host.gpu, []
    assert gpu is not None  # `refusals` has said so
    stored = {
        width
        for width in (case.precision.rest, case.precision.experts)
        if not gpu.computes(width) and width is not Width.BF16
    }
    if stored:
        found.append(
            Reason(
                code=ReasonCode.STORED_BELOW_COMPUTE_PRECISION,
                facts={"gpu": gpu.name, "stored": ", ".join(sorted(stored))},
            )
        )
    if case.host.share < 1:
        found.append(
            Reason(code=ReasonCode.SHARE_OF_A_GPU, facts={"gpus": f"{case.host.share:.3g}"})
        )
    if case.precision.rest is Width.BF16 and not gpu.native_bf16:
        found.append(Reason(code=ReasonCode.NO_NATIVE_BF16, facts={"gpu": gpu.name}))
    if targets.ttft_seconds is not None:
        found.append(Reason(code=ReasonCode.TTFT_IS_A_SCREEN))
    return found


def _refusal(code: ReasonCode, *lifts: Lift, **facts: str) -> Reason:
    return Reason(code=code, facts=facts, lifts=lifts)
