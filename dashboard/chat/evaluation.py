"""How good answers are, told without a model: the score of one answer, and the summary of a set.

A question that was asked several times counts once, by the mean of its answers: repeats of one
question say little about the next one, and counting them would make every interval too narrow.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from costing.units import SIGNIFICANT_DIGITS, to_decimal
from dashboard.chat.citations import (
    cited_passages,
    find_citations,
    invalid_citations,
    matches_expected,
    similarity,
    unfounded_numbers,
)
from dashboard.chat.prompt import Passage
from dashboard.chat.student_t import Interval, half_width_of_mean, wilson

PRECISE: Final = Context(prec=SIGNIFICANT_DIGITS)


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerScore:
    """One answer, judged by rules. Unknown is None.

    Attributes:
        expected_match: the expected answer stands in it; None where none was given.
        cites: at least one passage that exists is cited.
        citations_right: none that does not exist is cited, and one is where one must be; None where
            none is cited and none must be.
        invalid_citations: citations of passages that do not exist, as written.
        unfounded_numbers: numbers of the answer that stand in no passage, as written.
        similarity: to the expected answer, 0 to 1; tells wording, not truth, so it decides nothing.
        judge_model, judged_right: of a model that judged as well; None where none did.
    """

    expected_match: bool | None
    cites: bool
    citations_right: bool | None
    invalid_citations: tuple[str, ...]
    unfounded_numbers: tuple[str, ...]
    similarity: Fraction | None
    judge_model: str | None = None
    judged_right: bool | None = None

    @property
    def founded(self) -> bool:
        """Every number stands in a passage."""
        return not self.unfounded_numbers

    @property
    def right(self) -> bool | None:
        """The expected answer, rightly cited, with no number of its own. None where no answer was
        expected: nobody said what is right. No model takes part in this."""
        if self.expected_match is None:
            return None
        return self.expected_match and self.citations_right is not False and self.founded


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredAnswer:
    """An answer of a set. Tokens are None where the server did not count them."""

    question: str
    score: AnswerScore
    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share of questions.

    Attributes:
        questions: those of which it is known; a question asked several times counts once.
        right: how many of them; a fraction where repeats of a question differ.
        share, interval: right / questions, and its Wilson interval of 90 %; None without questions.
    """

    questions: int
    right: Fraction
    share: Fraction | None
    interval: Interval | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanTokens:
    """Mean tokens a question, and how sure that mean is.

    Attributes:
        questions: those with a count.
        mean: None where nothing was counted.
        half_width: t(0.95, n - 1) s / sqrt(n): half of the 90 % interval of the mean by Student;
            None for fewer than two questions.
        spread: half_width / mean, as in "from 12 questions, +-18 %"; None where one of them is, or
            where the mean is 0.
        uncounted: answers that are left out, because the server did not count their tokens.
    """

    questions: int
    mean: Fraction | None
    half_width: Decimal | None
    spread: Decimal | None
    uncounted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSummary:
    """All answers to a set of questions. Each share is over the questions of which it is known."""

    questions: int
    answers: int
    right: Share
    expected_match: Share
    citations_right: Share
    founded: Share
    mean_similarity: Fraction | None
    input_tokens: MeanTokens
    output_tokens: MeanTokens
    judged_right: Share


def score_answer(
    answer: str, passages: Sequence[Passage], *, expected: str = "", must_cite: bool = False
) -> AnswerScore:
    """Judge one answer. expected: what it must say; empty where nobody said."""
    citations = find_citations(answer, passages)
    cites = bool(cited_passages(citations))
    invalid = invalid_citations(citations)
    return AnswerScore(
        expected_match=matches_expected(answer, expected),
        cites=cites,
        citations_right=(cites and not invalid) if citations or must_cite else None,
        invalid_citations=invalid,
        unfounded_numbers=tuple(one.written for one in unfounded_numbers(answer, passages)),
        similarity=similarity(answer, expected) if expected else None,
    )


def summarize(answers: Sequence[ScoredAnswer]) -> SetSummary:
    """What a set of answers says together; without any, everything is unknown."""
    similarities = _by_question(answers, lambda one: one.score.similarity)
    return SetSummary(
        questions=len({one.question for one in answers}),
        answers=len(answers),
        right=_share(answers, lambda score: score.right),
        expected_match=_share(answers, lambda score: score.expected_match),
        citations_right=_share(answers, lambda score: score.citations_right),
        founded=_share(answers, lambda score: score.founded),
        mean_similarity=_mean(similarities),
        input_tokens=_mean_tokens(answers, lambda one: one.input_tokens),
        output_tokens=_mean_tokens(answers, lambda one: one.output_tokens),
        judged_right=_share(answers, lambda score: score.judged_right),
    )


def _share(answers: Iterable[ScoredAnswer], judged: Callable[[AnswerScore], bool | None]) -> Share:
    each = _by_question(answers, lambda one: judged(one.score))
    right = sum(each, Fraction(0))
    return Share(
        questions=len(each),
        right=right,
        share=_mean(each),
        interval=wilson(right, len(each)) if each else None,
    )


def _mean_tokens(
    answers: Sequence[ScoredAnswer], tokens: Callable[[ScoredAnswer], int | None]
) -> MeanTokens:
    each = _by_question(answers, tokens)
    mean, half_width = _mean(each), half_width_of_mean(each)
    spread = None
    if mean and half_width is not None:
        spread = PRECISE.divide(half_width, to_decimal(mean))
    return MeanTokens(
        questions=len(each),
        mean=mean,
        half_width=half_width,
        spread=spread,
        uncounted=sum(tokens(one) is None for one in answers),
    )


def _by_question(
    answers: Iterable[ScoredAnswer], value: Callable[[ScoredAnswer], Fraction | int | None]
) -> tuple[Fraction, ...]:
    """The mean of the known values of each question; one without any is left out."""
    known: dict[str, list[Fraction]] = {}
    for one in answers:
        found = value(one)
        if found is not None:
            known.setdefault(one.question, []).append(Fraction(found))
    return tuple(sum(values, Fraction(0)) / len(values) for values in known.values())


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
