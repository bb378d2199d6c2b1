"""What Azure's services answer: JSON read exactly, texts tidied, refusals as :class:`SourceFailed`.

Numbers with a point become Decimal from their literal text, never through float. A text of blanks
is no text. Dates come with up to seven digits after the second and are cut to microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from catalog.errors import SourceFailed
from catalog.sources.reading import MOST_RAW_CHARACTERS, UnreadRow
from catalog.sources.wire import Answer, Sent, Wire

MOST_SAID_CHARACTERS: Final = 500


def ask(wire: Wire, request: Sent, *, timeout_seconds: float) -> dict[str, Any]:
    """Send one request and read its answer, a JSON object.

    Raises:
        SourceFailed: no answer, another status than 200, or no JSON object.
    """
    answer = wire.send(request, timeout_seconds=timeout_seconds)
    place = place_of(request.url)
    if answer.status != 200:
        raise refusal(answer, place)
    body = read_json(answer.body, place)
    if not isinstance(body, dict):
        raise SourceFailed(
            f"Expected a JSON object from {place}, found {type(body).__name__}. "
            "The service may have changed; run the live check.",
            reason="unexpected",
        )
    return body


def read_json(body: bytes, place: str) -> Any:
    """The value of a JSON text; numbers with a point are Decimal.

    Raises:
        SourceFailed: the body is not JSON, or holds NaN or Infinity.
    """
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SourceFailed(
            f"Expected JSON from {place}, found {len(body)} bytes that do not read as such. "
            "The answer may be cut; try again later.",
            reason="not_json",
        ) from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def refusal(answer: Answer, place: str) -> SourceFailed:
    """The error for an answer that is not 200, with what the service says about it."""
    said = _said(answer.body)
    reason = {401: "unauthorized", 403: "unauthorized", 429: "limited"}.get(answer.status)
    if reason is None:
        reason = "server_error" if answer.status >= 500 else "refused"
    return SourceFailed(
        f"Expected an answer from {place}, found status {answer.status}{said and ': '}{said}.",
        reason=reason,
        retry_after_seconds=_seconds(answer.headers.get("retry-after")),
    )


def _said(body: bytes) -> str:
    """The sentence inside an error body: ``{"error": {"message": ...}}``, capitals or not."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for key in ("error", "message"):
        if isinstance(value, dict):
            folded = {str(name).casefold(): held for name, held in value.items()}
            value = folded.get(key, folded.get("message", ""))
    text = value if isinstance(value, str) else ""
    return " ".join(text.split())[:MOST_SAID_CHARACTERS].rstrip(".")


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None


def place_of(url: str) -> str:
    """Host and path of an address, for messages; what follows ``?`` may be long or private."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def text_of(value: object) -> str | None:
    """A text without the blanks around it; None where nothing is left, or it is no text."""
    return (value.strip() or None) if isinstance(value, str) else None


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list, each once and in order; empty where it is no list."""
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(text for text in map(text_of, value) if text is not None))


def count_of(value: object) -> int | None:
    """A whole number of tokens or the like, 1 or more; None where there is none."""
    text = text_of(value)
    if text is not None and text.isascii() and text.isdigit():
        value = int(text)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value > 0 else None


def moment_of(value: object) -> datetime | None:
    """A moment in UTC; one without a zone is taken as UTC. None where there is no text.

    Raises:
        ValueError: a text that is no moment.
    """
    text = text_of(value)
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def day_of(value: object) -> date | None:
    """The day of a moment or a day; None where there is no text.

    Raises:
        ValueError: a text that is no day.
    """
    moment = moment_of(value)
    return None if moment is None else moment.date()


def unread(key: str, reason: str, detail: str, row: object) -> UnreadRow:
    """A row that is not taken, with its JSON text, cut to what an unread row may hold."""
    raw = json.dumps(row, ensure_ascii=False, default=str)
    return UnreadRow(
        key=_storable(key)[:500] or "?",
        reason=reason,
        detail=_storable(detail),
        raw=_storable(raw)[:MOST_RAW_CHARACTERS],
    )


def _storable(text: str) -> str:
    """A text that UTF-8 and a database can carry: halves of a pair and NUL become escapes."""
    kept = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return kept.replace("\x00", "\\x00")


def mapping_of(value: object) -> Mapping[str, Any]:
    """An object of a JSON text; an empty one where it is none."""
    return value if isinstance(value, dict) else {}
