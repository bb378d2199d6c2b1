"""A server on 127.0.0.1 that answers as one of Azure's services would, and fails when told to."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from catalog.errors import SourceFailed
from catalog.sources.wire import Answer, Sent


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that the server got; names of headers in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(kw_only=True)
class Reply:
    """What the server answers. ``cut``: so many bytes of the body are sent, all are announced."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: int | None = None


@dataclass(kw_only=True)
class Fault:
    """A reply that takes the place of the true one, for the next ``times`` matching requests."""

    pattern: re.Pattern[str]
    reply: Reply
    times: int


class Loopback:
    """Runs one service on a free port of 127.0.0.1 and keeps what it was asked."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._faults: list[Fault] = []
        handler = type("BoundHandler", (_Handler,), {"loopback": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def fail(self, pattern: str, reply: Reply, *, times: int = 1) -> None:
        """Answer the next requests whose target or body matches with another reply."""
        self._faults.append(Fault(pattern=re.compile(pattern), reply=reply, times=times))

    def reply_to(self, asked: Asked) -> Reply:
        """The fault that is due, or the service's own answer."""
        self.asked.append(asked)
        text = f"{asked.method} {asked.target} {asked.body.decode('utf-8', 'replace')}"
        for fault in self._faults:
            if fault.times > 0 and fault.pattern.search(text):
                fault.times -= 1
                return fault.reply
        return self.answer(asked)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[Loopback]:
    """A server for the time of a test."""
    loopback = Loopback(answer)
    try:
        yield loopback
    finally:
        loopback.close()


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method=self.command, target=self.path, headers=headers, body=body)
        reply = self.loopback.reply_to(asked)
        content = json.dumps(reply.body).encode() if reply.raw is None else reply.raw
        self.send_response(reply.status)
        if "Content-Type" not in reply.headers:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content if reply.cut is None else content[: reply.cut])
        self.close_connection = True

    do_GET = do_POST = _serve


class LoopbackWire:
    """A wire over requests that reaches loopback only.

    ``moved`` leads the true address of a service to its emulator, so that a source can be tested
    with the address that it has by default.
    """

    def __init__(self, moved: Mapping[str, str] | None = None) -> None:
        self.moved = dict(moved or {})
        self.sent: list[Sent] = []

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send to loopback."""
        self.sent.append(request)
        url = request.url
        for true, loopback in self.moved.items():
            if url.startswith(true):
                url = loopback + url.removeprefix(true)
        if not url.startswith("http://127.0.0.1:"):
            raise SourceFailed(f"{url} is not on loopback", reason="other_host")
        try:
            got = requests.request(
                request.method,
                url,
                headers=dict(request.headers),
                data=request.body,
                timeout=timeout_seconds,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SourceFailed(f"No whole answer: {type(error).__name__}", reason="cut") from error
        headers = {name.lower(): value for name, value in got.headers.items()}
        return Answer(status=got.status_code, headers=headers, body=got.content)
