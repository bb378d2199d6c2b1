"""Prices that moved: a row that ended, and the next one of its series with another amount."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, func, or_, select
from sqlmodel import Session

from catalog.exact_texts import utc_text
from catalog.paging import check_limit, make_spot, read_spot
from catalog.records import Exact
from catalog.tables import INSTANCE, OFFER, PRICE
from catalog.views import Page, flags_of
from catalog.vocabulary import Kind

_SCOPE = "price_move"
_KEPT = ("provider_id", "model_id", "offer_id", "instance_id", "region", "deployment", "kind")
_TOLD = (*_KEPT, "term", "unit", "currency", "source", "url", "flags")


class PriceMove(BaseModel):
    """One price that was followed by another amount, both as published.

    Attributes:
        price_id, price_id_before: the rows after and before.
        name: what a reader calls it: the machine, the model, else the provider's own word.
        moved_at: from when on the new amount holds. ended_at: until when the old one did.
        move_share: new minus old, over old, for one unit; None where the old one was 0.
        flags: warnings on the new price, such as ``ambiguous``: it went away and came back.
    """

    model_config = ConfigDict(frozen=True)

    price_id: str
    price_id_before: str
    name: str
    provider_id: str
    model_id: str | None
    offer_id: str | None
    instance_id: str | None
    region: str | None
    deployment: str | None
    kind: Kind
    term: str | None
    unit: str
    currency: str
    amount_before: Exact
    per_before: Exact
    amount: Exact
    per: Exact
    move_share: Exact | None
    moved_at: datetime
    ended_at: datetime
    source: str
    url: str | None
    flags: tuple[str, ...]


def list_price_moves(
    session: Session, since: datetime | None = None, limit: int = 50, after: str | None = None
) -> Page[PriceMove]:
    """Moves, newest first; own prices have no part.

    Args:
        session: a session for reading.
        since: only moves from this moment on.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    check_limit(limit)
    moves = _pairs(session, since)
    start = 0
    if after is not None:
        moment, price_id = read_spot(after, _SCOPE, 2)
        start = sum(1 for move in moves if _spot(move) >= (moment, price_id))
    items = moves[start : start + limit]
    more = make_spot(_SCOPE, _spot(items[-1])) if items and start + limit < len(moves) else None
    return Page(items=tuple(items), total=len(moves), next=more)


def price_moves(session: Session, since: datetime | None = None) -> Sequence[PriceMove]:
    """All moves from a moment on, newest first."""
    return _pairs(session, since)


def _pairs(session: Session, since: datetime | None) -> list[PriceMove]:
    """One query; whether two amounts differ for one unit is decided exactly, so not in SQL."""
    before, after, later = PRICE.alias("before"), PRICE.alias("after"), PRICE.alias("later")
    following = (
        select(func.min(later.c.valid_from))
        .where(later.c.series == before.c.series, later.c.valid_from > before.c.valid_from)
        .scalar_subquery()
    )
    query = (
        select(
            *(after.c[name] for name in _TOLD),
            after.c.id.label("price_id"),
            after.c.amount,
            after.c.per,
            after.c.valid_from.label("moved_at"),
            before.c.id.label("price_id_before"),
            before.c.amount.label("amount_before"),
            before.c.per.label("per_before"),
            before.c.valid_to.label("ended_at"),
            INSTANCE.c.sku,
            OFFER.c.model_key,
        )
        .select_from(before)
        .join(after, (after.c.series == before.c.series) & (after.c.valid_from == following))
        .join(INSTANCE, INSTANCE.c.id == after.c.instance_id, isouter=True)
        .join(OFFER, OFFER.c.id == after.c.offer_id, isouter=True)
        .where(
            before.c.valid_to.is_not(None),
            or_(before.c.amount != after.c.amount, before.c.per != after.c.per),
        )
        .order_by(after.c.valid_from.desc(), after.c.id.desc())
    )
    if since is not None:
        query = query.where(after.c.valid_from >= since)
    found = (_move(row) for row in session.execute(query).mappings())
    return [move for move in found if move.move_share != 0]


def _move(row: RowMapping) -> PriceMove:
    old: Decimal = row["amount_before"] / row["per_before"]
    new: Decimal = row["amount"] / row["per"]
    share = None if old == 0 else new / old - 1
    if share is not None and share != 0:
        share = _rounded(share)
    if old == 0 and new == 0:
        share = Decimal(0)
    values: dict[str, Any] = {
        name: row[name] for name in PriceMove.model_fields if name in row and name != "flags"
    }
    name = row["sku"] or row["model_id"] or row["model_key"] or row["offer_id"]
    return PriceMove(**values, name=name, move_share=share, flags=flags_of(row))


def _rounded(share: Decimal) -> Decimal:
    """To a hundredth of a percent; a smaller move keeps one digit, so that it is never none."""
    rounded = share.quantize(Decimal("0.0001"))
    return rounded if rounded else Decimal(f"{share:.0e}")


def _spot(move: PriceMove) -> tuple[str, str]:
    return utc_text(move.moved_at), move.price_id
