"""The frame around every page: brand, language and theme, skip link, and where the page goes."""

from urllib.parse import parse_qsl, urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.texts import LANGUAGES, Texts

LANGUAGE_NAMES = {"en": "English", "ja": "日本語"}
THEME = {
    "primaryColor": "blue",
    "primaryShade": {"light": 9, "dark": 8},
    "fontFamily": (
        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans JP', "
        "'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif"
    ),
    "defaultRadius": "sm",
}


def root() -> Component:
    """What the browser gets first; the page itself is drawn once the address is known."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="scheme"),
            dcc.Store(id="language"),
            html.Div(id="page", className="page"),
        ],
        id="mantine",
        theme=THEME,
        forceColorScheme="light",
    )


def header(texts: Texts, search: str) -> Component:
    """Skip link, brand and switches. The language is a link, so that it works in a new tab too."""
    return html.Header(
        [
            html.A(texts("shell.skip"), href="#answer", className="skip-link"),
            html.Div(
                [
                    html.A("modelcost", href="/", className="brand"),
                    html.Span(texts("shell.claim"), className="claim"),
                ],
                className="brand-line",
            ),
            html.Nav(
                [
                    *[_language_link(language, texts.language, search) for language in LANGUAGES],
                    dmc.Button(
                        texts("shell.theme"),
                        id="theme-switch",
                        variant="subtle",
                        color="gray",
                        className="quiet-button",
                        size="compact-sm",
                    ),
                    html.A(texts("shell.api"), href="/docs", className="nav-link"),
                ],
                className="switches",
                **aria(label=texts("shell.switches")),
            ),
        ],
        className="shell-header",
    )


def _language_link(language: str, current: str, search: str) -> Component:
    pairs = [(key, value) for key, value in parse_qsl(search.lstrip("?")) if key != "lang"]
    return html.A(
        LANGUAGE_NAMES[language],
        id=f"language-{language}",
        href="/?" + urlencode([*pairs, ("lang", language)]),
        lang=language,
        className="nav-link current" if language == current else "nav-link",
        **(aria(current="true") if language == current else {}),
    )
