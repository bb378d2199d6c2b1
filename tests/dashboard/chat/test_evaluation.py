"""Answers judged by rules, and what a set of them says together."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.chat.evaluation import AnswerScore, ScoredAnswer, score_answer, summarize
from dashboard.chat.evaluation_words import spread_words
from dashboard.chat.prompt import Passage
from dashboard.format import Format
from dashboard.texts import load_texts

SHOES = Passage(
    number=1, document_id="a", title="Shoes", place="", text="TrailWalker Hiking Shoes: $110."
)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("The TrailWalker Hiking Shoes cost $110 [doc1].", True),
        ("The TrailWalker Hiking Shoes cost $120 [doc1].", False),
        ("The TrailWalker Hiking Shoes cost $110 [doc4].", False),
        ("The TrailWalker Hiking Shoes cost $110.", False),
        ("They cost $110, and $99 next week [doc1].", False),
        ("The documents do not say it.", False),
        ("", False),
    ],
)
def test_planted_answers_are_judged_rightly(answer: str, right: bool) -> None:
    score = score_answer(answer, [SHOES], expected="$110", must_cite=True)

    assert right is score.right
    assert (None, None) == (score.judge_model, score.judged_right)


def test_a_score_names_what_is_wrong() -> None:
    """Of the pairs of 120 and 110 none is common: 12 and 20, 11 and 10."""
    score = score_answer("It costs $120 [doc1][doc2].", [SHOES], expected="$110")

    assert (
        AnswerScore(
            expected_match=False,
            cites=True,
            citations_right=False,
            invalid_citations=("[doc2]",),
            unfounded_numbers=("$120",),
            similarity=Fraction(0),
        )
        == score
    )
    assert not score.founded


def test_what_cannot_be_known_is_none() -> None:
    """No expected answer: nobody said what is right. No citation, none asked for: no verdict."""
    score = score_answer("It costs $110.", [SHOES])

    assert (None, None, None, None) == (
        score.expected_match, score.right, score.similarity, score.citations_right,
    )  # fmt: skip
    assert (False, True) == (score.cites, score.founded)


def scored(
    question: str, *, right: bool = True, tokens: int | None = 100, expected: str = "$110"
) -> ScoredAnswer:
    answer = "It is $110 [doc1]." if right else "It is $120 [doc1]."
    score = score_answer(answer, [SHOES], expected=expected)
    return ScoredAnswer(question=question, score=score, input_tokens=tokens, output_tokens=7)


def test_a_set_tells_the_share_that_is_right_with_its_interval() -> None:
    """8 of 10; (0.8 + z^2/20 -+ z sqrt(0.016 + z^2/400)) / (1 + z^2/10) with z = 1.64485."""
    summary = summarize([scored(str(n), right=n < 8) for n in range(10)])

    assert (10, 10) == (summary.questions, summary.answers)
    assert (10, Fraction(8), Fraction(4, 5)) == (
        summary.right.questions, summary.right.right, summary.right.share,
    )  # fmt: skip
    assert summary.right.interval is not None
    assert Decimal("0.5408") == round(summary.right.interval.low, 4)
    assert Decimal("0.9314") == round(summary.right.interval.high, 4)
    assert Fraction(1) == summary.citations_right.share
    assert Fraction(4, 5) == summary.founded.share == summary.expected_match.share


def test_a_question_asked_several_times_counts_once() -> None:
    """Right in one of two answers: half of it is right, and its tokens are their mean."""
    summary = summarize(
        [scored("a", tokens=100), scored("a", right=False, tokens=300), scored("b", tokens=400)]
    )

    assert (2, 3) == (summary.questions, summary.answers)
    assert (2, Fraction(3, 2)) == (summary.right.questions, summary.right.right)
    assert (2, Fraction(300)) == (summary.input_tokens.questions, summary.input_tokens.mean)


def test_questions_without_an_expected_answer_are_not_counted_as_wrong() -> None:
    summary = summarize([scored("a"), scored("b", expected="")])

    assert (1, Fraction(1)) == (summary.right.questions, summary.right.share)
    assert 2 == summary.founded.questions


def test_tokens_are_a_mean_with_the_spread_of_a_worked_example() -> None:
    """80, 100 and 120: s = 20, so 2.9200 x 20 / sqrt(3) = 33.72, a third of the mean."""
    summary = summarize([scored(str(tokens), tokens=tokens) for tokens in (80, 100, 120)])

    found = summary.input_tokens
    assert (3, Fraction(100), 0) == (found.questions, found.mean, found.uncounted)
    assert found.half_width is not None
    assert found.spread is not None
    assert Decimal("33.717") == round(found.half_width, 3)
    assert Decimal("0.33717") == round(found.spread, 5)
    assert (Fraction(7), Decimal(0)) == (summary.output_tokens.mean, summary.output_tokens.spread)


def test_answers_that_were_not_counted_are_left_out_and_told() -> None:
    found = summarize([scored("a", tokens=None), scored("b", tokens=50)]).input_tokens

    assert (1, Fraction(50), None, None, 1) == (
        found.questions, found.mean, found.half_width, found.spread, found.uncounted,
    )  # fmt: skip


def test_a_mean_of_zero_has_no_relative_spread() -> None:
    found = summarize([scored("a", tokens=0), scored("b", tokens=0)]).input_tokens

    assert (Fraction(0), Decimal(0), None) == (found.mean, found.half_width, found.spread)


def test_without_answers_everything_is_unknown() -> None:
    summary = summarize([])

    assert (0, None, None) == (
        summary.right.questions, summary.right.share, summary.right.interval,
    )  # fmt: skip
    assert (None, None) == (summary.mean_similarity, summary.input_tokens.mean)


@pytest.mark.parametrize(
    ("language", "tokens", "words"),
    [
        ("en", (80, 100, 120), "from 3 questions, ±34 %"),
        ("ja", (80, 100, 120), "質問3件から、±34%"),
        ("en", (80,), "from 1 question, spread unknown"),
        ("en", (0, 0), "from 2 questions, spread unknown"),
        ("ja", (80,), "質問1件から、ばらつきは不明"),
        ("en", (), "not known: no answer was counted"),
    ],
)
def test_how_sure_a_mean_is_stands_in_words(
    language: str, tokens: tuple[int, ...], words: str
) -> None:
    found = summarize([scored(str(n), tokens=count) for n, count in enumerate(tokens)])

    fmt = Format(language=language, currency="USD")
    assert words == spread_words(found.input_tokens, load_texts(language), fmt)
