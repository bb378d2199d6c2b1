"""A run of a result file and what a person told, put together into one own measurement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from catalog.benchmarks.runs import BenchmarkRun, quality_of
from catalog.errors import BenchmarkRefused, ModelAmbiguous, ModelNotFound
from catalog.model_queries import find_model
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.served_models import Served, Told, served_by


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultFile:
    """The file that runs came from: its name without folder, its bytes' SHA-256, when read."""

    name: str
    sha256: str
    read_at: datetime


def result_file(name: str, content: bytes, now: datetime) -> ResultFile:
    """The file of these bytes."""
    return ResultFile(name=name, sha256=hashlib.sha256(content).hexdigest(), read_at=now)


def measurements_of(
    session: Session, runs: tuple[BenchmarkRun, ...], told: Told, file: ResultFile
) -> tuple[OwnMeasurementRecord, ...]:
    """The records of all runs of a file.

    Args:
        session: a session for reading, to look names up.
        runs: what `catalog.benchmarks.reading.read_benchmarks` gave.
        told: what a file does not state.
        file: where the runs came from.

    Raises:
        BenchmarkRefused, NotInCatalog, ModelAmbiguous: see `served_by`; or file and person
            contradict each other.
    """
    served = served_by(session, told)
    return tuple(
        _measurement(session, run, told, served, file, number)
        for number, run in enumerate(runs, start=1)
    )


def _measurement(
    session: Session, run: BenchmarkRun, told: Told, served: Served, file: ResultFile, number: int
) -> OwnMeasurementRecord:
    tensor, pipeline, data = _arrangement(run, told, served.gpus)
    named = _other_model(session, run.model, served.model_id)
    flags = tuple(sorted({*run.flags, *(("model_named_otherwise",) if named else ())}))
    notes = (*run.notes, *((f"the file names {run.model}",) if named else ()))
    sending = run.sending
    return OwnMeasurementRecord(
        id="m-" + hashlib.sha256(f"{file.sha256}:{number}".encode()).hexdigest()[:16],
        model=run.model or told.model,
        model_id=served.model_id,
        gpu_key=served.gpu_key,
        gpus=served.gpus,
        tensor_parallel=tensor,
        pipeline_parallel=pipeline,
        attention_data_parallel=data,
        weight_precision=served.weights,
        kv_precision=served.cache,
        engine=_engine(run, told),
        engine_version=told.engine_version or run.engine_version,
        load_mode=run.loaded.mode,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        concurrency=run.loaded.concurrency,
        output_tokens_per_second=run.output_tokens_per_second,
        ttft_ms=run.ttft_ms,
        tpot_ms=run.tpot_ms,
        value_kind="reported",
        quality=quality_of(flags),
        source=" ".join(part for part in (run.tool, run.tool_version, file.name) if part),
        tool=run.tool,
        tool_version=run.tool_version,
        file_name=file.name,
        file_sha256=file.sha256,
        run_number=number,
        instance_id=served.instance_id,
        asked_requests_per_second=sending.asked_per_second,
        mean_requests_in_flight=sending.mean_in_flight,
        requests_completed=run.requests_completed,
        requests_failed=run.requests_failed,
        measured_on=run.measured_on,
        imported_at=file.read_at,
        flags=flags,
        note="; ".join(notes) or None,
    )


def _arrangement(run: BenchmarkRun, told: Told, gpus: int) -> tuple[int, int, int]:
    """Tensor, pipeline and attention data parallel of one replica."""
    if None not in (told.tensor, run.tensor_parallel) and told.tensor != run.tensor_parallel:
        raise BenchmarkRefused(
            f"Expected --tensor {run.tensor_parallel} as the file states (tp), found "
            f"{told.tensor}. Leave --tensor out, or give the file of that deployment.",
            field="--tensor",
        )
    tensor = told.tensor or run.tensor_parallel or (1 if gpus == 1 else None)
    if tensor is None:
        raise BenchmarkRefused(
            f"Expected over how many of the {gpus} GPUs the model was split, which the file does "
            "not state, found nothing. Give --tensor, and --pipeline or --data where used.",
            field="--tensor",
        )
    pipeline, data = told.pipeline or 1, told.data or 1
    replica = tensor * pipeline * data
    if min(tensor, pipeline, data) < 1 or gpus % replica:
        raise BenchmarkRefused(
            f"Expected --tensor x --pipeline x --data to divide the {gpus} GPUs, found {tensor} x "
            f"{pipeline} x {data}. Give the GPUs that served with --gpus.",
            field="--tensor",
        )
    return tensor, pipeline, data


def _engine(run: BenchmarkRun, told: Told) -> str:
    engine = (told.engine or run.engine or "").strip().lower()
    if not engine:
        raise BenchmarkRefused(
            f"Expected the engine that served, which the file of {run.tool} does not state, found "
            "nothing. Give --engine vllm, sglang or tensorrt-llm, and --engine-version.",
            field="--engine",
        )
    return engine


def _other_model(session: Session, stated: str, model_id: str) -> bool:
    """Whether the name in the file means another model of the catalog. A served name that leads
    nowhere, or to several, says nothing."""
    if not stated:
        return False
    try:
        return find_model(session, stated).id != model_id
    except (ModelNotFound, ModelAmbiguous):
        return False
