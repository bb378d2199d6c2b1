"""What follows the chart of an answer: the tables, and the open tab. The other tabs are emptied, so
that none of them shows numbers of an earlier answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Input, Output, State, no_update

from catalog.database import Database
from catalog.problems import Refused
from dashboard.callback import offload
from dashboard.exports.paper import answer_hash
from dashboard.pages.decide.address import TABS, address_of
from dashboard.pages.decide.result import rest_outputs
from dashboard.pages.decide.studies.parts import CHOICE, PICKED, SHOWN, picks_of
from dashboard.pages.decide.studies.tabs import (
    asked_of,
    chosen_hybrid,
    place_of,
    refused_study,
    study,
    view_of,
)
from dashboard.pages.still import still
from dashboard.pages.visit import fiscal_month_of
from dashboard.texts import load_texts

PANEL = "panel studies-panel"
REST = ("basis", "budget-card", "tables")
"""Places of `rest_outputs`."""


def register_studies(app: dash.Dash, database: Database) -> None:
    """Attach the callback of the tables and tabs; one, so that the answer is found once."""
    _register_hybrid(app, database)

    @app.callback(
        Output("still-rest", "data"),
        Output("rest-of", "data"),
        *[Output(place_of(name), "children") for name in TABS],
        Input("study", "value"),
        Input("answer-data", "data"),
        State("scheme", "data"),
        State("address", "search"),
        State("hybrid-chosen", "data"),
        State("rest-of", "data"),
        prevent_initial_call=True,
        running=[(Output("studies", "className"), f"{PANEL} busy", PANEL)],
    )
    @offload
    def draw(
        tab: str | None,
        answer: Mapping[str, Any] | None,
        look: Mapping[str, Any] | None,
        search: str | None,
        picked: Mapping[str, str] | None,
        drawn: str | None,
    ) -> tuple[Any, ...]:
        request = app.backend.request_adapter()
        address = address_of(search, request.headers)
        rest: Any = no_update
        if answer is None:
            return rest, None, *([] for _ in TABS)
        # Not by what triggered this: a tab that is opened before the tables have followed takes the
        # place of the call that would have drawn them.
        named: str | None = f"{answer_hash(dict(answer))} {search}"
        texts = load_texts(address.language)
        try:
            month = fiscal_month_of(request.cookies)
            document = dict(answer["scenario"])
            asked = asked_of(database, document, view_of(look), texts, month, picked)
        except Refused as refused:
            shown, named = refused_study(refused, texts), drawn
        else:
            if named != drawn:
                parts = rest_outputs(asked.answer, asked.scenario, address)
                rest = {name: still(part) for name, part in zip(REST, parts, strict=True)}
            shown = study(asked, str(tab)) if tab in TABS else []
        return rest, named, *(shown if name == tab else [] for name in TABS)


def _register_hybrid(app: dash.Dash, database: Database) -> None:
    """Another base, overflow or profile draws the answer beneath the fields, not the fields: who
    chose by keyboard keeps the focus."""

    @app.callback(
        # Both come with the fields, so that their arrival is no choice. There is one of each: with
        # more, Dash would draw a late answer over a newer one.
        Output({"type": SHOWN, "name": ALL}, "children"),
        Output({"type": PICKED, "name": ALL}, "data"),
        Input({"type": CHOICE, "name": ALL}, "value"),
        State({"type": CHOICE, "name": ALL}, "id"),
        State({"type": PICKED, "name": ALL}, "data"),
        State("answer-data", "data"),
        State("scheme", "data"),
        State("address", "search"),
        prevent_initial_call=True,
        running=[(Output("studies", "className"), f"{PANEL} busy", PANEL)],
    )
    @offload
    def choose(
        values: Sequence[str | None],
        ids: Sequence[Mapping[str, str]],
        stores: Sequence[Mapping[str, Any]],
        answer: Mapping[str, Any] | None,
        look: Mapping[str, Any] | None,
        search: str | None,
    ) -> tuple[list[Any], list[Any]]:
        if answer is None or not stores:
            return [no_update] * len(stores), [no_update] * len(stores)
        [before] = stores
        picked = picks_of(ids, values, before["drawn"], before["picked"])
        request = app.backend.request_adapter()
        texts = load_texts(address_of(search, request.headers).language)
        shown = chosen_hybrid(database, dict(answer["scenario"]), view_of(look), texts, picked)
        return [shown], [{**before, "picked": picked}]

    app.clientside_callback(
        ClientsideFunction("modelcost", "keepChosen"),
        Output("hybrid-chosen", "data"),
        Input({"type": PICKED, "name": ALL}, "data"),
        prevent_initial_call=True,
    )
