"""What a dedicated option of a scenario can serve: facts of the catalog and measurements go into
the capacity model, one answer comes out.

    model -> shape, machine -> host, workload -> traffic and targets, `serving` -> precision, engine
    and how a replica is spread; where the spread is not told, the one that serves most

Latency targets of a scenario are 95th percentiles: the mean of TPOT is planned a margin below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.errors import InstanceNotFound, ModelAmbiguous, ModelNotFound
from catalog.evidence import measurements_of, second_opinions
from catalog.hardware_facts import host_of
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.scenario import DedicatedFields, Scenario, ServingFields
from catalog.typed import shape_of, workload_of
from costing import Capacity, RequestShape, UnknownCapacity
from costing.architecture import ModelShape, Precision
from costing.capacity import (
    CapacityAnswer,
    CapacityEstimate,
    NoCapacity,
    arrangements_for,
    at_lengths,
    estimate_capacity,
)
from costing.capacity_cases import Arrangement, Case, Engine, EngineName, Traffic
from costing.capacity_hosts import HostPlan, Percentile, capacity_of, hosts_for
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.capacity_scan import Targets
from costing.capacity_words import precision_of
from costing.hardware import BYTES, Host, Width

P95_MARGIN: Final = 1.15
"""How much longer than the mean a 95th percentile of TPOT is, a guess within 1.1 to 1.2."""
AS_DEFAULT: Final = ServingFields()


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionCapacity:
    """What one host of an option serves.

    Attributes:
        answer: of the chosen arrangement; None where model or machine are not known.
        capacity: what the arithmetic of cost takes.
        reasons: why there is none; empty where there is.
        losers: the other arrangements, with their answers.
        plans: hosts for the peak of the workload at P10, P50 and P90; None: no number is enough.
        second_opinions: near points that another model computed, such as aiconfigurator.
        shape_source: where the shape of the model is read; twin: the model it was taken from.
    """

    option: str
    model_id: str | None
    instance_id: str | None
    targets: Targets
    answer: CapacityAnswer | None
    capacity: Capacity
    reasons: tuple[Reason, ...] = ()
    losers: tuple[CapacityAnswer, ...] = ()
    plans: tuple[tuple[Percentile, HostPlan | None], ...] = ()
    shape_source: str | None = None
    twin: str | None = None
    second_opinions: tuple[OwnMeasurementRecord, ...] = ()


def option_capacity(
    session: Session, scenario: Scenario, document: DedicatedFields
) -> OptionCapacity:
    """The capacity of one host of an option, whatever its `capacity` says.

    Facts that are missing are reasons in the answer, not errors.
    """
    name = document.model or scenario.model
    targets = targets_of(scenario)
    known = _Known(option=document.name, targets=targets)
    if name is None:
        return known.without(_missing("model"))
    try:
        model = find_model(session, name)
    except (ModelNotFound, ModelAmbiguous):
        return known.without(_missing("model", model=name))
    known = _Known(option=document.name, targets=targets, model_id=model.id)
    found = shape_of_model(session, model)
    if isinstance(found.shape, Reason):
        return known.without(found.shape)
    if document.instance is None:
        return known.without(_missing("instance"))
    try:
        instance = find_instance(session, document.instance)
    except InstanceNotFound:
        return known.without(
            Reason(
                code=ReasonCode.GPU_UNKNOWN,
                facts={"host": document.instance},
                lifts=(Lift.STATE_THE_FACT, Lift.MEASURE),
            )
        )
    host = host_of(instance)
    traffic = traffic_of(shape_of(scenario, document) or workload_of(scenario).shape)
    cases = cases_for(found.shape, host, traffic, document.serving or AS_DEFAULT)
    measured = measurements_of(session, found.shape, host)
    answers = [estimate_capacity(case, targets, measured) for case in cases]
    best, losers = _best(answers)
    serving = max(document.minimum_instances - document.spare_instances, 1)
    load = workload_of(scenario)
    peak = float(load.requests_per_hour) * float(load.peak_to_mean)
    lengths = at_lengths(best, targets, measured) if isinstance(best, CapacityEstimate) else ()
    return OptionCapacity(
        option=document.name,
        model_id=model.id,
        instance_id=instance.id,
        targets=targets,
        answer=best,
        capacity=capacity_of(best, serving, lengths),
        reasons=() if isinstance(best, CapacityEstimate) else best.reasons,
        losers=losers,
        plans=_plans(best, peak, serving),
        shape_source=found.source,
        twin=found.twin,
        second_opinions=second_opinions(session, best.case),
    )


def targets_of(scenario: Scenario) -> Targets:
    """The latency targets of a scenario, which are 95th percentiles."""
    load = scenario.workload
    return Targets(
        ttft_seconds=None if load.ttft_seconds is None else float(load.ttft_seconds),
        tpot_seconds=None if load.tpot_seconds is None else float(load.tpot_seconds),
        margin=P95_MARGIN,
    )


def traffic_of(shape: RequestShape) -> Traffic:
    """The tokens of a mean request; input that is billed as cached counts as read already."""
    return Traffic(
        input_tokens=float(shape.input_tokens),
        output_tokens=float(shape.output_tokens),
        prefix_share=float(shape.cached_input_share),
    )


def cases_for(
    shape: ModelShape, host: Host, traffic: Traffic, serving: ServingFields
) -> list[Case]:
    """The cases of a host: one where the arrangement is told, else one for each that engines
    offer."""
    told = (serving.tensor_parallel, serving.pipeline_parallel, serving.data_parallel)
    if any(one is not None for one in told):
        tensor, pipeline, data = (one or 1 for one in told)
        spreads: Sequence[Arrangement] = [Arrangement(tensor=tensor, pipeline=pipeline, data=data)]
    else:
        spreads = arrangements_for(shape, host) or [Arrangement()]
    precision = precision_for(shape, host, serving)
    half = Width.FP16 if precision.rest is Width.FP16 else Width.BF16
    return [
        Case(
            shape=shape,
            host=host,
            arrangement=spread,
            precision=precision,
            cache=Width(serving.cache or half),
            engine=Engine(name=EngineName(serving.engine), tuned=serving.tuned),
            traffic=traffic,
        )
        for spread in spreads
    ]


def precision_for(shape: ModelShape, host: Host, serving: ServingFields) -> Precision:
    """The weights: as told, else as published; bfloat16 becomes float16 on a GPU without it, which
    weighs the same and is what engines do."""
    if serving.weights is not None:
        told = precision_of(serving.weights, shape)
        assert told is not None  # the scenario knows no other words
        return told
    no_bf16 = host.gpu is not None and not host.gpu.native_bf16
    if no_bf16 and shape.native == Precision.of(Width.BF16):
        return Precision.of(Width.FP16)
    return shape.native


def is_narrower(precision: Precision, native: Precision) -> bool:
    """Whether weights are stored in fewer bits than they were published in."""
    return (
        BYTES[precision.rest] < BYTES[native.rest]
        or BYTES[precision.experts] < BYTES[native.experts]
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What is known of an option that has no capacity."""

    option: str
    targets: Targets
    model_id: str | None = None

    def without(self, reason: Reason) -> OptionCapacity:
        return OptionCapacity(
            option=self.option,
            model_id=self.model_id,
            instance_id=None,
            targets=self.targets,
            answer=None,
            capacity=UnknownCapacity(reasons=(reason,)),
            reasons=(reason,),
        )


def _best(answers: Sequence[CapacityAnswer]) -> tuple[CapacityAnswer, tuple[CapacityAnswer, ...]]:
    """The arrangement whose host serves most; of equal ones that on fewer GPUs. Where none serves,
    the one that comes furthest: the most GPUs a replica."""
    serving = [one for one in answers if isinstance(one, CapacityEstimate)]
    best: CapacityAnswer
    if serving:
        best = max(serving, key=lambda one: (one.requests_per_second.p50, -_gpus(one)))
    else:
        best = max(answers, key=_gpus)
    return best, tuple(one for one in answers if one is not best)


def _gpus(answer: CapacityAnswer) -> int:
    return answer.case.arrangement.gpus


def _plans(
    answer: CapacityAnswer, peak_requests_per_hour: float, hosts: int
) -> tuple[tuple[Percentile, HostPlan | None], ...]:
    if isinstance(answer, NoCapacity):
        return ()
    ends: tuple[Percentile, ...] = ("p10", "p50", "p90")
    return tuple((end, hosts_for(answer, peak_requests_per_hour, percentile=end)) for end in ends)


def _missing(what: str, **facts: str) -> Reason:
    return Reason(
        code=ReasonCode.FACT_MISSING,
        facts={"model": "-", "missing": what} | facts,
        lifts=(Lift.STATE_THE_FACT,),
    )
