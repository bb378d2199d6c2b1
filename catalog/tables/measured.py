"""Measured serving runs, published and of one's own: the evidence behind a capacity."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index

from catalog.tables.base import (
    STRICT,
    CatalogTable,
    check,
    count,
    day,
    exact,
    moment,
    one_of,
    words,
)
from catalog.vocabulary import LOAD_MODES, MEASUREMENT_TOOLS, QUALITIES


class MeasurementRow(CatalogTable, table=True):
    """One run; see `catalog.measurement_records.MeasurementRecord`."""

    __tablename__ = "measurement"
    __table_args__ = (
        Index("ix_measurement_model_id", "model_id", "gpu_key"),
        check("gpus_positive", "gpus > 0"),
        one_of("load_mode", LOAD_MODES),
        one_of("quality", QUALITIES),
        STRICT,
    )

    id: str = words(primary_key=True)
    model: str = words()
    model_id: str | None = words(default=None, foreign_key="model.id")
    gpu_key: str = words(foreign_key="gpu.key")
    gpus: int = count()
    tensor_parallel: int | None = count(default=None)
    pipeline_parallel: int | None = count(default=None)
    attention_data_parallel: int | None = count(default=None)
    expert_parallel: int | None = count(default=None)
    weight_precision: str = words()
    kv_precision: str | None = words(default=None)
    engine: str = words()
    engine_version: str | None = words(default=None)
    load_mode: str = words()
    input_tokens: Decimal = exact()
    output_tokens: Decimal = exact()
    concurrency: Decimal | None = exact(default=None)
    output_tokens_per_second: Decimal = exact()
    ttft_ms: Decimal | None = exact(default=None)
    tpot_ms: Decimal | None = exact(default=None)
    ttft_target_ms: Decimal | None = exact(default=None)
    tpot_target_ms: Decimal | None = exact(default=None)
    value_kind: str = words()
    quality: str = words()
    source: str = words()
    license: str | None = words(default=None)


class OwnMeasurementRow(CatalogTable, table=True):
    """One run of one's own; see `catalog.own_measurement_records.OwnMeasurementRecord`.

    No snapshot and no sync writes here.
    """

    __tablename__ = "own_measurement"
    __table_args__ = (
        Index("ix_own_measurement_model_id", "model_id", "gpu_key"),
        Index("ix_own_measurement_file_sha256", "file_sha256"),
        check("gpus_positive", "gpus > 0"),
        one_of("load_mode", LOAD_MODES),
        one_of("quality", QUALITIES),
        one_of("tool", MEASUREMENT_TOOLS),
        STRICT,
    )

    id: str = words(primary_key=True)
    model: str = words()
    model_id: str = words(foreign_key="model.id")
    gpu_key: str = words(foreign_key="gpu.key")
    gpus: int = count()
    tensor_parallel: int | None = count(default=None)
    pipeline_parallel: int | None = count(default=None)
    attention_data_parallel: int | None = count(default=None)
    expert_parallel: int | None = count(default=None)
    weight_precision: str = words()
    kv_precision: str | None = words(default=None)
    engine: str = words()
    engine_version: str | None = words(default=None)
    load_mode: str = words()
    input_tokens: Decimal = exact()
    output_tokens: Decimal = exact()
    concurrency: Decimal | None = exact(default=None)
    output_tokens_per_second: Decimal = exact()
    ttft_ms: Decimal | None = exact(default=None)
    tpot_ms: Decimal | None = exact(default=None)
    ttft_target_ms: Decimal | None = exact(default=None)
    tpot_target_ms: Decimal | None = exact(default=None)
    value_kind: str = words()
    quality: str = words()
    source: str = words()
    license: str | None = words(default=None)
    tool: str = words()
    tool_version: str | None = words(default=None)
    file_name: str | None = words(default=None)
    file_sha256: str | None = words(default=None)
    run_number: int = count()
    instance_id: str | None = words(default=None, foreign_key="instance.id")
    asked_requests_per_second: Decimal | None = exact(default=None)
    mean_requests_in_flight: Decimal | None = exact(default=None)
    requests_completed: int | None = count(default=None)
    requests_failed: int | None = count(default=None)
    measured_on: date | None = day(default=None)
    imported_at: datetime = moment()
    flags: str = words()
    note: str | None = words(default=None)
