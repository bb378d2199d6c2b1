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


def graph(name: str, texts: Texts) -> dcc.Graph:
    """An empty chart of this component id with the settings that every chart of the house has."""
    return dcc.Graph(
        id=name,
        figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
        config=cast(Any, CONFIG),
        className="chart",
        responsive=True,
    )
