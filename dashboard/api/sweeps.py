"""The route of sweeps: a scenario with a `sweep` in the body."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import load_texts


def add_sweep_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/sweeps",
        sweeps,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def sweeps(
    request: Request,
    cheapest: Annotated[int, Query(ge=1, le=100, description="how many at each volume")] = 5,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """Models x hosts x regions x terms x volumes: the cheapest of all, who wins for each model and
    region at each volume, and what has no price and why."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))

    def compute() -> Response:
        # NumPy is loaded only where it is needed: the first page does not wait for it.
        from dashboard.sweep_answer import sweep_document
        from dashboard.sweep_run import sweep_answer, sweep_of_bytes

        scenario, swept = sweep_of_bytes(
            request.app.state.database, content, form="json", own_prices=own_prices
        )
        found = sweep_answer(scenario, swept, cheapest)
        sentences = Sentences(texts, Format(texts.language, scenario.currency))
        written = json.dumps(sweep_document(found, sentences), ensure_ascii=False, allow_nan=False)
        return Response(written, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
