"""How prices went: each line is one kind of one offer, or one machine in one region, over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlmodel import Session

from catalog.folding import safe_text
from catalog.records import Exact
from catalog.search.sold import usd_per_million_tokens
from catalog.tables import OFFER, PRICE
from catalog.views import Price, price_of


class PastStep(BaseModel):
    """An amount and the time it held.

    Attributes:
        since, until: from when until before when; ``until`` None: still.
        seen_on: last day on which we know that it held.
        start_known: False where the source does not say since when; ``since`` means nothing then.
        usd: for 1,000,000 tokens, or for an hour of a machine.
    """

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime | None
    seen_on: date
    usd: Exact
    start_known: bool
    price_id: str


class PastLine(BaseModel):
    """The steps of one price of one source, oldest first."""

    model_config = ConfigDict(frozen=True)

    kind: str
    source: str
    region: str | None
    steps: tuple[PastStep, ...]


def offers_with_past(session: Session, model_id: str) -> list[str]:
    """Offers of a model with an earlier price by the token, most changes first."""
    rows, ends = func.count(PRICE.c.id), func.count(PRICE.c.valid_to)
    changes = rows - func.count(PRICE.c.series.distinct())
    query = (
        select(PRICE.c.offer_id)
        .join(OFFER, PRICE.c.offer_id == OFFER.c.id)
        .where(OFFER.c.model_id == model_id, PRICE.c.kind.in_(("input", "output")))
        .group_by(PRICE.c.offer_id)
        .having(ends > 0)
        .order_by(changes.desc(), PRICE.c.offer_id)
    )
    return list(session.execute(query).scalars())


def offer_past(session: Session, offer_id: str) -> list[PastLine]:
    """Input and output prices of an offer over time, in USD."""
    query = select(PRICE).where(
        PRICE.c.offer_id == safe_text(offer_id),
        PRICE.c.kind.in_(("input", "output")),
        PRICE.c.currency == "USD",
    )
    rows = session.execute(query.order_by(PRICE.c.rank, PRICE.c.kind, PRICE.c.valid_from))
    return _lines(price_of(row) for row in rows.mappings())


def host_past(session: Session, instance_id: str, region: str) -> list[PastLine]:
    """Prices of a machine on demand in a region over time, in USD, of the best source first."""
    query = select(PRICE).where(
        PRICE.c.instance_id == safe_text(instance_id),
        PRICE.c.region == safe_text(region),
        PRICE.c.term == "on_demand",
        PRICE.c.currency == "USD",
    )
    rows = session.execute(query.order_by(PRICE.c.rank, PRICE.c.series, PRICE.c.valid_from))
    return _lines(price_of(row) for row in rows.mappings())


def _lines(prices: Iterable[Price]) -> list[PastLine]:
    by_series: dict[str, list[Price]] = defaultdict(list)
    for price in prices:
        by_series[price.series].append(price)
    return [
        PastLine(
            kind=rows[0].kind,
            source=rows[0].source,
            region=rows[0].region,
            steps=tuple(_step(row) for row in rows),
        )
        for rows in by_series.values()
    ]


def _step(price: Price) -> PastStep:
    return PastStep(
        since=price.valid_from,
        until=price.valid_to,
        seen_on=price.as_of or price.fetched_at.date(),
        usd=_amount(price),
        start_known="start_unknown" not in price.flags,
        price_id=price.id,
    )


def _amount(price: Price) -> Decimal:
    if price.unit == "token":
        return usd_per_million_tokens(price.amount, price.per)
    return price.amount / price.per
