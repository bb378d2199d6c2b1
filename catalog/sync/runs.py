"""Runs of the sync: begun, gone on with, ended; and how fresh each source is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, Select, Table, func, insert, select, update
from sqlmodel import Session

from catalog.exact_texts import utc_text
from catalog.folding import safe_text
from catalog.paging import check_limit, later, make_spot, read_spot, wrong_cursor
from catalog.tables import SOURCE_ROW, SYNC_RUN, UNREAD_ROW
from catalog.views import Page
from catalog.vocabulary import RunMode, RunState

STALE_AFTER: Final = timedelta(days=7)
COUNTS = ("requests", "rows_read", "rows_new", "rows_changed", "rows_gone", "rows_unread")
LONGEST_MESSAGE: Final = 1_000
StaleBecause = Literal["failed", "unconfirmed", "never_complete", "old"]


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
        stale_because: which of these; None: it is fresh.
        rows, gone, unread: rows kept, of these no longer listed, and rows that were not read.
        last: the last run.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    complete_at: datetime | None
    stale: bool
    stale_because: StaleBecause | None
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


def page_runs(
    session: Session, source: str | None = None, limit: int = 50, after: str | None = None
) -> Page[Run]:
    """Runs, newest first, page by page.

    Raises:
        QueryInvalid: the limit is out of range.
        CursorInvalid: ``after`` was not made by this list.
    """
    check_limit(limit)
    wanted = [] if source is None else [SYNC_RUN.c.source == safe_text(source)]
    total = session.execute(select(func.count()).select_from(SYNC_RUN).where(*wanted)).scalar_one()
    keys = (SYNC_RUN.c.started_at, SYNC_RUN.c.id)
    query = select(SYNC_RUN).where(*wanted).order_by(*(key.desc() for key in keys))
    if after is not None:
        query = query.where(later(keys, _spot(after), descending=True))
    rows = list(session.execute(query.limit(limit + 1)).mappings())
    more = None
    if len(rows) > limit:
        last = rows[limit - 1]
        more = make_spot(SYNC_RUN.name, [utc_text(last["started_at"]), last["id"]])
    return Page(items=tuple(_run(row) for row in rows[:limit]), total=total, next=more)


def list_freshness(session: Session, now: datetime) -> list[Freshness]:
    """How fresh each source is that ever ran, in order of name; four queries, however many."""
    place = func.row_number().over(
        partition_by=SYNC_RUN.c.source,
        order_by=(SYNC_RUN.c.started_at.desc(), SYNC_RUN.c.id.desc()),
    )
    numbered = select(SYNC_RUN, place.label("place")).subquery()
    newest = select(numbered).where(numbered.c.place == 1).order_by(numbered.c.source)
    done = _by_source(
        session, select(SYNC_RUN.c.source, func.max(SYNC_RUN.c.target_at)), SYNC_RUN, complete=True
    )
    kept = _by_source(
        session,
        select(SOURCE_ROW.c.source, func.count(), func.count(SOURCE_ROW.c.gone_run)),
        SOURCE_ROW,
    )
    unread = _by_source(session, select(UNREAD_ROW.c.source, func.count()), UNREAD_ROW)
    found = []
    for row in session.execute(newest).mappings():
        last = Run.model_validate({name: row[name] for name in Run.model_fields})
        [complete_at] = done.get(last.source, (None,))
        because = _stale_because(complete_at, last, now)
        rows, gone = kept.get(last.source, (0, 0))
        found.append(
            Freshness(
                source=last.source,
                complete_at=complete_at,
                stale=because is not None,
                stale_because=because,
                rows=rows,
                gone=gone,
                unread=unread.get(last.source, (0,))[0],
                last=last,
            )
        )
    return found


def _stale_because(complete_at: datetime | None, last: Run, now: datetime) -> StaleBecause | None:
    if last.state == "failed":
        return "failed"
    if last.state == "unconfirmed":
        return "unconfirmed"
    if complete_at is None:
        return "never_complete"
    return "old" if now - complete_at > STALE_AFTER else None


def _by_source(
    session: Session, query: Select[Any], table: Table, *, complete: bool = False
) -> dict[str, tuple[Any, ...]]:
    """What a query tells of each source, its name first."""
    if complete:
        query = query.where(SYNC_RUN.c.state == "complete")
    return {row[0]: tuple(row[1:]) for row in session.execute(query.group_by(table.c.source))}


def _spot(after: str) -> tuple[datetime, str]:
    moment, run_id = read_spot(after, SYNC_RUN.name, 2)
    try:
        started_at = datetime.fromisoformat(moment)
    except ValueError:
        raise wrong_cursor(after) from None
    if started_at.tzinfo is None:
        raise wrong_cursor(after)
    return started_at, run_id


def _run(row: RowMapping) -> Run:
    return Run.model_validate(dict(row))
