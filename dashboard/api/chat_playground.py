"""The route that reads a settings file of the classic chat playground."""

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.chat_visits import answered, desk_of, texts_of, visitor_of
from dashboard.api.query_parameters import Language


def add_chat_playground_route(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the route. errors: what the document of the API says of its failures."""
    file = {"application/octet-stream": {"schema": {"type": "string"}}}
    router.add_api_route(
        "/chat/playground",
        read_playground,
        methods=["POST"],
        tags=["chat"],
        responses=errors,
        openapi_extra={"requestBody": {"required": True, "content": file}},
    )


async def read_playground(request: Request, lang: Language = None) -> Response:
    """A settings file of the classic chat playground as settings of `POST chat`, with a line for
    each thing that was taken over and for each that was not. The body is the file. Nothing is
    kept."""
    from dashboard.chat.playground_taken import take_over

    visitor, desk, texts = visitor_of(request), desk_of(request), texts_of(request)
    content = await request.body()
    ready = [one for one in desk.endpoints.items if one.not_ready is None]
    taken = await anyio.to_thread.run_sync(take_over, content, ready, texts)
    return answered(request, visitor, taken.document())
