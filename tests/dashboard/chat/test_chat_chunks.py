"""Events of any shape: read, passed over, or refused; never an error of our own."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard.chat
from dashboard.chat.chunks import (
    Chunk,
    Joiner,
    NotUnderstood,
    printed_code,
    printed_name,
    read_chunk,
    read_usage,
)
from dashboard.chat.events import Usage
from dashboard.texts import load_texts

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = st.sampled_from(
    [
        "choices", "delta", "content", "reasoning_content", "refusal", "finish_reason", "usage",
        "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens", "model",
    ]
)  # fmt: skip
SHAPES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner), max_leaves=30
)


@given(SHAPES)
def test_an_event_of_any_shape_is_read_or_not_understood(shape: object) -> None:
    try:
        chunk = read_chunk(shape)
    except NotUnderstood:
        return

    assert isinstance(chunk.text, str)
    assert isinstance(chunk.reasoning, str)
    if chunk.usage is not None:
        parts = (chunk.usage.cached_input_tokens or 0, chunk.usage.reasoning_tokens or 0)
        assert 0 <= parts[0] <= chunk.usage.input_tokens
        assert 0 <= parts[1] <= chunk.usage.output_tokens


@pytest.mark.parametrize("event", [{}, {"choices": None}, {"choices": []}, {"choices": [{}]}])
def test_what_is_merely_absent_is_passed_over(event: object) -> None:
    assert Chunk() == read_chunk(event)


@pytest.mark.parametrize(
    "event",
    [
        None, "text", [], {"choices": "x"}, {"choices": [None]}, {"choices": [{"delta": "x"}]},
        {"choices": [{"delta": {"content": ["part"]}}]},
        {"choices": [{"delta": {"reasoning": {"a": 1}}}]},
    ],
)  # fmt: skip
def test_what_has_the_wrong_kind_is_not_understood(event: object) -> None:
    with pytest.raises(NotUnderstood):
        read_chunk(event)


def test_a_refusal_of_the_model_is_its_answer() -> None:
    """Some models refuse in a field of its own; an empty answer would hide that."""
    event = {"choices": [{"delta": {"content": None, "refusal": "I cannot."}}]}

    assert "I cannot." == read_chunk(event).text


@pytest.mark.parametrize("count", [None, -1, 1.5, "7", True, 10**10, 10**400])
def test_a_count_that_is_no_sound_number_is_no_usage(count: object) -> None:
    assert read_usage({"prompt_tokens": count, "completion_tokens": 1}) is None
    assert read_usage({"prompt_tokens": 1, "completion_tokens": count}) is None
    assert Usage(input_tokens=2, output_tokens=1) == read_usage(
        {
            "prompt_tokens": 2,
            "completion_tokens": 1,
            "prompt_tokens_details": {"cached_tokens": count},
        }
    )


@given(st.text(), st.lists(st.integers(0, 4_000), max_size=4))
def test_text_cut_anywhere_joins_to_the_same_text(text: str, cuts: list[int]) -> None:
    """Cut between the halves of letters too, as servers that count in UTF-16 do."""
    halves = "".join(json.loads(json.dumps(letter)) for letter in text)
    units = halves.encode("utf-16-le")
    places = sorted({0, len(units), *(min(2 * cut, len(units)) for cut in cuts)})
    pieces = [units[a:b] for a, b in pairwise(places)]
    join = Joiner()

    joined = "".join(join(one.decode("utf-16-le", "surrogatepass")) for one in pieces)

    assert text == joined + join.rest()


@pytest.mark.parametrize("value", ["<b>", "a\nb", "", " x", "x" * 201, None, 7, "モデル"])
def test_a_name_that_could_be_markup_is_none(value: object) -> None:
    assert printed_name(value) is None
    assert "meta-llama/Llama-3.1-8B:cheapest" == printed_name("meta-llama/Llama-3.1-8B:cheapest")


@pytest.mark.parametrize("value", ["<b>", "two words", "", True, None, 1.5, "x" * 65])
def test_a_code_is_plain_letters_or_a_whole_number(value: object) -> None:
    assert printed_code(value) is None
    assert ("content_filter", "500") == (printed_code("content_filter"), printed_code(500))


def test_every_sentence_of_a_failure_is_used_by_the_code() -> None:
    """And none is named that does not exist, which the tests of each fault show."""
    said = "".join(
        file.read_text("utf-8") for file in Path(str(dashboard.chat.__file__)).parent.rglob("*.py")
    )
    named = [
        name.rpartition(".")[2]
        for name in load_texts("en").messages
        if name.startswith(("chat.failed.", "chat.finished."))
    ]

    assert len(named) > 20
    assert [] == [name for name in named if f'"{name}"' not in said]
