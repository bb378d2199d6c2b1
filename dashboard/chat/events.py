"""What comes out of an answer, in order: text, then tokens, then how it ended.

An answer ends with exactly one of Finished and Failed. Usage comes at most once, before the end,
and only where the server told it: no count is ever made up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from dashboard.texts import Texts

FinishReason: TypeAlias = Literal["stop", "length", "content_filter", "stopped_by_us"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Time as an argument: monotonic seconds, and the time of day with its zone."""

    monotonic: Callable[[], float]
    now: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timings:
    """How long an answer took.

    Attributes:
        ttft_seconds: from asking to the first text or reasoning; None where none came.
        total_seconds: from asking to the end.
        output_tokens_per_second: (tokens - 1) / (last - first), of the tokens that were streamed;
            None where the server told no tokens, or sent all at one moment.
    """

    ttft_seconds: float | None
    total_seconds: float
    output_tokens_per_second: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """A piece of the answer; `reasoning` is what a model thinks before it answers."""

    text: str = ""
    reasoning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens as the server counted them.

    Attributes:
        cached_input_tokens: part of the input that was in its cache; None where it does not say.
        reasoning_tokens: part of the output that was thought; None where it does not say.
        estimated: whether we counted; always false here.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int | None = None
    reasoning_tokens: int | None = None
    estimated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The answer is whole, or was ended by a limit, a filter or us.

    Attributes:
        provider_model: the model that the server says has answered.
    """

    reason: FinishReason
    provider_model: str | None
    timings: Timings

    def sentence(self, texts: Texts) -> str:
        """How it ended, in the language of the texts."""
        return texts(f"chat.finished.{self.reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The answer failed; what came before it stands.

    Attributes:
        code: `chat.failed.CODE`, or where we refused ourselves `chat.refused.CODE`.
        facts: what fills the gaps of the sentence: no key, no markup, no message of the server.
        partial_kept: whether text came before.
        retry_after_seconds: how long the server asks to wait; None where it does not say.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    partial_kept: bool = True
    retry_after_seconds: float | None = None
    timings: Timings | None = None

    def sentence(self, texts: Texts) -> str:
        """What happened and what to do next, in the language of the texts."""
        ours = texts.optional(f"chat.failed.{self.code}") is None
        family = "refused" if ours else "failed"
        return texts(f"chat.{family}.{self.code}", **self.facts)


Event: TypeAlias = Delta | Usage | Finished | Failed
