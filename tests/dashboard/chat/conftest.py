"""What the tests of the test chat may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.service import open_catalog


@pytest.fixture(scope="package")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled catalog, for reading; one for all tests of the chat."""
    folder = tmp_path_factory.mktemp("catalog")
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    yield database
    database.close()
