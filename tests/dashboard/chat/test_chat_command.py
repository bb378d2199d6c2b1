"""`modelcost chat` in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.chat.talking import PRICE, SHOES
from tests.dashboard.chat.test_old_playground import SAVED
from tests.dashboard.commands import Told, call
from tests.emulators.llama.server import KEY, llama_server

ENDPOINTS = """
allowed_networks: [127.0.0.0/8]
endpoints:
  - {{name: shop, label: The shop, {rest}, api_key_env: RIGHT, catalog_model: {model}}}
  - {{name: wrong, label: Wrong key, {rest}, api_key_env: WRONG}}
"""
REST = 'kind: openai_compatible, model: tiny, auth: key, base_url: "{url}"'


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The operator's file, over a server that always tells the price of the shoes."""
    folder = tmp_path_factory.mktemp("llama")
    with llama_server(folder, f'root ::= "{PRICE}"') as server:
        file = folder / "endpoints.yaml"
        model = "meta-llama/Llama-3.3-70B-Instruct"
        file.write_text(ENDPOINTS.format(rest=REST.format(url=server.base_url), model=model))
        yield file


def chat(folder: Path, file: Path, *arguments: str) -> Told:
    return call(
        "chat",
        *arguments,
        folder=folder,
        MODELCOST_ENDPOINTS_FILE=str(file),
        RIGHT=KEY,
        WRONG="no",
    )


def test_an_answer_is_told_with_its_passages_tokens_and_money(
    tmp_path: Path, endpoints: Path
) -> None:
    told = chat(tmp_path, endpoints, SHOES, "--endpoint", "shop")

    assert told.exit_code == 0, told.stderr
    assert "[doc1] TrailWalker Hiking Shoes" in told.stdout
    assert f"The shop:\n{PRICE}" in told.stdout
    assert " USD" in told.stdout.partition("By the token:")[2]


def test_the_document_holds_all_that_rest_tells(tmp_path: Path, endpoints: Path) -> None:
    told = chat(tmp_path, endpoints, SHOES, "--endpoint", "shop", "--json").document()

    [answer] = told["answers"]
    assert (answer["text"], answer["state"], answer["reason"]) == (PRICE, "finished", "stop")
    assert answer["usage"]["output_tokens"] > 0
    assert answer["money"]["by_token"]["cost"].startswith("0.00")


def test_a_file_of_ones_own_is_asked_about(tmp_path: Path, endpoints: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("item,price\nRover tent,480 USD\n", encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()

    told = chat(folder, endpoints, "What does the Rover tent cost?", "--document", str(file))

    assert told.exit_code == 0, told.stderr
    assert "price: 480 USD" in told.stdout
    assert "Nothing below is generated" in told.stdout


def test_examples_of_a_file_are_counted_among_the_tokens(tmp_path: Path, endpoints: Path) -> None:
    file = tmp_path / "examples.yaml"
    file.write_text("- user: Is it dry?\n  assistant: Yes, to 2,000 mm.\n", encoding="utf-8")

    bare = chat(tmp_path, endpoints, SHOES, "--json").document()["without_model"]
    told = chat(tmp_path, endpoints, SHOES, "--examples", str(file), "--json").document()

    found = told["without_model"]
    assert bare["input_tokens_about"] + 5 < found["input_tokens_about"]
    assert bare["input_tokens_planned"] < found["input_tokens_planned"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- {user: a}", "examples.json: expected a list of objects with the texts user and"),
        ('[{"user": "a"}]', "the first place that differs: 0.assistant."),
        ('{"user": "a"}', "the first place that differs: -."),
        ('[{"user": "a", "assistant": " "}]', "Example 1: expected both"),
        ('[{"user": 1, "assistant": "b"}, 2]', "the first place that differs: 1."),
        ("[", "JSON"),
    ],
)
def test_an_example_file_that_cannot_be_used_says_where(
    tmp_path: Path, endpoints: Path, content: str, words: str
) -> None:
    file = tmp_path / ("examples.yaml" if content.startswith("-") else "examples.json")
    file.write_text(content, encoding="utf-8")

    told = chat(tmp_path, endpoints, SHOES, "--examples", str(file))

    assert told.exit_code == 2
    assert words.replace("examples.json", file.name) in told.stderr


def test_settings_of_the_old_playground_are_used_and_told_line_by_line(
    tmp_path: Path, endpoints: Path
) -> None:
    """Options go first; who answers is not named by the file."""
    file = tmp_path / "playground.json"
    file.write_text(SAVED, encoding="utf-8")
    arguments = (SHOES, "--playground", str(file), "--json")

    told = chat(tmp_path, endpoints, *arguments)
    other = chat(tmp_path, endpoints, *arguments, "--system", "Be kind. " * 100)
    answered = chat(tmp_path, endpoints, *arguments, "--endpoint", "shop").document()

    lines = told.stderr.splitlines()
    assert ["Taken over:", "- System message, 15 characters", "- 1 example"] == lines[:3]
    assert lines[-2:] == [
        "Not taken over:",
        "- deploymentName my-model: no connected model is called so. Choose who answers.",
    ]
    bare, changed = (one.document()["without_model"]["input_tokens_about"] for one in (told, other))
    assert bare + 150 < changed
    assert PRICE == answered["answers"][0]["text"]


def test_an_answer_that_fails_ends_with_three_and_says_why(tmp_path: Path, endpoints: Path) -> None:
    told = chat(tmp_path, endpoints, SHOES, "--endpoint", "wrong", "--lang", "ja")

    assert told.exit_code == 3
    assert "キー" in told.stdout
    assert "回答に失敗しました" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--endpoint", "nobody"), "shop, wrong"),
        (("--top-n", "4"), "top_n: expected one of 3, 5, 10, 20, found 4"),
        (("--document", "no-such-file.txt"), "no-such-file.txt"),
        (("--playground", "nowhere.json"), "The file nowhere.json cannot be read."),
        (("--playground", __file__), "is not JSON that can be read: line 1, column 3."),
        (("--examples", "nowhere.yaml"), "The file nowhere.yaml cannot be read."),
    ],
)
def test_what_cannot_be_asked_ends_with_two(
    tmp_path: Path, endpoints: Path, arguments: tuple[str, ...], words: str
) -> None:
    told = chat(tmp_path, endpoints, SHOES, *arguments)

    assert told.exit_code == 2
    assert words in told.stderr
