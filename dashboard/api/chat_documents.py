"""Routes of the test chat about documents: those of the session that asks, and no other's."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from dashboard.api.chat_visits import answered, desk_of, texts_of, visitor_of
from dashboard.api.query_parameters import Language
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.retrieval import RetrievalSettings

Number = Annotated[int, Path(ge=1, le=2**62)]
Name = Annotated[str, Query(max_length=1000, description="name of the file")]
SourceName = Annotated[str, Path(max_length=64)]
Chunk = Annotated[int, Query(description="most tokens of a passage: 256, 512, 1024 or 1536")]


def add_chat_document_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    file = {
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    }
    router.add_api_route(
        "/chat/documents",
        add_document,
        methods=["POST"],
        tags=["chat"],
        responses=errors,
        openapi_extra=file,
    )
    for path, route, method in (
        ("/chat/documents", documents, "GET"),
        ("/chat/documents/{document}", forget_document, "DELETE"),
        ("/chat/passages/{source}/{passage}", passage_of, "GET"),
    ):
        router.add_api_route(path, route, methods=[method], tags=["chat"], responses=errors)


async def add_document(
    request: Request, name: Name, chunk_tokens: Chunk = 1024, lang: Language = None
) -> Response:
    """Add a file to the documents of this session: txt, md, csv, html, pdf or docx, at most 16 MB.
    The body is the file itself. It is read in a process of its own, and only its text is kept."""
    visitor = visitor_of(request)
    desk, texts = desk_of(request), texts_of(request)
    settings = RetrievalSettings(chunk_tokens=chunk_tokens)
    content = await request.body()

    def add() -> dict[str, Any]:
        from dashboard.chat.uploads import add_upload

        space = desk.space(visitor, datetime.now(UTC))
        with tempfile.TemporaryDirectory(prefix="modelcost-") as folder:
            path = FilePath(folder) / "upload"
            path.write_bytes(content)
            return add_upload(space.documents, path, name, settings.chunk_tokens, texts)

    # A hostile file may keep a core busy for its 30 seconds; others wait here, not on the machine.
    added = await anyio.to_thread.run_sync(add, limiter=desk.readers)
    return answered(request, visitor, added)


def documents(request: Request) -> Response:
    """The documents of this session, and those of the bundled catalogue."""
    visitor = visitor_of(request)
    desk = desk_of(request)
    own = desk.space(visitor, datetime.now(UTC)).documents
    document = {
        "items": _documents(own),
        "sample": _documents(desk.sample()),
    }
    return answered(request, visitor, document)


def forget_document(request: Request, document: Number) -> Response:
    """Delete a document of this session, so that no word of it is left."""
    visitor = visitor_of(request)
    if not desk_of(request).space(visitor, datetime.now(UTC)).documents.remove(document):
        raise ChatRefused("document_unknown", found=str(document))
    return answered(request, visitor, {"deleted": True})


def passage_of(request: Request, source: SourceName, passage: Number) -> Response:
    """One passage, as a citation opens it. source: `sample`, `uploads` or a connected one."""
    visitor = visitor_of(request)
    desk = desk_of(request)
    library = desk.sources(desk.space(visitor, datetime.now(UTC))).named(source)
    hit = None if library is None else library.passage(passage)
    if hit is None:
        raise ChatRefused("passage_unknown", found=str(passage))
    found = {
        "passage": hit.passage_id,
        "document": hit.document_id,
        "title": hit.title,
        "places": list(hit.passage.places),
        "text": hit.passage.text,
    }
    return answered(request, visitor, found)


def _documents(index: PassageIndex) -> list[dict[str, Any]]:
    return [
        {"document": one.id, "title": one.title, "kind": one.kind, "passages": one.passages}
        for one in index.documents()
    ]
