"""What stands between the network and the program: hosts, origins, sizes, and what a page may
load."""

import re
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.settings import Settings
from dashboard.api.problems import problem_response

LARGEST_BODY = 2_000_000
UPLOADS = "/api/v1/chat/documents"
LARGEST_UPLOAD = 16_100_000
"""A little more than a document may have, so that one that is too large is refused by its name."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DOCS = ("/docs", "/static-offline-docs")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def install_security(
    app: FastAPI, settings: Settings, *, page_script_hashes: Sequence[str]
) -> None:
    """Put the guards around the application, outermost last."""
    hosts = {*LOOPBACK, settings.host.lower()}
    app.add_middleware(BodyLimit)
    app.add_middleware(SameSite)
    app.add_middleware(KnownHost, hosts=frozenset(hosts))
    app.add_middleware(SecurityHeaders, page_policy=page_policy(page_script_hashes))


def page_policy(script_hashes: Sequence[str]) -> str:
    """The Content-Security-Policy of the pages: own files only, and Dash's inline script by hash.

    Styles are inline in places, because Mantine and Plotly set them from code.
    """
    return (
        f"default-src 'none'; script-src 'self' {' '.join(script_hashes)}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


DOCS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The API description starts Swagger UI by an inline script; it shows nothing that a user typed."""


class SecurityHeaders:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp, page_policy: str) -> None:
        self._app = app
        self._page_policy = page_policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = DOCS_POLICY if scope["path"].startswith(DOCS) else self._page_policy

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy)
            await send(message)

        await self._app(scope, receive, with_headers)


class KnownHost:
    """Refuses a Host header that is not ours, so that a foreign name cannot be bound to this
    address."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests for a known host only; there are no websockets here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            host = re.sub(r":\d*$", "", Headers(scope=scope).get("host", "")).lower()
            if host not in self._hosts:
                known = ", ".join(sorted(self._hosts))
                answer = problem_response(400, f"Expected the host {known}, found {host!r}.")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SameSite:
    """Refuses changes and questions that another site's page sends through a reader's browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from this site's pages, or from no browser at all."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            own = f"{scope['scheme']}://{headers.get('host', '')}"
            foreign = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
            if foreign or (origin is not None and origin != own):
                answer = problem_response(403, "A page of another site may not ask this.")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a request body above the limit, by its stated length or while it arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body first, which is small, and hand it on."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        largest = LARGEST_UPLOAD if scope["path"] == UPLOADS else LARGEST_BODY
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > largest:
                detail = f"Expected at most {largest:,} bytes."
                await problem_response(413, detail)(scope, receive, send)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": b"".join(parts), "more_body": False}

        await self._app(scope, replay, send)
