"""Where two sources tell different prices of one thing: which counts, and who says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.model_queries import find_model
from catalog.records import Exact
from catalog.settle import DISAGREEMENT
from catalog.tables import OFFER, PRICE


class ToldPrice(BaseModel):
    """What one source says. ``region`` None: the source names none, so it speaks of all."""

    model_config = ConfigDict(frozen=True)

    price_id: str
    amount: Exact
    per: Exact
    unit: str
    currency: str
    region: str | None
    source: str
    as_of: date | None
    rank: int


class Disagreement(BaseModel):
    """Two prices of one thing that differ by more than 1 % of the one that counts.

    Attributes:
        provider_id, model_id, instance_id, deployment, kind, term: what is priced.
        regions: where the two differ in just this way, in order; empty: neither names a region.
        counts: the price of the better source, in the first of the regions.
        other: the price that is not taken.
        gap_share: other minus counts, over counts.
    """

    model_config = ConfigDict(frozen=True)

    provider_id: str
    model_id: str | None
    instance_id: str | None
    deployment: str | None
    kind: str
    term: str | None
    regions: tuple[str, ...]
    counts: ToldPrice
    other: ToldPrice
    gap_share: Exact


Thing = tuple[str, str | None, str | None, str | None, str, str | None]


def list_disagreements(session: Session, model: str | None = None) -> list[Disagreement]:
    """All of them, in order of what is priced; hosts, and models as published.

    A deployment that a source does not state is compared with nothing: it may be another one.
    Contracted prices are meant to differ and have no part.

    Args:
        session: a session for reading.
        model: only of this model, by any of its names.

    Raises:
        ModelNotFound, ModelAmbiguous.
    """
    wanted = [] if model is None else [PRICE.c.model_id == find_model(session, model).id]
    query = (
        select(PRICE, OFFER.c.variant, OFFER.c.zone)
        .join(OFFER, OFFER.c.id == PRICE.c.offer_id, isouter=True)
        .where(
            PRICE.c.valid_to.is_(None),
            PRICE.c.basis == "list",
            PRICE.c.currency == "USD",
            (PRICE.c.kind == "instance") | PRICE.c.model_id.is_not(None),
            *wanted,
        )
        .order_by(PRICE.c.rank, PRICE.c.id)
    )
    things: dict[tuple[Thing, str | None], list[RowMapping]] = defaultdict(list)
    for row in session.execute(query).mappings():
        if row["deployment"] != "unknown" and row["variant"] in (None, "base"):
            things[_thing(row), row["zone"]].append(row)
    found = [one for (thing, _), rows in things.items() for one in _of_thing(thing, rows)]
    return sorted(found, key=lambda one: (one.model_id or one.instance_id or "", _order(one)))


def _thing(row: RowMapping) -> Thing:
    return (
        row["provider_id"],
        row["model_id"],
        row["instance_id"],
        row["deployment"],
        row["kind"],
        row["term"],
    )


def _of_thing(thing: Thing, rows: list[RowMapping]) -> Iterator[Disagreement]:
    """Each place's best row against the rows of other sources that speak of that place."""
    alike: dict[tuple[Any, ...], tuple[RowMapping, RowMapping, list[str]]] = {}
    places = {row["region"] for row in rows}
    for region in sorted(places - {None}) or [None]:
        here = [row for row in rows if row["region"] in (region, None)]
        best = here[0]
        for other in here[1:]:
            if other["source"] == best["source"] or not _apart(best, other):
                continue
            key = (_each(best), best["source"], _each(other), other["source"])
            regions = alike.setdefault(key, (best, other, []))[2]
            regions += [region] if region is not None else []
    for best, other, regions in alike.values():
        yield Disagreement(
            provider_id=thing[0],
            model_id=thing[1],
            instance_id=thing[2],
            deployment=thing[3],
            kind=thing[4],
            term=thing[5],
            regions=tuple(dict.fromkeys(regions)),
            counts=_told(best),
            other=_told(other),
            gap_share=(_each(other) / _each(best) - 1).quantize(Decimal("0.0001")),
        )


def _apart(best: RowMapping, other: RowMapping) -> bool:
    each = _each(best)
    return each > 0 and abs(_each(other) - each) > DISAGREEMENT * each


def _each(row: RowMapping) -> Decimal:
    each: Decimal = row["amount"] / row["per"]
    return each


def _told(row: RowMapping) -> ToldPrice:
    names: Iterable[str] = (name for name in ToldPrice.model_fields if name != "price_id")
    return ToldPrice.model_validate({"price_id": row["id"], **{name: row[name] for name in names}})


def _order(one: Disagreement) -> tuple[str, ...]:
    first = one.regions[0] if one.regions else ""
    return (one.provider_id, one.deployment or "", one.kind, one.term or "", first)
