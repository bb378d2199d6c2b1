"""Catalogs that are filled once and then tried over and over from the same state, on either kind of
database: the schema and the first sync cost several times as much as what is tried."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, text

from catalog.database import Database, open_database
from catalog.settings import load_settings
from catalog.tables import CatalogTable
from tests.catalog.sync.scripted import NOON
from tests.databases import new_postgres_database

KEPT = "kept"
"""Schema of a PostgreSQL database with all tables as they were when they were kept."""


class Catalogs(Protocol):
    """Catalogs by name, each filled once."""

    def filled(self, name: str) -> AbstractContextManager[Database]:
        """A new catalog, to be filled; what is in it at the end is kept."""

    def again(self, name: str) -> AbstractContextManager[Database]:
        """The catalog of this name as it was kept, whatever was done to it since."""


class Files:
    """In SQLite: a copy of the file each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def filled(self, name: str) -> Iterator[Database]:
        """The file that will be copied."""
        with self._opened(self._folder / f"{name}.db") as database:
            yield database

    @contextmanager
    def again(self, name: str) -> Iterator[Database]:
        """A copy."""
        copy = self._folder / f"{name}-{uuid4().hex}.db"
        shutil.copy(self._folder / f"{name}.db", copy)
        with self._opened(copy) as database:
            yield database

    @contextmanager
    def _opened(self, file: Path) -> Iterator[Database]:
        with opened(f"sqlite:///{file}", self._folder) as database:
            yield database


class SetBack:
    """In PostgreSQL: one database, set back row by row. To make one from a template and to drop it
    takes a third of a second, most of it waiting for the disk."""

    def __init__(self, server: str, folder: Path, stack: ExitStack) -> None:
        self._server, self._folder, self._stack = server, folder, stack
        self._urls: dict[str, str] = {}

    @contextmanager
    def filled(self, name: str) -> Iterator[Database]:
        """The database; its tables are kept in a schema beside them."""
        self._urls[name] = self._stack.enter_context(new_postgres_database(self._server))
        with opened(self._urls[name], self._folder) as database:
            yield database
            with database.engine.begin() as connection:
                connection.execute(text(f"CREATE SCHEMA {KEPT}"))
                for table in _tables(connection):
                    rows = f"CREATE TABLE {KEPT}.{table} AS TABLE public.{table}"
                    connection.execute(text(rows))

    @contextmanager
    def again(self, name: str) -> Iterator[Database]:
        """The same database with the rows that were kept."""
        with opened(self._urls[name], self._folder) as database:
            with database.engine.begin() as connection:
                tables = _tables(connection)
                for table in reversed(tables):
                    connection.execute(text(f"DELETE FROM public.{table}"))
                for table in tables:
                    rows = f"INSERT INTO public.{table} SELECT * FROM {KEPT}.{table}"
                    connection.execute(text(rows))
            yield database


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Database]:
    """A catalog; all of it is at its URL when it is closed."""
    settings = {"MODELCOST_DATABASE_URL": url, "MODELCOST_DATA_DIR": str(folder)}
    database = open_database(load_settings(settings), NOON)
    try:
        yield database
    finally:
        database.close()


def _tables(connection: Connection) -> list[str]:
    """All tables that are there, what is referred to before what refers to it."""
    found = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ordered = [table.name for table in CatalogTable.metadata.sorted_tables]
    there = connection.execute(text(found)).scalars().all()
    return [*ordered, *(name for name in there if name not in ordered)]
