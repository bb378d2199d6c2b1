"""What a server says of its own failure, as far as anything of it may be used.

Its message is looked through for words that we know and is never shown: it may hold markup, the
prompt, or the key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import openai

from dashboard.chat.chunks import printed_code

LONGEST_WAIT_SECONDS: Final = 86_400.0


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from Retry-After: a number, or a moment. None: not told, or no sense."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1000, LONGEST_WAIT_SECONDS)
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is None and text is not None:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
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


def error_body(error: openai.APIError) -> Mapping[str, Any]:
    """The error object of a server; empty where it sent none."""
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    return body if isinstance(body, Mapping) else {}


def filtered_categories(body: Mapping[str, Any]) -> tuple[str, ...]:
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


def named_setting(error: openai.APIStatusError, names: tuple[str, ...]) -> str | None:
    """The setting that a refusal is about: its `param`, else one that its message quotes."""
    body = error_body(error)
    for name in names:
        if body.get("param") == name:
            return name
    words = words_of(body) if body else words_of(error.body)
    marks = ("'{}'", '"{}"', "`{}`", ".{}", "{}: ")
    return next((n for n in names if any(mark.format(n) in words for mark in marks)), None)


def words_of(body: object) -> str:
    """What a server said, to look for words in; it is never shown."""
    try:
        return json.dumps(body, ensure_ascii=False).replace('\\"', '"').casefold()
    except (TypeError, ValueError, RecursionError):
        return ""
