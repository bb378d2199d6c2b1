"""`modelcost serve --sync-every`: a sync of its own process beside the service, which ends with
it."""

from __future__ import annotations

import asyncio
import io
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dashboard.sync_beside import SyncBeside, run_told, sync_command
from tests.dashboard.commands import call, environment_in, fill_folder, refusal
from tests.servers import PROGRAM, free_port

SAYS = "import sys; print('{\"items\": []}')"
SECONDS = 60


@contextmanager
def serving(folder: Path, *options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The program, serving and syncing, once it has said where; killed at the end."""
    fill_folder(folder)
    process = subprocess.Popen(
        [str(PROGRAM), "serve", "--port", "0", "--sync-every", "6h", *options],
        env=environment_in(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    """Where it serves, from the line it prints."""
    assert process.stdout is not None
    return process.stdout.readline().split(" at ")[1].split()[0]


def next_line(process: subprocess.Popen[str]) -> str:
    """The next line of the log."""
    assert process.stderr is not None
    return process.stderr.readline()


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it still says after it was told to end."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=SECONDS)


def test_a_run_beside_the_service_is_in_the_list_of_runs(tmp_path: Path) -> None:
    """One line in the log when it has ended; the service tells of it; it ends without a word."""
    with serving(tmp_path, "--sync-source", "genai_prices") as process:
        url = url_of(process)
        line = next_line(process)
        runs = httpx.get(f"{url}/api/v1/sync-runs", trust_env=False, timeout=SECONDS).json()
        fresh = httpx.get(f"{url}/api/v1/sources", trust_env=False, timeout=SECONDS).json()
        rest = ended(process)

    assert line.startswith("sync: genai_prices complete (5,")
    assert "next at " in line
    [run] = runs["items"]
    assert ("genai_prices", "complete", 1) == (run["source"], run["state"], runs["total"])
    assert ["genai_prices"] == [one["source"] for one in fresh["items"] if not one["stale"]]
    assert ("", "") == rest


def test_a_sync_that_fails_leaves_the_service_as_it_was(tmp_path: Path) -> None:
    """The log says what failed; every page is served as before."""
    closed = f"http://127.0.0.1:{free_port()}"
    with serving(tmp_path, "--sync-source", "router", MODELCOST_ROUTER_URL=closed) as process:
        url = url_of(process)
        line = next_line(process)
        health = httpx.get(f"{url}/api/v1/health", trust_env=False, timeout=SECONDS)
        ended(process)

    assert line.startswith("sync: router failed (0 rows")
    assert f": GET {closed}/v1/models: no connection to the host" in line
    assert 200 == health.status_code


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_sync_ends_with_the_service(tmp_path: Path, how: signal.Signals) -> None:
    """A source that never answers: its connection ends when the process is gone."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SECONDS)
        router = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with serving(tmp_path, "--sync-source", "router", MODELCOST_ROUTER_URL=router) as process:
            url_of(process)
            connection, _ = silent.accept()
            with connection:
                connection.settimeout(SECONDS)
                asked = connection.recv(65_536)
                process.send_signal(how)
                after = connection.recv(65_536)
            stderr = process.communicate(timeout=SECONDS)[1]

    assert asked.startswith(b"GET /v1/models ")
    assert b"" == after
    assert "Traceback" not in stderr


def test_one_run_follows_another_until_it_is_stopped() -> None:
    """A line each; a stop ends what runs, and a second stop nothing."""

    class Stream(io.StringIO):
        def flush(self) -> None:
            if self.getvalue().count("\n") == 2:
                twice.set()

    twice, stream = asyncio.Event(), Stream()

    async def runs() -> None:
        beside = SyncBeside([sys.executable, "-c", SAYS], timedelta(milliseconds=1), stream)
        beside.start()
        await asyncio.wait_for(twice.wait(), SECONDS)
        await beside.stop()
        await beside.stop()

    asyncio.run(runs())

    assert all(
        line.startswith("sync: nothing to read; ") for line in stream.getvalue().splitlines()
    )


def test_a_program_that_is_not_there_is_told_and_tried_again() -> None:
    """Nothing that goes wrong in a sync is an end of the service."""
    told, stream = asyncio.Event(), io.StringIO()
    stream.flush = told.set  # type: ignore[method-assign]

    async def runs() -> None:
        beside = SyncBeside(["/no/such/program"], timedelta(hours=6), stream)
        beside.start()
        await asyncio.wait_for(told.wait(), SECONDS)
        await beside.stop()

    asyncio.run(runs())

    assert stream.getvalue().startswith("sync: not started (No such file or directory); ")


def test_what_a_sync_says_becomes_one_line() -> None:
    """The last line of stderr where there is no document."""
    assert "failed, exit code 2: modelcost: wrong" == run_told(b"", b"a\nmodelcost: wrong\n", 2)
    assert "failed, exit code 9: it said nothing" == run_told(b"", b"", 9)


def test_names_of_sources_are_checked_before_anything_starts(tmp_path: Path) -> None:
    """2: a name that is none, and a name without a pause."""
    wrong = call("serve", "--sync-every", "6h", "--sync-source", "litelm", folder=tmp_path)
    alone = call("serve", "--sync-source", "litellm", folder=tmp_path)

    assert "Did you mean litellm?" in refusal(wrong, 2)[0]
    assert ["--sync-source: expected together with --sync-every, found alone"] == refusal(alone, 2)


def test_the_service_imports_no_client_of_azure() -> None:
    """It is heavy; only the process of the sync needs it."""
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, dashboard.app, dashboard.serve;"
            "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'azure'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[]\n" == found.stdout
    assert ["sync", "router", "--json"] == sync_command(["router"])[-3:]
