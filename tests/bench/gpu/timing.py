"""Times of captured CUDA graphs by device events, and the rows that keep them."""

from __future__ import annotations

import csv
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import torch

COLUMNS: Final = (
    *("measured_on", "gpu", "driver", "torch", "model_shape", "precision", "kind"),
    *("batch", "context_tokens", "tokens", "seconds_p50", "seconds_p10", "seconds_p90"),
    *("achieved_tflops", "achieved_gb_per_second", "notes"),
)
WARM_UPS: Final = 2

Replay = Callable[[], object]


def captured(call: Callable[[], object]) -> Replay:
    """The call as one CUDA graph to be replayed; without a GPU the call itself."""
    if not torch.cuda.is_available():
        return call
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM_UPS):
            call()
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    replay: Replay = graph.replay
    return replay


def seconds_of(replay: Replay, budget: float, least: int = 5, most: int = 50) -> list[float]:
    """Seconds of single replays, back to back: as many as the budget of seconds allows."""
    replay()
    first = _timed(replay, 1)[0]
    return _timed(replay, max(least, min(most, int(budget / max(first, 1e-6)))))


def _timed(replay: Replay, times: int) -> list[float]:
    if not torch.cuda.is_available():
        marks = [time.perf_counter()]
        for _ in range(times):
            replay()
            marks.append(time.perf_counter())
        return [end - start for start, end in itertools.pairwise(marks)]
    events = [torch.cuda.Event(enable_timing=True) for _ in range(times + 1)]
    events[0].record()
    for event in events[1:]:
        replay()
        event.record()
    torch.cuda.synchronize()
    return [start.elapsed_time(end) / 1000 for start, end in itertools.pairwise(events)]


class Rows:
    """Measured rows, written at once to a CSV file and as JSON lines to the terminal."""

    def __init__(self, file: TextIO, measured_on: str) -> None:
        self._file = file
        self._writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        self._writer.writeheader()
        self._machine = {"measured_on": measured_on, "torch": torch.__version__, **_card()}

    def add(
        self, seconds: Sequence[float], *, flops: float = 0, moved: float = 0, **values: Any
    ) -> float:
        """Keep one row; operations and bytes are those of one measured call. Gives the median."""
        tenths = statistics.quantiles(seconds, n=10, method="inclusive")
        median = statistics.median(seconds)
        found = {
            "seconds_p50": f"{median:.4g}",
            "seconds_p10": f"{tenths[0]:.4g}",
            "seconds_p90": f"{tenths[-1]:.4g}",
            "achieved_tflops": f"{flops / median / 1e12:.4g}",
            "achieved_gb_per_second": f"{moved / median / 1e9:.4g}",
        }
        self._writer.writerow(self._machine | values | found)
        self._file.flush()
        sys.stdout.write(json.dumps(values | found) + "\n")
        sys.stdout.flush()
        return median


def _card() -> dict[str, str]:
    if not torch.cuda.is_available():
        return {"gpu": "none", "driver": ""}
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)
    name, _, driver = answer.stdout.strip().partition(", ")
    return {"gpu": name, "driver": driver}


def open_rows(path: Path, measured_on: str) -> Rows:
    """Begin a CSV file; it stays open to the end of the program."""
    return Rows(path.open("w", encoding="utf-8", newline=""), measured_on)
