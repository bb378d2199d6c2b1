"""The yardstick of writing: the rows that a sync left, written again by the database alone."""

from __future__ import annotations

import tempfile
import time
from typing import Any, Final

from sqlalchemy import Table

from catalog.database import Database
from catalog.engine import sqlite_file
from catalog.tables import (
    MODEL,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
    SOURCE_CHANGE,
    SOURCE_ROW,
    SYNC_PAGE,
    SYNC_RUN,
)

FILLED: Final[tuple[Table, ...]] = (
    SYNC_RUN,
    SYNC_PAGE,
    SOURCE_ROW,
    SOURCE_CHANGE,
    MODEL,
    MODEL_ALIAS,
    MODEL_DETAIL,
    MODEL_ARCHITECTURE,
)
"""What the pages of the Hub fill, in an order that keeps every reference true."""

AS_THEY_CAME: Final = {SOURCE_ROW.name: "key DESC", SOURCE_CHANGE.name: "key DESC"}
"""Tables without row numbers give their rows by key; they came newest, so largest key, first."""


def copied_by_sqlite(full: Database, empty: Database) -> tuple[float, float]:
    """Seconds, and of processor time, of ``INSERT ... SELECT`` out of temporary tables."""
    with empty.engine.connect() as connection:
        run = connection.connection.driver_connection.execute  # type: ignore[union-attr]
        run("ATTACH ? AS source", (str(sqlite_file(full.url)),))
        for table in FILLED:
            order = AS_THEY_CAME.get(table.name, "rowid") if table is not SYNC_PAGE else "number"
            run(
                f"CREATE TEMP TABLE ready_{table.name} AS"
                f" SELECT * FROM source.{table.name} ORDER BY {order}"
            )
        run("DETACH source")
        start, cpu_start = time.perf_counter(), time.process_time()
        run("BEGIN IMMEDIATE")
        for table in FILLED:
            columns = _columns(table)
            run(
                f"INSERT INTO main.{table.name} ({columns})"
                f" SELECT {columns} FROM ready_{table.name}"
            )
        run("COMMIT")
        return time.perf_counter() - start, time.process_time() - cpu_start


def copied_by_postgresql(full: Database, empty: Database) -> tuple[float, float]:
    """Seconds, and of our processor time, of COPY out of files, in the binary format."""
    seconds, cpu_start = 0.0, time.process_time()
    with full.engine.connect() as from_full, empty.engine.connect() as to_empty:
        reader: Any = from_full.connection.driver_connection
        writer: Any = to_empty.connection.driver_connection
        for table in FILLED:
            columns = _columns(table)
            with tempfile.TemporaryFile() as file:
                order = AS_THEY_CAME.get(table.name)
                rows = f"(SELECT {columns} FROM {table.name} ORDER BY {order})"
                named = rows if order else f"{table.name} ({columns})"
                with reader.cursor().copy(f"COPY {named} TO STDOUT (FORMAT BINARY)") as copy:
                    for piece in copy:
                        file.write(piece)
                file.seek(0)
                start = time.perf_counter()
                into = f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)"
                with writer.cursor().copy(into) as copy:
                    while piece := file.read(1 << 20):
                        copy.write(piece)
                seconds += time.perf_counter() - start
        start = time.perf_counter()
        writer.commit()
        return seconds + time.perf_counter() - start, time.process_time() - cpu_start


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)
