"""Asks the list of models: one page in any order, with its total and the way to the next page.

A page is read by at most three statements, each of which an index can answer in order: the rows
that are equal to the last row shown, the rows after them, the rows whose value is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, func, literal_column, select
from sqlmodel import Session

from catalog.errors import CursorInvalid, QueryInvalid
from catalog.paging import check_limit, make_cursor, read_cursor
from catalog.search.matching import LISTED, Matching, match
from catalog.search.sold import cheapest_price
from catalog.search.wanted import MOST_COUNTED, CheapestPrice, ListedModel, ModelFilter, ModelPage
from catalog.tables import MODEL_LISTING, PRICE

__all__ = ["ModelFilter", "ModelPage", "search_models"]

_SORTED_BY: Final = {
    "popularity": "downloads",
    "name": "sort_name",
    "input_price": "input_usd_per_million_tokens",
    "output_price": "output_usd_per_million_tokens",
    "size": "parameters",
    "context": "context_tokens",
}
_SHOWN: Final = tuple(name for name in LISTED if name != "search_text")


def search_models(
    session: Session,
    wanted: ModelFilter,
    limit: int = 50,
    after: str | None = None,
    offset: int = 0,
) -> ModelPage:
    """Models that meet a filter, in its order; all models for an empty one.

    Args:
        session: a session for reading.
        wanted: which models, and in which order.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before.
        offset: rows to pass over first, for a jump into a long list; a page costs more the more
            rows of a filter are passed over, by ``after`` it costs the same everywhere.

    Raises:
        QueryInvalid: the limit is out of range, or ``offset`` is below 0.
        CursorInvalid: ``after`` was made by another filter or order, or its model is gone.
    """
    check_limit(limit)
    if offset < 0:
        message = f"offset: expected a whole number of rows from 0, found {offset}."
        raise QueryInvalid(message, field="offset")
    last = None if after is None else _row_of(session, read_cursor(after, wanted.scope), after)
    matching = match(session, wanted)
    rows = _rows(session, matching, _stages(wanted, matching, last, offset), limit + 1)
    shown = rows[:limit]
    total = _count(session, matching)
    return ModelPage(
        items=_items(session, shown),
        total=min(total, MOST_COUNTED),
        total_is_exact=total <= MOST_COUNTED,
        next=make_cursor(wanted.scope, shown[-1]["model_id"]) if len(rows) > limit else None,
    )


class _Stage(NamedTuple):
    conditions: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]


class _Stages(NamedTuple):
    """Statements that follow each other, and how many of their rows are passed over."""

    stages: Iterable[_Stage]
    offset: int


def _rows(session: Session, matching: Matching, asked: _Stages, count: int) -> list[RowMapping]:
    """The next rows in order, by as many statements as it takes."""
    rows: list[RowMapping] = []
    offset = asked.offset
    for stage in asked.stages:
        query = (
            select(*(LISTED[name].label(name) for name in _SHOWN))
            .select_from(matching.source)
            .where(*matching.conditions, *stage.conditions)
            .order_by(*stage.order)
            .limit(count - len(rows))
        )
        found = session.execute(query.offset(offset) if offset else query).mappings().all()
        rows += found
        if len(rows) == count:
            break
        if offset:
            offset = 0 if found else offset - _rows_of(session, matching, stage)
    return rows


def _rows_of(session: Session, matching: Matching, stage: _Stage) -> int:
    """How many rows a statement has, all of which are passed over."""
    query = select(func.count()).select_from(matching.source)
    rows: int = session.execute(query.where(*matching.conditions, *stage.conditions)).scalar_one()
    return rows


def _stages(
    wanted: ModelFilter, matching: Matching, last: RowMapping | None, offset: int
) -> _Stages:
    by_position = wanted.sort == "popularity" and not wanted.descending
    if by_position and offset and not matching.conditions:  # positions count the whole list from 1
        start = offset + (0 if last is None else last["position"])
        return _Stages([_Stage([matching.position > start], [matching.position])], 0)
    return _Stages(_in_order(wanted, matching.position, last), offset)


def _in_order(
    wanted: ModelFilter, position: ColumnElement[int], last: RowMapping | None
) -> Iterable[_Stage]:
    further = [] if last is None else [position > last["position"]]
    if wanted.sort == "popularity" and not wanted.descending:  # as the positions themselves
        yield _Stage(further, [position])
        return
    name = _SORTED_BY[wanted.sort]
    value = LISTED[name]
    descends = wanted.descending and wanted.sort != "popularity"  # its rank ascends with downloads
    if last is None or last[name] is not None:
        order = [value.desc() if descends else value, position]
        if last is None:
            yield _Stage([value.is_not(None)], order)
        else:
            yield _Stage([value == last[name], *further], [position])
            yield _Stage([value < last[name] if descends else value > last[name]], order)
        further = []
    yield _Stage([value.is_(None), *further], [position])


def _row_of(session: Session, model_id: str, cursor: str) -> RowMapping:
    """The row that a cursor stands on, as it is now."""
    query = select(MODEL_LISTING).where(MODEL_LISTING.c.model_id == model_id)
    row = session.execute(query).mappings().first()
    if row is None:
        raise CursorInvalid(
            f"after: expected a page that ended with a model of the list, found {cursor[:60]!r},"
            " which stands on one that is gone. Ask for the first page again, without 'after'.",
            field="after",
        )
    return row


def _count(session: Session, matching: Matching) -> int:
    """How many rows match; stops one above the most that is counted."""
    found = (
        select(literal_column("1"))
        .select_from(matching.counted_from)
        .where(*matching.conditions)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    count: int = session.execute(select(func.count()).select_from(found)).scalar_one()
    return count


def _items(session: Session, rows: Sequence[RowMapping]) -> tuple[ListedModel, ...]:
    """Rows as items; their prices are read anew, all by one statement."""
    kinds = ("input", "output")
    ids = {row[f"{kind}_price_id"] for row in rows for kind in kinds} - {None}
    prices: dict[str, CheapestPrice] = {}
    if ids:
        query = select(PRICE).where(PRICE.c.id.in_(ids))
        prices = {row["id"]: cheapest_price(row) for row in session.execute(query).mappings()}
    return tuple(
        ListedModel.model_validate(
            {name: row[name] for name in ListedModel.model_fields if name in row}
            | {"id": row["model_id"]}
            | {kind: prices.get(row[f"{kind}_price_id"]) for kind in kinds}
        )
        for row in rows
    )
