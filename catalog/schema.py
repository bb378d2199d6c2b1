"""The schema of a database: which revision it has, bringing it up to date, backing it up.

Two processes that start at once do not collide: the whole of :func:`upgrade` runs under a lock (a
lock file beside a SQLite file, an advisory lock in PostgreSQL). Linux and macOS only (``fcntl``).
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, inspect, text

from catalog import migrations
from catalog.engine import (
    WRITE,
    is_sqlite,
    make_engine,
    plain_errors,
    prepare_folders,
    refuse_other_files,
    sqlite_file,
)
from catalog.errors import BackupNotPossible, DatabaseForeign, DatabaseTooNew
from catalog.settings import Settings, masked_url

State = Literal["missing", "empty", "older", "current", "newer", "foreign"]

_ADVISORY_LOCK = 7_310_418_225
"""Any number, the same in every process of this program."""


class DatabaseStatus(BaseModel):
    """What is found at the database URL, without changing it.

    Attributes:
        kind: which of the two databases.
        location: the URL with passwords masked.
        state: missing (no file), empty (no table), older, current, newer (than this program),
            or foreign (tables of another program).
        revision: schema revision in the database; None where it has none.
        head: newest revision that this program knows.
        size_bytes: size of a SQLite file; None elsewhere.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["sqlite", "postgresql"]
    location: str
    state: State
    revision: str | None
    head: str
    size_bytes: int | None


class Upgrade(BaseModel):
    """What :func:`upgrade` did.

    Attributes:
        before: revision found, None for an empty database.
        after: revision now.
        backup: file with the state before, made only for a SQLite file that had tables.
    """

    model_config = ConfigDict(frozen=True)

    before: str | None
    after: str
    backup: Path | None

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.before != self.after


def database_status(settings: Settings) -> DatabaseStatus:
    """Say what is at the database URL; makes and changes nothing.

    Raises:
        DatabaseUnavailable: cannot be reached or opened.
        DatabaseForeign: the file is no SQLite database.
    """
    url = settings.database_url
    state: State
    if is_sqlite(url):
        file = sqlite_file(url)
        refuse_other_files(url)
        if not file.exists() or file.stat().st_size == 0:
            state = "empty" if file.exists() else "missing"
            return _status(url, state, None)
    engine = make_engine(url)
    try:
        with plain_errors(url), engine.connect() as connection:
            state, revision = _state(connection)
    finally:
        engine.dispose()
    return _status(url, state, revision)


def upgrade(settings: Settings, now: datetime) -> Upgrade:
    """Bring the database to the newest revision; a second call does nothing.

    A SQLite file that already has tables is backed up first. The migrations are one transaction.

    Args:
        settings: where the database is.
        now: the time that names the backup.

    Raises:
        DataFolderNotWritable, DatabaseUnavailable, DatabaseForeign, DatabaseTooNew.
    """
    prepare_folders(settings)
    url = settings.database_url
    if is_sqlite(url):
        refuse_other_files(url)
    engine = make_engine(url)
    try:
        with plain_errors(url), _alone(engine, url):
            with engine.connect() as connection:
                state, revision = _state(connection)
                refuse_unusable(connection, url)
            if state == "current":
                return Upgrade(before=revision, after=migrations.HEAD, backup=None)
            kept = backup(settings, now) if is_sqlite(url) and state == "older" else None
            with (
                engine.connect().execution_options(**{WRITE: True}) as connection,
                connection.begin(),
            ):
                _migrate(connection)
            return Upgrade(before=revision, after=migrations.HEAD, backup=kept)
    finally:
        engine.dispose()


def backup(settings: Settings, now: datetime) -> Path:
    """Copy a SQLite database, in use or not, to a new dated file beside it.

    Returns:
        The new file, ``NAME-20261124T142308Z.backup.db``; never one that was there before.

    Raises:
        BackupNotPossible: PostgreSQL (use pg_dump), no database yet, or the copy failed.
    """
    url = settings.database_url
    if not is_sqlite(url):
        raise BackupNotPossible(
            f"Expected a SQLite file, found {masked_url(url)}. Use pg_dump for PostgreSQL."
        )
    file = sqlite_file(url)
    refuse_other_files(url)
    if not file.exists():
        raise BackupNotPossible(f"Expected a database at {file}, found no file; nothing to copy.")
    target = _free_name(file, now)
    try:
        with (
            _closing(sqlite3.connect(file)) as source,
            _closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise BackupNotPossible(
            f"Expected to copy {file} to {target}, found: {error}. Free some space or change the "
            "rights of that folder."
        ) from error
    return target


def refuse_unusable(connection: Connection, url: str) -> None:
    """Stop before a database that this program must not touch.

    Raises:
        DatabaseTooNew: its revision is not known here.
        DatabaseForeign: it has tables, but none of ours.
    """
    state, revision = _state(connection)
    if state == "newer":
        raise DatabaseTooNew(
            f"Expected schema revision {migrations.HEAD} or older in {masked_url(url)}, found "
            f"{revision}: a newer version of modelcost wrote it. Install that version, or set "
            "MODELCOST_DATABASE_URL to another database.",
            found=str(revision),
            known=migrations.HEAD,
        )
    if state == "foreign":
        raise DatabaseForeign(
            f"Expected an empty database or one of modelcost at {masked_url(url)}, found tables "
            "of another program. Set MODELCOST_DATABASE_URL to another database."
        )


def _state(connection: Connection) -> tuple[State, str | None]:
    names = inspect(connection).get_table_names()
    if not names:
        return "empty", None
    if "alembic_version" not in names:
        return "foreign", None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision == migrations.HEAD:
        return "current", revision
    if revision is None or revision in migrations.REVISIONS:
        return "older", revision
    return "newer", str(revision)


def _status(url: str, state: State, revision: str | None) -> DatabaseStatus:
    sqlite = is_sqlite(url)
    size = sqlite_file(url).stat().st_size if sqlite and state != "missing" else None
    return DatabaseStatus(
        kind="sqlite" if sqlite else "postgresql",
        location=masked_url(url),
        state=state,
        revision=revision,
        head=migrations.HEAD,
        size_bytes=size,
    )


def _migrate(connection: Connection) -> None:
    # Imported here: alembic takes long to import and is needed only when something is to be done.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(engine: Engine, url: str) -> Iterator[None]:
    """Hold the lock that lets one process at a time change the schema."""
    if is_sqlite(url):
        file = sqlite_file(url)
        with file.with_name(file.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the system when the process ends
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})


def _free_name(file: Path, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = file.with_name(f"{file.stem}-{stamp}.backup.db")
    number = 2
    while target.exists():
        target = file.with_name(f"{file.stem}-{stamp}-{number}.backup.db")
        number += 1
    return target


@contextmanager
def _closing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    finally:
        connection.close()
