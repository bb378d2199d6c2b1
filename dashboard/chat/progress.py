"""How far an answer has come: what it holds, when it came, whether and how it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboard.chat.chunks import Chunk, Joiner
from dashboard.chat.events import (
    Clock,
    Delta,
    Event,
    Failed,
    Finished,
    FinishReason,
    Timings,
    Usage,
)
from dashboard.chat.failures import Failure

ANSWER_SECONDS: Final = 900.0
"""The longest that an answer may take as a whole."""

USUAL_BYTES_A_TOKEN: Final = 5
MOST_BYTES_A_TOKEN: Final = 32
SPARE_BYTES: Final = 1_024
"""English has about 4.4 bytes a token, Japanese 4, code less; long blanks may have many."""

_REASONS: Final[Mapping[str, FinishReason]] = {
    "stop": "stop",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


@dataclass(kw_only=True, slots=True)
class Progress:
    """What has come so far, and when."""

    clock: Clock
    most_tokens: int | None
    usage: Usage | None = None
    finish: str | None = None
    model: str | None = None
    began: float = field(init=False)
    first: float | None = None
    last: float | None = None
    deltas: int = 0
    size: int = 0
    thought: bool = False
    text: Joiner = field(default_factory=Joiner)
    reasoning: Joiner = field(default_factory=Joiner)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Time runs from now on; what came before, such as loading our client, is not counted."""
        self.began = self.clock.monotonic()

    def take(self, chunk: Chunk) -> Delta | None:
        """Note what an event says; what of it is to be shown."""
        self.usage = chunk.usage or self.usage  # the last one counts; they are never added up
        self.finish = chunk.finish or self.finish
        self.model = chunk.model or self.model
        delta = Delta(text=self.text(chunk.text), reasoning=self.reasoning(chunk.reasoning))
        if not delta.text and not delta.reasoning:
            return None
        now = self.clock.monotonic()
        self.first = now if self.first is None else self.first
        self.last = now
        self.deltas += 1
        self.size += len(delta.text.encode()) + len(delta.reasoning.encode())
        self.thought = self.thought or bool(delta.reasoning)
        return delta

    @property
    def seconds_left(self) -> float:
        """Of the longest that an answer may take."""
        return max(0.0, self.began + ANSWER_SECONDS - self.clock.monotonic())

    @property
    def is_over_cap(self) -> bool:
        """Whether a server goes on after the most tokens that it was told.

        A server that counts in each event tells it by itself. Else it takes more events than
        tokens and also more text than they usually have, because some servers send single letters;
        or more text than any tokens have. That hardly ever cuts a whole answer; one that runs on
        is cut, in English and Japanese before a third too much.
        """
        most = self.most_tokens
        if most is None or self.finish is not None:
            return False
        counted = self.usage is not None and self.usage.output_tokens > most
        many = self.deltas > most and self.size > most * USUAL_BYTES_A_TOKEN
        return counted or many or self.size > most * MOST_BYTES_A_TOKEN + SPARE_BYTES

    @property
    def reason(self) -> FinishReason | None:
        """Why the answer is over; None where nobody has ended it."""
        return "stopped_by_us" if self.is_over_cap else _REASONS.get(self.finish or "")

    def ending(self, failure: Failure) -> list[Event]:
        """The events that end the answer; the failure counts where nobody ended it.

        An answer that was whole before the connection broke is whole; one whose end the server
        never told has failed, however well it looks.
        """
        rest = Delta(text=self.text.rest(), reasoning=self.reasoning.rest())
        events: list[Event] = [rest] if rest.text or rest.reasoning else []
        if self.usage is not None:
            events.append(self.usage)
        timings, reason = self._timings(), self.reason
        if reason is not None:
            return [*events, Finished(reason=reason, provider_model=self.model, timings=timings)]
        failed = Failed(
            code=failure.code,
            facts=failure.facts,
            partial_kept=self.first is not None,
            retry_after_seconds=failure.retry_after_seconds,
            timings=timings,
        )
        return [*events, failed]

    def _timings(self) -> Timings:
        return Timings(
            ttft_seconds=None if self.first is None else self.first - self.began,
            total_seconds=self.clock.monotonic() - self.began,
            output_tokens_per_second=self._tokens_per_second(),
        )

    def _tokens_per_second(self) -> float | None:
        """(tokens - 1) / (last - first). Thinking that was not streamed came before the first."""
        if self.usage is None or self.first is None or self.last is None:
            return None
        unseen = 0 if self.thought else self.usage.reasoning_tokens or 0
        tokens, seconds = self.usage.output_tokens - unseen, self.last - self.first
        return (tokens - 1) / seconds if tokens > 1 and seconds > 0 else None
