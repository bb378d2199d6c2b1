"""Rates by the clock, always two in turn within one run, so that their ratio means something."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Two things measured alternately: the judged one and its yardstick.

    Figures are in `unit`; each ratio is judged / yardstick of neighboring measurements.
    """

    name: str
    unit: str
    judged: float
    yardstick: float
    ratio: float
    rounds: int

    def line(self) -> str:
        """One line for the terminal."""
        return (
            f"{self.name}: {self.judged:,.3g} against {self.yardstick:,.3g} {self.unit}"
            f" = {self.ratio:.3g} (median of {self.rounds} alternating rounds)"
        )


def compare(
    name: str, unit: str, judged: Callable[[], float], yardstick: Callable[[], float], rounds: int
) -> Ratio:
    """Measure both in turn `rounds` times; each callable returns one figure in `unit`."""
    pairs = [(judged(), yardstick()) for _ in range(rounds)]
    return Ratio(
        name=name,
        unit=unit,
        judged=statistics.median(pair[0] for pair in pairs),
        yardstick=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(one / other for one, other in pairs),
        rounds=rounds,
    )


def calls_per_second(function: Callable[[], object], seconds: float) -> float:
    """How often a function of no arguments can be called in a second, tried for so many seconds."""
    function()
    count, start = 0, time.perf_counter()
    while (now := time.perf_counter()) - start < seconds:
        function()
        count += 1
    return count / (now - start)


def requests_per_second(url: str, seconds: float, body: bytes | None = None) -> float:
    """Requests a second over a few kept connections on loopback. Raises on any status but 200."""
    return asyncio.run(_load(url, seconds, body))


async def _load(url: str, seconds: float, body: bytes | None) -> float:
    parts = urlsplit(url)
    head = f"{'GET' if body is None else 'POST'} {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    request = head.encode() + b"\r\n" + (body or b"")
    start = time.perf_counter()
    counts: Sequence[int] = await asyncio.gather(
        *(
            _ask(parts.hostname or "", parts.port or 80, request, start + seconds)
            for _ in range(CONNECTIONS)
        )
    )
    return sum(counts) / (time.perf_counter() - start)


async def _ask(host: str, port: int, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    count = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"expected status 200, found {head[:80]!r}")
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        count += 1
    writer.close()
    return count
