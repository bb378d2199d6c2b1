"""Every chart can be taken away: its numbers with units in the headings, harmless in a sheet."""

from __future__ import annotations

import importlib
import json
import pkgutil
from decimal import Decimal
from typing import Any

import pytest

import dashboard.figures
from catalog.database import Database
from dashboard.figures.actual_cost import Bar, actual_cost_figure
from dashboard.figures.axes import View
from dashboard.figures.capacity_hosts import hosts_figure
from dashboard.figures.capacity_memory import memory_figure
from dashboard.figures.capacity_throughput import throughput_figure
from dashboard.figures.pareto import Metric, ParetoPoint, pareto_figure
from dashboard.figures.price_history import price_history_figure
from dashboard.figures.price_moves import price_moves_figure
from dashboard.figures.quality_cost import quality_cost_figure
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.pages.decide.address import TABS
from dashboard.pages.decide.studies.tabs import asked_of, study
from dashboard.pages.graph import FILES, graph
from dashboard.service import example_document
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind
from tests.dashboard.documents import Document
from tests.dashboard.test_capacity_figures import LOAD, TPOT, large, look
from tests.dashboard.test_price_history import FALL
from tests.dashboard.test_price_moves import move
from tests.dashboard.test_quality_cost import point

MENU = {"break_even_figure"}
"""The chart of the answer: its CSV and pictures are in the Export menu, with its conditions."""
STUDY_FIGURES = {
    "study-whole-cost": "whole_cost_figure",
    "study-over-time": "over_time_figure",
    "study-probability": "probability_figure",
    "study-tornado": "tornado_figure",
    "study-winner-map": "winner_map_figure",
    "study-plane": "plane_figure",
    "study-base-size": "base_size_figure",
}


def named_otherwise(name: str) -> Document:
    """A question whose first option is called so."""
    document = json.loads(json.dumps(example_document("article-with-capacity"), default=str))
    document["options"][0]["name"] = name
    found: Document = document
    return found


def every_figure(catalog: Database, language: str, document: Document) -> dict[str, dict[str, Any]]:
    """One figure of each function that draws one, by its name."""
    texts, fmt = load_texts(language), Format(language, "USD")
    found: dict[str, dict[str, Any]] = {}
    asked = asked_of(catalog, document, View(), texts)
    for name in set(TABS) - {"capacity"}:  # its charts follow
        drawn = study(asked, name)
        for one in of_kind(drawn, "Graph"):
            found[STUDY_FIGURES[one.id]] = dict(one.figure)
    shown, capacity = look(language), large()
    plain: dict[str, Any] = {"dark": False, "texts": texts}
    worth = ParetoPoint(label="A", cost=Decimal(5), value=Decimal("0.5"))
    return found | {
        "pareto_figure": pareto_figure([worth], Metric.QUALITY, **plain),
        "actual_cost_figure": actual_cost_figure(
            (Bar(name="planned", start=Decimal(0), amount=Decimal(5)),),
            view=View(),
            fmt=fmt,
            texts=texts,
        ),
        "hosts_figure": hosts_figure(capacity, LOAD, **shown),
        "memory_figure": memory_figure(capacity, **shown),
        "throughput_figure": throughput_figure(capacity, TPOT, **shown),
        "price_history_figure": price_history_figure([FALL], fmt=fmt, **plain),
        "price_moves_figure": price_moves_figure([move("10", "5")], narrow=False, fmt=fmt, **plain),
        "quality_cost_figure": quality_cost_figure(
            [point("A", "0.9", "0.01"), point("B", None, None)], narrow=False, **plain
        ),
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_function_that_draws_a_chart_gives_it_the_rows_of_its_csv(
    catalog: Database, language: str
) -> None:
    """Found in the package, so that a new chart without its numbers fails here."""
    figures = every_figure(catalog, language, named_otherwise("Per token"))
    known = {
        name
        for module in pkgutil.iter_modules(dashboard.figures.__path__)
        for name in vars(importlib.import_module(f"dashboard.figures.{module.name}"))
        if name.endswith("_figure") and not name.startswith("_")
    }

    assert known - MENU == set(figures)
    for name, figure in figures.items():
        table = figure["layout"]["meta"]
        assert table["rows"], name
        assert {len(table["heads"])} == {len(row) for row in table["rows"]}, name
        assert all(table["heads"]), name
        assert all(isinstance(cell, str) for row in table["rows"] for cell in row), name
        assert json.loads(json.dumps(table)) == table


def test_the_numbers_are_those_of_the_chart_with_their_unit_in_the_heading(
    catalog: Database,
) -> None:
    """Parts of a month's cost, and what is not known is an empty cell."""
    figures = every_figure(catalog, "en", named_otherwise("Per token"))

    cost = figures["whole_cost_figure"]["layout"]["meta"]
    assert ["Option", "Part of the cost", "Cost a month (USD)"] == cost["heads"]
    assert ["Per token", "Input tokens", "2445.5"] in cost["rows"]
    moved = figures["price_moves_figure"]["layout"]["meta"]["rows"]
    assert ["-0.5"] == [row[-1] for row in moved]
    quality = figures["quality_cost_figure"]["layout"]["meta"]["rows"]
    assert [row[1:3] for row in quality] == [["0.01", "0.9"], ["", ""]]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "＝1+1", "@x"])
def test_a_name_that_is_a_formula_is_text_in_every_row(catalog: Database, name: str) -> None:
    """The apostrophe in front makes a spreadsheet show it instead of running it."""
    figures = every_figure(catalog, "en", named_otherwise(name))

    cells = [
        cell
        for figure in figures.values()
        for row in figure["layout"]["meta"]["rows"]
        for cell in row
    ]
    assert f"'{name}" in cells
    assert name not in cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (Decimal("6.120"), "6.12"),
        (-2.50, "-2.5"),
        (3, "3"),
        (0.0, "0"),
        (None, ""),
    ],
)
def test_a_number_is_written_plainly(value: Any, text: str) -> None:
    """No exponent, no digits that only a float has; a negative number is no formula."""
    figure = tabled({"data": [], "layout": {}}, ["A"], [(value,)])

    assert [[text]] == figure["layout"]["meta"]["rows"]


def test_every_chart_of_the_factory_has_its_buttons_but_that_with_a_menu() -> None:
    """CSV, SVG and PNG, named for who cannot see them, by the name of the chart."""
    texts = load_texts("en")

    buttons = of_kind(graph("moves-chart", texts), "Button")

    assert list(FILES) == [vars(one)["data-kind"] for one in buttons]
    assert {"moves-chart"} == {vars(one)["data-chart"] for one in buttons}
    assert "Save the numbers of this chart as CSV" == vars(buttons[0])["aria-label"]
    assert [] == of_kind(graph("chart", texts, has_menu=True), "Button")
