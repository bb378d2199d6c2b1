"""One short text that changes when what answers stand on changes: prices, rates, machines, models.

It is made of counts, last days and sums of amounts, so it costs some thousandths of a second and
reads no row into the program. Two catalogs with the same text are the same to a saved judgement.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Numeric, Table, cast, func, select
from sqlmodel import Session

from catalog.tables import (
    AZURE_MODEL,
    INSTANCE,
    MANAGED_FEE,
    MEASUREMENT,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    OFFER,
    OWN_MEASUREMENT,
    OWN_PRICE,
    PRICE,
    PTU_SIZING,
    RATE,
    SYNC_RUN,
)

_LAST: Final[tuple[tuple[Table, tuple[str, ...]], ...]] = (
    (PRICE, ("fetched_at", "valid_from", "valid_to")),
    (RATE, ("as_of", "fetched_at", "valid_to")),
    (OWN_PRICE, ("loaded_at", "valid_to")),
    (OWN_MEASUREMENT, ("imported_at",)),
    (OFFER, ("retired_on",)),
    (INSTANCE, ("retired_on",)),
    (AZURE_MODEL, ("as_of", "inference_retired_on")),
    (MANAGED_FEE, ("as_of",)),
    (PTU_SIZING, ("as_of",)),
    (SYNC_RUN, ("ended_at",)),
    (MODEL_ALIAS, ()),
    (MODEL_ARCHITECTURE, ()),
    (MEASUREMENT, ()),
)
"""Tables with the columns whose highest value tells that a row was added or closed."""
_SUMS: Final[tuple[Column[Any], ...]] = (PRICE.c.amount, RATE.c.rate, OWN_PRICE.c.amount)
"""Amounts that are added up, so that one that was corrected in its place is seen too."""


def facts_digest(session: Session) -> str:
    """The text for the catalog of this session, 32 hex digits."""
    found: list[Any] = []
    for table, names in _LAST:
        columns: list[ColumnElement[Any]] = [func.count()]
        columns += [func.max(table.c[name]) for name in names]
        columns += [_sum(column) for column in _SUMS if column.table is table]
        row = session.execute(select(*columns).select_from(table)).one()
        found.append([table.name, *(str(value) for value in row)])
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:32]


def _sum(column: Column[Any]) -> ColumnElement[Any]:
    return func.sum(cast(column, Numeric(asdecimal=False)))
