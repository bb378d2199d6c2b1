"""The Chat page as components. The browser fills it from REST; see `assets/chat.js`."""

from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.chat.retrieval import CHUNK_TOKENS, SHARE_OF_BEST, TOP_N
from dashboard.chat.sessions import KEEP_DAYS
from dashboard.pages.aria import aria
from dashboard.pages.shell import header
from dashboard.pages.visit import BATCH, Visit
from dashboard.texts import Texts, load_texts

TEXTS = ("chat.page.", "chat.place.", "chat.drop.", "chat.state.", "chat.source.")
SAMPLE_QUESTIONS = ("shoes", "sleep", "return")


def register(app: dash.Dash) -> None:
    """Let the browser take over the page as soon as it is drawn."""
    app.clientside_callback(
        ClientsideFunction("modelcost_chat", "start"),
        Output("chat-started", "data"),
        Input("chat-options", "data"),
    )


def draw(visit: Visit) -> Component:
    """The page at an address; chats and documents are those of the browser's session."""
    texts = load_texts(visit.language)
    return html.Div(
        [
            dcc.Store(id="chat-options", data=_options(visit, texts)),
            dcc.Store(id="chat-started"),
            header(texts, visit.search, visit.path),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("chat.page.title"), className="page-title"),
                            html.P(texts("chat.page.intro"), className="subline"),
                            html.A(
                                texts("chat.page.batch"),
                                href=visit.link(BATCH),
                                className="text-link",
                            ),
                        ],
                        className="page-head",
                    ),
                    _aside(texts),
                    _talk(texts),
                ],
                id="content",
                className="chat-page",
                tabIndex=-1,
            ),
        ],
        id="chat",
    )


def _aside(texts: Texts) -> Component:
    """What the bot knows, who answers, how it is asked; filled by the browser."""
    sections = [
        html.Section(
            [html.H2(texts(f"chat.page.{name}")), html.Div(id=f"chat-{name}")],
            className="panel chat-part",
        )
        for name in ("documents", "models", "settings", "chats")
    ]
    return html.Div(sections, className="chat-aside")


def _talk(texts: Texts) -> Component:
    return html.Section(
        [
            html.Div(id="chat-banner"),
            html.Div(id="chat-thread", className="chat-thread", role="log"),
            html.Div(id="chat-workload"),
            html.Div(id="chat-composer", className="panel chat-composer"),
            html.Div(id="chat-limits", className="small"),
            html.P(id="chat-said", className="unseen", role="status"),
        ],
        className="chat-talk",
        **aria(label=texts("chat.page.talk")),
    )


def _options(visit: Visit, texts: Texts) -> dict[str, Any]:
    return {
        "language": texts.language,
        "region": visit.region,
        "topN": list(TOP_N),
        "strictness": list(SHARE_OF_BEST),
        "chunkTokens": list(CHUNK_TOKENS),
        "keepDays": KEEP_DAYS,
        "samples": [texts(f"chat.sample.{name}") for name in SAMPLE_QUESTIONS],
        "texts": {
            **{name: text for name, text in texts.messages.items() if name.startswith(TEXTS)},
            "unknown": texts("catalog.unknown"),
        },
    }
