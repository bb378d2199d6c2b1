"""Pages by key: "the rows after this id", so that deep pages cost as much as the first one."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, or_, select
from sqlmodel import Session

from catalog.errors import CursorInvalid, QueryInvalid
from catalog.views import Page

T = TypeVar("T")

LARGEST_LIMIT = 500


def read_page(
    session: Session,
    table: Table,
    conditions: list[ColumnElement[bool]],
    limit: int,
    after: str | None,
    view: Callable[[list[RowMapping]], list[T]],
) -> Page[T]:
    """One page of the rows of a table that meet the conditions, in order of ``id``.

    Args:
        session: a session for reading.
        table: a table whose primary key is ``id``.
        conditions: all must hold.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before; None for the first.
        view: turns rows into items, one item a row.

    Raises:
        QueryInvalid: the limit is out of range.
        CursorInvalid: ``after`` was not made by a list of this table.
    """
    check_limit(limit)
    matching: Select[int] = select(func.count()).select_from(table).where(*conditions)
    query = select(table).where(*conditions).order_by(table.c.id).limit(limit + 1)
    if after is not None:
        query = query.where(table.c.id > read_cursor(after, table.name))
    rows = list(session.execute(query).mappings())
    last = rows[limit - 1]["id"] if len(rows) > limit else None
    return Page(
        items=tuple(view(rows[:limit])),
        total=session.execute(matching).scalar_one(),
        next=None if last is None else make_cursor(table.name, last),
    )


def read_keyed_page(
    session: Session,
    table: Table,
    keys: Sequence[ColumnElement[Any]],
    conditions: list[ColumnElement[bool]],
    limit: int,
    after: str | None,
) -> Page[RowMapping]:
    """One page of rows in order of several text columns that together name a row.

    Args:
        session: a session for reading.
        table: the table of the columns.
        keys: text columns of the table, first one first.
        conditions: all must hold.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before; None for the first.

    Raises:
        QueryInvalid: the limit is out of range.
        CursorInvalid: ``after`` was not made by a list of this table.
    """
    check_limit(limit)
    matching: Select[int] = select(func.count()).select_from(table).where(*conditions)
    query = select(table).where(*conditions).order_by(*keys).limit(limit + 1)
    if after is not None:
        query = query.where(later(keys, read_spot(after, table.name, len(keys))))
    rows = list(session.execute(query).mappings())
    more = None
    if len(rows) > limit:
        more = make_spot(table.name, [rows[limit - 1][str(key.key)] for key in keys])
    total = session.execute(matching).scalar_one()
    return Page(items=tuple(rows[:limit]), total=total, next=more)


def later(
    keys: Sequence[ColumnElement[Any]], spot: Sequence[Any], *, descending: bool = False
) -> ColumnElement[bool]:
    """The condition that a row stands behind a spot, in order of these columns."""
    ways = []
    for place, (key, value) in enumerate(zip(keys, spot, strict=True)):
        same = [one == known for one, known in zip(keys[:place], spot, strict=False)]
        ways.append(and_(*same, key < value if descending else key > value))
    return or_(*ways)


def make_spot(scope: str, parts: Sequence[str]) -> str:
    """A cursor that remembers several texts."""
    return make_cursor(scope, json.dumps(list(parts), ensure_ascii=False))


def read_spot(cursor: str, scope: str, parts: int) -> list[str]:
    """The texts inside a cursor of `make_spot`.

    Raises:
        CursorInvalid: not such a cursor, or one of another list.
    """
    try:
        spot = json.loads(read_cursor(cursor, scope))
    except ValueError:
        spot = None
    if (
        isinstance(spot, list)
        and len(spot) == parts
        and all(isinstance(part, str) and "\x00" not in part for part in spot)
    ):
        try:
            "".join(spot).encode("utf-8")
        except UnicodeEncodeError:
            pass
        else:
            return spot
    raise wrong_cursor(cursor)


def check_limit(limit: int) -> None:
    """Refuse a page that is empty or too long.

    Raises:
        QueryInvalid: the limit is out of range.
    """
    if isinstance(limit, bool) or not 1 <= limit <= LARGEST_LIMIT:
        raise QueryInvalid(
            f"limit: expected a whole number from 1 to {LARGEST_LIMIT}, found {limit}.",
            field="limit",
        )


def make_cursor(scope: str, last: str) -> str:
    """An opaque text that remembers the list and the last id shown."""
    text = json.dumps([scope, last], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii").rstrip("=")


def read_cursor(cursor: str, scope: str) -> str:
    """The id inside a cursor.

    Raises:
        CursorInvalid: not a cursor, or one of another list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        content = json.loads(raw.decode("utf-8"))
    except (binascii.Error, ValueError):
        content = None
    match content:
        case [str(found), str(last)] if found == scope and "\x00" not in last:
            try:
                last.encode("utf-8")
            except UnicodeEncodeError:
                pass
            else:
                return last
    raise wrong_cursor(cursor)


def wrong_cursor(cursor: str) -> CursorInvalid:
    """What is said to a cursor that no page of the list gave."""
    return CursorInvalid(
        f"after: expected the 'next' value of a page of this list, found {cursor[:60]!r}. "
        "Ask for the first page again, without 'after'.",
        field="after",
    )
