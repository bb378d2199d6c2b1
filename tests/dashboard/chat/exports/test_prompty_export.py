"""The Prompty file, read by the package of its makers: settings, messages, nothing but text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import prompty
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.chat.exports.prompty import prompty_file
from dashboard.chat.exports.tested_setup import ChatSetup
from dashboard.chat.prompt import Example, PromptSettings
from tests.dashboard.chat.exports.setups import (
    HOSTILE,
    asked_texts,
    chat_setup,
    hostile_texts,
    passage,
    talk,
)
from tests.emulators.llama.server import LlamaServer

PARTED = "\u200b"
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file may be filled with, and what it must never be."""
    monkeypatch.setenv("CHAT_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("CHAT_API_KEY", "canary-key")
    monkeypatch.setenv("CANARY_OF_THE_ENVIRONMENT", "canary-of-the-environment")


def loaded(setup: ChatSetup, folder: Path) -> Any:
    """The file as the package reads it."""
    file = folder / "chat.prompty"
    file.write_bytes(prompty_file(setup).encode("utf-8", "replace"))
    return prompty.load(file)


def said(messages: Any) -> list[tuple[str, str]]:
    """Roles and texts, without the marks that part what a reader would take for something else,
    and with the ends of lines and of texts that the format does not keep."""
    return [(one.role, _as_kept(one.text)) for one in messages]


def wanted(setup: ChatSetup) -> list[tuple[str, str]]:
    """The messages of the pane in the same form."""
    return [(one.role.value, _as_kept(one.content)) for one in setup.messages()]


def _as_kept(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode()
    return LINE_ENDS.sub("\n", whole).replace(PARTED, "").strip()


def test_settings_are_those_of_the_chat_and_the_rest_is_metadata(tmp_path: Path) -> None:
    setup = chat_setup(
        sent={
            "temperature": 0.5,
            "top_p": 0.9,
            "max_completion_tokens": 20,
            "stop": ["---", "${env:HOME}"],
            "frequency_penalty": 1.0,
            "presence_penalty": -1.0,
            "seed": 3,
        }
    )

    agent = loaded(setup, tmp_path)

    options = agent.model.options
    assert ("tiny", "openai", "chat") == (
        agent.model.id,
        agent.model.provider,
        agent.model.api_type,
    )
    assert (0.5, 0.9, 20) == (options.temperature, options.top_p, options.max_output_tokens)
    assert (1.0, -1.0, 3) == (options.frequency_penalty, options.presence_penalty, options.seed)
    assert ["---", "${env:HOME}"] == options.stop_sequences
    assert {
        "chat": 3,
        "turn": 7,
        "endpoint_kind": "openai_compatible",
        "address_shape": "https://HOST/v1",
        "source": "uploads",
        "top_n_documents": 5,
        "strictness": 3,
        "in_scope": True,
        "past_messages_to_include": 10,
    } == agent.metadata["modelcost"]


@pytest.mark.parametrize("source", ["uploads", "none"])
@pytest.mark.parametrize("system", ["You help.", ""])
def test_the_messages_are_those_of_the_pane(tmp_path: Path, source: str, system: str) -> None:
    """With and without documents, a talk before it, and a system text."""
    setup = chat_setup(
        source=source,
        system=system,
        past=talk("Hello?", "Hello!"),
        passages=(passage("One."), passage("Two.", number=2)) if source == "uploads" else (),
    )

    assert wanted(setup) == said(prompty.prepare(loaded(setup, tmp_path), {}))


EXAMPLES = PromptSettings(examples=tuple(Example(user=text, assistant=text) for text in HOSTILE))


@pytest.mark.parametrize("system", ["You help.", ""])
def test_examples_are_of_the_template_and_stay_when_the_talk_is_another(
    tmp_path: Path, system: str
) -> None:
    """Hostile ones too come back as the messages of the pane, each in its place."""
    setup = chat_setup(prompt=EXAMPLES, system=system, past=talk("Hello?", "Hello!"))
    agent = loaded(setup, tmp_path)

    tested, other = said(prompty.prepare(agent, {})), said(prompty.prepare(agent, {"talk": []}))

    first = 1 + 2 * len(HOSTILE)
    assert wanted(setup) == tested
    assert [*tested[:first], tested[-1]] == other


def test_another_question_and_talk_take_the_place_of_the_tested_ones(tmp_path: Path) -> None:
    agent = loaded(chat_setup(), tmp_path)
    given_talk = [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}]

    messages = said(
        prompty.prepare(agent, {"question": "And tents?", "documents": "", "talk": given_talk})
    )

    assert [("user", "A"), ("assistant", "B"), ("user", "And tents?")] == messages[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text_wherever_it_stands(tmp_path: Path, text: str) -> None:
    (tmp_path / "canary.txt").write_text("canary-of-a-file")
    setup = chat_setup(
        system=text,
        question=f"{text}?",
        past=talk(text, text),
        passages=(passage(text, title=text),),
    )

    found = said(prompty.prepare(loaded(setup, tmp_path), {}))

    assert wanted(setup) == found
    assert "canary-of" not in str(found)
    assert "49" not in str(found)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(system=hostile_texts, question=asked_texts, document=hostile_texts, title=hostile_texts)
def test_any_texts_come_back_as_the_messages_of_the_pane(
    tmp_path: Path, system: str, question: str, document: str, title: str
) -> None:
    """Whatever stands in a document changes nothing but the last message."""
    setup = chat_setup(system=system, question=question, passages=(passage(document, title=title),))
    plain = chat_setup(system=system, question=question, passages=(passage("Nothing."),))

    found = said(prompty.prepare(loaded(setup, tmp_path), {}))

    assert wanted(setup) == found
    assert said(prompty.prepare(loaded(plain, tmp_path), {}))[:-1] == found[:-1]


@given(st.data())
def test_no_document_changes_the_template(data: st.DataObject) -> None:
    """The part behind the settings holds system text and names of inputs only."""
    document = data.draw(hostile_texts)

    whole = prompty_file(chat_setup(passages=(passage(document),)))

    template = prompty_file(chat_setup()).rpartition("---\n")[2]
    assert whole.endswith(f"---\n{template}")


def test_keys_and_addresses_are_named_and_not_told(tmp_path: Path) -> None:
    text = prompty_file(chat_setup())

    assert "endpoint: ${env:CHAT_BASE_URL}" in text
    assert "apiKey: ${env:CHAT_API_KEY}" in text
    assert "canary" not in text
    assert "canary-key" == loaded(chat_setup(), tmp_path).model.connection.api_key


def test_the_file_is_answered_by_a_real_server(
    llama: LlamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded, filled and asked by the package alone; the tiny model says the same twice."""
    monkeypatch.setenv("CHAT_BASE_URL", llama.base_url)
    monkeypatch.setenv("CHAT_API_KEY", llama.key)
    few = PromptSettings(examples=(Example(user="Tents?", assistant="We have six tents."),))
    agent = loaded(chat_setup(), tmp_path)
    shown = loaded(chat_setup(prompt=few), tmp_path)

    first, second = prompty.invoke(agent, {}), prompty.invoke(agent, {})
    third, fourth = prompty.invoke(shown, {}), prompty.invoke(shown, {})

    assert isinstance(first, str)
    assert first
    assert first == second
    assert third
    assert third == fourth
