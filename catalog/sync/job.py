"""The sync itself: sources one after another. A page is written whole with its cursor, or not at
all; each run is accounted for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import select
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import SourceFailed
from catalog.records import PriceRecord
from catalog.search.listing import rebuild_listing
from catalog.sources.reading import Page, Source
from catalog.sync.apply import Applier
from catalog.sync.entries import entries_of
from catalog.sync.gone import gone_marks, is_shrunken, mark_gone, newly_unread, seen_rows
from catalog.sync.held import split_held
from catalog.sync.lease import Beat, held_lease
from catalog.sync.ledger import (
    Compared,
    compare,
    forget_unread,
    keep,
    keep_page,
    keep_unread,
)
from catalog.sync.runs import Run, begin_run, last_complete, save_run, unfinished_run
from catalog.tables import SOURCE_ROW
from catalog.vocabulary import RunMode

LOG = logging.getLogger(__name__)
Now = Callable[[], datetime]
ROWS_AT_ONCE: Final = 5_000
LONGEST_UNWRITTEN: Final = timedelta(seconds=2)
"""A page that comes later than this after the last write is written at once."""
NOT_OF_THE_CURSOR: Final = frozenset(
    {"timeout", "cut", "limited", "budget", "deadline", "unauthorized", "server_error"}
)
"""Reasons for which a run that went on fails at once though its cursor is good."""


@dataclass(frozen=True, kw_only=True)
class SyncOptions:
    """How to sync.

    Attributes:
        full: read everything, though the source can tell what changed.
        dry_run: hold what is read against what is kept, and write nothing.
        resume: go on with a run that was cut off, where there is one.
        since: what changed after it, instead of after the last complete run.
        accept_missing: believe a complete run that lacks more than a tenth of the rows before.
        rows_at_once: pages that come quickly are written together once they hold so many rows.
    """

    full: bool = False
    dry_run: bool = False
    resume: bool = True
    since: datetime | None = None
    accept_missing: bool = False
    rows_at_once: int = ROWS_AT_ONCE


class Progress(Protocol):
    """Told of each page, and of the end of each source."""

    def begun(self, run: Run) -> None:
        """A source begins, or goes on."""

    def page(self, run: Run, total: int | None) -> None:
        """A page was written; total: rows the source says it has."""

    def ended(self, run: Run) -> None:
        """A source has ended."""


def run_sync(
    database: Database,
    sources: Sequence[Source],
    options: SyncOptions,
    now: Now,
    progress: Progress,
) -> list[Run]:
    """Read each source into the catalog; one that fails leaves the others and its own old rows.

    Args:
        database: an open database.
        sources: what to read, in this order.
        options: how.
        now: the current time in UTC.
        progress: what is told of it.

    Returns:
        One run a source, as it ended.

    Raises:
        SyncIsRunning: another process syncs this catalog.
        DatabaseUnavailable: the database cannot be written.
    """
    if options.dry_run:
        return [_dry_run(database, source, options, now(), progress) for source in sources]
    with held_lease(database, now) as beat:
        runs = [_run_source(database, source, options, now, progress, beat) for source in sources]
        if any(run.rows_new or run.rows_changed or run.rows_gone for run in runs):
            with database.write() as session:
                rebuild_listing(session)
    return runs


def _run_source(
    database: Database,
    source: Source,
    options: SyncOptions,
    now: Now,
    progress: Progress,
    beat: Beat,
) -> Run:
    with database.write() as session:
        run = _begin(session, source, options, now())
    progress.begun(run)
    applier = Applier(source.name, run.target_at)
    cut_off_at = None if run.cursor is None else run.pages
    try:
        for pages in _gathered(source.fetch(run.since, run.cursor), options.rows_at_once, now):
            stored = [run]
            with database.write() as session:
                beat(session)
                for page in pages:
                    stored.append(_store(session, stored[-1], page, applier))
            for run, page in zip(stored[1:], pages, strict=True):
                progress.page(run, page.total)
        with database.write() as session:
            run = _end(session, run, applier, now(), options.accept_missing)
    except SourceFailed as failed:
        LOG.warning("%s: %s", source.name, failed)
        run = run.model_copy(
            update={
                "state": "unconfirmed" if failed.reason == "unstable" else "failed",
                "ended_at": now(),
                "message": str(failed),
            }
        )
        with database.write() as session:
            save_run(session, run)
        if run.pages == cut_off_at and failed.reason not in NOT_OF_THE_CURSOR:
            # Not one page: where it was cut off may lead nowhere any more.
            progress.ended(run)
            anew = replace(options, resume=False)
            return _run_source(database, source, anew, now, progress, beat)
    progress.ended(run)
    return run


def _gathered(pages: Iterator[Page], rows_at_once: int, now: Now) -> Iterator[list[Page]]:
    """Pages that are written in one transaction: a commit costs as much as writing some hundred
    rows. Those that came before a failure are written before it is told."""
    waiting: list[Page] = []
    since = now()
    try:
        for page in pages:
            waiting.append(page)
            is_many = sum(len(one.records) for one in waiting) >= rows_at_once
            if is_many or now() - since >= LONGEST_UNWRITTEN:
                yield waiting
                waiting, since = [], now()
    except SourceFailed:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def _begin(session: Session, source: Source, options: SyncOptions, now: datetime) -> Run:
    """The run to go on with, else a new one; its time is fixed before the first request."""
    if options.resume and options.since is None:
        cut_off = unfinished_run(session, source.name, source.scope)
        if cut_off is not None and (cut_off.mode == "full" or not options.full):
            resumed = cut_off.model_copy(
                update={"state": "running", "ended_at": None, "message": None}
            )
            save_run(session, resumed)
            return resumed
    since = _since(session, source, options)
    mode: RunMode = "full" if since is None else "incremental"
    return begin_run(session, source.name, source.scope, mode, since, now)


def _since(session: Session, source: Source, options: SyncOptions) -> datetime | None:
    """From when on changes are wanted; None: all of it."""
    if options.full or not source.tells_changes:
        return None
    if options.since is not None:
        return options.since
    before = last_complete(session, source.name, source.scope)
    return None if before is None else before.target_at


def _store(session: Session, run: Run, page: Page, applier: Applier) -> Run:
    """Rows, what changed of them, what was not read, and the cursor: all in one transaction."""
    entries = entries_of(page.records)
    compared = compare(session, run.source, entries)
    passing, held = split_held(session, run.source, run.id, compared.changed)
    compared = Compared(
        new=compared.new, changed=tuple(passing), same=compared.same, kept=compared.kept
    )
    keep(session, run.source, run.id, compared)
    keep_page(session, run, entries, page.unread)
    refused = applier.apply(session, [one.record for one in (*compared.new, *compared.changed)])
    unread = (*page.unread, *refused)
    keep_unread(session, run.source, run.id, unread)
    same = [entry.record for entry in compared.same]
    applier.confirm(session, [one for one in same if isinstance(one, PriceRecord)])
    after = _counted(run, page, compared, held, len(unread))
    save_run(session, after)
    return after


def _counted(run: Run, page: Page, compared: Compared, held: int, unread: int) -> Run:
    read = len(compared.new) + len(compared.changed) + len(compared.same) + held
    return run.model_copy(
        update={
            "cursor": page.cursor,
            "pages": run.pages + 1,
            "requests": run.requests + page.requests,
            "rows_read": run.rows_read + read,
            "rows_new": run.rows_new + len(compared.new),
            "rows_changed": run.rows_changed + len(compared.changed),
            "rows_unread": run.rows_unread + unread,
            "rows_held": run.rows_held + held,
        }
    )


def _end(session: Session, run: Run, applier: Applier, now: datetime, accept_missing: bool) -> Run:
    """Complete; after a full run what is no longer listed is gone, unless too much is missing."""
    ended = run.model_copy(update={"state": "complete", "ended_at": now, "cursor": None})
    if run.mode == "full":
        gone = gone_marks(session, run)
        doubt = None if accept_missing else _doubt(session, run, len(gone))
        if doubt is not None:
            ended = ended.model_copy(update={"state": "unconfirmed", "message": doubt})
        else:
            spots = mark_gone(session, run, gone)
            keys = [key for kind, key in spots if kind == "price"]
            applier.close(session, _documents(session, run.source, keys))
            ended = ended.model_copy(update={"rows_gone": len(spots)})
            forget_unread(session, run)
    save_run(session, ended)
    return ended


def _doubt(session: Session, run: Run, gone: int) -> str | None:
    """Why rows that are missing may be there all the same; None: they are gone."""
    then = (
        " Nothing was marked as gone. Where the list is right, say so:"
        f" modelcost sync {run.source} --full --accept-missing"
    )
    if is_shrunken(gone, seen_rows(session, run)):
        missing = f"{gone} rows of the last complete run are missing, so the list may be cut."
        return missing + then
    unread = newly_unread(session, run) if gone else 0
    if unread > 0:
        return (
            f"{gone} rows of the last complete run are missing, and {unread} more rows than before"
            " could not be read, so they may be the same. Another run that finds the same is"
            " believed." + then
        )
    return None


def _documents(session: Session, source: str, keys: Sequence[str]) -> list[str]:
    query = select(SOURCE_ROW.c.document).where(
        SOURCE_ROW.c.source == source, SOURCE_ROW.c.kind == "price", SOURCE_ROW.c.key.in_(keys)
    )
    return list(session.execute(query).scalars())


def _dry_run(
    database: Database, source: Source, options: SyncOptions, now: datetime, progress: Progress
) -> Run:
    """The same reading and comparing, without a word written."""
    with database.read() as session:
        since = _since(session, source, options)
    run = Run(
        id="dry run",
        source=source.name,
        scope=source.scope,
        mode="full" if since is None else "incremental",
        state="running",
        target_at=now,
        since=since,
        started_at=now,
        ended_at=None,
        cursor=None,
        pages=0,
        requests=0,
        rows_read=0,
        rows_new=0,
        rows_changed=0,
        rows_gone=0,
        rows_unread=0,
        rows_held=0,
        message=None,
    )
    progress.begun(run)
    try:
        for page in source.fetch(since, None):
            with database.read() as session:
                compared = compare(session, source.name, entries_of(page.records))
            run = _counted(run, page, compared, 0, len(page.unread))
            progress.page(run, page.total)
        run = run.model_copy(update={"state": "complete"})
    except SourceFailed as failed:
        run = run.model_copy(update={"state": "failed", "message": str(failed)})
    progress.ended(run)
    return run
