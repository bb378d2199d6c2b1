"""The route of the trees: a scenario in the body, one of its options in the address."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body
from dashboard.api.query_parameters import OwnPricesShown


def add_trace_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/trace",
        trace,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def trace(
    request: Request,
    option: Annotated[
        str | None, Query(max_length=300, description="only this option; default: all")
    ] = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """Every number of the estimates as a tree: formula, inputs with units, rows of prices."""
    from dashboard.trace_answer import trace_document, traces_of_bytes

    content = await json_body(request)

    def compute() -> Response:
        found = traces_of_bytes(
            request.app.state.database, content, form="json", option=option, own_prices=own_prices
        )
        text = json.dumps(trace_document(*found), ensure_ascii=False, allow_nan=False)
        return Response(text, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
