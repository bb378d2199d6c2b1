"""What the tests of the faces may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.service import open_catalog
from tests.dashboard.commands import fill_folder


@pytest.fixture(scope="module")
def api(server_url: str) -> Iterator[httpx.Client]:
    """A client of the running server; paths are those under /api/v1."""
    with httpx.Client(base_url=f"{server_url}/api/v1", trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def site(server_url: str) -> Iterator[httpx.Client]:
    """A client of the whole server, pages included, that follows no redirect."""
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled catalog; only for reading."""
    folder = tmp_path_factory.mktemp("catalog")
    fill_folder(folder)
    opened = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    yield opened
    opened.close()
