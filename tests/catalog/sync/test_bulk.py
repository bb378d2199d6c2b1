"""Many rows at once: what is put in, replaced and merged, on both databases alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.sync.bulk import merge_rows, upsert
from catalog.tables import INSTANCE, MODEL, PROVIDER, UNREAD_ROW

SOME = 100


def unread(number: int, detail: str = "why") -> tuple[Any, ...]:
    """A row of the table of unread rows."""
    return ("s", f"{number:05}", "invalid", "run", detail, '{"a": "\t\\\\N é 京"}')


@pytest.mark.parametrize("rows", [1, 2, SOME, 3 * SOME])
def test_rows_are_put_in_and_replaced_by_their_key(database: Database, rows: int) -> None:
    """Every letter arrives as it was."""
    with database.write() as session:
        upsert(session, UNREAD_ROW, [unread(number) for number in range(rows)])
    with database.write() as session:
        upsert(session, UNREAD_ROW, [unread(number, "again") for number in range(0, rows, 2)])
    with database.read() as session:
        found = session.execute(select(UNREAD_ROW).order_by(UNREAD_ROW.c.key)).all()

    expected = [unread(number, "why" if number % 2 else "again") for number in range(rows)]
    assert expected == [tuple(row) for row in found]


@pytest.mark.parametrize("filler", [0, 2 * SOME])
def test_of_two_rows_with_one_key_the_later_stands(database: Database, filler: int) -> None:
    others = [unread(number) for number in range(1, filler)]
    with database.write() as session:
        upsert(session, UNREAD_ROW, [unread(0, "first"), *others, unread(0, "second")])
    with database.read() as session:
        query = select(UNREAD_ROW.c.detail).where(UNREAD_ROW.c.key == "00000")
        assert ["second"] == session.execute(query).scalars().all()


@pytest.mark.parametrize("copies", [1, 2 * SOME])
def test_what_is_unknown_changes_nothing_and_what_is_kept_stays(
    database: Database, copies: int
) -> None:
    """A date, an exact number and a text; the licence is newly known, the source is kept."""
    base = {"publisher": "maker", "name": "m", "as_of": date(2026, 1, 2), "source": "first"}
    news = {"publisher": "maker", "name": "m", "as_of": None, "source": "second", "license": "mit"}
    ids = [f"maker/{number}" for number in range(copies)]
    with database.write() as session:
        merge_rows(session, MODEL, [{"id": one, **base, "license": None} for one in ids])
        merge_rows(session, MODEL, [{"id": one, **news} for one in ids], kept=("source",))
    with database.read() as session:
        found = session.execute(select(MODEL.c.as_of, MODEL.c.source, MODEL.c.license)).all()

    assert [(date(2026, 1, 2), "first", "mit")] * copies == [tuple(row) for row in found]


def test_exact_numbers_arrive_exact(database: Database) -> None:
    """A sixth of a GPU to 28 digits is the same on both."""
    sixth = Decimal(1) / Decimal(6)
    with database.write() as session:
        merge_rows(session, PROVIDER, [{"id": "azure", "name": "azure", "url": None}])
        row = {"id": "azure/x", "provider_id": "azure", "sku": "x", "sku_folded": "x"}
        merge_rows(session, INSTANCE, [{**row, "gpu_count": sixth, "flags": "[]"}])
    with database.read() as session:
        assert sixth == session.execute(select(INSTANCE.c.gpu_count)).scalar()


def test_no_row_is_no_statement(database: Database) -> None:
    with database.write() as session:
        upsert(session, UNREAD_ROW, [])
        merge_rows(session, MODEL, [])
    with database.read() as session:
        assert [] == session.execute(select(UNREAD_ROW)).all()
