"""The lock files pin what pyproject.toml asks for, each with a hash, and name no host."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lock_rules import lock_violations, read_pins

PROJECT = """
[project]
dependencies = ["Alpha_One>=2", "beta[extra]"]
[dependency-groups]
build = ["builder"]
dev = [{ include-group = "build" }, "tester"]
"""
RUN = """
alpha-one==2.1 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via modelcost
beta==1 ; python_full_version < '3.12' \\
    --hash=sha256:ba
beta==2 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
builder==1 \\
    --hash=sha256:ca
"""
TESTER = "tester==1 \\\n    --hash=sha256:da\n"


def violations(folder: Path, *, run: str = RUN, test: str = RUN + TESTER) -> list[str]:
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "requirements.lock").write_text(run)
    (folder / "requirements-dev.lock").write_text(test)
    return list(lock_violations(folder))


def test_locks_that_fit_have_no_violation(tmp_path: Path) -> None:
    assert [] == violations(tmp_path)


def test_a_package_may_be_pinned_apart_by_platform() -> None:
    assert {"1", "2"} == read_pins(RUN)["beta"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("builder==1", "b==1", "requirements.lock: pins no builder; run scripts/lock"),
        ("one==2.1", "one==1.9", "requirements.lock: pins Alpha_One 1.9, not Alpha_One>=2; run"),
        ("    --hash=sha256:ca\n", "", "requirements.lock: builder==1 has no hash; run"),
        ("\nalpha", "\n--index-url x\nalpha", "requirements.lock:2: names a host or an option;"),
        ("# via modelcost", "# https://a.test", "requirements.lock:5: names a host or an option"),
    ],
)
def test_a_lock_that_does_not_fit_is_found(tmp_path: Path, old: str, new: str, found: str) -> None:
    changed = RUN.replace(old, new)
    assert changed != RUN

    said = violations(tmp_path, run=changed, test=changed + TESTER)

    assert found == said[0][: len(found)]


def test_two_locks_that_disagree_are_found(tmp_path: Path) -> None:
    said = violations(tmp_path, test=(RUN + TESTER).replace("one==2.1", "one==2.2"))

    assert [
        "requirements-dev.lock: pins another alpha-one than requirements.lock; run scripts/lock"
    ] == said


def test_a_missing_lock_is_found(tmp_path: Path) -> None:
    violations(tmp_path)
    (tmp_path / "requirements.lock").unlink()

    assert ["requirements.lock: is missing; run scripts/lock"] == list(lock_violations(tmp_path))
