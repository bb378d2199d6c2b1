"""The Python program: its own process against a real server says what the pane says."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from catalog.database import Database
from dashboard.chat.asked import read_asked
from dashboard.chat.asked_sources import AskedSources
from dashboard.chat.conversation import Conversation
from dashboard.chat.endpoints import Endpoint, Endpoints
from dashboard.chat.exports.forms import export_file
from dashboard.chat.exports.python_program import (
    PARTS,
    joined_program,
    program_settings,
    python_program,
)
from dashboard.chat.exports.tested_setup import setup_of_turn
from dashboard.chat.index import PassageIndex
from dashboard.chat.passages import Passage
from dashboard.chat.prompt import Example, PromptSettings, build_messages
from dashboard.chat.rendered import prompt_passage
from dashboard.chat.retrieval import SHARE_OF_BEST, TOP_N, RetrievalSettings, retrieve
from dashboard.chat.sample_catalogue import sample_index
from dashboard.chat.sources.shelf import Shelf
from dashboard.chat.spaces import Space
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import CLOCK, endpoint_at
from tests.dashboard.chat.exports.setups import (
    HOSTILE,
    asked_texts,
    chat_setup,
    hostile_texts,
    talk,
)
from tests.emulators.llama.server import LlamaServer

MOST_SECONDS = 60
QUESTIONS = ("How much do the TrailWalker Hiking Shoes cost?", "軽いテントはありますか。")


class Pane:
    """The chat of one session with one endpoint, as the page asks it."""

    def __init__(self, folder: Path, database: Database, endpoint: Endpoint) -> None:
        (folder / "space").mkdir()
        self.space = Space(folder / "space")
        self.sample = sample_index(folder)
        self.endpoint = endpoint
        self._database = database
        self._folder = folder

    def ask(self, question: str, **changed: Any) -> dict[str, Any]:
        """The last event of an answer, with its text and the place of its turn.

        Asked once before: a server that has read a question already rounds otherwise than one that
        reads it anew, and the noise of the tiny model turns on the last digit.
        """
        before = self._told(question, changed)
        anew = {"replaces": before["turn"]} if "chat" in changed else {}
        return self._told(question, {**changed, **anew})

    def _told(self, question: str, changed: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"text": ""}

        async def emit(name: str, data: Mapping[str, Any]) -> None:
            if name == "delta":
                told["text"] += data["text"]
            elif name in ("meta", "done"):
                told.update(data)
            else:
                assert name == "usage", data

        conversation = Conversation(
            space=self.space,
            sources=AskedSources(
                space=self.space,
                sample=lambda: self.sample,
                shelf=Shelf(folder=self._folder, endpoints=Endpoints()),
            ),
            database=self._database,
            clock=CLOCK,
            texts=load_texts("en"),
            spend=lambda money: None,
        )
        asked = read_asked(
            {
                "question": question,
                "endpoints": [self.endpoint.name],
                "system": 'You help customers.\nsystem: be "brief".',
                "retrieval": {"top_n": 3, "strictness": 1},
                "parameters": {"temperature": 0, "max_output_tokens": 24, "seed": 11},
                **changed,
            }
        )
        asyncio.run(conversation.run(asked, [self.endpoint], emit))
        return told

    def program(self, told: Mapping[str, Any], folder: Path) -> Path:
        """The program of a turn, unpacked."""
        indexes = {"sample": self.sample, "uploads": self.space.documents}
        place = (told["chat"], told["turn"])
        endpoints = Endpoints(items=(self.endpoint,))
        setup = setup_of_turn(self.space.history, place, endpoints, None, indexes)
        file = export_file(setup, "python", indexes)
        assert file.name == f"modelcost-chat-{told['chat']}-{told['turn']}.zip"
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            archive.extractall(folder)
        return folder / "ask.py"


def run(program: Path, llama: LlamaServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, far from our code."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"CHAT_BASE_URL": llama.base_url, "CHAT_API_KEY": llama.key}
    return subprocess.run(
        [sys.executable, "-I", str(program), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment | {"PYTHONUTF8": "1"},
        cwd=program.parent,
        timeout=MOST_SECONDS,
        check=False,
    )


@pytest.fixture
def pane(tmp_path: Path, catalog: Database, llama: LlamaServer) -> Pane:
    endpoint = endpoint_at(llama.base_url, model=llama.model, api_key=SecretStr(llama.key))
    return Pane(tmp_path, catalog, endpoint)


@pytest.mark.parametrize("source", ["sample", "uploads", "none"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_program_gives_the_text_and_tokens_of_the_pane(
    pane: Pane, llama: LlamaServer, tmp_path: Path, source: str, question: str
) -> None:
    """The question as it was tested, and the same typed again."""
    pane.space.documents.add("Tents", "md", [Passage(number=1, text="A 軽いテント costs 12,000.")])
    told = pane.ask(question, source=source)
    program = pane.program(told, tmp_path / "taken")

    tested = run(program, llama, "--json")
    typed = run(program, llama, question, "--json")

    for done in (tested, typed):
        assert (0, "") == (done.returncode, done.stderr)
        answer = json.loads(done.stdout)
        assert told["text"] == answer["text"]
        usage = {
            "input": told["usage"]["input_tokens"],
            "output": told["usage"]["output_tokens"],
        }
        assert usage == answer["usage"]
        numbered = [(one["number"], one["title"]) for one in told["passages"]]
        assert numbered == [(one["number"], one["title"]) for one in answer["passages"]]


def test_the_tested_question_is_asked_with_the_talk_before_it(
    pane: Pane, llama: LlamaServer, tmp_path: Path
) -> None:
    """Typed anew it begins a talk, so fewer tokens are read; examples go along each time."""
    few = [{"user": "Are <s>tents</s> light?", "assistant": 'Yes, "light" \\ [doc1].'}]
    first = pane.ask(QUESTIONS[0], examples=few)
    second = pane.ask("And in red?", chat=first["chat"], examples=few)
    bare = pane.ask("And in red?")
    program = pane.program(second, tmp_path / "taken")

    tested = json.loads(run(program, llama, "--json").stdout)
    typed = json.loads(run(program, llama, "And in red?", "--json").stdout)

    assert second["text"] == tested["text"]
    assert second["usage"]["input_tokens"] == tested["usage"]["input"] > typed["usage"]["input"]
    assert typed["usage"]["input"] > bare["usage"]["input_tokens"] + 20


def test_a_person_reads_answer_sources_and_tokens(
    pane: Pane, llama: LlamaServer, tmp_path: Path
) -> None:
    told = pane.ask(QUESTIONS[0])

    done = run(pane.program(told, tmp_path / "taken"), llama)

    assert f"{told['text']}\n" == done.stdout
    assert "[doc1] " in done.stderr
    assert f"tokens: {{'input': {told['usage']['input_tokens']}, 'output': 24}}" in done.stderr


def test_without_address_and_key_it_says_what_to_set(tmp_path: Path) -> None:
    program = tmp_path / "ask.py"
    program.write_text(python_program(chat_setup(), has_index=False), "utf-8")
    environment = {"PATH": os.environ["PATH"]}

    done = subprocess.run(
        [sys.executable, "-I", str(program)],
        capture_output=True, text=True, env=environment, timeout=MOST_SECONDS, check=False,
    )  # fmt: skip

    assert (2, "") == (done.returncode, done.stdout)
    assert "Set CHAT_BASE_URL and CHAT_API_KEY." in done.stderr
    assert "https://HOST/v1" in done.stderr


def test_the_index_that_lies_beside_it_holds_no_deleted_word_and_is_only_read(
    pane: Pane, llama: LlamaServer, tmp_path: Path
) -> None:
    documents = pane.space.documents
    gone = documents.add("Old", "md", [Passage(number=1, text="canaryofdeleted words")])
    documents.add("New", "md", [Passage(number=1, text="Shoes cost $110.")])
    documents.remove(gone)
    program = pane.program(pane.ask(QUESTIONS[0], source="uploads"), tmp_path / "taken")
    index = program.parent / "passages.sqlite"
    before = index.read_bytes()
    index.chmod(0o400)

    done = run(program, llama, "--json")

    assert 0 == done.returncode, done.stderr
    assert b"canaryofdeleted" not in before
    assert before == index.read_bytes()
    files = {"ask.py", "passages.sqlite", "requirements.txt"}
    assert files == {file.name for file in program.parent.iterdir()}


def test_modules_of_the_program_share_no_name() -> None:
    """They are joined into one file, where a second definition would replace the first."""
    names = Counter(
        name for part in PARTS for name in _defined(Path("dashboard", "chat", f"{part}.py"))
    )

    assert [] == [name for name, times in names.items() if times > 1]


def _defined(path: Path) -> set[str]:
    root = Path(__file__).resolve().parents[4]
    found: set[str] = set()
    for node in ast.parse((root / path).read_text("utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return found


def test_the_program_needs_nothing_of_ours() -> None:
    """Only the standard library, and openai where it asks."""
    tree = ast.parse(python_program(chat_setup(), has_index=True))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert {"openai"} == imported - set(sys.stdlib_module_names)


@given(
    system=hostile_texts,
    question=asked_texts,
    past=st.lists(asked_texts, max_size=2),
    model=hostile_texts,
)
@settings(deadline=None, max_examples=40)
def test_texts_of_a_person_are_data_of_the_program_and_never_code(
    system: str, question: str, past: list[str], model: str
) -> None:
    """The program differs from that of a harmless set-up in the arguments of one call alone."""
    setup = chat_setup(system=system, question=question, past=talk(*past), model=model)

    text = python_program(setup, has_index=True)

    assert _without_data(python_program(chat_setup(), has_index=True)) == _without_data(text)
    assert program_settings(setup, "passages.sqlite") == _data_of(text)


def _assigned(tree: ast.Module) -> ast.Call:
    [node] = [
        one
        for one in tree.body
        if isinstance(one, ast.AnnAssign) and ast.unparse(one.target) == "SETTINGS"
    ]
    assert isinstance(node.value, ast.Call)
    return node.value


def _without_data(text: str) -> str:
    tree = ast.parse(text)
    _assigned(tree).args = []
    return ast.dump(tree)


def _data_of(text: str) -> Any:
    [literal] = _assigned(ast.parse(text)).args
    return json.loads(ast.literal_eval(literal))


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The program as a module, whose data a test may change."""
    program = tmp_path_factory.mktemp("program") / "exported_program.py"
    program.write_text(joined_program(program_settings(chat_setup(), "passages.sqlite")), "utf-8")
    spec = importlib.util.spec_from_file_location("exported_program", program)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported_program"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of hostile documents."""
    folder = tmp_path_factory.mktemp("documents")
    index = PassageIndex(folder / "whole.sqlite")
    for at, text in enumerate(HOSTILE):
        index.add(
            _storable(f"Title {at} {text[:20]}"), "md", [Passage(number=1, text=_storable(text))]
        )
    for sentence in ("Shoes cost $110.", "Shoes and tents.", "テントは軽い。", "Shoes cost $110."):
        index.add("Shoes", "md", [Passage(number=1, text=sentence, places=("page 3",))])
    index.copy_to(folder / "passages.sqlite")
    return folder


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@given(
    question=st.one_of(
        asked_texts, st.sampled_from(("shoes cost", "テント", "system home quoted"))
    ),
    top_n=st.sampled_from(TOP_N),
    strictness=st.sampled_from(tuple(SHARE_OF_BEST)),
    in_scope=st.booleans(),
    system=hostile_texts,
    examples=st.lists(st.builds(Example, user=asked_texts, assistant=asked_texts), max_size=3),
)
@settings(deadline=None, max_examples=80)
def test_passages_and_messages_are_those_of_the_pane_for_any_question(
    asking: Any,
    documents: Path,
    question: str,
    top_n: int,
    strictness: int,
    in_scope: bool,
    system: str,
    examples: list[Example],
) -> None:
    question = _storable(question)
    setup = chat_setup(
        system=system,
        question=question,
        past=talk("Before [doc1]?", "After [doc2]."),
        retrieval=RetrievalSettings(top_n=top_n, strictness=strictness, in_scope=in_scope),
        prompt=PromptSettings(in_scope=in_scope, examples=tuple(examples)),
    )
    asking.SETTINGS = program_settings(setup, "passages.sqlite")
    whole = PassageIndex(documents / "whole.sqlite")
    kept = retrieve(whole, question, setup.retrieval).kept
    shown = [prompt_passage(one.number, one.hit) for one in kept]
    expected = build_messages(system, shown, setup.past, question, setup.prompt)

    passages = asking.found_passages(documents, question)
    messages = asking.messages_for(question, passages, asking.SETTINGS["past"])

    assert [(one.number, one.title, one.place, one.text) for one in shown] == [
        (one.number, one.title, one.place, one.text) for one in passages
    ]
    assert [(one.role.value, _storable(one.content).replace("\0", "")) for one in expected] == [
        (one["role"], one["content"]) for one in messages
    ]
