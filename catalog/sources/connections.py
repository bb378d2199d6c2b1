"""Connections that a whole exchange can bound: one deadline over all of it, and public addresses.

urllib3 bounds each single wait for bytes; a server that sends one byte now and then, of a header
too, holds a reader for ever. Here a timer shuts the socket down when the exchange is over time. The
address is judged after the connection stands and before a byte is sent, so that no second answer
of a resolver comes between.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from catalog.sources.origins import is_public


class AddressNotPublic(Exception):
    """A public host's name led to a private, loopback or link-local address."""


class Exchange:
    """One request and its answer.

    Attributes:
        public_only: the address must be a public one.
        is_over_time: the timer fired and the socket was shut down.
    """

    def __init__(self, *, public_only: bool, seconds: float) -> None:
        self.public_only = public_only
        self.is_over_time = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0.0), self._shut_down)
        self._timer.daemon = True

    def judge(self, connected: socket.socket) -> None:
        """Refuse a connection to an address that is not allowed.

        Raises:
            AddressNotPublic: it is none of the public internet.
        """
        if self.public_only and not is_public(str(connected.getpeername()[0])):
            connected.close()
            raise AddressNotPublic

    def follow(self, connected: socket.socket | None) -> None:
        """The socket that the answer comes through."""
        self._socket = connected
        if self.is_over_time:
            self._shut_down()

    def start(self) -> None:
        """Let the time run."""
        self._timer.start()

    def end(self) -> None:
        """Stop the timer."""
        self._timer.cancel()

    def _shut_down(self) -> None:
        self.is_over_time = True
        if self._socket is not None:
            with suppress(OSError):  # closed already
                # Of the plain socket: that of TLS would unset what the reader is using just now.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_EXCHANGE: ContextVar[Exchange | None] = ContextVar("_EXCHANGE", default=None)


@contextmanager
def exchange(*, public_only: bool, seconds: float) -> Iterator[Exchange]:
    """The exchange of everything that is sent within the block."""
    begun = Exchange(public_only=public_only, seconds=seconds)
    token = _EXCHANGE.set(begun)
    begun.start()
    try:
        yield begun
    finally:
        begun.end()
        _EXCHANGE.reset(token)


def _judged(connected: socket.socket) -> socket.socket:
    current = _EXCHANGE.get()
    if current is not None:
        current.judge(connected)
    return connected


def _follow(connection: HTTPConnection) -> None:
    current = _EXCHANGE.get()
    if current is not None:
        current.follow(connection.sock)


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _judged(super()._new_conn())

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        _follow(self)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _judged(super()._new_conn())

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        _follow(self)
        return super().getresponse()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class BoundAdapter(HTTPAdapter):
    """An adapter of requests whose connections obey the current :class:`Exchange`."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """As in requests, with our kinds of connections."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """As in requests, with our kinds of connections."""
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager
