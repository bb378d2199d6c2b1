"""Measured runs against the fitted model: a prediction for each row, and how far it is off.

Only the conditions of a run are read to predict it. What was measured is compared afterwards, and
latency targets are not read at all: a run under them is predicted as if it had none, so that its
prediction is the most that the deployment gives to requests that arrive at random.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from catalog.capacity_check_file import RunFile, RunRow, read_run_file
from catalog.capacity_check_names import RunNames
from catalog.capacity_check_summary import ComparedRun, RunGroup, summary_of
from catalog.capacity_reason_words import Told, told_reason
from catalog.measured_runs import run_of
from costing.capacity_fitted import FITTED
from costing.capacity_reasons import Reason
from costing.capacity_runs import Load, Prediction, Run, predict
from costing.capacity_words import WIDTH_WORDS
from costing.hardware import Gpu

RUNS_AT_ONCE = 5_000
"""Runs predicted together, so that memory does not grow with the file."""


class PredictedRun(BaseModel):
    """One row: output tokens a second of the whole deployment, or why there is no prediction.

    Attributes:
        about: the reason without what differs from row to row; no part of the document.
    """

    model_config = ConfigDict(frozen=True)

    row_id: str
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    reason: str | None = None
    about: str | None = Field(default=None, exclude=True)


class CapacityCheck(BaseModel):
    """The rows in the order of the file, and how far they are off, by group."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[PredictedRun, ...]
    summary: tuple[RunGroup, ...]

    @property
    def under_targets(self) -> int:
        """Rows of runs under latency targets, which a check does not read."""
        return sum(
            one.rows
            for one in self.summary
            if (one.group, one.value) == ("load_mode", Load.SERVER.value)
        )


def check_capacity(session: Session, content: bytes, name: str) -> CapacityCheck:
    """Predictions for the rows of a file in the columns of published measurements.

    Args:
        session: a session for reading, to look models and GPUs up.
        content: the file, CSV in UTF-8.
        name: what it is called, for the problems.

    Raises:
        Refused: see `read_run_file`; what is wrong with one run is the reason of its row.
    """
    file = read_run_file(content, name)
    names = RunNames(session)
    runs = [_run(row, names) for row in file.rows]
    known = [run for run in runs if isinstance(run, Run)]
    predictions = iter(
        [
            one
            for start in range(0, len(known), RUNS_AT_ONCE)
            for one in predict(known[start : start + RUNS_AT_ONCE], FITTED)
        ]
    )
    rows = [
        _predicted(row, next(predictions) if isinstance(run, Run) else run)
        for row, run in zip(file.rows, runs, strict=True)
    ]
    return CapacityCheck(rows=tuple(rows), summary=_summary(file, rows, names))


def _run(row: RunRow, names: RunNames) -> Run | Told:
    """A row as a run of the model, or why it cannot be one."""
    if isinstance(row.told, tuple):
        return Told(what=" ".join(row.told))
    shape, gpu = names.shape(row.models), names.gpu(row.cells["gpu"])
    if isinstance(shape, Told):
        return shape
    if isinstance(gpu, Told):
        return gpu
    run = run_of(row.told, shape, gpu, gpu.name)
    return _told(run) if isinstance(run, Reason) else run


def _told(reason: Reason) -> Told:
    return told_reason(reason, known=f"Known: {', '.join(WIDTH_WORDS)}.")


def _predicted(row: RunRow, found: Prediction | Told) -> PredictedRun:
    if isinstance(found, Prediction) and found.reason is None:
        return PredictedRun(row_id=row.row_id, p10=found.p10, p50=found.p50, p90=found.p90)
    if isinstance(found, Prediction):
        assert found.reason is not None
        found = _told(found.reason)
    return PredictedRun(row_id=row.row_id, reason=found.text, about=found.what)


def _summary(file: RunFile, rows: Sequence[PredictedRun], names: RunNames) -> tuple[RunGroup, ...]:
    compared = []
    for told, row in zip(file.rows, rows, strict=True):
        cells = told.cells
        gpu = names.gpu(cells["gpu"]) if "gpu" in cells else None
        compared.append(
            ComparedRun(
                values={
                    "gpu": gpu.name if isinstance(gpu, Gpu) else cells.get("gpu"),
                    "model": next(iter(told.models), None),
                    "family": cells.get("model_family"),
                    "load_mode": cells.get("load_mode", "").casefold() or None,
                    "engine": cells.get("engine"),
                    "source_id": cells.get("source_id"),
                },
                band=None
                if row.p10 is None or row.p50 is None or row.p90 is None
                else (row.p10, row.p50, row.p90),
                measured=told.output_tokens_per_second,
            )
        )
    columns = {"family": "model_family", "source_id": "source_id"}
    groups = ["gpu", "model", "family", "load_mode", "engine", "source_id"]
    return summary_of(
        compared, [name for name in groups if columns.get(name, "gpu") in file.columns]
    )
