"""A tested set-up as a Prompty file, version 2: settings in YAML, then the messages as a template.

Search is not part of Prompty, so the passages that were found stand in the input `documents`, and
the talk before the question in the input `talk`. Examples belong to the template: another talk does
not take their place. Names of the format are those of the
specification (github.com/microsoft/prompty, folder `spec`). Its readers have four traps:

- `template` has to be a mapping; a bare word is refused.
- `---` and `+++` end the settings even inside a quoted value: they are written as escapes.
- A value that begins with `${` is looked up in the environment or in files: what a person or a
  document wrote is parted there, so that it stays text.
- A line `system:` begins a message, wherever it comes from, and `{% endraw %}` ends text that is
  to be left alone: both are parted too. The mark that parts is U+200B, which nobody sees.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from dashboard.chat.exports.tested_setup import (
    ADDRESS_SHAPES,
    BASE_URL_VARIABLE,
    KEY_VARIABLE,
    ChatSetup,
)
from dashboard.chat.harmless import LINE_ENDS
from dashboard.chat.prompt import Message, Role

PARTED: Final = "\u200b"
ROLE_LINE: Final = re.compile(
    r"^(?P<before>\s*#?\s*(?:system|user|assistant|developer|tool|function)\b[^:\n]*+(?=:)"
    r"|\s*#?\s*(?:system|user|assistant|developer|tool|function)\[[^\n]*(?=:\s*$))",
    re.IGNORECASE | re.MULTILINE,
)
END_OF_RAW: Final = re.compile(r"\{(?=%[-+]?\s*(?:end)?raw)")
REFERENCE: Final = "${"
ENDS_OF_SETTINGS: Final = {"---": r"\x2d\x2d\x2d", "+++": r"\x2b\x2b\x2b"}
OPTIONS: Final = {
    "temperature": "temperature",
    "top_p": "topP",
    "max_completion_tokens": "maxOutputTokens",
    "stop": "stopSequences",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "seed": "seed",
}
"""Settings by the names of the chat completions API to those of Prompty."""


def prompty_file(setup: ChatSetup) -> str:
    """The text of the file.

    Raises:
        ChatRefused: a document that it was answered from is gone.
    """
    *before, last = setup.messages()
    system = "".join(one.content for one in before if one.role is Role.SYSTEM)
    others = [one for one in before if one.role is not Role.SYSTEM]
    examples, past = _split(others, 2 * len(setup.prompt.examples))
    documents, question = _parts_of_last(last.content, setup)
    settings = _settings(setup, documents, question, past)
    template = _template(system, examples, has_documents=bool(documents))
    return f"---\n{_yaml(settings)}---\n{template}"


def _split(messages: list[Message], count: int) -> tuple[list[Message], list[Message]]:
    return messages[:count], messages[count:]


def _parts_of_last(content: str, setup: ChatSetup) -> tuple[str, str]:
    """Passages with what stands around them, and the question, which ends the message."""
    asked = setup.asked_text()
    assert content.endswith(asked)
    return content[: len(content) - len(asked)].rstrip("\n"), asked


def _settings(
    setup: ChatSetup, documents: str, question: str, past: list[Message]
) -> dict[str, Any]:
    inputs = [_input("question", question)]
    if documents:
        inputs.insert(0, _input("documents", documents))
    talk = [{"role": one.role.value, "content": _Quoted(_plain(one.content))} for one in past]
    inputs.append({"name": "talk", "kind": "thread", "required": False, "default": talk})
    return {
        "name": f"modelcost-chat-{setup.chat}-{setup.turn}",
        "description": "A chat bot on documents, as it was tested with modelcost.",
        "metadata": {"modelcost": _metadata(setup)},
        "model": {
            "id": _Quoted(_plain(setup.model)),
            "provider": "openai",
            "apiType": "chat",
            "connection": {
                "kind": "key",
                "endpoint": f"${{env:{BASE_URL_VARIABLE}}}",
                "apiKey": f"${{env:{KEY_VARIABLE}}}",
            },
            "options": _options(setup.sent),
        },
        "inputs": inputs,
        "template": {"format": {"kind": "jinja2"}, "parser": {"kind": "prompty"}},
    }


def _input(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "kind": "string", "required": True, "default": _Quoted(_plain(text))}


def _options(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        OPTIONS[name]: [_Quoted(one) for one in value] if name == "stop" else value
        for name, value in sent.items()
    }


def _metadata(setup: ChatSetup) -> dict[str, Any]:
    return {
        "chat": setup.chat,
        "turn": setup.turn,
        "endpoint_kind": setup.kind,
        "address_shape": ADDRESS_SHAPES[setup.kind],
        "source": setup.source,
        "top_n_documents": setup.retrieval.top_n,
        "strictness": setup.retrieval.strictness,
        "in_scope": setup.prompt.in_scope,
        "past_messages_to_include": setup.prompt.past_messages,
    }


def _template(system: str, examples: list[Message], *, has_documents: bool) -> str:
    """The messages; the person's own texts are left alone by the template."""
    own = [Message(role=Role.SYSTEM, content=system)] if system else []
    first = "".join(f"{one.role.value}:\n{_raw(one.content)}\n\n" for one in [*own, *examples])
    documents = "{{documents}}\n" if has_documents else ""
    return f"{first}{{{{talk}}}}\n\nuser:\n{documents}{{{{question}}}}\n"


def _raw(text: str) -> str:
    return f"{{% raw %}}{END_OF_RAW.sub(f'{{{PARTED}', _plain(text))}{{% endraw %}}"


def _plain(text: str) -> str:
    """Text that no reader of the format takes for anything else."""
    lines = LINE_ENDS.sub("\n", text)
    parted = ROLE_LINE.sub(lambda found: f"{found['before']}{PARTED}", lines)
    return f"${PARTED}{parted[1:]}" if parted.startswith(REFERENCE) else parted


class _Quoted(str):
    """Text that is written between double quotes, where escapes can stand."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes lists and mappings over lines, and each such text on one line."""


def _write_quoted(dumper: yaml.SafeDumper, text: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


_Dumper.add_representer(_Quoted, _write_quoted)


def _yaml(settings: Mapping[str, Any]) -> str:
    text: str = yaml.dump(
        settings, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31
    )
    for end, escaped in ENDS_OF_SETTINGS.items():
        text = text.replace(end, escaped)
    return text
