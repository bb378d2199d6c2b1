"""What each source said last: a page is held against it, and only what differs is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, select
from sqlmodel import Session

from catalog.records import Record
from catalog.sources.reading import MOST_RAW_CHARACTERS, UnreadRow
from catalog.sync.bulk import insert_rows, upsert
from catalog.sync.entries import KINDS, Entry, changed_fields, seen_mark, spot_of
from catalog.sync.runs import Run
from catalog.tables import SOURCE_CHANGE, SOURCE_ROW, SYNC_PAGE, SYNC_RUN, UNREAD_ROW

MOST_KEYS_ASKED: Final = 500
WHOLE_ROW = "*"
_ROW_COLUMNS: Final = tuple(column.name for column in SOURCE_ROW.columns)
_CHANGE_COLUMNS: Final = tuple(column.name for column in SOURCE_CHANGE.columns)


class Kept(NamedTuple):
    """What is kept of a row."""

    hash: int
    first_run: str
    gone_run: str | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A page against what is kept.

    Attributes:
        new: never seen, or gone before.
        changed: kept with another text.
        same: kept with this text.
        kept: kind and key to what is kept.
    """

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    same: tuple[Entry, ...]
    kept: dict[tuple[str, str], Kept]


def compare(session: Session, source: str, entries: Sequence[Entry]) -> Compared:
    """Hold the entries of a page against what this source said before."""
    kept = _kept(session, source, entries)
    new, changed, same = [], [], []
    for entry in entries:
        found = kept.get(entry.spot)
        if found is None or found.gone_run is not None:
            new.append(entry)
        elif found.hash != entry.hash:
            changed.append(entry)
        else:
            same.append(entry)
    return Compared(new=tuple(new), changed=tuple(changed), same=tuple(same), kept=kept)


def known(session: Session, source: str, records: Sequence[Record]) -> list[Record]:
    """Those of these records of which a row is kept, one that counts as gone too."""
    if not records:
        return []
    spots = [spot_of(record) for record in records]
    kept = {(kind, key) for kind, key in _rows_of(session, source, "", spots)}
    return [record for record, spot in zip(records, spots, strict=True) if spot in kept]


def keep(session: Session, source: str, run_id: str, compared: Compared) -> None:
    """Write what is new or differs, and field by field what changed."""
    fresh = [entry for entry in compared.new if entry.spot not in compared.kept]
    back = [entry for entry in compared.new if entry.spot in compared.kept]
    before = documents_at(session, source, _spots(compared.changed))

    def row(entry: Entry, first_run: str) -> tuple[Any, ...]:
        return (source, entry.kind, entry.key, entry.hash, entry.document, first_run, run_id, None)

    def came(entry: Entry) -> tuple[Any, ...]:
        return (run_id, source, entry.kind, entry.key, WHOLE_ROW, None, '"here"')

    insert_rows(session, SOURCE_ROW, _ROW_COLUMNS, [row(entry, run_id) for entry in fresh])
    insert_rows(session, SOURCE_CHANGE, _CHANGE_COLUMNS, [came(entry) for entry in fresh])
    again = (*back, *compared.changed)
    upsert(session, SOURCE_ROW, [row(one, compared.kept[one.spot].first_run) for one in again])
    changes = [
        (run_id, source, entry.kind, entry.key, *change)
        for entry in compared.changed
        for change in changed_fields(before[entry.spot], entry.document)
    ]
    upsert(session, SOURCE_CHANGE, [*changes, *map(came, back)])


def documents_at(
    session: Session, source: str, spots: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The texts that are kept of rows, by kind and key."""
    rows = _rows_of(session, source, ", document", spots)
    return {(kind, key): document for kind, key, document in rows}


def keep_page(
    session: Session, run: Run, entries: Sequence[Entry], unread: Sequence[UnreadRow]
) -> None:
    """Note what the run has seen on this page. A row that is listed and could not be read was seen
    too, where its key is that of a row that is kept: it is not gone."""
    spots = [entry.spot for entry in entries]
    if unread:
        keys = list(dict.fromkeys(row.key for row in unread))
        spots += _spots_of(session, run.source, keys)
    marks = b"".join(seen_mark(kind, key) for kind, key in dict.fromkeys(spots))
    upsert(session, SYNC_PAGE, [(run.id, run.pages, marks)])


def keep_unread(session: Session, source: str, run_id: str, unread: Iterable[UnreadRow]) -> None:
    """Note the rows that were not read; the newest reading of each stands."""
    rows = {
        (row.key, row.reason): (
            source,
            row.key,
            row.reason,
            run_id,
            row.detail,
            row.raw[:MOST_RAW_CHARACTERS],
        )
        for row in unread
    }
    upsert(session, UNREAD_ROW, list(rows.values()))


def forget_unread(session: Session, run: Run) -> None:
    """After a complete run of everything: rows that only earlier runs of its scope could not read
    are read by now, or no longer there."""
    earlier = select(SYNC_RUN.c.id).where(
        SYNC_RUN.c.source == run.source, SYNC_RUN.c.scope == run.scope, SYNC_RUN.c.id != run.id
    )
    session.execute(
        delete(UNREAD_ROW).where(
            UNREAD_ROW.c.source == run.source, UNREAD_ROW.c.run_id.in_(earlier)
        )
    )


def _spots_of(session: Session, source: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    """Kinds and keys of the kept rows with one of these keys."""
    kinds = [kind.name for kind in KINDS.values()]
    found: list[tuple[str, str]] = []
    for start in range(0, len(keys), MOST_KEYS_ASKED):
        query = select(SOURCE_ROW.c.kind, SOURCE_ROW.c.key).where(
            SOURCE_ROW.c.source == source,
            SOURCE_ROW.c.kind.in_(kinds),
            SOURCE_ROW.c.key.in_(keys[start : start + MOST_KEYS_ASKED]),
        )
        found += [(row.kind, row.key) for row in session.execute(query)]
    return found


def _kept(session: Session, source: str, entries: Sequence[Entry]) -> dict[tuple[str, str], Kept]:
    columns = ", hash, first_run, gone_run"
    return {
        (kind, key): Kept(*values)
        for kind, key, *values in _rows_of(session, source, columns, _spots(entries))
    }


def _rows_of(
    session: Session, source: str, columns: str, spots: Sequence[tuple[str, str]]
) -> Iterator[tuple[Any, ...]]:
    """Kind, key and these columns of what is kept at these spots, by hand-written SQL: a page is as
    many keys, each a parameter of its own where SQLAlchemy writes the statement."""
    connection = session.connection()
    in_sqlite = connection.dialect.name == "sqlite"
    mark, among = (
        ("?", "IN (SELECT value FROM json_each(?))") if in_sqlite else ("%s", "= ANY(%s::text[])")
    )
    statement = (
        f"SELECT key{columns} FROM source_row"  # words of this file
        f" WHERE source = {mark} AND kind = {mark} AND key {among}"
    )
    for kind, keys in _by_kind(spots).items():
        wanted = json.dumps(keys) if in_sqlite else keys
        for row in connection.exec_driver_sql(statement, (source, kind, wanted)):
            yield kind, *row


def _spots(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [entry.spot for entry in entries]


def _by_kind(spots: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for kind, key in spots:
        keys[kind].append(key)
    return keys
