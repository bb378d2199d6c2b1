"""What the contracts between the faces are tested with: a catalog, and a client of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.service import open_catalog
from tests.dashboard.commands import fill_folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that commands and figures of this level share."""
    made = tmp_path_factory.mktemp("contracts")
    fill_folder(made)
    return made


@pytest.fixture(scope="session")
def catalog(folder: Path) -> Iterator[Database]:
    """The bundled catalog in that folder; only for reading."""
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    yield database
    database.close()


@pytest.fixture(scope="session")
def api(server_url: str) -> Iterator[httpx.Client]:
    """A client of the running server; paths are those under /api/v1."""
    with httpx.Client(base_url=f"{server_url}/api/v1", trust_env=False, timeout=60) as client:
        yield client
