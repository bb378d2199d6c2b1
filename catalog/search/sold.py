"""What is on sale now, model by model: the cheapest prices, the offers, and the places."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlmodel import Session

from catalog.regions import country_of
from catalog.search.wanted import CheapestPrice
from catalog.tables import AZURE_MODEL, AZURE_MODEL_HOST, INSTANCE, OFFER, PRICE

MILLION = Decimal(1_000_000)
_HISTORY = "historical"
_ONLY_PRICED = "priced_but_not_offered_there"


class Place(NamedTuple):
    """One place of one model, as in `model_place`."""

    how: str
    region: str | None
    country: str | None
    deployment: str | None


@dataclass(kw_only=True)
class Sold:
    """What one model is sold for.

    Attributes:
        cheapest: kind (input, output) to price: USD per million tokens, rank of source, price id.
        offers: ids of the offers that have a current price.
        places: where it can be bought.
        priced: whether there is a current token price, in any currency.
        hosted: whether Azure lists a GPU host for it, priced or not.
        ends: of each way to get it at Azure, its last day; None where no end is known.
    """

    cheapest: dict[str, tuple[Decimal, int, str]] = field(default_factory=dict)
    offers: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    priced: bool = False
    hosted: bool = False
    ends: list[date | None] = field(default_factory=list)

    @property
    def retired_on(self) -> date | None:
        """When the last way ends; None where one goes on, or none is known."""
        known = [end for end in self.ends if end is not None]
        return max(known) if known and len(known) == len(self.ends) else None


def usd_per_million_tokens(amount: Decimal, per: Decimal) -> Decimal:
    """An amount for ``per`` tokens as one for a million; exact where it ends, else 28 digits."""
    return amount * MILLION / per


def cheapest_price(row: RowMapping) -> CheapestPrice:
    """A row of `price` as what an item of the list shows of it."""
    return CheapestPrice(
        usd_per_million_tokens=usd_per_million_tokens(row["amount"], row["per"]),
        price_id=row["id"],
        offer_id=row["offer_id"],
        provider_id=row["provider_id"],
        region=row["region"],
        deployment=row["deployment"],
        as_of=row["as_of"],
    )


def read_sold(session: Session) -> dict[str, Sold]:
    """Model id to what is sold of it, out of current rows; models without any are absent.

    Current: no end of the price, no offer, host or Azure model retired by the newest reading that
    the catalog holds, not marked as historical, nor as priced where it is not offered. Tuned
    variants and contracted prices are no price of the model.
    """
    newest = session.execute(select(func.max(PRICE.c.fetched_at))).scalar()
    today = None if newest is None else newest.date()
    sold: dict[str, Sold] = defaultdict(Sold)
    _read_tokens(session, sold, today)
    _read_hosts(session, sold, today)
    return dict(sold)


def _read_tokens(session: Session, sold: dict[str, Sold], today: date | None) -> None:
    model_of: dict[str, str | None] = {}
    unsold: set[str] = set()
    for offer in session.execute(select(OFFER)).mappings():
        model_of[offer["id"]] = offer["model_id"]
        if offer["variant"] != "base" or _ONLY_PRICED in json.loads(offer["flags"]):
            unsold.add(offer["id"])
            continue
        if offer["model_id"] is not None:
            sold[offer["model_id"]].ends.append(offer["retired_on"])
        if _is_over(offer["retired_on"], today):
            unsold.add(offer["id"])
    for price in session.execute(_current_prices("input", "output")).mappings():
        model_id = price["model_id"] or model_of.get(price["offer_id"])
        if model_id is not None and price["offer_id"] not in unsold and not _is_history(price):
            _take_price(sold[model_id], price)


def _take_price(model: Sold, price: RowMapping) -> None:
    region = price["region"]
    model.priced = True
    model.places.add(Place("token", region, country_of(region), price["deployment"]))
    if price["offer_id"] is not None:
        model.offers.add(price["offer_id"])
    if price["currency"] == "USD":
        amount = usd_per_million_tokens(price["amount"], price["per"])
        found = (amount, price["rank"], price["id"])
        kind = price["kind"]
        model.cheapest[kind] = min(model.cheapest.get(kind, found), found)


def _read_hosts(session: Session, sold: dict[str, Sold], today: date | None) -> None:
    regions: dict[str, set[str]] = defaultdict(set)
    for price in session.execute(_current_prices("instance")).mappings():
        if price["region"] is not None and not _is_history(price):
            regions[price["instance_id"]].add(price["region"])
    retired = {
        row.id
        for row in session.execute(select(INSTANCE.c.id, INSTANCE.c.retired_on))
        if _is_over(row.retired_on, today)
    }
    models: dict[str, Any] = {}
    for row in session.execute(
        select(AZURE_MODEL.c.name, AZURE_MODEL.c.model_id, AZURE_MODEL.c.inference_retired_on)
    ):
        models[row.name] = row
        sold[row.model_id].ends.append(row.inference_retired_on)
    for name, instance_id in session.execute(
        select(AZURE_MODEL_HOST.c.name, AZURE_MODEL_HOST.c.instance_id).where(
            AZURE_MODEL_HOST.c.instance_id.is_not(None)
        )
    ):
        model = sold[models[name].model_id]
        model.hosted = True
        if instance_id not in retired and not _is_over(models[name].inference_retired_on, today):
            model.places |= {
                Place("host", region, country_of(region), None) for region in regions[instance_id]
            }


def _current_prices(*kinds: str) -> Any:
    columns = (
        "id",
        "model_id",
        "offer_id",
        "instance_id",
        "region",
        "deployment",
        "kind",
        "amount",
        "per",
        "currency",
        "flags",
        "rank",
    )
    return select(*(PRICE.c[name] for name in columns)).where(
        PRICE.c.kind.in_(kinds), PRICE.c.valid_to.is_(None), PRICE.c.basis == "list"
    )


def _is_over(end: date | None, today: date | None) -> bool:
    return end is not None and today is not None and end <= today


def _is_history(price: RowMapping) -> bool:
    return _HISTORY in json.loads(price["flags"])
