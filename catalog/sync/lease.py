"""One sync at a time: an advisory lock in PostgreSQL, a row with a heartbeat in SQLite.

The row names host, process and its start, so that a sync that was killed on this machine is known
to be over at once; one on another machine is over when its heartbeat is old.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, insert, select, text, update
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import SyncIsRunning
from catalog.tables import SYNC_LEASE

NAME: Final = "sync"
OVER_AFTER: Final = timedelta(minutes=5)
ADVISORY_LOCK: Final = 7_310_418_227
Beat = Callable[[Session], None]
"""Called within each transaction of a sync: it is undone where somebody else has taken over."""


@contextmanager
def held_lease(database: Database, now: Callable[[], datetime]) -> Iterator[Beat]:
    """Hold the right to sync for the length of the block; gives what to call with each page.

    Raises:
        SyncIsRunning: somebody else holds it; also from the heartbeat, where it was taken over.
    """
    if database.engine.dialect.name == "postgresql":
        with _advisory_lock(database):
            yield lambda session: None
        return
    holder = _this_process()
    _take(database, holder, now())
    try:
        yield lambda session: _beat(session, holder, now())
    finally:
        with database.write() as session:
            session.execute(delete(SYNC_LEASE).where(SYNC_LEASE.c.holder == holder))


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    """Held by a connection of its own: it ends with the connection, however that ends."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        taken = connection.execute(
            text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}
        )
        if not taken.scalar_one():
            raise SyncIsRunning("Another sync of this catalog is running. Wait until it has ended.")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})


def _take(database: Database, holder: str, now: datetime) -> None:
    with database.write() as session:
        row = session.execute(select(SYNC_LEASE)).mappings().first()
        if row is not None and not is_over(row["holder"], row["heartbeat_at"], now):
            raise SyncIsRunning(
                f"Another sync of this catalog is running ({_told(row['holder'])}, last sign of"
                f" life {row['heartbeat_at']:%Y-%m-%d %H:%M:%S} UTC). Wait until it has ended."
            )
        session.execute(delete(SYNC_LEASE))
        session.execute(insert(SYNC_LEASE).values(name=NAME, holder=holder, heartbeat_at=now))


def _beat(session: Session, holder: str, now: datetime) -> None:
    mine = update(SYNC_LEASE).where(SYNC_LEASE.c.holder == holder).values(heartbeat_at=now)
    done = session.execute(mine)
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a row count
        raise SyncIsRunning(
            "Another sync took this one for dead and went on with its work. This one stops; "
            "nothing is lost."
        )


def is_over(holder: str, heartbeat_at: datetime, now: datetime) -> bool:
    """Whether the sync of a lease has ended without giving it back."""
    host, process, start = holder.split("|")
    if host == socket.gethostname():
        return _start_of(int(process)) != start
    return now - heartbeat_at > OVER_AFTER


def _this_process() -> str:
    return f"{socket.gethostname()}|{os.getpid()}|{_start_of(os.getpid())}"


def _start_of(process: int) -> str:
    """When a process of this machine began, in its own ticks; empty where there is none.

    Where the system has no /proc, a process that is there began ``sometime``.
    """
    try:
        status = Path(f"/proc/{process}/stat").read_text()
        return status.rpartition(")")[2].split()[19]
    except OSError:
        pass
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "sometime"
    return "sometime"


def _told(holder: str) -> str:
    host, process, _ = holder.split("|")
    return f"process {process} on {host}"
