"""The Batch test page as components. The browser fills it from REST; see `assets/batch.js`."""

from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.chat.retrieval import CHUNK_TOKENS, SHARE_OF_BEST, TOP_N
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.shell import header
from dashboard.pages.visit import CHAT, Visit
from dashboard.texts import Texts, load_texts

TEXTS = ("batch.page.", "chat.place.", "chat.page.example", "chat.page.system")


def register(app: dash.Dash) -> None:
    """Let the browser take over the page as soon as it is drawn, and draw anew in another look."""
    app.clientside_callback(
        ClientsideFunction("modelcost_batch", "start"),
        Output("batch-started", "data"),
        Input("batch-options", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("modelcost_batch", "look"),
        Output("batch-look", "data"),
        Input("scheme", "data"),
        Input("batch-options", "data"),
    )


def draw(visit: Visit) -> Component:
    """The page at an address; batch tests are those of the browser's session."""
    texts = load_texts(visit.language)
    return html.Div(
        [
            dcc.Store(id="batch-options", data=_options(visit, texts)),
            dcc.Store(id="batch-started"),
            dcc.Store(id="batch-look"),
            header(texts, visit.search, visit.path),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("batch.title"), className="page-title"),
                            html.P(texts("batch.intro"), className="subline"),
                            html.A(
                                texts("batch.back"), href=visit.link(CHAT), className="text-link"
                            ),
                        ],
                        className="page-head",
                    ),
                    html.Div([_panel("new", texts("batch.new"))], className="chat-aside"),
                    html.Div(
                        [_panel("tests", texts("batch.tests")), _results(texts)],
                        className="chat-talk",
                    ),
                    html.P(id="batch-said", className="unseen", role="status"),
                ],
                id="content",
                className="chat-page",
                tabIndex=-1,
            ),
        ],
        id="batch",
    )


def _panel(name: str, title: str) -> Component:
    return html.Section([html.H2(title), html.Div(id=f"batch-{name}")], className="panel chat-part")


def _results(texts: Texts) -> Component:
    """Hidden until results are opened; the chart keeps its place."""
    return html.Section(
        [
            html.H2(id="batch-results-title", tabIndex=-1),
            html.P(id="batch-finding", className="finding"),
            html.Div(graph("batch-chart", texts), className="batch-chart", id="batch-drawn"),
            html.Div(id="batch-points"),
            html.Div(id="batch-workloads"),
            html.Div(id="batch-rows"),
            html.Div(id="batch-answer", **aria(live="polite")),
        ],
        id="batch-results",
        className="panel chat-part",
        hidden=True,
    )


def _options(visit: Visit, texts: Texts) -> dict[str, Any]:
    return {
        "language": texts.language,
        "region": visit.region,
        "topN": list(TOP_N),
        "strictness": list(SHARE_OF_BEST),
        "chunkTokens": list(CHUNK_TOKENS),
        "texts": {name: text for name, text in texts.messages.items() if name.startswith(TEXTS)},
    }
