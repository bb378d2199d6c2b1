"""The stream of the test chat beside the same client called directly, on the same paced server.

Both read answers of so many events that come at a steady pace, 1 and 40 at once. CPU an event is
that of the whole process that reads them: of `modelcost serve` with retrieval, history and price,
and of a bare process with the openai client. Time to the first text is taken by the asker.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.servers import PROGRAM, clean_environment, free_port

EVENTS = 200
PACE_SECONDS = 0.005
AT_ONCE = (1, 40)
QUESTION = "How much do the TrailWalker Hiking Shoes cost?"
PACED_SERVER = f"""
import asyncio, json, sys
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nConnection: close\\r\\n\\r\\n"
def event(**parts):
    whole = {{"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", **parts}}
    return b"data: " + json.dumps(whole).encode() + b"\\n\\n"
def choice(delta, finish=None):
    return event(choices=[{{"index": 0, "delta": delta, "finish_reason": finish}}])
async def answer(reader, writer):
    head = (await reader.readuntil(b"\\r\\n\\r\\n")).decode().lower()
    await reader.readexactly(int(head.split("content-length:")[1].split("\\r\\n")[0]))
    writer.write(HEAD)
    for number in range({EVENTS}):
        writer.write(choice({{"content": f"word{{number}} "}}))
        await writer.drain()
        await asyncio.sleep({PACE_SECONDS})
    writer.write(choice({{}}, "stop"))
    usage = {{"prompt_tokens": 900, "completion_tokens": {EVENTS}, "total_tokens": {900 + EVENTS}}}
    writer.write(event(choices=[], usage=usage) + b"data: [DONE]\\n\\n")
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
"""
DIRECT = f"""
import asyncio, json, sys, time
from openai import AsyncOpenAI
async def one(client):
    start, first, events = time.perf_counter(), None, 0
    stream = await client.chat.completions.create(
        model="m", messages=[{{"role": "user", "content": "{QUESTION}"}}], stream=True,
        stream_options={{"include_usage": True}})
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.perf_counter() - start
            events += 1
    return first, events
async def main():
    client = AsyncOpenAI(base_url=sys.argv[1], api_key="k", max_retries=0)
    await one(client)
    cpu = time.process_time()
    found = await asyncio.gather(*(one(client) for _ in range(int(sys.argv[2]))))
    cpu = time.process_time() - cpu
    events, first = sum(events for _, events in found), [first for first, _ in found]
    print(json.dumps({{"cpu": cpu, "events": events, "first": first}}))
asyncio.run(main())
"""


def run(rounds: int) -> int:
    """Print CPU an event and time to the first text, ours over the direct client's."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        paced = subprocess.Popen([sys.executable, "-c", PACED_SERVER, str(port)])
        try:
            with _Service(folder, f"http://127.0.0.1:{port}/v1") as service:
                for at_once in AT_ONCE:
                    ours, direct = [], []
                    for _ in range(rounds):
                        ours.append(service.measure(at_once))
                        direct.append(_direct(f"http://127.0.0.1:{port}/v1", at_once))
                    sys.stdout.write(_line(at_once, ours, direct))
        finally:
            paced.terminate()
            paced.wait(timeout=30)
    return 0


class _Service:
    """`modelcost serve` with one endpoint, whose CPU time can be read."""

    def __init__(self, folder: Path, base_url: str) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "endpoints.yaml").write_text(
            "allowed_networks: [127.0.0.0/8]\n"
            "endpoints:\n  - {name: paced, label: Paced, kind: openai_compatible, model: m, "
            f'auth: none, base_url: "{base_url}", catalog_model: openai/gpt-4.1-2025-04-14}}\n',
            encoding="utf-8",
        )
        self._port = free_port()
        self._process = subprocess.Popen(
            [str(PROGRAM), "serve", "--port", str(self._port)],
            env=clean_environment(MODELCOST_DATA_DIR=str(folder / "data")),
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> _Service:
        assert self._process.stdout is not None
        self._process.stdout.readline()  # says where it is once it answers
        self.measure(1)  # loads the client, indexes the catalogue
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)

    def measure(self, at_once: int) -> dict[str, Any]:
        """CPU seconds of the service, events, and seconds to the first text of each answer."""
        before = self._cpu_seconds()
        found = asyncio.run(_ask_many(self._port, at_once))
        return {
            "cpu": self._cpu_seconds() - before,
            "events": sum(events for _, events in found),
            "first": [first for first, _ in found],
        }

    def _cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _ask_many(port: int, at_once: int) -> list[tuple[float, int]]:
    return list(await asyncio.gather(*(_ask(port) for _ in range(at_once))))


async def _ask(port: int) -> tuple[float, int]:
    """One question in a session of its own, read from a plain socket."""
    body = json.dumps({"question": QUESTION, "endpoints": ["paced"], "parameters": {}}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    start, first, events = time.perf_counter(), 0.0, 0
    writer.write(
        f"POST /api/v1/chat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    async for line in reader:
        if line.startswith(b"event: delta"):
            first = first or time.perf_counter() - start
            events += 1
    writer.close()
    return first, events


def _direct(base_url: str, at_once: int) -> dict[str, Any]:
    command = [sys.executable, "-c", DIRECT, base_url, str(at_once)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def _line(at_once: int, ours: list[dict[str, Any]], direct: list[dict[str, Any]]) -> str:
    def cpu(found: list[dict[str, Any]]) -> float:
        return float(statistics.median(one["cpu"] / one["events"] for one in found)) * 1e6

    def first(found: list[dict[str, Any]]) -> float:
        return float(statistics.median(value for one in found for value in one["first"])) * 1e3

    lost = sum(EVENTS * at_once - one["events"] for one in ours)
    return (
        f"{at_once} at once: CPU an event {cpu(ours):,.0f} against {cpu(direct):,.0f} microseconds "
        f"= {cpu(ours) / cpu(direct):.2f}; first text {first(ours):,.0f} against "
        f"{first(direct):,.0f} ms = {first(ours) / first(direct):.2f}; {lost} events lost\n"
    )
