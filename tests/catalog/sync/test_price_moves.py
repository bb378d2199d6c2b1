"""Prices that moved, on both databases: paired exactly, listed newest first, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from catalog.database import Database
from catalog.drafts import save_draft
from catalog.errors import CursorInvalid
from catalog.moved_questions import moved_questions
from catalog.price_moves import PriceMove, list_price_moves, price_moves
from catalog.price_store import record_price
from catalog.snapshot.load import load_snapshot
from catalog.tables import PRICE
from tests.catalog.sync.running import sync
from tests.catalog.sync.scripted import NOON, Scripted, offer, price

NAMES = ("gpt-4o-2024-11-20", "gpt-4o-2024-08-06", "o3-2025-04-16")


def moved(database: Database, *amounts: str, names: tuple[str, ...] = NAMES[:1]) -> None:
    """A day between one amount and the next, the same for all names."""
    for day, amount in enumerate(amounts):
        at = NOON + timedelta(days=day)
        prices = [
            price(amount, name, valid_from=at, fetched_at=at, as_of=at.date()) for name in names
        ]
        source = Scripted([*map(offer, names), *prices], name="azure_retail")
        sync(database, source, 24 * day, full=True)


def test_a_price_that_was_followed_by_another_amount_is_a_move(database: Database) -> None:
    """What, from, to, how much, when and by whom."""
    moved(database, "0.004", "0.003")

    with database.read() as session:
        [move] = price_moves(session)

    assert Decimal("-0.25") == move.move_share
    assert (Decimal("0.004"), Decimal("0.003")) == (move.amount_before, move.amount)
    assert (NOON + timedelta(days=1),) * 2 == (move.moved_at, move.ended_at)
    assert ("openai/gpt-4o-2024-11-20", "japaneast", "input", "a live list") == (
        move.name,
        move.region,
        move.kind,
        move.source,
    )


def test_the_same_price_told_for_another_number_of_units_is_no_move(database: Database) -> None:
    """0.003 for a thousand is 3 for a million, exactly."""
    sync(database, Scripted([offer(), price("0.003")]))
    later = NOON + timedelta(days=1)
    again = price("3", per=Decimal(1_000_000), valid_from=later, fetched_at=later)
    sync(database, Scripted([offer(), again]), 24, full=True)

    with database.read() as session:
        assert [] == price_moves(session)


def test_a_price_that_was_free_before_has_no_share(database: Database) -> None:
    """A share of nothing is unknown; the tiniest move is still one."""
    moved(database, "1", names=NAMES[:2])
    later = NOON + timedelta(days=1)
    with database.write() as session:
        session.execute(
            update(PRICE).where(PRICE.c.source_key == NAMES[0]).values(amount=Decimal(0))
        )
        for name, amount in zip(NAMES, ("0.003", "1.00000001"), strict=False):
            model_id = f"openai/{name}"
            record = price(amount, name, model_id=model_id, valid_from=later, fetched_at=later)
            record_price(session, record, later)

    with database.read() as session:
        shares = {move.name: move.move_share for move in price_moves(session)}

    assert {f"openai/{NAMES[0]}": None, f"openai/{NAMES[1]}": Decimal("1E-8")} == shares


def test_moves_come_newest_first_page_by_page_and_from_a_day_on(database: Database) -> None:
    """Six moves, two a page; each comes once, and a cursor of another list is refused."""
    moved(database, "0.004", "0.003", "0.002", names=NAMES)
    seen: list[PriceMove] = []
    after = None
    with database.read() as session:
        while True:
            page = list_price_moves(session, None, 2, after)
            seen += page.items
            after = page.next
            if after is None:
                break
        late = list_price_moves(session, NOON + timedelta(days=2))
        with pytest.raises(CursorInvalid):
            list_price_moves(session, None, 2, "bm8")

    assert (6, 3, 6) == (page.total, late.total, len({move.price_id for move in seen}))
    assert sorted((move.moved_at for move in seen), reverse=True) == [m.moved_at for m in seen]


def test_saved_questions_that_name_what_moved_later_are_counted(database: Database) -> None:
    """By the offer's id; one that was saved after the move, or names none, is not."""
    moved(database, "0.004", "0.003")
    named = '{"options": [{"offer": "azure/gpt-4o-2024-11-20/regional/japaneast"}]}'
    for document in (named, '{"options": [{"instance": "NC24ads_A100_v4"}]}', "[]", "no json"):
        save_draft(database, None, document, NOON)
    save_draft(database, None, named, NOON + timedelta(days=2))

    with database.read() as session:
        counted = moved_questions(session, price_moves(session))

    assert (5, 5, 1) == (counted.saved, counted.looked_at, counted.moved)


def test_a_host_is_the_same_by_any_of_its_names(database: Database) -> None:
    """Questions name it with provider, without, or as people say it."""
    load_snapshot(database, NOON)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for name in (
        "azure/Standard_ND96is_MI300X_v5",
        "Standard_ND96is_MI300X_v5",
        "nd96is_mi300x_v5",
    ):
        save_draft(database, None, f'{{"options": [{{"instance": "{name}"}}]}}', long_ago)

    with database.read() as session:
        counted = moved_questions(session, price_moves(session))

    assert 3 == counted.moved
