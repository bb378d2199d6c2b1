"""Syncs that are killed at points spread over all their statements, commits and COPYs, and started
once more.

Each kill is a process of its own, made by a server of processes that has everything imported
already; only these are killed, each by itself. Afterwards the whole catalog must be that of a run
that nobody killed.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock
from typing import Final

from catalog.database import open_database
from catalog.settings import Settings, load_settings
from tests.catalog.sync.killed import main
from tests.catalog.sync.scripted import NOON
from tests.catalog.sync.test_sync_kills import clean_run, lines_of
from tests.databases import new_postgres_database, postgres_server

POINTS: Final = (300, 60)
"""On SQLite and on PostgreSQL."""
WORKERS: Final = 2
MOST_SECONDS: Final = 300
FILE: Final = "modelcost.db"
_PROCESSES = multiprocessing.get_context("forkserver")
_ONE_THREAD = Lock()
"""Held while a process is started or its end is read: each start reads how all others ended, and
whoever reads that second is told 255."""


def run(points: Sequence[int]) -> int:
    """Kill so many times on each database and print what differs; how many points differ."""
    _PROCESSES.set_forkserver_preload(["tests.catalog.sync.killed"])
    differ = 0
    with tempfile.TemporaryDirectory() as name, postgres_server() as server:
        folder = Path(name)
        template = folder / "template.db"
        open_database(_settings(f"sqlite:///{template}", folder), NOON).close()
        ways = (
            ("sqlite", partial(_sqlite, template)),
            ("postgresql", partial(_postgresql, server)),
        )
        for (kind, database), count in zip(ways, points, strict=True):
            differ += _killed(kind, count, database, folder)
    return differ


Opened = Callable[[Path], AbstractContextManager[str]]


def _killed(kind: str, count: int, database: Opened, folder: Path) -> int:
    clean_folder = folder / kind
    clean_folder.mkdir()
    with database(clean_folder) as url:
        clean, points = clean_run(url, clean_folder)
    spread = _spread(points, count)

    def differs(point: int) -> bool:
        own = folder / f"{kind}-{point}"
        own.mkdir()
        try:
            with database(own) as url:
                return _after_a_kill(url, own, point) != clean
        finally:
            shutil.rmtree(own)

    with ThreadPoolExecutor(WORKERS) as pool:
        found = [
            point for point, other in zip(spread, pool.map(differs, spread), strict=True) if other
        ]
    met = _counted([points[number - 1] for number in spread])
    sys.stdout.write(
        f"{kind}: {len(spread)} kills ({met}) spread"
        f" over {len(points)} points ({_counted(points)}),"
        f" {len(clean):,} rows compared after each: {len(found)} differ"
        f"{': points ' + ', '.join(map(str, found)) if found else ''}\n"
    )
    sys.stdout.flush()
    return len(found)


def _spread(points: Sequence[str], count: int) -> list[int]:
    """So many points, counted from 1: of each kind as many, or all where there are fewer, evenly
    over the run. By their numbers alone most would be statements."""
    by_kind: dict[str, list[int]] = {}
    for number, kind in enumerate(points, start=1):
        by_kind.setdefault(kind, []).append(number)
    chosen: list[int] = []
    for place, numbers in enumerate(sorted(by_kind.values(), key=len)):
        share = min(len(numbers), (count - len(chosen)) // (len(by_kind) - place))
        last = len(numbers) - 1
        chosen += [numbers[step * last // max(share - 1, 1)] for step in range(share)]
    return sorted(chosen)


def _counted(points: Sequence[str]) -> str:
    return ", ".join(f"{kind}: {times}" for kind, times in Counter(points).most_common())


def _after_a_kill(url: str, folder: Path, point: int) -> list[str]:
    died = _process(url, folder, point)
    if died != -signal.SIGKILL:
        raise RuntimeError(f"expected a process killed at point {point}, it ended with {died}")
    if (done := _process(url, folder, 0)) != 0:
        raise RuntimeError(f"expected a clean end after a kill at {point}, it ended with {done}")
    return lines_of(url, folder)


def _process(url: str, folder: Path, point: int) -> int | None:
    """The syncs in a process that kills itself at the point; how it ended."""
    process = _PROCESSES.Process(target=_quiet, args=(url, str(folder), point))
    with _ONE_THREAD:
        process.start()
    wait([process.sentinel], MOST_SECONDS)
    with _ONE_THREAD:
        if process.is_alive():
            process.kill()
        process.join()
        return process.exitcode


def _quiet(url: str, folder: str, point: int) -> None:
    sys.stdout = (Path(folder) / "said").open("w", encoding="utf-8")
    main(url, folder, point)


def _settings(url: str, folder: Path) -> Settings:
    return load_settings({"MODELCOST_DATABASE_URL": url, "MODELCOST_DATA_DIR": str(folder)})


@contextmanager
def _sqlite(template: Path, folder: Path) -> Iterator[str]:
    shutil.copy(template, folder / FILE)
    yield f"sqlite:///{folder / FILE}"


@contextmanager
def _postgresql(server: str, folder: Path) -> Iterator[str]:
    del folder
    with new_postgres_database(server) as url:
        yield url
