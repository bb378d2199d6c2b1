"""The catalog page as components. The browser fills them from REST; see `assets/catalog.js`."""

from collections.abc import Mapping
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.regions import COUNTRY_OF_REGION
from dashboard.pages.aria import aria
from dashboard.pages.grid import LIST_OPTIONS, column, grid
from dashboard.pages.shell import header
from dashboard.pages.visit import Visit
from dashboard.texts import Texts, load_texts

BLOCK = 100
HERE = {"function": "hereHeader(params)"}
"""The name of the region in the head of a column."""


def register(app: dash.Dash) -> None:
    """Let the browser take over the page as soon as it is drawn."""
    app.clientside_callback(
        ClientsideFunction("modelcost_catalog", "start"),
        Output("catalog-started", "data"),
        Input("catalog-options", "data"),
    )


def draw(visit: Visit, _database: Database) -> Component:
    """The page at an address; what the address asks for is read by the browser."""
    texts = load_texts(visit.language)
    return html.Div(
        [
            dcc.Store(id="catalog-options", data=_options(visit, texts)),
            dcc.Store(id="catalog-started"),
            header(texts, visit.search, visit.path),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("catalog.title"), className="page-title"),
                            html.P(texts("catalog.intro"), className="subline"),
                        ],
                        className="page-head",
                    ),
                    html.Details(
                        [
                            html.Summary(texts("catalog.filters")),
                            html.Div(id="catalog-facets", className="facets"),
                        ],
                        id="catalog-filters",
                        className="filters panel",
                    ),
                    _list(texts),
                ],
                id="content",
                className="catalog-page",
                tabIndex=-1,
            ),
        ],
        id="catalog",
    )


def _list(texts: Texts) -> Component:
    return html.Section(
        [
            html.Div(id="catalog-search", className="search-field", role="search"),
            html.Div(id="catalog-chips", className="chips"),
            html.P(id="catalog-remark", className="small"),
            html.Div(
                [
                    html.P(id="catalog-status", className="status", role="status"),
                    html.Div(id="catalog-tools"),
                ],
                className="list-head",
            ),
            html.Div(id="catalog-empty", className="empty panel", hidden=True),
            html.Div(_grid(texts), className="grid-frame"),
            html.Div(id="catalog-compare", className="compare-bar", hidden=True),
        ],
        className="list",
        **aria(label=texts("catalog.list")),
    )


def _grid(texts: Texts) -> Component:
    def named(name: str, **given: Any) -> Mapping[str, Any]:
        return column(name, texts(f"catalog.column.{name}"), **given)

    columns = [
        named(
            "compare",
            renderer="CompareBox",
            width=92,
            resizable=False,
            pinned="left",
            lockPosition="left",
        ),
        named("name", renderer="ModelName", width=232, sortable=True, pinned="left"),
        named("license", renderer="PlainText", width=104),
        named("parameters", renderer="ShortCount", width=120, right=True, sortable=True),
        named("here_input", headerValueGetter=HERE, renderer="HereInput", width=190, right=True),
        named("here_output", headerValueGetter=HERE, renderer="HereOutput", width=190, right=True),
        named("here_host", headerValueGetter=HERE, renderer="HereHost", width=270, right=True),
        named("context_tokens", renderer="TokenCount", width=108, right=True, sortable=True),
        named("input", renderer="AnyInput", width=210, right=True, sortable=True),
        named("output", renderer="AnyOutput", width=210, right=True, sortable=True),
        named("offers", renderer="Offers", width=110, right=True),
        named("has_host", renderer="YesNo", width=150),
        named("task", renderer="TaskName", width=150),
        named("retired_on", renderer="RetiredOn", width=130),
    ]
    return grid(
        "models",
        columns,
        texts,
        {
            **LIST_OPTIONS,
            "cacheBlockSize": BLOCK,
            "maxConcurrentDatasourceRequests": 4,
            "infiniteInitialRowCount": 1,
        },
        rows="infinite",
    )


def _options(visit: Visit, texts: Texts) -> dict[str, Any]:
    return {
        "language": texts.language,
        "region": visit.region,
        "regionFrom": visit.region_from,
        "countries": sorted(set(COUNTRY_OF_REGION.values())),
        "texts": {
            name: text for name, text in texts.messages.items() if name.startswith("catalog.")
        },
    }
