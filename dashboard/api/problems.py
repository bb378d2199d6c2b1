"""Every error of the API as application/problem+json, and the one place of its status codes."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.errors import (
    CatalogError,
    CursorInvalid,
    DatabaseUnavailable,
    DecisionKeysTried,
    DecisionNotHeld,
    ModelAmbiguous,
    NotInCatalog,
    QueryInvalid,
)
from catalog.problems import Problem, Refused

LOG = logging.getLogger("modelcost.api")
MEDIA_TYPE = "application/problem+json"
STATUS_OF_CODE: Mapping[str, int] = {
    "ambiguous_price": 409,
    "broken_document": 400,
    "duplicate_key": 400,
    "not_utf8": 400,
    "too_deep": 400,
}
STATUS_OF_ERROR: Sequence[tuple[type[CatalogError], int]] = (
    (NotInCatalog, 404),
    (DecisionNotHeld, 403),
    (DecisionKeysTried, 429),
    (ModelAmbiguous, 409),
    (CursorInvalid, 422),
    (QueryInvalid, 422),
    (DatabaseUnavailable, 503),
)


def problem_response(
    status: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()
) -> JSONResponse:
    """One problem document. errors: each with field, code and message."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def refused_response(refused: Refused) -> JSONResponse:
    """All problems of an input; the status is that of the most specific one."""
    codes = [problem.code for problem in refused.problems]
    status = next((STATUS_OF_CODE[code] for code in codes if code in STATUS_OF_CODE), 422)
    if any(problem.code == "too_large" and not problem.path for problem in refused.problems):
        status = 413  # the document itself, not a number in it
    detail = refused.problems[0].message if len(codes) == 1 else f"{len(codes)} things are wrong."
    return problem_response(status, detail, [_error(problem) for problem in refused.problems])


class UnexpectedErrors:
    """Answers what nobody foresaw in the API with a problem document, and logs it.

    It stands inside Dash's own middleware, which would answer without a word in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; where an API route fails before it answered, answer in its place."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if answered:
                raise
            response = await _unexpected(Request(scope), error)
            await response(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Turn every exception of the API into a problem document; a 500 never shows a traceback.

    Call it before Dash puts its middleware around the application.
    """
    app.add_middleware(UnexpectedErrors)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(CatalogError, _catalog_error)
    app.add_exception_handler(RequestValidationError, _invalid_parameters)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def _error(problem: Problem) -> dict[str, Any]:
    error: dict[str, Any] = {
        "field": problem.field,
        "code": problem.code,
        "message": problem.message,
    }
    if problem.line is not None:
        error |= {"line": problem.line, "column": problem.column}
    if problem.rows:
        error["rows"] = [dict(row) for row in problem.rows]
    return error


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refused_response(error)


async def _catalog_error(_request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS_OF_ERROR if isinstance(error, kind)), 500)
    response = problem_response(status, str(error))
    if isinstance(error, DecisionKeysTried):
        response.headers["retry-after"] = str(error.seconds)
    return response


async def _invalid_parameters(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "field": ".".join(str(part) for part in found["loc"][1:]),
            "code": found["type"],
            "message": found["msg"],
        }
        for found in error.errors()
    ]
    return problem_response(422, "A parameter of the address is not as expected.", errors)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem_response(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(500, "Something went wrong on the server. Its log says what.")
