"""One question from passages to priced answers, told event by event to whoever asked.

    meta     the chat and turn, the passages that are used and those that are not, the answers
    delta    a piece of one answer
    usage    its tokens as the server counted them
    done     how it ended, as HTML, with times, citations and cost
    error    how it failed; what came before it is kept

Leaving early (the task is cancelled) stops the servers; what came is kept as stopped.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import anyio
import anyio.to_thread

from catalog.database import Database
from costing.answer_cost import TokenCount
from dashboard.chat.asked import Asked
from dashboard.chat.asked_sources import AskedSources
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.events import Clock, Delta, Failed, Finished, Usage
from dashboard.chat.history import AnswerState, Turn
from dashboard.chat.money import (
    AnswerMoney,
    answer_money,
    by_token_document,
    models_by_token,
    money_document,
)
from dashboard.chat.prompt import Message, build_messages
from dashboard.chat.prompt import Passage as Shown
from dashboard.chat.rendered import checked_answer, prompt_passage
from dashboard.chat.retrieval import Retrieved
from dashboard.chat.spaces import Space
from dashboard.chat.stream import stream
from dashboard.chat.talk import said_before
from dashboard.chat.token_estimate import estimate_messages
from dashboard.texts import Texts

Emit: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[None]]
"""Takes the name of an event and its data, which is plain."""
Spend: TypeAlias = Callable[[AnswerMoney], None]

SAVE_SECONDS: Final = 2.0
ASSUMED_OUTPUT_TOKENS: Final = 150
"""Of an answer that nothing generates, so that it can be priced; told with the price."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """What one session asks with. spend: told of each cost."""

    space: Space
    sources: AskedSources
    database: Database
    clock: Clock
    texts: Texts
    spend: Spend

    async def run(self, asked: Asked, endpoints: Sequence[Endpoint], emit: Emit) -> None:
        """Answer a question.

        Raises:
            ChatRefused: before anything was sent: no such chat or turn, or nothing to ask with.
        """
        turn = await anyio.to_thread.run_sync(self._begin, asked, endpoints)
        await emit("meta", turn.document)
        if not endpoints:
            await emit("done", await anyio.to_thread.run_sync(self._without_model, asked, turn))
            return
        async with anyio.create_task_group() as answering:
            for endpoint, (answer_id, messages) in zip(endpoints, turn.answers, strict=True):
                one = _Answering(
                    conversation=self,
                    asked=asked,
                    endpoint=endpoint,
                    shown=[prompt_passage(kept.number, kept.hit) for kept in turn.found.kept],
                    id=answer_id,
                    emit=emit,
                )
                answering.start_soon(one.run, messages)

    # --- before anything is sent ---------------------------------------------------------------

    def _begin(self, asked: Asked, endpoints: Sequence[Endpoint]) -> "_Turn":
        history = self.space.history
        if asked.chat is not None and not history.has_chat(asked.chat):
            raise ChatRefused("chat_unknown", found=str(asked.chat))
        past = () if asked.chat is None else history.turns(asked.chat)
        if asked.replaces is not None:
            if asked.replaces not in [turn.id for turn in past]:
                raise ChatRefused("turn_unknown", found=str(asked.replaces))
            past = tuple(turn for turn in past if turn.id < asked.replaces)
        library = self.sources.named(asked.source)
        found = Retrieved(kept=(), dropped=())
        if library is not None:
            found = library.retrieve(asked.question, asked.retrieval)
        prompts = [self._prompt(asked, found, past, endpoint.name) for endpoint in endpoints]
        now = self.clock.now()
        chat = history.begin_chat(now) if asked.chat is None else asked.chat
        turn = history.add_turn(
            chat,
            asked.question,
            settings=asked.settings_document(),
            passages=tuple(one.hit.passage_id for one in found.kept),
            now=now,
            replaces=asked.replaces,
        )
        ids = [history.begin_answer(turn, endpoint.name, now) for endpoint in endpoints]
        document = {
            "chat": chat,
            "turn": turn,
            "source": asked.source,
            "answers": [
                {"answer": id_, "endpoint": endpoint.name, "label": endpoint.label}
                for id_, endpoint in zip(ids, endpoints, strict=True)
            ],
            **passages_document(found),
        }
        return _Turn(document=document, found=found, answers=list(zip(ids, prompts, strict=True)))

    def _prompt(
        self, asked: Asked, found: Retrieved, past: Sequence[Turn], endpoint: str
    ) -> tuple[Message, ...]:
        shown = [prompt_passage(one.number, one.hit) for one in found.kept]
        settings = asked.prompt
        if asked.source == "none":
            settings = replace(settings, in_scope=False)
        return build_messages(
            asked.system, shown, said_before(past, endpoint), asked.question, settings
        )

    def _without_model(self, asked: Asked, turn: "_Turn") -> dict[str, Any]:
        """What the question would cost with the models of the catalog: nothing is generated."""
        messages = self._prompt(asked, turn.found, (), "")
        tokens = estimate_messages(one.content for one in messages)
        counted = TokenCount(input_tokens=tokens.about, output_tokens=ASSUMED_OUTPUT_TOKENS)
        with self.database.read() as session:
            models = models_by_token(session, asked.region, counted, self.clock.now().date())
        return {
            "state": "no_model",
            "input_tokens_about": tokens.about,
            "input_tokens_planned": tokens.planned,
            "output_tokens_assumed": ASSUMED_OUTPUT_TOKENS,
            "region": asked.region,
            "models": [{"model_id": model, **by_token_document(found)} for model, found in models],
        }


def conversation_of(
    sources: AskedSources, database: Database, texts: Texts, spend: Spend
) -> Conversation:
    """A conversation by the clock of this machine."""
    clock = Clock(monotonic=time.monotonic, now=lambda: datetime.now(UTC))
    return Conversation(
        space=sources.space,
        sources=sources,
        database=database,
        clock=clock,
        texts=texts,
        spend=spend,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Turn:
    """A question that is stored and not yet answered."""

    document: Mapping[str, Any]
    found: Retrieved
    answers: list[tuple[int, tuple[Message, ...]]]


@dataclass(kw_only=True, slots=True)
class _Answering:
    """One answer while it comes."""

    conversation: Conversation
    asked: Asked
    endpoint: Endpoint
    shown: Sequence[Shown]
    id: int
    emit: Emit
    text: list[str] = field(default_factory=list)
    state: AnswerState = AnswerState.STOPPED
    facts: dict[str, Any] = field(default_factory=dict)
    saved_at: float = field(default_factory=time.monotonic)

    async def run(self, messages: Sequence[Message]) -> None:
        """Ask, pass on, keep; whatever happens, what came is kept."""
        events = stream(
            self.endpoint, messages, self.asked.parameters, clock=self.conversation.clock
        )
        try:
            async with aclosing(events):
                async for event in events:
                    match event:
                        case Delta():
                            await self._delta(event)
                        case Usage():
                            await self._usage(event)
                        case Finished():
                            await self._finished(event)
                        case Failed():
                            await self._failed(event)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._keep, self.state)

    async def _delta(self, event: Delta) -> None:
        self.text.append(event.text)
        data = {"answer": self.id, "text": event.text}
        await self.emit("delta", data | ({"reasoning": event.reasoning} if event.reasoning else {}))
        if time.monotonic() - self.saved_at > SAVE_SECONDS:
            self.saved_at = time.monotonic()
            await anyio.to_thread.run_sync(self._keep, AnswerState.STREAMING)

    async def _usage(self, event: Usage) -> None:
        counted = {
            "input_tokens": event.input_tokens,
            "cached_input_tokens": event.cached_input_tokens,
            "output_tokens": event.output_tokens,
            "reasoning_tokens": event.reasoning_tokens,
        }
        self.facts["usage"] = counted
        await self.emit("usage", {"answer": self.id, **counted})

    async def _finished(self, event: Finished) -> None:
        self.state = AnswerState.FINISHED
        self.facts |= {
            "reason": event.reason,
            "provider_model": event.provider_model,
            "ttft_seconds": event.timings.ttft_seconds,
            "total_seconds": event.timings.total_seconds,
            "output_tokens_per_second": event.timings.output_tokens_per_second,
        }
        self.facts["money"] = await self._price()
        await self.emit(
            "done",
            {
                "answer": self.id,
                "state": self.state,
                "sentence": event.sentence(self.conversation.texts),
                **self.facts,
                **await anyio.to_thread.run_sync(self._checked),
            },
        )

    async def _failed(self, event: Failed) -> None:
        self.state = AnswerState.FAILED
        self.facts |= {"error": event.code, "error_facts": dict(event.facts)}
        self.facts["money"] = await self._price()
        await self.emit(
            "error",
            {
                "answer": self.id,
                "code": event.code,
                "message": event.sentence(self.conversation.texts),
                "partial": bool("".join(self.text)),
                "retry_after_seconds": event.retry_after_seconds,
                "usage": self.facts.get("usage"),
                "money": self.facts["money"],
            },
        )

    def _checked(self) -> dict[str, Any]:
        return checked_answer("".join(self.text), self.shown, self.conversation.texts)

    async def _price(self) -> dict[str, Any] | None:
        """What the answer cost; None where the server told no tokens, or nobody says which model
        it is."""
        money = await anyio.to_thread.run_sync(self._money)
        if money is None:
            return None
        self.conversation.spend(money)
        return money_document(money)

    def _money(self) -> AnswerMoney | None:
        counted, model = self.facts.get("usage"), self.endpoint.catalog_model
        if counted is None or model is None:
            return None
        tokens = TokenCount(
            input_tokens=counted["input_tokens"],
            cached_input_tokens=counted["cached_input_tokens"],
            output_tokens=counted["output_tokens"],
        )
        region = self.endpoint.region or self.asked.region
        now = self.conversation.clock.now()
        with self.conversation.database.read() as session:
            return answer_money(session, model, region, tokens, now.date())

    def _keep(self, state: AnswerState) -> None:
        self.conversation.space.history.keep_answer(self.id, "".join(self.text), state, self.facts)


def passages_document(found: Retrieved) -> dict[str, Any]:
    """Passages as plain data, each dropped one with its reason."""
    return {
        "passages": [
            {
                "number": one.number,
                "passage": one.hit.passage_id,
                "title": one.hit.title,
                "places": list(one.hit.passage.places),
                "text": one.hit.passage.text,
                "share_of_best": round(one.share_of_best, 4),
            }
            for one in found.kept
        ],
        "dropped": [
            {
                "passage": one.hit.passage_id,
                "title": one.hit.title,
                "places": list(one.hit.passage.places),
                "reason": one.reason,
                "share_of_best": round(one.share_of_best, 4),
            }
            for one in found.dropped
        ],
    }
