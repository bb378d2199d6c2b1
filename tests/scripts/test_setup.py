"""scripts/setup makes the environment once, and says in one sentence what is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scripts.workshop import PYTHON, Workshop

INSTALL = ["uv pip sync", "uv pip install"]


def test_the_first_run_makes_the_environment_and_the_second_does_nothing(
    workshop: Workshop,
) -> None:
    first = workshop.run("setup")

    assert (0, "") == (first.returncode, first.stdout)
    assert first.stderr.startswith("scripts/setup: installing 1 packages into .venv")
    assert ["uv venv --quiet", *INSTALL] == workshop.calls()

    second = workshop.run("setup")

    assert (0, "", "") == (second.returncode, second.stdout, second.stderr)
    assert [] == workshop.calls()


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_into_the_same_environment(
    workshop: Workshop, changed: str
) -> None:
    workshop.run("setup")
    workshop.calls()
    with workshop.lock(changed).open("a") as file:
        file.write("# changed\n")

    assert 0 == workshop.run("setup").returncode
    assert INSTALL == workshop.calls()


def test_an_environment_for_tests_serves_the_program_too_and_stays_one(workshop: Workshop) -> None:
    workshop.put("chromium", "")
    assert 0 == workshop.run("setup").returncode
    workshop.calls()

    assert "installing 2 packages" in workshop.run("setup", "--test").stderr
    assert INSTALL == workshop.calls()
    assert "" == workshop.run("setup").stderr
    assert [] == workshop.calls()

    workshop.lock("requirements.lock").write_text("one==2\n")
    assert "installing 2 packages" in workshop.run("setup").stderr
    assert "test" == (workshop.tree / ".venv/.modelcost-setup").read_text().split()[0]


def test_a_copied_environment_is_made_anew(workshop: Workshop) -> None:
    workshop.run("setup")
    workshop.calls()
    old = workshop.tree
    workshop.tree = old.with_name("another tree")
    shutil.copytree(old, workshop.tree)

    assert 0 == workshop.run("setup").returncode
    assert ["uv venv --quiet", *INSTALL] == workshop.calls()


def test_an_environment_whose_python_is_gone_is_made_anew(workshop: Workshop) -> None:
    workshop.run("setup")
    workshop.calls()
    (workshop.tree / ".venv/bin/python").unlink()

    assert 0 == workshop.run("setup").returncode
    assert ["uv venv --quiet", *INSTALL] == workshop.calls()


def test_two_at_the_same_time_install_once(workshop: Workshop) -> None:
    both = [
        subprocess.Popen(workshop.command("setup"), env=workshop.environment(), stderr=-1)
        for _ in range(2)
    ]
    said = [process.communicate()[1].decode() for process in both]

    assert [0, 0] == [process.returncode for process in both], said
    assert ["uv venv --quiet", *INSTALL] == workshop.calls()


def test_a_failed_run_is_tried_again(workshop: Workshop) -> None:
    good = (workshop.bin / "uv").read_text()
    workshop.put("uv", "echo 'error: the disk is full'; exit 2")

    failed = workshop.run("setup")

    assert 1 == failed.returncode
    assert (
        "scripts/setup: installing the packages failed: error: the disk is full "
        "(details: .venv/setup.log)."
    ) == _last_line(failed)
    (workshop.bin / "uv").write_text(good)
    assert 0 == workshop.run("setup").returncode
    assert ["uv venv --quiet", *INSTALL] == workshop.calls()


@pytest.mark.parametrize(
    "said",
    [
        "  Caused by: dns error: failed to lookup address information",
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
        "Connection to the index timed out. (connect timeout=15)",
    ],
)
def test_a_missing_network_is_said_in_one_sentence(workshop: Workshop, said: str) -> None:
    workshop.put("uv", f"echo '{said}' >&2; exit 1")

    failed = workshop.run("setup")

    assert 1 == failed.returncode
    assert (
        "scripts/setup: the packages cannot be downloaded, because the package index does not "
        "answer; check the network or the proxy settings and run it again "
        "(details: .venv/setup.log)."
    ) == _last_line(failed)


def test_a_package_with_another_hash_is_refused(workshop: Workshop) -> None:
    workshop.put("uv", "echo 'Hash mismatch for one==1'; exit 1")

    assert "has another hash than the lock file says" in _last_line(workshop.run("setup"))


def test_a_missing_python_is_named_with_its_debian_package(bare: Workshop) -> None:
    failed = bare.run("setup")

    assert (1, "") == (failed.returncode, failed.stdout)
    assert (
        "scripts/setup: needs Python 3.11 or newer, found no Python at all; "
        "on Debian 12 or newer: apt-get install -y python3 python3-venv.\n"
    ) == failed.stderr


def test_a_python_that_is_too_old_is_named_with_its_version(bare: Workshop) -> None:
    bare.put("python3", 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')

    failed = bare.run("setup")

    assert 1 == failed.returncode
    assert "needs Python 3.11 or newer, found Python 3.9.2;" in _last_line(failed)


def test_without_uv_a_missing_venv_module_is_named_with_its_debian_package(
    bare: Workshop, tmp_path: Path
) -> None:
    bare.put("python3", PYTHON)
    (tmp_path / "ensurepip.py").write_text("raise ImportError")

    failed = bare.run("setup", PYTHONPATH=str(tmp_path))

    assert 1 == failed.returncode
    assert _last_line(failed).endswith(
        "has no venv module, which makes .venv; on Debian: apt-get install -y python3-venv."
    )


def test_a_missing_browser_is_named_with_the_command_that_brings_it(workshop: Workshop) -> None:
    failed = workshop.run("setup", "--test")

    assert 1 == failed.returncode
    assert (
        "scripts/setup: the browser tests need Chromium, found none of chromium chromium-browser "
        "google-chrome; install it with: apt-get install -y --no-install-recommends chromium "
        "fonts-noto-cjk (or name a browser in MODELCOST_CHROMIUM).\n"
    ) == failed.stderr
    assert [] == workshop.calls()


def test_root_gets_the_browser_and_its_japanese_font_from_debian(workshop: Workshop) -> None:
    workshop.put("id", "echo 0")
    workshop.put(
        "apt-get", 'echo "apt-get $*" >>"$CALLS"; echo >"$BIN/chromium"; chmod +x "$BIN/chromium"'
    )

    assert 0 == workshop.run("setup", "--test").returncode
    asked, *others = workshop.calls()
    assert asked.endswith("chromium fonts-noto-cjk")
    assert asked.startswith("apt-get install -y --no-install-recommends")
    assert ["uv venv --quiet", *INSTALL] == others

    assert 0 == workshop.run("setup", "--test").returncode
    assert [] == workshop.calls()


def test_old_package_lists_are_refreshed_when_debian_has_no_browser(workshop: Workshop) -> None:
    workshop.put("id", "echo 0")
    workshop.put(
        "apt-get",
        'echo "apt-get $1" >>"$CALLS"\n'
        'if [ "$1" = update ]; then echo >"$BIN/lists"; exit; fi\n'
        '[ -f "$BIN/lists" ] && cp "$BIN/uv" "$BIN/chromium"',
    )

    assert 0 == workshop.run("setup", "--test").returncode
    assert ["apt-get install", "apt-get update", "apt-get install"] == workshop.calls()[:3]


def test_a_browser_that_is_named_wrongly_is_said(workshop: Workshop) -> None:
    workshop.put("chromium", "")

    failed = workshop.run("setup", "--test", MODELCOST_CHROMIUM="/nowhere/chrome")

    assert 1 == failed.returncode
    assert (
        "scripts/setup: MODELCOST_CHROMIUM names /nowhere/chrome, which is no program; "
        "correct it, or unset it to use one of chromium chromium-browser google-chrome.\n"
    ) == failed.stderr


def test_an_unknown_option_is_refused_with_the_usage(workshop: Workshop) -> None:
    failed = workshop.run("setup", "--tests")

    assert 2 == failed.returncode
    assert failed.stderr.startswith("usage: scripts/setup [--test]")


def _last_line(process: subprocess.CompletedProcess[str]) -> str:
    return process.stderr.splitlines()[-1]
