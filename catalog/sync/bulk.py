"""Many rows at once: ``executemany`` in SQLite, COPY into a temporary table in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlmodel import Session

FEW_ROWS: Final = 100
"""Below, a temporary table costs more than it saves."""
COPIED = "copied_rows"


def upsert(session: Session, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, or update those whose primary key exists.

    Args:
        session: a session for writing.
        table: where they go; its columns hold texts, whole numbers and bytes only.
        rows: one tuple a row, all columns of the table in its order.
    """
    if not rows:
        return
    columns = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    rest = [name for name in columns if name not in keys]
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    conflict = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} VALUES ({marks}) {conflict}"
        connection.exec_driver_sql(statement, list(rows))
        return
    listed = ", ".join(columns)
    if len(rows) < FEW_ROWS:
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table.name} ({listed}) VALUES ({marks}) {conflict}"
        connection.exec_driver_sql(statement, list(rows))
        return
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {COPIED}_{table.name} "
        f"(LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    connection.exec_driver_sql(f"TRUNCATE {COPIED}_{table.name}")
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {COPIED}_{table.name} ({listed}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {COPIED}_{table.name} {conflict}"
    )
