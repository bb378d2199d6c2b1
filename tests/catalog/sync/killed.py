"""A sync in a process of its own that ends itself without warning at a given moment.

Run as ``python -m tests.catalog.sync.killed DATABASE_URL DATA_DIR POINT``: at the POINT-th point
(:mod:`tests.catalog.sync.kill_points`) the process kills itself; 0 lets it reach its end, where it
prints a JSON list of the points that it passed. What it reads is always the same, so that a catalog
synced with and without kills must hold the same.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime, timedelta
from functools import partial

from catalog.database import open_database
from catalog.records import ProviderRecord, Record
from catalog.settings import load_settings
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import last_complete
from tests.catalog.sync.kill_points import Point, tell_points
from tests.catalog.sync.scripted import NOON, Heard, Scripted, hub_model, offer, price


def first_list() -> list[Record]:
    """What the source lists at first."""
    sold: list[Record] = []
    for number in range(12):
        sold += [offer(f"gpt-{number}"), price(f"0.{number + 1:03}", f"gpt-{number}")]
    return [*sold, *[hub_model(number) for number in range(40)]]


def second_list() -> list[Record]:
    """A day later: some prices and downloads moved, one model and one price are gone, one came."""
    later = NOON + timedelta(days=1)
    sold: list[Record] = []
    for number in range(11):
        moved = {"valid_from": later, "fetched_at": later} if number % 3 == 0 else {}
        amount = f"0.{number + 2:03}" if moved else f"0.{number + 1:03}"
        sold += [offer(f"gpt-{number}"), price(amount, f"gpt-{number}", **moved)]
    models = [hub_model(number, downloads=number) for number in range(1, 41)]
    return [*sold, offer("gpt-11"), *models]


def long_list() -> list[Record]:
    """So many rows a page that PostgreSQL writes the first of a COPY before it has the last."""
    return [ProviderRecord(id=f"seller-{number}", name="A seller") for number in range(2_000)]


def main(database_url: str, data_dir: str, point: int) -> None:
    """Sync the lists, one after the other, and die at the point."""
    settings = load_settings(
        {"MODELCOST_DATABASE_URL": database_url, "MODELCOST_DATA_DIR": data_dir}
    )
    database = open_database(settings, NOON)
    points: list[Point] = []

    def passed(reached: Point) -> None:
        points.append(reached)
        if len(points) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    tell_points(database.engine, passed)
    lists = (
        (Scripted(first_list(), size=8), NOON),
        (Scripted(second_list(), size=8), NOON + timedelta(days=1)),
        (Scripted(long_list(), name="long", size=2_000), NOON + timedelta(days=2)),
    )
    for source, now in lists:
        with database.read() as session:
            before = last_complete(session, source.name, source.scope, "full")
        if before is not None and before.target_at >= now:
            continue
        options = SyncOptions(full=True, rows_at_once=2 * source.size)
        run_sync(database, [source], options, partial(_same, now), Heard())
    database.close()
    sys.stdout.write(json.dumps(points) + "\n")


def _same(now: datetime) -> datetime:
    return now


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
