"""What the faces ask about the sync, on both databases: runs, freshness, unread rows, held prices,
and whether one runs now."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.errors import CursorInvalid, QueryInvalid
from catalog.paging import make_spot
from catalog.sources.reading import UnreadRow
from catalog.sync.activity import running_sync
from catalog.sync.held import page_held
from catalog.sync.lease import held_lease
from catalog.sync.runs import begin_run, list_freshness, page_runs
from catalog.sync.unread import list_unread, unread_reasons
from tests.catalog.sync.running import sync
from tests.catalog.sync.scripted import NOON, Scripted, hub_model, offer, price


def unread(key: str, reason: str, detail: str) -> UnreadRow:
    return UnreadRow(key=key, reason=reason, detail=detail, raw='{"sku": "A_1"}')


@pytest.fixture
def strange(database: Database) -> Database:
    """Two sources with rows that could not be read."""
    meters = (
        unread("m-1", "unread_meter", "the word Turbo is in no table"),
        unread("m-2", "unread_meter", "100% of TURBO"),
        unread("m-3", "invalid", "amount: is no number"),
    )
    sync(database, Scripted([hub_model(1)], name="azure_retail", unread=meters))
    odd = (unread("m-1", "invalid", "an odd row"),)
    sync(database, Scripted([hub_model(2)], name="router", unread=odd), 1)
    return database


def test_runs_come_newest_first_and_each_once(database: Database) -> None:
    """Five runs of two sources, two a page; of one source only its own."""
    for hour in range(5):
        name = "router" if hour % 2 else "litellm"
        sync(database, Scripted([hub_model(hour)], name=name), hour)
    seen, after = [], None
    with database.read() as session:
        while True:
            page = page_runs(session, None, 2, after)
            seen += [run.started_at for run in page.items]
            after = page.next
            if after is None:
                break
        own = page_runs(session, "router")

    assert [NOON + timedelta(hours=hour) for hour in (4, 3, 2, 1, 0)] == seen
    assert (5, 2, {"router"}) == (page.total, own.total, {run.source for run in own.items})


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-26T12:00:00"])
def test_a_cursor_that_no_list_of_runs_gave_is_refused(database: Database, moment: str) -> None:
    """Neither what is no time, nor a time without a zone."""
    with database.read() as session:
        with pytest.raises(CursorInvalid):
            page_runs(session, None, 2, make_spot("sync_run", [moment, "a"]))
        with pytest.raises(QueryInvalid):
            page_runs(session, None, 0)


def test_each_source_says_why_it_is_stale(database: Database) -> None:
    """Fresh, failed, unconfirmed, never complete, old: each with its own word."""
    sync(database, Scripted([hub_model(1)], name="huggingface"), -24 * 8)
    sync(database, Scripted([hub_model(1)], name="litellm"))
    sync(database, Scripted([hub_model(1)], name="router", fails_after=0))
    unstable = Scripted([hub_model(1)], name="azure_gallery", fails_after=0, reason="unstable")
    sync(database, unstable)
    with database.write() as session:
        begin_run(session, "azure_retail", "all", "full", None, NOON)

    with database.read() as session:
        found = {one.source: one for one in list_freshness(session, NOON + timedelta(hours=1))}

    assert {
        "azure_gallery": "unconfirmed",
        "azure_retail": "never_complete",
        "huggingface": "old",
        "litellm": None,
        "router": "failed",
    } == {name: one.stale_because for name, one in found.items()}
    assert {"litellm"} == {name for name, one in found.items() if not one.stale}
    assert (1, 0, 0) == (found["litellm"].rows, found["litellm"].gone, found["litellm"].unread)


def test_unread_rows_are_found_by_source_reason_and_words(strange: Database) -> None:
    """Case does not matter, and a percent sign is a percent sign."""
    with strange.read() as session:
        everything = list_unread(session)
        words = list_unread(session, q="turbo THE")
        percent = list_unread(session, q="100%")
        raw = list_unread(session, "router", "invalid", "a_1")
        nothing = list_unread(session, q="1000%")

    assert [("azure_retail", "invalid", "m-3")] == [
        (one.source, one.reason, one.key) for one in everything.items[:1]
    ]
    assert (4, 1, 1, 1, 0) == tuple(
        page.total for page in (everything, words, percent, raw, nothing)
    )
    assert ["m-2"] == [one.key for one in percent.items]


def test_unread_rows_come_page_by_page(strange: Database) -> None:
    """Each once, in order of source, reason and key."""
    seen, after = [], None
    with strange.read() as session:
        while True:
            page = list_unread(session, limit=1, after=after)
            seen += [(one.source, one.reason, one.key) for one in page.items]
            after = page.next
            if after is None:
                break
        with pytest.raises(CursorInvalid):
            list_unread(session, after=make_spot("unread_row", ["a", "b"]))

    assert sorted(seen) == seen
    assert 4 == len(set(seen))


def test_reasons_are_counted_with_an_example(strange: Database) -> None:
    """The most frequent first."""
    with strange.read() as session:
        first, *others = unread_reasons(session)

    assert ("azure_retail", "unread_meter", 2, "m-1") == (
        first.source,
        first.reason,
        first.rows,
        first.example_key,
    )
    assert "the word Turbo is in no table" == first.example_detail
    assert 2 == len(others)


def test_a_held_price_is_shown_with_what_it_is_a_price_of(database: Database) -> None:
    """The offer, its place, both amounts for one token, and the move."""
    sync(database, Scripted([offer(), price("0.003")]))
    sync(database, Scripted([offer(), price("0.3")]), 1, full=True)

    with database.read() as session:
        page = page_held(session)

    [held] = page.items
    assert ("azure/gpt-4o-2024-11-20/regional/japaneast", "japaneast", "input") == (
        held.name,
        held.region,
        held.kind,
    )
    assert (Decimal("0.000003"), Decimal("0.0003"), Decimal("99")) == (
        held.old_amount,
        held.new_amount,
        held.move_share,
    )
    assert ("waiting", 1) == (held.state, page.total)


def test_a_sync_is_seen_while_it_runs_and_not_after(database: Database) -> None:
    """By anybody who can read the database."""
    seen = []
    for holding in (False, True, False):
        if holding:
            with held_lease(database, lambda: NOON), database.read() as session:
                seen.append(running_sync(session, NOON))
        else:
            with database.read() as session:
                seen.append(running_sync(session, NOON))

    assert [False, True, False] == [one is not None for one in seen]
