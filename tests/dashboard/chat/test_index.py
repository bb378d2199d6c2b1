"""The index of a data source."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.chat.index import Document, PassageIndex
from dashboard.chat.passages import Passage


@pytest.fixture
def index(tmp_path: Path) -> PassageIndex:
    return PassageIndex(tmp_path / "index.sqlite")


def passages(*texts: str) -> tuple[Passage, ...]:
    return tuple(
        Passage(number=number, text=text, places=(f"page:{number}",))
        for number, text in enumerate(texts, start=1)
    )


def found(index: PassageIndex, question: str) -> list[str]:
    return [hit.passage.text for hit in index.search(question, 10)]


def test_a_passage_is_found_by_a_word_in_another_form(index: PassageIndex) -> None:
    index.add("Boots", "txt", passages("A hiking shoe for wet days", "Nothing of that kind"))

    assert found(index, "Which shoes are for hikers and hikes?") == ["A hiking shoe for wet days"]


def test_a_japanese_passage_is_found_by_words_of_two_letters(index: PassageIndex) -> None:
    index.add("カタログ", "txt", passages("この登山靴の価格は16,500円です。", "寝袋は暖かい。"))

    assert found(index, "登山靴の価格を教えて") == ["この登山靴の価格は16,500円です。"]
    assert found(index, "16500円の品") == ["この登山靴の価格は16,500円です。"]


def test_the_title_counts_as_words_of_each_passage(index: PassageIndex) -> None:
    index.add("TrailWalker Hiking Shoes", "md", passages("Price: $110", "Care: a brush"))
    index.add("CloudRest Tent", "md", passages("Price: $250", "Care: a sponge"))

    assert found(index, "price of the TrailWalker")[0] == "Price: $110"
    assert found(index, "care CloudRest")[0] == "Care: a sponge"


@pytest.mark.parametrize(
    "question",
    ['"', "shoe'", "shoe - NOT (", "shoe*", "words:shoe", "NEAR(shoe tent)", "shoe AND", "^shoe"],
)
def test_what_a_person_types_never_acts_as_an_operator(index: PassageIndex, question: str) -> None:
    index.add("Boots", "txt", passages("a shoe"))

    assert found(index, question) == ([] if question == '"' else ["a shoe"])


def test_words_of_nearly_every_passage_are_left_out_of_a_large_index(
    index: PassageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rare word decides, and a question of common words alone is answered all the same."""
    monkeypatch.setattr("dashboard.chat.index_search.MOST_SCORED", 50)
    index.add("Many", "txt", passages(*(f"tent red page{n}" for n in range(100)), "tent canary"))

    assert found(index, "canaries and red tents")[0] == "tent canary"
    assert len(found(index, "red tent")) == 10


def test_letters_that_are_no_word_to_the_index_find_nothing(index: PassageIndex) -> None:
    index.add("Boots", "txt", passages("a shoe"))

    assert found(index, "\u0300 \u20dd \u0e31") == []


def test_a_document_that_is_removed_leaves_no_word_in_the_files(
    index: PassageIndex, tmp_path: Path
) -> None:
    kept = index.add("Kept", "txt", passages("something else"))
    gone = index.add("Canarytitle", "txt", passages(*(f"canaryword {n}" for n in range(500))))
    assert found(index, "canaryword 7")[0] == "canaryword 7"

    assert index.remove(gone)
    assert not index.remove(gone)

    assert found(index, "canaryword canarytitle") == []
    assert index.documents() == (Document(id=kept, title="Kept", kind="txt", passages=1),)
    for file in tmp_path.iterdir():
        content = file.read_bytes().lower()
        assert b"canaryword" not in content
        assert b"canarytitle" not in content


def test_a_document_is_added_whole_or_not_at_all(index: PassageIndex) -> None:
    broken = (*passages("first"), Passage(number=None, text="second"))  # type: ignore[arg-type]

    with pytest.raises(sqlite3.IntegrityError):
        index.add("Broken", "txt", broken)

    assert index.documents() == ()
    assert found(index, "first") == []


def test_an_id_is_never_used_twice(index: PassageIndex) -> None:
    """A citation kept in a chat must not lead to another document later."""
    first = index.add("A", "txt", passages("a"))
    index.remove(first)

    assert index.add("B", "txt", passages("b")) > first


def test_a_citation_leads_to_its_passage(index: PassageIndex) -> None:
    index.add("Boots", "txt", passages("first", "second"))
    [hit] = index.search("second", 1)

    again = index.passage(hit.passage_id)

    assert again is not None
    assert (again.title, again.passage) == ("Boots", hit.passage)
    assert again.passage.places == ("page:2",)
    assert index.passage(hit.passage_id + 99) is None


def test_many_threads_add_and_search_at_once(index: PassageIndex) -> None:
    def add_and_search(number: int) -> bool:
        index.add(f"Document {number}", "txt", passages(f"shared word{number}"))
        return f"shared word{number}" in found(index, f"word{number}")

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add_and_search, range(40)))

    assert len(index.documents()) == 40


def test_the_index_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    PassageIndex(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")

    with pytest.raises(ValueError, match="expected a file of layout 1, found 9"):
        PassageIndex(path)
