"""The list of GPU hosts as components. The browser fills it from REST; see `assets/hosts.js`."""

from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.price_queries import all_regions
from dashboard.pages.aria import aria
from dashboard.pages.grid import LIST_OPTIONS, column, grid
from dashboard.pages.shell import header
from dashboard.pages.visit import Visit
from dashboard.texts import Texts, load_texts

TEXTS = ("hosts.", "catalog.region.")
HERE = {"function": "hereHeader(params)"}
"""The name of the region in the head of a column."""


def register(app: dash.Dash) -> None:
    """Let the browser take over the page as soon as it is drawn."""
    app.clientside_callback(
        ClientsideFunction("modelcost_hosts", "start"),
        Output("hosts-started", "data"),
        Input("hosts-options", "data"),
    )


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address; its filters are read by the browser."""
    texts = load_texts(visit.language)
    with database.read() as session:
        regions = all_regions(session)
    return html.Div(
        [
            dcc.Store(id="hosts-options", data=_options(visit, regions, texts)),
            dcc.Store(id="hosts-started"),
            header(texts, visit.search, visit.path),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("hosts.title"), className="page-title"),
                            html.P(texts("hosts.intro"), className="subline"),
                        ],
                        className="page-head",
                    ),
                    html.Div(id="hosts-filters", className="filter-row panel", role="search"),
                    html.P(id="hosts-remark", className="small"),
                    html.Div(
                        [
                            html.P(id="hosts-status", className="status", role="status"),
                            html.Div(id="hosts-tools"),
                        ],
                        className="list-head",
                    ),
                    html.Div(id="hosts-empty", className="empty panel", hidden=True),
                    html.Section(
                        _grid(texts), className="grid-frame", **aria(label=texts("hosts.list"))
                    ),
                ],
                id="content",
                className="hosts-page",
                tabIndex=-1,
            ),
        ],
        id="hosts",
    )


def _grid(texts: Texts) -> Component:
    def named(name: str, **given: Any) -> Any:
        return column(name, texts(f"hosts.column.{name}"), sortable=True, **given)

    last = {"comparator": {"function": "unknownLast"}}
    here = {"headerValueGetter": HERE, **last}
    columns = [
        named("sku", renderer="HostName", width=250, pinned="left"),
        named("here_usd", renderer="HostPriceHere", width=172, right=True, **here),
        named("gpu_model", renderer="PlainText", width=130, **last),
        named("gpu_count", renderer="GpuCount", width=76, right=True, **last),
        named("gpu_memory_gib", renderer="Gibibytes", width=122, right=True, **last),
        named("cheapest_usd", renderer="HostCheapest", width=222, right=True, **last),
        named("regions", renderer="RegionCount", width=96, right=True, **last),
        named("vcpus", renderer="TokenCount", width=84, right=True, **last),
        named("ram_gib", renderer="Gibibytes", width=104, right=True, **last),
        named("retired_on", renderer="RetiredOn", width=130, **last),
    ]
    return grid("host-list", columns, texts, LIST_OPTIONS, rows="clientSide")


def _options(visit: Visit, regions: list[str], texts: Texts) -> dict[str, Any]:
    shared = ("catalog.columns", "catalog.columns_reset", "catalog.unknown", "catalog.undated")
    return {
        "language": texts.language,
        "region": visit.region,
        "regionFrom": visit.region_from,
        "regions": regions,
        "texts": {
            **{name: text for name, text in texts.messages.items() if name.startswith(TEXTS)},
            **{f"hosts.{name.rpartition('.')[2]}": texts(name) for name in shared},
            "hosts.gib": texts("catalog.gib", number="{number}"),
        },
    }
