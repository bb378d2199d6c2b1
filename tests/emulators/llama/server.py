"""Starts llama.cpp's server with the tiny model, as a process of its own on the loopback."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.emulators.llama.tiny_model import write_tiny_model

START_SECONDS = 120
STOP_SECONDS = 30
KEY = "canary-key-of-llama"
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class LlamaServer:
    """Where it serves, and under which key and name of a model."""

    base_url: str
    key: str
    model: str


@contextmanager
def llama_server(folder: Path, grammar: str = "") -> Iterator[LlamaServer]:
    """The server, answering; what it says of itself is kept in `folder/llama.log`.

    grammar: what every answer has to look like, where a request brings no grammar of its own.

    Raises:
        AssertionError: it does not come up.
    """
    model = write_tiny_model(folder / "tiny.gguf")
    command = [sys.executable, "-m", "tests.emulators.llama.serve_model"]
    log = folder / "llama.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [*command, str(model), KEY, *([grammar] if grammar else [])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process,
    ):
        try:
            address = _address(process, log)
            yield LlamaServer(base_url=f"{address}/v1", key=KEY, model="tiny")
        finally:
            process.communicate(timeout=STOP_SECONDS)  # closes its input, which ends it


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """The line that it prints once it answers; other lines are the library's."""
    assert process.stdout is not None
    while select.select([process.stdout], [], [], START_SECONDS)[0]:
        line = process.stdout.readline()
        if line.startswith("http://"):
            return line.strip()
        if not line:
            break
    process.kill()
    raise AssertionError(f"llama.cpp's server did not start:\n{log.read_text(errors='replace')}")
