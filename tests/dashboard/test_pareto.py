"""Cost against quality or latency: the frontier, the finding in words, and the figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.pareto import (
    Metric,
    ParetoPoint,
    Subject,
    frontier,
    overlapping,
    pareto_figure,
    pareto_finding,
    ties,
    value_text,
)
from dashboard.texts import load_texts

ENGLISH = load_texts("en")
SMALL_NUMBERS = st.one_of(st.none(), st.integers(0, 6).map(Decimal))


def point(label: str, cost: str | None, value: str | None, half: str = "0.05") -> ParetoPoint:
    number = None if value is None else Decimal(value)
    return ParetoPoint(
        label=label,
        cost=None if cost is None else Decimal(cost),
        value=number,
        low=None if number is None else number - Decimal(half),
        high=None if number is None else number + Decimal(half),
    )


CHEAP, GOOD, DEAR = point("A", "10", "0.5"), point("B", "100", "0.9"), point("C", "300", "0.7")


def beats(one: ParetoPoint, other: ParetoPoint, metric: Metric) -> bool:
    """At least as good in both, better in one."""
    assert one.cost is not None
    assert one.value is not None
    assert other.cost is not None
    assert other.value is not None
    sign = -1 if metric in (Metric.FIRST_TOKEN, Metric.TOKEN_TIME) else 1
    gain = sign * (one.value - other.value)
    return one.cost <= other.cost and gain >= 0 and (one.cost < other.cost or gain > 0)


@given(st.lists(st.tuples(SMALL_NUMBERS, SMALL_NUMBERS), max_size=8), st.sampled_from(list(Metric)))
def test_the_frontier_is_what_comparing_all_pairs_finds(
    pairs: list[tuple[Decimal | None, Decimal | None]], metric: Metric
) -> None:
    points = [
        ParetoPoint(label=str(place), cost=cost, value=value)
        for place, (cost, value) in enumerate(pairs)
    ]
    known = [one for one in points if one.is_known]

    found = frontier(points, metric)

    expected = [one for one in known if not any(beats(other, one, metric) for other in known)]
    assert {one.label for one in expected} == {one.label for one in found}
    assert sorted(found, key=lambda one: one.cost or 0) == list(found)


def test_points_alike_stay_together_and_are_said_to_be() -> None:
    twin = point("D", "100", "0.9")

    assert [CHEAP, GOOD, twin] == list(frontier([twin, GOOD, CHEAP, DEAR][::-1], Metric.QUALITY))
    assert ((GOOD, twin),) == ties([CHEAP, GOOD, twin, point("E", None, None)])


def test_a_beaten_one_whose_range_reaches_the_better_one_is_too_close() -> None:
    near = point("near", "200", "0.85")

    assert (near,) == overlapping([CHEAP, GOOD, DEAR, near], Metric.QUALITY)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "Quality is not compared"),
        ([point("A", None, "0.5"), point("B", "1", None)], "Quality is not compared"),
        ([CHEAP, point("B", "1", None)], "Only A has both values"),
        ([GOOD, DEAR], "One of 2 is worth a look: B costs least and is right most often."),
        ([CHEAP, GOOD, DEAR], "2 of 3 are worth a look: A, B. The others cost as much or more"),
        ([CHEAP, GOOD], "All 2 are worth a look"),
    ],
)
def test_the_title_is_what_the_points_say(points: list[ParetoPoint], said: str) -> None:
    assert said in pareto_finding(points, Metric.QUALITY, ENGLISH)


def test_the_figure_draws_what_is_known_and_its_rows_hold_the_rest_as_empty_cells() -> None:
    points = [CHEAP, GOOD, DEAR, point("<b>%{x}", None, "0.9"), point("free", "0", "0.4")]

    figure = pareto_figure(points, Metric.QUALITY, dark=False, texts=ENGLISH)

    steps, marks = figure["data"]
    assert [10.0, 100.0, 300.0] == marks["x"]
    assert ["<b>A</b>", "<b>B</b>", ""] == marks["text"]
    assert ["diamond", "diamond", "circle"] == marks["marker"]["symbol"]
    assert "hv" == steps["line"]["shape"]
    assert [10.0, 100.0] == steps["x"][:2]
    assert [0.5, 0.9, 0.9] == steps["y"]
    assert "log" == figure["layout"]["xaxis"]["type"]
    assert ["$10", "$20", "$50", "$100", "$200"] == figure["layout"]["xaxis"]["ticktext"][:5]
    assert ["<b>%{x}", "", "0.9", "0.85", "0.95"] == figure["layout"]["meta"]["rows"][3]


def test_nothing_known_draws_nothing() -> None:
    figure = pareto_figure(
        [point("A", None, None)], Metric.FIRST_TOKEN, dark=True, texts=load_texts("ja")
    )

    assert [[], []] == [trace["x"] for trace in figure["data"]]


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (Metric.QUALITY, "50 %"),
        (Metric.FIRST_TOKEN, "0.50 s"),
        (Metric.TOKEN_TIME, "0.5 ms"),
        (Metric.SPEED, "0 tokens a second"),
    ],
)
def test_a_value_carries_its_unit(metric: Metric, said: str) -> None:
    assert said == value_text(Decimal("0.5"), metric, ENGLISH)


def test_of_times_the_shorter_is_better() -> None:
    slow, fast = point("slow", "10", "0.9"), point("fast", "20", "0.5")
    beaten = point("beaten", "30", "0.7")

    for metric in (Metric.FIRST_TOKEN, Metric.TOKEN_TIME):
        assert (slow, fast) == frontier([beaten, fast, slow], metric)


def test_a_picture_says_how_its_values_are_known_and_in_which_money() -> None:
    """On the axis and in the rows that go along as a file."""
    known = ParetoPoint(label="A", cost=Decimal(900), value=Decimal(5), how="8 x H100")

    figure = pareto_figure(
        [known],
        Metric.TOKEN_TIME,
        dark=False,
        texts=ENGLISH,
        subject=Subject(currency="JPY", things="option", basis="Modelled"),
    )

    layout = figure["layout"]
    assert "Milliseconds a further token ·<br>Modelled" == layout["yaxis"]["title"]["text"]
    assert "JPY a month at the workload" == layout["xaxis"]["title"]["text"]
    assert [
        "Option",
        "JPY a month",
        "Milliseconds a further token · Modelled",
        "Low end",
        "High end",
        "How it is known",
    ] == layout["meta"]["heads"]
    assert [["A", "900", "5", "", "", "8 x H100"]] == layout["meta"]["rows"]
