"""The words on the chart: names at the line ends, full hosts, the card, what the hover leaves
out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from costing import break_even
from dashboard.figures.labels import wrapped
from tests.costing.questions import hosts, money, per_token, question, typed
from tests.dashboard.answers import article, article_answer, chart, drawn_lines, note, traces


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Three hosts", "Three hosts"),
        ("Seventeen letters", "Seventeen letters"),
        ("Per token in the east", "Per token in the<br>east"),
        ("Pay per token of model 7b in East US", "Pay per token of<br>model 7b in East…"),
        ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifff<br>ahrtsgesellschaft"),
        ("トークン従量課金の案", "トークン従量課金<br>の案"),
        ("<b>bold & 'quoted'", "&lt;b&gt;bold &amp;<br>'quoted'"),
    ],
)
def test_a_name_takes_up_to_two_lines_that_fit_into_the_margin(name: str, shown: str) -> None:
    """A Japanese letter is twice as wide; what is cut off is marked."""
    assert shown == wrapped(name)


def test_the_wall_stands_where_the_serving_hosts_are_full_and_counts_only_them() -> None:
    """Of three paid hosts one is on standby: two carry 18 million tokens an hour."""
    figure = chart(break_even(article("9", spare=1)), load_axis="tokens_per_hour")

    assert [18_000_000.0] == drawn_lines(figure, "dot")
    assert "2 hosts full" == note(figure, "full")["text"]


def test_two_options_that_are_full_at_one_load_share_one_label() -> None:
    """Printed twice at one place it would look bold."""
    options = (hosts("One", "4", typed("5")), hosts("Two", "4.5", typed("5")))

    figure = chart(break_even(question(per_token(), *options, requests="6")))

    assert "1 host full" == note(figure, "full")["text"]
    assert 2 == len(drawn_lines(figure, "dot"))


def test_one_host_is_one_host_in_card_and_hover() -> None:
    """Not 1 hosts."""
    figure = chart(break_even(question(per_token(), hosts(), requests="3")))

    hover = next(one["text"][0] for one in figure["data"] if "hovertemplate" in one)
    assert "$2,920 a month · 1 host" == note(figure, "<b>Break-even")["text"].split("<br>")[2]
    assert "Hosts: $2,920 a month (1 host)" in hover


def test_hosts_without_limit_have_no_wall() -> None:
    """Nothing is drawn that nobody knows."""
    assert [] == drawn_lines(chart(article_answer()), "dot")


def test_the_wall_label_stands_above_the_one_of_the_workload() -> None:
    """Both may lie at one load, so they have a row each where there is room."""
    figure = chart(article_answer("9", requests="13400"))

    assert note(figure, "your load")["y"] + 0.055 <= note(figure, "hosts full")["y"]


@pytest.mark.parametrize(("requests", "side"), [("13400", "right"), ("40000", "left")])
def test_in_a_narrow_chart_the_wall_label_stands_below_the_one_of_the_workload(
    requests: str, side: str
) -> None:
    """Side by side they would cover each other; beside its line it stays inside the plot."""
    figure = chart(article_answer("9", requests=requests), narrow=True)

    wall, load = note(figure, "hosts full"), note(figure, "your load")
    assert wall["y"] + 0.055 <= load["y"]
    assert ("bottom", side) == (wall["yanchor"], wall["xanchor"])


def test_prices_of_several_days_are_named_from_the_oldest_to_the_newest() -> None:
    """The card says of when its numbers are."""
    newer = replace(hosts(), price=money("4", as_of=date(2024, 5, 2)))
    answer = break_even(question(article().options[0], newer))

    english = note(chart(answer), "<b>Break-even")["text"]
    japanese = note(chart(answer, "ja"), "<b>コスト分岐点")["text"]

    assert english.endswith("<br>prices of Mar 17, 2024 – May 2, 2024")
    assert japanese.endswith("<br>価格基準日 2024/03/17 – 2024/05/02")


def test_a_card_of_two_token_prices_has_no_count_of_hosts() -> None:
    """A count of None must not be printed."""
    answer = break_even(question(per_token("A"), per_token("B", "0.5", "6"), requests="10"))

    lines = note(chart(answer), "<b>Break-even")["text"].split("<br>")

    assert "$8,760 a month" == lines[2]


def test_a_narrow_chart_has_no_card() -> None:
    """There it would cover the lines; the page says the same in words."""
    figure = chart(article_answer(), narrow=True)

    assert [] == [one for one in figure["layout"]["annotations"] if one["showarrow"]]


def test_a_line_ends_at_its_quota_in_the_drawing_and_in_the_hover() -> None:
    """Above two hosts of five requests there is nothing to show, neither cost nor count."""
    quota = hosts("Hosts", "4", typed("5"), maximum=2)
    figure = chart(
        break_even(question(per_token(), quota, requests="12")), load_axis="requests_per_hour"
    )

    readout = next(one for one in figure["data"] if "hovertemplate" in one)
    above = [text for x, text in zip(readout["x"], readout["text"], strict=True) if x > 10]
    assert 10 == traces(figure)[1]["x"][-1]
    assert above
    assert [] == [text for text in above if "Hosts" in text or "saves" in text]


def test_the_hover_is_silent_where_no_option_is_left() -> None:
    """A load beyond every quota has no cost, not a cost of 0."""
    quota = hosts("Hosts", "4", typed("5"), maximum=2)

    figure = chart(break_even(question(quota, requests="12")), load_axis="requests_per_hour")

    readout = next(one for one in figure["data"] if "hovertemplate" in one)
    assert 9.9 == max(readout["x"])
    assert 18 == figure["layout"]["xaxis"]["range"][1]


@pytest.mark.parametrize("load_axis", ["requests_per_hour", "tokens_per_hour"])
@pytest.mark.parametrize("cost_axis", ["per_hour", "per_million_tokens"])
def test_curved_lines_have_points_between_their_corners(load_axis: str, cost_axis: str) -> None:
    """On a log axis or per token a straight cost looks curved; corners stay exact."""
    answer = article_answer("9", requests="1000")

    [tokens, stairs] = traces(chart(answer, load_axis=load_axis, cost_axis=cost_axis))

    factor = 2000 if load_axis == "tokens_per_hour" else 1
    assert 25 == len(tokens["x"])
    assert sorted(stairs["x"]) == stairs["x"]
    assert {13_500.0 * factor, 18_000.0 * factor} <= set(stairs["x"])
    assert all(y > 0 for y in tokens["y"])
