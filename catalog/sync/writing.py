"""Pages of a source, written: rows, what changed of them, what was not read, and the cursor, all in
one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlmodel import Session

from catalog.database import Database
from catalog.errors import SourceFailed
from catalog.records import PriceRecord
from catalog.sources.reading import Page
from catalog.sync.apply import Applier
from catalog.sync.entries import Entry, entries_of
from catalog.sync.held import split_held
from catalog.sync.lease import Beat
from catalog.sync.ledger import Compared, compare, keep, keep_page, keep_unread, known
from catalog.sync.runs import Run, save_run

Now = Callable[[], datetime]
LONGEST_UNWRITTEN: Final = timedelta(seconds=2)
"""A page that comes later than this after the last write is written at once."""


class Progress(Protocol):
    """Told of each page, and of the end of each source."""

    def begun(self, run: Run) -> None:
        """A source begins, or goes on."""

    def page(self, run: Run, total: int | None) -> None:
        """A page was written; total: rows the source says it has."""

    def ended(self, run: Run) -> None:
        """A source has ended."""


@dataclass(frozen=True, kw_only=True)
class PageWriter:
    """Writes the pages of one run.

    Attributes:
        applier: brings records into the catalog. beat: says that the sync is alive.
        rows_at_once: pages that come quickly are written together once they hold so many rows.
    """

    database: Database
    applier: Applier
    beat: Beat
    now: Now
    progress: Progress
    rows_at_once: int

    def write_all(self, run: Run, pages: Iterator[Page]) -> Iterator[Run]:
        """Write pages as they come; the run after each transaction.

        Raises:
            SourceFailed: of the source; the pages before it are written.
        """
        for together in self._gathered(pages):
            stored = [run]
            with self.database.write() as session:
                self.beat(session)
                for page in together:
                    stored.append(_store(session, stored[-1], page, self.applier))
            for after, page in zip(stored[1:], together, strict=True):
                self.progress.page(after, page.total)
            run = stored[-1]
            yield run

    def _gathered(self, pages: Iterator[Page]) -> Iterator[list[Page]]:
        """Pages that are written in one transaction: a commit costs as much as writing some hundred
        rows. Those that came before a failure are written before it is told."""
        waiting: list[Page] = []
        since = self.now()
        try:
            for page in pages:
                waiting.append(page)
                rows = sum(len(one.records) + len(one.passed_over) for one in waiting)
                if rows >= self.rows_at_once or self.now() - since >= LONGEST_UNWRITTEN:
                    yield waiting
                    waiting, since = [], self.now()
        except SourceFailed:
            if waiting:
                yield waiting
            raise
        if waiting:
            yield waiting


def entries_of_page(session: Session, source: str, page: Page) -> list[Entry]:
    """What a page says: its records, and of what is out of scope that of which a row is kept."""
    return entries_of((*page.records, *known(session, source, page.passed_over)))


def counted(run: Run, page: Page, compared: Compared, held: int, unread: int) -> Run:
    """The run after a page."""
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


def keep_without_reading(session: Session, run: Run, entries: Sequence[Entry]) -> Run:
    """Note rows as seen that nobody read anew: their texts may say why, the catalog is as it was.
    Returns the run after it."""
    compared = compare(session, run.source, entries)
    keep(session, run.source, run.id, compared)
    keep_page(session, run, entries, ())
    after = run.model_copy(
        update={
            "pages": run.pages + 1,
            "rows_changed": run.rows_changed + len(compared.changed),
        }
    )
    save_run(session, after)
    return after


def _store(session: Session, run: Run, page: Page, applier: Applier) -> Run:
    entries = entries_of_page(session, run.source, page)
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
    after = counted(run, page, compared, held, len(unread))
    save_run(session, after)
    return after
