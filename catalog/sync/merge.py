"""Facts of a second reading over a first: what is newly known counts, what is unknown changes
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def merge_rows(
    session: Session, table: Table, rows: Sequence[dict[str, Any]], *, kept: Sequence[str] = ()
) -> None:
    """Insert rows; where the primary key exists, put in what the new row knows.

    Args:
        session: a session for writing.
        table: where they go.
        rows: one dictionary a row, all with the same keys.
        kept: columns whose known value stays, whatever the new row says.
    """
    if not rows:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changing: dict[str, Any] = {}
    for name in rows[0]:
        if name in keys:
            continue
        new, old = statement.excluded[name], table.c[name]
        changing[name] = func.coalesce(old, new) if name in kept else func.coalesce(new, old)
    conflict = (
        statement.on_conflict_do_update(index_elements=keys, set_=changing)
        if changing
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    session.execute(conflict, list(rows))
