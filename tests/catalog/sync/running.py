"""What tests of the job share: one run, and rows of the database after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from catalog.database import Database
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run
from tests.catalog.sync.scripted import NOON, Heard, Scripted


def sync(database: Database, source: Scripted, hours: float = 0, **options: Any) -> Run:
    """One run of one source, some hours after noon."""
    now: Callable[[], datetime] = lambda: NOON + timedelta(hours=hours)  # noqa: E731
    [run] = run_sync(database, [source], SyncOptions(**options), now, Heard())
    return run


def rows(database: Database, query: Any) -> Sequence[Any]:
    with database.read() as session:
        return session.execute(query).all()


def count(database: Database, table: Any) -> int:
    return int(rows(database, select(func.count()).select_from(table))[0][0])
