"""The break-even chart as a plain dictionary: what stands in it, and that it holds for every
state."""

from __future__ import annotations

import copy
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costing import Dedicated, break_even, decimal_text
from tests.costing.questions import hosts, per_token, question, typed
from tests.dashboard.answers import article, article_answer, chart, note, traces

GOLDEN = Path(__file__).parent.parent / "golden" / "chart_article.json"
REWRITE_VARIABLE = "MODELCOST_REWRITE_GOLDEN"
LONGEST_LIST = 12


def test_the_article_gives_the_golden_chart() -> None:
    """Set MODELCOST_REWRITE_GOLDEN=1 to write the file anew, then read it before committing."""
    figure = chart(break_even(article(flags=["host_retired"])))

    text = json.dumps(readable(figure), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get(REWRITE_VARIABLE):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("cost_axis", ["per_month", "per_hour", "per_million_tokens"])
@pytest.mark.parametrize("capacity", [None, "8", "9", "12"])
def test_every_chart_is_plain_data_that_json_can_carry(
    capacity: str | None, cost_axis: str, language: str
) -> None:
    """No Decimal, tuple, NaN or infinity: what is written to JSON reads back the same."""
    figure = chart(article_answer(capacity), language, cost_axis=cost_axis)

    assert figure == json.loads(json.dumps(figure, allow_nan=False))


def test_drawing_twice_gives_the_same_chart_and_shares_no_part_with_the_first() -> None:
    """A chart that is changed afterwards must not change the next one."""
    answer = article_answer("9")
    first = chart(answer)
    kept = copy.deepcopy(first)
    spoil(first)

    second = chart(answer)

    assert kept == second


def test_the_lines_pass_through_the_check_values_at_18_million_tokens_an_hour() -> None:
    """$10,074 a month by the token against $13,403 on three hosts."""
    figure = chart(article_answer(requests="9000"), load_axis="tokens_per_hour")

    costs = {trace["name"]: height_at(trace, 18_000_000) for trace in traces(figure)}

    assert {"Per token": 10_074, "Three hosts": 13_403} == {
        name: round(cost) for name, cost in costs.items()
    }


def test_hosts_are_drawn_with_their_exact_corners() -> None:
    """Three hosts up to 27 million tokens an hour, then a whole one more at the same load."""
    figure = chart(article_answer("9"), load_axis="tokens_per_hour", cost_axis="per_hour")

    [_, stairs] = traces(figure)

    assert [(0, 18.36), (27e6, 18.36), (27e6, 24.48), (36e6, 24.48), (36e6, 30.6)] == list(
        zip(stairs["x"], stairs["y"], strict=True)
    )[:5]
    assert "linear" == stairs["line"]["shape"]


def test_every_crossing_in_sight_has_its_ring_at_its_exact_load() -> None:
    """The rings carry the digits of the answer, not of the drawing."""
    answer = article_answer("9")

    [rings] = [one for one in traces(chart(answer), "markers") if one["name"] == "Break-even"]

    assert [
        [decimal_text(one.requests_per_hour), one.from_option, one.to_option]
        for one in answer.crossings
    ] == rings["customdata"]
    assert [float(one.requests_per_hour * 730) for one in answer.crossings] == rings["x"]


def test_the_hover_names_costs_hosts_and_who_saves_how_much_in_words() -> None:
    """One text for all options; the difference is never a signed number."""
    figure = chart(article_answer("9", requests="9000"))

    [readout] = [one for one in figure["data"] if "hovertemplate" in one]
    first = readout["text"][0].split("<br>")

    assert [
        "<b>106,800</b> requests a month",
        "Per token: $2,383 a month",
        "Three hosts: $13,403 a month (3 hosts)",
        "Per token saves $11,020 a month",
    ] == first
    assert 160 == len(readout["text"])


def test_the_hover_of_equal_costs_says_equal() -> None:
    """Two options of one price: nobody saves anything."""
    figure = chart(break_even(question(per_token("A"), per_token("B"))))

    [readout] = [one for one in figure["data"] if "hovertemplate" in one]

    assert {"equal cost"} == {text.split("<br>")[-1] for text in readout["text"]}


def test_the_hover_on_a_log_axis_runs_from_end_to_end() -> None:
    """Its points lie evenly for the eye: each the same factor above the one before."""
    figure = chart(article_answer(requests="1000"))

    [readout] = [one for one in figure["data"] if "hovertemplate" in one]

    low, high = figure["layout"]["xaxis"]["range"]
    assert pytest.approx([10**low, 10**high]) == [readout["x"][0], readout["x"][-1]]
    assert pytest.approx(readout["x"][1] / readout["x"][0]) == readout["x"][9] / readout["x"][8]


def test_at_most_four_options_are_drawn_and_the_winners_are_among_them() -> None:
    """The fifth stays in the table; no two of one kind look alike."""
    options = [per_token(name, cost) for name, cost in zip("ABCDE", "98761", strict=True)]

    figure = chart(break_even(question(*options, hosts("Hosts", "4", typed("100")))))

    names = [trace["name"] for trace in traces(figure)]
    looks = {(one["line"]["color"], one["line"]["dash"]) for one in traces(figure)}
    assert ["A", "B", "E", "Hosts"] == names
    assert 4 == len(looks)


def test_a_question_without_any_known_cost_gives_an_empty_chart() -> None:
    """Nothing is drawn at 0 for what is unknown, and the chart says why it is empty."""
    unknown = Dedicated(name="Hosts", price=None, minimum_instances=1, spare_instances=0)

    figure = chart(break_even(question(unknown)))

    assert [] == traces(figure)
    assert [[]] == [one["x"] for one in traces(figure, "markers")]
    assert "no cost to draw: something is missing" == note(figure, "no cost")["text"]


@pytest.mark.parametrize("flag", ["historical", "host_retired"])
def test_a_historical_example_carries_its_watermark(flag: str) -> None:
    """And a present one does not."""
    marked = chart(break_even(article(flags=[flag])))

    texts = [one["text"] for one in chart(article_answer())["layout"]["annotations"]]
    assert "historical example, not for decisions" == note(marked, "historical")["text"]
    assert "historical example, not for decisions" not in texts


def test_a_dark_chart_has_other_colors_and_the_same_data() -> None:
    """Only looks depend on the scheme."""
    light, dark = chart(article_answer()), chart(article_answer(), dark=True)

    assert [one["y"] for one in traces(light)] == [one["y"] for one in traces(dark)]
    assert not {one["line"]["color"] for one in traces(light)} & {
        one["line"]["color"] for one in traces(dark)
    }


def readable(value: Any) -> Any:
    """The same data with long lists cut in the middle and floats to ten digits."""
    if isinstance(value, dict):
        return {key: readable(one) for key, one in value.items()}
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            value = [*value[:2], f"... {len(value) - 4} more ...", *value[-2:]]
        return [readable(one) for one in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def spoil(value: Any) -> None:
    """Empty every list and mapping inside."""
    inside = list(value.values()) if isinstance(value, dict) else list(value)
    for one in inside:
        if isinstance(one, dict | list):
            spoil(one)
    value.clear()


def height_at(trace: dict[str, Any], load: float) -> Decimal:
    """The cost on a drawn line between two of its corners."""
    for left, right in zip(range(len(trace["x"])), range(1, len(trace["x"])), strict=False):
        low, high = trace["x"][left], trace["x"][right]
        if low <= load <= high:
            share = (load - low) / (high - low)
            return Decimal(trace["y"][left] + share * (trace["y"][right] - trace["y"][left]))
    raise AssertionError(f"nothing is drawn at {load}")
