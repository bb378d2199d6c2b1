"""What the sync job keeps: runs, what each source said last, what changed, what was not read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index

from catalog.tables.base import STRICT, CatalogTable, check, count, moment, one_of, raw, words
from catalog.vocabulary import HELD_STATES, RUN_MODES, RUN_STATES

WITHOUT_ROWID = {**STRICT, "sqlite_with_rowid": False}
"""The primary key is the order of the file: one B-tree instead of two for long text keys."""


class SyncRunRow(CatalogTable, table=True):
    """One run of one source. ``target_at`` is fixed before the first request: what changed later is
    for the next run. ``cursor`` leads to the next page while the run is not complete."""

    __tablename__ = "sync_run"
    __table_args__ = (
        one_of("mode", RUN_MODES),
        one_of("state", RUN_STATES),
        Index("ix_sync_run_source", "source", "started_at"),
        STRICT,
    )

    id: str = words(primary_key=True)
    source: str = words()
    scope: str = words()
    mode: str = words()
    state: str = words()
    target_at: datetime = moment()
    since: datetime | None = moment(default=None)
    started_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    cursor: str | None = words(default=None)
    pages: int = count()
    requests: int = count()
    rows_read: int = count()
    rows_new: int = count()
    rows_changed: int = count()
    rows_gone: int = count()
    rows_unread: int = count()
    rows_held: int = count()
    message: str | None = words(default=None)


class SyncPageRow(CatalogTable, table=True):
    """Which rows a page held, as 8 bytes each: how a run that was resumed knows what it has seen
    without writing to rows that did not change."""

    __tablename__ = "sync_page"
    __table_args__ = WITHOUT_ROWID

    run_id: str = words(primary_key=True)
    number: int = count(primary_key=True)
    keys: bytes = raw()


class SourceRowRow(CatalogTable, table=True):
    """What a source said last of one thing. ``hash`` is over ``document``; ``gone_run``: the
    complete run in which it was no longer there."""

    __tablename__ = "source_row"
    __table_args__ = WITHOUT_ROWID

    source: str = words(primary_key=True)
    kind: str = words(primary_key=True)
    key: str = words(primary_key=True)
    hash: int = count()
    document: str = words()
    first_run: str = words()
    changed_run: str = words()
    gone_run: str | None = words(default=None)


class SourceChangeRow(CatalogTable, table=True):
    """One field of one row before and after, as JSON; ``field`` ``*``: the row came or went."""

    __tablename__ = "source_change"
    __table_args__ = (Index("ix_source_change_row", "source", "kind", "key"), WITHOUT_ROWID)

    run_id: str = words(primary_key=True)
    source: str = words(primary_key=True)
    kind: str = words(primary_key=True)
    key: str = words(primary_key=True)
    field: str = words(primary_key=True)
    old: str | None = words(default=None)
    new: str | None = words(default=None)


class UnreadRowRow(CatalogTable, table=True):
    """A row of a source that is not in the catalog, with the reason; of the newest run that met
    it."""

    __tablename__ = "unread_row"
    __table_args__ = WITHOUT_ROWID

    source: str = words(primary_key=True)
    key: str = words(primary_key=True)
    reason: str = words(primary_key=True)
    run_id: str = words()
    detail: str = words()
    raw: str = words()


class HeldPriceRow(CatalogTable, table=True):
    """A price that moved more than tenfold and waits for a person."""

    __tablename__ = "held_price"
    __table_args__ = (one_of("state", HELD_STATES), STRICT)

    id: str = words(primary_key=True)
    source: str = words()
    key: str = words()
    run_id: str = words()
    old_amount: str = words()
    new_amount: str = words()
    document: str = words()
    state: str = words()
    decided_at: datetime | None = moment(default=None)


class SyncLeaseRow(CatalogTable, table=True):
    """Who is running a sync. One row: the next holder takes it over when it has gone stale."""

    __tablename__ = "sync_lease"
    __table_args__ = (check("only_one", "name = 'sync'"), STRICT)

    name: str = words(primary_key=True)
    holder: str = words()
    heartbeat_at: datetime = moment()
