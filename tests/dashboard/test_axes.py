"""Which loads and costs the chart shows: derived from the answer, round, and from zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import isclose, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import break_even
from dashboard.figures.axes import View, load_axis, log_ticks, ticks
from dashboard.format import Format
from tests.costing.questions import hosts, per_token, question, shape, typed
from tests.dashboard.answers import (
    article,
    article_answer,
    chart,
    drawn_lines,
    note,
    ribbon,
    traces,
)


@pytest.mark.parametrize("requests", ["1", "1284", "5000", "12000", "100000", "2000000"])
@pytest.mark.parametrize("capacity", [None, "9", "12"])
def test_workload_and_nearest_crossing_are_always_in_sight(
    capacity: str | None, requests: str
) -> None:
    """A chart on which the answer cannot be seen is no answer."""
    answer = article_answer(capacity, requests=requests)

    axis = load_axis(answer, View())

    load = Decimal(requests)
    nearest = min((one.requests_per_hour for one in answer.crossings), key=lambda x: abs(x - load))
    assert axis.low < min(load, nearest)
    assert max(load, nearest) < axis.high


def test_the_volumes_are_in_sight_with_room_above() -> None:
    """The highest of them stands at two thirds of the width."""
    answer = break_even(article(factors=["0.5", "8"]))

    axis = load_axis(answer, View())

    assert Decimal(60_000) == axis.high


def test_without_a_crossing_the_range_follows_the_workload() -> None:
    """Half as much again as the load that was asked about."""
    answer = break_even(question(per_token("A"), per_token("B", "2"), requests="40"))

    axis = load_axis(answer, View())

    assert (Decimal(0), Decimal(60)) == (axis.low, axis.high)


def test_a_crossing_on_paper_is_shown_where_no_real_one_exists() -> None:
    """The hosts cannot serve it, and that can only be seen when it is in sight."""
    answer = article_answer("8")

    axis = load_axis(answer, View())

    assert answer.paper_crossings[0].requests_per_hour * Decimal("1.3") == axis.high


def test_of_many_crossings_the_next_few_are_in_sight() -> None:
    """Of 32 crossings the nearest and the five after it, so that they can be told apart."""
    answer = article_answer("10")

    axis = load_axis(answer, View())

    assert 32 == len(answer.crossings)
    assert answer.crossings[5].requests_per_hour * Decimal("1.3") == axis.high


@pytest.mark.parametrize(
    ("requests", "kind"),
    [("1284", "linear"), ("1283", "log"), ("128319", "linear"), ("129000", "log")],
)
def test_the_axis_is_logarithmic_only_where_load_and_crossing_lie_more_than_ten_times_apart(
    requests: str, kind: str
) -> None:
    """12,832 requests an hour: ten times from 1,283.2 and from 128,320."""
    layout = chart(article_answer(requests=requests))["layout"]

    assert kind == layout["xaxis"]["type"]
    assert (kind == "linear") == (layout["xaxis"]["range"][0] == 0)


def test_a_log_axis_ends_three_times_below_the_least_and_above_the_greatest_load() -> None:
    """Its range is given to Plotly as exponents of ten."""
    layout = chart(article_answer(requests="1000"), load_axis="requests_per_hour")["layout"]

    crossing = 1_527_000 / 119
    assert pytest.approx([log10(1000 / 3), log10(crossing * 3)]) == layout["xaxis"]["range"]


def test_a_load_of_nothing_still_gives_a_linear_axis() -> None:
    """With a crossing the range follows it; without one it is a thousand requests."""
    with_crossing = break_even(
        question(per_token(), hosts(capacity=typed("9")), requests="0", search_to="9")
    )
    without = break_even(question(per_token(), requests="0", search_to="9"))

    assert (Decimal("5.2"), False) == (
        load_axis(with_crossing, View()).high,
        load_axis(with_crossing, View()).is_log,
    )
    assert Decimal(1000) == load_axis(without, View()).high
    assert [0] == drawn_lines(chart(without), None)


@pytest.mark.parametrize("cost_axis", ["per_month", "per_hour", "per_million_tokens"])
@pytest.mark.parametrize("requests", ["1000", "5000", "90000"])
def test_money_starts_at_zero_and_ends_above_the_highest_line(
    requests: str, cost_axis: str
) -> None:
    """A cut-off axis would make small differences look large."""
    figure = chart(article_answer("9", requests=requests), cost_axis=cost_axis)

    axis = figure["layout"]["yaxis"]
    ends = [trace["y"][-1] for trace in traces(figure)]
    assert (0, 0) == (axis["range"][0], axis["tickvals"][0])
    assert "$0" == axis["ticktext"][0]
    assert max(ends) < axis["range"][1]


def test_the_unit_of_money_is_named_and_scales_the_line() -> None:
    """$18.36 an hour, $13,402.80 a month, $0.715 a million tokens at 25.66M tokens."""
    answer = article_answer()

    monthly, hourly, each = (
        chart(answer, cost_axis=name) for name in ("per_month", "per_hour", "per_million_tokens")
    )

    assert "USD a month (730 hours)" == monthly["layout"]["yaxis"]["title"]["text"]
    assert "USD an hour" == hourly["layout"]["yaxis"]["title"]["text"]
    assert "USD per 1M tokens" == each["layout"]["yaxis"]["title"]["text"]
    heights = [traces(one, "markers")[1]["y"][0] for one in (monthly, hourly, each)]
    assert pytest.approx([13402.8, 18.36, 18.36 / 25.663865546]) == heights


def test_tokens_are_no_common_unit_where_options_count_them_differently() -> None:
    """Another tokenizer: the chart falls back to requests and to money a month."""
    other = replace(per_token("Other", "2"), shape=shape("3000", "3000"))
    answer = break_even(question(per_token(), other))

    layout = chart(answer, load_axis="tokens_per_hour", cost_axis="per_million_tokens")["layout"]

    assert "requests a month" == layout["xaxis"]["title"]["text"]
    assert "USD a month (730 hours)" == layout["yaxis"]["title"]["text"]


@pytest.mark.parametrize(
    ("name", "factor", "title"),
    [
        ("requests_per_month", 730, "requests a month"),
        ("requests_per_hour", 1, "requests an hour, on average"),
        ("tokens_per_hour", 2000, "input + output tokens an hour, on average"),
        ("nonsense", 730, "requests a month"),
    ],
)
def test_the_unit_of_load_is_named_and_scales_every_part(
    name: str, factor: int, title: str
) -> None:
    """Lines, ribbon and label move together."""
    figure = chart(article_answer(), load_axis=name)

    crossing = 1_527_000 / 119 * factor
    assert title == figure["layout"]["xaxis"]["title"]["text"]
    assert pytest.approx(crossing) == ribbon(figure)[0]["x1"]
    assert pytest.approx([crossing * 1.3] * 2) == [one["x"][-1] for one in traces(figure)]
    assert pytest.approx(5000 * factor) == note(figure, "your load")["x"]


def test_a_narrow_chart_has_fewer_ticks_a_legend_and_no_words_at_the_right() -> None:
    """On a phone there is no margin for names, so the legend at the top tells the lines apart."""
    wide, narrow = chart(article_answer("9")), chart(article_answer("9"), narrow=True)

    assert len(narrow["layout"]["xaxis"]["tickvals"]) < len(wide["layout"]["xaxis"]["tickvals"])
    assert (False, True) == (wide["layout"]["showlegend"], narrow["layout"]["showlegend"])
    assert ("container", 1) == (narrow["layout"]["legend"]["yref"], narrow["layout"]["legend"]["y"])
    assert ["3 hosts full", "<b>your load</b>"] == [
        one["text"] for one in narrow["layout"]["annotations"]
    ]


@given(st.floats(min_value=1e-9, max_value=1e15), st.integers(min_value=2, max_value=12))
def test_linear_ticks_are_round_evenly_spaced_and_not_too_many(high: float, most: int) -> None:
    """Steps of 1, 2, 2.5 or 5 times a power of ten, from zero on, as far as the axis goes."""
    found = ticks(0, high, most)

    step = found[1] - found[0]
    assert 0 == found[0]
    assert f"{step:.4e}".split("e")[0] in ("1.0000", "2.0000", "2.5000", "5.0000")
    assert 2 <= len(found) <= most + 1
    assert high - step < found[-1] * (1 + 1e-9)
    assert found[-1] <= high * (1 + 1e-9)


@given(
    st.floats(min_value=1e-3, max_value=1e12),
    st.floats(min_value=10, max_value=1e6),
    st.integers(min_value=4, max_value=9),
)
def test_log_ticks_are_round_within_the_range_and_not_too_many(
    low: float, factor: float, most: int
) -> None:
    """1, 2, 3 and 5 times powers of ten, at least one of them."""
    found = log_ticks(low, low * factor, most)

    assert 1 <= len(found) <= most
    assert low <= found[0] <= found[-1] <= low * factor
    firsts = {f"{value:.3e}".split("e")[0] for value in found}
    assert firsts <= {"1.000", "2.000", "3.000", "5.000"}


@given(st.floats(min_value=1e-3, max_value=1e13))
def test_the_text_of_a_tick_is_its_exact_value(high: float) -> None:
    """A label that is rounded would stand at the wrong place of the axis."""
    values = ticks(0, high, 9)
    fmt = Format("en", "USD")

    texts = [fmt.count(Decimal(repr(value))) for value in values]

    assert all(
        isclose(value, number(text), rel_tol=1e-9)
        for value, text in zip(values, texts, strict=True)
    )


def test_an_axis_without_width_has_one_tick() -> None:
    """Costs of nothing at all must not divide by zero."""
    assert [3.0] == ticks(3.0, 3.0, 5)


def number(text: str) -> float:
    """What a reader understands by 12.5M or 1,250."""
    sizes = {"M": 1e6, "B": 1e9, "T": 1e12}
    size = sizes.get(text[-1], 1)
    return float(text.rstrip("MBT").replace(",", "")) * size
