"""Every chart comes from one place, which lets none of them send data away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dashboard
from dashboard.pages.graph import graph
from dashboard.texts import load_texts

ROOM = Path(str(dashboard.__file__)).parent
FACTORY = "pages/graph.py"


def test_only_the_factory_makes_a_graph() -> None:
    """Any other place could forget a setting; the source itself is read, in every spelling."""
    found = {
        path.relative_to(ROOM).as_posix()
        for path in ROOM.rglob("*.py")
        for _ in graphs(path.read_text(encoding="utf-8"))
    }

    assert {FACTORY} == found


@pytest.mark.parametrize(
    "source",
    [
        "dcc.Graph(id='a')",
        "dash.dcc.Graph()",
        "from dash.dcc import Graph",
        "from dash.dcc import Graph as Chart",
        "make = dcc.Graph",
        "getattr(dcc, 'Graph')()",
    ],
)
def test_each_way_to_make_a_graph_would_be_found(source: str) -> None:
    """The reading of the source does not pass by on what it looks for."""
    assert 1 == len(list(graphs(source)))


def test_other_components_are_not_taken_for_a_graph() -> None:
    """A store, or a word in a text, is none."""
    assert [] == list(graphs("dcc.Store(id='graph')\nname = 'the Graph'\ngraph('chart')"))


def test_a_chart_sends_nothing_to_a_cloud_and_carries_no_logo() -> None:
    """Plotly's own button would send prices to another host."""
    made: Any = graph("chart", load_texts("en"), has_menu=True)

    assert False is made.config["showSendToCloud"]
    assert False is made.config["displaylogo"]
    assert "plotlyServerURL" not in made.config


def test_a_chart_cannot_be_saved_without_its_title_and_conditions() -> None:
    """The title is text of the page, so a picture of the figure alone would lack it."""
    made: Any = graph("chart", load_texts("en"), has_menu=True)

    assert "toImage" in made.config["modeBarButtonsToRemove"]


def test_a_chart_starts_empty_under_its_name_and_follows_the_width() -> None:
    """No axes of nothing are shown before the first answer."""
    made: Any = graph("chart", load_texts("en"), has_menu=True)

    assert ("chart", []) == (made.id, made.figure["data"])
    assert {False} == {axis["visible"] for axis in made.figure["layout"].values()}
    assert (True, True) == (made.responsive, made.config["responsive"])


def graphs(source: str) -> Iterator[ast.AST]:
    """Each place in a source where Dash's Graph is named."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.Attribute(attr="Graph") | ast.alias(name="Graph") | ast.Constant(value="Graph")
            ):
                yield node
