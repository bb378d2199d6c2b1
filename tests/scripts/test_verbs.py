"""Every verb says what it does, and the small ones hand on what they are given."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.browser.chromium import PROGRAMS
from tests.scripts.workshop import ROOT, Workshop

VERBS = sorted(p.name for p in (ROOT / "scripts").iterdir() if p.is_file() and not p.suffix)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_answers_help(verb: str) -> None:
    answer = subprocess.run(
        [ROOT / "scripts" / verb, "--help"], cwd="/", capture_output=True, text=True, check=False
    )

    assert (0, "") == (answer.returncode, answer.stderr)
    assert answer.stdout.startswith(f"usage: scripts/{verb}")


def test_ci_runs_the_gate_and_nothing_else() -> None:
    assert ["set -eu", 'cd "$(dirname "$0")/.."', "./scripts/test"] == (
        (ROOT / ".ci/run").read_text().splitlines()[1:]
    )


def test_start_hands_its_options_and_the_time_it_began_to_the_program(workshop: Workshop) -> None:
    workshop.run("setup")
    program = workshop.tree / ".venv/bin/modelcost"
    program.write_text(f'#!{workshop.bin}/bash\nprintf "%s|" "$@" "$MODELCOST_STARTED_AT"')
    program.chmod(0o755)

    started = workshop.run("start", "--port", "8051")

    assert "" == started.stderr
    assert re.fullmatch(r"serve\|--port\|8051\|\d{10}\.\d{6}\|", started.stdout)


def test_tests_and_set_up_look_for_the_same_browsers() -> None:
    setup = Path(ROOT / "scripts/setup").read_text()

    assert f"browsers=({' '.join(PROGRAMS)})" in setup
