"""The menu by which an answer is taken away: as papers made by the server, as a picture of the
chart made in the browser."""

from typing import Final

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.texts import Texts

PAPERS: Final = ("xlsx", "print", "markdown", "csv", "focus")
PICTURES: Final = ("svg", "png")
WORDS: Final = ("busy", "done", "failed", "stale")


def export_menu(texts: Texts) -> Component:
    """A button with a menu; arrow keys walk through it, Escape closes it."""
    papers, pictures = (
        html.Div(
            [html.Span(texts(title), className="menu-title", id=f"{title.replace('.', '-')}-title")]
            + [_choice(kind, texts) for kind in kinds],
            role="group",
            **aria(labelledby=f"{title.replace('.', '-')}-title"),
        )
        for title, kinds in (("export.papers", PAPERS), ("export.pictures", PICTURES))
    )
    button = dmc.Button(
        texts("export.menu"),
        id="export",
        variant="default",
        size="compact-sm",
        **aria(haspopup="menu", expanded="false", controls="export-list"),
    )
    listed = html.Div(
        [papers, pictures],
        id="export-list",
        className="menu-list",
        role="menu",
        tabIndex=-1,
        hidden=True,
        **aria(labelledby="export"),
    )
    return html.Div([button, listed], className="menu")


def _choice(kind: str, texts: Texts) -> Component:
    return html.Button(
        texts(f"export.{kind}"),
        id={"type": "export", "kind": kind},
        type="button",
        role="menuitem",
        tabIndex=-1,
    )


def export_texts(texts: Texts) -> dict[str, str]:
    """What the browser says of an export."""
    return {word: texts(f"export.{word}") for word in WORDS}


def register_exports(app: dash.Dash) -> None:
    """Let the browser fetch the paper that was chosen, or draw the picture."""
    app.clientside_callback(
        ClientsideFunction("modelcost_exports", "take"),
        Output("exported", "children"),
        Input({"type": "export", "kind": ALL}, "n_clicks"),
        State("answer-data", "data"),
        State("export-texts", "data"),
        State("hybrid-chosen", "data"),
        prevent_initial_call=True,
    )
