"""Runs of the sync: begun, gone on with, ended; and how fresh each source is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, func, insert, select, update
from sqlmodel import Session

from catalog.tables import SOURCE_ROW, SYNC_RUN, UNREAD_ROW
from catalog.vocabulary import RunMode, RunState

STALE_AFTER: Final = timedelta(days=7)
COUNTS = ("requests", "rows_read", "rows_new", "rows_changed", "rows_gone", "rows_unread")
LONGEST_MESSAGE: Final = 1_000


class Run(BaseModel):
    """One run of one source, as stored."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    scope: str
    mode: RunMode
    state: RunState
    target_at: datetime
    since: datetime | None
    started_at: datetime
    ended_at: datetime | None
    cursor: str | None
    pages: int
    requests: int
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_gone: int
    rows_unread: int
    rows_held: int
    message: str | None


class Freshness(BaseModel):
    """How fresh one source is.

    Attributes:
        complete_at: when the last complete run had begun; None: there was none.
        stale: no complete run in a week, or the last run did not end well.
        rows, gone, unread: rows kept, of these no longer listed, and rows that were not read.
        last: the last run.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    complete_at: datetime | None
    stale: bool
    rows: int
    gone: int
    unread: int
    last: Run


def begin_run(
    session: Session,
    source: str,
    scope: str,
    mode: RunMode,
    since: datetime | None,
    now: datetime,
) -> Run:
    """A run of its own id, ``running`` from ``now`` on."""
    stem = f"{source}-{now:%Y%m%dT%H%M%SZ}"
    same = select(func.count()).where(SYNC_RUN.c.id.like(f"{stem}%"))
    again = session.execute(same).scalar_one()
    values: dict[str, Any] = {
        "id": stem if not again else f"{stem}-{again + 1}",
        "source": source,
        "scope": scope,
        "mode": mode,
        "state": "running",
        "target_at": now,
        "since": since,
        "started_at": now,
        "pages": 0,
        "rows_held": 0,
        **dict.fromkeys(COUNTS, 0),
    }
    session.execute(insert(SYNC_RUN).values(values))
    return Run.model_validate({"ended_at": None, "cursor": None, "message": None, **values})


def save_run(session: Session, run: Run) -> None:
    """Write a run as it is now."""
    values = run.model_dump(exclude={"id", "source", "scope", "mode", "started_at", "target_at"})
    values["message"] = None if run.message is None else run.message[:LONGEST_MESSAGE]
    session.execute(update(SYNC_RUN).where(SYNC_RUN.c.id == run.id).values(values))


def unfinished_run(session: Session, source: str, scope: str) -> Run | None:
    """The newest run of this source and scope, where it did not reach its end and can go on."""
    query = (
        select(SYNC_RUN)
        .where(SYNC_RUN.c.source == source)
        .order_by(SYNC_RUN.c.started_at.desc(), SYNC_RUN.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).mappings().first()
    if row is None or row["scope"] != scope or row["state"] not in ("running", "failed"):
        return None
    return _run(row)


def last_complete(session: Session, source: str, scope: str, mode: str | None = None) -> Run | None:
    """The newest complete run of this source and scope; of one mode where it is given."""
    conditions = [
        SYNC_RUN.c.source == source,
        SYNC_RUN.c.scope == scope,
        SYNC_RUN.c.state == "complete",
    ]
    if mode is not None:
        conditions.append(SYNC_RUN.c.mode == mode)
    query = (
        select(SYNC_RUN)
        .where(*conditions)
        .order_by(SYNC_RUN.c.started_at.desc(), SYNC_RUN.c.id.desc())
    )
    row = session.execute(query.limit(1)).mappings().first()
    return None if row is None else _run(row)


def list_runs(session: Session, source: str | None = None, limit: int = 50) -> Sequence[Run]:
    """Runs, newest first."""
    query = select(SYNC_RUN).order_by(SYNC_RUN.c.started_at.desc(), SYNC_RUN.c.id.desc())
    if source is not None:
        query = query.where(SYNC_RUN.c.source == source)
    return [_run(row) for row in session.execute(query.limit(limit)).mappings()]


def list_freshness(session: Session, now: datetime) -> list[Freshness]:
    """How fresh each source is that ever ran, in order of name."""
    names = session.execute(select(SYNC_RUN.c.source).distinct().order_by(SYNC_RUN.c.source))
    return [_freshness(session, source, now) for source in names.scalars().all()]


def _freshness(session: Session, source: str, now: datetime) -> Freshness:
    last = list_runs(session, source, 1)[0]
    done = session.execute(
        select(func.max(SYNC_RUN.c.target_at)).where(
            SYNC_RUN.c.source == source, SYNC_RUN.c.state == "complete"
        )
    ).scalar()
    counts = session.execute(
        select(func.count(), func.count(SOURCE_ROW.c.gone_run)).where(SOURCE_ROW.c.source == source)
    ).one()
    unread = session.execute(
        select(func.count()).select_from(UNREAD_ROW).where(UNREAD_ROW.c.source == source)
    ).scalar_one()
    old = done is None or now - done > STALE_AFTER
    return Freshness(
        source=source,
        complete_at=done,
        stale=old or last.state in ("failed", "unconfirmed"),
        rows=counts[0],
        gone=counts[1],
        unread=unread,
        last=last,
    )


def _run(row: RowMapping) -> Run:
    return Run.model_validate(dict(row))
