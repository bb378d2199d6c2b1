"""Summaries of answers that are given: shares, times, costs, and what a failure counts for."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.chat.batch.answer_table import COLUMNS, answer_table
from dashboard.chat.batch.kept import Kept, State
from dashboard.chat.batch.plan import Job, Plan
from dashboard.chat.batch.results import (
    Summary,
    below,
    failed_throughout,
    percentile,
    summaries,
)
from dashboard.exports.harmless_cells import defused
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import NOON, endpoint_at
from tests.dashboard.chat.batch.plans import TOP, plan_of

HALF, MOST = Fraction(1, 2), Fraction(95, 100)


def job(question: int, repeat: int = 1, endpoint: str = "near") -> Job:
    """One of the jobs of the plan."""
    return Job(question=question, endpoint=endpoint, setting=TOP, repeat=repeat)


def came(one: Job, *, right: bool = True, cost: str | None = "0.01", **facts: Any) -> Kept:
    """An answer. Facts as the result file keeps them."""
    usage = {"input_tokens": 100, "output_tokens": 10, "cached_input_tokens": 0}
    score = {
        "expected_match": right, "cites": True, "citations_right": True, "invalid_citations": [],
        "unfounded_numbers": [], "similarity": "1/3",
    }  # fmt: skip
    kept = {
        "usage": usage, "score": score, "by_token": None, "passages": ["Kettle"], "reason": "stop",
        "provider_model": "m", "ttft_seconds": 0.5, "total_seconds": 2.0,
        "output_tokens_per_second": 20.0,
    }  # fmt: skip
    return Kept(
        job=one,
        state=State.ANSWERED,
        text="It costs $20.",
        facts=kept | facts,
        cost=None if cost is None else Decimal(cost),
        asked_at=NOON,
    )


def failed(one: Job, cost: str | None = None) -> Kept:
    """A failure."""
    facts: dict[str, Any] = {
        "usage": None, "by_token": None, "passages": [], "error": "busy",
        "error_facts": {"endpoint": "=near", "model": "tiny"},
    }  # fmt: skip
    return Kept(
        job=one,
        state=State.FAILED,
        text="",
        facts=facts,
        cost=None if cost is None else Decimal(cost),
        asked_at=NOON,
    )


def planned(folder: Path, count: int = 4) -> Plan:
    """Questions for one endpoint."""
    return plan_of(folder, [endpoint_at("http://127.0.0.1:9/v1")], count, repeats=2)


def summary(folder: Path, kept: Sequence[Kept]) -> Summary:
    """The only summary of these answers."""
    [found] = summaries(planned(folder), kept)
    return found


def test_a_failure_is_in_the_error_rate_and_in_no_share_of_answers(tmp_path: Path) -> None:
    """Only what a gate is held against counts it as not right."""
    found = summary(tmp_path, [came(job(0)), failed(job(1)), failed(job(2)), came(job(3))])

    assert (4, 2, Fraction(1, 2), {"busy": 2}) == (
        found.asked, found.answered, found.error_rate, found.failed,
    )  # fmt: skip
    assert (2, Fraction(1)) == (found.scores.right.questions, found.scores.right.share)
    assert (4, Fraction(1, 2)) == (found.right_of_asked.questions, found.right_of_asked.share)


def test_repeats_of_a_question_count_once(tmp_path: Path) -> None:
    """By the mean of its answers, so that repeats make no interval narrower."""
    found = summary(tmp_path, [came(job(0)), came(job(0, 2), right=False), came(job(1))])

    assert (2, Fraction(3, 4)) == (found.scores.right.questions, found.scores.right.share)


def test_a_right_answer_carries_the_cost_of_all_wrong_ones(tmp_path: Path) -> None:
    """Failures that were billed included."""
    found = summary(
        tmp_path, [came(job(0)), came(job(1), right=False, cost="0.02"), failed(job(2), "0.03")]
    )

    assert (2, 0) == (found.costs.known, found.costs.unknown)
    assert (Decimal("0.015"), Decimal("0.06")) == (
        found.costs.an_answer, found.costs.a_right_answer,
    )  # fmt: skip


def test_an_unknown_cost_leaves_the_cost_of_a_right_answer_unknown(tmp_path: Path) -> None:
    """The mean of those that are known stands, with how many are not."""
    found = summary(tmp_path, [came(job(0)), came(job(1), cost=None)])

    assert (1, 1, Decimal("0.01"), None) == (
        found.costs.known, found.costs.unknown, found.costs.an_answer, found.costs.a_right_answer,
    )  # fmt: skip


def test_without_a_right_answer_none_has_a_cost(tmp_path: Path) -> None:
    """Never 0, and never without end."""
    found = summary(tmp_path, [came(job(0), right=False)])

    assert found.costs.a_right_answer is None


def test_times_are_told_apart_by_what_was_cached(tmp_path: Path) -> None:
    """Cold: none of the prompt; warm: some; untold: the server does not say, or counts nothing."""

    def usage(cached: int | None) -> dict[str, Any]:
        return {"input_tokens": 100, "output_tokens": 10, "cached_input_tokens": cached}

    found = summary(
        tmp_path,
        [
            came(job(0), ttft_seconds=3.0, usage=usage(0)),
            came(job(1), ttft_seconds=1.0, usage=usage(90)),
            came(job(2), ttft_seconds=2.0, usage=usage(None)),
            came(job(3), ttft_seconds=2.5, usage=None),
        ],
    )

    times = [(one.answers, one.p50, one.p95) for one in (found.cold, found.warm, found.untold)]
    assert [(1, 3.0, 3.0), (1, 1.0, 1.0), (2, 2.0, 2.5)] == times
    assert Fraction(90, 200) == found.cached_share
    assert 1 == found.scores.input_tokens.uncounted


def test_of_nothing_everything_is_unknown(tmp_path: Path) -> None:
    found = summary(tmp_path, [])

    assert (None, None, None) == (
        found.error_rate, found.right_of_asked.share, found.costs.an_answer,
    )  # fmt: skip
    assert [found] == list(below([found], Decimal("0.1")))
    assert () == failed_throughout([found])


def test_an_endpoint_that_only_fails_is_named(tmp_path: Path) -> None:
    found = summary(tmp_path, [failed(job(0)), failed(job(1))])

    assert ("near",) == failed_throughout([found])
    assert (Fraction(1), Fraction(0)) == (found.error_rate, found.right_of_asked.share)


def test_a_threshold_that_is_reached_exactly_is_reached(tmp_path: Path) -> None:
    found = summary(tmp_path, [came(job(0)), came(job(1)), came(job(2)), failed(job(3))])

    assert () == below([found], Decimal("0.75"))
    assert (found,) == below([found], Decimal("0.7500001"))


@given(some.lists(some.integers(0, 1000), min_size=1), some.fractions(0, 1))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[int], share: Fraction
) -> None:
    """By its definition: counted, not by rank."""
    found = percentile([float(value) for value in values], share)

    def at_most(limit: float) -> Fraction:
        return Fraction(sum(value <= limit for value in values), len(values))

    enough = [value for value in values if at_most(value) >= share]
    assert float(min(enough)) == found


def test_the_table_has_a_row_an_answer_with_harmless_cells(tmp_path: Path) -> None:
    """Text in the languages of the texts; what is not known is empty, not 0."""
    plan = planned(tmp_path)
    hostile = came(job(0), provider_model="@SUM(1)", passages=["=1+1", "b"], usage=None, cost=None)
    text = answer_table(plan, [hostile, failed(job(1))], load_texts("en"))

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(COLUMNS) == list(rows[0])
    assert ("'@SUM(1)", "'=1+1\nb", "", "", "true") == tuple(
        rows[0][name]
        for name in ("provider_model", "passages", "input_tokens", "cost_usd", "right")
    )
    assert ("failed", "", "'=near takes no more questions now (status 429). It does not say for "
            "how long; wait a minute and ask again.") == tuple(
        rows[1][name] for name in ("state", "right", "failure")
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1", "＋1", "＠x"]
)
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert f"'{text}" == defused(text)


@pytest.mark.parametrize("text", ["", "1-1", "$20", "a=b", "'=1"])
def test_what_it_would_not_stays_as_it_is(text: str) -> None:
    assert text == defused(text)
