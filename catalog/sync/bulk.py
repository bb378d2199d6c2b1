"""Many rows at once: ``executemany`` in SQLite, one statement over arrays in PostgreSQL.

By hand-written SQL, because SQLAlchemy's own bulk insert spends three quarters of its time on the
types of values that are plain already. For a page of some hundred rows arrays are faster than COPY
into a temporary table, whose making and emptying is paid with each page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from catalog.columns import ExactText, RawBytes, WholeNumber
from catalog.exact_texts import stored_form

_POSTGRESQL: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_PLAIN_IN_SQLITE: Final = (ExactText, WholeNumber, RawBytes)


def upsert(session: Session, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, or put them in the place of those whose primary key exists.

    Args:
        session: a session for writing.
        table: where they go; its columns hold texts, whole numbers and bytes only.
        rows: one tuple a row, all columns of the table in its order.
    """
    columns = [column.name for column in table.columns]
    _put(session, table, columns, rows, lambda name: f"excluded.{name}")


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of which none is there yet: in PostgreSQL by COPY, nearly twice as fast as an
    insert that looks out for a conflict.

    Args:
        session: a session for writing.
        table: where they go.
        columns: names of the columns.
        rows: tuples of these columns, each primary key once.
    """
    if not rows:
        return
    connection = session.connection()
    listed = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join(["?"] * len(columns))
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({listed}) VALUES ({marks})",
            list(_as_sqlite_holds_them(table, columns, rows)),
        )
        return
    statement = f"COPY {table.name} ({listed}) FROM STDIN (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_in_postgresql(table, name) for name in columns])
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def merge_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, kept: Sequence[str] = ()
) -> None:
    """Insert rows; where the primary key exists, put in what the new row knows.

    What is newly known counts, what is unknown changes nothing.

    Args:
        session: a session for writing.
        table: where they go.
        rows: one mapping a row, all with the same keys.
        kept: columns whose known value stays, whatever the new row says.
    """
    if rows:
        columns = tuple(rows[0])
        values = [tuple(row[name] for name in columns) for row in rows]
        merge_tuples(session, table, columns, values, kept=kept)


def merge_tuples(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    kept: Sequence[str] = (),
) -> None:
    """As :func:`merge_rows`, of rows that are tuples of these columns: for very many."""

    def merged(name: str) -> str:
        both = (f"{table.name}.{name}", f"excluded.{name}")
        first, second = both if name in kept else both[::-1]
        return f"COALESCE({first}, {second})"

    if session.connection().dialect.name == "sqlite":
        rows = _as_sqlite_holds_them(table, columns, rows)
    _put(session, table, columns, rows, merged)


def _put(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    value_of: Callable[[str], str],
) -> None:
    if not rows:
        return
    listed = ", ".join(columns)
    conflict = _conflict(table, columns, value_of)
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        marks = ", ".join(["?"] * len(columns))
        statement = f"INSERT INTO {table.name} ({listed}) VALUES ({marks}) {conflict}"
        connection.exec_driver_sql(statement, list(rows))
        return
    # One statement may not meet a key twice; of two rows with one key the later stands.
    places = [columns.index(column.name) for column in table.primary_key.columns]
    once = {tuple(row[place] for place in places): row for row in rows}
    values = [list(column) for column in zip(*once.values(), strict=True)]
    arrays = ", ".join(
        f"{_mark(column)}::{_in_postgresql(table, name)}[]"
        for name, column in zip(columns, values, strict=True)
    )
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({listed}) SELECT * FROM unnest({arrays}) {conflict}",
        tuple(values),
    )


def _mark(column: Sequence[Any]) -> str:
    """Arrays go in the binary format, where psycopg escapes nothing; one of nothing but None tells
    no type, so it goes as text."""
    return "%s" if all(value is None for value in column) else "%b"


def _in_postgresql(table: Table, name: str) -> str:
    """The type of a column as the server names it, without its order."""
    named = table.c[name].type.compile(dialect=_POSTGRESQL).partition(" COLLATE ")[0].lower()
    return "timestamptz" if named == "timestamp with time zone" else named


def _conflict(table: Table, columns: Sequence[str], value_of: Callable[[str], str]) -> str:
    keys = [column.name for column in table.primary_key.columns]
    changes = [f"{name} = {value_of(name)}" for name in columns if name not in keys]
    action = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
    return f"ON CONFLICT ({', '.join(keys)}) DO {action}"


def _as_sqlite_holds_them(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    """Values in the same form as the column types write; most columns are plain already."""
    places = [
        place
        for place, name in enumerate(columns)
        if not isinstance(table.c[name].type, _PLAIN_IN_SQLITE)
    ]
    if not places:
        return rows
    found = []
    for row in rows:
        values = list(row)
        for place in places:
            values[place] = _in_sqlite(values[place])
        found.append(tuple(values))
    return found


def _in_sqlite(value: Any) -> Any:
    """A value as the embedded database holds it, in the same form as the column types write."""
    held = stored_form(value)
    return held if isinstance(held, (str, bytes, type(None))) else int(held)
