"""Asks aiconfigurator in its environment, and keeps its points as computed own measurements."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog.benchmarks.runs import quality_of
from catalog.errors import BenchmarkRefused, SecondOpinionUnavailable
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.second_opinion.questions import BACKENDS, Question
from catalog.served_models import Served

PROGRAM: Final = Path(__file__).with_name("program.py")
TOOL: Final = "aiconfigurator"

Above = Annotated[Decimal, Field(gt=0)]


class Point(BaseModel):
    """One point of the answer, of one replica."""

    model_config = ConfigDict(frozen=True)

    batch: int
    concurrency: Annotated[int, Field(ge=1)]
    gpus: int
    output_tokens_per_second: Above
    ttft_ms: Above
    tpot_ms: Above
    engine_version: str
    sources: Mapping[str, int]
    remarks: tuple[str, ...] = ()


class _Problem(BaseModel):
    kind: str
    message: str


class Answer(BaseModel):
    """What the program printed: points, or a problem."""

    model_config = ConfigDict(frozen=True)

    version: str = ""
    points: tuple[Point, ...] = ()
    low_fidelity_tables: tuple[str, ...] = ()
    problem: _Problem | None = None


def ask(python: Path, question: Question, *, seconds: float) -> Answer:
    """Run the program in the environment and read its answer.

    Args:
        python: the interpreter of the environment.
        question: what is asked.
        seconds: after which the program is stopped.

    Raises:
        SecondOpinionUnavailable: it did not run, was stopped, or answered something else.
        BenchmarkRefused: it has no answer to this question, and says why.
    """
    asked = json.dumps(asdict(question))
    try:
        done = subprocess.run(
            [str(python), "-I", "-W", "ignore", str(PROGRAM)],
            input=asked,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SecondOpinionUnavailable(
            f"Expected an answer of {TOOL} within {seconds:.0f} seconds, found it still at work. "
            "Ask for fewer loads, or give more time with --seconds."
        ) from None
    except OSError as error:
        raise SecondOpinionUnavailable(
            f"Expected to run {python}, found: {error}. Remove the folder {python.parents[1]}; the "
            "next call makes it again."
        ) from None
    try:
        answer = Answer.model_validate_json(done.stdout)
    except ValidationError as error:
        last = (done.stderr.strip() or "nothing").splitlines()[-1]
        raise SecondOpinionUnavailable(
            f"Expected the points of {TOOL} as JSON, found {error.error_count()} fields amiss in "
            f"{done.stdout[:80]!r}; its last message: {last}. Remove the folder "
            f"{python.parents[1]}; the next call makes it again."
        ) from None
    if answer.problem is not None:
        _refuse(answer.problem, python.parents[1])
    if len(answer.points) != len(question.batches):
        raise SecondOpinionUnavailable(
            f"Expected {len(question.batches)} points of {TOOL}, found {len(answer.points)}. "
            f"Remove the folder {python.parents[1]}; the next call makes it again."
        )
    return answer


def points_as_measurements(
    answer: Answer, question: Question, served: Served, now: datetime
) -> tuple[OwnMeasurementRecord, ...]:
    """The points as rows beside own measurements: flagged, so that none calibrates.

    The same question gives the same ids, so a point is replaced when it is computed anew.
    """
    replicas = served.gpus // question.replica_gpus
    engine = {theirs: ours for ours, theirs in BACKENDS.items()}[question.backend]
    flags = ("computed_elsewhere", *(("low_fidelity",) if answer.low_fidelity_tables else ()))
    return tuple(
        OwnMeasurementRecord(
            id=_identifier(question, served, point.batch, answer.version),
            model=served.model_id if Path(question.model_path).is_dir() else question.model_path,
            model_id=served.model_id,
            gpu_key=served.gpu_key,
            gpus=served.gpus,
            tensor_parallel=question.tensor,
            pipeline_parallel=question.pipeline,
            attention_data_parallel=question.data,
            expert_parallel=question.expert,
            weight_precision=served.weights,
            kv_precision=served.cache,
            engine=engine,
            engine_version=point.engine_version or None,
            load_mode="closed_loop",
            input_tokens=Decimal(question.input_tokens),
            output_tokens=Decimal(question.output_tokens),
            concurrency=Decimal(point.concurrency * replicas),
            output_tokens_per_second=point.output_tokens_per_second * replicas,
            ttft_ms=point.ttft_ms,
            tpot_ms=point.tpot_ms,
            value_kind="computed",
            quality=quality_of(flags),
            source=f"{TOOL} {answer.version}",
            tool=TOOL,
            tool_version=answer.version,
            run_number=number,
            instance_id=served.instance_id,
            measured_on=now.date(),
            imported_at=now,
            flags=flags,
            note=_note(answer, point),
        )
        for number, point in enumerate(answer.points, start=1)
    )


def _note(answer: Answer, point: Point) -> str:
    sources = ", ".join(f"{count} {word}" for word, count in sorted(point.sources.items()))
    notes = [f"operations by where their time comes from: {sources or 'not stated'}"]
    if answer.low_fidelity_tables:
        notes.append(
            "tables filled with figures of lower fidelity, perhaps not all used here: "
            + ", ".join(answer.low_fidelity_tables)
        )
    return "; ".join([*notes, *point.remarks])


def _identifier(question: Question, served: Served, batch: int, version: str) -> str:
    asked = {**asdict(question), "batches": batch, "version": version}
    asked |= {"gpus": served.gpus, "weights": served.weights, "model": served.model_id}
    text = json.dumps(asked, sort_keys=True)
    return "a-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse(problem: _Problem, folder: Path) -> NoReturn:
    """A question that the tool cannot answer, with the way on where it is known."""
    if problem.kind in ("ImportError", "ModuleNotFoundError"):
        raise SecondOpinionUnavailable(
            f"Expected {TOOL} in {folder}, found: {problem.message}. Remove that folder; the next "
            "call makes it again."
        )
    way = "These are the words of the tool; change what it names."
    if problem.kind == "LookupError":
        way = (
            "Give --model-path with the bundled name that has the same shape, or with a folder "
            "that holds the model's config.json."
        )
    elif "OOM" in problem.message:
        way = "Give more GPUs, fewer requests in flight or narrower weights."
    raise BenchmarkRefused(
        f"Expected {TOOL} to compute this deployment, found: {problem.message} {way}",
        field="--model-path" if problem.kind == "LookupError" else "question",
    )
