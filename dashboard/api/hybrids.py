"""The route of the hybrid: a scenario in the body, the sides and the profile in the address."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language, OwnPricesShown, Word
from dashboard.format import Format
from dashboard.hybrid import hybrid_bytes, hybrid_document
from dashboard.hybrid_case import HybridRequest
from dashboard.sentences import Sentences
from dashboard.texts import load_texts


def add_hybrid_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/hybrid",
        hybrid,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def hybrid(
    request: Request,
    base: Word = None,
    overflow: Word = None,
    profile: Word = None,
    own_prices: OwnPricesShown = False,
    lang: Language = None,
    trace: Annotated[bool, Query(description="every number with its formula and sources")] = False,
) -> Response:
    """How many hosts or units should always run, with overflow by the token, hour by hour."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))
    asked = HybridRequest(base=base, overflow=overflow, profile=profile)

    def compute() -> Response:
        scenario, answer = hybrid_bytes(
            request.app.state.database, content, asked, form="json", own_prices=own_prices
        )
        sentences = Sentences(texts, Format(texts.language, scenario.currency))
        document = hybrid_document(scenario, answer, sentences, with_trees=trace)
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(text, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
