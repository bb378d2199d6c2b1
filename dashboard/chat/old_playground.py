"""Reads the settings file of Azure's classic chat playground, for people who still have one.

Its keys, with the defaults that the playground had: `systemPrompt`, `fewShotExamples`, and, under
`chatParameters` or beside them, `deploymentName`, `maxResponseLength` 800, `temperature` 0.7,
`topProbablities` 0.95 (spelled so; the right spelling is read too), `stopSequences` null,
`pastMessagesToInclude` 10, `frequencyPenalty` 0, `presencePenalty` 0.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from dashboard.chat.errors import ChatRefused
from dashboard.chat.prompt import MOST_PAST_MESSAGES, Message, Role

MOST_CHARACTERS: Final = 1_000_000
MOST_OUTPUT_TOKENS: Final = 1_000_000
MOST_STOP_SEQUENCES: Final = 4
SHOWN_CHARACTERS: Final = 80
TOP_P: Final = "topProbablities"
TOP_P_SPELLED_RIGHT: Final = "topProbabilities"
PARAMETERS: Final = "chatParameters"
KNOWN: Final = ("systemPrompt", "fewShotExamples", PARAMETERS)
KNOWN_PARAMETERS: Final = (
    "deploymentName", "maxResponseLength", "temperature", TOP_P, TOP_P_SPELLED_RIGHT,
    "stopSequences", "pastMessagesToInclude", "frequencyPenalty", "presencePenalty",
)  # fmt: skip
EXAMPLE_KEYS: Final = ("userInput", "chatbotResponse")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaygroundSettings:
    """What such a file says, in our words.

    Attributes:
        system: the system text; empty where there is none.
        examples: questions and answers to send before the talk, in turn.
        deployment: the name of the model deployment; None where the file names none.
        most_output_tokens: the longest answer.
        stop: texts at which an answer ends.
        past_messages: so many messages of the talk are sent again.
        unknown_keys: keys of the file that nothing here stands for, such as `chatParameters.seed`.
    """

    system: str = ""
    examples: tuple[Message, ...] = ()
    deployment: str | None = None
    most_output_tokens: int = 800
    temperature: Decimal = Decimal("0.7")
    top_p: Decimal = Decimal("0.95")
    stop: tuple[str, ...] = ()
    past_messages: int = 10
    frequency_penalty: Decimal = Decimal(0)
    presence_penalty: Decimal = Decimal(0)
    unknown_keys: tuple[str, ...] = ()


def read_old_playground(content: str) -> PlaygroundSettings:
    """The settings of a file. What it leaves out is as the playground had it at first.

    Raises ChatRefused, by the name of the key, for a value that the playground would not have
    written; and for a text that is no such file.
    """
    try:
        return _settings(_document(content))
    except (RecursionError, ArithmeticError) as error:  # far too deep; a number beyond Decimal
        raise ChatRefused("playground_json", line="1", column="1") from error


def _settings(document: Mapping[str, Any]) -> PlaygroundSettings:
    values = _values(document)
    return PlaygroundSettings(
        system=_text("systemPrompt", values.get("systemPrompt")),
        examples=_examples(values.get("fewShotExamples")),
        deployment=_text("deploymentName", values.get("deploymentName")) or None,
        most_output_tokens=_whole(values, "maxResponseLength", 1, MOST_OUTPUT_TOKENS, 800),
        temperature=_number(values, "temperature", 0, 2, "0.7"),
        top_p=_number(values, _spelling(values), 0, 1, "0.95"),
        stop=_stop("stopSequences", values.get("stopSequences")),
        past_messages=_whole(values, "pastMessagesToInclude", 0, MOST_PAST_MESSAGES, 10),
        frequency_penalty=_number(values, "frequencyPenalty", -2, 2, "0"),
        presence_penalty=_number(values, "presencePenalty", -2, 2, "0"),
        unknown_keys=tuple(_unknown(document)),
    )


def _document(content: str) -> Mapping[str, Any]:
    """The object that the file holds, its numbers as Decimal."""
    if len(content) > MOST_CHARACTERS:
        raise ChatRefused("playground_size", most=f"{MOST_CHARACTERS:,}", found=f"{len(content):,}")
    try:
        document = json.loads(
            content.removeprefix("\ufeff"),
            parse_int=Decimal,
            parse_float=Decimal,
            object_pairs_hook=_each_key_once,
        )
    except json.JSONDecodeError as error:
        line, column = str(error.lineno), str(error.colno)
        raise ChatRefused("playground_json", line=line, column=column) from error
    if not isinstance(document, dict) or not {*KNOWN, *KNOWN_PARAMETERS} & document.keys():
        raise ChatRefused("playground_file", found=_short(document))
    return document


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ChatRefused("playground_twice", key=key[:SHOWN_CHARACTERS])
        found[key] = value
    return found


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters and what stands beside them, as one."""
    parameters = document.get(PARAMETERS)
    if parameters is None:
        parameters = {}
    if not isinstance(parameters, dict):
        raise ChatRefused("playground_object", key=PARAMETERS, found=_short(parameters))
    beside = {key: value for key, value in document.items() if key != PARAMETERS}
    return _each_key_once([*beside.items(), *parameters.items()])


def _spelling(values: Mapping[str, Any]) -> str:
    if TOP_P in values and TOP_P_SPELLED_RIGHT in values:
        raise ChatRefused("playground_twice", key=TOP_P_SPELLED_RIGHT)
    return TOP_P_SPELLED_RIGHT if TOP_P_SPELLED_RIGHT in values else TOP_P


def _text(key: str, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ChatRefused("playground_text", key=key, found=_short(value))
    return value or ""


def _number(values: Mapping[str, Any], key: str, least: int, most: int, default: str) -> Decimal:
    value = values.get(key, Decimal(default))
    if not isinstance(value, Decimal) or not least <= value <= most:
        raise ChatRefused(
            "playground_number", key=key, least=str(least), most=str(most), found=_short(value)
        )
    return value


def _whole(values: Mapping[str, Any], key: str, least: int, most: int, default: int) -> int:
    value = values.get(key, Decimal(default))
    if not isinstance(value, Decimal) or not least <= value <= most or value % 1 != 0:
        raise ChatRefused(
            "playground_whole", key=key, least=str(least), most=f"{most:,}", found=_short(value)
        )
    return int(value)


def _stop(key: str, value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else [] if value is None else value
    if (
        not isinstance(texts, list)
        or len(texts) > MOST_STOP_SEQUENCES
        or not all(isinstance(text, str) and text for text in texts)
    ):
        raise ChatRefused(
            "playground_stop", key=key, most=str(MOST_STOP_SEQUENCES), found=_short(value)
        )
    return tuple(texts)


def _examples(value: Any) -> tuple[Message, ...]:
    """Pairs of a question and its answer; a pair that was left blank is none."""
    listed = [] if value is None else value
    if not isinstance(listed, list):
        raise ChatRefused("playground_examples", key="fewShotExamples", found=_short(value))
    return tuple(message for at, example in enumerate(listed) for message in _example(at, example))


def _example(at: int, example: Any) -> tuple[Message, ...]:
    if not isinstance(example, dict):
        raise ChatRefused("playground_examples", key=f"fewShotExamples.{at}", found=_short(example))
    asked, answered = (
        _text(f"fewShotExamples.{at}.{key}", example.get(key)).strip() for key in EXAMPLE_KEYS
    )
    if not asked and not answered:
        return ()
    if not asked or not answered:
        raise ChatRefused("playground_examples", key=f"fewShotExamples.{at}", found=_short(example))
    return (
        Message(role=Role.USER, content=asked),
        Message(role=Role.ASSISTANT, content=answered),
    )


def _unknown(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in document if key not in {*KNOWN, *KNOWN_PARAMETERS})
    parameters = document.get(PARAMETERS) or {}
    yield from (f"{PARAMETERS}.{key}" for key in parameters if key not in KNOWN_PARAMETERS)
    for at, example in enumerate(document.get("fewShotExamples") or ()):
        yield from (f"fewShotExamples.{at}.{key}" for key in example if key not in EXAMPLE_KEYS)


def _short(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=lambda number: f"\0{number}\0")
    text = text.replace('"\\u0000', "").replace('\\u0000"', "")
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
