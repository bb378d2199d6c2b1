"""The range of an estimated capacity on the chart: band of costs, strip and words at the wall."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing import BreakEven, Dedicated, EstimatedCapacity, Question, break_even, outline
from dashboard.figures.axes import View, load_axis
from dashboard.pages.decide.basis import basis
from tests.dashboard.answers import article, chart, drawn_lines, note, sentences, traces
from tests.dashboard.components import of_kind, words

RATE = Decimal(3600)


def estimated(
    low: str = "0.5", high: str = "1.6", *, requests: str = "9000", most: int | None = None
) -> Question:
    """The article with estimated hosts: each serves 7,200 requests an hour, in the middle."""
    asked = article("9", requests=requests)
    capacity = EstimatedCapacity(
        input_tokens_per_second=RATE,
        output_tokens_per_second=RATE,
        evidence="fitted_model",
        low_share=Decimal(low),
        high_share=Decimal(high),
        measurements=7,
    )
    [tokens, hosts] = asked.options
    assert isinstance(hosts, Dedicated)
    hosts = replace(hosts, capacity=capacity, maximum_instances=most)
    return replace(asked, options=(tokens, hosts))


def bands(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace.get("fill") == "toself"]


def strips(figure: dict[str, Any]) -> list[tuple[float, float]]:
    rects = [one for one in figure["layout"]["shapes"] if one["type"] == "rect"]
    return [
        (one["x0"], one["x1"]) for one in rects if one["fillcolor"].startswith("rgba(185,28,28")
    ]


def ends_of(answer: BreakEven) -> list[list[tuple[float, float]]]:
    """The corners of fast hosts, then of slow ones from the right: requests, money an hour."""
    high = load_axis(answer, View()).high
    found = []
    for end in (answer.high, answer.low):
        assert end is not None
        line = outline(end.question, end.question.options[1], to_requests_per_hour=high)
        assert line is not None
        found.append([(float(p.requests_per_hour), float(p.cost_per_hour)) for p in line.points])
    fast, slow = found
    return [fast, slow[::-1]]


def test_the_band_lies_between_the_costs_of_fast_and_of_slow_hosts() -> None:
    """Its corners are the exact corners of both ends, there and back; under all lines."""
    answer = break_even(estimated())
    figure = chart(answer, load_axis="requests_per_hour", cost_axis="per_hour")

    [band] = bands(figure)

    fast, slow = ends_of(answer)
    assert [*fast, *slow] == list(zip(band["x"], band["y"], strict=True))
    assert figure["data"][0] is band
    assert (False, "skip") == (band["showlegend"], band["hoverinfo"])
    assert 2 == len(traces(figure))


@pytest.mark.parametrize("cost_axis", ["per_month", "per_hour", "per_million_tokens"])
@pytest.mark.parametrize("requests", ["200", "9000"])
def test_the_band_encloses_the_line_on_every_axis(cost_axis: str, requests: str) -> None:
    """Linear or logarithmic, by any unit: from the lowest to the highest of the line."""
    figure = chart(break_even(estimated(requests=requests)), cost_axis=cost_axis)

    [band] = bands(figure)
    [_, line] = traces(figure)

    assert min(band["x"]) == pytest.approx(min(line["x"]))
    assert max(band["x"]) == pytest.approx(max(line["x"]))
    assert min(band["y"]) <= min(line["y"]) * 1.0001
    assert max(band["y"]) >= max(line["y"]) * 0.9999


def test_the_band_ends_where_slow_hosts_run_out() -> None:
    """Four slow hosts end at 14,400 requests an hour; beyond there is no cost, so no band."""
    answer = break_even(estimated(requests="20000", most=4))
    [band] = bands(chart(answer, load_axis="requests_per_hour"))

    assert 14_400 == max(band["x"])


def test_no_band_is_drawn_where_an_end_has_no_cost() -> None:
    """A slow host that meets the targets with no request at all has no count, so no cost."""
    figure = chart(break_even(estimated(low="0")))

    assert [] == bands(figure)
    assert 2 == len(traces(figure))


@pytest.mark.parametrize("capacity", [None, "9"])
def test_what_is_typed_has_neither_band_nor_strip(capacity: str | None) -> None:
    """A number that a person answers for has no range."""
    figure = chart(break_even(article(capacity)))

    assert ([], []) == (bands(figure), strips(figure))


def test_the_wall_has_its_range_as_a_strip_and_in_words() -> None:
    """Three hosts are full at 21,600 requests an hour, slow ones at half of it."""
    figure = chart(break_even(estimated(requests="20000")), load_axis="requests_per_hour")

    [wall] = drawn_lines(figure, "dot")
    [strip] = strips(figure)

    assert 21_600 == wall
    assert (10_800, 30_000) == strip
    assert "3 hosts full, between 11,000 and 35,000" == note(figure, "hosts full")["text"]


def test_the_strip_of_hosts_that_may_serve_nothing_starts_at_no_load() -> None:
    """A slow deployment is full at once, and the words say so."""
    figure = chart(break_even(estimated(low="0", requests="20000")), load_axis="requests_per_hour")

    assert 0 == strips(figure)[0][0]
    assert "between 0 and 35,000" in note(figure, "hosts full")["text"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "about 3,600 input + 3,600 output tokens a second, range 50 % to 160 % of it"),
        ("ja", "毎秒約入力3,600 + 出力3,600トークン、幅はその50%~160%"),
    ],
)
def test_under_the_chart_stands_what_is_estimated_and_how_to_read_its_marks(
    language: str, said: str
) -> None:
    """Range, evidence and number of measurements; what the light parts mean."""
    told = sentences(language)

    shown = basis(break_even(estimated()), told.texts, told.fmt)

    [_, hosts] = of_kind(shown, "Dd")
    assert said.replace(" ", "") in words(hosts).replace(" ", "")
    assert told.texts("evidence.fitted_model") in words(hosts)
    assert "7" in words(hosts)
    assert told.texts("chart.band") in words(of_kind(shown, "P"))
    typed = basis(break_even(article("9")), told.texts, told.fmt)
    assert told.texts("chart.band") not in words(typed)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_words_at_two_walls_close_together_stand_in_two_rows(*, narrow: bool) -> None:
    """Neither covers the other; on a telephone each stands on two lines over the band."""
    asked = estimated(requests="20000")
    [tokens, hosts] = asked.options
    assert isinstance(hosts, Dedicated)
    others = replace(hosts, name="Others", spare_instances=1, minimum_instances=3)
    answer = break_even(replace(asked, options=(tokens, hosts, others)))

    figure = chart(answer, narrow=narrow)

    labels = [one for one in figure["layout"]["annotations"] if "full" in one["text"]]
    assert 2 == len(labels)
    assert abs(labels[0]["y"] - labels[1]["y"]) > 0.05
    assert [narrow, narrow] == ["<br>" in one["text"] for one in labels]
    assert [narrow, narrow] == ["bgcolor" in one for one in labels]
