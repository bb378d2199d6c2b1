"""A file of the classic playground as settings of a question: what was taken over and what not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.chat.asked import read_asked
from dashboard.chat.errors import ChatRefused
from dashboard.chat.playground_taken import take_over
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import endpoint_at
from tests.dashboard.chat.test_old_playground import SAVED

ENGLISH, JAPANESE = load_texts("en"), load_texts("ja")
NOBODY = "http://127.0.0.1:9/v1"


def file_of(**values: Any) -> bytes:
    return json.dumps({"systemPrompt": "Be kind."} | values).encode()


def test_a_file_is_told_line_by_line_and_can_be_asked_with() -> None:
    found = take_over(SAVED.encode(), [], ENGLISH)

    assert (
        "System message, 15 characters",
        "1 example",
        "Longest answer: 400 tokens",
        "Temperature: 0.30",
        "Top P: 0.9",
        "Past messages that are sent again: 12",
        "Frequency penalty: -0.5",
        "Presence penalty: 1",
        "1 text that ends an answer",
    ) == found.taken
    assert (
        "deploymentName my-model: no connected model is called so. Choose who answers.",
    ) == found.left
    asked = read_asked({"question": "Tents?", **found.settings})
    assert ("You sell shoes.", 12) == (asked.system, asked.prompt.past_messages)
    assert ["No, shoes."] == [one.assistant for one in asked.prompt.examples]
    assert (400, 0.3, 0.9) == (
        asked.parameters.max_output_tokens,
        asked.parameters.temperature,
        asked.parameters.top_p,
    )
    assert (-0.5, 1, ("END",)) == (
        asked.parameters.frequency_penalty,
        asked.parameters.presence_penalty,
        asked.parameters.stop,
    )


def test_a_connected_model_of_the_same_name_answers() -> None:
    others = endpoint_at(NOBODY, name="other", model="another")
    mine = endpoint_at(NOBODY, name="mine", model="my-model", label="Mine")

    found = take_over(SAVED.encode(), [others, mine], JAPANESE)

    assert "mine" == found.endpoint
    assert "deploymentName my-model: Mineが回答します。" == found.taken[-1]
    assert () == found.left


def test_a_key_that_means_nothing_here_is_told_as_not_taken_over() -> None:
    found = take_over(file_of(chatParameters={"seed": 3}, theme="dark"), [], ENGLISH)

    assert (
        "theme: nothing here stands for it.",
        "chatParameters.seed: nothing here stands for it.",
    ) == found.left
    assert {"max_output_tokens": 800, "temperature": "0.7", "top_p": "0.95"} == found.settings[
        "parameters"
    ]


PAIR = {"userInput": "a", "chatbotResponse": "b"}


@pytest.mark.parametrize(
    ("content", "english", "japanese"),
    [
        (b"\xff\xfe{", "is not text in UTF-8: another byte at 0.", "UTF-8のテキストではありません"),
        (b"", "is not JSON that can be read: line 1, column 1.", "JSONとして読めません"),
        (b"[1]", "This is no settings file of the classic chat playground", "ではありません"),
        (b"{" + b" " * 1_000_001, "has at most 1,000,000 characters", "1,000,000文字まで"),
        (file_of(systemPrompt="x" * 20_001), "systemPrompt: expected at most 20,000", "20,000文字"),
        (file_of(fewShotExamples=[PAIR] * 21), "at most 20 examples, found 21", "例は20件まで"),
        (
            file_of(fewShotExamples=[PAIR | {"userInput": "x" * 4001}]),
            "Example 1: expected at most 4,000 characters",
            "例1: ",
        ),
        (file_of(stopSequences=["x" * 201]), "texts of 1 to 200 characters", "1~200文字"),
    ],
)
def test_a_wrong_file_is_refused_with_a_line_that_says_why(
    content: bytes, english: str, japanese: str
) -> None:
    with pytest.raises(ChatRefused) as refused:
        take_over(content, [], ENGLISH)

    assert english in refused.value.sentence(ENGLISH)
    assert japanese in refused.value.sentence(JAPANESE)
