"""A command to be typed in a terminal, with a button that copies it."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.texts import Texts


def command(texts: Texts, text: str) -> Component:
    """The command as it is typed. The browser copies what the button carries."""
    carried: dict[str, Any] = {
        "data-copy": text,
        "data-copied": texts("sync.copied"),
        "data-refused": texts("sync.copy_refused"),
    }
    button = html.Button(
        texts("sync.copy"),
        type="button",
        className="plain-button",
        **carried,
        **aria(label=texts("sync.copy_named", command=text)),
    )
    return html.Div(
        [html.Code(text, className="command", lang="en"), button], className="command-line"
    )
