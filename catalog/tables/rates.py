"""Rates between currencies, by day: of a source, or of a company that wrote down its own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index

from catalog.tables.base import (
    STRICT,
    CatalogTable,
    check,
    day,
    exact,
    moment,
    one_of,
    words,
)
from catalog.vocabulary import STORED_RATE_SOURCES


class RateRow(CatalogTable, table=True):
    """What one unit of the base currency was worth in the quote currency, and when.

    A rate of one day has no `valid_to`; a rate of a period, its last day. Own ones have an owner.
    """

    __tablename__ = "rate"
    __table_args__ = (
        check("rate_positive", "CAST(rate AS NUMERIC) > 0"),
        check("two_currencies", "base <> quote"),
        one_of("source", STORED_RATE_SOURCES),
        check("owner_of_own", "(source = 'own') = (owner IS NOT NULL)"),
        Index("ix_rate_as_of", "source", "as_of"),
        STRICT,
    )

    id: str = words(primary_key=True)
    base: str = words()
    quote: str = words()
    rate: Decimal = exact()
    as_of: date = day()
    valid_to: date | None = day(default=None)
    source: str = words()
    owner: str | None = words(default=None)
    url: str | None = words(default=None)
    fetched_at: datetime = moment()
