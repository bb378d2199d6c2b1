"""Routes about one region: what models and GPU hosts cost there."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog.cheapest import cheapest_in_region
from catalog.priced_instances import list_priced_instances

Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Text = Annotated[str | None, Query(max_length=200)]
Region = Annotated[str, Query(min_length=1, max_length=200, description="such as japaneast")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]
Words = Annotated[str, Query(max_length=200, description="words, all of which must occur")]
Models = Annotated[
    list[Annotated[str, Query(max_length=500)]],
    Query(min_length=1, max_length=200, description="canonical ids"),
]


def add_place_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    router.add_api_route("/cheapest", cheapest, tags=["catalog"], responses=errors)
    router.add_api_route("/instances/priced", instances, tags=["catalog"], responses=errors)


def cheapest(request: Request, model: Models, region: Region) -> Response:
    """What models cost at least in a region: by the token, and on a host that Azure lists."""
    today = datetime.now(UTC).date()
    with request.app.state.database.read() as session:
        found = cheapest_in_region(session, model, region, today)
    items = [one.model_dump(mode="json") for one in found]
    return _json({"items": items, "total": len(items), "next": None})


def instances(
    request: Request,
    region: Region,
    q: Words = "",
    provider: Text = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """GPU hosts with their price on demand in a region, and where they are cheapest."""
    with request.app.state.database.read() as session:
        page = list_priced_instances(session, region, q, provider, limit, after)
    return _json(page.model_dump(mode="json"))


def _json(document: Any) -> Response:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(content, media_type=JSONResponse.media_type)
