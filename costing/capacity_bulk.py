"""Capacity of many models on many hosts at once: columns in, columns out.

The same arithmetic as `estimate_capacity` without measurements; for rankings, maps and searches of
the whole catalog. A person is shown the answer of `estimate_capacity` for what was chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from costing.architecture import Kind, ModelShape, Precision
from costing.capacity import arrangements_for
from costing.capacity_cases import Cases, Column, Engine, Index, Traffic
from costing.capacity_confidence import confidence
from costing.capacity_constants import Constants
from costing.capacity_fitted import FITTED
from costing.capacity_reasons import Lift, Reason, ReasonCode, gib
from costing.capacity_scan import Targets, scan
from costing.hardware import BYTES, Host, Width

ServedModel: TypeAlias = tuple[ModelShape, Precision, Width]
"""A model, how its weights are stored, and the width of its cache."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Combinations:
    """Cases with the place of model and host of each in the lists they were made from; (n,).

    replicas: of the host. speeds, shares: factors of P10, P50, P90 on the speed of a step and on
    the throughput found, shape (n, 3).
    """

    cases: Cases
    model: Index
    host: Index
    replicas: Column
    speeds: NDArray[np.float64]
    shares: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacities:
    """Columns (n,), of whole hosts: requests a second at P10, P50, P90, 0 where there are none.

    batch, TPOT, TTFT (seconds) and limit (place in LIMITS) are those of one replica at P50.
    """

    requests_per_second_p10: Column
    requests_per_second_p50: Column
    requests_per_second_p90: Column
    batch: Column
    tpot_seconds: Column
    ttft_seconds: Column
    limit: Index


def combine(
    models: Sequence[ServedModel], hosts: Sequence[Host], engine: Engine, traffic: Traffic
) -> Combinations:
    """Every model on every host with known GPUs, in every arrangement of `arrangements_for`."""
    known = [(place, host) for place, host in enumerate(hosts) if host.gpu and host.gpu_count]
    precisions = list(dict.fromkeys(precision for _, precision, _ in models))
    rows: list[tuple[int, ...]] = []
    factors: list[tuple[float, ...]] = []
    cached: dict[tuple[Kind, bool, int, int], list[_Arranged]] = {}
    for model, (shape, precision, _) in enumerate(models):
        first = precisions.index(precision) * len(known)
        for number, (place, host) in enumerate(known):
            key = (shape.kind, shape.compressed is None, shape.attention_heads, number)
            if key not in cached:
                cached[key] = _arranged(shape, host, engine)
            for arrangement, spread in cached[key]:
                rows.append((model, place, first + number, *arrangement))
                factors.append(spread)
    columns = np.array(rows, float).reshape(-1, 7).T
    model_at = columns[0].astype(np.intp)
    widths = np.array([BYTES[cache] for _, _, cache in models])
    full = np.ones(len(rows))
    cases = Cases(
        shapes=[(shape, precision) for shape, precision, _ in models],
        hosts=[(host, precision) for precision in precisions for _, host in known],
        engines=[engine],
        shape=model_at,
        host=columns[2].astype(np.intp),
        engine=np.zeros(len(rows), np.intp),
        tensor=columns[3],
        pipeline=columns[4],
        data=columns[5],
        cache_bytes=widths[model_at],
        input_tokens=traffic.input_tokens * full,
        output_tokens=traffic.output_tokens * full,
        prefix_share=traffic.prefix_share * full,
    )
    return Combinations(
        cases=cases,
        model=model_at,
        host=columns[1].astype(np.intp),
        replicas=columns[6],
        speeds=np.array(factors).reshape(-1, 6)[:, :3],
        shares=np.array(factors).reshape(-1, 6)[:, 3:],
    )


_Arranged: TypeAlias = tuple[tuple[int, int, int, int], tuple[float, ...]]


def _arranged(shape: ModelShape, host: Host, engine: Engine) -> list[_Arranged]:
    """Arrangements (tensor, pipeline, data, replicas) of a kind of model on a host, and the factors
    of P10, P50, P90 on speed and on throughput."""
    found: list[_Arranged] = []
    for one in arrangements_for(shape, host):
        sure = confidence(shape, host, engine, one.gpus)
        spread = tuple(
            number
            for part in (sure.speeds, sure.shares)
            for number in (part.p10, part.p50, part.p90)
        )
        replicas = host.whole_gpus // one.gpus
        found.append(((one.tensor, one.pipeline, one.data, replicas), spread))
    return found


def capacities(
    combinations: Combinations, targets: Targets, constants: Constants = FITTED
) -> Capacities:
    """The capacity of every combination under the same targets."""
    speeds, shares = combinations.speeds, combinations.shares * combinations.replicas[:, np.newaxis]
    low, middle, high = (
        scan(combinations.cases, constants, targets, speeds[:, column]) for column in range(3)
    )
    return Capacities(
        requests_per_second_p10=low.requests_per_second * shares[:, 0],
        requests_per_second_p50=middle.requests_per_second * shares[:, 1],
        requests_per_second_p90=high.requests_per_second * shares[:, 2],
        batch=middle.batch,
        tpot_seconds=middle.tpot_seconds,
        ttft_seconds=middle.ttft_seconds,
        limit=middle.limit,
    )


def larger_than_any(
    model: ServedModel, hosts: Sequence[Host], constants: Constants = FITTED
) -> Reason | None:
    """The reason where the weights of a model are larger than all GPUs of every host; else None.

    Told in GiB: the weights, and what the largest host may hold with its usable memory.
    """
    shape, precision, _ = model
    weights = shape.weight_bytes(precision)
    usable = [
        host.whole_gpus
        * max(
            0.0,
            constants.memory_share_tuned * host.gpu.memory_bytes * host.share
            - constants.reserve_bytes,
        )
        for host in hosts
        if host.gpu is not None
    ]
    largest = max(usable, default=0.0)
    if weights <= largest:
        return None
    return Reason(
        code=ReasonCode.LARGER_THAN_ANY_HOST,
        facts={"weights_gib": gib(weights), "largest_host_gib": gib(largest)},
        lifts=(Lift.NARROWER_WEIGHTS, Lift.MORE_GPUS),
    )
