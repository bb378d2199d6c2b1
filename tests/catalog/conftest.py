"""Databases for the tests of this room: fresh ones, and a loaded one that is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from catalog.database import Database, open_database
from catalog.own_prices import load_own_prices
from catalog.settings import Settings, load_settings
from tests.catalog.shelf import stock
from tests.databases import new_postgres_database
from tests.templates import NOW, Templates


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for a fresh, empty database."""
    return load_settings(
        {"MODELCOST_DATABASE_URL": database_url, "MODELCOST_DATA_DIR": str(tmp_path / "data")}
    )


@pytest.fixture
def database(settings: Settings, templates: Templates) -> Iterator[Database]:
    """A fresh database with all tables and no row."""
    templates.put(settings.database_url)
    opened = open_database(settings, NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def bundled(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    templates: Templates,
) -> Iterator[Database]:
    """The bundled snapshot in a database of each kind; shared, so only for reading."""
    environment = {"MODELCOST_DATA_DIR": str(tmp_path_factory.mktemp("bundled"))}
    with ExitStack() as stack:
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_url")
            environment["MODELCOST_DATABASE_URL"] = stack.enter_context(
                new_postgres_database(server)
            )
        settings = load_settings(environment)
        templates.put(settings.database_url, snapshot=True)
        opened = open_database(settings, NOW)
        stack.callback(opened.close)
        yield opened


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Database]:
    """The bundled snapshot in SQLite, for what no database can change; only for reading."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path_factory.mktemp("loaded"))})
    templates.put(settings.database_url, snapshot=True)
    opened = open_database(settings, NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The small shelf of prices in SQLite; only for reading."""
    folder = tmp_path_factory.mktemp("shelf")
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder)}), NOW)
    with opened.write() as session:
        stock(session)
    yield opened
    opened.close()


@pytest.fixture
def new_shelf(database: Database) -> Database:
    """The small shelf of prices in a fresh database of each kind."""
    with database.write() as session:
        stock(session)
    return database


@pytest.fixture(scope="session")
def bundled_sqlite(
    tmp_path_factory: pytest.TempPathFactory, templates: Templates
) -> Iterator[Database]:
    """The bundled snapshot in SQLite; shared, so only for reading."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path_factory.mktemp("bundled_sqlite"))})
    templates.put(settings.database_url, snapshot=True)
    opened = open_database(settings, NOW)
    yield opened
    opened.close()


@pytest.fixture
def stocked(settings: Settings, templates: Templates) -> Iterator[Database]:
    """A fresh database with the bundled snapshot."""
    templates.put(settings.database_url, snapshot=True)
    opened = open_database(settings, NOW)
    yield opened
    opened.close()


@pytest.fixture
def own_shop(stocked: Database) -> Database:
    """The bundled snapshot and one own price of a host in Japan East."""
    from tests.catalog import test_own_prices as own

    rows = own.read(stocked, own.HEAD, own.HOST)
    load_own_prices(stocked, rows, name="own.csv", sha256="a" * 64, now=own.NOW)
    return stocked
