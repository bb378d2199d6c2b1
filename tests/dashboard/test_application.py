"""How the application is put together: its routes, its callbacks, what it may not import, and
what it says when something behind it fails."""

from __future__ import annotations

import ast
import inspect
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dash
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import catalog
import costing
import dashboard
import scripts
from catalog.settings import Settings, load_settings
from dashboard.app import create_app
from dashboard.errors import CannotServe
from dashboard.serve import serve
from dashboard.service import open_catalog
from tests.dashboard.commands import fill_folder

EVERY = "DELETE GET HEAD OPTIONS PATCH POST PUT TRACE"
ROUTES = f"""
GET HEAD  /openapi.json
any       /static-offline-docs
GET       /docs
GET       /docs/oauth2-redirect
GET       /api/v1/health
GET       /api/v1/models
GET       /api/v1/models/facets
GET       /api/v1/models/{{model_id:path}}
GET       /api/v1/prices
GET       /api/v1/instances
GET       /api/v1/coverage
GET       /api/v1/prices/disagreements
GET       /api/v1/fees
GET       /api/v1/rates
GET       /api/v1/links
GET       /api/v1/cheapest
GET       /api/v1/instances/priced
GET       /api/v1/sync-runs
GET       /api/v1/sources
GET       /api/v1/unread-rows
GET       /api/v1/price-moves
GET       /api/v1/held-prices
POST      /api/v1/estimates
POST      /api/v1/break-even
POST      /api/v1/capacity
POST      /api/v1/plan
POST      /api/v1/hours
POST      /api/v1/risk
POST      /api/v1/recommendations
POST      /api/v1/comparisons
GET       /api/v1/comparisons
POST      /api/v1/hybrid
POST      /api/v1/budget
POST      /api/v1/actuals
POST      /api/v1/sweeps
POST      /api/v1/reprice
POST      /api/v1/trace
POST      /api/v1/exports/{{kind}}
POST      /api/v1/deployments
GET       /api/v1/decisions
POST      /api/v1/decisions
GET       /api/v1/decisions/{{decision}}
DELETE    /api/v1/decisions/{{decision}}
POST      /api/v1/decisions/{{decision}}/restore
POST      /api/v1/decisions/{{decision}}/holders
GET       /api/v1/decisions/{{decision}}/versions
POST      /api/v1/decisions/{{decision}}/versions
GET       /api/v1/decisions/{{decision}}/today
GET       /api/v1/decisions/{{decision}}/verify
GET       /api/v1/decisions/{{decision}}/notes
POST      /api/v1/decisions/{{decision}}/comments
POST      /api/v1/decisions/{{decision}}/evidence
POST      /api/v1/chat
GET       /api/v1/chat/endpoints
DELETE    /api/v1/chat/session
GET       /api/v1/chats
GET       /api/v1/chats/{{chat}}
DELETE    /api/v1/chats/{{chat}}
GET       /api/v1/chats/{{chat}}/workload
PUT       /api/v1/chats/answers/{{answer}}/accepted
POST      /api/v1/chat/documents
GET       /api/v1/chat/documents
DELETE    /api/v1/chat/documents/{{document}}
GET       /api/v1/chat/passages/{{source}}/{{passage}}
GET       /api/v1/chats/{{chat}}/turns/{{turn}}/export/{{form}}
POST      /api/v1/chat/playground
POST      /api/v1/batches/questions
POST      /api/v1/batches/estimates
POST      /api/v1/batches
GET       /api/v1/batches
GET       /api/v1/batches/{{batch}}
DELETE    /api/v1/batches/{{batch}}
POST      /api/v1/batches/{{batch}}/stop
POST      /api/v1/batches/{{batch}}/resume
GET       /api/v1/batches/{{batch}}/results
GET       /api/v1/batches/{{batch}}/answers/{{number}}
GET       /api/v1/batches/{{batch}}/table
GET       /api/v1/batches/{{batch}}/chart
GET       /api/v1/chat/limits
GET       /api/v1/chat/sources
GET       /api/v1/chat/sources/{{source}}
POST      /api/v1/chat/sources/{{source}}/readings
GET       /api/v1/chat/sources/{{source}}/documents
GET       /api/v1/chat/sources/{{source}}/documents/{{document}}
{EVERY}   /api/v1/{{path:path}}
{EVERY}   /api
{EVERY}   /api/{{path:path}}
GET       /print
any       /assets
GET       /_dash-component-suites/{{package_name}}/{{fingerprinted_path:path}}
GET       /_dash-layout
GET       /_dash-dependencies
POST      /_dash-update-component
GET       /_reload-hash
GET       /_favicon.ico
any       /_dash-ws-callback
GET       /
GET       /catalog
GET       /compare
GET       /hosts
GET       /chat
GET       /batch
GET       /actual
GET       /sync
GET       /settings
GET       /decisions
GET       /decisions/{{name:path}}
GET       /model/{{name:path}}
GET       /host/{{name:path}}
GET       /{{path:path}}
"""
"""Methods and path, in the order in which they are tried; `any`: mounted files, or a websocket."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an application of this test's own, whose database it may damage."""
    return load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})


@pytest.fixture
def app(settings: Settings) -> Iterator[FastAPI]:
    """The application on its own database."""
    fill_folder(settings.data_dir)
    database = open_catalog(settings)
    yield create_app(settings, database)
    database.close()


def test_the_routes_are_these_in_this_order(app: FastAPI) -> None:
    """A route that is not listed is one that nobody decided on."""
    expected = [line.split() for line in ROUTES.strip().splitlines()]

    assert [[*line[:-1], line[-1]] for line in expected] == list(_routes(app))


def test_every_callback_is_a_coroutine(app: FastAPI) -> None:
    """A plain function would run on the event loop and stop every other reader meanwhile."""
    pages: dash.Dash = dash.get_app()  # type: ignore[no-untyped-call]

    on_server = _server_callbacks(pages)

    assert app is pages.server
    assert len(on_server) >= 4
    assert [] == [name for name, call in on_server.items() if not _is_coroutine(call)]
    pages.callback(dash.Output("page", "title"), dash.Input("address", "hash"))(lambda _: "plain")
    assert ["page.title"] == [
        name for name, call in _server_callbacks(pages).items() if not _is_coroutine(call)
    ]


def test_no_late_answer_is_drawn_over_a_newer_one(app: FastAPI) -> None:
    """Dash drops an answer that was overtaken only where it has as many places as outputs are
    named, so that none of them may stand for several."""
    pages: dash.Dash = dash.get_app()  # type: ignore[no-untyped-call]
    several = [name for name in _server_callbacks(pages) if '["ALL"]' in name]
    of_one_place = [name for name in several if "hybrid-shown" in name and "hybrid-picked" in name]

    assert app is pages.server
    assert several == of_one_place
    assert len(several) == 1


def test_no_module_of_ours_imports_flask() -> None:
    """Dash runs on FastAPI here; Flask would be a second application in the process."""
    looked_at = 0
    importing = []
    for room in (catalog, costing, dashboard, scripts):
        for file in sorted(Path(str(room.__file__)).parent.rglob("*.py")):
            looked_at += 1
            names = _imported(ast.parse(file.read_text(encoding="utf-8")))
            importing += [file for name in names if name.partition(".")[0] == "flask"]

    assert looked_at > 50
    assert [] == importing
    assert {"flask", "flask.views"} == set(_imported(ast.parse("import flask, flask.views")))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.com", "127.0.0.1.x"])
def test_serving_where_others_can_reach_it_is_refused(settings: Settings, host: str) -> None:
    """Before the port is bound, the database made or the application built."""
    exposed = settings.model_copy(update={"host": host, "port": 0})

    with pytest.raises(CannotServe, match="loopback address"):
        serve(exposed, {}, 0.0)

    assert not (settings.data_dir / "modelcost.db").exists()


def test_a_database_that_stopped_answering_is_a_503(app: FastAPI, settings: Settings) -> None:
    """The problem says what was expected; health fails with it, so that a monitor sees it."""
    _change(settings, "DROP TABLE price")
    client = TestClient(app, base_url="http://127.0.0.1")

    for path in ("/api/v1/prices", "/api/v1/health"):
        answer = client.get(path)

        assert (503, "application/problem+json") == _head(answer)
        assert "Expected the database" in answer.json()["detail"]


def test_what_nobody_foresaw_is_a_problem_too_and_stands_in_the_log(
    app: FastAPI, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that no version of the program wrote: a 500 without a traceback, which is logged."""
    _change(settings, "UPDATE price SET flags = 'rubbish'")
    client = TestClient(app, base_url="http://127.0.0.1")

    with caplog.at_level(logging.ERROR, logger="modelcost.api"):
        answer = client.get("/api/v1/prices?limit=1")

    assert (500, "application/problem+json") == _head(answer)
    assert "Traceback" not in answer.text
    assert "rubbish" not in answer.text
    assert "nosniff" == answer.headers["x-content-type-options"]
    [record] = caplog.records
    assert "GET /api/v1/prices failed" == record.getMessage()
    assert record.exc_info is not None


def _routes(app: FastAPI) -> Iterator[list[str]]:
    for route in app.routes:
        included = getattr(route, "original_router", None)
        for one in [route] if included is None else included.routes:
            path = str(getattr(one, "path", ""))
            methods = sorted(getattr(one, "methods", None) or ["any"])
            yield [*methods, path if included is None else f"/api/v1{path}"]


def _server_callbacks(pages: dash.Dash) -> dict[str, Any]:
    """Output and function of each callback that runs here and not in the browser."""
    entries = pages.callback_map.items()
    return {name: entry["callback"] for name, entry in entries if "callback" in entry}


def _is_coroutine(function: Any) -> bool:
    return inspect.iscoroutinefunction(function)


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _change(settings: Settings, statement: str) -> None:
    """Do to the database what the program itself never does."""
    with closing(sqlite3.connect(settings.data_dir / "modelcost.db")) as database, database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(statement)


def _head(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "field", "words"),
    [
        ("/models?regoin=japaneast", "regoin", "Did you mean region?"),
        ("/instances?zzz=1", "zzz", "Known here: after, lang, limit, provider, q, region."),
        ("/prices?model=a&model=b", "model", "stands here twice"),
        ("/chats?owner=somebody", "owner", "Known here: lang."),
    ],
)
def test_a_name_that_no_route_reads_is_refused_and_not_ignored(
    app: FastAPI, path: str, field: str, words: str
) -> None:
    """A misspelled filter that does nothing gives a list that looks right."""
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get(f"/api/v1{path}")

    assert answer.status_code in (400, 422)
    [error] = answer.json()["errors"]
    assert field == error["field"]
    assert words in error["message"]


def test_a_name_that_may_stand_several_times_is_read_each_time(app: FastAPI) -> None:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get("/api/v1/cheapest?model=a&model=b&region=eastus&lang=ja")

    assert [one["id"] for one in answer.json()["items"]] == ["a", "b"]
