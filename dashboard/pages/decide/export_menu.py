"""The menu by which an answer is taken away: as papers made by the server, as a picture of the
chart made in the browser."""

from typing import Final

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State
from dash.development.base_component import Component

from dashboard.texts import Texts

PAPERS: Final = ("xlsx", "print", "markdown", "csv", "focus")
PICTURES: Final = ("svg", "png")
WORDS: Final = ("busy", "done", "failed", "stale")


def export_menu(texts: Texts) -> Component:
    """A button with a menu; arrow keys walk through it, Escape closes it."""
    papers, pictures = (
        [dmc.MenuItem(texts(f"export.{kind}"), id=_item(kind)) for kind in kinds]
        for kinds in (PAPERS, PICTURES)
    )
    return dmc.Menu(
        [
            dmc.MenuTarget(
                dmc.Button(texts("export.menu"), id="export", variant="default", size="compact-sm")
            ),
            dmc.MenuDropdown(
                [
                    dmc.MenuLabel(texts("export.papers")),
                    *papers,
                    dmc.MenuDivider(),
                    dmc.MenuLabel(texts("export.pictures")),
                    *pictures,
                ]
            ),
        ],
        position="bottom-start",
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
        prevent_initial_call=True,
    )


def _item(kind: str) -> dict[str, str]:
    return {"type": "export", "kind": kind}
