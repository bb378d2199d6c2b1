"""Connections: how an engine is made for each of the two databases, and its first checks."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from catalog.errors import DatabaseForeign, DatabaseUnavailable, DataFolderNotWritable
from catalog.settings import Settings, masked_url

BUSY_TIMEOUT_MILLISECONDS = 30_000
CONNECT_TIMEOUT_SECONDS = 5
PAGES_OF_LOG = 8_000
"""So many pages of 4 KiB gather in SQLite's log before they are moved into the file: by default
1,000, so that nearly each page of a sync waited for the disk."""
CACHE_KIB = 32_768
"""Of one connection to SQLite, taken as it is used; the default of 2,000 holds no index of the
catalog."""
LOG_NAME = "modelcost"
"""The last part of the name of our engines' logger, which writes no statement and no row."""
POSTGRESQL_OPTIONS = "-c timezone=UTC -c random_page_cost=1.1"
WRITE = "catalog_write"
"""Execution option of a connection whose transaction is going to write."""

_SQLITE_HEADER = b"SQLite format 3\x00"


def make_engine(url: str) -> Engine:
    """An engine with our habits; connects to nothing yet.

    SQLite: write-ahead log, foreign keys on, waits for a lock, explicit BEGIN (IMMEDIATE when the
    connection has the option ``WRITE``), so that several statements are one transaction.
    PostgreSQL: a connection is tried before it is used, times are UTC, and the catalog is taken to
    be in memory (some tens of MB), so that an index is used where it saves work.
    Neither writes values to a log or into an error, not even where all of SQLAlchemy is set to
    DEBUG: they may be prices of a contract.
    """
    quiet = {"hide_parameters": True, "logging_name": LOG_NAME}
    logging.getLogger(f"sqlalchemy.engine.Engine.{LOG_NAME}").setLevel(logging.WARNING)
    if is_sqlite(url):
        engine = create_engine(url, **quiet)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        **quiet,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "options": POSTGRESQL_OPTIONS},
    )


def is_sqlite(url: str) -> bool:
    """Whether this is the embedded database."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(make_url(url).database or "").expanduser()


def prepare_folders(settings: Settings) -> None:
    """Make the data folder, and the folder of a SQLite file.

    Raises:
        DataFolderNotWritable: a folder cannot be made or written, or a file stands in its place.
    """
    folders = [settings.data_dir]
    if is_sqlite(settings.database_url):
        folders.append(sqlite_file(settings.database_url).parent)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".modelcost-write-test"
            probe.touch()
            probe.unlink(missing_ok=True)
        except OSError as error:
            raise DataFolderNotWritable(
                f"Expected a folder that can be written at {folder}, found: "
                f"{error.strerror or type(error).__name__}. Free that path, change its rights, or "
                "set MODELCOST_DATA_DIR to another folder."
            ) from error


def refuse_other_files(url: str) -> None:
    """Look at the first bytes of an existing SQLite file before anything opens it.

    Raises:
        DatabaseForeign: the file has content and is not a SQLite database.
        DatabaseUnavailable: the file cannot be read.
    """
    file = sqlite_file(url)
    try:
        if not file.exists():
            return
        with file.open("rb") as opened:
            head = opened.read(len(_SQLITE_HEADER))
    except OSError as error:
        raise DatabaseUnavailable(
            f"Expected a database file that can be read at {file}, found: {error.strerror}. "
            "Change its rights, or set MODELCOST_DATABASE_URL to another file."
        ) from error
    if head and head != _SQLITE_HEADER:
        raise DatabaseForeign(
            f"Expected a SQLite database at {file}, found a file of another kind. "
            "Move it away, or set MODELCOST_DATABASE_URL to another file."
        )


@contextmanager
def plain_errors(url: str) -> Iterator[None]:
    """Turn a driver's error about the database itself into one sentence without a password.

    Only errors of operation (no connection, locked, full, damaged) are turned; a broken
    constraint or a wrong statement stays what it is.

    Raises:
        DatabaseUnavailable: the database cannot be reached, opened or written.
    """
    try:
        yield
    except DBAPIError as error:
        name = type(error).__name__
        damaged = name == "DatabaseError" and isinstance(error.orig, sqlite3.DatabaseError)
        if name not in ("OperationalError", "InterfaceError") and not damaged:
            raise
        raise DatabaseUnavailable(
            f"Expected the database {masked_url(url)} to answer, found: "
            f"{_first_line(error, url)}. Start it, correct MODELCOST_DATABASE_URL, or unset that "
            "variable to use the embedded database."
        ) from error


def _first_line(error: DBAPIError, url: str) -> str:
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    password = make_url(url).password
    text = lines[0].replace(str(password), "***") if password else lines[0]
    return text.rstrip(".")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {PAGES_OF_LOG}")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
