"""Rates by sync: each day is kept, and a bad list or day changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.database import Database
from catalog.own_rate_file import import_own_rates
from catalog.rates import RateFilter, list_rates
from catalog.sources.ecb import EcbConfig, make_ecb
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run
from tests.catalog.sources.run_of_sources import live_wire, patient
from tests.catalog.sync.scripted import Heard
from tests.catalog.test_own_rates import DAY, HEAD, read
from tests.emulators.rate_lists import LIST_PATH, RateList, day_of, rate_list

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[RateList]:
    """The bank, at one address for a whole test."""
    with RateList() as rates:
        yield rates


def synced(database: Database, service: RateList, content: bytes, hours: float = 0) -> Run:
    """One run of the source on a list."""
    now = NOON + timedelta(hours=hours)
    service.content = content
    with live_wire(service.base) as live:
        source = make_ecb(EcbConfig(url=service.base + LIST_PATH), patient(live), now=now)
        [run] = run_sync(database, [source], SyncOptions(), lambda: now, Heard())
    return run


def kept(database: Database, **wanted: object) -> list[tuple[str, date, str]]:
    with database.read() as session:
        page = list_rates(session, RateFilter.model_validate(wanted))
    return [(one.quote, one.as_of, f"{one.rate:f}") for one in page.items]


def test_each_day_is_kept_beside_the_days_before(database: Database, service: RateList) -> None:
    """The second run of a day writes nothing, a new day a row a currency; nothing is gone."""
    first = synced(database, service, rate_list(day_of("2026-11-25")))
    again = synced(database, service, rate_list(day_of("2026-11-25")), 1)
    fewer = rate_list(day_of("2026-11-26", [("USD", "1.12"), ("JPY", "176")]))
    next_day = synced(database, service, fewer, 2)

    assert [(4, 0), (0, 0), (0, 2)] == [
        (run.rows_new, run.rows_changed) for run in (first, again, next_day)
    ]
    usd = kept(database, quote="USD", history=True)
    assert [(date(2026, 11, 25), "1.1172"), (date(2026, 11, 26), "1.12")] == [
        (day, rate) for _, day, rate in usd
    ]
    assert [("USD", date(2026, 11, 26), "1.12")] == kept(database, quote="USD")
    assert [("GBP", date(2026, 11, 25), "0.8338")] == kept(database, quote="GBP")


@pytest.mark.parametrize(
    "content",
    [
        b"<html/>",
        b"",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a/>',
        rate_list(day_of("2026-11-26", [("USD", "0")])),
        rate_list(day_of("2027-11-26")),
    ],
)
def test_a_bad_list_leaves_the_rates_of_the_day_before(
    database: Database, service: RateList, content: bytes
) -> None:
    """The run has failed and says why."""
    synced(database, service, rate_list(day_of("2026-11-25")))
    before = kept(database, history=True)

    run = synced(database, service, content, 1)

    assert ("failed", True) == (run.state, bool(run.message))
    assert before == kept(database, history=True)
    assert 4 == len(before)


def test_own_rates_stay_through_a_sync(database: Database, service: RateList) -> None:
    """They are no source's."""
    import_own_rates(database, read(HEAD, DAY), name="own.csv")
    synced(database, service, rate_list(day_of("2026-11-25")))
    synced(database, service, rate_list(day_of("2026-11-26")), 1)

    assert [("EUR", date(2026, 11, 25), "0.92")] == kept(database, source="own", own=True)


@pytest.mark.parametrize(("rate", "taken"), [("2.24", False), ("0.54", False), ("2.2", True)])
def test_a_rate_that_more_than_doubles_or_halves_is_not_taken_up(
    database: Database, service: RateList, rate: str, taken: bool
) -> None:
    """Beside one that did not; the rate of the day before stands, and the run says so."""
    synced(database, service, rate_list(day_of("2026-11-25", [("USD", "1.1"), ("JPY", "160")])))

    moved = [("USD", rate), ("JPY", "161")]
    run = synced(database, service, rate_list(day_of("2026-11-26", moved)), 1)

    assert ("complete", 0 if taken else 1) == (run.state, run.rows_unread)
    expected = (date(2026, 11, 26), rate) if taken else (date(2026, 11, 25), "1.1")
    assert [("USD", *expected)] == kept(database, quote="USD")
    assert [("JPY", date(2026, 11, 26), "161")] == kept(database, quote="JPY")


def test_a_rate_that_has_stayed_for_a_month_is_taken_up(
    database: Database, service: RateList
) -> None:
    """A currency may lose half of its worth: then the list says so for weeks."""
    for day, hour in (("2026-10-25", 0), ("2026-11-24", 1), ("2026-11-25", 2)):
        rate = "1.1" if hour == 0 else "3"
        synced(database, service, rate_list(day_of(day, [("USD", rate)])), hour)

    assert [(date(2026, 10, 25), "1.1"), (date(2026, 11, 25), "3")] == [
        (day, rate) for _, day, rate in kept(database, quote="USD", history=True)
    ]
