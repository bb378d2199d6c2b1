"""The route of the re-pricing: a scenario in the body, the days and the gate in the address."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.format import Format
from dashboard.texts import load_texts

Day = Annotated[str | None, Query(max_length=40, description="such as 2026-01-31")]
Typed = Annotated[str | None, Query(max_length=100, description="a number")]


def add_repricing_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/reprice",
        reprice,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def reprice(
    request: Request,
    then: Annotated[str, Query(max_length=40, description="the earlier day, such as 2026-01-31")],
    now: Day = None,
    rate_then: Typed = None,
    gate: Typed = None,
    said: Annotated[
        list[str] | None,
        Query(max_length=20, description="NAME=COST that an option was said to cost a month"),
    ] = None,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """The same scenario at the prices of two days: the parts of the difference, which prices moved,
    whether another option is the cheapest; `gate`: the most percent that a cost may move by."""
    from dashboard.reprice_answer import reprice_document
    from dashboard.reprice_run import RepriceRequest, reprice_of_bytes
    from dashboard.reprice_words import RepriceWords

    content = await json_body(request)
    asked = RepriceRequest(
        then=then,
        now=now,
        rate_then=rate_then,
        gate=gate,
        said=tuple(said or ()),
        own_prices=own_prices,
    )
    texts = load_texts(language_of(request, lang))

    def compute() -> Response:
        found = reprice_of_bytes(request.app.state.database, content, asked, form="json")
        fmt = Format(texts.language, found.repriced.now.question.currency)
        document = reprice_document(found, RepriceWords(texts, fmt))
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(text, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
