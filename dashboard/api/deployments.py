"""The route that writes what deploys an option: scenario in the body, option in the address."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import json_body, language_of
from dashboard.api.query_parameters import Language
from dashboard.texts import load_texts

OptionName = Annotated[str, Query(min_length=1, max_length=300, description="name of the option")]


def add_deployment_route(
    router: APIRouter, errors: dict[int | str, dict[str, Any]], body: dict[str, Any]
) -> None:
    """Add the route. errors, body: what the document of the API says of failures and the body."""
    router.add_api_route(
        "/deployments",
        deployments,
        methods=["POST"],
        tags=["answers"],
        responses=errors,
        openapi_extra=body,
    )


async def deployments(request: Request, option: OptionName, lang: Language = None) -> Response:
    """Commands and files that deploy an option: at Azure by the token, or on GPU hosts with Azure
    ML or containers of vLLM. Nothing is run; what is not known is a placeholder such as
    `<RESOURCE_GROUP>` and listed. No price is told."""
    content = await json_body(request)
    texts = load_texts(language_of(request, lang))

    def compute() -> Response:
        from dashboard.chat.exports.deployment import (
            DeploymentRequest,
            deployment_bytes,
            deployment_document,
        )

        asked = DeploymentRequest(option=option, today=datetime.now(UTC).date())
        found = deployment_bytes(request.app.state.database, content, asked, form="json")
        document = deployment_document(*found, texts)
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        return Response(text, media_type=JSONResponse.media_type)

    return await anyio.to_thread.run_sync(compute)
