"""The program itself, run as a person runs it: as a process that serves on a port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

PROGRAM = Path(sys.executable).with_name("modelcost")
START_SECONDS = 120
STOP_SECONDS = 30
CLEAN_EXITS = (0, -signal.SIGTERM, 128 + signal.SIGTERM)


@contextmanager
def running_server(
    folder: Path, *, program: Sequence[str] = (str(PROGRAM),), **settings: str
) -> Iterator[str]:
    """Serve from ``folder`` on a free port of 127.0.0.1; give the URL, with no slash at its end.

    program: the command that takes ``serve`` and its options.

    The process sees no ``MODELCOST_`` variable but its data folder and those in ``settings``
    (``MODELCOST_DATABASE_URL="..."``). What it says is kept in ``folder/server.log``.

    Raises:
        AssertionError: it does not come up, does not stop when told to, or leaves a traceback.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    command = [*program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = clean_environment(MODELCOST_DATA_DIR=str(folder / "data"), **settings)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(process, url, log)
            yield url
        finally:
            exit_code = _stop(process)
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in said, f"the server left a traceback:\n{said}"
    assert exit_code in CLEAN_EXITS, f"the server ended with {exit_code}:\n{said}"


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment with no ``MODELCOST_`` variable but these."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("MODELCOST_")}
    return kept | settings


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=START_SECONDS) as client:
        while time.monotonic() < deadline:
            if _has_ended_after(process, seconds=0.05):
                raise AssertionError(f"the server ended at its start:\n{log.read_text()}")
            try:
                if client.get(f"{url}/api/v1/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                continue
    raise AssertionError(f"no answer from {url} in {START_SECONDS} s:\n{log.read_text()}")


def _has_ended_after(process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    try:
        return process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"the server did not stop in {STOP_SECONDS} s") from None
