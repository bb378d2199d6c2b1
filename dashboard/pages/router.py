"""Which page stands at an address: one callback draws it whenever the address changes."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import dash
from dash import Input, Output, html

from catalog.database import Database
from dashboard.callback import offload
from dashboard.chat.batch.tested import BatchResults, tested_models
from dashboard.pages.actual import page as actual
from dashboard.pages.batch import page as batch
from dashboard.pages.catalog import page as catalog
from dashboard.pages.chat import page as chat
from dashboard.pages.decide import callbacks as decide
from dashboard.pages.decisions import callbacks as decisions
from dashboard.pages.decisions.listed import draw_list
from dashboard.pages.decisions.sealed import draw_decision
from dashboard.pages.hosts import host, hosts
from dashboard.pages.model import callbacks as model
from dashboard.pages.model import compare
from dashboard.pages.options import page as options
from dashboard.pages.options.asked import names_question
from dashboard.pages.places import place_of
from dashboard.pages.settings import page as settings
from dashboard.pages.shell import register_browser
from dashboard.pages.sync import page as sync
from dashboard.pages.visit import Visit, read_visit
from dashboard.texts import load_texts, preferred_language


def register(app: dash.Dash, database: Database) -> None:
    """Attach the callbacks of all pages to the application."""
    state = decide.register(app, database)
    register_browser(app)
    catalog.register(app)
    hosts.register(app)
    model.register(app, database)
    compare.register(app)
    host.register(app, database)
    chat.register(app)
    batch.register(app)
    actual.register(app, database, state)
    sync.register(app, database)
    decisions.register(app, database)
    settings.register(app)

    def tests_of(models: Collection[str]) -> BatchResults | None:
        return tested_models(
            app.server.state.chat, decisions.session_of(app), models, datetime.now(UTC)
        )

    @app.callback(
        Output("page", "children"), Input("address", "pathname"), Input("address", "search")
    )
    @offload
    def draw(path: str | None, search: str | None) -> Any:
        request = app.backend.request_adapter()
        visit = visit_of(path, search, request.headers, request.cookies)
        match place_of(visit.path):
            case "decide":
                return decide.draw(state, search, request.headers)
            case "decisions":
                return draw_list(visit, database, app.server.state.standings)
            case "decision":
                return draw_decision(visit, database, decisions.session_of(app))
            case "catalog":
                return catalog.draw(visit, database)
            case "compare" if names_question(visit):
                return options.draw(visit, state, tests_of)
            case "compare":
                return compare.draw(visit, database, tests_of)
            case "hosts":
                return hosts.draw(visit, database)
            case "host":
                return host.draw(visit, database)
            case "chat":
                return chat.draw(visit)
            case "batch":
                return batch.draw(visit)
            case "actual":
                return actual.draw(visit, state)
            case "settings":
                return settings.draw(visit, database, app.server.state.chat)
            case "sync":
                return sync.draw(visit, database)
            case "model":
                return model.draw(visit, database)
        return html.P(load_texts(visit.language)("shell.not_found"))


def visit_of(
    path: str | None, search: str | None, headers: Mapping[str, str], cookies: Mapping[str, str]
) -> Visit:
    """The visit that a request of a callback belongs to."""
    language = preferred_language(headers)
    return read_visit(path, search, language=language, cookies=cookies)
