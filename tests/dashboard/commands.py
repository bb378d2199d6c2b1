"""The command line, called in this process or run as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from dashboard.cli import app
from tests.servers import PROGRAM, clean_environment

MOST_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a command wrote, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str

    def document(self) -> Any:
        """The JSON on stdout: all of it, with nothing before or after."""
        assert 0 == self.exit_code, self.stderr
        return json.loads(self.stdout)


def call(*arguments: str, folder: Path, stdin: str | bytes = "", **settings: str) -> Told:
    """Call the command in this process; an exception nobody expected is raised here."""
    dropped: dict[str, str | None] = {name: None for name in os.environ if _is_setting(name)}
    environment = {**dropped, "MODELCOST_DATA_DIR": str(folder), **settings}
    result = CliRunner().invoke(
        app, list(arguments), input=stdin, env=environment, catch_exceptions=False
    )
    return Told(exit_code=result.exit_code, stdout=result.stdout, stderr=result.stderr)


def run(*arguments: str, folder: Path, stdin: bytes = b"", **settings: str) -> Told:
    """Run the console script as a process."""
    done = subprocess.run(
        [str(PROGRAM), *arguments],
        input=stdin,
        capture_output=True,
        env=environment_in(folder, **settings),
        timeout=MOST_SECONDS,
        check=False,
    )
    return Told(exit_code=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode())


def environment_in(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a process that keeps its data in a folder."""
    return clean_environment(MODELCOST_DATA_DIR=str(folder), **settings)


def refusal(told: Told, exit_code: int) -> Sequence[str]:
    """The lines of a refusal: nothing on stdout, no traceback, our name in front."""
    assert (exit_code, "") == (told.exit_code, told.stdout), told.stderr
    assert told.stderr.startswith("modelcost: ")
    assert "Traceback" not in told.stderr
    return told.stderr.removeprefix("modelcost: ").splitlines()


def _is_setting(name: str) -> bool:
    return name.startswith("MODELCOST_")
