"""Routes about the facts themselves: how far the catalog reaches, and who is who."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog.coverage import catalog_coverage
from catalog.disagreements import list_disagreements
from catalog.fee_queries import list_fees
from catalog.links import ambiguous_links, list_links
from catalog.rates import RateFilter
from dashboard.rates import listed_rates, rates_document

Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Text = Annotated[str | None, Query(max_length=200)]
Currency = Annotated[str | None, Query(pattern="^[A-Z]{3}$", description="such as USD")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]


def add_fact_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    router.add_api_route("/coverage", coverage, tags=["catalog"])
    router.add_api_route("/prices/disagreements", disagreements, tags=["catalog"], responses=errors)
    router.add_api_route("/fees", fees, tags=["catalog"], responses=errors)
    router.add_api_route("/rates", rates, tags=["catalog"], responses=errors)
    router.add_api_route("/links", links, tags=["catalog"], responses=errors)


def coverage(request: Request) -> Response:
    """How many models have which facts, and the names of the gaps."""
    with request.app.state.database.read() as session:
        return _json(catalog_coverage(session).model_dump(mode="json"))


def disagreements(request: Request, model: Text = None) -> Response:
    """Prices of one thing that two sources tell differently, by more than 1 %."""
    with request.app.state.database.read() as session:
        items = [one.model_dump(mode="json") for one in list_disagreements(session, model)]
    return _json({"items": items, "total": len(items), "next": None})


def fees(request: Request, kind: Text = None, limit: Limit = 50, after: Cursor = None) -> Response:
    """Fees that are not by the token: hosting of tuned models, provisioned throughput."""
    with request.app.state.database.read() as session:
        page = list_fees(session, kind, limit, after)
    return _json(page.model_dump(mode="json"))


def rates(
    request: Request,
    source: Text = None,
    base: Currency = None,
    quote: Currency = None,
    own_rates: Annotated[bool, Query(description="also your company's own rates")] = False,
    history: Annotated[bool, Query(description="also earlier days")] = False,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """Rates between currencies with day and source: the newest of each pair. One unit of `base` is
    `rate` units of `quote`. The bundled sample is listed where its source is named."""
    wanted = RateFilter(source=source, base=base, quote=quote, own=own_rates, history=history)
    with request.app.state.database.read() as session:
        page = listed_rates(session, wanted, limit, after)
    return _json(rates_document(page))


def links(
    request: Request,
    model: Text = None,
    system: Text = None,
    ambiguous: Annotated[
        bool, Query(description="only ids that may mean several models, with the candidates")
    ] = False,
    limit: Limit = 50,
    after: Cursor = None,
) -> Response:
    """Ids in other systems with the model they mean, the evidence and the reason."""
    with request.app.state.database.read() as session:
        if ambiguous:
            items = [one.model_dump(mode="json") for one in ambiguous_links(session)]
            return _json({"items": items, "total": len(items), "next": None})
        page = list_links(session, model, system, limit, after)
        return _json(page.model_dump(mode="json"))


def _json(document: Any) -> Response:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(content, media_type=JSONResponse.media_type)
