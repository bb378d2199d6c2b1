"""What names each decision, of all that are listed at once: no section, so thousands are read in
some milliseconds. And the newest versions of a few of them, with the versions before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from catalog.decision_seal import SealedVersion
from catalog.decisions import DecisionFilter, listed
from catalog.tables import DECISION_VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionHead:
    """A decision by its newest version. number: of that version."""

    id: str
    created_at: datetime
    number: int
    title: str
    owner: str
    sealed_at: datetime
    sha256: str
    removed: bool

    @property
    def version_key(self) -> tuple[str, int, str]:
        """What names the version, whatever it is called: decision, number and seal."""
        return self.id, self.number, self.sha256


def decision_heads(session: Session, wanted: DecisionFilter) -> list[DecisionHead]:
    """Every decision that the filter lets through, the newest first."""
    rows = listed(wanted).subquery()
    query = select(
        rows.c.decision_id.label("id"),
        rows.c.created_at,
        rows.c.number,
        rows.c.title,
        rows.c.owner,
        rows.c.sealed_at,
        rows.c.sha256,
        rows.c.gone,
    ).order_by(rows.c.created_at.desc(), rows.c.decision_id.desc())
    return [
        DecisionHead(
            **{name: row[name] for name in row if name != "gone"}, removed=bool(row["gone"])
        )
        for row in session.execute(query).mappings()
    ]


def decision_owners(session: Session) -> list[str]:
    """Everybody who owns a listed decision, in order of the alphabet."""
    heads = decision_heads(session, DecisionFilter())
    return sorted({one.owner for one in heads}, key=lambda name: (name.casefold(), name))


def newest_versions(
    session: Session, ids: Sequence[str]
) -> dict[str, tuple[SealedVersion, SealedVersion | None]]:
    """The newest version of each of these decisions, and the one before it; an unknown id is left
    out."""
    table = DECISION_VERSION
    query = select(table).where(table.c.decision_id.in_(list(ids)))
    found: dict[str, tuple[SealedVersion, SealedVersion | None]] = {}
    for row in session.execute(query.order_by(table.c.decision_id, table.c.number)).mappings():
        version = SealedVersion(**{one.name: row[one.name] for one in fields(SealedVersion)})
        before = found.get(version.decision_id)
        found[version.decision_id] = (version, None if before is None else before[0])
    return found
