"""Decisions in the database: sealed versions, notes, removals. Rows are added, never changed.

Every function that writes is one transaction; writers wait for one another, so that of two who save
at once one gets the next number and the other the one after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import RowMapping, Subquery, Table, func, insert, select
from sqlmodel import Session

from catalog.database import Database
from catalog.decision_seal import SealedVersion, Unsealed, digest, seal
from catalog.errors import DecisionNotFound, DecisionRemoved
from catalog.exact_texts import utc_text
from catalog.folding import safe_text
from catalog.identifiers import new_identifier
from catalog.paging import check_limit, later, make_spot, read_spot, wrong_cursor
from catalog.tables import (
    DECISION,
    DECISION_HOLDER,
    DECISION_NOTE,
    DECISION_REMOVAL,
    DECISION_VERSION,
)
from catalog.views import Page
from catalog.vocabulary import Holder

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A comment, or evidence for the assumption at the path `field`. number: None before it is
    stored."""

    decision_id: str
    version: int
    author: str
    text: str
    written_at: datetime
    field: str | None = None
    url: str | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A decision with its newest version. removed: it was taken off the list."""

    id: str
    created_at: datetime
    versions: int
    newest: SealedVersion
    removed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """By what somebody may see typed prices later: the hash is kept, never the secret."""

    kind: Holder
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionFilter:
    """Which decisions are listed. q: in title or owner, of any case; owner: exactly."""

    q: str = ""
    owner: str | None = None
    removed: bool = False


def save_decision(
    database: Database, unsealed: Unsealed, holders: Sequence[Secret]
) -> SealedVersion:
    """Store the first version of a new decision under an id that cannot be guessed."""
    decision_id = new_identifier()
    version = seal(unsealed, decision_id, 1, None)
    with database.write() as session:
        session.execute(insert(DECISION).values(id=decision_id, created_at=unsealed.sealed_at))
        session.execute(insert(DECISION_VERSION).values(**_values(version)))
        for one in holders:
            _add_holder(session, decision_id, one)
    return version


def save_version(database: Database, decision_id: str, unsealed: Unsealed) -> SealedVersion:
    """Store a further version, sealed onto the one before. Raises DecisionNotFound."""
    with database.write() as session:
        before = find_decision(session, decision_id).newest
        version = seal(unsealed, decision_id, before.number + 1, before.sha256)
        session.execute(insert(DECISION_VERSION).values(**_values(version)))
    return version


def add_note(database: Database, note: Note) -> Note:
    """Store a comment or evidence under a version. Raises DecisionNotFound."""
    with database.write() as session:
        find_version(session, note.decision_id, note.version)
        number = _next(session, DECISION_NOTE, note.decision_id)
        session.execute(insert(DECISION_NOTE).values(**_values(note) | {"number": number}))
    return Note(**_values(note) | {"number": number})


def remove_decision(database: Database, decision_id: str, now: datetime, *, removed: bool) -> None:
    """Take a decision off the list, or put it back: a row more; nothing where it is so already.

    Raises DecisionNotFound.
    """
    with database.write() as session:
        if find_decision(session, decision_id, removed_too=True).removed is removed:
            return
        number = _next(session, DECISION_REMOVAL, decision_id)
        session.execute(
            insert(DECISION_REMOVAL).values(
                decision_id=decision_id, number=number, removed=removed, at=now
            )
        )


def add_holder(database: Database, decision_id: str, secret: Secret) -> None:
    """Let one more session or key see typed prices. Raises DecisionNotFound."""
    with database.write() as session:
        find_decision(session, decision_id)
        if not is_held(session, decision_id, [secret.sha256]):
            _add_holder(session, decision_id, secret)


def is_held(session: Session, decision_id: str, secret_hashes: Sequence[str]) -> bool:
    """Whether one of these secrets may see the typed prices of a decision."""
    table = DECISION_HOLDER
    query = select(table.c.kind).where(
        table.c.decision_id == decision_id, table.c.secret_sha256.in_(list(secret_hashes))
    )
    return session.execute(query.limit(1)).first() is not None


def key_secret(key: str) -> Secret:
    """The secret of an owner's key."""
    return Secret(kind="key", sha256=digest(safe_text(key)))


def find_decision(session: Session, decision_id: str, *, removed_too: bool = False) -> Decision:
    """The decision of this id.

    Raises DecisionNotFound where there is none, DecisionRemoved where it was taken off the list.
    """
    rows = _rows(session, DecisionFilter(), decision_id)
    if not rows:
        raise _not_found(f"Expected the id of a decision, found {safe_text(decision_id)[:60]!r}.")
    found = _decision(rows[0])
    if found.removed and not removed_too:
        raise DecisionRemoved(
            f"The decision {found.newest.title!r} was taken off the list. Put it back with "
            "modelcost decisions restore, or on its page.",
            name=decision_id,
            nearest=(),
        )
    return found


def find_version(
    session: Session, decision_id: str, number: int | None = None, *, removed_too: bool = False
) -> SealedVersion:
    """A version of a decision; None: the newest. Raises DecisionNotFound."""
    decision = find_decision(session, decision_id, removed_too=removed_too)
    if number is None or number == decision.newest.number:
        return decision.newest
    for version in versions_of(session, decision_id):
        if version.number == number:
            return version
    raise _not_found(f"Expected a version from 1 to {decision.versions}, found {number}.")


def versions_of(session: Session, decision_id: str) -> list[SealedVersion]:
    """All versions of a decision, the first one first."""
    query = select(DECISION_VERSION).where(DECISION_VERSION.c.decision_id == decision_id)
    rows = session.execute(query.order_by(DECISION_VERSION.c.number)).mappings()
    return [_version(row) for row in rows]


def notes_of(session: Session, decision_id: str) -> list[Note]:
    """All comments and later evidence of a decision, in the order in which they were written."""
    query = select(DECISION_NOTE).where(DECISION_NOTE.c.decision_id == decision_id)
    rows = session.execute(query.order_by(DECISION_NOTE.c.number)).mappings()
    return [Note(**dict(row)) for row in rows]


def page_decisions(
    session: Session, wanted: DecisionFilter, limit: int = 50, after: str | None = None
) -> Page[Decision]:
    """Decisions, newest first. Raises QueryInvalid, CursorInvalid."""
    check_limit(limit)
    spot = None if after is None else _spot(after)
    rows = _rows(session, wanted, None, limit + 1, spot)
    more = None
    if len(rows) > limit:
        last = rows[limit - 1]
        more = make_spot(DECISION.name, [utc_text(last["created_at"]), last["decision_id"]])
    total = session.execute(listed(wanted, counted=True)).scalar_one()
    return Page(items=tuple(_decision(row) for row in rows[:limit]), total=total, next=more)


def listed(wanted: DecisionFilter, decision_id: str | None = None, *, counted: bool = False) -> Any:
    """The query for decisions with their newest versions, each once; in no order."""
    newest, removal = _last(DECISION_VERSION), _last(DECISION_REMOVAL)
    removed = func.coalesce(removal.c.removed, False)
    columns = [func.count()] if counted else [newest, DECISION.c.created_at, removed.label("gone")]
    joined = DECISION.join(newest, newest.c.decision_id == DECISION.c.id).outerjoin(
        removal, removal.c.decision_id == DECISION.c.id
    )
    query = select(*columns).select_from(joined)
    if decision_id is not None:
        return query.where(DECISION.c.id == safe_text(decision_id))
    query = query.where(removed == wanted.removed)
    if wanted.owner is not None:
        query = query.where(newest.c.owner == safe_text(wanted.owner))
    for word in safe_text(wanted.q).lower().split():
        text = func.lower(newest.c.title + " " + newest.c.owner)
        query = query.where(text.contains(word, autoescape=True))
    return query


def _rows(
    session: Session,
    wanted: DecisionFilter,
    decision_id: str | None,
    limit: int = 1,
    spot: tuple[datetime, str] | None = None,
) -> list[RowMapping]:
    keys = (DECISION.c.created_at, DECISION.c.id)
    query = listed(wanted, decision_id).order_by(*(key.desc() for key in keys))
    if spot is not None:
        query = query.where(later(keys, spot, descending=True))
    return list(session.execute(query.limit(limit)).mappings())


def _last(table: Table) -> Subquery:
    """The row of the highest number of each decision."""
    top = select(table.c.decision_id, func.max(table.c.number).label("top"))
    highest = top.group_by(table.c.decision_id).subquery()
    return (
        select(table)
        .join(
            highest,
            (highest.c.decision_id == table.c.decision_id) & (highest.c.top == table.c.number),
        )
        .subquery()
    )


def _next(session: Session, table: Table, decision_id: str) -> int:
    query = select(func.max(table.c.number)).where(table.c.decision_id == decision_id)
    return int(session.execute(query).scalar_one() or 0) + 1


def _add_holder(session: Session, decision_id: str, secret: Secret) -> None:
    session.execute(
        insert(DECISION_HOLDER).values(
            decision_id=decision_id, secret_sha256=secret.sha256, kind=secret.kind
        )
    )


def _values(one: SealedVersion | Note) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _version(row: RowMapping) -> SealedVersion:
    return SealedVersion(**{field.name: row[field.name] for field in fields(SealedVersion)})


def _decision(row: RowMapping) -> Decision:
    version = _version(row)
    return Decision(
        id=version.decision_id,
        created_at=row["created_at"],
        versions=version.number,
        newest=version,
        removed=bool(row["gone"]),
    )


def _not_found(what: str) -> DecisionNotFound:
    message = f"{what} Check the link, or look at modelcost decisions list."
    return DecisionNotFound(message, name="", nearest=())


def _spot(after: str) -> tuple[datetime, str]:
    moment, decision_id = read_spot(after, DECISION.name, 2)
    try:
        created_at = datetime.fromisoformat(moment)
    except ValueError:
        raise wrong_cursor(after) from None
    if created_at.tzinfo is None:
        raise wrong_cursor(after)
    return created_at, decision_id
