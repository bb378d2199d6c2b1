"""The one place where a chart becomes a component.

No button sends it to a cloud or saves it without its title and conditions; under each stand those
that take it away: its numbers as CSV, itself as a picture.
"""

from typing import Any, Final, cast

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
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
FILES: Final = ("csv", "svg", "png")


EMPTY: dict[str, Any] = {
    "data": [],
    "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}},
}


def graph(
    name: str, texts: Texts, figure: dict[str, Any] | None = None, *, has_menu: bool = False
) -> Component:
    """A chart of this component id with the settings that every chart of the house has; empty where
    its figure comes later. has_menu: a menu of its own takes it away, as that of the answer."""
    drawn = dcc.Graph(
        id=name,
        figure=EMPTY if figure is None else figure,
        config=cast(Any, CONFIG),
        className="chart",
        responsive=True,
    )
    return (
        drawn if has_menu else html.Div([drawn, _files(name, texts)], className="chart-with-files")
    )


def _files(name: str, texts: Texts) -> Component:
    """The buttons; `assets/exports.js` answers them, by the name of the chart that they carry."""
    buttons = [
        html.Button(
            kind.upper(),
            type="button",
            className="chart-file",
            **aria(label=texts(f"chart.file.{kind}")),
            **cast(Any, {"data-chart": name, "data-kind": kind}),
        )
        for kind in FILES
    ]
    said = html.Span(
        className="chart-said",
        role="status",
        **cast(Any, {"data-none": texts("chart.file.none"), "data-failed": texts("export.failed")}),
    )
    return html.Div([said, *buttons], className="chart-files")
