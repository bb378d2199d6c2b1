"""Which own prices take the place of a list price, and by how much they differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import or_, select
from sqlmodel import Session

from catalog.own_prices import own_prices_of_file
from catalog.tables import OWN_PRICE, PRICE
from catalog.views import OwnPrice, Price, price_of

Thing: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Win:
    """An own price with the best list price of the same thing.

    Attributes:
        own, listed: the two prices.
        difference: (own - list) / list; None where the list price is 0 or in another currency.
    """

    own: OwnPrice
    listed: Price
    difference: Decimal | None


def wins_over_list(session: Session, name: str, today: date) -> list[Win]:
    """The prices of one file that hold on this day and replace a list price, in order of line."""
    listed: dict[Thing, list[Price]] = {}
    for price in _list_prices(session, name):
        listed.setdefault(_thing(price), []).append(price)
    wins = []
    for own in own_prices_of_file(session, name, today):
        candidates = [price for price in listed.get(_thing(own), []) if _same_place(own, price)]
        if candidates:
            best = min(candidates, key=lambda price: (price.rank, price.id))
            wins.append(Win(own=own, listed=best, difference=_difference(own, best)))
    return sorted(wins, key=lambda win: int(win.own.source_key.rpartition(":")[2]))


def _list_prices(session: Session, name: str) -> Iterable[Price]:
    of_file = OWN_PRICE.c.file_name == name
    query = select(PRICE).where(
        PRICE.c.valid_to.is_(None),
        or_(
            PRICE.c.instance_id.in_(select(OWN_PRICE.c.instance_id).where(of_file)),
            PRICE.c.model_id.in_(select(OWN_PRICE.c.model_id).where(of_file)),
        ),
    )
    return [price_of(row) for row in session.execute(query).mappings()]


def _thing(price: Price) -> Thing:
    """What is priced, but for the region. A host is the same whoever sells it on."""
    if price.instance_id is not None:
        return (price.instance_id, price.term)
    return (price.model_id, price.provider_id, price.deployment, price.kind)


def _same_place(own: OwnPrice, listed: Price) -> bool:
    """Whether both are candidates for some region; a global price serves any."""
    return (
        own.deployment == "global"
        or None in (own.region, listed.region)
        or (own.region == listed.region)
    )


def _difference(own: OwnPrice, listed: Price) -> Decimal | None:
    if own.currency != listed.currency or listed.amount == 0:
        return None
    each, list_each = own.amount / own.per, listed.amount / listed.per
    return (each - list_each) / list_each
