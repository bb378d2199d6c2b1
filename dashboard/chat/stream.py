"""Asks an endpoint and gives its answer piece by piece.

Leave the iterator early by closing it (`contextlib.aclosing`): that closes the connection, and the
server stops. Nothing is retried: an answer is paid for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import httpx2
from openai import AsyncOpenAI, AsyncStream

from dashboard.chat.chunks import NoEnd, NotAChat, read_chunk
from dashboard.chat.client import open_client
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.events import Clock, Event
from dashboard.chat.failures import EXPECTED, failure_of, refused_setting
from dashboard.chat.parameters import Parameters, body_of
from dashboard.chat.progress import ANSWER_SECONDS, Progress
from dashboard.chat.prompt import Message

_END: Final = object()


async def stream(
    endpoint: Endpoint,
    messages: Sequence[Message],
    parameters: Parameters,
    *,
    clock: Clock,
    client: AsyncOpenAI | None = None,
) -> AsyncGenerator[Event, None]:
    """The answer of an endpoint: any number of Delta, at most one Usage, one Finished or Failed.

    Args:
        endpoint: who is asked.
        messages: the conversation so far.
        parameters: settings of this answer.
        clock: for timings, and for servers that name a moment to wait for.
        client: of this endpoint, kept open; if left out, one is opened for this answer.
    """
    progress = Progress(clock=clock, most_tokens=parameters.max_output_tokens)
    own: AsyncOpenAI | None = None
    events: AsyncStream[object] | None = None
    try:
        if client is None:
            client = own = open_client(endpoint)
        progress.begin()
        async with asyncio.timeout(ANSWER_SECONDS):
            events = await _ask(client, body_of(endpoint, messages, parameters))
        _require_events(events.response)
        while not progress.is_over_cap:
            async with asyncio.timeout(progress.seconds_left):
                data = await anext(events, _END)
            if data is _END:
                break
            delta = progress.take(read_chunk(data))
            if delta is not None:
                yield delta
        ending = progress.ending(failure_of(NoEnd(), endpoint, clock.now()))
    except EXPECTED as error:
        ending = progress.ending(failure_of(error, endpoint, clock.now()))
    finally:
        await _close(events, own)
    for event in ending:
        yield event


async def _ask(client: AsyncOpenAI, body: Mapping[str, Any]) -> AsyncStream[object]:
    """The stream of an answer; asked again only without a setting that the server does not know."""
    body = dict(body)
    while True:
        try:
            return await client.post(
                "/chat/completions",
                cast_to=object,
                body=body,
                stream=True,
                stream_cls=AsyncStream[object],
            )
        except EXPECTED as error:
            setting = refused_setting(error)
            if setting is None or setting not in body:
                raise
            value = body.pop(setting)
            if setting == "max_completion_tokens":
                body["max_tokens"] = value


def _require_events(response: httpx2.Response) -> None:
    """A page with status 200, such as a sign-in, is no answer."""
    if "html" in response.headers.get("content-type", "").lower():
        raise NotAChat


async def _close(events: AsyncStream[object] | None, own: AsyncOpenAI | None) -> None:
    with suppress(httpx2.HTTPError, OSError):
        if events is not None:
            await events.close()
    with suppress(httpx2.HTTPError, OSError):
        if own is not None:
            await own.close()
