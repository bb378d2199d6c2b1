"""Faults that a first version of the chart had, each held here so that none comes back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import log10
from typing import Any

import pytest

from costing import break_even, decimal_text
from tests.costing.questions import hosts, per_token, question, typed
from tests.dashboard.answers import (
    article,
    article_answer,
    chart,
    drawn_lines,
    note,
    renamed,
    ribbon,
    sentences,
    traces,
)

LEAST_SHARE = 0.003
CARD_SHARE = 0.46
"""A card is about 300 of the 650 pixels between the axes."""


def test_the_ribbon_has_its_own_part_of_the_height_and_the_axis_title_hangs_below_it() -> None:
    """Nothing is placed by offsets of the paper, so no title is printed over the strip."""
    layout = chart(article_answer())["layout"]

    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert "y2" == layout["xaxis"]["anchor"]
    assert {"y2 domain"} == {piece["yref"] for piece in ribbon({"layout": layout})}
    assert "y2" in [trace.get("yaxis") for trace in chart(article_answer())["data"]]


@pytest.mark.parametrize("capacity", [None, "8", "9", "10", "12"])
def test_neighboring_pieces_of_the_ribbon_are_of_two_winners(capacity: str | None) -> None:
    """Pieces of one winner are merged, so no hairline stands between them."""
    pieces = ribbon(chart(article_answer(capacity)))

    assert all(one["fillcolor"] != other["fillcolor"] for one, other in pairwise(pieces))
    assert {0} == {piece["line"]["width"] for piece in pieces}


def test_the_ribbon_ends_at_the_exact_stretches_where_the_hosts_win() -> None:
    """25.664 to 27 million tokens an hour; the second stretch starts at 35.950."""
    figure = chart(article_answer("9"), load_axis="tokens_per_hour")

    brown = [one for one in ribbon(figure) if one["fillcolor"] == color(figure, "Three hosts")]

    assert [("25.664", "27.000"), ("35.950", "36.090")] == [
        (f"{one['x0'] / 1e6:.3f}", f"{one['x1'] / 1e6:.3f}") for one in brown
    ]


@pytest.mark.parametrize(
    ("requests", "most"), [("5000", "9"), ("17900", "9"), ("1000", "9"), ("1000", "11.983")]
)
def test_no_stretch_of_the_ribbon_is_too_narrow_to_be_seen(requests: str, most: str) -> None:
    """50,000 of 47 million tokens would be half a pixel: each piece has 3 of 1,000 pixels."""
    figure = chart(article_answer(most, requests=requests))

    low, high = figure["layout"]["xaxis"]["range"]
    is_log = figure["layout"]["xaxis"]["type"] == "log"
    ends = [
        (log10(one["x0"]), log10(one["x1"])) if is_log else (one["x0"], one["x1"])
        for one in ribbon(figure)
    ]
    assert LEAST_SHARE <= min((right - left) / (high - low) for left, right in ends) + 1e-9
    assert pytest.approx(low) == min(left for left, _ in ends)
    assert pytest.approx(high) == max(right for _, right in ends)


def test_a_narrow_stretch_at_the_right_edge_stays_within_the_plot() -> None:
    """It grows to the left, where it can be seen."""
    dear = hosts("Hosts", "6", typed("8"), minimum=1)
    answer = break_even(question(per_token(), dear, requests="5.336"))

    figure = chart(replace(answer, crossings=(), paper_crossings=()))

    last = ribbon(figure)[-1]
    high = figure["layout"]["xaxis"]["range"][1]
    assert pytest.approx(high) == last["x1"]
    assert pytest.approx(LEAST_SHARE) == (last["x1"] - last["x0"]) / high


def test_narrow_pieces_lie_above_wide_ones() -> None:
    """A widened piece would vanish under its neighbor if that were drawn later."""
    shapes = chart(article_answer("9"))["layout"]["shapes"]

    widths = [one["x1"] - one["x0"] for one in shapes if one["yref"] == "y2 domain"]

    assert sorted(widths, reverse=True) == widths


@pytest.mark.parametrize("requests", ["600", "5000", "12000", "17900", "20000", "26000", "90000"])
@pytest.mark.parametrize("capacity", [None, "9", "12"])
def test_the_card_stands_inside_the_plot_and_across_no_wall(
    capacity: str | None, requests: str
) -> None:
    """The wall must not run through its text, nor may the card hide it."""
    figure = chart(article_answer(capacity, requests=requests))

    card = note(figure, "<b>Break-even")
    left, right = (share(figure, card["ax"]) + side * CARD_SHARE / 2 for side in (-1, 1))
    walls = [place(figure, wall) for wall in drawn_lines(figure, "dot")]
    assert 0 <= left < right <= 1
    assert [] == [wall for wall in walls if left < wall < right]
    assert (card["axref"], card["ayref"], card["yanchor"]) == ("x", "y", "top")
    assert card["ay"] < figure["layout"]["yaxis"]["range"][1]


def test_the_card_leaves_the_workload_line_free_where_there_is_room() -> None:
    """Between the workload at 30 % of the width and the right end it fits."""
    figure = chart(article_answer())

    card = note(figure, "<b>Break-even")
    [workload] = drawn_lines(figure, None)

    assert place(figure, workload) <= share(figure, card["ax"]) - CARD_SHARE / 2


def test_the_title_is_text_of_the_page_and_not_of_the_figure() -> None:
    """A narrow chart would cut it at both ends; text of the page wraps."""
    assert "title" not in chart(article_answer())["layout"]


@pytest.mark.parametrize("requests", ["41", "5000", "9000", "20500"])
@pytest.mark.parametrize("load_axis", ["requests_per_hour", "tokens_per_hour"])
def test_the_workload_line_stands_at_the_load_of_the_question(
    load_axis: str, requests: str
) -> None:
    """One state feeds all parts: a link that sets the load moves the line."""
    figure = chart(article_answer(requests=requests), load_axis=load_axis)

    tokens = 2000 if load_axis == "tokens_per_hour" else 1
    [line] = drawn_lines(figure, None)
    label = note(figure, "your load")

    assert float(requests) * tokens == line
    is_log = figure["layout"]["xaxis"]["type"] == "log"
    assert pytest.approx(log10(line) if is_log else line) == label["x"]


def test_every_number_of_the_card_is_computed() -> None:
    """Other prices, other dates, other card: nothing in it is typed."""
    card = note(chart(article_answer("9", requests="17900")), "<b>Break-even")["text"]
    undated = break_even(question(per_token(), hosts("Hosts", "4"), requests="3"))

    assert [
        "<b>Break-even: 13.12M requests a month</b>",
        "17.97M input + 17.97M output tokens an hour",
        "$17,870 a month · 4 hosts",
        "prices of Mar 17, 2024",
    ] == card.split("<br>")
    assert "prices without date" in note(chart(undated), "<b>Break-even")["text"]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("requests", ["5000", "17900", "17990", "30000"])
def test_card_caption_and_title_name_loads_of_the_same_answer(requests: str, language: str) -> None:
    """The card and the title speak of the same crossing, and the caption of the first one."""
    answer = article_answer("9", requests=requests)
    said = sentences(language)
    loads = [said.fmt.count(one.requests_per_hour * 730) for one in answer.crossings]

    layout = chart(answer, language)["layout"]
    card = next(one["text"] for one in layout["annotations"] if one["showarrow"])

    named = next(load for load in loads if load in card.split("<br>")[0])
    assert named in said.headline(answer)
    assert loads[0] in said.break_even(answer)
    assert [decimal_text(one.requests_per_hour) for one in answer.crossings] == layout["meta"][
        "crossings"
    ]


def test_names_at_the_line_ends_do_not_cover_each_other() -> None:
    """Two lines of text take twice the height, and the topmost stays inside the plot."""
    names = ("A quite long name of one option", "Another long name of an option", "Short", "Four")
    options = [
        per_token(name, cost) for name, cost in zip(names, ("1", "1.01", "1", "1.02"), strict=True)
    ]

    figure = chart(break_even(question(*options)))

    ends = [one for one in figure["layout"]["annotations"] if one["xref"] == "paper"]
    heights = [0.055 * (1 + one["text"].count("<br>")) for one in ends]
    assert 4 == len(ends)
    for (lower, low_height), (upper, high_height) in pairwise(zip(ends, heights, strict=True)):
        assert (low_height + high_height) / 2 <= upper["y"] - lower["y"] + 1e-9
    assert ends[-1]["y"] <= 1.0


def test_markup_in_a_name_stays_text_in_lines_labels_and_hover() -> None:
    """Plotly reads tags and entities, so they are escaped; quotes it would show as escapes."""
    attack = '<b>"x"</b> & y'
    figure = chart(break_even(renamed(article(), attack, "Hosts")))

    safe = '&lt;b&gt;"x"&lt;/b&gt; &amp; y'
    hover = next(one["text"] for one in figure["data"] if "hovertemplate" in one)
    assert safe == traces(figure)[0]["name"]
    assert f"<b>{safe}</b>" == note(figure, "&lt;").get("text")
    assert all(attack not in text and safe in text for text in hover)


def color(figure: dict[str, Any], name: str) -> str:
    """The color of an option's line."""
    return str(next(one["line"]["color"] for one in traces(figure) if one["name"] == name))


def share(figure: dict[str, Any], at: float) -> float:
    """A place on the x axis (an exponent where it is logarithmic) as a share of its width."""
    low, high = figure["layout"]["xaxis"]["range"]
    return float((at - low) / (high - low))


def place(figure: dict[str, Any], load: float) -> float:
    """A load in the unit of the x axis as a share of its width."""
    is_log = figure["layout"]["xaxis"]["type"] == "log"
    return share(figure, log10(load) if is_log else load)
