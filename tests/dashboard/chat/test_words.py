"""Words of passages and questions, in English and Japanese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.words import asked_words, indexed_words, match_expression


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How much do the shoes cost?", "how much do the shoes cost"),
        ("登山靴の価格", "登山 山靴 靴の の価 価格"),
        ("ABCテントは2人用", "abc テン ント トは 2 人用"),
        ("ﾃﾝﾄ", "テン ント"),
        ("¥16,500 and $1,234,567", "16500 and 1234567"),
        ("1,2,3", "1 2 3"),
        ("靴", "靴"),
        ("snake_case can't", "snake case can t"),
        ("???", ""),
    ],
)
def test_text_becomes_words_and_pairs_of_letters(text: str, words: str) -> None:
    assert words == indexed_words(text)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much do the shoes cost?", ("much", "shoes", "cost")),
        ("What is it?", ("what", "is", "it")),
        ("寝袋はいくらですか", ("寝袋", "袋は")),
        ("いくらですか", ("いく", "くら", "らで", "です", "すか")),
        ("tent tent Tent", ("tent",)),
        ("", ()),
    ],
)
def test_a_question_is_asked_by_the_words_that_decide(
    question: str, words: tuple[str, ...]
) -> None:
    assert words == asked_words(question)


@given(st.text())
def test_no_question_can_act_as_an_operator(question: str) -> None:
    """Between its quotes a word holds no quote and no white space."""
    words = asked_words(question)

    assert all(word and '"' not in word and not any(map(str.isspace, word)) for word in words)
    assert match_expression(words).count('"') == 2 * len(words)
