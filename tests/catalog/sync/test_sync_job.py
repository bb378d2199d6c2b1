"""The sync job on both databases: what it writes, what it leaves, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.database import Database
from catalog.sources.reading import UnreadRow
from catalog.sync.canonical import canonical_digest
from catalog.sync.held import decide, list_held
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run, list_freshness, list_runs
from catalog.tables import (
    MODEL,
    MODEL_DETAIL,
    MODEL_LINK,
    OFFER,
    PRICE,
    SOURCE_CHANGE,
    SOURCE_ROW,
    UNREAD_ROW,
)
from tests.catalog.sync.scripted import NOON, Heard, Scripted, hub_model, offer, price


def sync(database: Database, source: Scripted, hours: float = 0, **options: Any) -> Run:
    """One run of one source, some hours after noon."""
    now: Callable[[], datetime] = lambda: NOON + timedelta(hours=hours)  # noqa: E731
    [run] = run_sync(database, [source], SyncOptions(**options), now, Heard())
    return run


def rows(database: Database, query: Any) -> Sequence[Any]:
    with database.read() as session:
        return session.execute(query).all()


def count(database: Database, table: Any) -> int:
    return int(rows(database, select(func.count()).select_from(table))[0][0])


def test_models_of_a_list_are_in_the_catalog_after_the_run(database: Database) -> None:
    """Five in three pages: each with its licence, its downloads and its change."""
    run = sync(database, Scripted([hub_model(number) for number in range(5)]))

    assert ("complete", "full", 3, 5, 5, 0) == (
        run.state,
        run.mode,
        run.pages,
        run.rows_read,
        run.rows_new,
        run.rows_changed,
    )
    assert [("maker/model-3", "mit")] == rows(
        database, select(MODEL.c.id, MODEL.c.license).where(MODEL.c.id == "maker/model-3")
    )
    assert 5 == count(database, MODEL_DETAIL) == count(database, SOURCE_CHANGE)


def test_a_second_run_of_the_same_list_writes_no_change(database: Database) -> None:
    """Not a row of the catalog and not a row of history differs."""
    source = Scripted([hub_model(1), offer(), price("0.003")])
    sync(database, source)
    with database.read() as session:
        before = canonical_digest(session)

    run = sync(database, source, full=True)

    with database.read() as session:
        assert before == canonical_digest(session)
    assert (3, 0, 0) == (run.rows_read, run.rows_new, run.rows_changed)


def test_a_changed_field_is_written_with_what_it_was_before(database: Database) -> None:
    """Only that field, under the run that met it."""
    sync(database, Scripted([hub_model(1), hub_model(2)]))
    run = sync(database, Scripted([hub_model(1), hub_model(2, downloads=7)]), 1, full=True)

    assert [("downloads", "102", "7", run.id)] == rows(
        database,
        select(
            SOURCE_CHANGE.c.field, SOURCE_CHANGE.c.old, SOURCE_CHANGE.c.new, SOURCE_CHANGE.c.run_id
        ).where(SOURCE_CHANGE.c.field != "*"),
    )
    assert (
        7
        == rows(
            database,
            select(MODEL_DETAIL.c.downloads).where(MODEL_DETAIL.c.model_id == "maker/model-2"),
        )[0][0]
    )


def test_a_fact_that_is_unknown_now_overwrites_nothing(database: Database) -> None:
    """A licence that the list stopped to name is still the licence."""
    sync(database, Scripted([hub_model(1)]))
    sync(database, Scripted([hub_model(1, license=None, downloads=None)]), 1, full=True)

    assert [("mit",)] == rows(database, select(MODEL.c.license))
    assert [(101,)] == rows(database, select(MODEL_DETAIL.c.downloads))


def test_the_second_run_asks_only_for_what_changed_since_the_first_began(
    database: Database,
) -> None:
    """Its target is the moment before the first request, so that nothing falls between."""
    source = Scripted([hub_model(1)])
    sync(database, source)
    run = sync(database, source, 5)

    assert [(None, None), (NOON, None)] == source.asked
    assert "incremental" == run.mode


def test_a_run_that_was_cut_off_goes_on_at_its_page(database: Database) -> None:
    """Two of three pages stand; the next run reads the third and is the same run."""
    records = [hub_model(number) for number in range(6)]
    failed = sync(database, Scripted(records, fails_after=2))
    source = Scripted(records)
    run = sync(database, source, 1)

    assert ("failed", 4, "The source did not answer.") == (
        failed.state,
        failed.rows_new,
        failed.message,
    )
    assert [(None, "2")] == source.asked
    assert (failed.id, "complete", 3, 6) == (run.id, run.state, run.pages, run.rows_new)
    assert run.target_at == NOON


def test_without_resume_a_new_run_begins_at_the_first_page(database: Database) -> None:
    records = [hub_model(number) for number in range(6)]
    sync(database, Scripted(records, fails_after=2))
    source = Scripted(records)

    run = sync(database, source, 1, resume=False)

    assert [(None, None)] == source.asked
    assert ("complete", 6, 2) == (run.state, run.rows_read, run.rows_new)


def test_what_a_complete_run_no_longer_lists_is_gone(database: Database) -> None:
    """With a change of its own; a model that comes back is here again."""
    both = [hub_model(1), hub_model(2)]
    sync(database, Scripted(both))
    run = sync(database, Scripted(both[:1]), 1, full=True)
    gone = rows(database, select(SOURCE_ROW.c.key).where(SOURCE_ROW.c.gone_run == run.id))
    back = sync(database, Scripted(both), 2, full=True)

    assert (1, [(both[1].hub_key,)]) == (run.rows_gone, gone)
    assert (1, 0) == (back.rows_new, back.rows_gone)
    assert [] == rows(database, select(SOURCE_ROW.c.key).where(SOURCE_ROW.c.gone_run.is_not(None)))


def test_a_run_that_did_not_reach_its_end_tells_nothing_of_what_is_gone(
    database: Database,
) -> None:
    records = [hub_model(number) for number in range(6)]
    sync(database, Scripted(records))
    run = sync(database, Scripted(records[:5], fails_after=1), 1, full=True)

    assert ("failed", 0) == (run.state, run.rows_gone)
    assert [] == rows(database, select(SOURCE_ROW.c.key).where(SOURCE_ROW.c.gone_run.is_not(None)))


def test_a_run_of_another_scope_tells_nothing_of_what_is_gone(database: Database) -> None:
    """A narrower filter lists less, and nothing is gone for it."""
    records = [hub_model(number) for number in range(6)]
    sync(database, Scripted(records))
    run = sync(database, Scripted(records[:2], scope="only two"), 1, full=True)

    assert ("complete", 0) == (run.state, run.rows_gone)


def test_an_incremental_run_tells_nothing_of_what_is_gone(database: Database) -> None:
    sync(database, Scripted([hub_model(1), hub_model(2)]))
    run = sync(database, Scripted([hub_model(1, downloads=9)]), 1)

    assert ("incremental", 1, 0) == (run.mode, run.rows_changed, run.rows_gone)


def test_a_list_that_shrank_by_more_than_a_tenth_is_not_believed(database: Database) -> None:
    """Nothing is gone until a person says that the list is right."""
    records = [hub_model(number) for number in range(100)]
    sync(database, Scripted(records, size=50))
    doubted = sync(database, Scripted(records[:60], size=50), 1, full=True)
    believed = sync(database, Scripted(records[:60], size=50), 2, full=True, accept_missing=True)

    assert ("unconfirmed", 0) == (doubted.state, doubted.rows_gone)
    assert "40 rows of the last complete run are missing" in (doubted.message or "")
    assert "modelcost sync scripted --full --accept-missing" in (doubted.message or "")
    assert ("complete", 40) == (believed.state, believed.rows_gone)


def test_a_list_that_never_stood_still_is_unconfirmed(database: Database) -> None:
    sync(database, Scripted([hub_model(1), hub_model(2), hub_model(3)]))
    run = sync(
        database,
        Scripted([hub_model(1), hub_model(2)], size=1, fails_after=1, reason="unstable"),
        1,
        full=True,
    )

    assert ("unconfirmed", 0) == (run.state, run.rows_gone)


def test_rows_that_cannot_be_read_are_kept_with_their_reason(database: Database) -> None:
    """Once each, with the newest run, and the good rows beside them are stored."""
    bad = UnreadRow(key="row 3", reason="invalid", detail="id: missing", raw='{"a": 1}')
    sync(database, Scripted([hub_model(1)], unread=(bad, bad)))
    run = sync(database, Scripted([hub_model(1)], unread=(bad,)), 1, full=True)

    assert [("row 3", "invalid", "id: missing", '{"a": 1}', run.id)] == rows(
        database,
        select(
            UNREAD_ROW.c.key,
            UNREAD_ROW.c.reason,
            UNREAD_ROW.c.detail,
            UNREAD_ROW.c.raw,
            UNREAD_ROW.c.run_id,
        ),
    )
    assert 1 == count(database, SOURCE_ROW)


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


def test_a_dry_run_counts_and_writes_nothing(database: Database) -> None:
    with database.read() as session:
        before = canonical_digest(session)

    run = sync(database, Scripted([hub_model(1), hub_model(2)]), dry_run=True)

    with database.read() as session:
        assert before == canonical_digest(session)
        assert [] == list_runs(session)
    assert (2, 2) == (run.rows_read, run.rows_new)


def test_one_source_that_fails_leaves_the_others_and_its_own_old_rows(database: Database) -> None:
    """It is marked as stale, with the reason; the other is fresh."""
    good, bad = Scripted([hub_model(1)], name="good"), Scripted([hub_model(2)], name="bad")
    for source in (good, bad):
        sync(database, source)
    broken = Scripted([hub_model(2)], name="bad", fails_after=0)

    runs = run_sync(database, [broken, good], SyncOptions(), lambda: NOON, Heard())

    assert ["failed", "complete"] == [run.state for run in runs]
    assert 2 == count(database, SOURCE_ROW)
    with database.read() as session:
        fresh = {one.source: one for one in list_freshness(session, NOON)}
    assert (True, False) == (fresh["bad"].stale, fresh["good"].stale)
    assert "The source did not answer." == fresh["bad"].last.message


def test_a_source_without_a_complete_run_for_a_week_is_stale(database: Database) -> None:
    sync(database, Scripted([hub_model(1)]))
    with database.read() as session:
        [young] = list_freshness(session, NOON + timedelta(days=7))
        [old] = list_freshness(session, NOON + timedelta(days=7, seconds=1))

    assert (False, True) == (young.stale, old.stale)
