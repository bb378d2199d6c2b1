"""The sync itself: sources one after another. A page is written whole with its cursor, or not at
all; each run is accounted for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from catalog.database import Database
from catalog.errors import SourceFailed
from catalog.search.listing import rebuild_listing
from catalog.sources.reading import Source
from catalog.sync.absent import absent_of, ask
from catalog.sync.apply import Applier
from catalog.sync.gone import absent_spots, mark_gone
from catalog.sync.lease import Beat, held_lease
from catalog.sync.ledger import compare, documents_at, forget_unread
from catalog.sync.runs import Run, begin_run, last_complete, save_run, unfinished_run
from catalog.sync.writing import Now, PageWriter, Progress, counted, entries_of_page
from catalog.vocabulary import RunMode

LOG = logging.getLogger(__name__)
ROWS_AT_ONCE: Final = 5_000
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
    writer = PageWriter(
        database=database,
        applier=applier,
        beat=beat,
        now=now,
        progress=progress,
        rows_at_once=options.rows_at_once,
    )
    try:
        for after in writer.write_all(run, source.fetch(run.since, run.cursor)):
            run = after
        with database.read() as session:
            absent = absent_of(session, source, run, options.accept_missing)
        run = ask(source, run, absent, writer)
        with database.write() as session:
            run = _end(session, run, applier, now(), absent.doubt)
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


def _end(session: Session, run: Run, applier: Applier, now: datetime, doubt: str | None) -> Run:
    """Complete; after a full run without a doubt, what was not met is gone."""
    ended = run.model_copy(update={"state": "complete", "ended_at": now, "cursor": None})
    if doubt is not None:
        ended = ended.model_copy(update={"state": "unconfirmed", "message": doubt})
    elif run.mode == "full":
        spots = absent_spots(session, run)
        mark_gone(session, run, spots)
        prices = [spot for spot in spots if spot[0] == "price"]
        applier.close(session, documents_at(session, run.source, prices).values())
        ended = ended.model_copy(update={"rows_gone": len(spots)})
        forget_unread(session, run)
    save_run(session, ended)
    return ended


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
                entries = entries_of_page(session, source.name, page)
                compared = compare(session, source.name, entries)
            run = counted(run, page, compared, 0, len(page.unread))
            progress.page(run, page.total)
        run = run.model_copy(update={"state": "complete"})
    except SourceFailed as failed:
        run = run.model_copy(update={"state": "failed", "message": str(failed)})
    progress.ended(run)
    return run
