"""Routes about models: search with filters, counts for the filters, one model by any name."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from catalog.model_queries import find_model
from catalog.search.facets import model_facets
from catalog.search.query import search_models
from catalog.search.wanted import How, ModelFilter, Sort

LARGEST = 2**63 - 1
FARTHEST = 1_000_000_000
LONGEST_TEXT = 2_000
"""Letters of a search; with 12 characters each in the address, the server still reads it whole."""
Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Offset = Annotated[
    int,
    Query(ge=0, le=FARTHEST, description="rows to pass over first, for a jump into a long list"),
]
Words = Annotated[str, Query(max_length=LONGEST_TEXT, description="words, all of which must occur")]
Text = Annotated[str | None, Query(min_length=1, max_length=200)]
Number = Annotated[int | None, Query(ge=0, le=LARGEST)]
Country = Annotated[
    str | None, Query(pattern="^[A-Za-z]{2}$", description="country code, such as JP")
]
Flag = bool | None


def add_model_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    router.add_api_route("/models", models, tags=["catalog"], responses=errors)
    router.add_api_route("/models/facets", facets, tags=["catalog"], responses=errors)
    router.add_api_route("/models/{model_id:path}", model, tags=["catalog"], responses=errors)


def models(
    request: Request,
    q: Words = "",
    task: Text = None,
    license: Text = None,
    publisher: Text = None,
    size_from: Number = None,
    size_to: Number = None,
    context_from: Number = None,
    region: Text = None,
    residency: Country = None,
    how: How | None = None,
    has_price: Flag = None,
    has_host: Flag = None,
    has_architecture: Flag = None,
    retired: Flag = None,
    sort: Sort = "popularity",
    order: Literal["ascending", "descending"] = "ascending",
    limit: Limit = 50,
    after: Cursor = None,
    offset: Offset = 0,
) -> Response:
    """Models that meet all filters, in order; what is unknown comes last."""
    wanted = _filter(request)
    with request.app.state.database.read() as session:
        page = search_models(session, wanted, limit, after, offset)
    return _json(page.model_dump(mode="json"))


def facets(
    request: Request,
    q: Words = "",
    task: Text = None,
    license: Text = None,
    publisher: Text = None,
    size_from: Number = None,
    size_to: Number = None,
    context_from: Number = None,
    region: Text = None,
    residency: Country = None,
    how: How | None = None,
    has_price: Flag = None,
    has_host: Flag = None,
    has_architecture: Flag = None,
    retired: Flag = None,
) -> Response:
    """How many models each value of a filter has, under the other filters."""
    with request.app.state.database.read() as session:
        found = model_facets(session, _filter(request))
    return _json(found.model_dump(mode="json"))


def model(request: Request, model_id: str) -> Response:
    """One model by its id or any alias; the answer carries the canonical id."""
    with request.app.state.database.read() as session:
        return _json(find_model(session, model_id).model_dump(mode="json"))


def _filter(request: Request) -> ModelFilter:
    """The filter out of the address, whose single values the route has checked already."""
    given: dict[str, Any] = {
        name: value
        for name, value in request.query_params.items()
        if name in ModelFilter.model_fields
    }
    given["descending"] = request.query_params.get("order") == "descending"
    given["today"] = datetime.now(UTC).date()
    try:
        return ModelFilter.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("query", *found["loc"])} for found in error.errors()]
        ) from None


def _json(document: Any) -> Response:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(content, media_type=JSONResponse.media_type)
