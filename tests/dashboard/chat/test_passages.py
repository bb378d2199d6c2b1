"""Documents cut into passages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.passages import Passage, cut


def letters(text: str) -> int:
    """A count that is easy to follow: each letter a token, white space none."""
    return sum(not letter.isspace() for letter in text)


def bare(text: str) -> str:
    return "".join(text.split())


def test_short_sections_share_a_passage_that_names_all_their_places() -> None:
    sections = [("# Tent", "heading:Tent"), ("It is dry.", "heading:Rain"), ("", "heading:None")]

    assert cut(sections, chunk_tokens=100, count_tokens=letters) == (
        Passage(number=1, text="# Tent\n\nIt is dry.", places=("heading:Tent", "heading:Rain")),
    )


def test_a_passage_ends_between_paragraphs_where_that_will_do() -> None:
    text = "one one\nstill one\n\ntwo two two\n \nthree three"

    passages = cut([(text, "page:1")], chunk_tokens=16, count_tokens=letters)

    assert [one.text for one in passages] == ["one one\nstill one", "two two two", "three three"]
    assert [one.number for one in passages] == [1, 2, 3]
    assert {one.places for one in passages} == {("page:1",)}


def test_a_long_paragraph_ends_between_sentences_in_both_languages() -> None:
    text = "It costs 1.5 times. Is that much? 防水です。軽いです!"

    passages = cut([(text, "")], chunk_tokens=17, count_tokens=letters)

    assert [one.text for one in passages] == [
        "It costs 1.5 times.",
        "Is that much?",
        "防水です。軽いです!",
    ]
    assert passages[0].places == ()


def test_a_word_without_end_is_cut_all_the_same() -> None:
    passages = cut([("x" * 1_000, "")], chunk_tokens=100, count_tokens=letters)

    assert "".join(one.text for one in passages) == "x" * 1_000
    assert max(len(one.text) for one in passages) <= 100


def test_an_empty_document_has_no_passage() -> None:
    assert cut([(" \n\n ", "page:1")], chunk_tokens=100, count_tokens=letters) == ()
    assert cut([], chunk_tokens=100, count_tokens=letters) == ()


@given(
    st.lists(
        st.tuples(st.text(alphabet="ab .。!\n\t\u3000\x85", max_size=80), st.text(max_size=3))
    ),
    st.integers(min_value=3, max_value=30),
)
def test_no_letter_is_lost_or_doubled_and_no_passage_is_too_long(
    sections: list[tuple[str, str]], chunk_tokens: int
) -> None:
    passages = cut(sections, chunk_tokens=chunk_tokens, count_tokens=letters)

    whole = "".join(bare(text) for text, _ in sections)
    assert "".join(bare(one.text) for one in passages) == whole
    assert all(1 <= letters(one.text) <= chunk_tokens for one in passages)
    assert all(one.text == one.text.strip() for one in passages)


def test_five_million_spaces_are_nothing() -> None:
    """A pattern with two open ends would take hours."""
    text = ("\n" + " " * 50_000) * 100 + "end"

    passages = cut([(text, "")], chunk_tokens=256, count_tokens=letters)

    assert [one.text for one in passages] == ["end"]
