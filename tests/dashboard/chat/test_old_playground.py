"""Files of the classic chat playground: read into our settings, or refused by the name of a key."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from dashboard.chat.errors import ChatRefused
from dashboard.chat.old_playground import PlaygroundSettings, read_old_playground
from dashboard.chat.prompt import Message, Role
from dashboard.texts import load_texts

SAVED = """{
  "systemPrompt": "You sell shoes.",
  "fewShotExamples": [
    {"userInput": "Do you sell tents?", "chatbotResponse": "No, shoes."},
    {"userInput": "", "chatbotResponse": ""}
  ],
  "chatParameters": {
    "deploymentName": "my-model",
    "maxResponseLength": 400,
    "temperature": 0.30,
    "topProbablities": 0.9,
    "stopSequences": ["END"],
    "pastMessagesToInclude": 12,
    "frequencyPenalty": -0.5,
    "presencePenalty": 1
  }
}"""


def test_a_saved_file_becomes_our_settings() -> None:
    assert PlaygroundSettings(
        system="You sell shoes.",
        examples=(
            Message(role=Role.USER, content="Do you sell tents?"),
            Message(role=Role.ASSISTANT, content="No, shoes."),
        ),
        deployment="my-model",
        most_output_tokens=400,
        temperature=Decimal("0.30"),
        top_p=Decimal("0.9"),
        stop=("END",),
        past_messages=12,
        frequency_penalty=Decimal("-0.5"),
        presence_penalty=Decimal(1),
    ) == read_old_playground(SAVED)


def test_parameters_may_stand_beside_the_system_prompt() -> None:
    """Files passed around have them on one level."""
    document = json.loads(SAVED)
    flat = {**document.pop("chatParameters"), **document}

    assert read_old_playground(SAVED) == read_old_playground(json.dumps(flat))


def test_what_a_file_leaves_out_is_as_the_playground_had_it() -> None:
    settings = read_old_playground("\ufeff" + '{"systemPrompt": null, "stopSequences": null}')

    assert PlaygroundSettings() == settings
    assert (800, Decimal("0.7"), Decimal("0.95"), (), 10) == (
        settings.most_output_tokens, settings.temperature, settings.top_p, settings.stop,
        settings.past_messages,
    )  # fmt: skip
    assert (Decimal(0), Decimal(0), None) == (
        settings.frequency_penalty, settings.presence_penalty, settings.deployment,
    )  # fmt: skip


def test_both_spellings_of_top_probabilities_are_read() -> None:
    assert Decimal("0.5") == read_old_playground('{"topProbabilities": 0.5}').top_p
    assert Decimal("0.5") == read_old_playground('{"topProbablities": 0.5}').top_p


def test_one_stop_sequence_may_be_written_without_a_list() -> None:
    assert ("END",) == read_old_playground('{"stopSequences": "END"}').stop


def test_keys_that_nothing_stands_for_are_named() -> None:
    settings = read_old_playground(
        '{"systemPrompt": "x", "dataSources": [], "chatParameters": {"seed": 1, "temperature": 1},'
        ' "fewShotExamples": [{"userInput": "a", "chatbotResponse": "b", "rating": 5}]}'
    )

    assert ("dataSources", "chatParameters.seed", "fewShotExamples.0.rating") == (
        settings.unknown_keys
    )
    assert Decimal(1) == settings.temperature


def told(content: str) -> str:
    with pytest.raises(ChatRefused) as caught:
        read_old_playground(content)
    assert caught.value.sentence(load_texts("ja")) != str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("systemPrompt", 5, "systemPrompt: expected text or null, found 5."),
        ("deploymentName", [], "deploymentName: expected text or null, found []."),
        ("maxResponseLength", 0,
         "maxResponseLength: expected a whole number from 1 to 1,000,000, found 0."),
        ("maxResponseLength", "800", 'from 1 to 1,000,000, found "800".'),
        ("maxResponseLength", 1.5, "from 1 to 1,000,000, found 1.5."),
        ("maxResponseLength", True, "from 1 to 1,000,000, found true."),
        ("maxResponseLength", None, "from 1 to 1,000,000, found null."),
        ("temperature", 2.1, "temperature: expected a number from 0 to 2, found 2.1."),
        ("temperature", -1, "temperature: expected a number from 0 to 2, found -1."),
        ("temperature", "warm", 'temperature: expected a number from 0 to 2, found "warm".'),
        ("temperature", False, "temperature: expected a number from 0 to 2, found false."),
        ("topProbablities", 1.01, "topProbablities: expected a number from 0 to 1, found 1.01."),
        ("topProbabilities", 95, "topProbabilities: expected a number from 0 to 1, found 95."),
        ("stopSequences", 5, "stopSequences: expected null or a list of at most 4 texts"),
        ("stopSequences", [""], "none of them empty, found [\"\"]."),
        ("stopSequences", "", 'none of them empty, found "".'),
        ("stopSequences", [1], "none of them empty, found [1]."),
        ("stopSequences", list("abcde"), "at most 4 texts"),
        ("pastMessagesToInclude", 101,
         "pastMessagesToInclude: expected a whole number from 0 to 100, found 101."),
        ("pastMessagesToInclude", -1, "from 0 to 100, found -1."),
        ("frequencyPenalty", 3, "frequencyPenalty: expected a number from -2 to 2, found 3."),
        ("presencePenalty", -3, "presencePenalty: expected a number from -2 to 2, found -3."),
        ("chatParameters", [], "chatParameters: expected an object in braces, found []."),
        ("fewShotExamples", {}, "fewShotExamples: expected examples with both userInput and"),
        ("fewShotExamples", ["a"], 'fewShotExamples.0: expected examples with both userInput and'),
        ("fewShotExamples", [{"userInput": "a"}], "fewShotExamples.0: expected examples with both"),
        ("fewShotExamples", [{"userInput": "a", "chatbotResponse": 5}],
         "fewShotExamples.0.chatbotResponse: expected text or null, found 5."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_name_of_its_key(
    key: str, value: Any, sentence: str
) -> None:
    assert sentence in told(json.dumps({key: value}))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "line 1, column 1"),
        ('{"systemPrompt": "x",\n "temperature": }', "line 2, column 17"),
        ("[" * 200_000, "not JSON that can be read"),
        ('{"temperature": 1e99999999999999999999999}', "not JSON that can be read"),
        ("[]", "This is no settings file of the classic chat playground"),
        ("null", "found null."),
        ('{"version": 1, "title": "x"}', 'found {"version": 1, "title": "x"}.'),
        ("{}", "found {}."),
        ('{"temperature": 1, "temperature": 2}', "temperature stands twice"),
        ('{"temperature": 1, "chatParameters": {"temperature": 1}}', "temperature stands twice"),
        ('{"topProbablities": 1, "topProbabilities": 1}', "topProbabilities stands twice"),
        (" " * 1_000_001, "at most 1,000,000 characters; this one has 1,000,001."),
        ('{"temperature": NaN}', "temperature: expected a number from 0 to 2, found NaN."),
        ('{"temperature": Infinity}', "found Infinity."),
        ('{"maxResponseLength": ' + "9" * 5000 + "}", "found 999999"),
        ('{"systemPrompt": ' + str(list(range(100))) + "}", "…"),
    ],
)
def test_a_text_that_is_no_such_file_is_refused(content: str, sentence: str) -> None:
    assert sentence in told(content)


def test_a_value_is_refused_however_deep_it_is() -> None:
    """On both sides of what can be read, and of what can be written down again."""
    for deep in range(1, 1_500):
        value = "[" * deep + "]" * deep
        with pytest.raises(ChatRefused, match=r"stopSequences: expected|not JSON"):
            read_old_playground(f'{{"stopSequences": [1, {value}]}}')
