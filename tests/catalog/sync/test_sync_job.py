"""The sync job on both databases: what it writes, what it leaves, and how it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count as count_up

from sqlalchemy import event, select

from catalog.database import Database
from catalog.sources.reading import UnreadRow
from catalog.sync.canonical import canonical_digest
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import list_freshness, list_runs
from catalog.tables import (
    MODEL,
    MODEL_DETAIL,
    SOURCE_CHANGE,
    SOURCE_ROW,
    UNREAD_ROW,
)
from tests.catalog.sync.running import count, rows, sync
from tests.catalog.sync.scripted import NOON, Heard, Scripted, hub_model, offer, price


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


def test_a_run_whose_cursor_leads_nowhere_is_begun_anew(database: Database) -> None:
    """A source may have forgotten it, or given a wrong one; no later run would get past it."""
    records = [hub_model(number) for number in range(6)]
    failed = sync(database, Scripted(records, fails_after=2))
    source = Scripted(records, forgets=True)
    run = sync(database, source, 1)

    assert [(None, "2"), (None, None)] == source.asked
    assert ("complete", 6, 2) == (run.state, run.rows_read, run.rows_new)
    assert failed.id != run.id


def test_a_run_that_goes_on_and_gets_no_answer_keeps_its_place(database: Database) -> None:
    records = [hub_model(number) for number in range(6)]
    failed = sync(database, Scripted(records, fails_after=2))
    again = sync(database, Scripted(records, fails_after=0), 1)

    assert (failed.id, "failed", "2") == (again.id, again.state, again.cursor)


def test_rows_that_are_missing_while_others_became_unreadable_are_not_gone_at_once(
    database: Database,
) -> None:
    """They may be the same rows under another key; a second run that finds the same is believed."""
    bad = UnreadRow(key="row 3", reason="invalid", detail="id: missing", raw='{"a": 1}')
    both = [hub_model(1), hub_model(2)]
    sync(database, Scripted(both))
    doubted = sync(database, Scripted(both[:1], unread=(bad,)), 1, full=True)
    believed = sync(database, Scripted(both[:1], unread=(bad,)), 2, full=True)

    assert ("unconfirmed", 0) == (doubted.state, doubted.rows_gone)
    assert "1 more rows than before could not be read" in (doubted.message or "")
    assert ("complete", 1) == (believed.state, believed.rows_gone)


def test_pages_that_come_quickly_are_written_together_and_slow_ones_at_once(
    database: Database,
) -> None:
    """A commit costs as much as some hundred rows; a page is never kept back for long."""
    source = Scripted([hub_model(number) for number in range(20)])
    sync(database, source)
    commits: list[int] = []
    event.listen(database.engine, "commit", lambda connection: commits.append(1))

    def commits_of(rows_at_once: int, seconds_between: int = 0) -> int:
        looks = count_up(1)

        def now() -> datetime:
            return NOON + timedelta(days=1, seconds=seconds_between * next(looks))

        commits.clear()
        options = SyncOptions(full=True, rows_at_once=rows_at_once)
        [run] = run_sync(database, [source], options, now, Heard())
        assert ("complete", 10, 20) == (run.state, run.pages, run.rows_read)
        return len(commits)

    all_at_once = commits_of(100)
    assert (4, 9, 9) == (
        commits_of(4) - all_at_once,
        commits_of(1) - all_at_once,
        commits_of(100, seconds_between=3) - all_at_once,
    )


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


def test_a_source_that_cannot_tell_changes_is_read_whole_each_time(database: Database) -> None:
    """So that what it no longer lists is found without being asked for."""
    sync(database, Scripted([hub_model(1), hub_model(2)], tells_changes=False))
    source = Scripted([hub_model(1)], tells_changes=False)
    run = sync(database, source, 1)

    assert [(None, None)] == source.asked
    assert ("full", 1) == (run.mode, run.rows_gone)
