"""Prices are never overwritten: confirmed, closed and followed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import PriceOutOfOrder
from catalog.price_queries import find_price, price_history
from catalog.price_store import merge_price_history, price_id, record_price, series_id
from catalog.records import InstanceRecord, ModelRecord, PriceRecord, ProviderRecord
from catalog.store import save_records
from catalog.tables import PRICE
from catalog.views import Price

DAY_1 = datetime(2025, 1, 1, 6, tzinfo=UTC)
DAY_2 = DAY_1 + timedelta(days=1)
DAY_3 = DAY_1 + timedelta(days=2)
DAY_4 = DAY_1 + timedelta(days=3)


def _reading(amount: str, moment: datetime, **other: Any) -> PriceRecord:
    """What a source says on a day: this amount."""
    fields: dict[str, Any] = {
        "instance_id": "azure/Standard_X",
        "provider_id": "azure",
        "region": "eastus",
        "kind": "instance",
        "term": "on_demand",
        "amount": Decimal(amount),
        "per": Decimal(1),
        "unit": "hour",
        "currency": "USD",
        "valid_from": moment,
        "as_of": moment.date(),
        "fetched_at": moment,
        "source": "a list",
        "source_key": "Standard_X/eastus",
        "url": f"https://example.com/{moment.date()}",
        "rank": 1,
    }
    return PriceRecord.model_validate(fields | other)


@pytest.fixture
def shop(database: Database) -> Database:
    """A database with one provider, one machine and one model, and no price."""
    with database.write() as session:
        _stock(session)
    return database


def _stock(session: Session) -> None:
    save_records(session, [ProviderRecord(id="azure", name="Azure")])
    save_records(
        session, [InstanceRecord(id="azure/Standard_X", provider_id="azure", sku="Standard_X")]
    )
    save_records(
        session, [ModelRecord(id="acme/one", publisher="acme", name="one", source="config.json")]
    )


def _history(shop: Database, record: PriceRecord) -> list[Price]:
    with shop.read() as session:
        return price_history(session, series_id(record))


def test_the_same_amount_only_moves_the_dates_forward(shop: Database) -> None:
    """One row, its first moment unchanged, its as_of and address those of the newer reading."""
    first = _reading("6.12", DAY_1)
    with shop.write() as session:
        assert record_price(session, first, DAY_1).change == "opened"
        again = record_price(session, _reading("6.120", DAY_3), DAY_3)
        assert record_price(session, _reading("6.12", DAY_2), DAY_3).change == "confirmed"
    assert again.change == "confirmed"
    (row,) = _history(shop, first)
    assert row.id == again.price_id == price_id(first)
    assert row.valid_from == DAY_1
    assert row.valid_to is None
    assert row.as_of == DAY_3.date()
    assert row.fetched_at == DAY_3
    assert row.url == f"https://example.com/{DAY_3.date()}"


def test_another_amount_closes_the_row_and_opens_a_new_one(shop: Database) -> None:
    """The old row keeps its amount and as_of; the new one begins where the old one ends."""
    first = _reading("118", DAY_1)
    with shop.write() as session:
        record_price(session, first, DAY_1)
        changed = record_price(session, _reading("84.8", DAY_2), DAY_3)
    old, new = _history(shop, first)
    assert changed.change == "changed"
    assert (changed.closed_id, changed.price_id) == (old.id, new.id)
    assert (old.amount, old.valid_to, old.as_of) == (Decimal(118), DAY_2, DAY_1.date())
    assert (new.amount, new.valid_from, new.valid_to) == (Decimal("84.8"), DAY_2, None)
    assert not old.current
    assert new.current


def test_a_change_of_the_published_form_is_a_change(shop: Database) -> None:
    """0.67 for a million tokens is worth 0.00067 for a thousand, yet it was published anew."""
    token = {
        "instance_id": None,
        "model_id": "acme/one",
        "term": None,
        "kind": "input",
        "unit": "token",
        "deployment": "global",
    }
    first = _reading("0.00067", DAY_1, **token, per=Decimal(1000))
    with shop.write() as session:
        record_price(session, first, DAY_1)
        record_price(session, _reading("0.67", DAY_2, **token, per=Decimal(1_000_000)), DAY_2)
    assert [row.per for row in _history(shop, first)] == [Decimal(1000), Decimal(1_000_000)]


def test_a_correction_within_the_same_validity_begins_when_it_was_read(shop: Database) -> None:
    """The source changed the amount but not its start date: the end of the old row is now."""
    first = _reading("5", DAY_1)
    with shop.write() as session:
        record_price(session, first, DAY_1)
        record_price(session, _reading("4", DAY_1), DAY_2)
    old, new = _history(shop, first)
    assert old.valid_to == new.valid_from == DAY_2


def test_a_price_may_come_back(shop: Database) -> None:
    """Gone for a while, then the same amount again: a new row, the gap stays visible."""
    gone = _reading("5", DAY_1, valid_to=DAY_2)
    with shop.write() as session:
        merge_price_history(session, [gone])
        back = record_price(session, _reading("5", DAY_3), DAY_3)
    old, new = _history(shop, gone)
    assert (old.valid_to, new.valid_from, back.change) == (DAY_2, DAY_3, "opened")
    with shop.read() as session:
        assert find_price(session, back.price_id) == new


def test_an_older_reading_cannot_replace_a_newer_one(shop: Database) -> None:
    """Nothing is changed; the message says from when a reading was expected."""
    first = _reading("5", DAY_2)
    with shop.write() as session:
        record_price(session, first, DAY_2)
        with pytest.raises(PriceOutOfOrder, match="2025-01-02 or later"):
            record_price(session, _reading("4", DAY_1), DAY_3)
        with pytest.raises(PriceOutOfOrder, match="Check the clock"):
            record_price(session, _reading("4", DAY_2), DAY_1)
        with pytest.raises(PriceOutOfOrder, match="merge_price_history"):
            record_price(session, _reading("5", DAY_2, valid_to=DAY_3), DAY_3)
    assert [row.amount for row in _history(shop, first)] == [Decimal(5)]


def test_a_price_that_ended_cannot_be_read_before_its_end(shop: Database) -> None:
    """A clock that runs behind is told so."""
    ended = _reading("5", DAY_1, valid_to=DAY_3)
    with shop.write() as session:
        merge_price_history(session, [ended])
        with pytest.raises(PriceOutOfOrder, match="Check the clock"):
            record_price(session, _reading("5", DAY_2), DAY_2)
        assert record_price(session, _reading("5", DAY_2), DAY_4).change == "opened"
    assert [row.valid_from for row in _history(shop, ended)] == [DAY_1, DAY_4]


def test_sources_do_not_touch_each_other(shop: Database) -> None:
    """Two sources that disagree are two series, both open."""
    with shop.write() as session:
        record_price(session, _reading("8.585", DAY_1), DAY_1)
        record_price(session, _reading("6.98", DAY_2, source="another", as_of=None), DAY_2)
    with shop.read() as session:
        query = select(func.count()).select_from(PRICE).where(PRICE.c.valid_to.is_(None))
        assert session.execute(query).scalar_one() == 2


def test_a_history_is_continued_and_what_is_stored_stays(shop: Database) -> None:
    """A newer snapshot confirms, ends and adds; its retelling of the past changes nothing."""
    past = [_reading("9", DAY_1, valid_to=DAY_2), _reading("8", DAY_2)]
    with shop.write() as session:
        assert merge_price_history(session, past) == 2
        assert merge_price_history(session, past) == 0
    newer = [
        _reading("9.5", DAY_1, valid_to=DAY_2),
        _reading("8", DAY_2, valid_to=DAY_3, as_of=date(2025, 1, 2)),
        _reading("7", DAY_3),
    ]
    with shop.write() as session:
        assert merge_price_history(session, newer) == 1
        assert merge_price_history(session, [_reading("6", DAY_4)]) == 1
    rows = _history(shop, past[0])
    assert [row.amount for row in rows] == [Decimal(9), Decimal(8), Decimal(7), Decimal(6)]
    assert [row.valid_to for row in rows] == [DAY_2, DAY_3, DAY_4, None]


def test_an_undated_reading_keeps_the_date_that_is_known(shop: Database) -> None:
    """as_of never goes back to unknown."""
    first = _reading("5", DAY_1)
    with shop.write() as session:
        record_price(session, first, DAY_1)
        record_price(session, _reading("5", DAY_2, as_of=None), DAY_2)
    (row,) = _history(shop, first)
    assert row.as_of == DAY_1.date()
    assert row.fetched_at == DAY_2


def test_the_id_of_a_price_is_the_same_everywhere() -> None:
    """Derived from what it names, so that an answer can cite it; pinned, for it must not move."""
    assert price_id(_reading("6.12", DAY_1)) == price_id(_reading("6.120", DAY_1, flags=("jump",)))
    assert price_id(_reading("6.12", DAY_1)) != price_id(_reading("6.13", DAY_1))
    assert price_id(_reading("6.12", DAY_1)) == "p-bee9b98d2dd56e28"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", "-1"),
        ("per", "0"),
        ("kind", "bribe"),
        ("term", "forever"),
        ("deployment", "global"),
        ("unit", "token"),
        ("basis", "wish"),
        ("derived", "guessed"),
        ("valid_to", "2020-01-01T00:00:00.000000Z"),
        ("instance_id", None),
        ("instance_id", "azure/Standard_Missing"),
        ("provider_id", None),
    ],
)
def test_the_database_itself_refuses_a_bad_price(
    shop: Database, column: str, value: str | None
) -> None:
    """The last line of defence: what gets past the records does not get past the table."""
    with shop.write() as session:
        record_price(session, _reading("5", DAY_1), DAY_1)
    with pytest.raises(IntegrityError), shop.write() as session:
        session.execute(text(f"UPDATE price SET {column} = :value"), {"value": value})


def test_a_series_has_one_open_row_at_most(shop: Database) -> None:
    """Two current prices of one thing from one source would be two truths."""
    with shop.write() as session:
        record_price(session, _reading("5", DAY_1), DAY_1)
        row = dict(session.execute(select(PRICE)).mappings().one())
    with pytest.raises(IntegrityError), shop.write() as session:
        session.execute(insert(PRICE), [row | {"id": "p-other"}])


def test_what_fails_leaves_nothing(shop: Database) -> None:
    """A write session is all or nothing."""
    refused = _reading("4", DAY_2, valid_to=DAY_3)
    with pytest.raises(PriceOutOfOrder), shop.write() as session:  # noqa: PT012
        record_price(session, _reading("5", DAY_1), DAY_1)
        record_price(session, refused, DAY_3)
    assert _history(shop, _reading("5", DAY_1)) == []


def test_prices_are_not_saved_as_facts(shop: Database) -> None:
    """save_records would overwrite; it takes neither prices nor a mixture."""
    with shop.write() as session:
        with pytest.raises(TypeError, match="PriceRecord"):
            save_records(session, [_reading("5", DAY_1)])
        with pytest.raises(TypeError, match="InstanceRecord, ProviderRecord"):
            save_records(
                session,
                [
                    ProviderRecord(id="a", name="A"),
                    InstanceRecord(id="a/b", provider_id="a", sku="b"),
                ],
            )
        assert save_records(session, []) == 0
