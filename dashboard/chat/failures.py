"""What went wrong with an endpoint, as a code that has a sentence in both languages.

A server's own words never pass: they may hold markup, the prompt, or the key. Only codes of plain
letters, numbers and our own words fill the sentences.
"""

from __future__ import annotations

import json
import math
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2
import openai

from dashboard.chat.chunks import NoEnd, NotAChat, NotUnderstood, printed_code
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.guard import AnswerPacked, AnswerTooLarge

EXPECTED: Final = (
    ChatRefused, openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError,
    AnswerPacked, AnswerTooLarge, NoEnd, NotAChat, NotUnderstood, TimeoutError, OSError,
    ValueError, RecursionError,
)  # fmt: skip
"""Everything that asking an endpoint may raise. JSON that is none is a ValueError."""

LONGEST_WAIT_SECONDS: Final = 86_400.0
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
    return _named_setting(error, _FALLEN_BACK)


def _of_status(error: openai.APIStatusError, now: datetime) -> Failure:
    status = error.status_code
    facts = {"status": str(status)}
    if status in (401, 403):
        return Failure(code="key_refused", facts=facts)
    if status == 404:
        return Failure(code="not_found", facts=facts)
    if status == 429:
        return _of_busy(error.response.headers, now)
    if 300 <= status < 400:
        return Failure(code="redirected", facts=facts)
    if status >= 500:
        return Failure(
            code="server_failed",
            facts=facts,
            retry_after_seconds=_wait(error.response.headers, now),
        )
    return _of_refusal(error, facts)


def _of_refusal(error: openai.APIStatusError, facts: Mapping[str, str]) -> Failure:
    """400, 413, 422 and their like: the question itself was not taken."""
    body = _body(error)
    code = printed_code(body.get("code")) or printed_code(body.get("type"))
    if "content_filter" in (body.get("code"), body.get("type")) or _filtered(body):
        return _of_filter(body)
    words = _words(body)
    if {code, printed_code(body.get("type"))} & set(_TOO_LONG) or _any(_TOO_LONG_WORDS, words):
        return Failure(code="too_long")
    setting = _named_setting(error, _SETTINGS)
    if setting is not None:
        return Failure(code="setting_refused", facts={"setting": setting})
    if code is None or code == facts["status"]:
        return Failure(code="question_refused", facts=facts)
    return Failure(code="question_refused_code", facts={**facts, "reason": code})


def _of_filter(body: Mapping[str, Any]) -> Failure:
    filtered = _filtered(body)
    if not filtered:
        return Failure(code="prompt_filtered")
    return Failure(code="prompt_filtered_category", facts={"category": ", ".join(filtered)})


def _of_busy(headers: Mapping[str, str], now: datetime) -> Failure:
    seconds = _wait(headers, now)
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
    body = _body(error)
    if _filtered(body) or body.get("code") == "content_filter":
        return _of_filter(body)
    code = printed_code(body.get("code")) or printed_code(body.get("type"))
    if code is None:
        return Failure(code="error_in_stream")
    return Failure(code="error_in_stream_code", facts={"reason": code})


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from Retry-After: a number, or a moment. None: not told, or no sense."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1000, LONGEST_WAIT_SECONDS)
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is None and text is not None:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = max(0.0, (moment - now).total_seconds())
    return None if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _body(error: openai.APIError) -> Mapping[str, Any]:
    """The error object of a server; empty where it sent none."""
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    return body if isinstance(body, Mapping) else {}


def _filtered(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Categories that a content filter of Azure names: violence, hate, jailbreak and so on."""
    inner = body.get("innererror")
    result = inner.get("content_filter_result") if isinstance(inner, Mapping) else None
    if not isinstance(result, Mapping):
        return ()
    named = [
        printed_code(name)
        for name, one in result.items()
        if isinstance(one, Mapping) and (one.get("filtered") is True)
    ]
    return tuple(name for name in named if name is not None)


def _named_setting(error: openai.APIStatusError, names: tuple[str, ...]) -> str | None:
    """The setting that a refusal is about: its `param`, else one that its message quotes."""
    body = _body(error)
    for name in names:
        if body.get("param") == name:
            return name
    words = _words(body) if body else _words(error.body)
    marks = ("'{}'", '"{}"', "`{}`", ".{}", "{}: ")
    return next((n for n in names if any(mark.format(n) in words for mark in marks)), None)


def _words(body: object) -> str:
    """What a server said, to look for words in; it is never shown."""
    try:
        return json.dumps(body, ensure_ascii=False).replace('\\"', '"').casefold()
    except (TypeError, ValueError):
        return ""


def _any(parts: tuple[str, ...], words: str) -> bool:
    return any(part in words for part in parts)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
