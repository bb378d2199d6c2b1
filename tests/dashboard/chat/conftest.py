"""What the tests of the test chat may ask for: the bundled catalog, and a real model server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.service import open_catalog
from tests.emulators.llama.server import LlamaServer, llama_server


@pytest.fixture(scope="package")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled catalog, for reading; one for all tests of the chat."""
    folder = tmp_path_factory.mktemp("catalog")
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    yield database
    database.close()


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """llama.cpp's own server with a tiny model, steered by a grammar; one for all tests."""
    with llama_server(tmp_path_factory.mktemp("llama")) as server:
        yield server
