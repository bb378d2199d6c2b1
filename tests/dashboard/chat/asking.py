"""Endpoints of the loopback, and answers of them, for tests of the chat."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from openai import AsyncOpenAI
from pydantic import SecretStr

from dashboard.chat.addresses import Network, read_target
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.events import Clock, Delta, Event, Failed, Finished, Usage
from dashboard.chat.parameters import Parameters
from dashboard.chat.prompt import Message, Role
from dashboard.chat.stream import stream

KEY = "canary-key-0123456789"
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
CLOCK = Clock(monotonic=time.monotonic, now=lambda: NOON)
HERE: tuple[Network, ...] = tuple(ipaddress.ip_network(one) for one in ("127.0.0.0/8", "::1/128"))


def endpoint_at(url: str, **changed: Any) -> Endpoint:
    """An endpoint of this machine with a key."""
    first = Endpoint(
        name="near",
        label="The near one",
        target=read_target(url, HERE),
        kind="openai_compatible",
        model="tiny",
        auth="key",
        api_key=SecretStr(KEY),
        allowed=HERE,
    )
    return replace(first, **changed)


async def answer_of(
    endpoint: Endpoint,
    text: str = "Hi",
    parameters: Parameters | None = None,
    *,
    clock: Clock = CLOCK,
    client: AsyncOpenAI | None = None,
) -> list[Event]:
    """All events of an answer."""
    asked = stream(
        endpoint,
        [Message(role=Role.USER, content=text)],
        parameters or Parameters(),
        clock=clock,
        client=client,
    )
    return [event async for event in asked]


def text_of(events: Sequence[Event]) -> str:
    """The text of an answer."""
    return "".join(one.text for one in events if isinstance(one, Delta))


def usage_of(events: Sequence[Event]) -> Usage | None:
    """The tokens of an answer; None where the server told none."""
    found = [one for one in events if isinstance(one, Usage)]
    assert len(found) <= 1
    return found[0] if found else None


def failure_in(events: Sequence[Event]) -> Failed:
    """The failure that ends an answer, and the only end it has."""
    ends = [one for one in events if isinstance(one, (Failed, Finished))]
    assert ends == list(events[-1:])
    assert isinstance(ends[0], Failed)
    return ends[0]


def end_of(events: Sequence[Event]) -> Finished:
    """The end of an answer that did not fail, and the only end it has."""
    ends = [one for one in events if isinstance(one, (Failed, Finished))]
    assert ends == list(events[-1:])
    assert isinstance(ends[0], Finished), ends[0]
    return ends[0]
