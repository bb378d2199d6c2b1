"""Validated records of one's own serving runs: those of `measurement`, and where they came from."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, computed_field, model_validator

from catalog.benchmarks.runs import FLAGS, NEVER_CALIBRATES
from catalog.measurement_records import MeasurementRecord
from catalog.records import Count, Flags, Moment, Name, Positive, Text
from catalog.vocabulary import Tool


class OwnMeasurementRecord(MeasurementRecord):
    """One run of one's own, or a point that another program computed (tool aiconfigurator).

    Attributes:
        model: as the file names it; ``model_id``: as the person told.
        concurrency: requests in flight of a closed loop, sent at once of a burst; None where
            requests came at a rate.
        tool, tool_version: who measured; the version where the file states it.
        file_name, file_sha256: the result file, without folder; None for a computed point.
        run_number: place in the file, the first is 1.
        instance_id: the host, where one was named.
        asked_requests_per_second: the rate, where requests came at one.
        mean_requests_in_flight: as the tool states it, or rate x time of a request.
        requests_completed, requests_failed: None for a computed point.
        measured_on: day of the run by the clock of the tool.
        flags: words of `catalog.benchmarks.runs.FLAGS`, in order of the alphabet.
        note: what else the file tells, for a person.
    """

    model_id: Name
    tool: Tool
    tool_version: Name | None = None
    file_name: Name | None = None
    file_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    run_number: Annotated[int, Field(ge=1)]
    instance_id: Name | None = None
    asked_requests_per_second: Positive | None = None
    mean_requests_in_flight: Positive | None = None
    requests_completed: Count | None = None
    requests_failed: Count | None = None
    measured_on: date | None = None
    imported_at: Moment
    flags: Flags = ()
    note: Text | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def calibrates(self) -> bool:
        """Whether the run may say how fast a deployment is. A lower bound, a point computed
        elsewhere and what the capacity model does not have (speculation, caches) may not."""
        return not NEVER_CALIBRATES.intersection(self.flags)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        unknown = [flag for flag in self.flags if flag not in FLAGS]
        if unknown:
            raise ValueError(f"flags must be of {', '.join(FLAGS)}, found {', '.join(unknown)}")
        computed = self.tool == "aiconfigurator"
        if computed != ("computed_elsewhere" in self.flags):
            raise ValueError("computed_elsewhere belongs to aiconfigurator, and only there")
        if not computed and (self.file_sha256 is None or not self.requests_completed):
            raise ValueError("a measured run has a file and at least one completed request")
        return self
