"""The environment of aiconfigurator under the data folder: made on demand, about 850 MB."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.errors import SecondOpinionUnavailable

VERSION: Final = "0.12.0"
PACKAGE: Final = f"aiconfigurator=={VERSION}"
MEGABYTES: Final = 850
INSTALL_SECONDS: Final = 1_200.0
FIRST_PYTHON_TOO_NEW: Final = (3, 14)

Command = Callable[[Sequence[str], float], None]
"""Runs a command within so many seconds; raises SecondOpinionUnavailable where it fails."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What the environment would be made on: `platform.system()`, `.machine()`, Python."""

    system: str
    processor: str
    python: tuple[int, int]


def environment_folder(data_dir: Path) -> Path:
    """Where the environment lies; named after the version, so that another one is another."""
    return data_dir / f"aiconfigurator-{VERSION}"


def interpreter(folder: Path) -> Path:
    """The Python of the environment."""
    return folder / "bin" / "python"


def is_ready(folder: Path) -> bool:
    """Whether the environment was made to its end."""
    return _mark(folder).is_file() and interpreter(folder).exists()


def require_machine(machine: Machine) -> None:
    """Stop where the tool has no build.

    Raises:
        SecondOpinionUnavailable: not Linux on x86-64, or Python 3.14 and later.
    """
    fits = machine.system == "Linux" and machine.processor in ("x86_64", "AMD64")
    if not fits or machine.python >= FIRST_PYTHON_TOO_NEW:
        major, minor = machine.python
        raise SecondOpinionUnavailable(
            f"Expected Linux on x86-64 with Python before 3.14, for which alone {PACKAGE} is "
            f"built, found {machine.system} on {machine.processor} with Python {major}.{minor}. "
            "Run the command on such a machine; everything else works here."
        )


def make_environment(folder: Path, run: Command) -> None:
    """Make the environment anew. One that was cut off has no mark and is made again.

    Args:
        folder: where, see `environment_folder`.
        run: how commands are run; the second one needs a package index.

    Raises:
        SecondOpinionUnavailable: a command failed; what was made is removed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
    try:
        run([sys.executable, "-m", "venv", str(folder)], INSTALL_SECONDS)
        run([str(interpreter(folder)), *install], INSTALL_SECONDS)
    except SecondOpinionUnavailable:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _mark(folder).write_text(f"{PACKAGE}\n", encoding="utf-8")


def run_command(command: Sequence[str], seconds: float) -> None:
    """Run one step of making an environment.

    Raises:
        SecondOpinionUnavailable: it failed or took too long; carries its last line.
    """
    try:
        done = subprocess.run(
            list(command), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise SecondOpinionUnavailable(
            f"Expected {PACKAGE} to be installed within {seconds:.0f} seconds, found it still "
            "running. Look at the network and try again."
        ) from None
    except OSError as error:
        raise SecondOpinionUnavailable(
            f"Expected to run {command[0]}, found: {error}. Install Python with venv and pip."
        ) from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise SecondOpinionUnavailable(
            f"Expected {PACKAGE} to be installed, found: {lines[-1]} It needs a package index: "
            "look at the network, or at the settings of pip, and try again."
        )


def _mark(folder: Path) -> Path:
    return folder / "made-by-modelcost"
