"""The score of an answer as the result file keeps it, and back."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dashboard.chat.evaluation import AnswerScore


def score_document(score: AnswerScore) -> dict[str, Any]:
    """A score as plain data; the similarity as an exact fraction."""
    return {
        "expected_match": score.expected_match,
        "cites": score.cites,
        "citations_right": score.citations_right,
        "invalid_citations": list(score.invalid_citations),
        "unfounded_numbers": list(score.unfounded_numbers),
        "similarity": None if score.similarity is None else str(score.similarity),
        "judge_model": score.judge_model,
        "judged_right": score.judged_right,
    }


def read_score(document: Mapping[str, Any]) -> AnswerScore:
    """The score that such a document tells."""
    similarity = document["similarity"]
    return AnswerScore(
        expected_match=document["expected_match"],
        cites=document["cites"],
        citations_right=document["citations_right"],
        invalid_citations=tuple(document["invalid_citations"]),
        unfounded_numbers=tuple(document["unfounded_numbers"]),
        similarity=None if similarity is None else Fraction(similarity),
        judge_model=document.get("judge_model"),
        judged_right=document.get("judged_right"),
    )


def no_answer(expected: str) -> AnswerScore:
    """The score of a failure where it has to count as one: not right if something was expected."""
    return AnswerScore(
        expected_match=False if expected else None,
        cites=False,
        citations_right=None,
        invalid_citations=(),
        unfounded_numbers=(),
        similarity=None,
    )
