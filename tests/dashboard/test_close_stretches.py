"""The shaded stretches where the gap is too close to call, against estimates at single loads."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import BreakEven, Call, Question, break_even, estimate
from costing.outline import MOST_POINTS
from dashboard.figures.axes import View, load_axis
from dashboard.figures.lines import CostLine, close_stretches, cost_lines
from tests.costing.questions import hosts, per_token, question, question_of, typed
from tests.costing.scenarios import random_scenario
from tests.dashboard.answers import article_answer, chart

SAMPLES = 60
OFF_THE_LATTICE = Fraction(9_973, 10_007)
"""Moves the samples off the round numbers on which most corners stand."""
NEAR = Fraction(1, 10**15)


@given(st.integers(min_value=0, max_value=2**32))
def test_a_load_is_shaded_just_where_the_second_cheapest_costs_under_a_tenth_more(
    seed: int,
) -> None:
    """Random options with steps, ties, quotas and free hosts; every cost priced by itself."""
    answer = break_even(question_of(random_scenario(Random(seed))))
    high, lines = drawing(answer)

    shaded = close_stretches(lines, high)

    wrong = [
        load
        for load in samples(high)
        if is_inside(load, shaded) != is_close(answer.question, load)
        and not touches_an_end(load, shaded)
    ]
    assert [] == wrong


@given(st.integers(min_value=0, max_value=2**32))
def test_stretches_are_in_order_and_do_not_touch(seed: int) -> None:
    """Neighbors are merged, so no hairline of white stands between them."""
    answer = break_even(question_of(random_scenario(Random(seed))))
    high, lines = drawing(answer)

    shaded = close_stretches(lines, high)

    assert all(low < top for low, top in shaded)
    assert all(one[1] < other[0] for one, other in pairwise(shaded))
    assert all(0 <= low and top <= high for low, top in shaded)


@given(st.integers(min_value=0, max_value=2**32))
def test_the_drawn_cost_and_hosts_are_those_of_the_estimate_at_every_load(seed: int) -> None:
    """What is read off a line is what the option costs there; past its quota there is no line."""
    answer = break_even(question_of(random_scenario(Random(seed))))
    high, lines = drawing(answer)
    options = {option.name: option for option in answer.question.options}

    for load in samples(high)[::6]:
        for line in lines:
            priced = estimate(answer.question, options[line.name], load)
            at = rounded(load)

            assert priced.cost_per_hour == pytest.approx(line.cost(at))
            assert priced.instances == line.instances(at)


def test_the_article_is_too_close_from_a_tenth_below_its_break_even_to_a_tenth_above() -> None:
    """18.36 / 1.1 and 18.36 x 1.1 an hour, less the fee, over 0.00119 a request."""
    high, lines = drawing(article_answer())

    [(low, top)] = close_stretches(lines, high)

    ends = [
        (Decimal("18.36") * share - Decimal("3.09")) / Decimal("0.00119")
        for share in (1 / Decimal("1.1"), Decimal("1.1"))
    ]
    assert pytest.approx(ends, rel=Decimal("1e-20")) == [low, top]


def test_a_step_ends_a_stretch_at_its_exact_load() -> None:
    """At 27 million tokens an hour the fourth host is added, and the gap is 27 % at once."""
    high, lines = drawing(article_answer("9"))

    ends = [top for _, top in close_stretches(lines, high)]

    assert Decimal(13_500) in ends


def test_one_option_alone_is_never_too_close() -> None:
    """There is nothing to be close to."""
    high, lines = drawing(break_even(question(per_token())))

    assert [] == close_stretches(lines, high)


def test_where_the_other_option_ends_nothing_is_too_close() -> None:
    """Above the quota of the hosts only the tokens are left."""
    twin = hosts("Hosts", "5", typed("5"), maximum=2)
    high, lines = drawing(break_even(question(per_token(), twin, requests="12")))

    shaded = close_stretches(lines, high)

    assert Decimal(10) == max(top for _, top in shaded)
    assert Decimal(18) == high


def test_the_chart_shades_all_of_them_over_the_full_height_below_the_lines() -> None:
    """In the unit of the axis; what lies left of a log axis is cut."""
    high, lines = drawing(article_answer("9"))

    figure = chart(article_answer("9"), load_axis="requests_per_hour")

    shades = [one for one in figure["layout"]["shapes"] if one.get("layer") == "below"]
    assert [(float(low), float(top)) for low, top in close_stretches(lines, high)] == [
        (one["x0"], one["x1"]) for one in shades
    ]
    assert {("y domain", 0, 1)} == {(one["yref"], one["y0"], one["y1"]) for one in shades}


def test_on_a_log_axis_a_stretch_starts_at_the_left_end_at_the_earliest() -> None:
    """A load of 0 has no place on it."""
    answer = break_even(
        question(per_token("A"), per_token("B", "1.05"), hosts(price="99"), requests="1")
    )

    figure = chart(answer, load_axis="requests_per_hour")

    [low, _] = figure["layout"]["xaxis"]["range"]
    shades = [one for one in figure["layout"]["shapes"] if one.get("layer") == "below"]
    assert "log" == figure["layout"]["xaxis"]["type"]
    assert pytest.approx(10**low) == shades[0]["x0"]


@pytest.mark.parametrize("requests", ["5000", "12000", "13499", "13501", "17900", "20000"])
def test_the_workload_is_shaded_just_where_its_verdict_is_too_close(requests: str) -> None:
    """The verdict in words and the shade at the workload's line agree."""
    answer = article_answer("9", requests=requests)
    high, lines = drawing(answer)

    inside = is_inside(Fraction(requests), close_stretches(lines, high))

    assert (answer.at_workload.call is Call.TOO_CLOSE) == inside


def drawing(answer: BreakEven) -> tuple[Decimal, list[CostLine]]:
    """The right end of the chart and its lines, up to where all of their corners are known."""
    axis = load_axis(answer, View())
    lines = cost_lines(answer, axis)
    cut = [line for line in lines if len(line.outline.points) >= MOST_POINTS]
    return min([axis.high, *(one.outline.points[-1].requests_per_hour for one in cut)]), lines


def samples(high: Decimal) -> list[Fraction]:
    """Loads over the whole width."""
    return [Fraction(high) * OFF_THE_LATTICE * i / SAMPLES for i in range(1, SAMPLES + 1)]


def is_close(question: Question, load: Fraction) -> bool:
    """Whether the second cheapest of the options with a cost costs less than 10 % more."""
    priced = [estimate(question, option, load).cost_per_hour for option in question.options]
    costs = sorted(Fraction(cost) for cost in priced if cost is not None)
    return len(costs) > 1 and (costs[1] == costs[0] or costs[1] * 10 < costs[0] * 11)


def is_inside(load: Fraction, stretches: list[tuple[Decimal, Decimal]]) -> bool:
    """Whether a load lies in one of the stretches."""
    return any(Fraction(low) < load < Fraction(top) for low, top in stretches)


def touches_an_end(load: Fraction, stretches: list[tuple[Decimal, Decimal]]) -> bool:
    """Whether a load is nearer to an end than the digits of the end can tell."""
    return any(abs(Fraction(end) - load) <= load * NEAR for pair in stretches for end in pair)


def rounded(load: Fraction) -> Decimal:
    """The load with the digits of a Decimal."""
    return Decimal(load.numerator) / Decimal(load.denominator)
