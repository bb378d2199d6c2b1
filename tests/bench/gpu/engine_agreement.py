"""Holds the capacity model against what an engine really did; needs no GPU.

    python -m tests.bench.gpu.engine_agreement

The constants are the shipped ones, which have not seen these rows. Predicted over measured: output
tokens a second, time a token, time to the first token, and tokens of cache that fit.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np

from catalog.checked_shapes import checked_shapes
from catalog.hardware_facts import gpu_of
from catalog.measured_runs import ToldConditions, run_of
from catalog.snapshot.layout import SNAPSHOT_FOLDER
from catalog.snapshot.read import read_snapshot
from costing.capacity_cases import Case, cases_of, facts_of
from costing.capacity_fitted import FITTED
from costing.capacity_memory import memory_of
from costing.capacity_runs import Load, Run, predict
from costing.capacity_scan import at_batch, largest_batch
from costing.capacity_speed import step_costs
from costing.hardware import Gpu

FILE: Final = Path(__file__).with_name("engine_h100.csv")
GPU: Final = "H100-SXM"
BANDS: Final = ((1, 1, "1"), (2, 8, "8"), (9, 64, "32 and 64"), (65, 1024, "128 and 256"))


@dataclass(frozen=True, kw_only=True)
class Point:
    """One measured point and the ratios of predicted to measured; inside: the model's band holds
    the measured throughput."""

    row: Mapping[str, str]
    throughput: float
    tpot: float
    ttft: float
    cache_tokens: float
    inside: bool

    @property
    def model(self) -> str:
        """Name and precision."""
        return f"{self.row['model'].partition('/')[2]} {self.row['weight_precision']}"


def main() -> int:
    """Print every point, then the errors by model and by load."""
    points = read_points()
    for point in points:
        row = point.row
        sys.stdout.write(
            f"{point.model} {row['input_tokens']}/{row['output_tokens']} x {row['concurrency']}:"
            f" throughput {point.throughput:.2f}, TPOT {point.tpot:.2f}, TTFT {point.ttft:.2f},"
            f" cache {point.cache_tokens:.2f}\n"
        )
    for name in dict.fromkeys(point.model for point in points):
        _tell(name, [point for point in points if point.model == name])
    dense = [point for point in points if "A3B" not in point.model]
    for first, last, name in BANDS:
        chosen = [one for one in dense if first <= int(one.row["concurrency"]) <= last]
        _tell(f"dense, {name} in flight", chosen)
    _tell("dense", dense)
    return 0


def read_points() -> list[Point]:
    """All rows of the file with what the model says of them."""
    gpu = next(gpu_of(one) for one in read_snapshot(SNAPSHOT_FOLDER).gpus if one.key == GPU)
    assert gpu is not None
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_point(row, gpu) for row in csv.DictReader(file)]


def _point(row: Mapping[str, str], gpu: Gpu) -> Point:
    run = _run(row, gpu)
    assert run.arrangement is not None
    case = Case(
        shape=run.shape,
        host=run.host,
        arrangement=run.arrangement,
        precision=run.precision,
        cache=run.cache,
        engine=run.engine,
        traffic=run.traffic,
    )
    cases = cases_of([case])
    memory = memory_of(cases, FITTED)
    most = float(largest_batch(cases, memory, facts_of(cases))[0])
    batch = np.array([[min(float(row["concurrency"]), most)]])
    _, tpot, ttft = at_batch(step_costs(cases, FITTED).rows(slice(None)), batch)
    told = predict([run], FITTED)[0]
    assert told.p10 is not None
    assert told.p50 is not None
    assert told.p90 is not None
    measured = float(row["output_tokens_per_second"])
    free = float((memory.usable_bytes - memory.weight_bytes)[0])
    tokens = free / float(memory.cache_bytes_per_token[0])
    return Point(
        row=row,
        throughput=told.p50 / measured,
        tpot=float(tpot[0, 0]) * 1e3 / float(row["tpot_ms_p50"]),
        ttft=float(ttft[0, 0]) * 1e3 / float(row["ttft_ms_p50"]),
        cache_tokens=tokens / float(row["kv_cache_tokens"]),
        inside=told.p10 <= measured <= told.p90,
    )


def _run(row: Mapping[str, str], gpu: Gpu) -> Run:
    told = ToldConditions(
        gpus=1,
        tensor_parallel=1,
        weight_precision=row["weight_precision"],
        kv_precision=row["kv_precision"],
        engine=row["engine"],
        engine_version=row["engine_version"],
        load_mode=Load.CLOSED_LOOP,
        input_tokens=Decimal(row["input_tokens"]),
        output_tokens=Decimal(row["output_tokens"]),
        concurrency=Decimal(row["concurrency"]),
    )
    run = run_of(told, checked_shapes()[row["model"]].shape, gpu, GPU)
    assert isinstance(run, Run), run
    return run


def _tell(name: str, points: Sequence[Point]) -> None:
    def line(ratio: Callable[[Point], float]) -> str:
        ratios = [ratio(point) for point in points]
        error = statistics.median(abs(one - 1) for one in ratios)
        return f"{error:.1%} off, bias {statistics.median(ratios):.2f}"

    inside = sum(point.inside for point in points)
    sys.stdout.write(
        f"{name} ({len(points)}): throughput {line(lambda one: one.throughput)}, {inside} in the"
        f" band; TPOT {line(lambda one: one.tpot)}; TTFT {line(lambda one: one.ttft)}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
