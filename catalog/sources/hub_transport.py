"""How huggingface-hub's client comes to a wire: a transport of httpx2, the library it uses."""

from __future__ import annotations

from typing import Final

import httpx2

from catalog.sources.wire import Sent, Wire

REQUESTS_TAKEN: Final = "modelcost_requests"
"""Key in ``response.extensions``: how many requests the answer took."""
_OF_THE_CONNECTION: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
)
_OF_THE_CODING: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
LONGEST_ANSWER_SECONDS: Final = 60.0


class WireTransport(httpx2.BaseTransport):
    """Hands every request to a wire. Its time is the client's for reading, 60 s where none is set.

    A failure of the wire (SourceFailed) comes out of the client as it is.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        given = request.extensions.get("timeout", {}).get("read")
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _OF_THE_CONNECTION
        }
        sent = Sent(
            method=request.method, url=str(request.url), headers=headers, body=request.read()
        )
        answer = self._wire.send(sent, timeout_seconds=given or LONGEST_ANSWER_SECONDS)
        return httpx2.Response(
            answer.status,
            headers={k: v for k, v in answer.headers.items() if k not in _OF_THE_CODING},
            content=answer.body,
            extensions={REQUESTS_TAKEN: answer.requests},
        )


def hub_client(wire: Wire) -> httpx2.Client:
    """A client as huggingface-hub uses it, for ``set_client_factory`` too.

    It follows no redirect and asks the environment for nothing.
    """
    return httpx2.Client(
        transport=WireTransport(wire),
        follow_redirects=False,
        trust_env=False,
        timeout=LONGEST_ANSWER_SECONDS,
    )
