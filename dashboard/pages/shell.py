"""The frame around every page: brand, language and theme, skip link, and where the page goes."""

from urllib.parse import parse_qsl, urlencode

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.places import NAVIGATION, PART_OF, place_of
from dashboard.pages.visit import SETTINGS
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
            dcc.Store(id="look-kept"),
            html.Div(id="page", className="page"),
        ],
        id="mantine",
        theme=THEME,
        forceColorScheme="light",
    )


def header(texts: Texts, search: str, path: str = "/") -> Component:
    """Skip link, brand, navigation and switches, for the page at a path.

    The language is a link to the same state, so that it works in a new tab too.
    """
    place = place_of(path) or "decide"
    skip = ("shell.skip", "#answer") if place == "decide" else ("nav.skip", "#content")
    return html.Header(
        [
            html.A(texts(skip[0]), href=skip[1], className="skip-link"),
            html.Div(
                [
                    html.A("modelcost", href=_kept("/", search), className="brand"),
                    html.Span(texts("shell.claim"), className="claim"),
                ],
                className="brand-line",
            ),
            _navigation(place, texts, search),
            html.Nav(
                [
                    _settings_link(place, texts, search),
                    *[_language_link(name, texts.language, search, path) for name in LANGUAGES],
                    dmc.Button(
                        texts("shell.theme"),
                        id="theme-switch",
                        variant="subtle",
                        color="gray",
                        className="quiet-button",
                        size="compact-sm",
                    ),
                ],
                className="switches",
                **aria(label=texts("shell.switches")),
            ),
        ],
        className="shell-header",
    )


def register_browser(app: dash.Dash) -> None:
    """Let the chosen theme go along from page to page."""
    app.clientside_callback(
        ClientsideFunction("modelcost_shell", "keepLook"),
        Output("look-kept", "data"),
        Input("scheme", "data"),
    )


def _navigation(place: str, texts: Texts, search: str) -> Component:
    """The pages; the one shown, or the one that leads to it, is marked."""
    shown = PART_OF.get(place, place)
    links: list[Component] = []
    for name, path in NAVIGATION.items():
        marked = "page" if name == place else "true"
        links.append(
            html.A(
                texts(f"nav.{name}"),
                href=_kept(path, search),
                className="nav-link current" if name == shown else "nav-link",
                **(aria(current=marked) if name == shown else {}),
            )
        )
    links.append(html.A(texts("shell.api"), href="/docs", className="nav-link"))
    return html.Nav(links, className="pages", **aria(label=texts("nav.pages")))


def _settings_link(place: str, texts: Texts, search: str) -> Component:
    shown = place == "settings"
    return html.A(
        texts("nav.settings"),
        href=_kept(SETTINGS, search),
        className="nav-link current" if shown else "nav-link",
        **(aria(current="page") if shown else {}),
    )


def _kept(path: str, search: str) -> str:
    """A path with the language and theme that the address asks for."""
    pairs = [(k, v) for k, v in parse_qsl(search.lstrip("?")) if k in ("lang", "theme")]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _language_link(language: str, current: str, search: str, path: str) -> Component:
    pairs = [(key, value) for key, value in parse_qsl(search.lstrip("?")) if key != "lang"]
    return html.A(
        LANGUAGE_NAMES[language],
        id=f"language-{language}",
        href=f"{path}?" + urlencode([*pairs, ("lang", language)]),
        lang=language,
        className="nav-link current" if language == current else "nav-link",
        **(aria(current="true") if language == current else {}),
    )
