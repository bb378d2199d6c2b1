"""One event of a streamed answer, read from plain data that may have any shape.

Servers that call themselves compatible leave lists empty, repeat usage, and send null where text
should be. What is merely absent is passed over; what has the wrong kind raises NotUnderstood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboard.chat.events import Usage

MOST_TOKENS: Final = 1_000_000_000
REASONING_NAMES: Final = ("reasoning_content", "reasoning")
_PRINTED_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/@+-]{0,199}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class NotUnderstood(Exception):
    """A server sent what is no event of a chat."""


class NotAChat(Exception):
    """A server answered with something else altogether, such as a page to sign in."""


class NoEnd(Exception):
    """A server stopped without saying that, or how, its answer ended."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """What one event says; None: nothing of that."""

    text: str = ""
    reasoning: str = ""
    finish: str | None = None
    usage: Usage | None = None
    model: str | None = None


def read_chunk(data: object) -> Chunk:
    """One event. Raises NotUnderstood: no chat, or of the wrong kind."""
    event = _mapping(data)
    choices = event.get("choices")
    if choices is None:
        choices = []
    if not isinstance(choices, list):
        raise NotUnderstood
    first = _mapping(choices[0]) if choices else {}
    delta = _mapping(first.get("delta") or {})
    reasoning = next((delta[name] for name in REASONING_NAMES if delta.get(name)), None)
    finish = first.get("finish_reason")
    return Chunk(
        text=_text(delta.get("content")) + _text(delta.get("refusal")),
        reasoning=_text(reasoning),
        finish=finish if isinstance(finish, str) and finish else None,
        usage=read_usage(event.get("usage")),
        model=printed_name(event.get("model")),
    )


def read_usage(data: object) -> Usage | None:
    """Tokens as the server counted them; None where it told none, or no sound number."""
    if not isinstance(data, Mapping):
        return None
    taken, given = _count(data.get("prompt_tokens")), _count(data.get("completion_tokens"))
    if taken is None or given is None:
        return None
    return Usage(
        input_tokens=taken,
        output_tokens=given,
        cached_input_tokens=_part(data, "prompt_tokens_details", "cached_tokens", taken),
        reasoning_tokens=_part(data, "completion_tokens_details", "reasoning_tokens", given),
    )


def printed_name(value: object) -> str | None:
    """The name of a model as a server tells it; None for anything that is none, such as markup."""
    return value if isinstance(value, str) and _PRINTED_NAME.fullmatch(value) else None


def printed_code(value: object) -> str | None:
    """A code of a server, such as `content_filter`; None for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _CODE.fullmatch(text) else None


class Joiner:
    """Text whose halves of a letter may come in two events: emoji are sent so by some servers."""

    def __init__(self) -> None:
        self._held = ""

    def __call__(self, text: str) -> str:
        """The text with whole letters; the first half of one waits for the next call."""
        text = self._held + text
        self._held = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def rest(self) -> str:
        """A mark for the half that still waits; nothing where none does."""
        return "\N{REPLACEMENT CHARACTER}" if self._held else ""


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise NotUnderstood
    return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotUnderstood
    return value


def _count(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_TOKENS:
        return None
    return value


def _part(data: Mapping[str, Any], group: str, name: str, whole: int) -> int | None:
    """A part of a count; None where it is not told, or would be more than the whole."""
    inner = data.get(group)
    count = _count(inner.get(name)) if isinstance(inner, Mapping) else None
    return count if count is not None and count <= whole else None
