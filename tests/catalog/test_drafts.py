"""Questions saved under an id that cannot be guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from catalog.database import Database
from catalog.drafts import LARGEST, DraftNotFound, DraftTooLarge, load_draft, save_draft
from catalog.tables import SCENARIO
from tests.templates import NOW

LATER = datetime(2026, 12, 1, 9, tzinfo=UTC)


def _count(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(select(func.count()).select_from(SCENARIO)).scalar_one())


def test_a_question_is_saved_and_loaded(database: Database) -> None:
    """Letter for letter, also Japanese, quotes and what SQL would take for its own."""
    text = '{"title": "東京の \\"A\\"; DROP TABLE scenario; --"}'

    draft_id = save_draft(database, None, text, NOW)

    assert text == load_draft(database, draft_id)


def test_an_id_cannot_be_guessed(database: Database) -> None:
    """22 letters that carry 128 random bits, another each time for the same question."""
    ids = {save_draft(database, None, "{}", NOW) for _ in range(20)}

    assert 20 == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", draft_id) for draft_id in ids)


def test_a_given_id_is_overwritten(database: Database) -> None:
    """The link stays the same, the question is the new one; when it was made stays known."""
    draft_id = save_draft(database, None, "old", NOW)
    other_id = save_draft(database, None, "other", NOW)

    again = save_draft(database, draft_id, "new", LATER)

    assert draft_id == again
    assert "new" == load_draft(database, draft_id)
    assert "other" == load_draft(database, other_id)
    with database.read() as session:
        row = session.execute(select(SCENARIO).where(SCENARIO.c.id == draft_id)).one()
    assert (NOW, LATER) == (row.created_at, row.updated_at)


@pytest.mark.parametrize(
    "given", ["AAAAAAAAAAAAAAAAAAAAAA", "x", "../secret", "a' OR 'a'='a", "null\0byte", "\ud800"]
)
def test_an_id_that_we_did_not_give_is_not_taken(database: Database, given: str) -> None:
    """The question is saved under a new id; nobody picks the id of a link."""
    kept_id = save_draft(database, None, "kept", NOW)

    new_id = save_draft(database, given, "new", NOW)

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", new_id)
    assert "new" == load_draft(database, new_id)
    assert "kept" == load_draft(database, kept_id)
    assert 2 == _count(database)


def test_a_question_that_is_too_large_is_refused(database: Database) -> None:
    """200,000 characters are saved, one more is not, and an older question stays."""
    draft_id = save_draft(database, None, "x" * LARGEST, NOW)

    with pytest.raises(DraftTooLarge) as caught:
        save_draft(database, draft_id, "y" * (LARGEST + 1), NOW)

    assert (
        "Expected a question of at most 200,000 characters, found 200,001. Shorten its texts."
    ) == caught.value.message
    assert "x" * LARGEST == load_draft(database, draft_id)


@pytest.mark.parametrize(
    "asked",
    [
        "AAAAAAAAAAAAAAAAAAAAAA",
        "",
        "short",
        "a" * 41,
        "../../../etc/passwd",
        "' OR '1'='1' --",
        "%%%%%%%%%%%%%%%%%%%%%%",
        "______________________",
        "null\0null\0null",
        "\ud800" * 22,
        "ＡＡＡＡＡＡＡＡＡＡＡＡ",
    ],
)
def test_an_unknown_id_is_refused(database: Database, asked: str) -> None:
    """Whatever it holds, it reaches neither a file nor the text of a statement."""
    save_draft(database, None, "kept", NOW)

    with pytest.raises(DraftNotFound) as caught:
        load_draft(database, asked)

    assert (f"There is no saved question called {asked!r}. Check the link.") == caught.value.message


def test_a_line_end_behind_an_id_is_no_part_of_it(database: Database) -> None:
    """A pattern that ends in $ would let it through."""
    draft_id = save_draft(database, None, "kept", NOW)

    with pytest.raises(DraftNotFound):
        load_draft(database, f"{draft_id}\n")
