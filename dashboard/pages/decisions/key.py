"""The field in which the owner's key is typed where prices are hidden."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.reader import Reader

LONGEST_KEY = 100


def key_panel(reader: Reader) -> Component:
    """What is hidden, and how who holds the key sees it.

    The browser sends the key in the head of one request (`assets/decisions.js`) and empties the
    field: it stands in no address, no log and no state of the page.
    """
    texts = reader.texts
    title = texts("decisions.key")
    words = {name: texts(f"decisions.key.{name}") for name in ("empty", "wrong", "failed")}
    words["too_many"] = texts("decisions.key.too_many", minutes="{minutes}")
    return html.Section(
        [
            html.H2(texts("decisions.hidden.title")),
            html.P(texts("decisions.hidden"), className="subline"),
            html.Details(
                [
                    html.Summary(title),
                    html.Div(
                        [
                            dmc.PasswordInput(
                                id="decision-key",
                                label=texts("decisions.key.label"),
                                description=texts("decisions.key.hint"),
                                inputWrapperOrder=["label", "description", "input", "error"],
                                autoComplete="off",
                                inputProps={"maxLength": LONGEST_KEY},
                                visibilityToggleButtonProps=aria(label=texts("decisions.key.show")),
                            ),
                            dmc.Button(
                                texts("decisions.key.send"), id="decision-key-send", size="sm"
                            ),
                        ],
                        className="note-form",
                    ),
                ],
                id="decision-key-form",
            ),
            dcc.Store(id="decision-key-words", data=words),
        ],
        className="panel hidden-prices",
        id="decision-hidden",
        **aria(label=title),
    )
