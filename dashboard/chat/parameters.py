"""How a question is asked: the settings of one answer, checked, and as an endpoint takes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz, process

from catalog.folding import safe_text
from dashboard.chat.endpoints import Endpoint, shown
from dashboard.chat.errors import ChatRefused
from dashboard.chat.prompt import Message

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}
COUNTS: Final[Mapping[str, tuple[int, int]]] = {
    "max_output_tokens": (1, 1_000_000),
    "seed": (0, 2**31 - 1),
}
NOT_FOR_REASONING: Final = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
MOST_STOPS: Final = 4
LONGEST_STOP: Final = 200
LEAST_LIKENESS: Final = 60

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameters:
    """Settings of one answer; None: as the server has it.

    Attributes:
        max_output_tokens: the most tokens of the answer, thinking included.
        stop: texts that end the answer where they would come.
        grammar: what the answer has to look like, for servers of llama.cpp. Never from a person.

    Raises:
        ChatRefused: a value out of its range, by name.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    stop: tuple[str, ...] = ()
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    grammar: str | None = None

    def __post_init__(self) -> None:
        for name, (least, most) in {**RANGES, **COUNTS}.items():
            value = getattr(self, name)
            if value is None:
                continue
            is_whole = isinstance(value, int) or name in RANGES
            if isinstance(value, bool) or not is_whole or not least <= value <= most:
                raise _out_of_range(name, value)
        _require_stops(self.stop)


def read_parameters(values: Mapping[str, object]) -> Parameters:
    """Settings as a person typed them: numbers may be text, what is empty is left out.

    Raises:
        ChatRefused: a name that is not known, or a value that cannot be used, by name.
    """
    known = (*RANGES, *COUNTS, "stop")
    for name in values:
        if name not in known:
            near = process.extractOne(name, known, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS)
            hint = near[0] if near else ", ".join(known)
            raise ChatRefused("parameter_unknown", name=shown(name), known=hint)
    given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    settings: dict[str, Any] = {
        name: _read_number(name, value) for name, value in given.items() if name != "stop"
    }
    return Parameters(**settings, stop=_read_stops(given.get("stop", ())))


def body_of(
    endpoint: Endpoint, messages: Sequence[Message], parameters: Parameters
) -> dict[str, Any]:
    """What is sent to an endpoint, with usage in the stream."""
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [
            {"role": one.role.value, "content": safe_text(one.content)} for one in messages
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    sent: dict[str, Any] = {name: getattr(parameters, name) for name in (*RANGES, "seed")}
    sent["max_completion_tokens"] = parameters.max_output_tokens
    sent["stop"] = [safe_text(one) for one in parameters.stop] or None
    sent["grammar"] = parameters.grammar
    left_out = not_sent(endpoint, parameters)
    return body | {
        name: value for name, value in sent.items() if value is not None and name not in left_out
    }


def not_sent(endpoint: Endpoint, parameters: Parameters) -> tuple[str, ...]:
    """Settings that this endpoint refuses and so does not get; a person should be told."""
    if not endpoint.capabilities.reasoning:
        return ()
    return tuple(name for name in NOT_FOR_REASONING if getattr(parameters, name) is not None)


def _read_number(name: str, value: object) -> float | int:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _out_of_range(name, value)
    if name in COUNTS and value == int(value):
        return int(value)
    return value


def _read_stops(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)):
        raise ChatRefused("parameter_stop", most=str(MOST_STOPS), longest=str(LONGEST_STOP))
    return tuple(value)


def _require_stops(stops: Sequence[object]) -> None:
    right = all(isinstance(one, str) and 0 < len(one) <= LONGEST_STOP for one in stops)
    if not right or len(stops) > MOST_STOPS:
        raise ChatRefused("parameter_stop", most=str(MOST_STOPS), longest=str(LONGEST_STOP))


def _out_of_range(name: str, value: object) -> ChatRefused:
    least, most = {**RANGES, **COUNTS}[name]
    code = "parameter_count" if name in COUNTS else "parameter_range"
    return ChatRefused(code, name=name, least=str(least), most=str(most), found=shown(value))
