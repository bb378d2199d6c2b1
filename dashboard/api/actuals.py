"""The route of actuals: a scenario and one or two texts of use in the body."""

import json
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog.scenario import scenario_schema
from dashboard.api.bodies import inlined, json_body, language_of
from dashboard.api.problems import problem_response
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.texts import load_texts

Name = Annotated[str | None, Query(max_length=200)]


def add_actuals_route(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the route. errors: what the document of the API says of its failures."""
    files = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}
    schema = {
        "type": "object",
        "properties": {"scenario": inlined(scenario_schema()), "files": files},
        "required": ["scenario", "files"],
        "additionalProperties": False,
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    router.add_api_route(
        "/actuals",
        actuals,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra={"requestBody": body},
    )


async def actuals(
    request: Request,
    hours: Annotated[str, Query(max_length=100, description="hours that the use took")],
    option: Name = None,
    model: Name = None,
    requests: Annotated[
        str | None, Query(max_length=100, description="where a bill does not count them")
    ] = None,
    lang: Language = None,
    own_prices: OwnPricesShown = False,
) -> Response:
    """What was used and paid against the estimate of an option: `files` are one or two scrapes of
    vLLM's /metrics, or one CSV (usage of OpenAI, costs of Azure, our own), as text. Each line says
    how much of the difference is volume, length and price."""
    from dashboard.actuals.actual_answer import actual_document
    from dashboard.actuals.actual_run import actual_of_body
    from dashboard.actuals.used import ActualsRefused

    content = await json_body(request)
    texts = load_texts(language_of(request, lang))
    asked = {"hours": hours, "option": option, "model": model, "requests": requests}

    def compute() -> Response:
        database = request.app.state.database
        try:
            scenario, found = actual_of_body(database, content, asked, own_prices=own_prices)
        except ActualsRefused as refused:
            words, field = refused.sentence(texts), refused.facts.get("name", "files")
            problem = {"field": field, "code": refused.code, "message": words}
            return problem_response(422, words, [problem])
        document = actual_document(found, scenario, texts)
        written = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(written, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
