"""A model server on 127.0.0.1 that misbehaves in every way that was measured or may come.

Each fault is a path: `base_url` ends in its name. Answers are sent as raw bytes, so that they can
be cut, wrong, or no HTTP at all. What comes in is kept in `seen`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

JSON, EVENTS, HTML = "application/json", "text/event-stream", "text/html; charset=utf-8"
MARKUP = "<script>alert('markup')</script>"
SECRET_OF_SERVER = "internal-host-7"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came in; names of headers in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server sends. `more` promises bytes that never come; `then` acts before the end."""

    status: str = "200 OK"
    kind: str = EVENTS
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    more: int = 0
    hangs: bool = False
    raw: bytes | None = None


Rule = Callable[[Asked], Answer]


@dataclass(kw_only=True)
class FaultServer:
    """The server: `answers` by name of the fault, `seen` what came in.

    `answered` is set once an answer is on its way, `left` once somebody has hung up.
    """

    port: int
    answers: dict[str, Answer | Rule]
    seen: list[Asked] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def base(self, fault: str, *, host: str = "127.0.0.1") -> str:
        """The base_url under which this fault happens."""
        return f"http://{host}:{self.port}/{fault}"


@asynccontextmanager
async def fault_server(
    *, tls: ssl.SSLContext | None = None, **more: Answer | Rule
) -> AsyncIterator[FaultServer]:
    """The server with all faults of the table, and `more` of a test's own."""
    answers = {**FAULTS, **more}
    it: list[FaultServer] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _serve(it[0], reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            it[0].left.set()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    it.append(FaultServer(port=server.sockets[0].getsockname()[1], answers=answers))
    try:
        yield it[0]
    finally:
        server.close()


async def _serve(
    it: FaultServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    asked = await _read(reader)
    it.seen.append(asked)
    name = asked.path.split("/")[1]
    rule = it.answers[name]
    answer = rule(asked) if callable(rule) else rule
    writer.write(_bytes_of(answer))
    await writer.drain()
    it.answered.set()
    if answer.hangs:
        await reader.read()  # ends when the other side hangs up
        it.left.set()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method=method, path=path, headers=headers, body=json.loads(content or b"{}"))


def _bytes_of(answer: Answer) -> bytes:
    if answer.raw is not None:
        return answer.raw
    lines = [f"HTTP/1.1 {answer.status}", f"Content-Type: {answer.kind}", "Connection: close"]
    if not answer.hangs:
        lines.append(f"Content-Length: {len(answer.body) + answer.more}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + answer.body


def events(*items: object, done: bool = True) -> bytes:
    """Server-sent events; text goes out as it is, anything else as JSON."""
    lines = [f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in items]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


def piece(
    text: object = None, *, finish: str | None = None, usage: object = None, **delta: object
) -> dict[str, Any]:
    """One event of an answer."""
    inner = {**delta} if text is None else {"content": text, **delta}
    choice = {"index": 0, "delta": inner, "finish_reason": finish}
    event = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "model-7"}
    return {**event, "choices": [choice], **({} if usage is None else {"usage": usage})}


def tokens(given: int, *, taken: int = 10, cached: int | None = None) -> dict[str, Any]:
    """Usage, as it stands in an event."""
    counts: dict[str, Any] = {"prompt_tokens": taken, "completion_tokens": given}
    counts["total_tokens"] = taken + given
    return (
        counts if cached is None else {**counts, "prompt_tokens_details": {"cached_tokens": cached}}
    )


def last(usage: object) -> dict[str, Any]:
    """The event with usage and no choice, which ends an answer."""
    return {"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": usage}


def error(line: str, code: object, /, *headers: tuple[str, str], **more: object) -> Answer:
    """An answer that refuses, whose message holds markup and what nobody should read."""
    said = f"{MARKUP} at {SECRET_OF_SERVER}"
    inner = {"code": code, "message": said, **more}
    return Answer(
        status=line, kind=JSON, body=json.dumps({"error": inner}).encode(), headers=headers
    )


def page(status: str, *headers: tuple[str, str]) -> Answer:
    """A page of HTML."""
    body = f"<html><body>{MARKUP} {SECRET_OF_SERVER}</body></html>".encode()
    return Answer(status=status, kind=HTML, body=body, headers=headers)


_FILTERED = {
    "code": "ResponsibleAIPolicyViolation",
    "content_filter_result": {
        "violence": {"filtered": True, "severity": "medium"},
        "hate": {"filtered": False, "severity": "safe"},
        f"{MARKUP}": {"filtered": True},
        "jailbreak": {"filtered": True, "detected": True},
    },
}
_AZURE_FIRST = {
    "id": "", "object": "", "created": 0, "model": "", "choices": [],
    "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}],
}  # fmt: skip

FAULTS: Mapping[str, Answer | Rule] = {
    "401": error("401 Unauthorized", "401"),
    "403": error("403 Forbidden", None),
    "404": error("404 Not Found", "DeploymentNotFound"),
    "404page": page("404 Not Found"),
    "429": error("429 Too Many Requests", "429", ("Retry-After", "7")),
    "429date": error(
        "429 Too Many Requests", "429", ("Retry-After", "Thu, 26 Nov 2026 12:00:30 GMT")
    ),
    "429ms": error("429 Too Many Requests", "429", ("Retry-After-Ms", "1500")),
    "429silent": error("429 Too Many Requests", "429"),
    "402": error("402 Payment Required", None),
    "429quota": error("429 Too Many Requests", "insufficient_quota", ("Retry-After", "7")),
    "429far": error(
        "429 Too Many Requests", "429", ("Retry-After", "Thu, 26 Nov 2026 12:00:30 +9999999999999")
    ),
    "429past": error(
        "429 Too Many Requests", "429", ("Retry-After", "Thu, 26 Nov 2026 11:00:00")
    ),
    "charset": Answer(status="400 Bad Request", kind="text/plain; charset=rot13", body=b"no"),
    "filter-inside": Answer(
        body=events(piece("Hel"), {"error": {"code": "content_filter", "message": MARKUP}})
    ),
    "429odd": error("429 Too Many Requests", "429", ("Retry-After", MARKUP)),
    "filter": error(
        "400 Bad Request", "content_filter", param="prompt", status=400, innererror=_FILTERED
    ),
    "filter-bare": error("400 Bad Request", "content_filter"),
    "too-long": error("400 Bad Request", "context_length_exceeded", param="messages"),
    "400": error("400 Bad Request", None),
    "400code": error("400 Bad Request", "invalid_prompt"),
    "temperature": error("400 Bad Request", "unsupported_value", param="temperature"),
    "413page": page("413 Payload Too Large"),
    "500": error("500 Internal Server Error", "boom"),
    "503page": page("503 Service Unavailable", ("Retry-After", "3")),
    "302": page("302 Found", ("Location", "/stolen/chat/completions")),
    "307": page("307 Temporary Redirect", ("Location", "/stolen/chat/completions")),
    "whole": Answer(
        body=events(
            _AZURE_FIRST,
            piece("", role="assistant"),
            piece("Hel"),
            piece("lo"),
            piece(finish="stop"),
            last({**tokens(2, cached=4), "completion_tokens_details": {"reasoning_tokens": 0}}),
        )
    ),
    "stolen": Answer(body=events(piece("stolen"), piece(finish="stop"))),
    "filtered": Answer(
        body=events(piece("Hel"), piece(finish="content_filter"), last(tokens(1)))
    ),
    "length": Answer(body=events(piece("Hel"), piece(finish="length"), last(tokens(1)))),
    "error-inside": Answer(
        body=events(piece("Hel"), {"error": {"message": MARKUP, "code": 500, "type": "boom"}})
    ),
    "error-markup": Answer(body=events(piece("Hel"), {"error": {"message": "x", "code": MARKUP}})),
    "cut": Answer(body=events(piece("Hel"), done=False), more=500),
    "cut-after-end": Answer(body=events(piece("Hel"), piece(finish="stop"), done=False), more=9),
    "reset": Answer(raw=b""),
    "no-http": Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "no-json": Answer(body=events(piece("Hel"), "{not json}")),
    "no-utf8": Answer(body=events(piece("Hel"), done=False) + b"data: \xff\xfe\n\n"),
    "no-event": Answer(body=events(piece("Hel"), ["a", "list"])),
    "text-number": Answer(body=events(piece("Hel"), piece(7))),
    "page": page("200 OK"),
    "json": Answer(kind=JSON, body=b'{"choices": [{"message": {"content": "Hello"}}]}'),
    "empty": Answer(body=b""),
    "no-end": Answer(body=events(piece("Hel"))),
    "tool": Answer(body=events(piece("Hel"), piece(finish="tool_calls"))),
    "no-usage": Answer(body=events(piece("Hel"), piece("lo"), piece(finish="stop"))),
    "usage-each": Answer(
        body=events(
            piece("Hel", usage=tokens(1)),
            piece("lo", usage=tokens(2)),
            piece(finish="stop", usage=tokens(2, cached=3)),
        )
    ),
    "usage-odd": Answer(
        body=events(piece("Hel"), piece(finish="stop"), last({"prompt_tokens": "many"}))
    ),
    "packed": Answer(body=b"\x1f\x8b\x08", headers=(("Content-Encoding", "gzip"),)),
    "silent": Answer(body=events(piece("Hel"), done=False), hangs=True),
    "dumb": Answer(raw=b"", hangs=True),
}  # fmt: skip
