"""The one way from here to an endpoint: a transport that calls judged addresses and no others.

For each request the name is looked up once, every address it leads to is judged, and the
connection goes to a judged address, so that a second answer of the resolver changes nothing. The
name stays in the Host header and in the handshake of TLS, which checks the certificate against it.
A transport belongs to one endpoint: a request to any other place is refused, and so a redirect
leads nowhere. The headers are a short list of our own; the key is set here, last, and is known to
no other part of the client.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

import httpx2

from dashboard.chat.addresses import Network, Resolver, Target, judged_addresses
from dashboard.chat.errors import ChatRefused

KeyGiver: TypeAlias = Callable[[], Awaitable[str | None]]
"""Gives the key or token for one request; None: none is sent. Raises ChatRefused."""

MOST_ADDRESSES: Final = 4
MOST_BYTES_OF_AN_ANSWER: Final = 32_000_000
MOST_BYTES_OF_A_LINE: Final = 1_000_000
"""A line is one event; the reader of events holds it until it ends."""

HEADERS: Final = (
    ("content-type", "application/json"),
    ("accept", "text/event-stream, application/json"),
    ("accept-encoding", "identity"),
    ("user-agent", "modelcost"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How a service is spoken with.

    Attributes:
        headers: our own, sent with each request.
        passed: names, in small letters, of headers that are taken over from a request; one that
            ends in `-` stands for all that begin so.
        most_bytes: of one answer.
        most_bytes_of_a_line: of one line of it.
    """

    headers: tuple[tuple[str, str], ...] = HEADERS
    passed: tuple[str, ...] = ("authorization",)
    most_bytes: int = MOST_BYTES_OF_AN_ANSWER
    most_bytes_of_a_line: int = MOST_BYTES_OF_A_LINE

    def passes(self, name: str) -> bool:
        """Whether a header of this name is taken over."""
        return any(
            name.startswith(one) if one.endswith("-") else name == one for one in self.passed
        )


CHAT_MANNERS: Final = Manners()


class AnswerTooLarge(Exception):
    """An endpoint sent more than any answer holds."""


class AnswerPacked(Exception):
    """An endpoint sent a packed answer though none was asked for; a small one can unpack to GBs."""


class Guard(httpx2.AsyncBaseTransport):
    """The transport of one endpoint."""

    def __init__(
        self,
        target: Target,
        allowed: Sequence[Network],
        resolve: Resolver,
        *,
        tls: ssl.SSLContext | None = None,
        manners: Manners | None = None,
    ) -> None:
        self._target = target
        self._manners = CHAT_MANNERS if manners is None else manners
        self._allowed = allowed
        self._resolve = resolve
        context = tls if tls is not None else _system_tls()
        self._inner = httpx2.AsyncHTTPTransport(verify=context, trust_env=False, retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to a judged address.

        Raises:
            ChatRefused: `address_...`.
            AnswerPacked, httpx2.TransportError: the answer, or the way there, failed.
        """
        self._require_own(request.url)
        addresses = await judged_addresses(self._target, self._allowed, self._resolve)
        await self._set_headers(request)
        request.extensions = {**request.extensions, "sni_hostname": self._target.host}
        response = await self._first_reached(request, addresses)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            raise AnswerPacked
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        response.headers["content-type"] = kind  # without a charset: some that Python knows raise
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Limited(response.stream, self._manners)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()

    async def _first_reached(
        self, request: httpx2.Request, addresses: Sequence[str]
    ) -> httpx2.Response:
        """By the first address that takes a connection; nothing was sent to those that do not."""
        *others, last = addresses[:MOST_ADDRESSES]
        for address in others:
            request.url = request.url.copy_with(host=address)
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return await self._inner.handle_async_request(request)
        request.url = request.url.copy_with(host=last)
        return await self._inner.handle_async_request(request)

    async def _set_headers(self, request: httpx2.Request) -> None:
        """Our own list in place of what was there; only the key, and what the manners name, is
        taken over."""
        content = await request.aread()
        host = self._target.url.partition("://")[2].partition("/")[0]
        own = self._manners.headers
        headers = [("host", host), *own, ("content-length", str(len(content)))]
        headers += [
            (name, value)
            for name, value in request.headers.items()
            if self._manners.passes(name.lower())
        ]
        request.headers = httpx2.Headers(headers)

    def _require_own(self, url: httpx2.URL) -> None:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = (url.scheme, url.host.lower(), port)
        if found != (self._target.scheme, self._target.host, self._target.port):
            raise ChatRefused("address_elsewhere", host=self._target.host)


class GivenKey(httpx2.Auth):
    """Sets the key of each request, whatever anybody set before."""

    def __init__(self, give: KeyGiver) -> None:
        self._give = give

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """The request with the key, or with none."""
        request.headers.pop("authorization", None)
        key = await self._give()
        if key is not None:
            request.headers["authorization"] = f"Bearer {key}"
        yield request


class _Limited(httpx2.AsyncByteStream):
    """The bytes of an answer, up to the most that it, or a line of it, may have."""

    def __init__(self, stream: httpx2.AsyncByteStream, manners: Manners) -> None:
        self._stream = stream
        self._manners = manners

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size, line = 0, 0
        async for part in self._stream:
            size += len(part)
            end = part.rfind(b"\n")
            line = line + len(part) if end < 0 else len(part) - end - 1
            if size > self._manners.most_bytes or line > self._manners.most_bytes_of_a_line:
                raise AnswerTooLarge
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


@functools.cache
def _system_tls() -> ssl.SSLContext:
    """Certificates that this machine trusts; read once, because that takes a while."""
    return httpx2.create_ssl_context(trust_env=False)
