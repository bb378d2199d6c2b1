"""How far the capacity model is from measured runs, with each source left out of the fit in turn.

    scripts/bench --accuracy FILE

FILE has the columns of `throughput_public.csv`, with `model_arch.csv` and `gpu_specs.csv` beside
it. Every row is predicted by constants fitted on the other sources; beside it stand the shipped
constants (fitted on all) and a pure roofline. APE is abs(predicted / measured - 1), bias the median
of predicted / measured, coverage the share of rows between P10 and P90.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.capacity_constants import ROOFLINE, Constants
from costing.capacity_fitted import FITTED
from costing.capacity_runs import predict
from tests.bench.fit_capacity import fit
from tests.bench.measured_runs import Measured, read_measured

Array = NDArray[np.float64]
MEANT_FOR_BIAS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """P10, P50 and P90 of every row, NaN where the model has none; shape (rows, 3)."""

    values: Array
    measured: Array

    def line(self, chosen: NDArray[np.bool_]) -> str:
        """Median and P90 of the error, bias and coverage of the chosen rows."""
        values, measured = self.values[chosen], self.measured[chosen]
        known = np.isfinite(values[:, 1])
        ratio = values[known, 1] / measured[known]
        inside = (values[known, 0] <= measured[known]) & (measured[known] <= values[known, 2])
        error = np.abs(ratio - 1)
        return (
            f"{np.median(error):6.1%} {np.quantile(error, 0.9):6.0%} {np.median(ratio):5.2f}"
            f" {inside.mean():5.0%}"
        )


def predicted(rows: Sequence[Measured], constants: Constants) -> Array:
    """The predictions of all rows with one set of constants."""
    found = predict([row.run for row in rows], constants)
    return np.array([(one.p10, one.p50, one.p90) for one in found], dtype=float)


def left_out(rows: Sequence[Measured]) -> Array:
    """Each row predicted by constants that never saw its source."""
    values = np.full((len(rows), 3), np.nan)
    sources = np.array([row.row["source_id"] for row in rows])
    for source in sorted(set(sources)):
        others = [row for row in rows if row.row["source_id"] != source]
        own = sources == source
        values[own] = predicted(
            [row for row in rows if row.row["source_id"] == source], fit(others)
        )
    return values


Group = tuple[str, NDArray[np.bool_]]


def groups(rows: Sequence[Measured]) -> list[Group]:
    """The groups that are reported: the aims, then source, GPU, family and load."""

    def mask(test: Callable[[Measured], bool]) -> NDArray[np.bool_]:
        return np.array([test(row) for row in rows])

    found: list[Group] = [
        ("aim: dense, good", mask(lambda row: row.dense and row.good)),
        ("aim: all good rows", mask(lambda row: row.good)),
        ("dense, good and medium", mask(lambda row: row.dense and row.fitted)),
        (
            "dense, but for old AMD builds",
            mask(lambda row: row.dense and row.fitted and not _old_amd(row)),
        ),
        ("all fitted rows", mask(lambda row: row.fitted)),
        ("rows with SLO, never fitted", mask(lambda row: row.run.targets.tpot_seconds is not None)),
    ]
    for name in ("source_id", "gpu", "model_family", "load_mode"):
        for value in sorted({row.row[name] for row in rows if row.fitted}):
            chosen = mask(lambda row, n=name, v=value: row.fitted and row.row[n] == v)  # type: ignore[misc]
            found.append((f"{name} {value}", chosen))
    return found


def _old_amd(row: Measured) -> bool:
    return row.run.engine.old and row.row["gpu"].startswith("MI")


def run(path: Path) -> None:
    """Print the table."""
    rows = read_measured(path)
    measured = np.array([row.output_tokens_per_second for row in rows])
    out = Predicted(values=left_out(rows), measured=measured)
    shipped = Predicted(values=predicted(rows, FITTED), measured=measured)
    roofline = Predicted(values=predicted(rows, ROOFLINE), measured=measured)
    head = "median    P90  bias cover"
    sys.stdout.write(f"{'':44} rows | left out: {head} | shipped: {head} | roofline\n")
    for name, chosen in groups(rows):
        sys.stdout.write(
            f"{name:44} {chosen.sum():5,} | {'':9} {out.line(chosen)} | {'':8}"
            f" {shipped.line(chosen)} | {roofline.line(chosen)}\n"
        )
    without = int(np.isnan(shipped.values[:, 1]).sum())
    sys.stdout.write(f"{without} rows have no prediction (they do not fit the memory assumed)\n")
    _bias(rows, out)


def _bias(rows: Sequence[Measured], out: Predicted) -> None:
    """GPUs with two sources and thirty rows, and whether their bias meets the aim."""
    gpus = sorted({row.row["gpu"] for row in rows})
    for gpu in gpus:
        chosen = np.array([row.fitted and row.row["gpu"] == gpu for row in rows])
        sources = {row.row["source_id"] for row in rows if row.fitted and row.row["gpu"] == gpu}
        if len(sources) < 2 or chosen.sum() < MEANT_FOR_BIAS:
            continue
        ratio = out.values[chosen, 1] / out.measured[chosen]
        bias = float(np.nanmedian(ratio))
        word = "meets" if 0.9 <= bias <= 1.1 else "misses"
        sys.stdout.write(f"bias of {gpu}, {len(sources)} sources: {bias:.2f}, {word} 0.9 to 1.1\n")
