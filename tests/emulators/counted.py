"""A relay in front of a server that counts the questions that pass, and tells when enough did."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ASKED = b"POST /v1/chat/completions "
PIECE = 65_536


class Relay:
    """Passes bytes on between whoever connects and a port of 127.0.0.1; counts requests."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def base_url(self) -> str:
        """Where the server is reached through the relay."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    @property
    def count(self) -> int:
        """Questions that have passed so far."""
        with self._changed:
            return self._count

    def wait_for(self, count: int, seconds: float = 120) -> None:
        """Return once so many questions have passed. Raises AssertionError if they do not."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count >= count, seconds), self._count

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                asking, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for pair in ((asking, server, True), (server, asking, False)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        before = b""
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if counts:
                    seen = before + piece
                    self._note(seen.count(ASKED))
                    before = seen[-len(ASKED) + 1 :]
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _note(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()


@contextmanager
def relay_to(base_url: str) -> Iterator[Relay]:
    """A relay to the server at an address such as http://127.0.0.1:8000/v1."""
    relay = Relay(int(base_url.rsplit(":", 1)[1].split("/")[0]))
    try:
        yield relay
    finally:
        relay.close()
