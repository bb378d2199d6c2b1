"""The yardstick of `scripts/bench --page`: stock Dash pages, served by the same server program.

One page has as many text fields of the same kind as Decide and one chart: the very figure that
Decide draws, kept as a dictionary, of which a callback moves one note. The other has a grid of
infinite rows, fed by the documented callback from `getRowsRequest` to `getRowsResponse`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import dash
import dash_ag_grid
import dash_mantine_components as dmc
import uvicorn
from dash import ALL, Input, Output, dcc, html
from dash.exceptions import PreventUpdate
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from dashboard.pages.decide.fields import DEBOUNCE_MILLISECONDS

COLUMNS = (
    "name",
    "license",
    "parameters",
    "context_tokens",
    "downloads",
    "task",
    "publisher",
    "has_price",
    "has_host",
    "model_id",
)
BLOCK = 100


def chart_page(figure: dict[str, Any], fields: int, load: str) -> FastAPI:
    """A form of so many fields, the first of them the load, and the chart."""
    api, app = _application()
    inputs = [
        dmc.TextInput(
            id={"type": "field", "path": str(number)},
            label=f"Field {number}",
            value=load if number == 0 else "1",
            debounce=DEBOUNCE_MILLISECONDS,
        )
        for number in range(fields)
    ]
    chart = dcc.Graph(id="chart", figure=figure, responsive=True, style={"height": "520px"})
    app.layout = dmc.MantineProvider(html.Div([html.Div(inputs), chart]))

    @app.callback(
        Output("chart", "figure"),
        Input({"type": "field", "path": ALL}, "value"),
        prevent_initial_call=True,
    )
    async def draw(values: Sequence[str]) -> dict[str, Any]:
        first, *others = figure["layout"]["annotations"]
        notes = [{**first, "text": f"At {values[0]}"}, *others]
        return {"data": figure["data"], "layout": {**figure["layout"], "annotations": notes}}

    return api


def grid_page(rows: Sequence[dict[str, Any]]) -> FastAPI:
    """A list of these rows that is asked for by blocks."""
    api, app = _application()
    app.layout = html.Div(
        dash_ag_grid.AgGrid(
            id="models",
            columnDefs=[{"field": name} for name in COLUMNS],
            rowModelType="infinite",
            dashGridOptions={"cacheBlockSize": BLOCK, "rowHeight": 52},
            style={"height": "800px"},
        )
    )

    @app.callback(Output("models", "getRowsResponse"), Input("models", "getRowsRequest"))
    async def page(asked: dict[str, Any] | None) -> dict[str, Any]:
        if asked is None:
            raise PreventUpdate
        return {"rowData": rows[asked["startRow"] : asked["endRow"]], "rowCount": len(rows)}

    return api


def _application() -> tuple[FastAPI, dash.Dash]:
    api = FastAPI()
    app = dash.Dash(__name__, server=cast(Any, api), serve_locally=True, compress=False)
    api.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    return api, app


def main() -> None:
    """Serve a page: port, then a file of {figure, fields, load} or of {rows}."""
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    given = json.loads(file.read_text(encoding="utf-8"))
    api = grid_page(given["rows"]) if "rows" in given else chart_page(**given)
    uvicorn.run(api, port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
