"""Asks, inside the exported program, the question of the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.chat.exports.program_basis import SETTINGS
from dashboard.chat.exports.program_reading import PassageIndex
from dashboard.chat.prompt import (
    Example,
    Message,
    Passage,
    PromptSettings,
    Role,
    build_messages,
)
from dashboard.chat.retrieval import RetrievalSettings, retrieve

if TYPE_CHECKING:
    from openai import OpenAI


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Answer the question of the arguments, or the one that was tested; 0 where it was answered.

    folder: where the index file lies.
    """
    parser = argparse.ArgumentParser(description="Ask the tested chat bot a question.")
    parser.add_argument(
        "question", nargs="?", help="left out: the one that was tested, with the talk before it"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(arguments)
    question = SETTINGS["question"] if given.question is None else _whole_text(given.question)
    past = [] if given.question is not None else SETTINGS["past"]
    missing = [name for name in SETTINGS["variables"].values() if not os.environ.get(name)]
    if missing:
        shape = SETTINGS["address_shape"]
        sys.stderr.write(f"Set {' and '.join(missing)}. An address looks like {shape}\n")
        return 2
    passages = found_passages(folder, question)
    answer = _answer(messages_for(question, passages, past))
    if given.json:
        numbered = [{"number": one.number, "title": one.title} for one in passages]
        sys.stdout.write(json.dumps(answer | {"passages": numbered}) + "\n")
        return 0
    sys.stdout.write(answer["text"] + "\n")
    for one in passages:
        sys.stderr.write(f"[doc{one.number}] {one.title}\n")
    sys.stderr.write(f"tokens: {answer['usage']}\n")
    return 0


def found_passages(folder: Path, question: str) -> list[Passage]:
    """The passages that go into the prompt, numbered as they are cited."""
    if SETTINGS["index"] is None:
        return []
    settings = RetrievalSettings(**SETTINGS["retrieval"])
    index: Any = PassageIndex(folder / SETTINGS["index"])
    return [
        Passage(
            number=one.number,
            document_id=str(one.hit.document_id),
            title=one.hit.title,
            place=", ".join(one.hit.passage.places),
            text=one.hit.passage.text,
        )
        for one in retrieve(index, question, settings).kept
    ]


def messages_for(
    question: str, passages: Sequence[Passage], past: Sequence[dict[str, str]]
) -> list[dict[str, str]]:
    """The messages of the call."""
    said = [Message(role=Role(one["role"]), content=one["content"]) for one in past]
    examples = tuple(Example(**one) for one in SETTINGS["examples"])
    settings = PromptSettings(**SETTINGS["prompt"], examples=examples)
    built = build_messages(SETTINGS["system"], passages, said, question, settings)
    return [{"role": one.role.value, "content": _whole_text(one.content)} for one in built]


def _answer(messages: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Text and tokens of the answer; asked again without a name that the server does not know."""
    from openai import BadRequestError, OpenAI

    variables = SETTINGS["variables"]
    with OpenAI(
        base_url=os.environ[variables["base_url"]],
        api_key=os.environ[variables["api_key"]],
        max_retries=0,
    ) as client:
        body = {"model": SETTINGS["model"], "messages": messages, **SETTINGS["parameters"]}
        try:
            return _asked(client, body)
        except BadRequestError as error:
            if "max_completion_tokens" not in str(error) or "max_completion_tokens" not in body:
                raise
            body["max_tokens"] = body.pop("max_completion_tokens")
            return _asked(client, body)


def _asked(client: OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    done = client.chat.completions.create(**body)
    choice = done.choices[0]
    usage = None
    if done.usage is not None:
        usage = {"input": done.usage.prompt_tokens, "output": done.usage.completion_tokens}
    return {"text": choice.message.content or "", "reason": choice.finish_reason, "usage": usage}


def _whole_text(text: str) -> str:
    """Text that can be sent: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
