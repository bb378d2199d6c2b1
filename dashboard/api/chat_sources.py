"""Routes of the test chat about data sources that the operator connected."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from dashboard.api.chat_visits import answered, desk_of, texts_of, visitor_of
from dashboard.api.query_parameters import Language
from dashboard.chat.desk import Desk
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.sources.defined import Source
from dashboard.texts import Texts

Number = Annotated[int, Path(ge=1, le=2**62)]
SourceName = Annotated[str, Path(max_length=64)]


def add_chat_source_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    for path, route, method in (
        ("/chat/sources", sources, "GET"),
        ("/chat/sources/{source}", one_source, "GET"),
        ("/chat/sources/{source}/readings", read, "POST"),
        ("/chat/sources/{source}/documents", documents, "GET"),
        ("/chat/sources/{source}/documents/{document}", passages, "GET"),
    ):
        router.add_api_route(path, route, methods=[method], tags=["chat"], responses=errors)


def sources(request: Request, lang: Language = None) -> Response:
    """The data sources that the operator connected, without keys, addresses or paths: where each
    stays, who sees its passages, for how long, how it is deleted, and how far it was read."""
    desk, texts = desk_of(request), texts_of(request)
    items = [_document(desk, one, texts) for one in desk.shelf.sources]
    document = {"items": items, "total": len(items), "next": None}
    return answered(request, visitor_of(request), document)


def one_source(request: Request, source: SourceName, lang: Language = None) -> Response:
    """One connected data source."""
    desk = desk_of(request)
    found = next((one for one in desk.shelf.sources if one.name == source), None)
    if found is None:
        found = desk.shelf.named(source)  # which refuses it
    return answered(request, visitor_of(request), _document(desk, found, texts_of(request)))


def read(request: Request, source: SourceName, lang: Language = None) -> Response:
    """Begin to read a connected source: what is new or changed since it was read last. Answers at
    once; `state` of the source is `reading` until it has ended. An index of Azure AI Search is
    only checked."""
    desk = desk_of(request)
    desk.shelf.begin(source, datetime.now(UTC))
    found = desk.shelf.named(source)
    return answered(request, visitor_of(request), _document(desk, found, texts_of(request)))


def documents(request: Request, source: SourceName, lang: Language = None) -> Response:
    """The documents of a source: `sample`, `uploads`, or a connected one. An index of Azure AI
    Search lists none."""
    items = [
        {"document": one.id, "title": one.title, "kind": one.kind, "passages": one.passages}
        for one in _index(request, source).documents()
    ]
    found = {"items": items, "total": len(items), "next": None}
    return answered(request, visitor_of(request), found)


def passages(
    request: Request, source: SourceName, document: Number, lang: Language = None
) -> Response:
    """All passages of one document of a source, in order, as they are searched."""
    index = _index(request, source)
    if document not in [one.id for one in index.documents()]:
        raise ChatRefused("document_unknown", found=str(document))
    items = [
        {"number": one.number, "places": list(one.places), "text": one.text}
        for one in index.passages_of(document)
    ]
    found = {"items": items, "total": len(items), "next": None}
    return answered(request, visitor_of(request), found)


def _index(request: Request, source: str) -> PassageIndex:
    """The index of a source that this session may ask. Raises ChatRefused."""
    desk, visitor = desk_of(request), visitor_of(request)
    library = desk.sources(desk.space(visitor, datetime.now(UTC))).named(source)
    index: PassageIndex | None = getattr(library, "index", None)
    if index is None:
        raise ChatRefused("source_not_listed", name=source)
    return index


def _document(desk: Desk, source: Source, texts: Texts) -> dict[str, Any]:
    from dashboard.chat.sources.described import source_document

    return source_document(desk.shelf, source, desk.database, texts, datetime.now(UTC).date())
