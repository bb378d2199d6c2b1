"""Prices of the user's own, kept apart from those of sources: no list or export of prices reads
them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index

from catalog.tables.base import (
    STRICT,
    CatalogTable,
    check,
    count,
    day,
    exact,
    moment,
    one_of,
    words,
)
from catalog.vocabulary import BASES, DEPLOYMENTS, KINDS, TERMS, UNITS


class OwnPriceFileRow(CatalogTable, table=True):
    """A file of own prices that was loaded; a file of the same name replaces it."""

    __tablename__ = "own_price_file"
    __table_args__ = STRICT

    name: str = words(primary_key=True)
    sha256: str = words()
    rows: int = count()
    loaded_at: datetime = moment()


class OwnPriceRow(CatalogTable, table=True):
    """One price that a person wrote down: of a contract, or of a provider we do not read."""

    __tablename__ = "own_price"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("unit", UNITS),
        one_of("basis", BASES),
        one_of("deployment", DEPLOYMENTS),
        one_of("term", TERMS),
        check("amount_not_negative", "CAST(amount AS NUMERIC) >= 0"),
        check("per_positive", "CAST(per AS NUMERIC) > 0"),
        Index("ix_own_price_model_id", "model_id"),
        Index("ix_own_price_instance_id", "instance_id"),
        Index("ix_own_price_file_name", "file_name"),
        STRICT,
    )

    id: str = words(primary_key=True)
    file_name: str = words(foreign_key="own_price_file.name")
    line: int = count()
    offer_id: str | None = words(default=None)
    model_id: str | None = words(default=None, foreign_key="model.id")
    instance_id: str | None = words(default=None, foreign_key="instance.id")
    provider: str = words()
    region: str | None = words(default=None)
    deployment: str | None = words(default=None)
    kind: str = words()
    term: str | None = words(default=None)
    amount: Decimal = exact()
    per: Decimal = exact()
    unit: str = words()
    currency: str = words()
    basis: str = words()
    as_of: date | None = day(default=None)
    valid_to: date | None = day(default=None)
    owner: str | None = words(default=None)
    note: str | None = words(default=None)
    loaded_at: datetime = moment()
