"""The cheapest ways to run models in one region: by the token, and on a host that Azure lists."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, RowMapping, or_, select
from sqlmodel import Session

from catalog.folding import safe_text
from catalog.records import Exact
from catalog.regions import zone_of
from catalog.search.sold import cheapest_price, usd_per_million_tokens
from catalog.search.wanted import CheapestPrice
from catalog.tables import AZURE_MODEL, AZURE_MODEL_HOST, INSTANCE, OFFER, PRICE

_HISTORY = "historical"
_ONLY_PRICED = "priced_but_not_offered_there"


class HostPrice(BaseModel):
    """The list price of one rented machine on demand, of the best source of its region.

    Attributes:
        usd_per_hour: as published. region None: the source names none.
        as_of: last day on which it was true at the provider; None: the source has no date.
    """

    model_config = ConfigDict(frozen=True)

    instance_id: str
    sku: str
    usd_per_hour: Exact
    price_id: str
    region: str | None
    as_of: date | None
    source: str


class ModelInRegion(BaseModel):
    """What a model costs at least in one region.

    Attributes:
        input, output: cheapest current list price by the token that is sold in the region; a global
            deployment of the region counts, its ``deployment`` says so. None: no price known there.
        offers: how many offers have such a price there.
        host: cheapest machine there of those that Azure lists for the model; None: no list, or no
            price known there.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    input: CheapestPrice | None = None
    output: CheapestPrice | None = None
    offers: int = 0
    host: HostPrice | None = None


def cheapest_in_region(
    session: Session, model_ids: Sequence[str], region: str, today: date
) -> list[ModelInRegion]:
    """One entry a model, in the order asked; two statements in all.

    Args:
        session: a session for reading.
        model_ids: canonical ids; an unknown one has nothing.
        region: whose prices.
        today: offers, models and machines that ended by this day are left out.
    """
    ids, place = [safe_text(one) for one in model_ids], safe_text(region)
    tokens, offers = _tokens(session, ids, place, today)
    hosts = _hosts(session, ids, place, today)
    return [
        ModelInRegion(
            id=one,
            region=region,
            input=tokens.get((one, "input")),
            output=tokens.get((one, "output")),
            offers=len(offers.get(one, ())),
            host=hosts.get(one),
        )
        for one in ids
    ]


def best_hosts(rows: Iterable[RowMapping]) -> list[HostPrice]:
    """Of each machine and region the price of the best source, cheapest first.

    rows: of `host_price_query`, joined with the SKU.
    """
    best: dict[tuple[str, str | None], RowMapping] = {}
    for row in rows:
        key = (row["instance_id"], row["region"])
        if _HISTORY not in json.loads(row["flags"]) and (
            key not in best or row["rank"] < best[key]["rank"]
        ):
            best[key] = row
    found = [
        HostPrice(
            instance_id=row["instance_id"],
            sku=row["sku"],
            usd_per_hour=row["amount"] / row["per"],
            price_id=row["id"],
            region=row["region"],
            as_of=row["as_of"],
            source=row["source"],
        )
        for row in best.values()
    ]
    return sorted(found, key=lambda host: (host.usd_per_hour, host.sku, host.region or ""))


HOST_PRICE = (
    *(PRICE.c[name] for name in ("id", "instance_id", "region", "amount", "per")),
    *(PRICE.c[name] for name in ("as_of", "source", "flags", "rank")),
    INSTANCE.c.sku,
)
"""The columns that `best_hosts` reads."""


def current_host_price() -> list[ColumnElement[bool]]:
    """Conditions of a list price on demand that holds now."""
    return [
        PRICE.c.instance_id == INSTANCE.c.id,
        PRICE.c.term == "on_demand",
        PRICE.c.valid_to.is_(None),
        PRICE.c.currency == "USD",
        PRICE.c.basis == "list",
    ]


def goes_on(end: ColumnElement[date], today: date) -> ColumnElement[bool]:
    """No end is known, or it is still ahead."""
    return or_(end.is_(None), end > today)


def _tokens(
    session: Session, ids: Sequence[str], region: str, today: date
) -> tuple[dict[tuple[str, str], CheapestPrice], dict[str, set[str]]]:
    columns = (
        *("id", "model_id", "offer_id", "provider_id", "region", "deployment", "kind"),
        *("amount", "per", "as_of", "flags"),
    )
    query = select(
        *(PRICE.c[name] for name in columns), OFFER.c.zone, OFFER.c.flags.label("offer_flags")
    ).where(
        PRICE.c.offer_id == OFFER.c.id,
        PRICE.c.model_id.in_(ids),
        PRICE.c.kind.in_(("input", "output")),
        PRICE.c.region == region,
        PRICE.c.valid_to.is_(None),
        PRICE.c.currency == "USD",
        PRICE.c.basis == "list",
        OFFER.c.variant == "base",
        goes_on(OFFER.c.retired_on, today),
    )
    best: dict[tuple[str, str], tuple[Decimal, str, RowMapping]] = {}
    offers: dict[str, set[str]] = defaultdict(set)
    for row in session.execute(query).mappings():
        fits = row["zone"] in (None, zone_of(region))
        if not fits or _HISTORY in row["flags"] or _ONLY_PRICED in row["offer_flags"]:
            continue
        offers[row["model_id"]].add(row["offer_id"])
        key = (row["model_id"], row["kind"])
        found = (usd_per_million_tokens(row["amount"], row["per"]), row["id"], row)
        best[key] = min(best.get(key, found), found, key=lambda one: one[:2])
    return {key: cheapest_price(row) for key, (_, _, row) in best.items()}, offers


def _hosts(session: Session, ids: Sequence[str], region: str, today: date) -> dict[str, HostPrice]:
    query = (
        select(AZURE_MODEL.c.model_id, *HOST_PRICE)
        .distinct()
        .where(
            AZURE_MODEL.c.model_id.in_(ids),
            AZURE_MODEL.c.name == AZURE_MODEL_HOST.c.name,
            AZURE_MODEL_HOST.c.instance_id == INSTANCE.c.id,
            PRICE.c.region == region,
            *current_host_price(),
            goes_on(INSTANCE.c.retired_on, today),
            goes_on(AZURE_MODEL.c.inference_retired_on, today),
        )
    )
    by_model: dict[str, list[RowMapping]] = defaultdict(list)
    for row in session.execute(query).mappings():
        by_model[row["model_id"]].append(row)
    found = {model_id: best_hosts(rows) for model_id, rows in by_model.items()}
    return {model_id: hosts[0] for model_id, hosts in found.items() if hosts}
