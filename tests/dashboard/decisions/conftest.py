"""Catalogs for the tests of decisions: one that is only read, and copies to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.database import Database, open_database
from catalog.settings import load_settings
from tests.templates import NOW, Templates


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Database]:
    """The bundled snapshot in SQLite; only for reading."""
    opened = _copy(tmp_path_factory.mktemp("loaded"), templates)
    yield opened
    opened.close()


@pytest.fixture
def catalog(tmp_path: Path, templates: Templates) -> Iterator[Database]:
    """A copy of it that the test may change."""
    opened = _copy(tmp_path, templates)
    yield opened
    opened.close()


def _copy(folder: Path, templates: Templates) -> Database:
    settings = load_settings({"MODELCOST_DATA_DIR": str(folder)})
    templates.put(settings.database_url, snapshot=True)
    return open_database(settings, NOW)
