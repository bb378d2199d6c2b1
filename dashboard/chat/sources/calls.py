"""One way from here to a service that holds documents: through the guard of the endpoints.

The guard judges each address as it is resolved, calls judged ones only, follows nowhere and sends
no header that is not on a list. Whoever reads documents waits for them in a thread of its own, so
calls are plain functions here; each is bounded in bytes and in time.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx2

from dashboard.chat.addresses import Resolver, system_resolver
from dashboard.chat.client import CONNECT_SECONDS, shared_sign_in
from dashboard.chat.errors import ChatRefused
from dashboard.chat.guard import AnswerPacked, AnswerTooLarge, Guard, KeyGiver, Manners
from dashboard.chat.sources.defined import Service

SILENCE_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 120.0
"""The longest that one call may take, however steadily its bytes drip."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How names are looked up, who signs in, and which certificates are trusted; for tests."""

    resolve: Resolver = system_resolver
    sign_in: KeyGiver | None = None
    tls: ssl.SSLContext | None = None


MACHINE: Final = Way()


class SourceFailed(ChatRefused):
    """A service that holds documents cannot be read now; what was read before is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What is asked. path: behind the address of the service, with a query where there is one."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def document(self) -> Any:
        """The JSON of it. Raises ValueError."""
        return json.loads(self.content)


class ServiceCalls:
    """Calls one service. Used as a context, within one thread that runs no event loop."""

    def __init__(self, service: Service, manners: Manners, scope: str, way: Way = MACHINE) -> None:
        self._service = service
        self._sign_in = way.sign_in or (
            shared_sign_in(scope) if service.auth == "entra_id" else None
        )
        self._guard = Guard(
            service.target, service.allowed, way.resolve, tls=way.tls, manners=manners
        )
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._guard.aclose())
        self._runner.close()

    def send(self, call: Call) -> Came:
        """Ask and wait for the whole answer, whatever its status.

        Raises SourceFailed; ChatRefused `address_...` or `endpoint_sign_in`.
        """
        host = self._service.target.host
        try:
            return self._runner.run(self._send(call))
        except (AnswerPacked, AnswerTooLarge):
            raise SourceFailed("source_too_large", host=host) from None
        except TimeoutError:
            raise SourceFailed("source_too_slow", host=host) from None
        except httpx2.TimeoutException:
            raise SourceFailed("source_too_slow", host=host) from None
        except httpx2.ConnectError as error:
            code = "source_not_secure" if _is_tls(error) else "source_unreachable"
            raise SourceFailed(code, host=host) from None
        except httpx2.HTTPError:
            raise SourceFailed("source_cut", host=host) from None

    async def _send(self, call: Call) -> Came:
        waits = dict.fromkeys(("read", "write", "pool"), SILENCE_SECONDS)
        request = httpx2.Request(
            call.method,
            call.url,
            headers=dict(call.headers),
            content=call.content,
            extensions={"timeout": {"connect": CONNECT_SECONDS, **waits}},
        )
        if self._sign_in is not None and self._service.auth == "entra_id":
            request.headers["authorization"] = f"Bearer {await self._sign_in()}"
        async with asyncio.timeout(WHOLE_SECONDS):
            response = await self._guard.handle_async_request(request)
            try:
                assert isinstance(response.stream, httpx2.AsyncByteStream)
                content = b"".join([part async for part in response.stream])
            finally:
                await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Came(status=response.status_code, headers=headers, content=content)


def failed_by_status(status: int, headers: Mapping[str, str], host: str) -> SourceFailed:
    """What a status says that is no success; nothing of the answer's text is repeated."""
    facts = {"host": host, "status": str(status)}
    if status in (401, 403):
        return SourceFailed("source_key_refused", **facts)
    if status == 404:
        return SourceFailed("source_not_found", **facts)
    if status in (429, 503):
        wait = headers.get("retry-after", "")
        if wait.isascii() and wait.isdigit() and len(wait) < 6:
            return SourceFailed("source_busy_for", **facts, seconds=wait)
        return SourceFailed("source_busy", **facts)
    if 300 <= status < 400:
        return SourceFailed("source_redirected", **facts)
    return SourceFailed("source_failed", **facts)


def _is_tls(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLError):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
