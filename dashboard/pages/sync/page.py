"""The Sync page as a whole: what is drawn, and what keeps it up to date while a sync runs."""

from datetime import UTC, datetime
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State, dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.moved_questions import moved_questions
from catalog.price_moves import PriceMove, price_moves
from catalog.sync.runs import page_runs
from dashboard.callback import offload
from dashboard.figures.price_moves import price_moves_figure
from dashboard.format import Format
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.sync.freshness import freshness_panel, read_state
from dashboard.pages.sync.moves import PERIODS, chosen_period, in_period, moves_panel
from dashboard.pages.sync.runs import runs_panel
from dashboard.pages.sync.unread import search_options, unread_panel
from dashboard.pages.sync.waiting import disagreements_panel, held_panel
from dashboard.pages.visit import Visit, read_visit
from dashboard.texts import load_texts

TICK_MILLISECONDS = 5_000
MOST_RUNS = 15


def register(app: dash.Dash, database: Database) -> None:
    """Attach the callbacks: the chart, the part that lives, and what the browser takes over."""
    app.clientside_callback(
        ClientsideFunction("modelcost_sync", "start"),
        Output("sync-started", "data"),
        Input("sync-options", "data"),
    )

    @app.callback(
        Output("moves-chart", "figure"), Input("scheme", "data"), Input("moves-chosen", "data")
    )
    @offload
    def draw_moves(look: dict[str, Any] | None, chosen: dict[str, Any]) -> Any:
        texts, seen = load_texts(chosen["language"]), look or {}
        period = next(one for one in PERIODS if one.name == chosen["period"])
        with database.read() as session:
            moves = in_period(price_moves(session), period, datetime.now(UTC))
        return price_moves_figure(
            moves,
            dark=bool(seen.get("dark")),
            narrow=bool(seen.get("narrow")),
            texts=texts,
            fmt=Format(texts.language, "USD"),
        )

    @app.callback(
        Output("sync-live", "children"),
        Output("sync-tick", "disabled"),
        Input("sync-tick", "n_intervals"),
        State("address", "search"),
        State("language-of-sync", "data"),
        prevent_initial_call=True,
    )
    @offload
    def tick(_count: int | None, search: str | None, language: str) -> Any:
        reader = reader_of(read_visit("/sync", search, language=language))
        now = datetime.now(UTC)
        with database.read() as session:
            state = read_state(session, now)
        return freshness_panel(reader, state, has_ended=not state.is_running), not state.is_running


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address."""
    reader, now = reader_of(visit), datetime.now(UTC)
    with database.read() as session:
        state = read_state(session, now)
        runs = page_runs(session, None, MOST_RUNS)
        moves = price_moves(session)
        period = chosen_period(visit, moves, now)
        shown = in_period(moves, period, now)
        questions = moved_questions(session, shown)
        held = held_panel(reader, session)
        disagreements = disagreements_panel(reader, session)
        unread = unread_panel(reader, session)
    body: list[Component] = [
        html.Div(freshness_panel(reader, state), id="sync-live"),
        moves_panel(reader, moves, period, questions, now),
    ]
    if runs.total:
        body += [held, disagreements, unread, runs_panel(reader, runs, state)]
    else:
        body.append(disagreements)
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            dcc.Store(id="sync-options", data=search_options(reader, state.sources)),
            dcc.Store(id="sync-started"),
            dcc.Store(id="language-of-sync", data=visit.language),
            dcc.Interval(id="sync-tick", interval=TICK_MILLISECONDS, disabled=not state.is_running),
            *_chart_store(reader, shown, period.name),
            html.Main(body, id="content", className="paper", tabIndex=-1),
            html.P(id="sync-said", className="unseen", role="status"),
        ],
        id="sync",
    )


def _chart_store(reader: Reader, shown: list[PriceMove], period: str) -> list[Component]:
    if not shown:
        return []
    return [
        dcc.Store(id="moves-chosen", data={"language": reader.visit.language, "period": period})
    ]
