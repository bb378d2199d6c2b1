"""Settings of an answer: ranges, and what an endpoint gets of them."""

from __future__ import annotations

import math

import pytest

from dashboard.chat.endpoints import Capabilities
from dashboard.chat.errors import ChatRefused
from dashboard.chat.parameters import Parameters, body_of, not_sent, read_parameters
from dashboard.chat.prompt import Message, Role
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import endpoint_at

HI = [Message(role=Role.USER, content="Hi")]
ALL = Parameters(
    temperature=0.7,
    top_p=0.9,
    max_output_tokens=100,
    stop=("END",),
    presence_penalty=-1,
    frequency_penalty=1,
    seed=7,
)


def test_every_setting_is_sent_under_the_name_of_the_protocol() -> None:
    body = body_of(endpoint_at("http://127.0.0.1/v1"), HI, ALL)

    assert {
        "model": "tiny",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.7,
        "top_p": 0.9,
        "presence_penalty": -1,
        "frequency_penalty": 1,
        "seed": 7,
        "max_completion_tokens": 100,
        "stop": ["END"],
    } == body


def test_what_is_not_set_is_not_sent() -> None:
    body = body_of(endpoint_at("http://127.0.0.1/v1"), HI, Parameters())

    assert {"model", "messages", "stream", "stream_options"} == set(body)


def test_a_model_that_reasons_gets_no_temperature_and_says_what_it_does_not_get() -> None:
    reasoning = endpoint_at("http://127.0.0.1/v1", capabilities=Capabilities(reasoning=True))

    body = body_of(reasoning, HI, ALL)

    left_out = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
    assert left_out == not_sent(reasoning, ALL)
    assert not set(left_out) & set(body)
    assert {"seed": 7, "max_completion_tokens": 100} == {
        name: body[name] for name in ("seed", "max_completion_tokens")
    }
    assert () == not_sent(endpoint_at("http://127.0.0.1/v1"), ALL)
    assert ("top_p",) == not_sent(reasoning, Parameters(top_p=1))


def test_typed_settings_are_read_as_numbers_and_empty_ones_left_out() -> None:
    typed = {"temperature": " 0.2 ", "max_output_tokens": "800", "seed": "", "stop": "END"}

    assert Parameters(temperature=0.2, max_output_tokens=800, stop=("END",)) == read_parameters(
        typed
    )
    assert Parameters(stop=("a", "b")) == read_parameters({"stop": ["a", "b"], "top_p": None})
    assert Parameters(seed=3) == read_parameters({"seed": 3.0})
    assert isinstance(read_parameters({"seed": "3"}).seed, int)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("temperature", "2.1", "parameter_range"),
        ("temperature", -0.1, "parameter_range"),
        ("temperature", "warm", "parameter_range"),
        ("temperature", "1e400", "parameter_range"),
        ("temperature", math.nan, "parameter_range"),
        ("temperature", math.inf, "parameter_range"),
        ("temperature", True, "parameter_range"),
        ("temperature", {"a": 1}, "parameter_range"),
        ("temperature", "٣", "parameter_range"),
        ("top_p", "1.01", "parameter_range"),
        ("presence_penalty", "-3", "parameter_range"),
        ("frequency_penalty", "3", "parameter_range"),
        ("max_output_tokens", "0", "parameter_count"),
        ("max_output_tokens", "1.5", "parameter_count"),
        ("max_output_tokens", "1000001", "parameter_count"),
        ("max_output_tokens", 10**30, "parameter_count"),
        ("seed", "-1", "parameter_count"),
        ("seed", 2**31, "parameter_count"),
        ("stop", ["a"] * 5, "parameter_stop"),
        ("stop", "x" * 201, "parameter_stop"),
        ("stop", [""], "parameter_stop"),
        ("stop", [7], "parameter_stop"),
        ("stop", {"a": 1}, "parameter_stop"),
        ("temprature", "1", "parameter_unknown"),
        ("grammar", "root", "parameter_unknown"),
        ("logit_bias", "{}", "parameter_unknown"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(
    name: str, value: object, code: str
) -> None:
    with pytest.raises(ChatRefused) as caught:
        read_parameters({name: value})

    assert code == caught.value.code
    for language in ("en", "ja"):
        words = caught.value.sentence(load_texts(language))
        assert name in words
        assert "{" not in words.replace("{'a': 1}", "")


def test_settings_that_code_makes_are_held_to_the_same_ranges() -> None:
    with pytest.raises(ChatRefused, match=r"temperature: expected a number from 0 to 2, found 3"):
        Parameters(temperature=3)
    with pytest.raises(ChatRefused, match=r"seed: expected a whole number"):
        Parameters(seed=1.5)  # type: ignore[arg-type]


def test_half_letters_in_a_question_do_not_break_it() -> None:
    """A browser can send half of an emoji; JSON in UTF-8 cannot carry it."""
    broken = [Message(role=Role.USER, content="a\ud83db")]

    body = body_of(endpoint_at("http://127.0.0.1/v1"), broken, Parameters())

    assert body["messages"][0]["content"].encode("utf-8") == b"a?b"
