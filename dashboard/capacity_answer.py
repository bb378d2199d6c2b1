"""The answer to `capacity` as one document: what the command line prints and REST sends.

Physical numbers are JSON numbers of six digits that matter; bytes are whole. Words come in the
language of `texts`. Unknown is null.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from catalog.capacity import OptionCapacity, is_narrower
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.scenario import Scenario, scenario_document
from costing.capacity import (
    Band,
    CapacityAnswer,
    CapacityEstimate,
    GpuMemory,
    throughput_curve,
)
from costing.capacity_cases import Case
from costing.capacity_hosts import HostPlan, headroom
from costing.capacity_reasons import Reason
from costing.units import SECONDS_PER_HOUR
from dashboard.capacity_words import words_of
from dashboard.texts import Texts

Document: TypeAlias = dict[str, Any]
DIGITS = 6


def capacity_document(
    found: Sequence[OptionCapacity], scenario: Scenario, texts: Texts
) -> Document:
    """What one host of each dedicated option serves, in the order of the options."""
    return {
        "scenario": scenario_document(scenario),
        "options": [_option(one, texts) for one in found],
    }


def _option(one: OptionCapacity, texts: Texts) -> Document:
    answer = one.answer
    return {
        "name": one.option,
        "model": one.model_id,
        "instance": one.instance_id,
        "targets": {
            "ttft_seconds": one.targets.ttft_seconds,
            "tpot_seconds": one.targets.tpot_seconds,
            "percentile": 95,
        },
        "serving": None if answer is None else serving_document(answer.case),
        "serves": _serves(answer),
        "hosts": {end: _plan(plan) for end, plan in one.plans} or None,
        "memory_per_gpu": None if answer is None else _memory(answer),
        "curve": None if answer is None else _curve(answer.case),
        "evidence": _evidence(one),
        "second_opinions": [_second_opinion(other) for other in one.second_opinions],
        "reasons": [_reason(reason, texts) for reason in _reasons(one)],
        "others": [_other(loser, texts) for loser in one.losers],
    }


def serving_document(case: Case) -> Document:
    """How a model is served: precision, engine and how a replica is spread."""
    spread = case.arrangement
    return {
        "weights": case.precision.name,
        "weights_narrower_than_published": is_narrower(case.precision, case.shape.native),
        "cache": case.cache.value,
        "engine": case.engine.name.value,
        "tuned": case.engine.tuned,
        "tensor_parallel": spread.tensor,
        "pipeline_parallel": spread.pipeline,
        "data_parallel": spread.data,
        "gpus_per_replica": spread.gpus,
        "replicas_per_host": case.host.whole_gpus // spread.gpus,
    }


def _serves(answer: CapacityAnswer | None) -> Document | None:
    """One host at its best batch within the targets; usable: with headroom for queueing."""
    if not isinstance(answer, CapacityEstimate):
        return None
    return {
        "requests_per_hour": band_document(answer.requests_per_second.times(SECONDS_PER_HOUR)),
        "input_tokens_per_second": band_document(answer.input_tokens_per_second),
        "output_tokens_per_second": band_document(answer.output_tokens_per_second),
        "headroom_of_one_host": number(headroom(answer.replicas)),
        "requests_in_flight_per_replica": number(answer.batch),
        "requests_that_fit_per_replica": number(answer.sequences),
        "tpot_seconds": number(answer.tpot_seconds),
        "ttft_seconds": number(answer.ttft_seconds),
        "limit": answer.limit.value,
    }


def band_document(band: Band) -> Document:
    """P10, P50 and P90."""
    return {"p10": number(band.p10), "p50": number(band.p50), "p90": number(band.p90)}


def number(value: float) -> float:
    """A physical number with six digits that matter."""
    return float(f"{value:.{DIGITS}g}")


def _plan(plan: HostPlan | None) -> Document | None:
    if plan is None:
        return None
    return {
        "needed": plan.needed,
        "headroom": number(plan.headroom),
        "usable_requests_per_hour_per_host": number(plan.usable_requests_per_hour),
        "utilization": number(plan.utilization),
    }


def _memory(answer: CapacityAnswer) -> Document | None:
    if not isinstance(answer, CapacityEstimate):
        return None
    memory: GpuMemory = answer.memory
    return {
        "usable_bytes": round(memory.usable_bytes),
        "weight_bytes": round(memory.weight_bytes),
        "cache_bytes": round(memory.cache_bytes),
        "free_bytes": round(memory.free_bytes),
        "cache_bytes_per_token": round(memory.cache_bytes_per_token),
    }


def _curve(case: Case) -> list[Document]:
    """Throughput of one replica over requests in flight, by the fitted model alone."""
    return [
        {
            "requests_in_flight": number(batch),
            "output_tokens_per_second": number(tokens),
            "tpot_seconds": number(tpot),
        }
        for batch, tokens, tpot in throughput_curve(case)
    ]


def _evidence(one: OptionCapacity) -> Document | None:
    answer = one.answer
    if not isinstance(answer, CapacityEstimate):
        return None
    return {
        "kind": answer.evidence.value,
        "measurements": answer.measurements,
        "sources": list(answer.sources),
        "shape_source": one.shape_source,
        "shape_of": one.twin or one.model_id,
    }


def _second_opinion(record: OwnMeasurementRecord) -> Document:
    """What another model computed near this point, of a deployment of its own size."""
    return {
        "tool": record.tool,
        "tool_version": record.tool_version,
        "gpus": record.gpus,
        "tensor_parallel": record.tensor_parallel,
        "weights": record.weight_precision,
        "engine": record.engine,
        "input_tokens": number(float(record.input_tokens)),
        "output_tokens": number(float(record.output_tokens)),
        "requests_in_flight": None
        if record.concurrency is None
        else number(float(record.concurrency)),
        "output_tokens_per_second": number(float(record.output_tokens_per_second)),
        "flags": list(record.flags),
    }


def _reasons(one: OptionCapacity) -> tuple[Reason, ...]:
    return one.reasons if one.answer is None else one.answer.reasons


def _reason(reason: Reason, texts: Texts) -> Document:
    return {
        "code": reason.code.value,
        "facts": dict(reason.facts),
        "lifts": [lift.value for lift in reason.lifts],
        "text": words_of(texts, reason),
    }


def _other(answer: CapacityAnswer, texts: Texts) -> Document:
    """An arrangement that serves less, or not at all, with the reason to lift first."""
    serves = isinstance(answer, CapacityEstimate)
    return {
        "serving": serving_document(answer.case),
        "requests_per_hour": band_document(answer.requests_per_second.times(SECONDS_PER_HOUR))
        if isinstance(answer, CapacityEstimate)
        else None,
        "reason": None if serves else _reason(answer.reasons[0], texts),
    }
