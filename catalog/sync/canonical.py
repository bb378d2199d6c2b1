"""The whole catalog as text in one order: two catalogs that hold the same give the same lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

from catalog.exact_texts import stored_form
from catalog.rates import OWN
from catalog.tables import CatalogTable

LEFT_OUT = frozenset(
    {
        "snapshot_load",  # when it was loaded here
        "scenario",  # what a person saved
        "decision",  # the same, sealed
        "decision_version",
        "decision_note",
        "decision_removal",
        "decision_holder",
        "own_price",  # private, and no fact of a source
        "own_price_file",
        "sync_run",  # when it ran, and how often it was cut off
        "sync_page",
        "sync_lease",
        "model_listing",  # derived
        "model_place",
        "listing_column",
    }
)
COLUMNS_LEFT_OUT = frozenset({("unread_row", "run_id")})
"""The newest run that met it: moves with each reading, as when a run ran."""


def canonical_lines(session: Session) -> Iterator[str]:
    """One line of JSON a row: the table's name and the row, tables and rows in order."""
    for table in sorted(CatalogTable.metadata.tables.values(), key=lambda one: one.name):
        if table.name in LEFT_OUT:
            continue
        for row in session.execute(_in_order(table)).mappings():
            if table.name == "rate" and row["source"] == OWN:
                continue  # private, and no fact of a source
            values = {
                name: _plain(row[name])
                for name in sorted(map(str, row))
                if (table.name, name) not in COLUMNS_LEFT_OUT
            }
            yield json.dumps([table.name, values], ensure_ascii=False, separators=(",", ":"))


def canonical_digest(session: Session) -> str:
    """SHA-256 of all lines."""
    digest = hashlib.sha256()
    for line in canonical_lines(session):
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else stored_form(value)
