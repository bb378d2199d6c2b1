"""From a filter to SQL: where the rows come from, and what must hold, on both databases.

Columns are written with the name of their table, not through it, so that SQLite can be told by
CROSS JOIN to walk the index of names first, in order of position, and to stop at the end of a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    TextClause,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session

from catalog.search.grams import is_term, query_words, question_terms
from catalog.search.wanted import ModelFilter
from catalog.tables import MODEL_LISTING, MODEL_PLACE

LISTED: Final[Mapping[str, ColumnElement[Any]]] = {
    column.name: literal_column(f"model_listing.{column.name}", column.type)
    for column in MODEL_LISTING.columns
}
"""The columns of `model_listing` by name."""

_POSITION: Final = MODEL_LISTING.c.position.type
_EXACT: Final = ("task", "license", "publisher", "has_price", "has_host", "has_architecture")


class Matching(NamedTuple):
    """Rows that match: FROM, WHERE, and the column that holds the position.

    ``counted_from`` is a shorter FROM that gives the same number of rows.
    """

    source: TextClause
    counted_from: TextClause
    position: ColumnElement[int]
    conditions: list[ColumnElement[bool]]


def match(session: Session, wanted: ModelFilter) -> Matching:
    """The rows that a filter asks for, unordered."""
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    listed = text("model_listing")
    words = query_words(wanted.q)
    checks = [_holds(word, in_sqlite) for word in words if not is_term(word)]
    checks += _listed_conditions(wanted)
    terms = question_terms(words)
    if not terms:
        return Matching(listed, listed, LISTED["position"], checks)
    key: ColumnElement[int]
    if in_sqlite:
        key = literal_column("model_term.rowid", _POSITION)
        joined = text("model_term CROSS JOIN model_listing ON position = model_term.rowid")
        asked = literal_column("model_term").op("MATCH")(" ".join(f'"{term}"' for term in terms))
    else:
        key = literal_column("model_term.model_position", _POSITION)
        joined = text("model_term JOIN model_listing ON position = model_position")
        lexemes = " & ".join(f"'{term}'" for term in terms)
        asked = literal_column("model_term.terms").op("@@")(cast(lexemes, TSQUERY))
    counted_from = joined if checks else text("model_term")
    return Matching(joined, counted_from, key, [asked, *checks])


def _holds(word: str, in_sqlite: bool) -> ColumnElement[bool]:
    """The folded names hold this word, letter by letter."""
    find = func.instr if in_sqlite else func.strpos
    return find(LISTED["search_text"], word) > 0


def _listed_conditions(wanted: ModelFilter) -> list[ColumnElement[bool]]:
    conditions = [
        LISTED[name] == getattr(wanted, name)
        for name in _EXACT
        if getattr(wanted, name) is not None
    ]
    size = _ranged("parameters", wanted, sorted_by="size")
    if wanted.size_from is not None:
        conditions.append(size >= wanted.size_from)
    if wanted.size_to is not None:
        conditions.append(size <= wanted.size_to)
    if wanted.context_from is not None:
        context = _ranged("context_tokens", wanted, sorted_by="context")
        conditions.append(context >= wanted.context_from)
    if wanted.retired is not None:
        conditions.append(_retired(wanted))
    if wanted.region or wanted.residency or wanted.how:
        places = select(MODEL_PLACE.c.position).where(*_place_conditions(wanted))
        conditions.append(LISTED["position"].in_(places))
    return conditions


def _ranged(name: str, wanted: ModelFilter, sorted_by: str) -> ColumnElement[int]:
    """A number to be compared; with a plus before it no index of it is used, because a wide range
    is read faster in the order of the list."""
    if wanted.sort == sorted_by:
        return LISTED[name]
    return literal_column(f"+model_listing.{name}", MODEL_LISTING.c[name].type)


def _retired(wanted: ModelFilter) -> ColumnElement[bool]:
    ends = LISTED["retired_on"]
    over = ends.is_not(None) if wanted.today is None else ends <= wanted.today
    return over if wanted.retired else or_(ends.is_(None), ~over)


def _place_conditions(wanted: ModelFilter) -> list[ColumnElement[bool]]:
    """What one row of `model_place` must hold; a residency is met by no other deployment."""
    place = MODEL_PLACE.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.region is not None:
        conditions.append(place.region == wanted.region)
    if wanted.how in ("token", "host"):
        conditions.append(place.how == wanted.how)
    if wanted.residency is not None:
        stays = or_(place.how == "host", place.deployment == "regional")
        conditions.append(and_(place.country == wanted.residency, stays))
    return conditions
