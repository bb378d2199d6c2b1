"""One SQLite file of the chat: opened for each call, and kept open so that a call costs no disk
flush; what is deleted is overwritten."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SqliteFile:
    """The file at `path`, made with `schema` where there is none. Safe from several threads: each
    call has a connection of its own, and SQLite lets one write at a time.

    layout: `user_version` of the file; another number is a file of another version of the program
    (ValueError).
    """

    def __init__(self, path: Path, schema: str, layout: int) -> None:
        self._path = path
        # The last connection that closes writes the log into the file and waits for the disk.
        self._keeper = sqlite3.connect(path, timeout=30, check_same_thread=False)
        with self.connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, layout):
                raise ValueError(f"expected a file of layout {layout}, found {found}")
            if not found:
                connection.executescript(f"{schema} PRAGMA user_version = {layout};")
        self._keeper.execute("SELECT 1 FROM sqlite_master").fetchone()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """For reading, or for one statement that writes."""
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = NORMAL")  # with WAL nothing can be torn
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """For several statements: all of them or none."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def forget_log(self) -> None:
        """Write the log into the file and empty it, so that nothing deleted is left there."""
        with self.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._keeper.close()
