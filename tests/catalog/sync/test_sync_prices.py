"""Offers and prices of a sync on both databases: joined, followed, ended, held."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.sync.held import decide, list_held
from catalog.sync_records import OfferNameRecord
from catalog.tables import (
    MODEL_LINK,
    OFFER,
    PRICE,
    UNREAD_ROW,
)
from tests.catalog.sync.running import rows, sync
from tests.catalog.sync.scripted import NOON, Scripted, hub_model, offer, price


def test_a_new_offer_gets_its_model_by_the_rules_of_identity(database: Database) -> None:
    """A word of the price list becomes openai/gpt-4o-2024-11-20, with a link that says why."""
    sync(database, Scripted([offer(), price("0.003")], name="azure_retail"))

    model_id = "openai/gpt-4o-2024-11-20"
    assert [(model_id,)] == rows(database, select(OFFER.c.model_id))
    assert [(model_id, Decimal("0.003"), None)] == rows(
        database, select(PRICE.c.model_id, PRICE.c.amount, PRICE.c.valid_to)
    )
    assert [("azure_prices", "gpt-4o-2024-11-20", model_id)] == rows(
        database,
        select(MODEL_LINK.c.system, MODEL_LINK.c.key, MODEL_LINK.c.model_id).where(
            MODEL_LINK.c.relation == "same"
        ),
    )


def test_a_price_that_moved_is_closed_and_followed(database: Database) -> None:
    """Both are kept; the old one ends when the new one begins."""
    sync(database, Scripted([offer(), price("0.003")]))
    later = NOON + timedelta(days=1)
    moved = price("0.002", valid_from=later, fetched_at=later)
    sync(database, Scripted([offer(), moved]), 24, full=True)

    assert [(Decimal("0.003"), later), (Decimal("0.002"), None)] == rows(
        database, select(PRICE.c.amount, PRICE.c.valid_to).order_by(PRICE.c.valid_from)
    )


def test_a_price_that_is_as_before_gets_the_date_of_the_new_reading(database: Database) -> None:
    """Its date moves, its history does not."""
    sync(database, Scripted([offer(), price("0.003")]))
    later = NOON + timedelta(days=1)
    again = price("0.003", as_of=later.date(), fetched_at=later, valid_from=later)
    sync(database, Scripted([offer(), again]), 24, full=True)

    assert [(later.date(), later, NOON)] == rows(
        database, select(PRICE.c.as_of, PRICE.c.fetched_at, PRICE.c.valid_from)
    )


def test_a_price_that_is_no_longer_listed_ends(database: Database) -> None:
    """Closed at the time of the run; the offer stays, without a price."""
    sync(database, Scripted([offer(), price("0.003")]))
    sync(database, Scripted([offer()]), 24, full=True)

    assert [(NOON + timedelta(days=1),)] == rows(database, select(PRICE.c.valid_to))


@pytest.mark.parametrize(("amount", "held"), [("0.03", 0), ("0.0301", 1), ("0.0002", 1)])
def test_a_price_that_moves_more_than_tenfold_waits_for_a_person(
    database: Database, amount: str, held: int
) -> None:
    """Tenfold passes; a hair more, or less than a tenth, is held, and the old price stands."""
    sync(database, Scripted([offer(), price("0.003")]))
    run = sync(database, Scripted([offer(), price(amount)]), 1, full=True)

    current = select(PRICE.c.amount).where(PRICE.c.valid_to.is_(None))
    assert held == run.rows_held
    assert [(Decimal("0.003") if held else Decimal(amount),)] == rows(database, current)
    with database.read() as session:
        assert held == len(list_held(session))


def test_a_held_price_gets_in_once_it_is_accepted_and_never_when_refused(
    database: Database,
) -> None:
    """The decision is kept: the next run does not ask again."""
    current = select(PRICE.c.amount).where(PRICE.c.valid_to.is_(None))
    sync(database, Scripted([offer(), price("0.003")]))
    sync(database, Scripted([offer(), price("3")]), 1, full=True)
    with database.write() as session:
        [waiting] = list_held(session)
        decide(session, waiting.id, "refused", NOON)
    sync(database, Scripted([offer(), price("3")]), 2, full=True)
    after_refusal = rows(database, current)
    with database.write() as session:
        assert [] == list_held(session)
        decide(session, waiting.id, "accepted", NOON)
    sync(database, Scripted([offer(), price("3")]), 3, full=True)

    assert ("0.000003", "0.003") == (waiting.old_amount, waiting.new_amount)
    assert [(Decimal("0.003"),)] == after_refusal
    assert [(Decimal(3),)] == rows(database, current)


def test_an_offer_keeps_the_model_that_it_was_joined_to(database: Database) -> None:
    """A person or the bundled facts knew better than a rule."""
    sync(database, Scripted([hub_model(1), offer(model_id="maker/model-1")], name="first"))
    sync(database, Scripted([offer(retired_on=NOON.date())], name="azure_retail"))

    assert [("maker/model-1", NOON.date())] == rows(
        database, select(OFFER.c.model_id, OFFER.c.retired_on)
    )


def test_an_offer_is_joined_by_the_name_that_its_source_tells(database: Database) -> None:
    """Not by the provider's word for it; also where the name came on an earlier page."""
    name = OfferNameRecord(
        offer_id="azure/x1/regional/japaneast",
        system="litellm",
        key="azure/gpt-4.1",
        name="gpt-4.1",
        publisher="openai",
    )
    sync(database, Scripted([name, hub_model(1), offer("x1")], name="litellm"))

    assert [("openai/gpt-4.1",)] == rows(database, select(OFFER.c.model_id))


def test_the_price_of_a_tuned_variant_is_no_price_of_the_model(database: Database) -> None:
    sync(database, Scripted([offer(variant="fine_tuned"), price("0.003")], name="azure_retail"))

    assert [(None,)] == rows(database, select(PRICE.c.model_id))
    assert [("openai/gpt-4o-2024-11-20",)] == rows(database, select(OFFER.c.model_id))


def test_a_price_under_a_new_key_ends_the_one_under_the_old(database: Database) -> None:
    """Meters are renamed; the thing has one price of this source all the same."""
    sync(database, Scripted([offer(), price("0.003")]))
    later = NOON + timedelta(days=1)
    renamed = price("0.002", source_key="a new meter", fetched_at=later, valid_from=later)
    sync(database, Scripted([offer(), renamed]), 24)

    assert [(Decimal("0.003"), later), (Decimal("0.002"), None)] == rows(
        database, select(PRICE.c.amount, PRICE.c.valid_to).order_by(PRICE.c.valid_from)
    )


def test_a_price_that_has_ended_is_history_and_one_that_will_end_holds(
    database: Database,
) -> None:
    """The announced end stands beside it as a word of warning."""
    start, end = NOON - timedelta(days=9), NOON + timedelta(days=9)
    over = price("0.004", valid_from=start, valid_to=NOON - timedelta(days=1), source_key="old")
    ahead = price("0.003", valid_from=NOON - timedelta(days=1), valid_to=end)
    sync(database, Scripted([offer(), over, ahead], size=3))

    found = rows(
        database, select(PRICE.c.amount, PRICE.c.valid_to, PRICE.c.flags).order_by(PRICE.c.amount)
    )
    assert [
        (Decimal("0.003"), None, '["announced_until_2026-12-05"]'),
        (Decimal("0.004"), NOON - timedelta(days=1), "[]"),
    ] == found


def test_a_price_older_than_the_one_that_is_stored_is_listed_as_unread(
    database: Database,
) -> None:
    """The sync goes on; the stored price stands."""
    sync(database, Scripted([offer(), price("0.003")]))
    older = price("0.002", as_of=date(2026, 1, 1))
    run = sync(database, Scripted([offer(), older]), 24, full=True)

    assert ("complete", 1) == (run.state, run.rows_unread)
    assert [("out_of_order",)] == rows(database, select(UNREAD_ROW.c.reason))
    assert [(Decimal("0.003"),)] == rows(database, select(PRICE.c.amount))
