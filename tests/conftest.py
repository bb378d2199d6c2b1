"""What any test may ask for: real databases, and the program serving on a port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from tests.databases import Postgres, new_postgres_database, postgres_server, psycopg_url
from tests.servers import running_server
from tests.templates import Templates

POSTGRES_VARIABLE = "MODELCOST_TEST_POSTGRES_URL"

# The gate tries the same examples each time; `--hypothesis-profile explore` tries new ones.
hypothesis.settings.register_profile("gate", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis.settings.load_profile("gate")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server; started at the first test that asks, unless one is named."""
    given = os.environ.get(POSTGRES_VARIABLE, "")
    if given:
        yield psycopg_url(given)
    else:
        with postgres_server() as url:
            yield url


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Postgres]:
    """Databases on that server which stay to the end of the run."""
    with ExitStack() as stack:
        yield Postgres(postgres_url, stack)


@pytest.fixture(scope="session")
def templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    """Filled catalogs to copy."""

    def started() -> Postgres:
        found: Postgres = request.getfixturevalue("postgres")
        return found

    return Templates(tmp_path_factory.mktemp("templates"), started)


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """URL of a PostgreSQL database with nothing in it, this test's own."""
    with new_postgres_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database with nothing in it; a test that asks runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'modelcost.db'}"
    return str(request.getfixturevalue("postgres_database_url"))


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the program serving on its defaults from an empty data folder; one for all tests."""
    with running_server(tmp_path_factory.mktemp("server")) as url:
        yield url
