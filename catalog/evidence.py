"""The measurements that may stand behind a capacity: of models built alike, on the same GPU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, Select, Table, select
from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.checked_shapes import checked_shapes
from catalog.measured_runs import run_of, told_by
from catalog.model_queries import find_model
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.own_measurements import own_measurement_of
from catalog.tables import MEASUREMENT, MODEL_ARCHITECTURE, OWN_MEASUREMENT
from costing.architecture import ModelShape
from costing.capacity_cases import Case
from costing.capacity_evidence import TOKENS_RATIO, Measurement
from costing.capacity_runs import Load, Run
from costing.hardware import Gpu, Host

_COMPARABLE = (Load.CLOSED_LOOP.value, Load.STATIC_BATCH.value)
"""Loads whose requests in flight are known."""
ELSEWHERE = "computed_elsewhere"


def measurements_of(session: Session, shape: ModelShape, host: Host) -> tuple[Measurement, ...]:
    """Measured runs of this model, or of one built alike, on GPUs of this kind: published ones, and
    the user's own where they say something of the speed at a known number of requests."""
    if host.gpu is None:
        return ()
    shapes = _Shapes(session, shape)
    published = session.execute(_rows(MEASUREMENT, shape, host.gpu.name)).mappings()
    own = session.execute(_rows(OWN_MEASUREMENT, shape, host.gpu.name)).mappings()
    calibrating = (row for row in own.all() if own_measurement_of(row).calibrates)
    return (
        *_measured(calibrating, shapes, host.gpu, own=True),
        *_measured(published.all(), shapes, host.gpu, own=False),
    )


def models_alike(session: Session, shape: ModelShape) -> tuple[str, ...]:
    """Measured models that serve like one of this shape, by their ids."""
    shapes = _Shapes(session, shape)
    query = select(MEASUREMENT.c.model_id).where(
        MEASUREMENT.c.model_id.in_(_built_like(shape).scalar_subquery())
    )
    ids = session.execute(query.distinct().order_by(MEASUREMENT.c.model_id)).scalars().all()
    return tuple(one for one in ids if shapes.like(one) is not None)


def second_opinions(session: Session, case: Case) -> tuple[OwnMeasurementRecord, ...]:
    """Points near a case that another model computed: shown beside the answer, never in it."""
    host, traffic = case.host, case.traffic
    if host.gpu is None:
        return ()
    rows = session.execute(_rows(OWN_MEASUREMENT, case.shape, host.gpu.name)).mappings()
    records = (own_measurement_of(row) for row in rows.all())
    return tuple(
        one
        for one in records
        if ELSEWHERE in one.flags
        and _near(float(one.input_tokens), traffic.input_tokens)
        and _near(float(one.output_tokens), traffic.output_tokens)
    )


def _near(one: float, other: float) -> bool:
    return max(one, other) <= TOKENS_RATIO * min(one, other)


def _rows(table: Table, shape: ModelShape, gpu_key: str) -> Select[Any]:
    return (
        select(table)
        .where(
            table.c.gpu_key == gpu_key,
            table.c.load_mode.in_(_COMPARABLE),
            table.c.model_id.in_(_built_like(shape).scalar_subquery()),
        )
        .order_by(table.c.id)
    )


def _built_like(shape: ModelShape) -> Select[Any]:
    return select(MODEL_ARCHITECTURE.c.model_id).where(
        MODEL_ARCHITECTURE.c.layers == shape.layers,
        MODEL_ARCHITECTURE.c.hidden_size == shape.hidden_size,
    )


def _measured(
    rows: Iterable[RowMapping], shapes: _Shapes, gpu: Gpu, *, own: bool
) -> Iterator[Measurement]:
    for row in rows:
        shape = shapes.like(row["model_id"])
        run = None if shape is None else run_of(told_by(dict(row)), shape, gpu, row["id"])
        if isinstance(run, Run):
            yield Measurement(
                run=run,
                output_tokens_per_second=float(row["output_tokens_per_second"]),
                own=own,
                source=f"{row['source']}, row {row['id']}",
            )


@dataclass(slots=True)
class _Shapes:
    """Shapes of measured models, each looked up once: those that serve like the one asked for."""

    session: Session
    asked: ModelShape
    known: dict[str, ModelShape | None] = field(default_factory=dict)

    def like(self, model_id: str) -> ModelShape | None:
        """The shape of a model built like the one asked for; None for any other."""
        if model_id not in self.known:
            found = self._shape(model_id)
            alike = found is not None and found.is_like(self.asked)
            self.known[model_id] = found if alike else None
        return self.known[model_id]

    def _shape(self, model_id: str) -> ModelShape | None:
        checked = checked_shapes().get(model_id)
        if checked is not None:
            return checked.shape
        found = shape_of_model(self.session, find_model(self.session, model_id)).shape
        return found if isinstance(found, ModelShape) else None
