"""The answer is the true lower envelope: thousands of scenarios against the brute computation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import CrossingKind, Interval, break_even
from tests.bench.exact import run
from tests.costing import agreement
from tests.costing.agreement import disagreements
from tests.costing.formulas import evaluate
from tests.costing.questions import article, question_of
from tests.costing.scenarios import PlainCapacity, random_scenario


@given(st.randoms(use_true_random=False))
@settings(max_examples=2_000, suppress_health_check=list(HealthCheck))
@pytest.mark.exhaustive
def test_no_load_of_a_random_scenario_has_a_cheaper_option_than_the_answer_says(
    random: Random,
) -> None:
    """Intervals, crossings, steps, ties, paper crossings, estimates, line items and formulas."""
    assert [] == disagreements(random_scenario(random))


def test_two_hundred_scenarios_of_one_seed_agree_and_progress_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The run that the benchmark makes, 500 times as long there."""
    assert 0 == run(200, seed=20240317)

    output = capsys.readouterr()
    assert "" == output.out
    assert "200 of 200 scenarios, 0 disagree" in output.err


def test_the_random_scenarios_hold_ties_steps_and_ends_often_enough_to_prove_something() -> None:
    """A generator without the hard cases would pass with a wrong solver."""
    random, seen = Random(7), Counter[str]()
    for _ in range(400):
        answer = break_even(question_of(random_scenario(random)))
        kinds = {crossing.kind for crossing in answer.crossings}
        seen["equal crossing"] += CrossingKind.EQUAL in kinds
        seen["step crossing"] += CrossingKind.STEP in kinds
        seen["tie"] += any(interval.tied_with for interval in answer.intervals)
        seen["three crossings"] += len(answer.crossings) >= 3
        seen["no end proven"] += answer.truncated
        seen["quota end"] += any(one.cheapest is None for one in answer.intervals)
        seen["unknown"] += answer.state == "unknown"
        seen["touching step"] += any(
            crossing.kind is CrossingKind.EQUAL and "serving_instances" in crossing.inputs
            for crossing in answer.crossings
        )

    expected_at_least = {
        "equal crossing": 100, "step crossing": 60, "tie": 40, "three crossings": 15,
        "no end proven": 10, "quota end": 5, "unknown": 40, "touching step": 1,
    }  # fmt: skip
    assert {} == {
        name: seen[name] for name, least in expected_at_least.items() if seen[name] < least
    }


def test_the_comparison_finds_a_wrong_winner_a_moved_end_and_a_wrong_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A comparison that can find nothing would agree with everything."""
    scenario = article(PlainCapacity())
    right = break_even(question_of(scenario))
    first, last = right.intervals
    swapped = (replace(first, cheapest=last.cheapest), replace(last, cheapest=first.cheapest))
    moved = _with_end(first, last, Fraction(12_831))
    dearer = replace(right.crossings[0], cost_per_hour=Decimal(18))
    wrong = [
        replace(right, intervals=swapped),
        replace(right, intervals=moved),
        replace(right, crossings=(dearer,)),
        replace(right, crossings=()),
        replace(right, paper_crossings=()),
    ]

    found = []
    for answer in wrong:
        monkeypatch.setattr(agreement, "break_even", lambda _, answer=answer: answer)
        found.append(bool(disagreements(scenario)))

    assert [True] * len(wrong) == found


@pytest.mark.parametrize("formula", ["__import__('os')", "a ** 2", "a.b", "min(a, 1)", "1.5"])
def test_a_formula_holds_nothing_but_plain_arithmetic(formula: str) -> None:
    """What is evaluated in tests could be shown to a person as it is."""
    with pytest.raises(ValueError, match="no arithmetic"):
        evaluate(formula, {"a": Decimal(1)})


def _with_end(first: Interval, last: Interval, end: Fraction) -> tuple[Interval, Interval]:
    load = Decimal(end.numerator)
    return (
        replace(first, to_requests_per_hour=load),
        replace(last, from_requests_per_hour=load),
    )
