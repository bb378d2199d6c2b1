"""What all routes of the test chat share: the visitor's session, its cookie, and refusals."""

import json
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from dashboard.api.bodies import language_of
from dashboard.api.problems import problem_response
from dashboard.chat.desk import Desk, Visitor
from dashboard.chat.errors import ChatRefused
from dashboard.chat.rations import LIMITS
from dashboard.chat.sessions import COOKIE, KEEP_SECONDS
from dashboard.texts import Texts, load_texts

STATUS_OF_CODE = {
    "chat_unknown": 404,
    "turn_unknown": 404,
    "answer_unknown": 404,
    "document_unknown": 404,
    "passage_unknown": 404,
    "batch_unknown": 404,
    "batch_questions_unknown": 404,
    "batch_runs": 409,
    "batch_runs_many": 429,
    "source_unknown": 404,
    "too_large": 413,
}
TOO_MANY = ("questions_a_minute", "answers_at_once", *LIMITS)


def desk_of(request: Request) -> Desk:
    """The test chat of the service."""
    desk: Desk = request.app.state.chat
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks: the session of the cookie, or a new one; the same however often a request asks."""
    found: Visitor | None = getattr(request.state, "visitor", None)
    if found is None:
        found = request.state.visitor = desk_of(request).visitor(request.cookies.get(COOKIE))
    return found


def kept(request: Request, visitor: Visitor, response: Response) -> Response:
    """The response with the session's cookie, which no script can read and no other site sends."""
    response.set_cookie(
        COOKIE,
        visitor.cookie,
        max_age=KEEP_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    response.headers["cache-control"] = "no-store"
    return response


def answered(request: Request, visitor: Visitor, document: Any) -> Response:
    """A document for the visitor alone."""
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return kept(request, visitor, Response(content, media_type=JSONResponse.media_type))


def texts_of(request: Request) -> Texts:
    """The texts of the reader's language."""
    return load_texts(language_of(request, request.query_params.get("lang")))


def refused_response(error: ChatRefused, texts: Texts) -> Response:
    """What the chat refuses as a problem document. code and facts tell a program, too."""
    words = error.sentence(texts)
    status = STATUS_OF_CODE.get(error.code, 422)
    if error.code.partition(".")[0] in TOO_MANY:
        status = 429
    field = error.facts.get("field") or error.facts.get("name") or ""
    response = problem_response(
        status, words, [{"field": field, "code": error.code, "message": words}]
    )
    if "seconds" in error.facts and status == 429:
        response.headers["retry-after"] = error.facts["seconds"]
    return response


async def chat_refused(request: Request, error: Exception) -> Response:
    """The handler of ChatRefused, wherever a route raises it."""
    assert isinstance(error, ChatRefused)
    return refused_response(error, texts_of(request))
