"""Writing prices: a price is never overwritten. The old row is closed, a new one is opened.

A *series* is one priced thing from one source: same source, key there, offer, model, instance,
provider, region, deployment, kind, term, unit, currency and basis. Its rows follow one another in
time; at most one is open (``valid_to`` is None).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, insert, select, update
from sqlmodel import Session

from catalog.errors import PriceOutOfOrder
from catalog.exact_texts import decimal_text, utc_text
from catalog.records import PriceRecord
from catalog.store import flags_text
from catalog.tables import PRICE

_SERIES_FIELDS = (
    "source",
    "source_key",
    "offer_id",
    "model_id",
    "instance_id",
    "provider_id",
    "region",
    "deployment",
    "kind",
    "term",
    "unit",
    "currency",
    "basis",
)


class RecordedPrice(BaseModel):
    """What :func:`record_price` did.

    Attributes:
        change: opened (first of its series), confirmed (same amount), or changed.
        price_id: the row that is open now.
        closed_id: the row that was closed; None unless changed.
    """

    model_config = ConfigDict(frozen=True)

    change: Literal["opened", "confirmed", "changed"]
    price_id: str
    closed_id: str | None = None


def series_id(record: PriceRecord) -> str:
    """``s-`` and 16 hex digits of the SHA-256 of what names the series."""
    return "s-" + _digest([getattr(record, field) for field in _SERIES_FIELDS])


def price_id(record: PriceRecord) -> str:
    """``p-`` and 16 hex digits: the series, the amount as published, and its first moment."""
    return "p-" + _digest(
        [
            series_id(record),
            decimal_text(record.amount),
            decimal_text(record.per),
            utc_text(record.valid_from),
        ]
    )


def record_price(session: Session, record: PriceRecord, now: datetime) -> RecordedPrice:
    """Store one fresh reading of a price.

    Same amount and ``per`` as the open row: only ``as_of`` and ``fetched_at`` move forward. Another
    amount: the open row is closed, and a new one opened, at the moment from which the source says
    the new amount holds, or at ``now`` where that is not later than the start of the open row.

    Args:
        session: a session for writing.
        record: the reading; its ``valid_to`` must be None.
        now: current time in UTC.

    Raises:
        PriceOutOfOrder: the reading is older than what is stored, or is already over.
    """
    if record.valid_to is not None:
        raise PriceOutOfOrder(
            f"Expected a price that is current, found one of {record.source_key} that ended on "
            f"{record.valid_to.date()}. Load past prices with merge_price_history."
        )
    rows = _rows_of_series(session, series_id(record))
    current = next((row for row in rows if row["valid_to"] is None), None)
    if current is None:
        return _open_after(session, record, rows, now)
    if _same_amount(current, record):
        _confirm(session, current, record)
        return RecordedPrice(change="confirmed", price_id=current["id"])
    if record.as_of and current["as_of"] and record.as_of < current["as_of"]:
        raise PriceOutOfOrder(
            f"Expected a reading of {record.source_key} from {current['as_of']} or later, found "
            f"one of {record.as_of} with another amount. Nothing was changed; read the source anew."
        )
    start = record.valid_from if record.valid_from > current["valid_from"] else now
    fresh = _starting(record, start, current["valid_from"])
    _close(session, current["id"], start)
    _insert(session, [fresh])
    return RecordedPrice(change="changed", price_id=price_id(fresh), closed_id=current["id"])


def merge_price_history(session: Session, records: Sequence[PriceRecord]) -> int:
    """Store whole histories: intervals per series, past ones included.

    A series that is not stored yet is inserted in one go. Into a stored one only what continues it
    goes: confirmations of its newest row, its end, and later rows. What is stored stays.

    Returns:
        Number of price rows inserted.
    """
    known = set(session.execute(select(PRICE.c.series).distinct()).scalars())
    ordered = sorted(records, key=lambda record: (series_id(record), record.valid_from))
    fresh: list[PriceRecord] = []
    inserted = 0
    for series, group in groupby(ordered, key=series_id):
        if series in known:
            inserted += _continue_series(session, series, list(group))
        else:
            fresh.extend(group)
    _insert(session, fresh)
    return inserted + len(fresh)


def _continue_series(session: Session, series: str, records: list[PriceRecord]) -> int:
    inserted = 0
    for record in records:
        newest = _rows_of_series(session, series)[-1]
        if _same_amount(newest, record) and (
            newest["valid_to"] is None or newest["valid_from"] == record.valid_from
        ):
            if record.valid_from >= newest["valid_from"]:
                _confirm(session, newest, record)
                if newest["valid_to"] is None and record.valid_to is not None:
                    _close(session, newest["id"], record.valid_to)
        elif record.valid_from > newest["valid_from"] and (
            newest["valid_to"] is None or record.valid_from >= newest["valid_to"]
        ):
            if newest["valid_to"] is None:
                _close(session, newest["id"], record.valid_from)
            _insert(session, [record])
            inserted += 1
    return inserted


def _open_after(
    session: Session, record: PriceRecord, rows: Sequence[RowMapping], now: datetime
) -> RecordedPrice:
    """Open the first row of a series, or a new one after a closed one (the price came back)."""
    start = record.valid_from
    if rows and start < rows[-1]["valid_to"]:
        start = now
        if start < rows[-1]["valid_to"]:
            raise PriceOutOfOrder(
                f"Expected a reading of {record.source_key} after {rows[-1]['valid_to'].date()}, "
                f"when its last price ended, found one of {now.date()}. Check the clock."
            )
    fresh = record.model_copy(update={"valid_from": start})
    _insert(session, [fresh])
    return RecordedPrice(change="opened", price_id=price_id(fresh))


def _starting(record: PriceRecord, start: datetime, after: datetime) -> PriceRecord:
    if start <= after:
        raise PriceOutOfOrder(
            f"Expected a time after {after.isoformat()}, when the stored price of "
            f"{record.source_key} began, found {start.isoformat()}. Check the clock."
        )
    return record.model_copy(update={"valid_from": start})


def _rows_of_series(session: Session, series: str) -> Sequence[RowMapping]:
    query = select(PRICE).where(PRICE.c.series == series).order_by(PRICE.c.valid_from)
    return session.execute(query).mappings().all()


def _same_amount(row: RowMapping, record: PriceRecord) -> bool:
    amount: Decimal = row["amount"]
    per: Decimal = row["per"]
    return amount == record.amount and per == record.per


def _confirm(session: Session, row: RowMapping, record: PriceRecord) -> None:
    """Move the dates of a row forward, never back; the address follows the newer reading."""
    as_of = _later(row["as_of"], record.as_of)
    values: dict[str, Any] = {
        "as_of": as_of,
        "fetched_at": max(row["fetched_at"], record.fetched_at),
    }
    if record.fetched_at >= row["fetched_at"] and as_of == record.as_of:
        values |= {"url": record.url, "license": record.license, "flags": flags_text(record.flags)}
    session.execute(update(PRICE).where(PRICE.c.id == row["id"]).values(**values))


def _later(first: date | None, second: date | None) -> date | None:
    known = [day for day in (first, second) if day is not None]
    return max(known) if known else None


def _close(session: Session, identifier: str, moment: datetime) -> None:
    session.execute(update(PRICE).where(PRICE.c.id == identifier).values(valid_to=moment))


def _insert(session: Session, records: Iterable[PriceRecord]) -> None:
    rows = [
        {
            **dict(record),
            "flags": flags_text(record.flags),
            "series": series_id(record),
            "id": price_id(record),
        }
        for record in records
    ]
    if rows:
        session.execute(insert(PRICE), rows)


def _digest(parts: list[str | None]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
