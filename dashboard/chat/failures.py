"""What went wrong with an endpoint, as a code that has a sentence in both languages.

A server's own words never pass: they may hold markup, the prompt, or the key. Only codes of plain
letters, numbers and our own words fill the sentences.
"""

from __future__ import annotations

import math
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import httpx2
import openai

from dashboard.chat.chunks import NoEnd, NotAChat, NotUnderstood, printed_code
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.guard import AnswerPacked, AnswerTooLarge
from dashboard.chat.server_errors import (
    error_body,
    filtered_categories,
    named_setting,
    seconds_to_wait,
    words_of,
)

EXPECTED: Final = (
    ChatRefused, openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError,
    AnswerPacked, AnswerTooLarge, NoEnd, NotAChat, NotUnderstood, TimeoutError, OSError,
    ValueError, RecursionError,
)  # fmt: skip
"""Everything that asking an endpoint may raise. JSON that is none is a ValueError."""

_TOO_LONG: Final = (
    "context_length_exceeded",
    "exceed_context_size_error",
    "string_above_max_length",
)
_TOO_LONG_WORDS: Final = ("context length", "context size", "context window", "maximum context")
_FALLEN_BACK: Final = ("max_completion_tokens", "stream_options")
_SETTINGS: Final = (
    "temperature", "top_p", "presence_penalty", "frequency_penalty", "seed", "stop", "max_tokens",
    "grammar",
)  # fmt: skip
_REFUSALS: Final = (400, 422)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Code, facts, and how long the server asks to wait."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: float | None = None


def failure_of(error: Exception, endpoint: Endpoint, now: datetime) -> Failure:
    """What an exception of a request or of its stream means.

    Args:
        error: one of EXPECTED.
        endpoint: who was asked.
        now: the time of day, for servers that name a moment to wait for.
    """
    found = _failure(error, endpoint, now)
    return replace(
        found, facts={"endpoint": endpoint.label, "model": endpoint.model, **found.facts}
    )


def _failure(error: Exception, endpoint: Endpoint, now: datetime) -> Failure:
    match error:
        case ChatRefused():
            return Failure(code=error.code, facts=error.facts)
        case openai.APIStatusError():
            return _of_status(error, now)
        case openai.APIConnectionError() | httpx2.TransportError() | TimeoutError():
            return _of_connection(error)
        case openai.APIError():
            return _of_event(error)
        case NoEnd():
            return Failure(code="no_end")
        case NotAChat():
            return Failure(code="not_a_chat")
        case AnswerTooLarge():
            return Failure(code="too_large")
        case OSError():
            return Failure(code="unreachable")
        case _:
            return Failure(code="not_understood")


def refused_setting(error: Exception) -> str | None:
    """`max_completion_tokens` or `stream_options` where a server says that it does not know it."""
    if not isinstance(error, openai.APIStatusError) or error.status_code not in _REFUSALS:
        return None
    return named_setting(error, _FALLEN_BACK)


def _of_status(error: openai.APIStatusError, now: datetime) -> Failure:
    status = error.status_code
    facts = {"status": str(status)}
    if status in (401, 403):
        return Failure(code="key_refused", facts=facts)
    if status == 404:
        return Failure(code="not_found", facts=facts)
    if status == 402 or "insufficient_quota" in _codes(error_body(error)):
        return Failure(code="no_credit", facts=facts)
    if status == 429:
        return _of_busy(error.response.headers, now)
    if 300 <= status < 400:
        return Failure(code="redirected", facts=facts)
    if status >= 500:
        return Failure(
            code="server_failed",
            facts=facts,
            retry_after_seconds=seconds_to_wait(error.response.headers, now),
        )
    return _of_refusal(error, facts)


def _of_refusal(error: openai.APIStatusError, facts: Mapping[str, str]) -> Failure:
    """400, 413, 422 and their like: the question itself was not taken."""
    body = error_body(error)
    codes = _codes(body)
    if "content_filter" in codes or filtered_categories(body):
        return _of_filter(body)
    if set(codes) & set(_TOO_LONG) or _any(_TOO_LONG_WORDS, words_of(body)):
        return Failure(code="too_long")
    setting = named_setting(error, _SETTINGS)
    if setting is not None:
        return Failure(code="setting_refused", facts={"setting": setting})
    if not codes or codes[0] == facts["status"]:
        return Failure(code="question_refused", facts=facts)
    return Failure(code="question_refused_code", facts={**facts, "reason": codes[0]})


def _of_filter(body: Mapping[str, Any]) -> Failure:
    filtered = filtered_categories(body)
    if not filtered:
        return Failure(code="prompt_filtered")
    return Failure(code="prompt_filtered_category", facts={"category": ", ".join(filtered)})


def _of_busy(headers: Mapping[str, str], now: datetime) -> Failure:
    seconds = seconds_to_wait(headers, now)
    if seconds is None:
        return Failure(code="busy")
    facts = {"seconds": str(math.ceil(seconds))}
    return Failure(code="busy_for", facts=facts, retry_after_seconds=seconds)


def _of_connection(error: Exception) -> Failure:
    """No connection, one that fell silent, or one that broke before the answer was whole."""
    causes = list(_causes(error))
    if _has(causes, ssl.SSLError):
        return Failure(code="not_secure")
    if _has(causes, httpx2.ConnectError, httpx2.ConnectTimeout):
        return Failure(code="unreachable")
    if _has(causes, httpx2.TimeoutException, TimeoutError):
        return Failure(code="too_slow")
    return Failure(code="broken_off")


def _has(errors: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(one, kinds) for one in errors)


def _of_event(error: openai.APIError) -> Failure:
    """An error that came as an event of a stream that had begun well."""
    body = error_body(error)
    codes = _codes(body)
    if "content_filter" in codes or filtered_categories(body):
        return _of_filter(body)
    if not codes:
        return Failure(code="error_in_stream")
    return Failure(code="error_in_stream_code", facts={"reason": codes[0]})


def _codes(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The code of an error, then its type, where they are such."""
    found = (printed_code(body.get("code")), printed_code(body.get("type")))
    return tuple(one for one in found if one is not None)


def _any(parts: tuple[str, ...], words: str) -> bool:
    return any(part in words for part in parts)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
