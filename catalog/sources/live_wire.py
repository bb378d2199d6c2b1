"""The wire to the real services: only to hosts that were named, in time, and never too much."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Final, Self

import requests
import urllib3.exceptions
from requests import exceptions

from catalog.errors import SourceFailed
from catalog.sources.connections import AddressNotPublic, BoundAdapter, Exchange, exchange
from catalog.sources.origins import Origin, origin_of, place_of
from catalog.sources.wire import Answer, Clock, Sent

LARGEST_BODY_BYTES: Final = 64_000_000
_PIECE_BYTES: Final = 65_536
_ANY_HOST_UNDER: Final = "*."


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """The hosts that a wire may reach, named by base URLs.

    Attributes:
        public: built into the program: https, at public addresses only. ``https://*.example.org``
            allows every host under that name.
        configured: typed by the operator: may be this machine or a private one, because he said so.
    """

    public: tuple[str, ...] = ()
    configured: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the network is reached; the environment is not asked.

    Attributes:
        proxy: URL of a proxy; None: none.
        ca_file: certificates that are trusted in place of the usual ones.
        largest_body_bytes: a longer body, after gzip, is refused.
    """

    proxy: str | None = None
    ca_file: str | None = None
    largest_body_bytes: int = LARGEST_BODY_BYTES


class LiveWire:
    """Sends with requests. Certificates are checked, redirects are handed over, cookies ignored."""

    def __init__(self, hosts: Hosts, *, clock: Clock, way: Way | None = None) -> None:
        self._public = _origins(hosts.public)
        self._configured = _origins(hosts.configured)
        self._clock = clock
        self._way = way or Way()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no .netrc, no certificate of the environment
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.mount("https://", BoundAdapter())
        self._session.mount("http://", BoundAdapter())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def may_reach(self, url: str) -> bool:
        """Whether a URL is of a host that was named."""
        origin = origin_of(url)
        if origin is None:
            return False
        return origin in self._configured or any(_covers(one, origin) for one in self._public)

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send one request.

        Raises:
            SourceFailed: ``other_host``, ``timeout``, ``refused`` (no connection), ``cut`` (broken
                off), ``too_long``, ``untrusted`` (certificate), ``not_sendable``.
        """
        origin = self._allowed(request.url)
        public_only = origin not in self._configured and self._way.proxy is None
        ends = self._clock.monotonic() + timeout_seconds
        try:
            with exchange(public_only=public_only, seconds=timeout_seconds) as current:
                return self._exchanged(request, current, ends)
        except AddressNotPublic:
            raise SourceFailed(
                f"Expected a public address for {origin.host}, its name leads to a private one. "
                "Set the source's URL if that host is meant.",
                reason="other_host",
            ) from None

    def _allowed(self, url: str) -> Origin:
        """The origin of a URL that may be reached.

        Raises:
            SourceFailed: ``other_host``.
        """
        origin = origin_of(url)
        if origin is None:
            raise SourceFailed("Expected an http or https URL, found none.", reason="other_host")
        if not self.may_reach(url):
            raise SourceFailed(
                f"Expected a request to one of this source's own hosts, found {origin}. Nothing "
                "was sent.",
                reason="other_host",
            )
        return origin

    def _exchanged(self, request: Sent, current: Exchange, ends: float) -> Answer:
        where = f"{request.method} {place_of(request.url)}"
        try:
            prepared = self._session.prepare_request(
                requests.Request(
                    request.method, request.url, headers=dict(request.headers), data=request.body
                )
            )
        except (exceptions.RequestException, ValueError):
            raise SourceFailed(
                f"{where}: a URL or header that HTTP cannot carry.", reason="not_sendable"
            ) from None
        if origin_of(prepared.url or "") != origin_of(request.url):
            raise SourceFailed(f"{where}: a URL of two readings.", reason="other_host")
        proxy = self._way.proxy
        try:
            with self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=max(ends - self._clock.monotonic(), 0.001),
                verify=self._way.ca_file or True,
                proxies={"http": proxy, "https": proxy} if proxy else {},
            ) as response:
                body = self._body(where, response, ends)
                if current.is_over_time:  # headers that break off pass for headers that end
                    raise _over_time(where)
                headers = {name.lower(): value for name, value in response.headers.items()}
                if _is_cut_in_its_headers(request, response.status_code, headers, body):
                    raise SourceFailed(f"{where}: the headers broke off.", reason="cut")
                return Answer(status=response.status_code, headers=headers, body=body)
        except _BROKEN as error:
            if current.is_over_time:
                raise _over_time(where) from None
            raise _as_failed(where, error) from None

    def _body(self, where: str, response: requests.Response, ends: float) -> bytes:
        """The body, piece by piece as it comes, so that time and length are looked at."""
        largest = self._way.largest_body_bytes
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > largest:
            raise _too_long(where, largest)
        body = bytearray()
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            body += piece
            if len(body) > largest:
                raise _too_long(where, largest)
            if self._clock.monotonic() > ends:
                raise _over_time(where)
        return bytes(body)


_BROKEN = (exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


def _origins(urls: Iterable[str]) -> frozenset[Origin]:
    """Origins of base URLs.

    Raises:
        ValueError: no URL, or one without TLS of a host other than this machine.
    """
    found = set()
    for url in urls:
        origin = origin_of(url)
        if origin is None or (origin.scheme == "http" and not origin.is_loopback):
            raise ValueError(f"expected an https URL, found {place_of(url)}")
        found.add(origin)
    return frozenset(found)


def _covers(allowed: Origin, origin: Origin) -> bool:
    if allowed.host.startswith(_ANY_HOST_UNDER):
        under = allowed.host.removeprefix("*")
        return origin.host.endswith(under) and allowed == origin._replace(host=allowed.host)
    return allowed == origin


def _is_cut_in_its_headers(
    request: Sent, status: int, headers: Mapping[str, str], body: bytes
) -> bool:
    """Whether nothing came where something should, and no header says that it is nothing."""
    says = "content-length" in headers or "transfer-encoding" in headers
    return status == 200 and request.method != "HEAD" and not body and not says


_REASONS: Mapping[type[Exception], tuple[str, str]] = {
    exceptions.SSLError: ("untrusted", "its certificate could not be checked"),
    exceptions.ConnectTimeout: ("timeout", "no connection in time"),
    exceptions.ReadTimeout: ("timeout", "no answer in time"),
    urllib3.exceptions.ReadTimeoutError: ("timeout", "the answer stopped coming"),
    exceptions.ProxyError: ("refused", "the proxy refused the connection"),
    urllib3.exceptions.DecodeError: ("cut", "a body that could not be unpacked"),
}


def _as_failed(where: str, error: Exception) -> SourceFailed:
    """The failure behind an exception, whose own text may hold secrets and is not used."""
    for kind, (reason, found) in _REASONS.items():
        if isinstance(error, kind):
            return SourceFailed(f"{where}: {found}.", reason=reason)
    inner = error.args[0] if error.args else None
    if isinstance(inner, urllib3.exceptions.MaxRetryError):
        return SourceFailed(f"{where}: no connection to the host.", reason="refused")
    return SourceFailed(f"{where}: the connection broke off.", reason="cut")


def _over_time(where: str) -> SourceFailed:
    return SourceFailed(f"{where}: the answer took too long.", reason="timeout")


def _too_long(where: str, largest: int) -> SourceFailed:
    return SourceFailed(f"{where}: a body of more than {largest:,} bytes.", reason="too_long")
