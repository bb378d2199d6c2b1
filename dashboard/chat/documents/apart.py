"""A program run apart from this one: bounded by the clock, in what it may say, and in what it
knows, and ended together with all that it started."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final

KEPT_VARIABLES: Final = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that a Python may need to start. Never a key, a token or a proxy."""

PATIENCE_SECONDS: Final = 5.0
"""Until a process that was ended has let go of its output."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        said: its output; None where that was too much.
        exit_code: negative for a signal, as in `subprocess`.
        in_time: it ended by itself.
    """

    said: bytes | None
    exit_code: int
    in_time: bool


def run_apart(
    command: Sequence[str], stdin: IO[bytes], *, wall_seconds: float, most_bytes: int
) -> Ended:
    """Run a program on an open file until it ends or its time is over.

    Raises:
        OSError: it could not be started.
    """
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(os.environ),
        start_new_session=True,
    )
    assert process.stdout is not None
    parts: list[bytes] = []
    reading = threading.Thread(target=_read, args=(process.stdout, most_bytes, parts), daemon=True)
    try:
        reading.start()
        reading.join(wall_seconds)
        in_time = not reading.is_alive()
    finally:
        _end_all(process)  # before it is reaped, while its number cannot be another's
        exit_code = process.wait()
    reading.join(PATIENCE_SECONDS)
    said = b"".join(parts)
    if not reading.is_alive():
        process.stdout.close()
    return Ended(
        said=said if len(said) <= most_bytes else None, exit_code=exit_code, in_time=in_time
    )


def bare_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Of the variables of this process only those that a Python needs to start."""
    return {name: variables[name] for name in KEPT_VARIABLES if name in variables}


def _read(stream: IO[bytes], most_bytes: int, parts: list[bytes]) -> None:
    """All of a stream, or one byte more than is wanted."""
    with suppress(OSError, ValueError):  # closed under it
        parts.append(stream.read(most_bytes + 1))


def _end_all(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):  # macOS refuses it for a group that has ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
