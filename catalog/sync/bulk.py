"""Many rows at once: ``executemany`` in SQLite, COPY into a temporary table in PostgreSQL.

By hand-written SQL, because SQLAlchemy's own bulk insert spends three quarters of its time on the
types of values that are plain already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Table
from sqlmodel import Session

from catalog.exact_texts import decimal_text, utc_text

FEW_ROWS: Final = 100
"""Below, a temporary table costs more than it saves."""
COPIED = "copied"


def upsert(session: Session, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, or put them in the place of those whose primary key exists.

    Args:
        session: a session for writing.
        table: where they go; its columns hold texts, whole numbers and bytes only.
        rows: one tuple a row, all columns of the table in its order.
    """
    columns = [column.name for column in table.columns]
    _put(session, table, columns, rows, lambda name: f"excluded.{name}")


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
    if not rows:
        return
    columns = list(rows[0])
    if session.connection().dialect.name == "sqlite":
        values = [tuple(_in_sqlite(row[name]) for name in columns) for row in rows]
    else:
        values = [tuple(row[name] for name in columns) for row in rows]

    def merged(name: str) -> str:
        both = (f"{table.name}.{name}", f"excluded.{name}")
        first, second = both if name in kept else both[::-1]
        return f"COALESCE({first}, {second})"

    _put(session, table, columns, values, merged)


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
    in_sqlite = connection.dialect.name == "sqlite"
    if in_sqlite or len(rows) < FEW_ROWS:
        marks = ", ".join(["?" if in_sqlite else "%s"] * len(columns))
        statement = f"INSERT INTO {table.name} ({listed}) VALUES ({marks}) {conflict}"
        connection.exec_driver_sql(statement, list(rows))
        return
    # One statement may not meet a key twice; of two rows with one key the later stands.
    places = [columns.index(column.name) for column in table.primary_key.columns]
    once = {tuple(row[place] for place in places): row for row in rows}
    copied = f"{COPIED}_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {copied} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    connection.exec_driver_sql(f"TRUNCATE {copied}")
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {copied} ({listed}) FROM STDIN") as copy,
    ):
        for row in once.values():
            copy.write_row(row)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {copied} {conflict}"
    )


def _conflict(table: Table, columns: Sequence[str], value_of: Callable[[str], str]) -> str:
    keys = [column.name for column in table.primary_key.columns]
    changes = [f"{name} = {value_of(name)}" for name in columns if name not in keys]
    action = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
    return f"ON CONFLICT ({', '.join(keys)}) DO {action}"


def _in_sqlite(value: Any) -> Any:
    """A value as the embedded database holds it, in the same form as the column types write."""
    if isinstance(value, (str, bytes, type(None))):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return int(value)
