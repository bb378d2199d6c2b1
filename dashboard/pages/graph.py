"""The one place where a chart becomes a component.

No button sends it to a cloud or saves it without its title and conditions.
"""

from typing import Any, cast

from dash import dcc

from dashboard.texts import Texts

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": [
        "toImage",
        "select2d",
        "lasso2d",
        "autoScale2d",
        "zoomIn2d",
        "zoomOut2d",
    ],
    "responsive": True,
}


EMPTY: dict[str, Any] = {
    "data": [],
    "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}},
}


def graph(name: str, texts: Texts, figure: dict[str, Any] | None = None) -> dcc.Graph:
    """A chart of this component id with the settings that every chart of the house has; empty where
    its figure comes later."""
    return dcc.Graph(
        id=name,
        figure=EMPTY if figure is None else figure,
        config=cast(Any, CONFIG),
        className="chart",
        responsive=True,
    )
