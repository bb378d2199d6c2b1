"""The stream: leaving it, what is asked again, and the times of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from dashboard.chat.chunks import Chunk
from dashboard.chat.events import Clock, Delta, Event, Finished, Usage
from dashboard.chat.failures import Failure
from dashboard.chat.parameters import Parameters
from dashboard.chat.progress import Progress
from dashboard.chat.prompt import Message, Role
from dashboard.chat.stream import stream
from tests.dashboard.chat.asking import (
    CLOCK,
    NOON,
    answer_of,
    end_of,
    endpoint_at,
    failure_in,
    text_of,
)
from tests.emulators.chat_faults import (
    Answer,
    Asked,
    FaultServer,
    error,
    events,
    fault_server,
    last,
    piece,
    tokens,
)

HI = [Message(role=Role.USER, content="Hi")]
SECONDS = 30
HELLO = Answer(body=events(piece("Hello"), piece(finish="stop"), last(tokens(1))))


def asked_of(rule: Callable[[Asked], Answer], parameters: Parameters) -> tuple[list[Event], int]:
    """The answer of a server with this rule, and how often it was asked."""

    async def ask() -> tuple[list[Event], FaultServer]:
        async with fault_server(tls=None, rule=rule) as server:
            return await answer_of(endpoint_at(server.base("rule")), "Hi", parameters), server

    found, server = asyncio.run(ask())
    return found, len(server.seen)


def test_closing_the_stream_closes_the_connection() -> None:
    """The server sees it, and can stop an answer that nobody reads."""

    async def ask() -> str:
        async with fault_server() as server:
            endpoint = endpoint_at(server.base("silent"))
            async with aclosing(stream(endpoint, HI, Parameters(), clock=CLOCK)) as found:
                first = await anext(found)
            await asyncio.wait_for(server.left.wait(), SECONDS)
        assert isinstance(first, Delta)
        return first.text

    assert "Hel" == asyncio.run(ask())


@pytest.mark.parametrize("fault", ["silent", "dumb"])
def test_a_task_that_is_cancelled_closes_the_connection(fault: str) -> None:
    """In the middle of an answer, and while its first byte is waited for."""

    async def ask() -> None:
        async with fault_server() as server:
            task = asyncio.create_task(answer_of(endpoint_at(server.base(fault))))
            await asyncio.wait_for(server.answered.wait(), SECONDS)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(server.left.wait(), SECONDS)

    asyncio.run(ask())


def test_a_stream_that_is_never_begun_sends_nothing() -> None:
    async def ask() -> int:
        async with fault_server() as server:
            found = stream(endpoint_at(server.base("whole")), HI, Parameters(), clock=CLOCK)
            await found.aclose()
            return len(server.seen)

    assert 0 == asyncio.run(ask())


@pytest.mark.parametrize(
    "refusal",
    [
        error("400 Bad Request", "unsupported_parameter", param="max_completion_tokens"),
        Answer(
            status="422 Unprocessable Entity",
            kind="application/json",
            body=b'{"detail": [{"loc": ["body", "max_completion_tokens"], "msg": "Extra"}]}',
        ),
        Answer(
            status="400 Bad Request",
            kind="application/json",
            body=b'{"error": {"message": "Unrecognized argument: \'max_completion_tokens\'"}}',
        ),
        Answer(
            status="400 Bad Request",
            kind="text/plain",
            body=b"max_completion_tokens: unknown field `max_completion_tokens`",
        ),
    ],
)
def test_an_older_server_is_asked_again_under_the_older_name(refusal: Answer) -> None:
    """Once, and with the same number; the newer name is always tried first."""
    bodies: list[dict[str, object]] = []

    def rule(asked: Asked) -> Answer:
        bodies.append(dict(asked.body))
        return refusal if "max_completion_tokens" in asked.body else HELLO

    found, requests = asked_of(rule, Parameters(max_output_tokens=9))

    assert "Hello" == text_of(found)
    assert 2 == requests
    assert (9, None) == (bodies[0].get("max_completion_tokens"), bodies[0].get("max_tokens"))
    assert (None, 9) == (bodies[1].get("max_completion_tokens"), bodies[1].get("max_tokens"))


def test_a_server_that_knows_no_usage_in_the_stream_is_asked_without() -> None:
    """It then tells none, and none is made up."""

    def rule(asked: Asked) -> Answer:
        refused = error("400 Bad Request", None, param="stream_options")
        return refused if "stream_options" in asked.body else Answer(body=events(
            piece("Hello"), piece(finish="stop")
        ))  # fmt: skip

    found, requests = asked_of(rule, Parameters())

    assert ("Hello", 2) == (text_of(found), requests)
    assert not [one for one in found if isinstance(one, Usage)]


def test_a_server_that_refuses_both_names_is_asked_no_more_than_twice() -> None:
    def rule(asked: Asked) -> Answer:
        name = "max_completion_tokens" if "max_completion_tokens" in asked.body else "max_tokens"
        return error("400 Bad Request", "unsupported_parameter", param=name)

    found, requests = asked_of(rule, Parameters(max_output_tokens=9))

    assert ("setting_refused", 2) == (failure_in(found).code, requests)
    assert "max_tokens" == failure_in(found).facts["setting"]


@pytest.mark.parametrize("fault", ["401", "429", "500", "503page", "cut", "no-end", "too-long"])
def test_nothing_else_is_ever_asked_again(fault: str) -> None:
    """An answer is paid for, and a busy server is not helped by more questions."""

    async def ask() -> int:
        async with fault_server() as server:
            await answer_of(endpoint_at(server.base(fault)))
            return len(server.seen)

    assert 1 == asyncio.run(ask())


def test_many_answers_at_once_do_not_mix() -> None:
    """Each carries what it was asked with."""

    def echo(asked: Asked) -> Answer:
        said = asked.body["messages"][0]["content"]
        pieces = [piece(letter) for letter in said]
        return Answer(body=events(*pieces, piece(finish="stop"), last(tokens(len(said)))))

    async def ask() -> list[str]:
        async with fault_server(tls=None, echo=echo) as server:
            endpoint = endpoint_at(server.base("echo"))
            asked = [answer_of(endpoint, f"question {number}") for number in range(40)]
            return [text_of(found) for found in await asyncio.gather(*asked)]

    assert [f"question {number}" for number in range(40)] == asyncio.run(ask())


class Steps:
    """A clock that shows one moment after the other."""

    def __init__(self, *moments: float) -> None:
        self._left = list(moments)
        self.clock = Clock(monotonic=lambda: self._left.pop(0), now=lambda: NOON)


def ending(*chunks: Chunk, moments: tuple[float, ...]) -> Finished:
    """How an answer of these events ends, by a clock: begin, one for each text, the end."""
    progress = Progress(clock=Steps(*moments).clock, most_tokens=None)
    for chunk in (*chunks, Chunk(finish="stop")):
        progress.take(chunk)
    end = progress.ending(Failure(code="no_end"))[-1]
    assert isinstance(end, Finished)
    return end


def test_times_go_from_the_question_to_the_first_text_and_from_there_to_the_last() -> None:
    """11 tokens: the first comes after 2 s, the other ten in 4 s. An event is no token."""
    usage = Usage(input_tokens=1, output_tokens=11)

    end = ending(
        Chunk(text="a"), Chunk(text="b"), Chunk(usage=usage), moments=(100.0, 102.0, 106.0, 107.0)
    )

    assert (2.0, 7.0) == (end.timings.ttft_seconds, end.timings.total_seconds)
    assert 2.5 == end.timings.output_tokens_per_second


@pytest.mark.parametrize("usage", [None, Usage(input_tokens=1, output_tokens=1)])
def test_a_speed_that_cannot_be_told_is_not_told(usage: Usage | None) -> None:
    """Without a count, or with one token only."""
    end = ending(Chunk(text="a"), Chunk(text="b", usage=usage), moments=(0.0, 1.0, 2.0, 3.0))

    assert end.timings.output_tokens_per_second is None


def test_text_that_comes_at_one_moment_has_no_speed_and_no_text_has_no_first() -> None:
    usage = Usage(input_tokens=1, output_tokens=50)

    at_once = ending(Chunk(text="a", usage=usage), moments=(0.0, 1.0, 2.0))
    nothing = ending(Chunk(usage=usage), moments=(0.0, 2.0))

    assert (1.0, None) == (at_once.timings.ttft_seconds, at_once.timings.output_tokens_per_second)
    assert (None, None) == (nothing.timings.ttft_seconds, nothing.timings.output_tokens_per_second)


def test_thinking_that_is_not_shown_does_not_make_an_answer_look_fast() -> None:
    """1,011 tokens, of which 1,000 were thought before the first text: ten in 4 s, not 1,010."""
    hidden = Usage(input_tokens=1, output_tokens=1_011, reasoning_tokens=1_000)

    unseen = ending(Chunk(text="a"), Chunk(text="b", usage=hidden), moments=(0.0, 60.0, 64.0, 64.0))
    seen = ending(
        Chunk(reasoning="x"), Chunk(text="b", usage=hidden), moments=(0.0, 1.0, 102.0, 102.0)
    )

    assert 2.5 == unseen.timings.output_tokens_per_second
    assert 10.0 == seen.timings.output_tokens_per_second
    assert 1.0 == seen.timings.ttft_seconds


def test_an_answer_that_takes_longer_than_any_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server can keep a connection alive for ever with a word now and then."""
    monkeypatch.setattr("dashboard.chat.progress.ANSWER_SECONDS", 0.3)

    async def ask() -> list[Event]:
        async with fault_server() as server:
            found = await answer_of(endpoint_at(server.base("silent")))
            await asyncio.wait_for(server.left.wait(), SECONDS)
        return found

    found = asyncio.run(ask())

    assert ("too_slow", "Hel") == (failure_in(found).code, text_of(found))


def test_a_label_with_markup_is_text_and_no_more() -> None:
    """Labels are the operator's; they pass as they are, for the page to escape."""

    async def ask() -> list[Event]:
        async with fault_server() as server:
            endpoint = replace(endpoint_at(server.base("401")), label="{seconds} <b>")
            return await answer_of(endpoint)

    assert "{seconds} <b>" == failure_in(asyncio.run(ask())).facts["endpoint"]


def test_the_end_is_told_once_whatever_comes_after_it() -> None:
    """Text after the reason still belongs to the answer; a second reason is the later one."""
    body = events(piece("a", finish="length"), piece("b"), piece(finish="stop"), last(tokens(2)))

    found, _ = asked_of(lambda _: Answer(body=body), Parameters())

    assert ("ab", "stop") == (text_of(found), end_of(found).reason)
