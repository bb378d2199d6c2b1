"""A sync that is killed loses nothing: after it went on, the catalog is that of a clean run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from catalog.database import open_database
from catalog.settings import load_settings
from catalog.sync.canonical import canonical_lines
from tests.catalog.sync.kill_points import Point
from tests.catalog.sync.scripted import NOON
from tests.databases import new_postgres_database

POINTS = (1, 9, 25, 60, 110, 200, 290, 380)
"""On SQLite."""
SPOTS: tuple[tuple[Point, float], ...] = (
    ("statement", 0.1),
    ("commit", 0.5),
    ("copy", 0.2),
    ("copy", 0.9),
    ("rows of a copy", 0.4),
    ("later rows of a copy", 0.9),
)
"""On PostgreSQL: a kind of point, and how far on among those of its kind."""
MOST_SECONDS = 120


def sync_process(url: str, folder: Path, point: int) -> subprocess.CompletedProcess[str]:
    """The syncs in a process that kills itself at the point."""
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


def points_of_a_clean_run(output: str) -> list[Point]:
    """The points at which it could have been killed, in order."""
    points: list[Point] = json.loads(output.splitlines()[-1])
    return points


def clean_run(url: str, folder: Path) -> tuple[list[str], list[Point]]:
    """The rows of a run that nobody killed, and its points."""
    done = sync_process(url, folder, 0)
    if done.returncode != 0:
        raise RuntimeError(f"the clean run ended with {done.returncode}: {done.stderr}")
    return lines_of(url, folder), points_of_a_clean_run(done.stdout)


def number_of(points: Sequence[Point], kind: Point, share: float) -> int:
    """Which point, counted from 1, is so far on among those of its kind."""
    numbers = [number for number, point in enumerate(points, start=1) if point == kind]
    return numbers[int(share * len(numbers))]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[Point]]:
    """Of SQLite."""
    folder = tmp_path_factory.mktemp("clean")
    return clean_run(f"sqlite:///{folder / 'modelcost.db'}", folder)


@pytest.fixture(scope="module")
def points_on_postgresql(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> list[Point]:
    """More than on SQLite: new rows go by COPY there."""
    with new_postgres_database(postgres_url) as url:
        return clean_run(url, tmp_path_factory.mktemp("postgresql"))[1]


@pytest.mark.parametrize("point", POINTS)
def test_a_sync_killed_at_any_point_ends_as_if_it_had_not_been(
    clean: tuple[list[str], list[Point]], tmp_path: Path, point: int
) -> None:
    """On SQLite: no row lost, doubled or stale."""
    lines, points = clean
    assert point < len(points)

    assert lines == killed_and_resumed(f"sqlite:///{tmp_path / 'modelcost.db'}", tmp_path, point)


@pytest.mark.parametrize(("kind", "share"), SPOTS)
def test_a_sync_killed_on_postgresql_ends_as_if_it_had_not_been(
    clean: tuple[list[str], list[Point]],
    points_on_postgresql: list[Point],
    postgres_url: str,
    tmp_path: Path,
    kind: Point,
    share: float,
) -> None:
    """The same rows as a clean run gives on SQLite, wherever it was killed: half way through the
    rows of a COPY too."""
    point = number_of(points_on_postgresql, kind, share)
    with new_postgres_database(postgres_url) as url:
        assert clean[0] == killed_and_resumed(url, tmp_path, point)
