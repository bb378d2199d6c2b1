"""The curl command: any text stays text for the shell, and a real server answers it."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import SecretStr

from catalog.folding import safe_text
from dashboard.chat.exports.curl import curl_command
from dashboard.chat.exports.plain_json import plain_json
from dashboard.chat.exports.tested_setup import ChatSetup
from dashboard.chat.parameters import Parameters
from dashboard.chat.prompt import Example, PromptSettings
from dashboard.chat.stream import stream
from tests.dashboard.chat.asking import CLOCK, endpoint_at, text_of, usage_of
from tests.dashboard.chat.exports.setups import (
    HOSTILE,
    asked_texts,
    chat_setup,
    hostile_texts,
    passage,
)
from tests.emulators.llama.server import LlamaServer

MOST_SECONDS = 60


def run(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """The script in a shell of its own, in an empty folder."""
    return subprocess.run(
        ["sh"],
        input=script.encode(),
        capture_output=True,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        timeout=MOST_SECONDS,
        check=False,
    )


def body_in(script: str) -> Any:
    """The body as the shell's own rules of quoting find it."""
    words = shlex.split(script, comments=True)
    assert ["printf", "%s"] == words[:2]
    assert "|" == words[3]
    return json.loads(words[2])


def expected_body(setup: ChatSetup) -> Any:
    """What the pane sends, without its streaming."""
    messages = [
        {"role": one.role.value, "content": safe_text(one.content)} for one in setup.messages()
    ]
    return {"model": setup.model, "messages": messages, **setup.sent}


@given(system=hostile_texts, question=asked_texts, document=hostile_texts)
@settings(deadline=None, max_examples=60)
def test_the_body_between_quotes_is_that_of_the_pane_for_any_texts(
    system: str, question: str, document: str
) -> None:
    """A document changes nothing but the last message."""
    setup = chat_setup(system=system, question=question, passages=(passage(document),))

    script = curl_command(setup)
    plain = curl_command(chat_setup(system=system, question=question))

    assert expected_body(setup) == body_in(script)
    assert body_in(plain)["messages"][:-1] == body_in(script)["messages"][:-1]
    assert all(one == "\n" or one.isprintable() for one in script)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_sent_to_a_real_server_and_runs_nothing(
    llama: LlamaServer, tmp_path: Path, text: str
) -> None:
    setup = chat_setup(
        system=text, question=f"{text}?", passages=(passage(text, title=text),), model="tiny"
    )
    script = curl_command(setup)
    checked = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=True)

    done = run(script, tmp_path, CHAT_BASE_URL=llama.base_url, CHAT_API_KEY=llama.key)

    assert b"" == checked.stderr
    assert (0, b"") == (done.returncode, done.stderr)
    assert json.loads(done.stdout)["usage"]["completion_tokens"] > 0
    assert [] == list(tmp_path.iterdir())


def test_the_answer_is_that_of_the_pane(llama: LlamaServer, tmp_path: Path) -> None:
    """Text and tokens, by a server that has read the question before."""
    few = PromptSettings(examples=(Example(user="Tents?", assistant="It's 'six' $(tents)."),))
    setup = chat_setup(prompt=few)
    messages = setup.messages()
    assert ["system", "user", "assistant", "user"] == [one.role.value for one in messages]
    asked = Parameters(temperature=0.0, max_output_tokens=20, seed=1)
    near = endpoint_at(llama.base_url, model=llama.model, api_key=SecretStr(llama.key))

    async def pane() -> list[Any]:
        return [event async for event in stream(near, messages, asked, clock=CLOCK)]

    asyncio.run(pane())
    told = asyncio.run(pane())
    done = run(curl_command(setup), tmp_path, CHAT_BASE_URL=llama.base_url, CHAT_API_KEY=llama.key)

    answer, usage = json.loads(done.stdout), usage_of(told)
    assert text_of(told) == answer["choices"][0]["message"]["content"]
    assert usage is not None
    assert usage.input_tokens == answer["usage"]["prompt_tokens"]
    assert usage.output_tokens == answer["usage"]["completion_tokens"]


def test_a_prompt_longer_than_an_argument_may_be_is_sent_whole(
    llama: LlamaServer, tmp_path: Path
) -> None:
    """300,000 characters; the server refuses so many, which it can only after reading them."""
    setup = chat_setup(passages=(passage("long " * 60_000),))

    done = run(curl_command(setup), tmp_path, CHAT_BASE_URL=llama.base_url, CHAT_API_KEY=llama.key)

    assert b"exceed" in done.stdout
    assert 22 == done.returncode, done.stderr


def test_a_missing_key_or_address_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    without_key = run(curl_command(chat_setup()), tmp_path, CHAT_BASE_URL="http://127.0.0.1:9")
    without_address = run(curl_command(chat_setup()), tmp_path, CHAT_API_KEY="canary-key")

    assert b"CHAT_API_KEY" in without_key.stderr
    assert b"CHAT_BASE_URL" in without_address.stderr
    assert 0 not in (without_key.returncode, without_address.returncode)


@given(hostile_texts)
def test_json_that_is_printed_reads_back_and_hides_nothing(text: str) -> None:
    """A half of a surrogate pair comes back as it was, too."""
    printed = plain_json({"text": text})

    assert {"text": text} == json.loads(printed)
    assert all(one == "\n" or one.isprintable() for one in printed)
