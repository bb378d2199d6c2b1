"""The measurements that may stand behind a capacity: of models built alike, on the same GPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.checked_shapes import checked_shapes
from catalog.measured_runs import run_of, told_by
from catalog.model_queries import find_model
from catalog.tables import MEASUREMENT, MODEL_ARCHITECTURE
from costing.architecture import ModelShape
from costing.capacity_evidence import Measurement
from costing.capacity_reasons import Reason
from costing.capacity_runs import Load
from costing.hardware import Host

_COMPARABLE = (Load.CLOSED_LOOP.value, Load.STATIC_BATCH.value)
"""Loads whose requests in flight are known."""


def measurements_of(session: Session, shape: ModelShape, host: Host) -> tuple[Measurement, ...]:
    """Measured runs of this model, or of one built alike, on GPUs of this kind."""
    if host.gpu is None:
        return ()
    rows = session.execute(_rows(shape, host.gpu.name)).mappings()
    return tuple(_measured(session, rows.all(), shape, host))


def _rows(shape: ModelShape, gpu_key: str) -> Any:
    alike = (
        select(MODEL_ARCHITECTURE.c.model_id)
        .where(
            MODEL_ARCHITECTURE.c.layers == shape.layers,
            MODEL_ARCHITECTURE.c.hidden_size == shape.hidden_size,
        )
        .scalar_subquery()
    )
    return (
        select(MEASUREMENT)
        .where(
            MEASUREMENT.c.gpu_key == gpu_key,
            MEASUREMENT.c.load_mode.in_(_COMPARABLE),
            MEASUREMENT.c.model_id.in_(alike),
        )
        .order_by(MEASUREMENT.c.id)
    )


def _measured(session: Session, rows: Any, shape: ModelShape, host: Host) -> Iterator[Measurement]:
    shapes: dict[str, ModelShape | None] = {}
    for row in rows:
        model_id = row["model_id"]
        if model_id not in shapes:
            shapes[model_id] = _shape(session, model_id)
        measured = shapes[model_id]
        if measured is None or not measured.is_like(shape):
            continue
        run = run_of(told_by(row), measured, host.gpu, row["id"])
        if not isinstance(run, Reason):
            yield Measurement(
                run=run,
                output_tokens_per_second=float(row["output_tokens_per_second"]),
                own=False,
                source=_source(row),
            )


def _shape(session: Session, model_id: str) -> ModelShape | None:
    checked = checked_shapes().get(model_id)
    if checked is not None:
        return checked.shape
    found = shape_of_model(session, find_model(session, model_id)).shape
    return found if isinstance(found, ModelShape) else None


def _source(row: RowMapping) -> str:
    return f"{row['source']}, row {row['id']}"
