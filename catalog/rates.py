"""Rates between currencies in the database: kept by day, never overwritten, own ones apart.

A reading of another amount for a day that is known becomes a row beside the first, and the one
read last counts. Own rates tell what a company reckons with: no list shows them unasked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, RowMapping, delete, func, select
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import OwnRateNotFound
from catalog.exact_texts import decimal_text
from catalog.folding import safe_text
from catalog.paging import read_page
from catalog.records import RateRecord
from catalog.store import write_rows
from catalog.tables import RATE
from catalog.views import Page
from catalog.vocabulary import RateSource

OWN: Final = "own"


class Rate(BaseModel):
    """A rate: one unit of `base` was worth `rate` units of `quote`.

    Attributes:
        as_of: the day, or the first day of a period; valid_to: the last day of a period.
        owner: whose own rate it is. sample: of the bundled sample, so not of today.
        fetched_at: read or imported; None for the sample.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    base: str
    quote: str
    rate: Decimal
    as_of: date
    valid_to: date | None = None
    source: RateSource
    owner: str | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    sample: bool = False


class RateFilter(BaseModel):
    """Which rates are listed; None: any.

    Attributes:
        source, base, quote: of these only.
        own: own rates too. history: not only the newest of each pair.
    """

    model_config = ConfigDict(frozen=True)

    source: str | None = None
    base: str | None = None
    quote: str | None = None
    own: bool = False
    history: bool = False


def keep_rates(session: Session, records: Sequence[RateRecord]) -> int:
    """Store rates; those that are there already stay as they are. Gives the number of new ones."""
    rows = {rate_id(record): record for record in records}
    query = select(RATE.c.id, RATE.c.fetched_at).where(RATE.c.id.in_(list(rows)))
    known = {row.id: row.fetched_at for row in session.execute(query)}
    # One that was read before and is read again after another amount counts from its last reading.
    fresh = [
        {**dict(record), "id": key}
        for key, record in rows.items()
        if key not in known or (record.source != OWN and record.fetched_at > known[key])
    ]
    if fresh:
        write_rows(session, RATE, fresh)
    return len(rows.keys() - known.keys())


def rate_id(record: RateRecord) -> str:
    """Source, pair and day as text, then 8 hex digits of the rest: the same on every machine."""
    rest = [record.owner, str(record.valid_to), decimal_text(record.rate)]
    digest = hashlib.sha256(json.dumps(rest).encode("utf-8")).hexdigest()[:8]
    return f"{record.source}-{record.base}-{record.quote}-{record.as_of}-{digest}"


def list_rates(
    session: Session, wanted: RateFilter, limit: int = 100, after: str | None = None
) -> Page[Rate]:
    """Rates in order of source, pair and day.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = []
    for column in ("source", "base", "quote"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(RATE.c[column] == safe_text(value))
    if not wanted.own:
        conditions.append(RATE.c.source != OWN)
    if not wanted.history:
        conditions.append(_is_newest())
    return read_page(session, RATE, conditions, limit, after, lambda rows: [*map(_rate, rows)])


def rates_between(
    session: Session, source: str, currencies: tuple[str, str], day: date
) -> list[Rate]:
    """Every rate of a source that began by this day and ends at one of two currencies."""
    query = select(RATE).where(
        RATE.c.source == source,
        RATE.c.as_of <= day,
        RATE.c.quote.in_(currencies),
    )
    return [_rate(row) for row in session.execute(query.order_by(RATE.c.id)).mappings()]


def own_rates(session: Session) -> list[Rate]:
    """Every own rate, in order of pair and day."""
    query = select(RATE).where(RATE.c.source == OWN).order_by(RATE.c.id)
    return [_rate(row) for row in session.execute(query).mappings()]


def remove_own_rates(database: Database, owner: str, pair: tuple[str, str] | None = None) -> int:
    """Forget the own rates of an owner, or those of one pair; gives their number.

    Raises:
        OwnRateNotFound: there is none; carries the owners that there are.
    """
    with database.write() as session:
        conditions = [RATE.c.source == OWN, RATE.c.owner == safe_text(owner)]
        if pair is not None:
            conditions += [RATE.c.base == pair[0], RATE.c.quote == pair[1]]
        removed = int(getattr(session.execute(delete(RATE).where(*conditions)), "rowcount", 0))
        if removed:
            return removed
        owners = sorted({rate.owner or "" for rate in own_rates(session)})
    what = "" if pair is None else f" from {pair[0]} to {pair[1]}"
    hint = f"Owners: {', '.join(owners)}." if owners else "None is there."
    raise OwnRateNotFound(
        f"Expected an own rate{what} of an owner, found none of {owner!r}. {hint}",
        name=owner,
        nearest=owners,
    )


def _is_newest() -> ColumnElement[bool]:
    """Whether no later day of the same pair, source and owner is there."""
    other = RATE.alias("other")
    newest = (
        select(func.max(other.c.as_of))
        .where(
            other.c.source == RATE.c.source,
            other.c.base == RATE.c.base,
            other.c.quote == RATE.c.quote,
            other.c.owner.is_not_distinct_from(RATE.c.owner),
        )
        .scalar_subquery()
    )
    return RATE.c.as_of == newest


def _rate(row: RowMapping) -> Rate:
    values: dict[str, Any] = dict(row)
    return Rate.model_validate(values)
