"""An answer held against its passages: citations, numbers, and how near it is to the expected."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.citations import (
    cited_passages,
    find_citations,
    invalid_citations,
    matches_expected,
    similarity,
    unfounded_numbers,
)
from dashboard.chat.prompt import Passage

SHOES = Passage(
    number=1, document_id="a", title="TrailWalker 2", place="page 4",
    text="The TrailWalker Hiking Shoes cost $110 (12,000円). Returns within 30 days.",
)  # fmt: skip
TENT = Passage(
    number=2, document_id="b", title="Tent", place="", text="1万5千円、重さ2.5kg、割引10%"
)


def test_citations_are_joined_with_their_passages_in_order() -> None:
    """Repeated ones stay, and one that has no passage says so."""
    found = find_citations("A [doc2]. B [Doc 1, doc7]. C 【doc2】.", [SHOES, TENT])

    assert [(2, TENT), (1, SHOES), (7, None), (2, TENT)] == [(c.number, c.passage) for c in found]
    assert ["[doc2]", "[Doc 1, doc7]", "[Doc 1, doc7]", "【doc2】"] == [c.written for c in found]
    assert (TENT, SHOES) == cited_passages(found)
    assert ("[Doc 1, doc7]",) == invalid_citations(found)


def test_an_answer_without_citations_has_none() -> None:
    assert () == find_citations("It costs $110 [1].", [SHOES])
    assert () == cited_passages(())
    assert () == invalid_citations(())


def test_no_passage_makes_every_citation_invalid_and_named_once() -> None:
    assert ("[doc1]", "[doc0]") == invalid_citations(find_citations("[doc1] [doc0] [doc1]", []))


@pytest.mark.parametrize(
    ("answer", "unfounded"),
    [
        ("The shoes cost $110 [doc1].", []),
        ("The shoes cost $120 [doc1].", ["$120"]),
        ("靴は１２，０００円、テントは15,000円です【doc2】。", []),
        ("靴は1万3千円です[doc1]。", ["1万3千円"]),
        ("10 percent off, 2.5 kg, page 4, TrailWalker 2", []),
        ("1. It costs $110.\n2. Return it in 60 days.", ["60"]),
        ("It costs a hundred and ten [doc7].", []),
        ("", []),
    ],
)
def test_numbers_that_no_passage_holds_are_named(answer: str, unfounded: list[str]) -> None:
    """Neither the number of a citation nor that of a list is one of the answer."""
    assert unfounded == [one.written for one in unfounded_numbers(answer, [SHOES, TENT])]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The TrailWalker Hiking Shoes cost $110 [doc1].", "$110"),
        ("They cost 110 dollars.", "$110"),
        ("They cost $110.00.", "110"),
        ("They cost $1,100.", "1100"),
        ("価格は12,000円です。", "1万2千円"),
        ("価格は￥１２，０００です。", "12000円"),
        ("Made of WATER-resistant leather.", "water resistant Leather"),
        ("ｶﾞﾗｽ製です", "ガラス"),
        ("はい、できます。", "できます"),
        ("Yes, within 30 days", "within 30 days"),
        ("about 5 to 10 %", "10%"),
        ("It is [doc2] 5 kg", "5 kg"),
    ],
)
def test_an_expected_answer_is_found_however_it_is_written(answer: str, expected: str) -> None:
    assert matches_expected(answer, expected) is True


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("They cost $1100.", "$110"),
        ("They cost €110.", "$110"),
        ("They cost 110円.", "$110"),
        ("I know.", "no"),
        ("shoes for hiking", "hiking shoes"),
        ("5 kg", "50"),
        ("", "110"),
        ("30", "30 days"),
        ("10%", "10円"),
        ("See [doc110].", "110"),
    ],
)
def test_another_answer_does_not_match(answer: str, expected: str) -> None:
    """Not a part of a number or word, not another currency, not another order."""
    assert matches_expected(answer, expected) is False


@pytest.mark.parametrize("expected", ["", "  ", "?!", "[doc1]"])
def test_where_nothing_is_expected_nothing_is_matched(expected: str) -> None:
    assert matches_expected("anything", expected) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("abcd", "abcd", Fraction(1)),
        ("ABCD", "a-b c.d [doc1]", Fraction(1)),
        ("abcd", "abxy", Fraction(2 * 1, 3 + 3)),
        ("aaaa", "aa", Fraction(2 * 1, 3 + 1)),
        ("価格は高い", "価格が高い", Fraction(2 * 2, 4 + 4)),
        ("abc", "xyz", Fraction(0)),
        ("a", "a", Fraction(1)),
        ("a", "b", Fraction(0)),
        ("a", "ab", Fraction(0)),
        ("", "ab", Fraction(0)),
        ("", "?!", None),
    ],
)
def test_similarity_counts_pairs_of_letters(
    first: str, second: str, expected: Fraction | None
) -> None:
    """Counted by hand."""
    assert expected == similarity(first, second) == similarity(second, first)


def pairs_of(text: str) -> list[str]:
    kept = [one for one in text if one in "ab"]
    return [kept[at] + kept[at + 1] for at in range(len(kept) - 1)]


@given(st.text(alphabet="ab .", max_size=12), st.text(alphabet="ab .", max_size=12))
def test_similarity_agrees_with_taking_pairs_away_one_by_one(first: str, second: str) -> None:
    left, right = pairs_of(first), pairs_of(second)
    total, common = len(left) + len(right), 0
    for pair in left:
        if pair in right:
            right.remove(pair)
            common += 1

    if total:
        assert Fraction(2 * common, total) == similarity(first, second)


@given(st.text(max_size=40))
def test_a_text_matches_itself(text: str) -> None:
    assert matches_expected(text, text) in (True, None)
    assert similarity(text, text) in (Fraction(1), None)
