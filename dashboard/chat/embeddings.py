"""Text as numbers, by an endpoint of the operator that speaks OpenAI's embeddings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dashboard.chat.addresses import Resolver, system_resolver
from dashboard.chat.client import open_client
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.events import Failed
from dashboard.chat.failures import EXPECTED, Failure, failure_of
from dashboard.texts import Texts, load_texts

MOST_NUMBERS: Final = 8_192
SILENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """A row of numbers for each text, all equally long. tokens: None where it told none."""

    numbers: tuple[tuple[float, ...], ...]
    tokens: int | None


class EmbeddingFailed(ChatRefused):
    """An endpoint did not turn text into numbers; `failure` says why."""

    def __init__(self, endpoint: Endpoint, failure: Failure) -> None:
        self.failure = failure
        self.label = endpoint.label
        super().__init__("embedding_failed", endpoint=endpoint.label, reason="")
        self.args = (self.sentence(load_texts("en")),)

    def sentence(self, texts: Texts) -> str:
        """What failed and why, in the language of the texts."""
        failed = Failed(code=self.failure.code, facts=self.failure.facts)
        reason = failed.sentence(texts)
        return texts("chat.refused.embedding_failed", endpoint=self.label, reason=reason)


def embedded(
    endpoint: Endpoint, texts: Sequence[str], resolve: Resolver = system_resolver
) -> Embedded:
    """The numbers of some texts. Call it in a thread that runs no event loop.

    Raises EmbeddingFailed, or ChatRefused where the endpoint is not ready or not made for this.
    """
    if endpoint.embedding_model is None:
        raise ChatRefused("embedding_none", endpoint=endpoint.label)
    return asyncio.run(_embedded(endpoint, endpoint.embedding_model, texts, resolve))


async def _embedded(
    endpoint: Endpoint, model: str, texts: Sequence[str], resolve: Resolver
) -> Embedded:
    client = open_client(endpoint, resolve=resolve, silence_seconds=SILENCE_SECONDS)
    async with client:
        try:
            answer = await client.post(
                "/embeddings",
                cast_to=object,
                body={"model": model, "input": list(texts), "encoding_format": "float"},
            )
            return _checked(answer, len(texts))
        except EXPECTED as error:
            failure = failure_of(error, endpoint, datetime.now(UTC))
            facts = {**failure.facts, "model": model}
            raise EmbeddingFailed(endpoint, Failure(code=failure.code, facts=facts)) from None


def _checked(answer: object, count: int) -> Embedded:
    """Raises ChatRefused for what is no list of rows of numbers."""
    wrong = ChatRefused("embedding_not_understood")
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(data, list) or len(data) != count:
        raise wrong
    rows: dict[int, tuple[float, ...]] = {}
    for place, one in enumerate(data):
        numbers = one.get("embedding") if isinstance(one, dict) else None
        if not isinstance(numbers, list) or not 0 < len(numbers) <= MOST_NUMBERS:
            raise wrong
        if not all(type(number) in (int, float) and abs(number) < 1e30 for number in numbers):
            raise wrong
        index = one.get("index", place)
        if not isinstance(index, int):
            raise wrong
        rows[index] = tuple(float(number) for number in numbers)
    if sorted(rows) != list(range(count)) or len({len(row) for row in rows.values()}) != 1:
        raise wrong
    usage = answer.get("usage")
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    known = isinstance(tokens, int) and not isinstance(tokens, bool) and tokens >= 0
    return Embedded(
        numbers=tuple(rows[place] for place in range(count)), tokens=tokens if known else None
    )
