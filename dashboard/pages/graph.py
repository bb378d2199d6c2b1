"""The one place where a chart becomes a component: no button sends it to any cloud."""

from typing import Any, cast

from dash import dcc

from dashboard.texts import Texts

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "responsive": True,
    "toImageButtonOptions": {"format": "svg", "filename": "modelcost-break-even"},
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
