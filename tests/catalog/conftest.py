"""Databases for the tests of this room: fresh ones, and a loaded one that is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.database import Database, open_database
from catalog.own_prices import load_own_prices
from catalog.settings import Settings, load_settings
from catalog.snapshot.load import load_snapshot
from tests.catalog.shelf import stock
from tests.databases import new_postgres_database

NOW = datetime(2026, 11, 24, 14, 23, 8, tzinfo=UTC)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for a fresh, empty database."""
    return load_settings(
        {"MODELCOST_DATABASE_URL": database_url, "MODELCOST_DATA_DIR": str(tmp_path / "data")}
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A fresh database with all tables and no row."""
    opened = open_database(settings, NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def bundled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The bundled snapshot in a database of each kind; shared, so only for reading."""
    environment = {"MODELCOST_DATA_DIR": str(tmp_path_factory.mktemp("bundled"))}
    with ExitStack() as stack:
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_url")
            environment["MODELCOST_DATABASE_URL"] = stack.enter_context(
                new_postgres_database(server)
            )
        opened = open_database(load_settings(environment), NOW)
        stack.callback(opened.close)
        load_snapshot(opened, NOW)
        yield opened


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled snapshot in SQLite, for what no database can change; only for reading."""
    folder = tmp_path_factory.mktemp("loaded")
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder)}), NOW)
    load_snapshot(opened, NOW)
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
def bundled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The bundled snapshot in SQLite; shared, so only for reading."""
    folder = tmp_path_factory.mktemp("bundled_sqlite")
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder)}), NOW)
    load_snapshot(opened, NOW)
    yield opened
    opened.close()


@pytest.fixture
def own_shop(database: Database) -> Database:
    """The bundled snapshot and one own price of a host in Japan East."""
    from tests.catalog import test_own_prices as own

    load_snapshot(database, NOW)
    rows = own.read(database, own.HEAD, own.HOST)
    load_own_prices(database, rows, name="own.csv", sha256="a" * 64, now=own.NOW)
    return database
