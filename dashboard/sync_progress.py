"""What a person sees of a running sync: a bar in a terminal, lines in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from catalog.sync.runs import Run

SECONDS_BETWEEN_LINES = 5.0


class Lines:
    """One line at the start and end of a source, and one every few seconds between."""

    def __init__(self, stream: TextIO, seconds: float = SECONDS_BETWEEN_LINES) -> None:
        self._stream, self._seconds = stream, seconds
        self._begun = self._told = time.monotonic()
        self._rows_before = 0

    def begun(self, run: Run) -> None:
        """A source begins, or goes on."""
        self._begun = self._told = time.monotonic()
        self._rows_before = run.rows_read
        what = "everything" if run.since is None else f"what changed since {run.since:%Y-%m-%d}"
        goes_on = f", on from page {run.pages + 1}" if run.pages else ""
        self._say(f"{run.source}: reading {what}{goes_on}")

    def page(self, run: Run, total: int | None) -> None:
        """A page was written."""
        now = time.monotonic()
        if now - self._told < self._seconds:
            return
        self._told = now
        self._say(f"{run.source}: {pace(run, self._rows_before, total, now - self._begun)}")

    def ended(self, run: Run) -> None:
        """A source has ended."""
        because = f": {run.message}" if run.message else ""
        self._say(
            f"{run.source}: {run.state} after {run.rows_read:,} rows, {run.requests:,} requests"
            f"{because}"
        )

    def _say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Bar:
    """A bar of rich for the source that is being read."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._begun = 0.0
        self._rows_before = 0

    def begun(self, run: Run) -> None:
        """A source begins, or goes on."""
        self._begun, self._rows_before = time.monotonic(), run.rows_read
        self._progress.start()
        self._task = self._progress.add_task(run.source, total=None, pace="")

    def page(self, run: Run, total: int | None) -> None:
        """A page was written."""
        told = pace(run, self._rows_before, None, time.monotonic() - self._begun)
        self._progress.update(self._task, completed=run.rows_read, total=total, pace=told)

    def ended(self, run: Run) -> None:
        """A source has ended."""
        self._progress.update(self._task, total=run.rows_read, completed=run.rows_read)
        self._progress.stop()


def pace(run: Run, rows_before: int, total: int | None, seconds: float) -> str:
    """Rows, rate and requests, and the time left where the source says how many rows it has."""
    rows = run.rows_read - rows_before
    rate = rows / seconds if seconds > 0 else 0.0
    text = f"{run.rows_read:,} rows, {rate:,.0f} a second, {run.requests:,} requests"
    if total is None or rate <= 0:
        return text
    left = max(0.0, (total - run.rows_read) / rate)
    return f"{text}, about {left / 60:,.0f} min left" if left >= 60 else f"{text}, nearly done"
