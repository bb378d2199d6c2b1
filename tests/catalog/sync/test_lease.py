"""Two syncs at once: exactly one runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from catalog.database import Database, open_database
from catalog.errors import SyncIsRunning
from catalog.settings import load_settings
from catalog.sync.lease import held_lease
from catalog.tables import SYNC_LEASE
from tests.catalog.sync.scripted import NOON

HOLD = """
import sys
from datetime import UTC, datetime
from catalog.database import open_database
from catalog.errors import SyncIsRunning
from catalog.settings import load_settings
from catalog.sync.lease import held_lease
now = lambda: datetime.now(UTC)
names = ("MODELCOST_DATABASE_URL", "MODELCOST_DATA_DIR")
database = open_database(load_settings(dict(zip(names, sys.argv[1:]))), now())
print("ready", flush=True)
sys.stdin.readline()
try:
    with held_lease(database, now):
        print("runs", flush=True)
        sys.stdin.readline()
except SyncIsRunning:
    print("refused", flush=True)
"""


def holder(url: str, folder: Path) -> subprocess.Popen[str]:
    """A process that takes the lease at the first line of its input and holds it to the second."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "ready\n" == said(process)
    return process


def said(process: subprocess.Popen[str]) -> str:
    """The next line of a process."""
    assert process.stdout is not None
    return process.stdout.readline()


def tell(process: subprocess.Popen[str]) -> None:
    """One line to a process."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_of_two_syncs_that_start_at_once_exactly_one_runs(
    database: Database, tmp_path: Path
) -> None:
    """Over and over: one runs, one is refused, never both, never none."""
    for _ in range(3):
        pair = [holder(database.url, tmp_path) for _ in range(2)]
        for process in pair:
            tell(process)

        assert ["refused\n", "runs\n"] == sorted(said(process) for process in pair)

        for process in pair:
            process.communicate("\n", timeout=60)


def test_a_sync_that_was_killed_holds_nothing(database: Database, tmp_path: Path) -> None:
    """The next one runs at once, without waiting for a heartbeat to grow old."""
    process = holder(database.url, tmp_path)
    tell(process)
    assert "runs\n" == said(process)
    process.kill()
    process.communicate(timeout=60)

    with held_lease(database, lambda: NOON) as beat, database.write() as session:
        beat(session)


def test_the_refusal_says_who_runs_and_what_to_do(tmp_path: Path, database: Database) -> None:
    with held_lease(database, lambda: NOON):
        process = holder(database.url, tmp_path)
        tell(process)
        assert "refused\n" == said(process)
        process.communicate(timeout=60)
        with pytest.raises(SyncIsRunning, match="Another sync of this catalog is running"):
            held_again(database)


def held_again(database: Database, now: datetime = NOON) -> None:
    """Take the lease a second time."""
    with held_lease(database, lambda: now):
        pass


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """A database in SQLite, whose lease is a row."""
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOON)
    yield opened
    opened.close()


def test_a_sync_on_another_machine_is_over_when_its_heartbeat_is_old(embedded: Database) -> None:
    """Five minutes without a sign of life; the one that was taken over stops at its next page."""
    with held_lease(embedded, lambda: NOON) as beat:
        with embedded.write() as session:
            session.execute(update(SYNC_LEASE).values(holder="elsewhere|1|1"))
        with pytest.raises(SyncIsRunning, match="process 1 on elsewhere"):
            held_again(embedded, NOON + timedelta(minutes=5))
        held_again(embedded, NOON + timedelta(minutes=5, seconds=1))
        with (
            pytest.raises(SyncIsRunning, match="took this one for dead"),
            embedded.write() as session,
        ):
            beat(session)


def test_the_lease_is_given_back_at_the_end(embedded: Database) -> None:
    with held_lease(embedded, lambda: NOON):
        pass
    with embedded.read() as session:
        assert [] == session.execute(select(SYNC_LEASE)).all()
