"""Loading the bundled snapshot: once, whole or not at all, and never a damaged one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.database import Database, open_database
from catalog.errors import SnapshotDamaged
from catalog.price_queries import catalog_summary
from catalog.settings import Settings
from catalog.snapshot.build import build_snapshot
from catalog.snapshot.layout import FILES, MANIFEST, SNAPSHOT_FOLDER, sha256_of
from catalog.snapshot.load import load_snapshot
from catalog.snapshot.read import read_manifest
from catalog.tables import CatalogTable
from tests.catalog.test_snapshot_build import BUILT_ON, REFERENCE
from tests.templates import NOW

MANIFEST_SHA256 = "9e26c34088c52581977b11b784c4180bc71b1bbd2327bd330171ad744b963a12"


def _counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in CatalogTable.metadata.tables.items()
        }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small snapshot, built on the spot."""
    build_snapshot(REFERENCE, tmp_path / "small", BUILT_ON)
    return tmp_path / "small"


def test_the_bundled_snapshot_is_the_one_that_was_reviewed() -> None:
    """Whoever changes a bundled file changes this line too, on purpose."""
    manifest, sha256 = read_manifest()
    assert sha256 == MANIFEST_SHA256
    for file in manifest.files:
        assert sha256_of((SNAPSHOT_FOLDER / file.name).read_bytes()) == file.sha256
        assert file.source
        for source in file.source:
            assert source.url.startswith("https://") or source.url == "no public address"
            assert source.license


def test_no_file_is_bundled_that_the_manifest_does_not_know() -> None:
    """A stray CSV would be shipped without a source."""
    assert {path.name for path in SNAPSHOT_FOLDER.glob("*.csv")} == set(FILES)


def test_the_bundled_snapshot_stays_small() -> None:
    """It lies in the repository: 5 MB is the limit."""
    assert sum((SNAPSHOT_FOLDER / name).stat().st_size for name in FILES) < 5_000_000


def test_a_second_load_does_nothing(database: Database) -> None:
    """By the SHA-256 of the manifest; not one row more."""
    first = load_snapshot(database, NOW)
    counts = _counts(database)
    second = load_snapshot(database, NOW + timedelta(days=1))
    assert first.loaded
    assert first.rows > 4000
    assert not second.loaded
    assert second.rows == 0
    assert _counts(database) == counts
    with database.read() as session:
        summary = catalog_summary(session)
    assert summary.snapshot_loaded_at == NOW
    assert summary.snapshot_sha256 == MANIFEST_SHA256


def test_a_newer_snapshot_continues_the_prices(
    database: Database, small: Path, tmp_path: Path
) -> None:
    """A day later the undated prices are the same ones: confirmed, not told twice."""
    load_snapshot(database, NOW, small)
    counts = _counts(database)
    build_snapshot(REFERENCE, tmp_path / "newer", BUILT_ON + timedelta(days=1))
    assert load_snapshot(database, NOW, tmp_path / "newer").loaded
    assert _counts(database) == counts | {"snapshot_load": 2}
    with database.read() as session:
        assert catalog_summary(session).oldest_as_of == date(2024, 3, 17)


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9]), id="cut"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_loaded(
    small: Path, database: Database, name: str, damage: Callable[[Path], None]
) -> None:
    """Every file is checked before the first row is written."""
    damage(small / name)
    with pytest.raises(SnapshotDamaged) as caught:
        load_snapshot(database, NOW, small)
    assert caught.value.file == name
    assert name in caught.value.message
    assert set(_counts(database).values()) == {0}


@pytest.mark.parametrize(
    ("name", "old", "new", "part"),
    [
        ("gpus.csv", "Alpha-PCIe,First,16,", "Alpha-PCIe,First,sixteen,", "memory_gb: cannot read"),
        ("gpus.csv", "false", "no", "bf16_native"),
        ("instance_prices.csv", "on_demand,1.25", "on_demand,-1.25", "amount"),
        ("instance_prices.csv", "spot", "someday", "term"),
        ("models.csv", ",32,", ",9223372036854775808,", "layers"),
        ("providers.csv", "id,name,url", "id,name,link", "columns"),
        ("providers.csv", "\nazure", "\nother,Other,\nazure", "5 rows, the manifest says 4"),
    ],
)
def test_a_bad_row_is_found_even_under_a_right_sha256(
    small: Path, database: Database, name: str, old: str, new: str, part: str
) -> None:
    """A file changed together with its SHA-256 still has to hold valid rows."""
    path = small / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    manifest = json.loads((small / MANIFEST).read_text("utf-8"))
    for file in manifest["files"]:
        file["sha256"] = sha256_of((small / file["name"]).read_bytes())
    (small / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match=part) as caught:
        load_snapshot(database, NOW, small)
    assert name in caught.value.file


def test_a_manifest_of_other_files_is_refused(small: Path, database: Database) -> None:
    """A file too few is as wrong as a file too many."""
    manifest = json.loads((small / MANIFEST).read_text("utf-8"))
    del manifest["files"][0]
    (small / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match="list of files"):
        load_snapshot(database, NOW, small)


@pytest.mark.parametrize("table", ["gpu", "model_alias", "price", "snapshot_load"])
def test_a_load_that_is_killed_half_way_leaves_nothing(
    settings: Settings, small: Path, table: str
) -> None:
    """SIGKILL right after the rows of a table were sent; the next start loads all of it."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from datetime import UTC, datetime\n"
        "from sqlalchemy import event\n"
        "from catalog.database import open_database\n"
        "from catalog.settings import load_settings\n"
        "from catalog.snapshot.load import load_snapshot\n"
        "now = datetime(2026, 1, 1, tzinfo=UTC)\n"
        "database = open_database(load_settings(\n"
        "    {'MODELCOST_DATABASE_URL': sys.argv[1], 'MODELCOST_DATA_DIR': sys.argv[2]}), now)\n"
        "def kill(connection, cursor, statement, *rest):\n"
        "    if statement.startswith('INSERT INTO ' + sys.argv[3] + ' '):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "event.listen(database.engine, 'after_cursor_execute', kill)\n"
        "load_snapshot(database, now, Path(sys.argv[4]))\n"
    )
    where = [settings.database_url, str(settings.data_dir), table, str(small)]
    done = subprocess.run(
        [sys.executable, "-c", code, *where], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    database = open_database(settings, NOW)
    assert set(_counts(database).values()) == {0}
    assert load_snapshot(database, NOW, small).loaded
    rows = len((small / "models.csv").read_text("utf-8").splitlines()) - 1
    assert _counts(database)["model"] == rows
    database.close()
