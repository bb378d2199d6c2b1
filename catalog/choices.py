"""Short lists to pick from in a form: what matches the words typed so far, the likeliest first.

Never all there is: a list of thousands is slow to send and of no use to look through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import RowMapping, func, or_, select
from sqlmodel import Session

from catalog.errors import ModelAmbiguous, ModelNotFound
from catalog.folding import fold, like_pattern, safe_text, words
from catalog.model_queries import find_model
from catalog.search.query import search_models
from catalog.search.sold import usd_per_million_tokens
from catalog.search.wanted import ModelFilter
from catalog.tables import INSTANCE, OFFER, PRICE

MOST_CHOICES = 40
LONGEST_TYPED = 200


class InstanceChoice(NamedTuple):
    """A host as a line of a list.

    name: an Azure size as it is; any other as ``provider/size``, since sizes repeat.
    gpus: as text, such as ``2 × A100-80GB``; empty where not known.
    amount_per_hour, currency: on demand in the region asked for; None where there is none.
    retired_on: the day of its end.
    """

    name: str
    gpus: str
    amount_per_hour: Decimal | None
    currency: str | None
    retired_on: str | None


class OfferChoice(NamedTuple):
    """An offer by the token as a line of a list; prices in USD per million tokens, None: none."""

    id: str
    provider: str
    model_key: str
    region: str | None
    deployment: str
    variant: str
    input: Decimal | None
    output: Decimal | None
    retired_on: str | None


def model_choices(session: Session, typed: str = "") -> list[str]:
    """Ids of models that hold all the words in one of their names, most downloaded first."""
    wanted = ModelFilter(q=typed[:LONGEST_TYPED])
    return [model.id for model in search_models(session, wanted, MOST_CHOICES).items]


def instance_choices(
    session: Session, typed: str = "", region: str | None = None
) -> list[InstanceChoice]:
    """Hosts with a current price anywhere: with a price in the region first, then Azure's, then
    by name; retired ones last."""
    priced = select(PRICE.c.instance_id).where(
        PRICE.c.valid_to.is_(None), PRICE.c.instance_id.is_not(None)
    )
    named = [
        or_(
            func.lower(INSTANCE.c.id).like(like_pattern(word), escape="\\"),
            func.lower(INSTANCE.c.gpu_model).like(like_pattern(word), escape="\\"),
        )
        for word in words(safe_text(typed[:LONGEST_TYPED]))
    ]
    query = select(INSTANCE).where(INSTANCE.c.id.in_(priced), *named)
    here = _on_demand(session, region)
    rows = sorted(
        session.execute(query).mappings(),
        key=lambda row: (
            row["retired_on"] is not None,
            row["id"] not in here,
            row["provider_id"] != "azure",
            row["id"],
        ),
    )
    return [_instance(row, here.get(row["id"])) for row in rows[:MOST_CHOICES]]


def offer_choices(
    session: Session, typed: str = "", model: str | None = None, region: str | None = None
) -> list[OfferChoice]:
    """Offers with a current price: those of the model, or, where words are typed that are not its
    offers', of any.

    The region's own first, then those without a region; tuned variants after all as published,
    those with an announced end last.
    """
    asked = words(safe_text(typed[:LONGEST_TYPED]))
    model_id = _id_of(session, model)
    of_model = [OFFER.c.model_id == model_id] if model_id is not None else []
    priced = select(PRICE.c.offer_id).where(
        PRICE.c.valid_to.is_(None), PRICE.c.offer_id.is_not(None)
    )
    named = [
        or_(
            func.lower(OFFER.c.id).like(like_pattern(word), escape="\\"),
            func.lower(OFFER.c.model_id).like(like_pattern(word), escape="\\"),
        )
        for word in asked
    ]
    rows: Sequence[RowMapping] = []
    for conditions in ([*of_model, *named], named) if of_model else (named,):
        if conditions:
            query = select(OFFER).where(OFFER.c.id.in_(priced), *conditions)
            rows = session.execute(query).mappings().all()
        if rows:
            break
    here = None if region is None else fold(region)
    shown = sorted(rows, key=lambda row: _offer_order(row, here))[:MOST_CHOICES]
    return _offers(session, shown)


def _offer_order(row: RowMapping, here: str | None) -> tuple[bool, bool, int, str]:
    place = 0 if row["region"] == here else 1 if row["region"] is None else 2
    ends = row["retired_on"] is not None
    return ends, row["variant"] != "base", place, row["id"]


def _offers(session: Session, rows: Sequence[RowMapping]) -> list[OfferChoice]:
    query = (
        select(PRICE.c.offer_id, PRICE.c.kind, PRICE.c.amount, PRICE.c.per)
        .where(
            PRICE.c.offer_id.in_([row["id"] for row in rows]),
            PRICE.c.valid_to.is_(None),
            PRICE.c.kind.in_(("input", "output")),
            PRICE.c.currency == "USD",
        )
        .order_by(PRICE.c.rank.desc())
    )
    prices: dict[tuple[str, str], Decimal] = {}
    for price in session.execute(query):
        key = (price.offer_id, price.kind)
        prices[key] = usd_per_million_tokens(price.amount, price.per)
    return [
        OfferChoice(
            id=row["id"],
            provider=row["provider_id"],
            model_key=row["model_key"],
            region=row["region"],
            deployment=row["deployment"],
            variant=row["variant"],
            input=prices.get((row["id"], "input")),
            output=prices.get((row["id"], "output")),
            retired_on=_day(row),
        )
        for row in rows
    ]


def _on_demand(session: Session, region: str | None) -> dict[str, tuple[Decimal, str]]:
    """Host id to its price of an hour in the region, of the best source."""
    if region is None:
        return {}
    query = (
        select(PRICE.c.instance_id, PRICE.c.amount, PRICE.c.per, PRICE.c.currency)
        .where(
            PRICE.c.kind == "instance",
            PRICE.c.term == "on_demand",
            PRICE.c.region == fold(safe_text(region)),
            PRICE.c.valid_to.is_(None),
        )
        .order_by(PRICE.c.rank.desc(), PRICE.c.id.desc())
    )
    return {row.instance_id: (row.amount / row.per, row.currency) for row in session.execute(query)}


def _instance(row: RowMapping, price: tuple[Decimal, str] | None) -> InstanceChoice:
    return InstanceChoice(
        name=row["sku"] if row["provider_id"] == "azure" else row["id"],
        gpus=_joined((row["gpu_count"], row["gpu_model"])),
        amount_per_hour=None if price is None else price[0],
        currency=None if price is None else price[1],
        retired_on=_day(row),
    )


def _day(row: RowMapping) -> str | None:
    return None if row["retired_on"] is None else str(row["retired_on"].isoformat())


def _joined(parts: Iterable[object]) -> str:
    return " × ".join(str(part) for part in parts if part is not None)


def _id_of(session: Session, name: str | None) -> str | None:
    if not name:
        return None
    try:
        return find_model(session, name).id
    except (ModelNotFound, ModelAmbiguous):
        return None
