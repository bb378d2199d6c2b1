"""Saved decisions: versions that are sealed, what stands behind them, what was said of them.

Rows are only ever added. What is taken back is a further row that says so.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index

from catalog.tables.base import STRICT, CatalogTable, check, count, flag, moment, one_of, words
from catalog.vocabulary import HOLDERS


class DecisionRow(CatalogTable, table=True):
    """One decision under an id that cannot be guessed; title and owner are those of a version."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_created_at", "created_at", "id"), STRICT)

    id: str = words(primary_key=True)
    created_at: datetime = moment()


class DecisionVersionRow(CatalogTable, table=True):
    """A version as it was sealed. The four documents are JSON texts; ``sha256`` is over all of it.

    ``section_hashes``: a SHA-256 of each document, to say which one was touched.
    ``previous_sha256``: of the version before; None for the first.
    """

    __tablename__ = "decision_version"
    __table_args__ = (
        check("number_positive", "number > 0"),
        check("first_has_none_before", "(number = 1) = (previous_sha256 IS NULL)"),
        STRICT,
    )

    decision_id: str = words(primary_key=True, foreign_key="decision.id")
    number: int = count(primary_key=True)
    title: str = words()
    owner: str = words()
    sealed_at: datetime = moment()
    engine: str = words()
    method: str = words()
    scenario: str = words()
    facts: str = words()
    answer: str = words()
    evidence: str = words()
    section_hashes: str = words()
    previous_sha256: str | None = words(default=None)
    sha256: str = words()


class DecisionNoteRow(CatalogTable, table=True):
    """What was written under a decision afterwards: a comment, or evidence for an assumption.

    ``field``: the path of the assumption in the scenario; None for a comment.
    """

    __tablename__ = "decision_note"
    __table_args__ = (
        check("number_positive", "number > 0"),
        check("address_of_evidence", "url IS NULL OR field IS NOT NULL"),
        STRICT,
    )

    decision_id: str = words(primary_key=True, foreign_key="decision.id")
    number: int = count(primary_key=True)
    version: int = count()
    field: str | None = words(default=None)
    author: str = words()
    text: str = words()
    url: str | None = words(default=None)
    written_at: datetime = moment()


class DecisionRemovalRow(CatalogTable, table=True):
    """A decision was taken off the list (``removed``), or put back; the last row counts."""

    __tablename__ = "decision_removal"
    __table_args__ = (check("number_positive", "number > 0"), STRICT)

    decision_id: str = words(primary_key=True, foreign_key="decision.id")
    number: int = count(primary_key=True)
    removed: bool = flag()
    at: datetime = moment()


class DecisionHolderRow(CatalogTable, table=True):
    """Who may see the typed and contracted prices: the hash of a browser session, or of a key."""

    __tablename__ = "decision_holder"
    __table_args__ = (one_of("kind", HOLDERS), STRICT)

    decision_id: str = words(primary_key=True, foreign_key="decision.id")
    secret_sha256: str = words(primary_key=True)
    kind: str = words()
