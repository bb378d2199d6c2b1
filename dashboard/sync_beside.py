"""`modelcost sync` beside the service: a process of its own, again and again, that ends with it.

A process, because what a sync imports and holds in memory has no place in the service, and because
nothing that goes wrong in it can harm the service.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TextIO

GRACE_SECONDS: Final = 10.0
NICER: Final = 5


def sync_command(names: Sequence[str]) -> list[str]:
    """The command line of one sync; no folder of the caller can stand in for this program."""
    return [sys.executable, "-P", "-m", "dashboard", "sync", *names, "--json"]


class SyncBeside:
    """Runs a command after each pause until it is stopped; one line a run goes to a stream.

    Args:
        command: prints the document of `modelcost sync --json`.
        pause: between the end of a run and the next one; the first begins at once.
        stream: for the lines.
    """

    def __init__(self, command: Sequence[str], pause: timedelta, stream: TextIO) -> None:
        self._command, self._pause, self._stream = list(command), pause, stream
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; within a running event loop."""
        self._task = asyncio.create_task(self._repeat())

    async def stop(self) -> None:
        """End the process that runs, and begin no other; a second call does nothing."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), GRACE_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def _repeat(self) -> None:
        while True:
            began = datetime.now(UTC)
            try:
                told = await self._once()
            except OSError as error:
                told = f"not started ({error.strerror or error})"
            now = datetime.now(UTC)
            self._stream.write(
                f"sync: {told}; took {(now - began).total_seconds():.0f} s, "
                f"next at {now + self._pause:%Y-%m-%d %H:%M} UTC\n"
            )
            self._stream.flush()
            await asyncio.sleep(self._pause.total_seconds())

    async def _once(self) -> str:
        """One run, and what came of it."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._process = process
        with suppress(OSError, AttributeError):  # where the system knows no priorities
            os.setpriority(os.PRIO_PROCESS, process.pid, NICER)
        stdout, stderr = await process.communicate()
        self._process = None
        return run_told(stdout, stderr, process.returncode or 0)


def run_told(stdout: bytes, stderr: bytes, exit_code: int) -> str:
    """What a sync said, in one line: source by source, else the reason why there was none."""
    try:
        runs = json.loads(stdout)["items"]
        parts = [_run_told(run) for run in runs]
    except (ValueError, TypeError, KeyError):
        lines = stderr.decode("utf-8", "replace").strip().splitlines()
        return f"failed, exit code {exit_code}: {lines[-1] if lines else 'it said nothing'}"
    return ", ".join(parts) or "nothing to read"


def _run_told(run: Mapping[str, Any]) -> str:
    because = f": {run['message']}" if run["message"] else ""
    return (
        f"{run['source']} {run['state']} ({run['rows_read']:,} rows, {run['rows_new']:,} new, "
        f"{run['rows_changed']:,} changed){because}"
    )
