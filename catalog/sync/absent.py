"""What a complete run has not met: doubted where too much is missing, then asked for by name where
the source can be. Only what is left after that is gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from catalog.errors import SourceFailed
from catalog.records import Record
from catalog.sources.reading import AsksByName, Source
from catalog.sync.entries import entries_of, record_of, seen_mark
from catalog.sync.gone import absent_spots, is_shrunken, newly_unread, seen_rows
from catalog.sync.ledger import documents_at
from catalog.sync.runs import Run
from catalog.sync.writing import PageWriter, keep_without_reading
from catalog.sync_records import NOT_ASKED, OUT_OF_SCOPE, HubModelRecord


@dataclass(frozen=True, kw_only=True)
class Absent:
    """What the complete run before had seen and this one has not, of a source that can be asked by
    name; of others only the doubt.

    Attributes:
        askable: what has a name to ask by, in the order of asking.
        others: what has none: it is kept as it is.
        doubt: why what is missing may be there all the same; None: no reason.
    """

    askable: tuple[Record, ...] = ()
    others: tuple[Record, ...] = ()
    doubt: str | None = None


def absent_of(session: Session, source: Source, run: Run, accept_missing: bool) -> Absent:
    """What a run, all of whose pages are written, has not met.

    Args:
        session: a session for reading.
        source: what was read.
        run: the run.
        accept_missing: nothing is doubted.
    """
    if run.mode != "full":
        return Absent()
    spots = absent_spots(session, run)
    if not isinstance(source, AsksByName):
        return Absent(doubt=None if accept_missing else _doubt(session, run, len(spots)))
    documents = documents_at(session, run.source, spots)
    records = {spot: record_of(spot[0], text) for spot, text in documents.items()}
    askable = {spot: one for spot, one in records.items() if source.can_ask_for(one)}
    listed = [one for one in askable.values() if not _words(one)]
    turn = sorted(askable, key=lambda spot: (_lateness(askable[spot]), seen_mark(run.id, spot[1])))
    return Absent(
        askable=tuple(askable[spot] for spot in turn),
        others=tuple(one for spot, one in records.items() if spot not in askable),
        doubt=None if accept_missing else _doubt(session, run, len(listed)),
    )


def ask(source: Source, run: Run, absent: Absent, writer: PageWriter) -> Run:
    """Ask by name for what is absent, as far as the source allows. What is found is written, what
    was not asked for is kept with a word that says so. Returns the run after it."""
    if absent.doubt is not None or not isinstance(source, AsksByName):
        return run
    chosen = absent.askable[: source.most_asked]
    first, reason = run.pages, f"at most {source.most_asked} are asked for in a run."
    try:
        for after in writer.write_all(run, source.ask_for(chosen)):
            run = after
    except SourceFailed as failed:
        reason = str(failed)
    rest = absent.askable[run.pages - first :]
    if rest:
        told = (
            f"{len(rest)} models that the list no longer holds were not asked for by name, and stay"
            f" as they were: {reason}"
        )
        run = run.model_copy(update={"message": told})
    kept = entries_of([*map(_not_asked, rest), *absent.others])
    if kept:
        with writer.database.write() as session:
            run = keep_without_reading(session, run, kept)
    return run


def _words(record: Record) -> set[str]:
    flags = record.flags if isinstance(record, HubModelRecord) else ()
    return {OUT_OF_SCOPE, NOT_ASKED} & {*flags}


def _lateness(record: Record) -> int:
    """First what the last list still held, then what was not asked for; then, by turns, what is
    known to be out of scope."""
    words = _words(record)
    return 2 if OUT_OF_SCOPE in words else len(words)


def _not_asked(record: Record) -> Record:
    """With the word that nobody asked whether it is there; what was out of scope is as it was."""
    if not isinstance(record, HubModelRecord) or _words(record):
        return record
    return record.model_copy(update={"flags": (*record.flags, NOT_ASKED)})


def _doubt(session: Session, run: Run, missing: int) -> str | None:
    """Why rows that are missing may be there all the same; None: they are not."""
    then = (
        " Nothing was marked as gone. Where the list is right, say so:"
        f" modelcost sync {run.source} --full --accept-missing"
    )
    if is_shrunken(missing, seen_rows(session, run)):
        told = f"{missing} rows of the last complete run are missing, so the list may be cut."
        return told + then
    unread = newly_unread(session, run) if missing else 0
    if unread > 0:
        return (
            f"{missing} rows of the last complete run are missing, and {unread} more rows than"
            " before could not be read, so they may be the same. Another run that finds the same is"
            " believed." + then
        )
    return None
