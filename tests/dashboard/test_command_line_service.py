"""The commands around the answer: settings, snapshot, database, serving, and closed pipes."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from catalog.snapshot.layout import SNAPSHOT_FOLDER
from tests.catalog.test_snapshot_price_map import make_wheel
from tests.dashboard.commands import call, environment_in, fill_folder, refusal, run
from tests.servers import CLEAN_EXITS, PROGRAM

REFERENCE = Path(__file__).parents[1] / "catalog" / "reference"
Served = tuple[subprocess.Popen[str], re.Match[str]]
READY = re.compile(r"modelcost is ready at (http://\S+) \(started in (\d+\.\d) s\)\n")

PRICE_MAP = (
    '{"azure/gpt-4.1": {"litellm_provider": "azure", "mode": "chat", '
    '"input_cost_per_token": 0.000002, "output_cost_per_token": 0.000008}}'
)
"""A price map of one model."""


def test_settings_are_listed_with_their_origin(tmp_path: Path) -> None:
    """One line each: variable, value, environment or default."""
    told = call("settings", folder=tmp_path, MODELCOST_PORT="8099")

    lines = dict(line.split(maxsplit=1) for line in told.stdout.splitlines()[1:])
    assert [str(tmp_path), "environment"] == lines["MODELCOST_DATA_DIR"].split()
    assert ["8099", "environment"] == lines["MODELCOST_PORT"].split()
    assert ["127.0.0.1", "default"] == lines["MODELCOST_HOST"].split()
    assert ["default"] == lines["MODELCOST_DATABASE_URL"].split()[1:]


def test_the_secret_of_a_database_url_is_not_printed(tmp_path: Path) -> None:
    """Neither in the user part nor as a parameter, and not where the connection fails."""
    url = "postgresql://me:s3cr3t@127.0.0.1:1/costs?password=s3cr3t2"
    settings = {"MODELCOST_DATABASE_URL": url}

    shown = call("settings", folder=tmp_path, **settings)
    failed = call("models", folder=tmp_path, **settings)

    assert "me:***@127.0.0.1:1/costs" in shown.stdout
    assert 3 == failed.exit_code
    assert "s3cr3t" not in shown.stdout + failed.stderr


def test_the_snapshot_lists_each_file_with_source_and_date(tmp_path: Path) -> None:
    """Nothing is loaded for it: the data folder stays as it was."""
    manifest = call("snapshot", "info", folder=tmp_path / "untouched").document()

    names = {file["name"] for file in manifest["files"]}
    assert {"models.csv", "token_prices.csv", "instance_prices.csv"} <= names
    assert json.loads((SNAPSHOT_FOLDER / "manifest.json").read_bytes()) == manifest
    assert not (tmp_path / "untouched").exists()


def test_a_snapshot_is_built_from_a_folder_into_another(tmp_path: Path) -> None:
    """The day is the one given, and what was built is told as JSON."""
    target = tmp_path / "built"
    price_map = make_wheel(tmp_path, PRICE_MAP)

    told = call(
        "snapshot", "build", "--from", str(REFERENCE), "--to", str(target),
        "--price-map", str(price_map), "--built-on", "2026-01-31", folder=tmp_path,
    )  # fmt: skip

    assert "2026-01-31" in told.stdout
    assert "2026-01-31" == json.loads((target / "manifest.json").read_bytes())["built_on"]


def test_a_snapshot_is_not_built_from_nothing_or_on_no_day(tmp_path: Path) -> None:
    """3: the source failed; 2: the day is wrong. The target stays empty."""
    price_map = make_wheel(tmp_path, PRICE_MAP)
    arguments = (
        "snapshot", "build", "--from", str(tmp_path), "--to", str(tmp_path / "built"),
        "--price-map", str(price_map),
    )  # fmt: skip

    nothing = call(*arguments, folder=tmp_path)
    no_day = call(*arguments, "--built-on", "31 January", folder=tmp_path)

    assert str(tmp_path) in refusal(nothing, 3)[0]
    assert "2026-01-31" in refusal(no_day, 2)[0]
    assert not (tmp_path / "built").exists()


def test_the_database_goes_from_missing_to_current_and_can_be_copied(tmp_path: Path) -> None:
    """status looks without making anything, upgrade makes it, backup copies it."""
    before = call("db", "status", folder=tmp_path / "data").document()
    assert not (tmp_path / "data").exists()

    upgraded = call("db", "upgrade", folder=tmp_path / "data")
    after = call("db", "status", folder=tmp_path / "data").document()
    copied = call("db", "backup", folder=tmp_path / "data")

    assert ("missing", None) == (before["state"], before["revision"])
    assert ("current", after["head"]) == (after["state"], after["revision"])
    assert f"current: {after['location']}\n" == upgraded.stdout
    with closing(sqlite3.connect(copied.stdout.strip())) as copy:
        [count] = copy.execute("SELECT count(*) FROM price").fetchone()
    assert count > 1000


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    """3, with what was looked for."""
    told = call("db", "backup", folder=tmp_path)

    assert "modelcost.db" in refusal(told, 3)[0]


def test_serving_says_where_and_ends_at_an_interrupt(tmp_path: Path) -> None:
    """Port 0 is a free one; the one line on stdout names it; Ctrl-C leaves no traceback."""
    with _serving(tmp_path, MODELCOST_STARTED_AT="not a time") as (process, ready):
        health = httpx.get(f"{ready[1]}/api/v1/health", trust_env=False, timeout=60)

        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)

    assert 200 == health.status_code
    assert ("", "") == (stdout, stderr)
    assert process.returncode in (0, *CLEAN_EXITS, -signal.SIGINT, 128 + signal.SIGINT)


def test_the_start_is_counted_from_where_the_caller_began(tmp_path: Path) -> None:
    """A script may have begun long before the process; an earlier time is more seconds."""
    with _serving(tmp_path, MODELCOST_STARTED_AT="0") as (process, ready):
        process.terminate()
        process.communicate(timeout=60)

    assert ready[1].startswith("http://127.0.0.1:")
    assert float(ready[2]) > 10**9


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (("prices", "--limit", "200", "--json"), 0),
        (("break-even", "article"), 0),
        (("break-even", "article", "--require", "Three hosts"), 1),
    ],
)
def test_a_reader_that_has_seen_enough_does_not_change_the_answer(
    tmp_path: Path, arguments: tuple[str, ...], exit_code: int
) -> None:
    """`| head` closes the pipe: no traceback, and the gate still tells its answer."""
    fill_folder(tmp_path)
    process = subprocess.Popen(
        [str(PROGRAM), *arguments],
        env=environment_in(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()

    _, stderr = process.communicate(timeout=120)

    assert exit_code == process.returncode
    assert (exit_code == 0) == (stderr == "")
    assert "Traceback" not in stderr
    assert "Broken pipe" not in stderr


def test_an_answer_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    """Such as a full disk; here a file that is open for reading only."""
    fill_folder(tmp_path)
    target = tmp_path / "target"
    target.touch()
    with target.open("rb") as unwritable:
        done = subprocess.run(
            [str(PROGRAM), "break-even", "article"],
            env=environment_in(tmp_path),
            stdout=unwritable,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )

    assert 3 == done.returncode
    assert b"modelcost: Bad file descriptor\n" == done.stderr


@pytest.mark.parametrize(
    ("redirection", "name", "exit_code"),
    [("<&-", "-", 2), (">&-", "article", 0), ("2>&-", "nothing", 2)],
)
def test_a_closed_stream_is_no_crash(
    tmp_path: Path, redirection: str, name: str, exit_code: int
) -> None:
    """A service manager may start a program without stdin, stdout or stderr."""
    fill_folder(tmp_path)
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" break-even "$1" {redirection}', str(PROGRAM), name],
        env=environment_in(tmp_path),
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert exit_code == done.returncode, done.stderr
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_lacks_a_letter_still_gets_the_answer(tmp_path: Path) -> None:
    """The letter is written as its number instead of ending the command."""
    told = run("estimate", "article", "--lang", "ja", folder=tmp_path, PYTHONIOENCODING="ascii")

    assert (0, "") == (told.exit_code, told.stderr)
    assert "\\u73fe\\u5728" in told.stdout
    assert "$18.36" in told.stdout


@contextmanager
def _serving(
    folder: Path, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], re.Match[str]]]:
    """The program, serving on a free port, once it has said where and after how long."""
    process = subprocess.Popen(
        [str(PROGRAM), "serve", "--port", "0"],
        env=environment_in(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            ready = READY.fullmatch(line)
            assert ready is not None, line
            yield process, ready
        finally:
            process.kill()
