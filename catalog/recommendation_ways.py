"""How many hosts of each kind carry a load, in the arrangement that takes the fewest.

Machines of equal GPUs are one kind and are computed once. The ranking is done in bulk; where a
published measurement stands at the very point, the answer of `estimate_capacity` takes its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from catalog.capacity import is_narrower, precision_for
from catalog.scenario import ServingFields, Weights
from costing.architecture import ModelShape, Precision
from costing.capacity import CapacityEstimate, NoCapacity, estimate_capacity, refused_traffic
from costing.capacity_bulk import capacities, combine, larger_than_any
from costing.capacity_cases import Arrangement, Case, Engine, EngineName, Traffic
from costing.capacity_evidence import Measurement, calibration
from costing.capacity_fitted import FITTED
from costing.capacity_hosts import Availability, HostPlan, plan_hosts
from costing.capacity_reasons import Reason
from costing.capacity_scan import Targets
from costing.hardware import BYTES, Host, Width

Measured: TypeAlias = Callable[[Host], Sequence[Measurement]]
"""The measurements that may stand behind a capacity on hosts like this one."""
Kind: TypeAlias = tuple[str, Decimal]
"""The key of a GPU and how many of them a machine has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """What hosts are asked to carry, and how they serve it.

    Attributes:
        weights: ways to store the weights; None among them: as published.
    """

    shape: ModelShape
    traffic: Traffic
    targets: Targets
    peak_requests_per_hour: float
    serving: ServingFields
    weights: tuple[Weights | None, ...]
    spare_hosts: int

    def serving_with(self, weights: Weights | None) -> ServingFields:
        """The engine and its settings with weights stored like this."""
        return self.serving.model_copy(update={"weights": weights})

    def plan(self, replicas: int, requests_per_second: float) -> HostPlan | None:
        """The hosts for the peak; None: no number is enough."""
        standby = Availability(spare_hosts=self.spare_hosts)
        return plan_hosts(replicas, requests_per_second, self.peak_requests_per_hour, standby)

    def hosts(self, replicas: int, requests_per_second: float) -> int | None:
        """Hosts that are paid. Without any load it is one beside the standby ones: a model that
        answers at all stands on a host."""
        plan = self.plan(replicas, requests_per_second)
        return None if plan is None else max(plan.paid, 1 + self.spare_hosts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One arrangement on one kind of host.

    Attributes:
        requests_per_second: at P50, of the whole host; 0: it does not serve.
        hosts, careful_hosts: paid ones at P50 and P10; None: no number is enough.
    """

    case: Case
    requests_per_second: float
    hosts: int | None
    careful_hosts: int | None

    @property
    def narrower(self) -> bool:
        """Whether weights are stored in fewer bits than published."""
        return is_narrower(self.case.precision, self.case.shape.native)


def kind_of(host: Host) -> Kind | None:
    """What a machine is to the capacity model; None where GPU or count is not known."""
    if host.gpu is None or host.gpu_count is None:
        return None
    return host.gpu.name, host.gpu_count


def in_general(demand: Demand, hosts: Sequence[Host]) -> Reason | None:
    """Why no host at all can serve: requests that cannot be computed, a model larger than any."""
    refused = refused_traffic(demand.shape, demand.traffic)
    if refused:
        return refused[0]
    known = [host for host in hosts if kind_of(host) is not None]
    if not known:
        return None
    found = []
    for weights in demand.weights:
        precision = precision_for(demand.shape, known[0], demand.serving_with(weights))
        found.append((larger_than_any((demand.shape, precision, Width.BF16), known), precision))
    if any(reason is None for reason, _ in found):
        return None
    return min(found, key=lambda one: demand.shape.weight_bytes(one[1]))[0]


def best_ways(hosts: Sequence[Host], demand: Demand, measured: Measured) -> list[Way | Reason]:
    """For each host with known GPUs the way that takes the fewest, or why there is none.

    Of equal numbers: weights as published first, then fewer hosts at P10, then the most served.
    """
    ways: list[list[Way]] = [[] for _ in hosts]
    for weights in demand.weights:
        places: dict[Precision, list[int]] = defaultdict(list)
        for place, host in enumerate(hosts):
            told = demand.serving_with(weights)
            places[precision_for(demand.shape, host, told)].append(place)
        for precision, at in places.items():
            chosen = [hosts[place] for place in at]
            for place, way in _ways(chosen, precision, demand, measured):
                ways[at[place]].append(way)
    return [_best(found, demand, measured) for found in ways]


def full_answer(way: Way, demand: Demand, measured: Measured) -> CapacityEstimate | NoCapacity:
    """All that the capacity model says of a way."""
    return estimate_capacity(way.case, demand.targets, measured(way.case.host))


def once_a_gpu(measured: Measured) -> Measured:
    """The same measurements, read once for each GPU."""

    known: dict[str, Sequence[Measurement]] = {}

    def of(host: Host) -> Sequence[Measurement]:
        name = "" if host.gpu is None else host.gpu.name
        if name not in known:
            known[name] = measured(host)
        return known[name]

    return of


def _ways(
    hosts: Sequence[Host], precision: Precision, demand: Demand, measured: Measured
) -> Iterator[tuple[int, Way]]:
    """Every arrangement on every host, with the place of the host."""
    serving = demand.serving
    engine = Engine(name=EngineName(serving.engine), tuned=serving.tuned)
    cache_width = Width(serving.cache or Width.BF16)
    found = combine([(demand.shape, precision, cache_width)], hosts, engine, demand.traffic)
    served = capacities(found, demand.targets)
    for row, place in enumerate(found.host.tolist()):
        host = hosts[place]
        case = Case(
            shape=demand.shape,
            host=host,
            arrangement=Arrangement(
                tensor=int(found.cases.tensor[row]),
                pipeline=int(found.cases.pipeline[row]),
                data=int(found.cases.data[row]),
            ),
            precision=precision,
            cache=cache_width,
            engine=engine,
            traffic=demand.traffic,
        )
        low = float(served.requests_per_second_p10[row])
        middle = float(served.requests_per_second_p50[row])
        runs = measured(host)
        if runs and calibration(case, float(served.batch[row]), runs, FITTED) is not None:
            answer = estimate_capacity(case, demand.targets, runs)
            low, middle = 0.0, 0.0
            if isinstance(answer, CapacityEstimate):
                low, middle = answer.requests_per_second.p10, answer.requests_per_second.p50
        replicas = int(found.replicas[row])
        yield (
            place,
            Way(
                case=case,
                requests_per_second=middle,
                hosts=demand.hosts(replicas, middle),
                careful_hosts=demand.hosts(replicas, low),
            ),
        )


def _best(ways: Sequence[Way], demand: Demand, measured: Measured) -> Way | Reason:
    serving = [way for way in ways if way.hosts is not None]
    if serving:
        return min(serving, key=_order)
    nearest = max(ways, key=lambda way: (way.case.arrangement.gpus, -_bytes(way.case.precision)))
    answer = full_answer(nearest, demand, measured)
    assert isinstance(answer, NoCapacity)  # the same scan found nothing
    return answer.reasons[0]


def _order(way: Way) -> tuple[float, bool, float, float, int]:
    return (
        way.hosts if way.hosts is not None else float("inf"),
        way.narrower,
        way.careful_hosts if way.careful_hosts is not None else float("inf"),
        -way.requests_per_second,
        way.case.arrangement.gpus,
    )


def _bytes(precision: Precision) -> float:
    return BYTES[precision.rest] + BYTES[precision.experts]
