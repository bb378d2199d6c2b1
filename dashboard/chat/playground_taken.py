"""A settings file of the classic chat playground as settings of a question here, told line by line:
what was taken over, and what was not."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.chat.asked import LONGEST_SYSTEM
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.old_playground import (
    SHOWN_CHARACTERS,
    PlaygroundSettings,
    read_old_playground,
)
from dashboard.chat.parameters import read_parameters
from dashboard.chat.prompt import Example, Message, PromptSettings
from dashboard.texts import Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenOver:
    """A file in our words.

    Attributes:
        settings: `system`, `examples`, `past_messages` and `parameters`, as POST chat takes them.
        endpoint: a connected model of the name that the file names; None: there is none.
        taken, left: lines for a person: what was taken over, and what was not, with the reason.
    """

    settings: dict[str, Any]
    endpoint: str | None
    taken: tuple[str, ...]
    left: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {**asdict(self), "taken": list(self.taken), "left": list(self.left)}


def take_over(content: bytes, endpoints: Iterable[Endpoint], texts: Texts) -> TakenOver:
    """The settings of a file.

    endpoints: those that could answer; one whose model is the file's deployment is named.
    Raises ChatRefused for a file that is none, or that says more than can be asked here.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ChatRefused("playground_encoding", position=str(error.start)) from None
    found = read_old_playground(text)
    if len(found.system) > LONGEST_SYSTEM:
        length = f"{len(found.system):,}"
        raise ChatRefused("playground_system", most=f"{LONGEST_SYSTEM:,}", found=length)
    examples = _examples(found.examples)
    PromptSettings(examples=examples, past_messages=found.past_messages)
    parameters = _parameters(found)
    read_parameters(parameters)
    named = [one for one in endpoints if one.model == found.deployment]
    endpoint = named[0] if named else None
    return TakenOver(
        settings={
            "system": found.system,
            "examples": [asdict(one) for one in examples],
            "past_messages": found.past_messages,
            "parameters": parameters,
        },
        endpoint=None if endpoint is None else endpoint.name,
        taken=tuple(_taken(found, endpoint, texts)),
        left=tuple(_left(found, endpoint, texts)),
    )


def _examples(messages: Sequence[Message]) -> tuple[Example, ...]:
    pairs = zip(messages[::2], messages[1::2], strict=True)
    return tuple(Example(user=one.content, assistant=other.content) for one, other in pairs)


def _parameters(found: PlaygroundSettings) -> dict[str, Any]:
    """Decimals as text, exact. A penalty of 0 is none: some servers refuse the name."""
    penalties = {
        "frequency_penalty": found.frequency_penalty,
        "presence_penalty": found.presence_penalty,
    }
    return {
        "max_output_tokens": found.most_output_tokens,
        "temperature": f"{found.temperature:f}",
        "top_p": f"{found.top_p:f}",
        **{name: f"{value:f}" for name, value in penalties.items() if value},
        **({"stop": list(found.stop)} if found.stop else {}),
    }


def _taken(found: PlaygroundSettings, endpoint: Endpoint | None, texts: Texts) -> Iterable[str]:
    if found.system:
        yield texts("chat.playground.system", count=f"{len(found.system):,}")
    if found.examples:
        yield texts.counted("chat.playground.examples", len(found.examples) // 2)
    facts = {
        "longest": f"{found.most_output_tokens:,}",
        "temperature": f"{found.temperature:f}",
        "top_p": f"{found.top_p:f}",
        "past": str(found.past_messages),
        "frequency": f"{found.frequency_penalty:f}",
        "presence": f"{found.presence_penalty:f}",
    }
    for name in ("longest", "temperature", "top_p", "past"):
        yield texts(f"chat.playground.{name}", found=facts[name])
    for name, value in (
        ("frequency", found.frequency_penalty),
        ("presence", found.presence_penalty),
    ):
        if value:
            yield texts(f"chat.playground.{name}", found=facts[name])
    if found.stop:
        yield texts.counted("chat.playground.stop", len(found.stop))
    if endpoint is not None:
        yield texts("chat.playground.model", found=endpoint.model, label=endpoint.label)


def _left(found: PlaygroundSettings, endpoint: Endpoint | None, texts: Texts) -> Iterable[str]:
    if found.deployment is not None and endpoint is None:
        yield texts("chat.playground.no_model", found=found.deployment[:SHOWN_CHARACTERS])
    for key in found.unknown_keys:
        yield texts("chat.playground.unknown", key=key[:SHOWN_CHARACTERS])
