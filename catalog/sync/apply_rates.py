"""Rates that a source said, into the catalog: each day beside the days before.

A misread digit or unit moves a rate tenfold; a currency rarely halves or doubles within a month.
One that does is not taken up, and told as a row that was not read, until its source has said so for
a month: the rates before it stand meanwhile, with their day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from catalog.rates import keep_rates
from catalog.records import RateRecord
from catalog.sources.reading import UnreadRow
from catalog.tables import RATE

LARGEST_MOVE: Final = 2
REMEMBERED: Final = timedelta(days=30)


def apply_rates(session: Session, records: Sequence[RateRecord]) -> list[UnreadRow]:
    """Store the rates; returns those that moved too far from the newest day before."""
    doubted = {record.quote: row for record, row in _doubted(session, records)}
    keep_rates(session, [record for record in records if record.quote not in doubted])
    return list(doubted.values())


def _doubted(
    session: Session, records: Sequence[RateRecord]
) -> Iterator[tuple[RateRecord, UnreadRow]]:
    for record in records:
        query = (
            select(RATE.c.rate, RATE.c.as_of)
            .where(
                RATE.c.source == record.source,
                RATE.c.base == record.base,
                RATE.c.quote == record.quote,
                RATE.c.as_of < record.as_of,
                RATE.c.as_of >= record.as_of - REMEMBERED,
            )
            .order_by(RATE.c.as_of.desc(), RATE.c.fetched_at.desc())
            .limit(1)
        )
        before = session.execute(query).first()
        if before is not None and _is_too_far(record.rate, before.rate):
            yield record, _unread(record, before.rate, before.as_of)


def _is_too_far(rate: Decimal, before: Decimal) -> bool:
    return max(rate, before) > LARGEST_MOVE * min(rate, before)


def _unread(record: RateRecord, before: Decimal, day: date) -> UnreadRow:
    return UnreadRow(
        key=f"{record.base}/{record.quote}",
        reason="jump",
        detail=f"rate: {record.rate} on {record.as_of} is more than twice, or less than half, of "
        f"{before} on {day}",
        raw=record.model_dump_json(),
    )
