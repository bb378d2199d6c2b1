"""Whether a sync runs right now, as any process can see it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text
from sqlmodel import Session

from catalog.sync.lease import ADVISORY_LOCK, is_over
from catalog.tables import SYNC_LEASE

_HELD = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint = :high AND objid::bigint = :low"
)


class Activity(BaseModel):
    """A sync that runs. ``beat_at``: its last sign of life; None where the database tells that it
    lives."""

    model_config = ConfigDict(frozen=True)

    beat_at: datetime | None


def running_sync(session: Session, now: datetime) -> Activity | None:
    """The sync that runs now; None: there is none, or it is over."""
    if session.get_bind().dialect.name == "postgresql":
        halves = {"high": ADVISORY_LOCK >> 32, "low": ADVISORY_LOCK & 0xFFFFFFFF}
        held = session.execute(_HELD, halves).scalar_one()
        return Activity(beat_at=None) if held else None
    row = session.execute(select(SYNC_LEASE)).mappings().first()
    if row is None or is_over(row["holder"], row["heartbeat_at"], now):
        return None
    return Activity(beat_at=row["heartbeat_at"])
