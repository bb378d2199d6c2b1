"""Decisions in the database: versions in a chain, notes, removals, holders, the list."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text, update

from catalog import migrations
from catalog.database import Database, open_database
from catalog.decision_seal import SECTIONS, SealedVersion, Unsealed, canonical, seal, touched
from catalog.decisions import (
    DecisionFilter,
    Note,
    Secret,
    add_holder,
    add_note,
    find_decision,
    find_version,
    is_held,
    key_secret,
    notes_of,
    page_decisions,
    remove_decision,
    save_decision,
    save_version,
    versions_of,
)
from catalog.drafts import save_draft
from catalog.errors import CursorInvalid, DecisionNotFound, DecisionRemoved, QueryInvalid
from catalog.paging import make_spot
from catalog.settings import load_settings
from catalog.tables import DECISION_VERSION

AT = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)


def unsealed(title: str = "Hosts or tokens", owner: str = "Aoi", at: datetime = AT) -> Unsealed:
    """Something small to seal."""
    return Unsealed(
        title=title,
        owner=owner,
        sealed_at=at,
        engine="1.0",
        method="1",
        scenario={"b": "2", "a": ["東京"]},
        facts={"prices": []},
        answer={"cheapest": "Tokens"},
        evidence=[],
    )


def test_a_version_comes_back_as_it_was_sealed(database: Database) -> None:
    """Every field, the microsecond too, and nothing of it is touched."""
    saved = save_decision(database, unsealed(), [])
    with database.read() as session:
        found = find_version(session, saved.decision_id)
    assert found == saved
    assert touched(found, None) == ()
    assert found.scenario == '{"a":["東京"],"b":"2"}'


def test_a_further_version_is_a_row_of_its_own_sealed_onto_the_one_before(
    database: Database,
) -> None:
    """The first stays as it was; the second holds the seal of the first."""
    first = save_decision(database, unsealed(), [])
    second = save_version(database, first.decision_id, unsealed("New load"))
    with database.read() as session:
        assert versions_of(session, first.decision_id) == [first, second]
        assert find_decision(session, first.decision_id).versions == 2
        assert find_version(session, first.decision_id, 1) == first
    assert second.previous_sha256 == first.sha256
    assert touched(second, first) == ()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_was_touched_in_the_database_is_named(
    database: Database, section: str
) -> None:
    """A byte of one column is enough."""
    saved = save_decision(database, unsealed(), [])
    with database.write() as session:
        session.execute(update(DECISION_VERSION).values({section: canonical({"cheapest": "x"})}))
    with database.read() as session:
        assert touched(find_version(session, saved.decision_id), None) == (section,)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("title", "Another", "head"),
        ("owner", "Ben", "head"),
        ("sealed_at", AT + timedelta(microseconds=1), "head"),
        ("method", "2", "head"),
        ("engine", "9", "head"),
        ("sha256", "0" * 64, "head"),
        ("section_hashes", "{}", "section_hashes"),
        ("section_hashes", "no JSON", "section_hashes"),
        ("section_hashes", "[]", "section_hashes"),
    ],
)
def test_a_head_that_was_touched_is_named(
    database: Database, column: str, value: object, named: str
) -> None:
    """What is not a section counts too."""
    saved = save_decision(database, unsealed(), [])
    with database.write() as session:
        session.execute(update(DECISION_VERSION).values({column: value}))
    with database.read() as session:
        assert touched(find_version(session, saved.decision_id), None) == (named,)


def test_a_version_before_that_was_changed_and_sealed_anew_breaks_the_chain() -> None:
    """Who rewrites one version with a good seal of its own is told by the next."""
    first = seal(unsealed(), "d", 1, None)
    second = seal(unsealed("New"), "d", 2, first.sha256)
    other = seal(unsealed(owner="Somebody"), "d", 1, None)
    assert touched(second, other) == ("previous_version",)
    assert touched(second, None) == ("previous_version",)
    assert touched(replace(second, answer="{}"), other) == ("answer", "previous_version")


def test_versions_saved_at_once_get_numbers_one_after_the_other(database: Database) -> None:
    """Eight writers, nine versions, one chain, none lost."""
    first = save_decision(database, unsealed(), [])

    def save(number: int) -> SealedVersion:
        return save_version(database, first.decision_id, unsealed(f"By {number}"))

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    with database.read() as session:
        versions = versions_of(session, first.decision_id)
    assert [one.number for one in versions] == list(range(1, 10))
    assert {one.title for one in saved} == {one.title for one in versions[1:]}
    for before, after in pairwise(versions):
        assert touched(after, before) == ()


def test_decisions_saved_at_once_are_all_there(database: Database) -> None:
    """Each under an id of its own."""
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda _: save_decision(database, unsealed(), []), range(16)))
    with database.read() as session:
        page = page_decisions(session, DecisionFilter(), 50)
    assert {one.id for one in page.items} == {one.decision_id for one in saved}
    assert page.total == 16


def test_notes_are_kept_in_order_and_say_what_they_are_about(database: Database) -> None:
    """A comment has no field; evidence has one, and may have an address."""
    saved = save_decision(database, unsealed(), [])
    comment = Note(
        decision_id=saved.decision_id, version=1, author="Ben", text="見ました", written_at=AT
    )
    evidence = replace(
        comment, field="workload.requests_per_hour", text="Logs", url="https://example.com/x"
    )
    assert add_note(database, comment).number == 1
    assert add_note(database, evidence).number == 2
    with database.read() as session:
        assert notes_of(session, saved.decision_id) == [
            replace(comment, number=1),
            replace(evidence, number=2),
        ]
        assert notes_of(session, "unknown-id") == []


def test_a_removed_decision_can_be_put_back_and_nothing_of_it_is_lost(database: Database) -> None:
    """It leaves the list; its rows stay; removing it twice is removing it once."""
    saved = save_decision(database, unsealed(), [])
    remove_decision(database, saved.decision_id, AT, removed=True)
    remove_decision(database, saved.decision_id, AT, removed=True)
    with database.read() as session:
        assert page_decisions(session, DecisionFilter()).total == 0
        assert page_decisions(session, DecisionFilter(removed=True)).total == 1
        with pytest.raises(DecisionRemoved, match="was taken off the list"):
            find_decision(session, saved.decision_id)
        assert find_version(session, saved.decision_id, removed_too=True) == saved
    remove_decision(database, saved.decision_id, AT, removed=False)
    with database.read() as session:
        assert find_version(session, saved.decision_id) == saved


def test_who_holds_a_decision_is_known_by_hashes_only(database: Database) -> None:
    """The secret itself is in no row."""
    key = key_secret("a long key")
    saved = save_decision(database, unsealed(), [key])
    other = Secret(kind="session", sha256="b" * 64)
    with database.read() as session:
        assert is_held(session, saved.decision_id, [key.sha256])
        assert not is_held(session, saved.decision_id, [other.sha256])
        assert not is_held(session, saved.decision_id, [])
        rows = str(session.execute(text("SELECT * FROM decision_holder")).all())
    assert "a long key" not in rows
    add_holder(database, saved.decision_id, other)
    add_holder(database, saved.decision_id, other)
    with database.read() as session:
        assert is_held(session, saved.decision_id, [other.sha256])


def test_the_list_is_newest_first_page_by_page_with_filters(database: Database) -> None:
    """No decision twice, none left out; words in any case; an owner exactly."""
    for number in range(5):
        at = AT + timedelta(minutes=number)
        save_decision(database, unsealed(f"Bot {number} 100%", f"Team {number % 2}", at), [])
    with database.read() as session:
        first = page_decisions(session, DecisionFilter(), 2)
        second = page_decisions(session, DecisionFilter(), 2, first.next)
        third = page_decisions(session, DecisionFilter(), 2, second.next)
        titles = [one.newest.title for page in (first, second, third) for one in page.items]
        assert titles == [f"Bot {number} 100%" for number in (4, 3, 2, 1, 0)]
        assert (first.total, third.next) == (5, None)
        assert page_decisions(session, DecisionFilter(owner="Team 1")).total == 2
        assert page_decisions(session, DecisionFilter(q="bOT 100%")).total == 5
        assert page_decisions(session, DecisionFilter(q="100_")).total == 0
        assert page_decisions(session, DecisionFilter(q="team 7")).total == 0


def test_the_list_tells_the_title_of_the_newest_version(database: Database) -> None:
    """A title is found by what it is now."""
    saved = save_decision(database, unsealed("Old"), [])
    save_version(database, saved.decision_id, unsealed("New"))
    with database.read() as session:
        assert page_decisions(session, DecisionFilter(q="new")).total == 1
        assert page_decisions(session, DecisionFilter(q="old")).total == 0


@pytest.mark.parametrize(
    "after",
    [
        "no cursor",
        make_spot("decision", ["not a moment", "x"]),
        make_spot("decision", ["2026-11-24T09:30:00", "x"]),
        make_spot("decision", ["x"]),
    ],
)
def test_a_cursor_of_another_list_is_refused(database: Database, after: str) -> None:
    """It says what was expected."""
    with database.read() as session, pytest.raises(CursorInvalid, match="'next' value of a page"):
        page_decisions(session, DecisionFilter(), 2, after)


def test_a_page_of_no_rows_is_refused(database: Database) -> None:
    """As of every list."""
    with database.read() as session, pytest.raises(QueryInvalid, match="from 1 to 500, found 0"):
        page_decisions(session, DecisionFilter(), 0)


@pytest.mark.parametrize("wrong", ["", "unknown-id-unknown", "../../etc", "a\x00b", "\ud800"])
def test_an_unknown_id_is_refused_by_name(database: Database, wrong: str) -> None:
    """Whatever was typed, one sentence."""
    with database.read() as session:
        for find in (find_decision, find_version):
            with pytest.raises(DecisionNotFound, match="Expected the id of a decision, found"):
                find(session, wrong)
    with pytest.raises(DecisionNotFound):
        save_version(database, wrong, unsealed())
    with pytest.raises(DecisionNotFound):
        remove_decision(database, wrong, AT, removed=True)


@pytest.mark.parametrize("number", [0, -1, 2, 10**6])
def test_a_version_that_is_not_there_is_refused_with_those_that_are(
    database: Database, number: int
) -> None:
    """The message tells the range."""
    saved = save_decision(database, unsealed(), [])
    with database.read() as session:
        message = f"Expected a version from 1 to 1, found {number}"
        with pytest.raises(DecisionNotFound, match=message):
            find_version(session, saved.decision_id, number)


def test_a_database_of_the_revision_before_is_brought_up_to_date_with_its_data(
    tmp_path: Path,
) -> None:
    """A saved question of revision 0007 is there afterwards, and a backup without the new
    tables."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    opened = open_database(settings, AT)
    draft = save_draft(opened, None, '{"title": "kept"}', AT)
    opened.close()
    file = tmp_path / "modelcost.db"
    with sqlite3.connect(file) as connection:
        for table in ("holder", "removal", "note", "version"):
            connection.execute(f"DROP TABLE decision_{table}")
        connection.execute("DROP TABLE decision")
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
    connection.close()
    again = open_database(settings, AT)
    assert (again.upgrade.before, again.upgrade.after) == ("0007", migrations.HEAD)
    assert again.upgrade.backup is not None
    assert again.upgrade.backup.exists()
    saved = save_decision(again, unsealed(), [])
    with again.read() as session:
        kept = session.execute(text("SELECT document FROM scenario")).scalar_one()
        assert find_version(session, saved.decision_id) == saved
    again.close()
    assert (draft != "", kept) == (True, '{"title": "kept"}')
    with sqlite3.connect(again.upgrade.backup) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "decision" not in names
