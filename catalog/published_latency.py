"""Latencies that were published of measured runs, and which of them may be held against each other.

Two runs are comparable where source, how the number came about, load, lengths and requests in
flight are the same; for models, the machine too. One source tells one percentile, the mean unless
it says else, so that no two percentiles are held against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import log
from statistics import median_low
from typing import Final, Literal

from sqlalchemy import select
from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.evidence import models_alike
from catalog.tables import MEASUREMENT
from catalog.views import Model
from costing import RequestShape
from costing.capacity_reasons import Reason

Quantity = Literal["ttft_seconds", "tpot_seconds"]
FARTHEST: Final = 4
"""By this factor at most the tokens of a run may differ from those of a workload."""
PER_SECOND: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """Under which a number was measured. gpu_key, gpus: None where machines may differ.

    input_tokens, output_tokens: of a request. concurrency: requests in flight.
    """

    source: str
    value_kind: str
    load_mode: str
    input_tokens: Decimal
    output_tokens: Decimal
    concurrency: Decimal | None
    gpu_key: str | None = None
    gpus: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedLatency:
    """What one published run tells; None: it does not tell it.

    model_id: of the model that was measured, which is the one asked for or one built alike.
    """

    id: str
    model_id: str
    gpu_key: str
    gpus: int
    weights: str
    engine: str
    engine_version: str | None
    conditions: Conditions
    ttft_seconds: Decimal | None
    tpot_seconds: Decimal | None

    def at(self, *, same_machine: bool) -> Conditions:
        """What another run must share with it to be compared."""
        if same_machine:
            return self.conditions
        return replace(self.conditions, gpu_key=None, gpus=None)


def published_latencies(
    session: Session, model: Model, machine: tuple[str, int] | None = None
) -> tuple[PublishedLatency, ...]:
    """Runs of a model, or of one built alike, that tell a latency. machine: GPU and how many of
    them, else any."""
    shape = shape_of_model(session, model).shape
    names = {model.id} if isinstance(shape, Reason) else {model.id, *models_alike(session, shape)}
    told = MEASUREMENT.c.ttft_ms.is_not(None) | MEASUREMENT.c.tpot_ms.is_not(None)
    query = select(MEASUREMENT).where(MEASUREMENT.c.model_id.in_(sorted(names)), told)
    if machine is not None:
        key, gpus = machine
        query = query.where(MEASUREMENT.c.gpu_key == key, MEASUREMENT.c.gpus == gpus)
    rows = session.execute(query.order_by(MEASUREMENT.c.id)).mappings().all()
    return tuple(
        PublishedLatency(
            id=row["id"],
            model_id=row["model_id"],
            gpu_key=row["gpu_key"],
            gpus=row["gpus"],
            weights=row["weight_precision"],
            engine=row["engine"],
            engine_version=row["engine_version"],
            conditions=Conditions(
                source=row["source"],
                value_kind=row["value_kind"],
                load_mode=row["load_mode"],
                input_tokens=row["input_tokens"],
                output_tokens=row["output_tokens"],
                concurrency=row["concurrency"],
                gpu_key=row["gpu_key"],
                gpus=row["gpus"],
            ),
            ttft_seconds=_seconds(row["ttft_ms"]),
            tpot_seconds=_seconds(row["tpot_ms"]),
        )
        for row in rows
    )


def comparable(
    found: Mapping[str, Sequence[PublishedLatency]],
    quantity: Quantity,
    near: RequestShape,
    *,
    same_machine: bool,
) -> Mapping[str, PublishedLatency]:
    """One run each, all under the same conditions: those under which most were measured; of
    several the lengths nearest to a workload, then as many requests in flight as the middle one.

    found: runs by any name. Of runs under the same conditions the fastest counts, as the best
    setting. Those without such a run are left out; empty where nobody has one near these lengths.
    """
    groups: dict[Conditions, dict[str, PublishedLatency]] = {}
    for name, runs in found.items():
        for run in runs:
            value = getattr(run, quantity)
            if value is None or not _is_near(run.conditions, near):
                continue
            group = groups.setdefault(run.at(same_machine=same_machine), {})
            best = group.get(name)
            if best is None or value < getattr(best, quantity):
                group[name] = run
    if not groups:
        return {}
    most = max(len(group) for group in groups.values())
    widest = [at for at, group in groups.items() if len(group) == most]
    least = min(_distance(at, near) for at in widest)
    nearest = [at for at in widest if _distance(at, near) == least]
    middle = median_low([at.concurrency or Decimal(0) for at in nearest])
    chosen = [at for at in nearest if (at.concurrency or Decimal(0)) == middle]
    return groups[min(chosen, key=str)]


def _is_near(at: Conditions, shape: RequestShape) -> bool:
    pairs = ((at.input_tokens, shape.input_tokens), (at.output_tokens, shape.output_tokens))
    return all(max(pair) <= FARTHEST * min(pair) for pair in pairs)


def _distance(at: Conditions, shape: RequestShape) -> float:
    """Powers of e that the lengths lie apart."""
    pairs = ((at.input_tokens, shape.input_tokens), (at.output_tokens, shape.output_tokens))
    return sum(abs(log(one / other)) for one, other in pairs if one and other)


def _seconds(milliseconds: Decimal | None) -> Decimal | None:
    return None if milliseconds is None else milliseconds / PER_SECOND
