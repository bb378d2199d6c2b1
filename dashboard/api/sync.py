"""Routes about the sync: its runs, how fresh each source is, what moved, waits or was not read."""

import json
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog.price_moves import list_price_moves
from catalog.sync.held import page_held
from catalog.sync.runs import list_freshness, page_runs
from catalog.sync.unread import list_unread
from catalog.vocabulary import HeldState

Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Text = Annotated[str | None, Query(max_length=200)]
Words = Annotated[str, Query(max_length=200, description="words, all of which must occur")]
Day = Annotated[date | None, Query(description="first day, in UTC")]
Cursor = Annotated[str | None, Query(max_length=4000, description="`next` of the page before")]


def add_sync_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    router.add_api_route("/sync-runs", sync_runs, tags=["sync"], responses=errors)
    router.add_api_route("/sources", sources, tags=["sync"])
    router.add_api_route("/unread-rows", unread_rows, tags=["sync"], responses=errors)
    router.add_api_route("/price-moves", price_moves, tags=["sync"], responses=errors)
    router.add_api_route("/held-prices", held_prices, tags=["sync"], responses=errors)


def sync_runs(
    request: Request, source: Text = None, limit: Limit = 50, after: Cursor = None
) -> Response:
    """Runs of the sync, newest first, one a source."""
    with request.app.state.database.read() as session:
        return _json(page_runs(session, source, limit, after).model_dump(mode="json"))


def sources(request: Request) -> Response:
    """How fresh each source is that ever ran, with its last run."""
    with request.app.state.database.read() as session:
        found = list_freshness(session, datetime.now(UTC))
    items = [one.model_dump(mode="json") for one in found]
    return _json({"items": items, "total": len(items), "next": None})


def unread_rows(
    request: Request,
    source: Text = None,
    reason: Text = None,
    q: Words = "",
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """Rows of sources that are not in the catalog, each with the reason."""
    with request.app.state.database.read() as session:
        page = list_unread(session, source, reason, q, limit, after)
    return _json(page.model_dump(mode="json"))


def price_moves(
    request: Request, since: Day = None, limit: Limit = 50, after: Cursor = None
) -> Response:
    """Prices that were followed by another amount, newest first."""
    start = None if since is None else datetime.combine(since, time(), tzinfo=UTC)
    with request.app.state.database.read() as session:
        page = list_price_moves(session, start, limit, after)
    return _json(page.model_dump(mode="json"))


def held_prices(
    request: Request, state: HeldState = "waiting", limit: Limit = 50, after: Cursor = None
) -> Response:
    """Prices that moved more than tenfold; a command accepts or refuses them."""
    with request.app.state.database.read() as session:
        page = page_held(session, state, limit, after)
    return _json(page.model_dump(mode="json"))


def _json(document: Any) -> Response:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(content, media_type=JSONResponse.media_type)
