"""Routes of the decisions: sealed versions, what was said of them, and how they stand today.

No price is in an address. Typed and contracted prices are in an answer only where the browser's
session saved the decision, or the header X-Decision-Key holds its key.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import anyio.to_thread
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog.database import Database
from catalog.decision_request import (
    CommentFields,
    DecisionFields,
    EvidenceFields,
    read_decision,
    read_note_of,
    require_assumption,
)
from catalog.decisions import (
    DecisionFilter,
    Note,
    Secret,
    add_holder,
    add_note,
    remove_decision,
)
from dashboard.api.bodies import inlined, json_body, language_of
from dashboard.api.chat_visits import desk_of, kept, visitor_of
from dashboard.api.query_parameters import Language, OwnPricesShown
from dashboard.chat.sessions import COOKIE
from dashboard.decisions.documents import (
    head_document,
    note_document,
    sealed_document,
    today_document,
    verify_document,
)
from dashboard.decisions.list_document import list_document, read_wanted
from dashboard.decisions.listing import SORTS
from dashboard.decisions.opened import (
    SavedDecision,
    open_decision,
    require_held,
    save_further,
    save_new,
    secrets_of,
    session_secret,
)
from dashboard.decisions.today import Status, today_of
from dashboard.decisions.words import words_of

R = TypeVar("R")
Id = Annotated[str, Path(max_length=60, description="id of a decision")]
Number = Annotated[int | None, Query(ge=1, le=10**6, description="default: the newest")]
Limit = Annotated[int, Query(ge=1, le=50, description="rows a page")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Words = Annotated[str, Query(max_length=200, description="words in title or owner")]
Owner = Annotated[str | None, Query(max_length=300)]
StatusAsked = Annotated[Status | None, Query(description="only those that stand so today")]
SortAsked = Annotated[
    str,
    Query(
        pattern=f"^-?({'|'.join(SORTS)})$",
        description="order, such as retirement, commitment, margin; with a minus: backwards",
    ),
]
Wait = Annotated[
    int, Query(ge=0, le=60, description="seconds to wait for what is not judged yet, at most")
]
Key = Annotated[str | None, Header(alias="X-Decision-Key", max_length=100)]
CREATED, DONE = 201, 200


def add_decision_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    one = "/decisions/{decision}"
    for method, path, route, body in (
        ("GET", "/decisions", decisions, None),
        ("POST", "/decisions", save, DecisionFields),
        ("GET", one, sealed, None),
        ("DELETE", one, remove, None),
        ("POST", f"{one}/restore", restore, None),
        ("POST", f"{one}/holders", hold, None),
        ("GET", f"{one}/versions", versions, None),
        ("POST", f"{one}/versions", save_next, DecisionFields),
        ("GET", f"{one}/today", today, None),
        ("GET", f"{one}/verify", verify, None),
        ("GET", f"{one}/notes", notes, None),
        ("POST", f"{one}/comments", comment, CommentFields),
        ("POST", f"{one}/evidence", give_evidence, EvidenceFields),
    ):
        schema = None if body is None else inlined(body.model_json_schema())
        router.add_api_route(
            path,
            route,
            methods=[method],
            tags=["decisions"],
            responses={**errors, 429: errors[422]},
            status_code=CREATED if body is not None else DONE,
            openapi_extra=None
            if schema is None
            else {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": schema}},
                }
            },
        )


def decisions(
    request: Request,
    q: Words = "",
    owner: Owner = None,
    removed: Annotated[bool, Query(description="those taken off the list")] = False,
    today: Annotated[bool, Query(description="also how each stands today")] = False,
    status: StatusAsked = None,
    sort: SortAsked = "sealed",
    wait_seconds: Wait = 10,
    limit: Limit = 20,
    after: Cursor = None,
    lang: Language = None,
) -> Response:
    """Saved decisions with the sealed verdict; totals only. A filter or an order by how they stand
    is over all of them: `judged` says how many are judged at today's prices so far, and whether
    that is all; those that are not have a status of null, and pass no filter by status."""
    asked = read_wanted(DecisionFilter(q=q, owner=owner, removed=removed), status, sort)
    wanted = replace(asked, standing=today or asked.needs_all, wait_seconds=wait_seconds)
    standings, words = request.app.state.standings, language_of(request, lang)
    return _json(list_document(_database(request), standings, wanted, (limit, after), words))


async def save(
    request: Request, own_prices: OwnPricesShown = False, lang: Language = None
) -> Response:
    """Answer a scenario at today's prices and seal it. `key` is told this once: it shows the typed
    prices in another browser, by the header X-Decision-Key."""
    visitor, content = visitor_of(request), await json_body(request)

    def run() -> SavedDecision:
        sent = read_decision(content)
        session = visitor.session
        return save_new(_database(request), sent, session, _now(), own_prices=own_prices)

    saved = await anyio.to_thread.run_sync(run)
    document = head_document(saved.version) | {"key": saved.key}
    return kept(request, visitor, _json(document, CREATED))


async def save_next(
    request: Request,
    decision: Id,
    own_prices: OwnPricesShown = False,
    key: Key = None,
    lang: Language = None,
) -> Response:
    """Seal a further version; the ones before stay as they are."""
    content = await json_body(request)

    def run() -> SavedDecision:
        require_held(_database(request), decision, _shown(request, decision, key))
        sent = read_decision(content)
        return save_further(_database(request), decision, sent, _now(), own_prices=own_prices)

    saved = await anyio.to_thread.run_sync(run)
    return _json(head_document(saved.version), CREATED)


def sealed(
    request: Request,
    decision: Id,
    version: Number = None,
    key: Key = None,
    lang: Language = None,
) -> Response:
    """A version as it was sealed: scenario, prices, answer, evidence. `hidden` says whether prices
    are left out because somebody else saved it."""
    found = _opened(request, decision, version, key)
    words = words_of(language_of(request, lang), found.version)
    check = verify_document(found.version, found.touched, words, None)
    seal = {"verified": check["verified"], "touched": check["touched"]}
    try:
        document = sealed_document(found.version, held=found.held)
    except (ValueError, TypeError, KeyError, AttributeError):
        document = head_document(found.version) | {"unreadable": True}
    return _json(document | seal | {"notes": [note_document(one) for one in found.notes]})


def versions(request: Request, decision: Id) -> Response:
    """All versions, the first one first."""
    found = _opened(request, decision, None, None)
    items = [head_document(one) for one in found.versions]
    return _json({"items": items, "total": len(items), "next": None})


def today(
    request: Request,
    decision: Id,
    version: Number = None,
    key: Key = None,
    lang: Language = None,
) -> Response:
    """The same scenario at today's prices beside the sealed figures, with the bridge."""
    found = _opened(request, decision, version, key)
    held = today_of(_database(request), found.version, found.previous, _now())
    words = words_of(language_of(request, lang), found.version)
    return _json(today_document(held, words, held=found.held))


def verify(
    request: Request,
    decision: Id,
    version: Number = None,
    sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="hash that you wrote down")
    ] = None,
    lang: Language = None,
) -> Response:
    """Compute the hash again and say whether, and where, the record was touched."""
    found = _opened(request, decision, version, None)
    words = words_of(language_of(request, lang), found.version)
    return _json(verify_document(found.version, found.touched, words, sha256))


def notes(request: Request, decision: Id) -> Response:
    """Comments, and evidence that was added after sealing."""
    items = [note_document(one) for one in _opened(request, decision, None, None).notes]
    return _json({"items": items, "total": len(items), "next": None})


async def comment(request: Request, decision: Id, version: Number = None) -> Response:
    """Add a comment under a version."""
    content = await json_body(request)

    def run() -> Note:
        fields = read_note_of(CommentFields, content)
        found = _opened(request, decision, version, None)
        return add_note(
            _database(request),
            Note(
                decision_id=decision,
                version=found.version.number,
                author=fields.author,
                text=fields.text,
                written_at=_now(),
            ),
        )

    return await _created(run, note_document)


async def give_evidence(request: Request, decision: Id, version: Number = None) -> Response:
    """Add evidence for an assumption of a version; `owner` is who stands for it."""
    content = await json_body(request)

    def run() -> Note:
        fields = read_note_of(EvidenceFields, content)
        found = _opened(request, decision, version, None)
        require_assumption(fields.field, found.version.section("scenario"))
        return add_note(
            _database(request),
            Note(
                decision_id=decision,
                version=found.version.number,
                author=fields.owner or found.version.owner,
                text=fields.text,
                field=fields.field,
                url=fields.url,
                written_at=_now(),
            ),
        )

    return await _created(run, note_document)


def remove(request: Request, decision: Id, key: Key = None) -> Response:
    """Take a decision off the list. Nothing is deleted: `restore` puts it back."""
    require_held(_database(request), decision, _shown(request, decision, key))
    remove_decision(_database(request), decision, _now(), removed=True)
    return _json({"id": decision, "removed": True})


def restore(request: Request, decision: Id, key: Key = None) -> Response:
    """Put a decision back on the list."""
    require_held(_database(request), decision, _shown(request, decision, key))
    remove_decision(_database(request), decision, _now(), removed=False)
    return _json({"id": decision, "removed": False})


def hold(request: Request, decision: Id, key: Key = None) -> Response:
    """Let this browser see the typed prices of a decision from now on; needs its key."""
    visitor, database = visitor_of(request), _database(request)
    if key:
        request.app.state.key_tries.require(database, decision, key)
    require_held(database, decision, secrets_of(None, key))
    add_holder(database, decision, session_secret(visitor.session))
    return kept(request, visitor, _json({"id": decision, "held": True}))


async def _created(run: Callable[[], R], document: Callable[[R], dict[str, Any]]) -> Response:
    return _json(document(await anyio.to_thread.run_sync(run)), CREATED)


def _opened(
    request: Request,
    decision: str,
    version: int | None,
    key: str | None,
    *,
    removed_too: bool = False,
) -> Any:
    shown = _shown(request, decision, key)
    return open_decision(_database(request), decision, version, shown, removed_too=removed_too)


def _shown(request: Request, decision: str, key: str | None) -> tuple[Secret, ...]:
    """What the request has to show; a wrong key is counted. Raises DecisionKeysTried."""
    if key:
        request.app.state.key_tries.require(_database(request), decision, key)
    return secrets_of(desk_of(request).session_of(request.cookies.get(COOKIE)), key)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _now() -> datetime:
    return datetime.now(UTC)


def _json(document: Any, status: int = DONE) -> Response:
    content = json.dumps(document, ensure_ascii=False, allow_nan=False)
    response = Response(content, status_code=status, media_type=JSONResponse.media_type)
    response.headers["cache-control"] = "no-store"
    return response
