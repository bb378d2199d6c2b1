"""The open tab is drawn for the answer on the screen; the others are emptied, so that none of them
shows numbers of an earlier one."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import ALL, Input, Output, State

from catalog.database import Database
from dashboard.callback import offload
from dashboard.pages.decide.address import read_address
from dashboard.pages.decide.state import PageState
from dashboard.pages.decide.studies.tabs import study, view_of
from dashboard.pages.visit import fiscal_month_of
from dashboard.texts import load_texts

PLACES = {"type": "study", "name": ALL}
PANEL = "panel studies-panel"


def register_studies(app: dash.Dash, database: Database) -> None:
    """Attach the callback of the tabs."""

    @app.callback(
        Output(PLACES, "children"),
        Input("study", "value"),
        Input("answer-data", "data"),
        State(PLACES, "id"),
        State("scheme", "data"),
        State("address", "search"),
        prevent_initial_call=True,
        running=[(Output("studies", "className"), f"{PANEL} busy", PANEL)],
    )
    @offload
    def draw(
        tab: str | None,
        answer: Mapping[str, Any] | None,
        places: Sequence[Mapping[str, str]],
        look: Mapping[str, Any] | None,
        search: str | None,
    ) -> list[Any]:
        request = app.backend.request_adapter()
        preferred = PageState.preferred_language(request.headers)
        texts = load_texts(read_address(search, language=preferred).language)
        chosen = fiscal_month_of(request.cookies)
        names = [place["name"] for place in places]
        if answer is None or tab not in names:
            return [[] for _ in names]
        document = dict(answer["scenario"])
        shown = study(database, document, str(tab), view_of(look), texts, chosen)
        return [shown if name == tab else [] for name in names]
