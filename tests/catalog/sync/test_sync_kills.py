"""A sync that is killed loses nothing: after it went on, the catalog is that of a clean run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.database import open_database
from catalog.settings import load_settings
from catalog.sync.canonical import canonical_lines
from tests.catalog.sync.scripted import NOON
from tests.databases import new_postgres_database

POINTS = {"sqlite": (1, 9, 25, 60, 110, 200, 290, 380), "postgresql": (30, 120, 210, 300)}
MOST_SECONDS = 120


def sync_process(url: str, folder: Path, point: int) -> subprocess.CompletedProcess[str]:
    """The two syncs in a process that kills itself at the point."""
    return subprocess.run(
        [sys.executable, "-m", "tests.catalog.sync.killed", url, str(folder), str(point)],
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )


def lines_of(url: str, folder: Path) -> list[str]:
    """All rows of a catalog, in order."""
    settings = load_settings({"MODELCOST_DATABASE_URL": url, "MODELCOST_DATA_DIR": str(folder)})
    database = open_database(settings, NOON)
    with database.read() as session:
        found = list(canonical_lines(session))
    database.close()
    return found


def killed_and_resumed(url: str, folder: Path, point: int) -> list[str]:
    """The rows after a kill at the point and one more start."""
    died = sync_process(url, folder, point)
    assert -signal.SIGKILL == died.returncode, died.stderr
    done = sync_process(url, folder, 0)
    assert 0 == done.returncode, done.stderr
    return lines_of(url, folder)


def statements_of_a_clean_run(output: str) -> int:
    """How many statements and commits the database was given."""
    return int(output.split()[0])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], int]:
    """The rows of a run that nobody killed, and how many statements it took."""
    folder = tmp_path_factory.mktemp("clean")
    url = f"sqlite:///{folder / 'modelcost.db'}"
    done = sync_process(url, folder, 0)
    assert 0 == done.returncode, done.stderr
    return lines_of(url, folder), statements_of_a_clean_run(done.stdout)


@pytest.mark.parametrize("point", POINTS["sqlite"])
def test_a_sync_killed_at_any_point_ends_as_if_it_had_not_been(
    clean: tuple[list[str], int], tmp_path: Path, point: int
) -> None:
    """On SQLite: no row lost, doubled or stale."""
    lines, statements = clean
    assert point < statements

    assert lines == killed_and_resumed(f"sqlite:///{tmp_path / 'modelcost.db'}", tmp_path, point)


@pytest.mark.parametrize("point", POINTS["postgresql"])
def test_a_sync_killed_on_postgresql_ends_as_if_it_had_not_been(
    clean: tuple[list[str], int], postgres_url: str, tmp_path: Path, point: int
) -> None:
    """The same rows as a clean run gives on SQLite."""
    with new_postgres_database(postgres_url) as url:
        assert clean[0] == killed_and_resumed(url, tmp_path, point)
