"""The chat against llama.cpp's own server: what nobody here wrote answers as it does elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from pydantic import SecretStr

from dashboard.chat.endpoints import Endpoint
from dashboard.chat.events import Delta
from dashboard.chat.parameters import Parameters
from dashboard.chat.prompt import Message, Role
from dashboard.chat.stream import stream
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import (
    CLOCK,
    answer_of,
    end_of,
    endpoint_at,
    failure_in,
    text_of,
    usage_of,
)
from tests.emulators.llama.server import LlamaServer

ENGLISH = "The TrailWalker Hiking Shoes cost $110 [doc1]."
JAPANESE = "トレイルウォーカーは1万6,500円です[doc1]。"
ENDLESS = 'root ::= "word " root'


def near(llama: LlamaServer, *, key: str | None = None) -> Endpoint:
    """The server as an endpoint."""
    secret = SecretStr(key or llama.key)
    return endpoint_at(llama.base_url, model=llama.model, api_key=secret)


def saying(text: str) -> Parameters:
    """Settings that make the model say exactly this."""
    return Parameters(grammar=f'root ::= "{text}"', max_output_tokens=400)


@pytest.mark.parametrize("text", [ENGLISH, JAPANESE])
def test_a_steered_answer_comes_whole_with_its_tokens_and_times(
    llama: LlamaServer, text: str
) -> None:
    """Tokens are bytes and a few pairs of letters here, and one more that ends the answer."""
    found = asyncio.run(answer_of(near(llama), "How much?", saying(text)))

    end, usage = end_of(found), usage_of(found)
    assert text == text_of(found)
    assert ("stop", "tiny") == (end.reason, end.provider_model)
    assert usage is not None
    assert len(text.encode()) - 4 <= usage.output_tokens <= len(text.encode()) + 1
    assert usage.input_tokens > len("How much?")
    assert end.timings.ttft_seconds is not None
    assert 0 < end.timings.ttft_seconds < end.timings.total_seconds
    assert end.timings.output_tokens_per_second is not None
    assert end.timings.output_tokens_per_second > 0


def test_the_same_question_again_is_read_from_the_cache_and_says_so(llama: LlamaServer) -> None:
    """All but the last token of the prompt; a different question shares only its beginning."""
    question = "What did the first question of this test ask? " * 20

    cold = usage_of(asyncio.run(answer_of(near(llama), question, saying("a"))))
    warm = usage_of(asyncio.run(answer_of(near(llama), question, saying("a"))))

    assert cold is not None
    assert warm is not None
    assert cold.input_tokens == warm.input_tokens
    assert cold.cached_input_tokens is not None
    assert warm.cached_input_tokens is not None
    assert cold.cached_input_tokens < 60
    assert warm.cached_input_tokens >= warm.input_tokens - 4


def test_a_wrong_key_is_refused_and_not_shown(llama: LlamaServer) -> None:
    found = asyncio.run(answer_of(near(llama, key="canary-wrong-key"), "Hi", saying("a")))

    failed = failure_in(found)
    assert ("key_refused", False) == (failed.code, failed.partial_kept)
    assert "canary" not in f"{found!r} {failed.sentence(load_texts('en'))}"


def test_a_prompt_that_is_too_long_is_told_as_such(llama: LlamaServer) -> None:
    failed = failure_in(asyncio.run(answer_of(near(llama), "x" * 40_000, saying("a"))))

    assert "too_long" == failed.code
    assert "longer than tiny can take" in failed.sentence(load_texts("en"))


def test_an_answer_ends_at_the_limit_of_its_length(llama: LlamaServer) -> None:
    """By the server itself, with exactly the tokens that were allowed."""
    limited = Parameters(grammar=ENDLESS, max_output_tokens=12)

    found = asyncio.run(answer_of(near(llama), "Hi", limited))

    usage = usage_of(found)
    assert "length" == end_of(found).reason
    assert usage is not None
    assert 12 == usage.output_tokens


def test_a_stop_text_ends_an_answer_before_it(llama: LlamaServer) -> None:
    stopping = Parameters(grammar='root ::= "one two three"', stop=(" two",), max_output_tokens=99)

    found = asyncio.run(answer_of(near(llama), "Hi", stopping))

    assert ("one", "stop") == (text_of(found), end_of(found).reason)


def test_an_answer_left_half_way_frees_the_server(llama: LlamaServer) -> None:
    """More endless answers than the server has places are begun; each is left after a word."""
    endless = Parameters(grammar=ENDLESS)
    hi = [Message(role=Role.USER, content="Hi")]

    async def leave_early() -> str:
        async with aclosing(stream(near(llama), hi, endless, clock=CLOCK)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    return event.text
        return ""

    async def ask() -> str:
        for _ in range(4):
            assert await leave_early() == "w"
        return text_of(await asyncio.wait_for(answer_of(near(llama), "Hi", saying("free")), 60))

    assert "free" == asyncio.run(ask())


def test_two_answers_at_once_do_not_mix(llama: LlamaServer) -> None:
    async def ask() -> list[str]:
        both = (answer_of(near(llama), "Hi", saying(text)) for text in (ENGLISH, JAPANESE))
        return [text_of(found) for found in await asyncio.gather(*both)]

    assert [ENGLISH, JAPANESE] == asyncio.run(ask())
