"""Writing facts in bulk: records in, rows out, many at once, inside the caller's transaction.

Prices have rules of their own and live in :mod:`catalog.price_store`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from catalog.folding import fold_sku
from catalog.identity_records import (
    AzureModelHostRecord,
    AzureModelRecord,
    ModelDetailRecord,
    ModelLinkRecord,
)
from catalog.measurement_records import MeasurementRecord
from catalog.records import (
    AliasRecord,
    ArchitectureRecord,
    GpuRecord,
    InstanceRecord,
    ModelRecord,
    ProviderRecord,
    Record,
)
from catalog.sold_records import ManagedFeeRecord, OfferRecord, PtuSizingRecord
from catalog.tables import (
    AZURE_MODEL,
    AZURE_MODEL_HOST,
    GPU,
    INSTANCE,
    MANAGED_FEE,
    MEASUREMENT,
    MODEL,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
    MODEL_LINK,
    OFFER,
    PROVIDER,
    PTU_SIZING,
)

_TABLES: dict[type[Record], Table] = {
    ProviderRecord: PROVIDER,
    ModelRecord: MODEL,
    ArchitectureRecord: MODEL_ARCHITECTURE,
    AliasRecord: MODEL_ALIAS,
    GpuRecord: GPU,
    InstanceRecord: INSTANCE,
    ModelDetailRecord: MODEL_DETAIL,
    ModelLinkRecord: MODEL_LINK,
    AzureModelRecord: AZURE_MODEL,
    AzureModelHostRecord: AZURE_MODEL_HOST,
    OfferRecord: OFFER,
    ManagedFeeRecord: MANAGED_FEE,
    PtuSizingRecord: PTU_SIZING,
    MeasurementRecord: MEASUREMENT,
}


def save_records(session: Session, records: Sequence[Record]) -> int:
    """Insert or update facts of one kind by their primary key; the newest reading wins.

    Args:
        session: a session for writing.
        records: all of one type; of any fact but prices.

    Returns:
        Number of rows written.

    Raises:
        TypeError: the records are of several types, or are prices.
    """
    if not records:
        return 0
    kinds = {type(record) for record in records}
    if len(kinds) != 1 or not kinds <= _TABLES.keys():
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise TypeError(f"expected records of one kind of fact, found {names}")
    table = _TABLES[kinds.pop()]
    write_rows(session, table, [_row(record) for record in records])
    return len(records)


def write_rows(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows by ``executemany``; a row whose primary key exists is updated instead.

    Args:
        session: a session for writing.
        table: where they go.
        rows: one dictionary a row, all with the same keys; at least one.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changing = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changing), rows)


def flags_text(flags: Iterable[str]) -> str:
    """Flags as the text of a JSON list, sorted, each once."""
    return json.dumps(sorted(set(flags)), ensure_ascii=False)


def _row(record: Record) -> dict[str, Any]:
    row = dict(record)
    if "flags" in row:
        row["flags"] = flags_text(row["flags"])
    if isinstance(record, InstanceRecord):
        row["sku_folded"] = fold_sku(record.sku)
    return row
