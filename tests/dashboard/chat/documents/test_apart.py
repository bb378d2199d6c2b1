"""A program run apart: what it knows, what it may do, and that it ends with its children."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.chat.documents.apart import Ended, bare_environment, run_apart
from dashboard.chat.documents.bounds import NEEDS_TOO_MUCH_MEMORY
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parse import parse_upload
from dashboard.chat.documents.refusals import Refusal
from dashboard.chat.errors import ChatRefused
from tests.dashboard.chat.documents.reading import stored_file

SECONDS = 60


def run_code(code: str, *arguments: str, seconds: float = SECONDS, most: int = 1_000) -> Ended:
    """What came of a few lines of Python."""
    command = [sys.executable, "-I", "-c", code, *arguments]
    with Path(os.devnull).open("rb") as nothing:
        return run_apart(command, nothing, wall_seconds=seconds, most_bytes=most)


def test_a_program_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    ended = run_code("import os; print(sorted(os.environ))")

    assert ended.said is not None
    assert b"OPENAI" not in ended.said
    assert b"PROXY" not in ended.said
    assert {"SYSTEMROOT": "C"} == bare_environment({"SYSTEMROOT": "C", "PATH": "D"})


def test_a_program_ends_with_all_that_it_started(tmp_path: Path) -> None:
    """Its child holds a lock for as long as it lives, and its output open."""
    lock = tmp_path / "lock"
    child = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, 2);"
        "print('held', flush=True); sys.stdin.read()"
    )
    code = (
        f"import subprocess, sys; command = [sys.executable, '-c', {child!r}, sys.argv[1]];"
        "subprocess.Popen(command, stdin=subprocess.PIPE).wait()"
    )

    ended = run_code(code, str(lock), seconds=2)

    assert (b"held\n", False) == (ended.said, ended.in_time)
    with lock.open("w") as free:
        fcntl.flock(free, fcntl.LOCK_EX)


def test_a_program_that_says_too_much_is_cut_off() -> None:
    ended = run_code("while True: print('a' * 1000)", most=10_000)

    assert ended.said is None
    assert ended.exit_code != 0


def test_a_program_that_is_not_there_is_an_error() -> None:
    with Path(os.devnull).open("rb") as nothing, pytest.raises(OSError, match="No such file"):
        run_apart(["/no/such/program"], nothing, wall_seconds=1, most_bytes=1)


def test_a_reader_that_cannot_be_started_is_told_without_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    with pytest.raises(ChatRefused) as refused:
        parse_upload(stored_file(tmp_path, b"words"), "a.txt")

    assert Refusal.NOT_STARTED == refused.value.code
    assert "/no" not in str(refused.value)


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open(sys.argv[1], 'wb', 0).write(b'a')",
    ],
)
def test_a_process_that_is_bound_reaches_nothing_outside(tmp_path: Path, act: str) -> None:
    """No connection, no other program, not a byte into a file."""
    bound = (
        "import sys; from dashboard.chat.documents.bounds import bind_process;"
        "from dashboard.chat.documents.limits import Limits; bind_process(Limits());"
    )

    measuring = {name for name in os.environ if name.startswith("COVERAGE")}  # it writes a file
    rest = {name: value for name, value in os.environ.items() if name not in measuring}
    command = [sys.executable, "-c", bound + act, str(tmp_path / "file")]

    done = subprocess.run(command, capture_output=True, text=True, env=rest)

    assert 1 == done.returncode
    assert "may not reach outside" in done.stderr or "File too large" in done.stderr


def test_where_the_system_bounds_no_memory_a_watch_does() -> None:
    """The code that ends the process is the one that the parent knows."""
    code = (
        "from dashboard.chat.documents.bounds import watch_memory, _peak_bytes;"
        "watch_memory(200_000_000, _peak_bytes); kept = []\n"
        "while True: kept.append(bytes(range(250)) * 40_000)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=SECONDS)

    assert NEEDS_TOO_MUCH_MEMORY == done.returncode


def test_the_limits_are_those_that_were_decided() -> None:
    limits = Limits()

    assert (16_000_000, 50, 2_000) == (limits.upload_bytes, limits.files, limits.pages)
    assert (5_000_000, 50_000_000) == (limits.text_characters, limits.unpacked_bytes)
    assert (1 << 30, 30, 60) == (limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds)
