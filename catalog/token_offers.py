"""The price rows of an option that is paid by the token: of an offer, or of a provider and place.

Only what is sold as asked takes part: the model as published (a tuned variant is asked for by its
offer), in the region's own data zone, and at the price of prompts of this length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.own_prices import OwnPriceUse
from catalog.price_queries import model_prices, offer_prices
from catalog.problems import Path, Refused, problem
from catalog.regions import zone_of
from catalog.scenario import ServerlessFields
from catalog.settle import no_price
from catalog.tables import OFFER
from catalog.views import Price, flags_of

SHOWN_OFFER_FLAGS = frozenset({"moving_name", "priced_but_not_offered_there"})


def offer_rows(
    session: Session, own: OwnPriceUse, offer_id: str, path: Path, day: date | None = None
) -> list[Price]:
    """Own and stored prices of one offer, current or of a day in the past. Raises Refused where
    there is no such offer, or none with a price on that day."""
    rows = [*own.of_offer(session, offer_id), *offer_prices(session, offer_id, day)]
    if not rows:
        found = repr(offer_id)
        if day is not None:
            raise Refused([problem("no_price_on_day", path, name=offer_id, day=day)])
        raise Refused([problem("unknown_offer", (*path, "offer"), found=found, nearest="")])
    return rows


def placed_rows(
    session: Session,
    own: OwnPriceUse,
    document: ServerlessFields,
    place: tuple[str | None, str | None, date | None],
    path: Path,
) -> list[Price]:
    """Prices of a model (first of `place`) by provider and deployment in a region (second), current
    or of a day in the past (third).

    A global price of this region counts before one without a region, and that before any other.
    Raises Refused: no model, no region where one is needed, no price.
    """
    model, region, day = place
    if model is None:
        raise Refused([problem("required", (*path, "model"), key="model")])
    sold = [
        row
        for row in (*own.of_model(session, model), *model_prices(session, model, day))
        if row.provider_id == document.provider and row.deployment == document.deployment
    ]
    sold = _as_published(session, sold, region)
    here = [row for row in sold if row.region == region and region is not None]
    anywhere = [row for row in sold if row.region is None]
    rows = [*here, *anywhere]
    if document.deployment == "global":
        rows = here or anywhere or sold
    if not rows:
        elsewhere = sorted({row.region for row in sold if row.region is not None})
        if region is None and elsewhere:
            raise Refused([problem("required", (*path, "region"), key="region")])
        raise Refused([no_price(path, str(document.deployment), model, region, elsewhere)])
    return rows


def offer_remarks(
    session: Session, rows: Sequence[Price], input_tokens: int, path: Path
) -> tuple[str, ...]:
    """What a reader must know of the offers that prices belong to, as flags.

    input_tokens: of a mean request, rounded up. Raises Refused where a prompt of that length has
    another price, which the catalog does not hold.
    """
    flags: list[str] = []
    for offer in _offers(session, rows).values():
        tier = offer["context_tier_tokens"]
        if tier is not None and input_tokens > tier:
            most, found = f"{tier:,}", f"{input_tokens:,}"
            raise Refused([problem("long_prompt_price", path, most=most, found=found)])
        flags += [flag for flag in flags_of(offer) if flag in SHOWN_OFFER_FLAGS]
        read = max(row.fetched_at.date() for row in rows if row.offer_id == offer["id"])
        if offer["retired_on"] is not None and offer["retired_on"] <= read:
            flags.append("offer_retired")
        if offer["variant"] == "fine_tuned":
            flags.append("tuned_hosting_fee_not_included")
    return tuple(dict.fromkeys(flags))


def _as_published(session: Session, rows: Sequence[Price], region: str | None) -> list[Price]:
    """Without tuned variants, and without the data zone of another part of the world."""
    offers = _offers(session, rows)
    zone = zone_of(region)

    def fits(row: Price) -> bool:
        offer = offers.get(row.offer_id)
        if offer is None:
            return True
        return offer["variant"] == "base" and offer["zone"] in (None, zone)

    return [row for row in rows if fits(row)]


def _offers(session: Session, rows: Iterable[Price]) -> dict[str | None, RowMapping]:
    ids = {row.offer_id for row in rows} - {None}
    query = select(OFFER).where(OFFER.c.id.in_(ids)).order_by(OFFER.c.id)
    return {offer["id"]: offer for offer in session.execute(query).mappings()} if ids else {}
