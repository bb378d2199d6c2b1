"""Points at which a process can be killed while it writes: before each statement, commit and COPY,
and while the rows of a COPY are on their way.

COPY in PostgreSQL goes past SQLAlchemy's events, so it is met where the driver sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

from psycopg import Copy, Cursor
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter, Writer
from sqlalchemy import Engine, event

Point = Literal["statement", "commit", "copy", "rows of a copy", "later rows of a copy"]
"""Before a statement, a commit, a COPY; half way through a block of rows of a COPY: its first one,
or one that follows in a long COPY. The server writes a thousand rows of a COPY into the table at
once, so only of a long one is anything there before its end."""
Passed = Callable[[Point], None]
"""Told of each point that is reached, in the order of the process."""


def tell_points(engine: Engine, passed: Passed) -> None:
    """Tell of every point from now on; of an engine that has not connected yet."""

    def told(point: Point, *_arguments: Any) -> None:
        passed(point)

    event.listen(engine, "before_cursor_execute", partial(told, "statement"))
    event.listen(engine, "commit", partial(told, "commit"))
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", lambda connection, _record: _watch(connection, passed))


def _watch(connection: Any, passed: Passed) -> None:
    class Watched(Cursor[Any]):
        """The driver's cursor, which tells of a COPY."""

        @contextmanager
        def copy(
            self, statement: Any, params: Any = None, *, writer: Writer | None = None
        ) -> Iterator[Copy]:
            """As the driver's own."""
            passed("copy")
            with super().copy(
                statement, params, writer=writer or HalfByHalf(self, passed)
            ) as copying:
                yield copying

    connection.cursor_factory = Watched


class HalfByHalf(LibpqWriter):
    """Sends a block in two halves, each of them at once, so that the server holds the first rows of
    a COPY that is not at its end."""

    def __init__(self, cursor: Cursor[Any], passed: Passed) -> None:
        super().__init__(cursor, flush_threshold=0)
        self._passed = passed
        self._is_first = True

    def write(self, data: Buffer) -> None:
        """Half, and then the other half."""
        block = bytes(data)
        middle = len(block) // 2
        super().write(block[:middle])
        self._passed("rows of a copy" if self._is_first else "later rows of a copy")
        super().write(block[middle:])
        self._is_first = False
