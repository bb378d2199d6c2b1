"""The one way out: every request of every source goes through a wire.

A wire sends one request and gives one answer. It follows no redirect and repeats nothing: that is
decided above it, where the deadline and the budget of the whole run are known. The clients of
huggingface-hub, azure-ai-ml and requests are given transports that end at a wire, so that limits,
the rule of hosts, recording and replay hold for all of them alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A request. Headers may hold a secret: they are never recorded nor put into a message."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back. Names of headers are in small letters; ``body`` is decoded of gzip.

    ``requests``: how many were sent for this answer, repeated and redirected ones included.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    requests: int = 1


class Wire(Protocol):
    """Sends requests."""

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send one request.

        Args:
            request: what to send.
            timeout_seconds: for the whole exchange, a slow drip of bytes included.

        Raises:
            SourceFailed: no answer in time, a broken connection, a body that is cut or too long, a
                host that this wire may not reach.
        """


class Clock(Protocol):
    """Time as an argument: tests and replays bring their own."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
