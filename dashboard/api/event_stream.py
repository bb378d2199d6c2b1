"""A response of server-sent events that is written by a task, and ends it when nobody reads."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Emit: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[None]]
Run: TypeAlias = Callable[[Emit], Awaitable[None]]
Refusal: TypeAlias = Callable[[Exception], Response | None]

HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # else a proxy may hold the events back
}


def event_bytes(name: str, data: Mapping[str, Any]) -> bytes:
    """One event. Its data is one line, because JSON writes a line end as \\n."""
    content = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"event: {name}\ndata: {content}\n\n".encode()


class EventStream(Response):
    """Events as `run` emits them. The client leaving cancels `run`.

    refusal: the response to an exception before the first event; None: it is raised.
    """

    def __init__(self, run: Run, refusal: Refusal) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._run = run
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write until `run` ends or the client leaves."""
        started = False

        async def emit(name: str, data: Mapping[str, Any]) -> None:
            nonlocal started
            content = event_bytes(name, data)
            if not started:
                started = True
                start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                await send(start)
            await send({"type": "http.response.body", "body": content, "more_body": True})

        async def leave_with_the_client() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        refused: Response | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(leave_with_the_client)
            try:
                await self._run(emit)
            except Exception as error:
                refused = None if started else self._refusal(error)
                if refused is None:
                    raise
            tasks.cancel_scope.cancel()
        if refused is not None:
            refused.raw_headers += [
                (name, value) for name, value in self.raw_headers if name == b"set-cookie"
            ]
            await refused(scope, receive, send)
        elif started:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
