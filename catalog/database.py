"""The open database: sessions to read and to write, closed when the process ends.

No network call belongs inside a session: fetch first, then open one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlmodel import Session

from catalog.engine import WRITE, make_engine, plain_errors
from catalog.schema import Upgrade, upgrade
from catalog.settings import Settings, masked_url

_WRITE_LOCK = 7_310_418_226


def open_database(settings: Settings, now: datetime) -> Database:
    """Open the database of the settings, made and brought up to date where needed.

    Args:
        settings: where the database is.
        now: current time in UTC; names the backup that is made before an older file is changed.

    Raises:
        DataFolderNotWritable: the data folder cannot be made or written.
        DatabaseUnavailable: the database cannot be reached or opened.
        DatabaseForeign: something that is not ours is in the way.
        DatabaseTooNew: a newer version of this program wrote it.
    """
    done = upgrade(settings, now)
    return Database(
        engine=make_engine(settings.database_url), url=settings.database_url, upgrade=done
    )


@dataclass(frozen=True, kw_only=True)
class Database:
    """An open database at the newest schema revision.

    Attributes:
        engine: the SQLAlchemy engine.
        url: its URL, password included; show :attr:`location` instead.
        upgrade: what opening it did to the schema.
    """

    engine: Engine
    url: str
    upgrade: Upgrade

    @property
    def location(self) -> str:
        """The URL with passwords masked."""
        return masked_url(self.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; sees one consistent state, keeps nothing that is written.

        Raises:
            DatabaseUnavailable: the database stopped answering.
        """
        with plain_errors(self.url), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session for writing: one transaction, committed at the end, undone on any error.

        Writers wait for one another from the first moment (BEGIN IMMEDIATE in SQLite, an advisory
        lock in PostgreSQL), so that what a writer read is still true when it writes.

        Raises:
            DatabaseUnavailable: the database stopped answering, or is locked or full.
        """
        engine = self.engine.execution_options(**{WRITE: True})
        with plain_errors(self.url), Session(engine) as session, session.begin():
            if self.engine.dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITE_LOCK})
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
