"""The command line, called in this process or run as a process of its own."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from catalog.settings import load_settings
from dashboard.cli import app
from dashboard.service import open_catalog
from tests.servers import PROGRAM, clean_environment

MOST_SECONDS = 120
CATALOG = "modelcost.db"


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
    """Call the command in this process; an exception nobody expected is raised here.

    An empty folder gets a catalog that was filled before, as after the first command; what happens
    at the first is tested with a process or a server of its own, and by the `db` commands here.
    """
    if "db" not in arguments[:1] and folder.is_dir() and not any(folder.iterdir()):
        fill_folder(folder)
    dropped: dict[str, str | None] = {name: None for name in os.environ if _is_setting(name)}
    environment = {**dropped, "MODELCOST_DATA_DIR": str(folder), **settings}
    result = CliRunner().invoke(
        app, list(arguments), input=stdin, env=environment, catch_exceptions=False
    )
    return Told(exit_code=result.exit_code, stdout=result.stdout, stderr=result.stderr)


@functools.cache
def filled_catalog() -> Path:
    """The file of a catalog with the bundled snapshot in it, for copies."""
    folder = tempfile.mkdtemp(prefix="modelcost-catalog-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_catalog(load_settings({"MODELCOST_DATA_DIR": folder})).close()
    return Path(folder, CATALOG)


def fill_folder(folder: Path) -> None:
    """Put a filled catalog into a data folder, as it is after the first command or start."""
    folder.mkdir(exist_ok=True)
    shutil.copy(filled_catalog(), folder / CATALOG)


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
