"""How far predictions are from what was measured: error, bias and coverage by group of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedRun:
    """A run for its groups. values: its value of each grouping, None where it is not told.

    band: P10, P50 and P90, None without a prediction. measured: None where it is not told.
    """

    values: Mapping[str, str | None]
    band: tuple[float, float, float] | None
    measured: float | None


class RunGroup(BaseModel):
    """A group of runs: APE is abs(predicted / measured - 1), predicted the P50.

    Attributes:
        value: what its runs have in common; None: the file does not tell.
        rows: all runs of the group. The figures are of those with a prediction and a measured
            value, and None where there is no such run.
        bias: median of predicted / measured.
        coverage: share of runs with P10 <= measured <= P90.
    """

    model_config = ConfigDict(frozen=True)

    group: str
    value: str | None
    rows: int
    median_ape: float | None = None
    p90_ape: float | None = None
    bias: float | None = None
    coverage: float | None = None


def summary_of(runs: Sequence[ComparedRun], groups: Sequence[str]) -> tuple[RunGroup, ...]:
    """All runs as one group, then those of each value of each grouping, in order of value."""
    found = [_group("all", "all", runs)]
    for group in groups:
        of: dict[str | None, list[ComparedRun]] = {}
        for run in runs:
            of.setdefault(run.values[group], []).append(run)
        values = sorted(of, key=lambda value: (value is None, value or ""))
        found += [_group(group, value, of[value]) for value in values]
    return tuple(found)


def _group(group: str, value: str | None, runs: Sequence[ComparedRun]) -> RunGroup:
    pairs = [
        (*run.band, run.measured)
        for run in runs
        if run.band is not None and run.measured is not None
    ]
    if not pairs:
        return RunGroup(group=group, value=value, rows=len(runs))
    p10, p50, p90, measured = np.array(pairs, float).T
    ratio = p50 / measured
    error = np.abs(ratio - 1)
    return RunGroup(
        group=group,
        value=value,
        rows=len(runs),
        median_ape=float(np.median(error)),
        p90_ape=float(np.quantile(error, 0.9)),
        bias=float(np.median(ratio)),
        coverage=float(np.mean((p10 <= measured) & (measured <= p90))),
    )
