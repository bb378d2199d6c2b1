"""A server on 127.0.0.1 that plays a service, and misbehaves on demand.

A subclass answers requests with :class:`Reply`; faults are queued with :meth:`Loopback.fail` and
hit the requests whose path fits, after as many as are let through.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

Breakage = Literal["none", "cut", "cut_header", "reset", "drip_header", "drip_body", "silent"]
"""``cut``: half of the body, then the end. ``cut_header``: the end before the length is told.
``reset``: nothing, then a reset. ``drip_*``: a byte now and then. ``silent``: never an answer."""

BETWEEN_DRIPS_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it came in; names of headers in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: ``content`` is bytes as they are, or what becomes JSON."""

    status: int = 200
    content: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json; charset=utf-8"
    breakage: Breakage = "none"
    zipped: bool = False
    length: int | None = None


@dataclass(kw_only=True)
class Fault:
    """Replies for the next ``times`` fitting requests, after ``after`` of them were let through."""

    pattern: re.Pattern[str]
    reply: Reply
    times: int
    after: int = 0
    hits: int = field(default=0)


class Loopback:
    """The server. Use it as a context; ``seen`` lists what came in."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        handler = type("Handler", (_Handler,), {"loopback": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        scheme = "http" if tls is None else "https"
        self.base = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Seen) -> Reply:
        """The answer to a request that no fault hits."""
        raise NotImplementedError

    def fail(self, reply: Reply, *, path: str = "", times: int = 1, after: int = 0) -> None:
        """Queue a fault."""
        self._faults.append(Fault(pattern=re.compile(path), reply=reply, times=times, after=after))

    def heal(self) -> None:
        """Forget faults and what was seen."""
        with self._lock:
            self._faults.clear()
            self.seen.clear()

    def paths(self, part: str = "") -> list[str]:
        """Paths asked for that hold this part."""
        return [one.path for one in self.seen if part in one.path]

    def reply_to(self, request: Seen) -> Reply:
        """The fault that hits the request, else its answer."""
        with self._lock:
            self.seen.append(request)
            for fault in self._faults:
                if fault.times == 0 or not fault.pattern.search(request.path):
                    continue
                fault.hits += 1
                if fault.hits > fault.after:
                    fault.times -= 1
                    return fault.reply
        return self.answer(request)

    def pause(self, seconds: float) -> bool:
        """Wait between two bytes; False: the server is closing."""
        return not self._closing.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Seen(method=self.command, path=self.path, headers=headers, body=body)
        try:
            self._send(self.loopback.reply_to(request))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_HEAD = _serve

    def _send(self, reply: Reply) -> None:
        if reply.breakage == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        if reply.breakage == "silent":
            while self.loopback.pause(1.0):
                pass
            return
        raw = reply.content if isinstance(reply.content, bytes) else _json(reply.content)
        data = gzip.compress(raw) if reply.zipped else raw
        head = [f"HTTP/1.1 {reply.status} X", f"Content-Type: {reply.content_type}"]
        head.append(f"Content-Length: {len(data) if reply.length is None else reply.length}")
        if reply.zipped:
            head.append("Content-Encoding: gzip")
        head += [f"{name}: {value}" for name, value in reply.headers]
        start = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        body = b"" if self.command == "HEAD" else data
        if reply.breakage == "cut":
            self.wfile.write(start + body[: len(body) // 2])
            self.close_connection = True
        elif reply.breakage == "cut_header":
            self.wfile.write(start.partition(b"Content-Length")[0])
            self.close_connection = True
        elif reply.breakage == "drip_header":
            self._drip(start + body)
        elif reply.breakage == "drip_body":
            self.wfile.write(start)
            self._drip(body)
        else:
            self.wfile.write(start + body)

    def _drip(self, data: bytes) -> None:
        self.close_connection = True
        for place in range(len(data)):
            self.wfile.write(data[place : place + 1])
            self.wfile.flush()
            if not self.loopback.pause(BETWEEN_DRIPS_SECONDS):
                return


def _json(content: Any) -> bytes:
    return json.dumps(content).encode("utf-8")
