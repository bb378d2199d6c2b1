"""Two syncs that start at once, over and over: exactly one of them runs each time."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.catalog.sync.test_lease import holder, said, tell
from tests.databases import new_postgres_database, postgres_server

STARTS = 100
MOST_SECONDS = 60
ONE_RUNS = ("refused", "runs")


def run(starts: int) -> int:
    """Start so many pairs on each database and print how they ended; how many ended otherwise."""
    with tempfile.TemporaryDirectory() as name, postgres_server() as server:
        folder = Path(name)
        wrong = _pairs("sqlite", f"sqlite:///{folder / 'modelcost.db'}", folder, starts)
        with new_postgres_database(server) as url:
            return wrong + _pairs("postgresql", url, folder, starts)


def _pairs(kind: str, url: str, folder: Path, starts: int) -> int:
    found: Counter[tuple[str, ...]] = Counter()
    for _ in range(starts):
        pair = [holder(url, folder) for _ in range(2)]
        for process in pair:
            tell(process)
        found[tuple(sorted(said(process).strip() for process in pair))] += 1
        for process in pair:
            process.communicate("\n", timeout=MOST_SECONDS)
    others = {ends: times for ends, times in found.items() if ends != ONE_RUNS}
    sys.stdout.write(
        f"{kind}: {starts} double starts, in {found[ONE_RUNS]} exactly one ran"
        f"{f', otherwise: {others}' if others else ''}\n"
    )
    sys.stdout.flush()
    return sum(others.values())
