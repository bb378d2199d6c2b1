"""Rows that no sync could read: page by page, and how many there are for which reason."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from catalog.folding import like_pattern, safe_text
from catalog.paging import read_keyed_page
from catalog.tables import UNREAD_ROW
from catalog.views import Page

_KEYS = (UNREAD_ROW.c.source, UNREAD_ROW.c.reason, UNREAD_ROW.c.key)
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
MOST_WORDS = 12


class UnreadNote(BaseModel):
    """A row of a source that is not in the catalog.

    Attributes:
        key: what names it at the source. reason: a word. detail: what is wrong with it.
        run_id: the newest run that met it. raw: the row as the source sent it, cut where long.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    key: str
    reason: str
    run_id: str
    detail: str
    raw: str


class UnreadReason(BaseModel):
    """How many rows of a source are unread for one reason."""

    model_config = ConfigDict(frozen=True)

    source: str
    reason: str
    rows: int
    example_key: str
    example_detail: str


def list_unread(
    session: Session,
    source: str | None = None,
    reason: str | None = None,
    q: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[UnreadNote]:
    """Unread rows in order of source, reason and key.

    Args:
        session: a session for reading.
        source, reason: only these.
        q: words that key, detail or the row itself must hold, all of them; case does not matter.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = [
        or_(*(func.lower(UNREAD_ROW.c[name]).like(pattern, escape="\\") for name in _SEARCHED))
        for pattern in map(like_pattern, _words(q))
    ]
    if source is not None:
        conditions.append(UNREAD_ROW.c.source == safe_text(source))
    if reason is not None:
        conditions.append(UNREAD_ROW.c.reason == safe_text(reason))
    page = read_keyed_page(session, UNREAD_ROW, _KEYS, conditions, limit, after)
    items = tuple(UnreadNote.model_validate(dict(row)) for row in page.items)
    return Page(items=items, total=page.total, next=page.next)


def unread_reasons(session: Session) -> Sequence[UnreadReason]:
    """Reasons by source, the most frequent first; the example is the row that is first by key."""
    groups = (UNREAD_ROW.c.source, UNREAD_ROW.c.reason)
    counted = (
        select(*groups, func.count().label("rows"), func.min(UNREAD_ROW.c.key).label("example_key"))
        .group_by(*groups)
        .subquery()
    )
    query = (
        select(counted, UNREAD_ROW.c.detail.label("example_detail"))
        .join(
            UNREAD_ROW,
            (UNREAD_ROW.c.source == counted.c.source)
            & (UNREAD_ROW.c.reason == counted.c.reason)
            & (UNREAD_ROW.c.key == counted.c.example_key),
        )
        .order_by(counted.c.rows.desc(), counted.c.source, counted.c.reason)
    )
    return [UnreadReason.model_validate(dict(row)) for row in session.execute(query).mappings()]


_SEARCHED = ("key", "detail", "raw")


def _words(q: str) -> list[str]:
    """Words with the Latin capitals made small: what both databases do to the rows."""
    return [word.translate(_LETTERS) for word in safe_text(q).split()][:MOST_WORDS]
