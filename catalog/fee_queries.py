"""Fees that are not by the token: hosting of tuned models, provisioned throughput."""

from __future__ import annotations

from sqlalchemy import ColumnElement, RowMapping
from sqlmodel import Session

from catalog.folding import safe_text
from catalog.paging import read_page
from catalog.sold_records import ManagedFeeRecord
from catalog.tables import MANAGED_FEE
from catalog.views import Page, flags_of


def list_fees(
    session: Session, kind: str | None = None, limit: int = 100, after: str | None = None
) -> Page[ManagedFeeRecord]:
    """Fees in order of id; kind: of one kind only.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = []
    if kind is not None:
        conditions.append(MANAGED_FEE.c.kind == safe_text(kind))
    return read_page(session, MANAGED_FEE, conditions, limit, after, _views)


def _views(rows: list[RowMapping]) -> list[ManagedFeeRecord]:
    return [ManagedFeeRecord.model_validate({**row, "flags": flags_of(row)}) for row in rows]
