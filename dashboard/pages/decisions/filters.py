"""What narrows the list of decisions: words, an owner, a status, those taken off the list."""

from collections.abc import Mapping, Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.decisions.listing import URGENT
from dashboard.pages.aria import aria
from dashboard.pages.reader import Reader
from dashboard.pages.visit import DECISIONS

KEPT: Final = ("q", "owner", "status", "sort", "removed", "after")
"""What the address of the list says beside language and theme."""


def search_panel(reader: Reader, asked: Mapping[str, str], owners: Sequence[str]) -> Component:
    """The fields and links over the list; each leads to an address, so that it can be sent."""
    texts = reader.texts
    words = html.Div(
        [
            html.Label(texts("decisions.list.search"), htmlFor="decisions-q"),
            dcc.Input(
                id="decisions-q",
                type="search",
                value=asked.get("q", ""),
                debounce=True,
                maxLength=200,
            ),
        ],
        className="inline-field search-field",
    )
    chosen = asked.get("owner") or None
    names = owners if chosen is None or chosen in owners else [chosen, *owners]
    owner = dmc.Select(
        id="decisions-owner",
        label=texts("decisions.column.owner"),
        data=[{"value": one, "label": one} for one in names],
        value=chosen,
        placeholder=texts("decisions.list.any_owner"),
        searchable=True,
        clearable=True,
        limit=60,
        nothingFoundMessage=texts("form.nothing_found"),
        clearButtonProps=aria(label=texts("decisions.list.any_owner")),
        className="inline-field",
    )
    return html.Div(
        [html.Div([words, owner], className="search-row"), _statuses(reader, asked)],
        className="decisions-search",
    )


def link_to(reader: Reader, asked: Mapping[str, str], **changes: str) -> str:
    """The address of the list with these changes; an empty text takes a filter away."""
    kept = {name: asked[name] for name in KEPT if asked.get(name)} | changes
    return reader.visit.link(DECISIONS, **{name: value for name, value in kept.items() if value})


def _statuses(reader: Reader, asked: Mapping[str, str]) -> Component:
    texts, status = reader.texts, asked.get("status", "")
    choices = [("", texts("decisions.list.any_status"))]
    choices += [(one.value, texts(f"decisions.status.{one.value}")) for one in reversed(URGENT)]
    removed = asked.get("removed") == "true"
    links = [
        _chip(text, link_to(reader, asked, status=value, after=""), current=value == status)
        for value, text in choices
    ]
    taken_off = link_to(reader, asked, removed="" if removed else "true", after="")
    links.append(_chip(texts("decisions.list.removed"), taken_off, current=removed))
    return html.Nav(links, className="chips", **aria(label=texts("decisions.list.filter")))


def _chip(text: str, href: str, *, current: bool) -> Component:
    said = aria(current="true") if current else {}
    return html.A(
        text, href=href, className="chip-link current" if current else "chip-link", **said
    )
