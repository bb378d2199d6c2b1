"""Routes of the test chat: asking, endpoints, and the chats of the session that asks."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from costing.answer_cost import TokenCount
from dashboard.api.bodies import inlined, json_body
from dashboard.api.chat_visits import (
    answered,
    desk_of,
    kept,
    refused_response,
    texts_of,
    visitor_of,
)
from dashboard.api.event_stream import Emit, EventStream
from dashboard.api.query_parameters import Language
from dashboard.chat.asked import ChatBody, read_asked
from dashboard.chat.desk import Desk, Visitor
from dashboard.chat.errors import ChatRefused
from dashboard.chat.history import History
from dashboard.texts import Texts

if TYPE_CHECKING:
    from dashboard.chat.measured import Measured

Number = Annotated[int, Path(ge=1, le=2**62)]


class Judgement(BaseModel):
    """A thumb up (true), down (false), or taken back (null)."""

    model_config = ConfigDict(extra="forbid")

    accepted: bool | None


def add_chat_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    body = {"application/json": {"schema": inlined(ChatBody.model_json_schema())}}
    router.add_api_route(
        "/chat",
        ask,
        methods=["POST"],
        tags=["chat"],
        response_class=Response,
        responses={
            **errors,
            200: {"description": "Events", "content": {"text/event-stream": {}}},
            429: errors[422],
        },
        openapi_extra={"requestBody": {"required": True, "content": body}},
    )
    for path, route, method in (
        ("/chat/endpoints", endpoints, "GET"),
        ("/chat/session", forget_session, "DELETE"),
        ("/chats", chats, "GET"),
        ("/chats/{chat}", one_chat, "GET"),
        ("/chats/{chat}", forget_chat, "DELETE"),
        ("/chats/{chat}/workload", workload, "GET"),
        ("/chats/answers/{answer}/accepted", judge, "PUT"),
    ):
        router.add_api_route(path, route, methods=[method], tags=["chat"], responses=errors)


async def ask(request: Request, lang: Language = None) -> Response:
    """Ask about the documents: passages, then answers as they come, as server-sent events `meta`,
    `delta`, `usage`, `done` and `error`. Without endpoints nothing is generated: the passages, and
    what the question would cost with models of the catalog."""
    texts = texts_of(request)
    desk, visitor = desk_of(request), visitor_of(request)
    content = await json_body(request)

    async def run(emit: Emit) -> None:
        asked = read_asked(plain_json(content))
        chosen = [desk.endpoints.named(name) for name in asked.endpoints]
        with desk.rations.question(visitor.session, len(chosen), datetime.now(UTC)):
            conversation = await anyio.to_thread.run_sync(_conversation, desk, visitor, texts)
            await conversation.run(asked, chosen, emit)

    def refusal(error: Exception) -> Response | None:
        return refused_response(error, texts) if isinstance(error, ChatRefused) else None

    return kept(request, visitor, EventStream(run, refusal))


def endpoints(request: Request, lang: Language = None) -> Response:
    """The endpoints that the operator set up, without keys or addresses."""
    items = [one.described(texts_of(request)) for one in desk_of(request).endpoints.items]
    document = {"items": items, "total": len(items), "next": None}
    return answered(request, visitor_of(request), document)


async def forget_session(request: Request) -> Response:
    """Delete all documents, chats and batch tests of this session, at once and for good."""
    visitor = visitor_of(request)
    await request.app.state.batches.leave(visitor)
    desk_of(request).spaces.remove(visitor.session)
    return answered(request, visitor, {"deleted": True})


def chats(request: Request) -> Response:
    """The chats of this session, newest first."""
    visitor = visitor_of(request)
    items = [
        {
            "chat": one.id,
            "title": one.title,
            "turns": one.turns,
            "created_at": one.created_at.isoformat(),
        }
        for one in _history(request, visitor).chats()
    ]
    return answered(request, visitor, {"items": items, "total": len(items), "next": None})


def one_chat(request: Request, chat: Number, lang: Language = None) -> Response:
    """One chat of this session with all questions and answers."""
    from dashboard.chat.rendered import turn_document

    visitor = visitor_of(request)
    history = _history(request, visitor)
    if not history.has_chat(chat):
        raise ChatRefused("chat_unknown", found=str(chat))
    desk = desk_of(request)
    sources = desk.sources(desk.space(visitor, datetime.now(UTC)))
    labels = {one.name: one.label for one in desk.endpoints.items}
    turns = [
        turn_document(turn, sources.get(turn.settings["source"]), labels, texts_of(request))
        for turn in history.turns(chat)
    ]
    return answered(request, visitor, {"chat": chat, "turns": turns})


def workload(request: Request, chat: Number, lang: Language = None) -> Response:
    """What the answers of a chat took, an entry an endpoint, as the workload of a cost comparison:
    `address` are the parameters of the page that judges it."""
    from dashboard.chat.measured import measured, measured_document
    from dashboard.chat.prompt_measured import measured_prompt

    visitor, desk, texts = visitor_of(request), desk_of(request), texts_of(request)
    history = _history(request, visitor)
    if not history.has_chat(chat):
        raise ChatRefused("chat_unknown", found=str(chat))
    turns = history.turns(chat, replaced=True)
    region = turns[-1].settings["region"] if turns else None
    known = {one.name: one for one in desk.endpoints.items}
    space = desk.space(visitor, datetime.now(UTC))
    indexes = {"sample": desk.sample(), "uploads": space.documents}
    items = []
    for found in measured(turns):
        endpoint = known.get(found.endpoint)
        label = found.endpoint if endpoint is None else endpoint.label
        model = None if endpoint is None else endpoint.catalog_model
        place = (None if endpoint is None else endpoint.region) or region
        use = _compared(desk, model, place, found) if model and place else {}
        prompt = measured_prompt(turns, found.endpoint, indexes)
        items.append(measured_document(found, label, use, texts, prompt))
    return answered(request, visitor, {"chat": chat, "items": items})


def forget_chat(request: Request, chat: Number) -> Response:
    """Delete one chat of this session for good."""
    visitor = visitor_of(request)
    if not _history(request, visitor).remove_chat(chat):
        raise ChatRefused("chat_unknown", found=str(chat))
    return answered(request, visitor, {"deleted": True})


def judge(request: Request, answer: Number, body: Judgement) -> Response:
    """Whether an answer of this session was accepted."""
    visitor = visitor_of(request)
    if not _history(request, visitor).judge(answer, body.accepted):
        raise ChatRefused("answer_unknown", found=str(answer))
    return answered(request, visitor, {"answer": answer, "accepted": body.accepted})


def _compared(desk: Desk, model: str, region: str, found: "Measured") -> dict[str, str]:
    """The cheapest offer and the cheapest full host for what was measured, to begin from."""
    from dashboard.chat.measured import whole_tokens
    from dashboard.chat.money import answer_money, compared_by

    read, written = whole_tokens(found.input_tokens), whole_tokens(found.output_tokens)
    if read is None or written is None:
        return {}
    counted = TokenCount(input_tokens=read, output_tokens=written)
    with desk.database.read() as session:
        return compared_by(answer_money(session, model, region, counted, datetime.now(UTC).date()))


def _history(request: Request, visitor: Visitor) -> History:
    return desk_of(request).space(visitor, datetime.now(UTC)).history


def _conversation(desk: Desk, visitor: Visitor, texts: Texts) -> Any:
    from dashboard.chat.conversation import conversation_of
    from dashboard.chat.money import AnswerMoney

    def spend(money: AnswerMoney) -> None:
        if money.by_token is not None:
            desk.rations.spend(visitor.session, money.by_token.cost.cost, datetime.now(UTC))

    sources = desk.sources(desk.space(visitor, datetime.now(UTC)))
    return conversation_of(sources, desk.database, texts, spend)


def plain_json(content: bytes) -> Any:
    """The data in the bytes of a JSON body. Raises ChatRefused."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ChatRefused("body", field="body", reason=f"not JSON: {error}") from None
