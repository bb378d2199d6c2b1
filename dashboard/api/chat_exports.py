"""The route that exports a tested set-up, of the session that asks and of no other."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from dashboard.api.chat_visits import desk_of, kept, visitor_of
from dashboard.api.query_parameters import Language

Number = Annotated[int, Path(ge=1, le=2**62)]
Answered = Annotated[
    str | None, Query(max_length=64, description="endpoint that is meant; the first that answered")
]


def add_chat_export_route(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the route. errors: what the document of the API says of its failures."""
    router.add_api_route(
        "/chats/{chat}/turns/{turn}/export/{form}",
        export,
        methods=["GET"],
        tags=["chat"],
        responses=errors,
        response_class=Response,
    )


def export(
    request: Request,
    chat: Number,
    turn: Number,
    form: Literal["prompty", "python", "curl"],
    endpoint: Answered = None,
    lang: Language = None,
) -> Response:
    """How a question was asked, as a file to carry on with: `prompty` (version 2), `python` (a zip
    archive with a program and the index of the documents) or `curl`. No key and no address is in
    it: both are read from the environment variables CHAT_BASE_URL and CHAT_API_KEY."""
    # Loads the client of the endpoints, which no other page waits for.
    from dashboard.chat.exports.forms import export_file
    from dashboard.chat.exports.tested_setup import setup_of_turn

    visitor, desk = visitor_of(request), desk_of(request)
    space = desk.space(visitor, datetime.now(UTC))
    indexes = {"sample": desk.sample(), "uploads": space.documents}
    sources = desk.sources(space)
    setup = setup_of_turn(space.history, (chat, turn), desk.endpoints, endpoint, sources)
    file = export_file(setup, form, indexes)
    response = Response(
        file.content,
        media_type=file.media_type,
        headers={"content-disposition": f'attachment; filename="{file.name}"'},
    )
    return kept(request, visitor, response)
