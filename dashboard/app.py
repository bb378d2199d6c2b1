"""One process, one application: REST by FastAPI, pages by Dash on its FastAPI backend."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from typing import Any, cast
from urllib.parse import urlsplit

import dash
from dash.backends._fastapi import reset_current_request, set_current_request
from dash.exceptions import DependencyException
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from catalog.database import Database
from catalog.settings import Settings
from dashboard import __version__
from dashboard.api import build_router, refuse_unknown
from dashboard.api.chat_visits import chat_refused
from dashboard.api.problems import install_problem_handlers, problem_response
from dashboard.chat.batch.running import Batches
from dashboard.chat.desk import open_desk
from dashboard.chat.errors import ChatRefused
from dashboard.decisions.key_tries import KeyTries
from dashboard.decisions.standings import Standings
from dashboard.pages import places, router, shell
from dashboard.pages.decide.address import address_of
from dashboard.pages.decide.printed import add_print_route
from dashboard.security import install_security
from dashboard.texts import load_texts, preferred_language

INDEX = """<!DOCTYPE html>
<html lang="{language}" data-theme="{theme}">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{claim}">
<title>{{%title%}}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{{%css%}}
</head>
<body>
<noscript>{noscript}</noscript>
{{%app_entry%}}
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>"""


class Pages(dash.Dash):
    """Dash with an index page in the language and theme of the address that was asked for."""

    def interpolate_index(self, *parts: Any, **named: Any) -> str:
        """The first HTML, before any script runs, so that neither language nor background jumps."""
        request = self.backend.request_adapter()
        address = address_of(str(request.args), request.headers)
        texts = load_texts(address.language)
        self.index_string = INDEX.format(
            language=address.language,
            theme=address.theme,
            claim=texts("shell.claim"),
            noscript=texts("shell.noscript"),
        )
        path = urlsplit(str(request.url)).path
        # A brace in a name must not look like one of Dash's own gaps.
        named["title"] = escape(places.page_title(path, texts)).replace("{", "&#123;")
        if places.place_of(path) not in places.WITH_GRID:
            named["scripts"] = places.GRID_SCRIPT.sub("", named["scripts"])
        return cast(str, super().interpolate_index(*parts, **named))

    def _config(self) -> dict[str, Any]:
        """Dash's settings for the browser, without the websocket it would open and never use
        here."""
        config = cast(dict[str, Any], super()._config())
        config.pop("websocket", None)
        return config


def create_app(
    settings: Settings, database: Database, environment: Mapping[str, str] | None = None
) -> FastAPI:
    """The application on an open database; tests and `modelcost serve` build it here.

    environment: where the keys of the test chat's endpoints are; None: nowhere.
    Raises EndpointFileRefused with everything that is wrong in the operator's file.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.batches.close()
        app.state.standings.close()
        app.state.chat.close()
        database.close()

    app = FastAPIOffline(
        title="modelcost",
        version=__version__,
        description="Should a language model be bought by the token or run on GPU hosts?",
        lifespan=lifespan,
        redoc_url=None,
    )
    app.state.settings, app.state.database = settings, database
    app.state.chat = open_desk(settings, database, environment or {})
    app.state.batches = Batches()
    app.state.standings = Standings(database)
    app.state.key_tries = KeyTries()
    app.state.chat.tidy(datetime.now(UTC))
    app.include_router(build_router(), prefix="/api/v1")
    for path in ("/api", "/api/{path:path}"):
        refuse_unknown(app.router, path)
    install_problem_handlers(app)
    app.add_exception_handler(DependencyException, _no_such_script)
    app.add_exception_handler(ChatRefused, chat_refused)
    add_print_route(app, database)
    pages = _pages(app, database)
    _refuse_other_paths(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    install_security(app, settings, page_script_hashes=pages.csp_hashes())
    return app


def _pages(app: FastAPI, database: Database) -> dash.Dash:
    pages = Pages(
        __name__,
        server=cast(Any, app),  # the stub knows Flask only
        title="modelcost",
        update_title=cast(Any, None),
        assets_folder="assets",
        serve_locally=True,
        compress=False,
        suppress_callback_exceptions=True,  # the page is drawn by a callback, so its ids come later
    )
    pages.layout = shell.root
    router.register(pages, database)
    for path in places.ROUTES:
        app.add_api_route(f"/{path}", _page_at(pages), methods=["GET"], include_in_schema=False)
    return pages


def _page_at(pages: Pages) -> Callable[[Request], Awaitable[Response]]:
    """The first HTML of a page, as Dash answers it at `/`; 404 for a model without a name."""

    async def page_at(request: Request) -> Response:
        if places.place_of(request.url.path) is None:
            return _not_found(request)
        token = set_current_request(request)  # Dash does both for its own path only
        try:
            pages._setup_server()
            return Response(pages.index(), media_type="text/html")
        finally:
            reset_current_request(token)

    return page_at


async def _no_such_script(request: Request, _error: Exception) -> Response:
    """Dash's answer to a script that no package of the page has would be a status 500."""
    return problem_response(404, f"There is no {request.url.path}.")


def _refuse_other_paths(app: FastAPI) -> None:
    """A path nobody serves is a 404; Dash would answer it with its page and status 200."""

    async def not_found(request: Request) -> Response:
        return _not_found(request)

    app.add_api_route("/{path:path}", not_found, methods=["GET"], include_in_schema=False)


def _not_found(request: Request) -> Response:
    texts = load_texts(preferred_language(request.headers))
    body = (
        f'<!DOCTYPE html><html lang="{texts.language}"><title>modelcost</title>'
        f'<p>{texts("shell.not_found")}</p><p><a href="/">modelcost</a></p></html>'
    )
    return HTMLResponse(body, status_code=404)
