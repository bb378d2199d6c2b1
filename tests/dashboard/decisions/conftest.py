"""Catalogs for the tests of decisions: one that is only read, and copies to change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.database import Database, open_database
from catalog.settings import load_settings
from catalog.snapshot.load import load_snapshot

NOW = datetime(2026, 11, 24, 14, 23, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled snapshot in SQLite; only for reading."""
    folder = tmp_path_factory.mktemp("loaded")
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder)}), NOW)
    load_snapshot(opened, NOW)
    yield opened
    opened.close()


@pytest.fixture
def catalog(loaded: Database, tmp_path: Path) -> Iterator[Database]:
    """A copy of it that the test may change."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    with loaded.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(loaded.engine.url.database), tmp_path / "modelcost.db")
    opened = open_database(settings, NOW)
    yield opened
    opened.close()
