"""How fast the sync writes and compares, beside what the database alone can do with the same rows.

The whole path of a page is timed: validation, text and hash, holding against what is kept, all
tables, the cursor, one transaction a page. Inventing the rows is not.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import select

from catalog.database import Database, open_database
from catalog.folding import fold
from catalog.search.listing import rebuild_listing
from catalog.settings import load_settings
from catalog.store import write_rows
from catalog.sync import job
from catalog.sync.entries import entries_of
from catalog.sync.runs import Run
from catalog.tables import MODEL_ALIAS, SOURCE_ROW
from tests.bench import search
from tests.bench.copied import copied_by_postgresql, copied_by_sqlite
from tests.bench.hub_rows import CHANGED_EVERY, InventedHub
from tests.bench.many_models import invented_models, write_hosts, write_sold
from tests.bench.search_queries import QUERIES
from tests.databases import new_postgres_database, postgres_server

WRITE_AIMS: Final = {"sqlite": 0.35, "postgresql": 0.6}
MOST_TIMES_READING: Final = 4.0
YARDSTICKS: Final = 3
TURNS: Final = 100
NOW: Final = search.NOW
_ROWS_AT_ONCE: Final = 10_000


class Stopwatch:
    """Times the pages of a run, without what the source took to invent them."""

    def __init__(self, source: InventedHub) -> None:
        self.source = source
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self._start = self._cpu_start = 0.0

    def begun(self, run: Run) -> None:
        """The first page is asked for."""
        self._start, self._cpu_start = time.perf_counter(), time.process_time()

    def page(self, run: Run, total: int | None) -> None:
        """Nothing to note."""

    def ended(self, run: Run) -> None:
        """All pages are written."""
        if run.state != "complete":
            raise RuntimeError(f"the sync ended as {run.state}: {run.message}")
        self.seconds = time.perf_counter() - self._start - self.source.invented_seconds
        self.cpu_seconds = time.process_time() - self._cpu_start - self.source.invented_cpu_seconds


def run(rows: int, only: str | None, seed: int) -> int:
    """Measure and print; how many aims are missed."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        if only != "postgresql":
            missed += _measured("sqlite", rows, Path(name), None, seed)
        if only != "sqlite":
            with postgres_server() as server:
                missed += _measured("postgresql", rows, Path(name), server, seed)
    for line in missed:
        sys.stdout.write(f"missed: {line}\n")
    return len(missed)


def _measured(kind: str, rows: int, folder: Path, server: str | None, seed: int) -> list[str]:
    missed: list[str] = []
    with _opened(folder / kind, server) as database:
        watch = _synced(database, InventedHub(rows, day=0, seed=seed), NOW)
        yardstick, yardstick_cpu = _written_alone(database, folder / f"{kind}-alone", server)
        ratio = yardstick / watch.seconds
        _say(
            f"{kind}: {rows:,} rows at {rows / watch.seconds:,.0f} rows/s by whole pages; the"
            f" same rows alone at {rows / yardstick:,.0f} rows/s; ratio {ratio:.2f} by the clock"
        )
        if kind == "sqlite":  # all of the work is in this process
            ratio = yardstick_cpu / watch.cpu_seconds
            _say(f"{kind}: ratio {ratio:.2f} of processor time")
        if ratio < WRITE_AIMS[kind]:
            missed.append(f"{kind} writing: ratio {ratio:.2f}, wanted {WRITE_AIMS[kind]}")
        missed += _delta(database, kind, rows, seed)
        _say(f"{kind}: list of models built in {_listed(database, rows, seed):,.0f} s")
        missed += _searched(database, kind, rows)
    return missed


def _synced(database: Database, source: InventedHub, now: datetime) -> Stopwatch:
    watch = Stopwatch(source)
    options = job.SyncOptions(full=True)
    with patch.object(job, "rebuild_listing"):  # timed by itself
        job.run_sync(database, [source], options, lambda: now, watch)
    return watch


def _written_alone(database: Database, folder: Path, server: str | None) -> tuple[float, float]:
    """Seconds and seconds of our processor time for the very same rows into empty tables of the
    same kind, the medians of several."""
    copied = copied_by_sqlite if server is None else copied_by_postgresql
    found = []
    for turn in range(YARDSTICKS):
        with _opened(folder / str(turn), server) as empty:
            found.append(copied(database, empty))
    seconds, cpu_seconds = zip(*found, strict=True)
    return statistics.median(seconds), statistics.median(cpu_seconds)


def _delta(database: Database, kind: str, rows: int, seed: int) -> list[str]:
    """A second day on which some rows differ, beside reading keys and hashes and diffing alone."""
    source = InventedHub(rows, day=1, seed=seed)
    hashes: list[tuple[str, int]] = []
    making = 0.0
    for page in source.fetch():
        start = time.perf_counter()
        entries = entries_of(page.records)
        making += time.perf_counter() - start
        hashes += [(entry.key, entry.hash) for entry in entries]
    reading = [_compared(database, hashes, rows) for _ in range(YARDSTICKS)]
    alone = statistics.median(reading)
    del hashes
    source.invented_seconds = source.invented_cpu_seconds = 0.0
    seconds = _synced(database, source, NOW + timedelta(days=1)).seconds
    against_all = seconds / (alone + making)
    _say(
        f"{kind}: {100 / CHANGED_EVERY:.0f} % changed in {seconds:.1f} s; keys and hashes read and"
        f" compared alone in {alone:.2f} s, with making texts and hashes {alone + making:.1f} s;"
        f" {seconds / alone:.1f} and {against_all:.1f} times as long"
    )
    if seconds / alone > MOST_TIMES_READING:
        return [
            f"{kind} comparing: {seconds / alone:.1f} times reading keys and hashes, wanted"
            f" {MOST_TIMES_READING:.0f}; {against_all:.1f} times with texts and hashes made"
        ]
    return []


def _compared(database: Database, hashes: Sequence[tuple[str, int]], rows: int) -> float:
    start = time.perf_counter()
    query = select(SOURCE_ROW.c.key, SOURCE_ROW.c.hash).where(
        SOURCE_ROW.c.source == "huggingface", SOURCE_ROW.c.kind == "hub_model"
    )
    with database.read() as session:
        kept: dict[str, int] = dict(map(tuple, session.execute(query)))
    changed = sum(kept.get(key) != hashed for key, hashed in hashes)
    seconds = time.perf_counter() - start
    if changed != rows // CHANGED_EVERY:
        raise RuntimeError(f"expected {rows // CHANGED_EVERY} changed rows, found {changed}")
    return seconds


def _listed(database: Database, rows: int, seed: int) -> float:
    """Seconds to build the list, after prices, hosts and titles are there to be searched for."""
    made = invented_models(rows, Random(seed))
    with database.write() as session:
        write_hosts(session)
        while batch := list(islice(made, _ROWS_AT_ONCE)):
            write_sold(session, batch)
            titles = [_title(model) for model in batch if model["title"]]
            write_rows(session, MODEL_ALIAS, titles)
    with database.write() as session:
        start = time.perf_counter()
        rebuild_listing(session)
    return time.perf_counter() - start


def _title(model: dict[str, Any]) -> dict[str, Any]:
    return {
        "alias_folded": fold(model["title"]),
        "model_id": model["id"],
        "alias": model["title"],
        "evidence": "stated",
        "source": "tests/bench",
    }


def _searched(database: Database, kind: str, rows: int) -> list[str]:
    aim = search.AIM_MILLISECONDS[kind]
    missed: list[str] = []
    if rows < search.MANY:
        _say(f"{kind}: the twelve queries are asked from {search.MANY:,} rows on")
        return missed
    for query in QUERIES:
        calls = search.calls(database, query, query.invented)
        times = [search.milliseconds(calls[turn % len(calls)]) for turn in range(TURNS)]
        p50, p95 = (search.percentile(times, share) for share in (50, 95))
        _say(f"{kind}: {query.name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
        if p95 > aim:
            missed.append(f"{kind} search, {query.name}: p95 {p95:.1f} ms, wanted {aim:.0f}")
    return missed


@contextmanager
def _opened(folder: Path, server: str | None) -> Iterator[Database]:
    settings = {"MODELCOST_DATA_DIR": str(folder)}
    if server is None:
        database = open_database(load_settings(settings), NOW)
        try:
            yield database
        finally:
            database.close()
        return
    with new_postgres_database(server) as url:
        database = open_database(load_settings({**settings, "MODELCOST_DATABASE_URL": url}), NOW)
        try:
            yield database
        finally:
            database.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
