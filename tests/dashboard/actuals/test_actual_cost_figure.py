"""The chart of estimate against actual: bars that add up, as far as they are known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from costing.actuals import ActualLine
from dashboard.figures.actual_cost import actual_cost_figure, cost_bars
from dashboard.figures.axes import View
from dashboard.format import Format
from dashboard.texts import load_texts


def cost(**changed: Decimal | None) -> ActualLine:
    given = {"planned": 100, "actual": 130, "volume": -20, "length": 15, "price": 35}
    parts = {name: Decimal(value) for name, value in given.items()}
    return ActualLine(code="cost", **(parts | changed))


def test_each_step_begins_where_the_bar_before_it_ended_and_the_last_is_what_was_paid() -> None:
    bars = cost_bars(cost())

    assert ["planned", "volume", "length", "price", "actual"] == [one.name for one in bars]
    assert [0, 100, 80, 95, 0] == [one.start for one in bars]
    assert bars[3].start + bars[3].amount == bars[4].amount


def test_what_is_not_known_is_not_drawn() -> None:
    unpaid = cost_bars(cost(actual=None, price=None))

    assert ["planned", "volume", "length"] == [one.name for one in unpaid]
    assert () == cost_bars(cost(planned=None))


@pytest.mark.parametrize(("language", "axis"), [("en", "a month"), ("ja", "1か月あたり")])
def test_the_figure_is_plain_and_says_each_step_with_its_sign(language: str, axis: str) -> None:
    texts = load_texts(language)

    figure = actual_cost_figure(
        cost_bars(cost()), view=View(dark=True), fmt=Format(language, "USD"), texts=texts
    )

    [drawn] = figure["data"]
    assert [100.0, -20.0, 15.0, 35.0, 130.0] == drawn["y"]
    assert [0.0, 100.0, 80.0, 95.0, 0.0] == drawn["base"]
    assert drawn["text"][0].endswith("100.00")
    assert drawn["text"][2].startswith("+")
    assert axis == figure["layout"]["yaxis"]["title"]["text"]


def test_without_any_bar_the_figure_is_empty() -> None:
    figure = actual_cost_figure((), view=View(), fmt=Format("en", "USD"), texts=load_texts("en"))

    assert [] == figure["data"]
