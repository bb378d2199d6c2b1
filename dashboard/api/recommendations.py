"""The route of the recommendation: a scenario in the body, the rest in the address."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language
from dashboard.texts import load_texts

Words = Annotated[list[Annotated[str, Query(max_length=200)]] | None, Query(max_length=100)]
Word = Annotated[str | None, Query(max_length=200)]


def add_recommendation_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/recommendations",
        recommendations,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def recommendations(
    request: Request,
    region: Words = None,
    all_regions: Annotated[bool, Query(description="every region with a price")] = False,
    provider: Words = None,
    weights: Words = None,
    engine: Word = None,
    tuned: bool = False,
    spare: Annotated[int, Query(ge=0, le=1000, description="standby hosts")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="hosts a region at most")] = 10,
    lang: Language = None,
) -> Response:
    """The cheapest hosts of each region that carry the load of a scenario, and why others do not.
    Its options are not read."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))
    asked = {
        "regions": region or None,
        "all_regions": all_regions,
        "providers": provider or None,
        "weights": weights or None,
        "engine": engine,
        "tuned": tuned,
        "spare_hosts": spare,
        "limit": limit,
    }

    def compute() -> Response:
        # NumPy is loaded only where it is needed: the first page does not wait for it.
        from dashboard.recommendation import recommend_bytes, recommendation_document

        answer = recommend_bytes(request.app.state.database, content, asked, form="json")
        document = json.dumps(
            recommendation_document(*answer, texts), ensure_ascii=False, allow_nan=False
        )
        return Response(document, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
