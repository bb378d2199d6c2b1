"""One answer of a batch test: asked as the pane asks, scored and priced."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from openai import AsyncOpenAI

from catalog.database import Database
from catalog.folding import safe_text
from costing.answer_cost import TokenCount
from dashboard.chat.batch.judge import Judge, Verdict
from dashboard.chat.batch.kept import State
from dashboard.chat.batch.plan import Plan, Prompt
from dashboard.chat.batch.question_file import Question
from dashboard.chat.batch.scores import score_document
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.evaluation import score_answer
from dashboard.chat.events import Clock, Delta, Failed, Finished, Usage
from dashboard.chat.money import by_token_document, cheapest_by_token
from dashboard.chat.stream import stream


@dataclass(kw_only=True, slots=True)
class Came:
    """What came of one question. usage: None where the server told none."""

    text: str = ""
    usage: Usage | None = None
    end: Finished | Failed | None = None

    @property
    def state(self) -> State:
        """Answered, or failed; an answer whose end was never told has failed."""
        return State.ANSWERED if isinstance(self.end, Finished) else State.FAILED

    @property
    def failure(self) -> Failed | None:
        """How it failed; None where it is an answer."""
        return self.end if isinstance(self.end, Failed) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Who is asked, with an open client of it, and what answers are held against."""

    plan: Plan
    endpoint: Endpoint
    client: AsyncOpenAI
    database: Database
    clock: Clock
    judge: Judge | None = None

    async def ask(self, prompt: Prompt) -> Came:
        """The answer to a prompt, or its failure."""
        came = Came()
        pieces: list[str] = []
        asked = stream(
            self.endpoint,
            prompt.messages,
            self.plan.parameters,
            clock=self.clock,
            client=self.client,
        )
        async with aclosing(asked) as events:
            async for event in events:
                match event:
                    case Delta():
                        pieces.append(event.text)
                    case Usage():
                        came.usage = event
                    case Finished() | Failed():
                        came.end = event
        came.text = safe_text("".join(pieces))
        return came

    async def verdict(self, came: Came, question: Question) -> Verdict | None:
        """What the judge says of an answer; None without one, or where nothing can be judged."""
        if self.judge is None or not question.expected or came.state is not State.ANSWERED:
            return None
        return await self.judge.judge(question, came.text)

    def judged(
        self, came: Came, question: Question, prompt: Prompt, verdict: Verdict | None = None
    ) -> tuple[dict[str, Any], Decimal | None]:
        """What is kept of it as plain data, and its cost; None where that is not known."""
        cost, priced = self._price(came.usage)
        facts: dict[str, Any] = {
            "usage": None if came.usage is None else asdict(came.usage),
            "by_token": priced,
            "passages": [passage.title for passage in prompt.passages],
            "passage_ids": list(prompt.passage_ids),
        }
        if verdict is not None:
            facts["judge"] = verdict.document()
        match came.end:
            case Finished():
                score = score_answer(
                    came.text,
                    prompt.passages,
                    expected=question.expected,
                    must_cite=question.must_cite,
                )
                if verdict is not None:
                    score = replace(score, judge_model=verdict.model, judged_right=verdict.right)
                facts |= {
                    "reason": came.end.reason,
                    "provider_model": came.end.provider_model,
                    "score": score_document(score),
                    **asdict(came.end.timings),
                }
            case Failed():
                facts |= {"error": came.end.code, "error_facts": dict(came.end.facts)}
        return facts, cost

    def _price(self, usage: Usage | None) -> tuple[Decimal | None, Mapping[str, Any] | None]:
        model = self.endpoint.catalog_model
        if usage is None or model is None:
            return None, None
        counted = TokenCount(
            input_tokens=usage.input_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            output_tokens=usage.output_tokens,
        )
        place = self.endpoint.region or self.plan.region
        today = self.clock.now().date()
        with self.database.read() as session:
            found = cheapest_by_token(session, model, place, counted, today)
        if found is None:
            return None, None
        return found.cost.cost, by_token_document(found)
