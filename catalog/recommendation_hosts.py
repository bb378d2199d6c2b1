"""Machines at a place with what they cost on demand, and what speaks against each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlalchemy import RowMapping, or_, select
from sqlmodel import Session

from catalog.cheapest import current_host_price, goes_on
from catalog.hardware_facts import gpu_of
from catalog.records import GpuRecord
from catalog.regions import country_of
from catalog.settle import DISAGREEMENT
from catalog.tables import AZURE_MODEL, AZURE_MODEL_HOST, GPU, INSTANCE, MODEL_LISTING, PRICE
from catalog.views import Model
from costing.hardware import Host

OLD_AFTER: Final = timedelta(days=90)
"""Age of a price from which it needs a new look; as far apart, two prices are hard to compare."""


class Flag(StrEnum):
    """What a reader must know of a host. The first group keeps it from ever being recommended."""

    HOST_RETIRED = "host_retired"
    HISTORICAL = "historical"
    RESIDENCY_NOT_KEPT = "residency_not_kept"

    HOST_REGION_NOT_STATED = "host_region_not_stated"
    HOST_RETIRES = "host_retires"
    NOT_ON_AZURES_LIST = "not_on_azures_list"
    NO_AZURE_LIST = "no_azure_list"
    PRICE_OLD = "price_old"
    PRICE_UNDATED = "price_undated"
    SOURCES_DISAGREE = "sources_disagree"
    PROMO_METER = "promo_meter"
    JUMP = "jump"
    AMBIGUOUS = "ambiguous"
    DEPRECATED = "deprecated"
    WEIGHTS_NARROWER = "weights_narrower"
    LICENSE_UNKNOWN = "license_unknown"
    LICENSE_NON_COMMERCIAL = "license_non_commercial"


_OF_THE_ROW: Final = (Flag.PROMO_METER, Flag.JUMP, Flag.AMBIGUOUS, Flag.DEPRECATED)
"""Words of warning that prices and machines carry themselves."""
_SAYS_NOTHING: Final = ("other", "custom", "unknown")
_NON_COMMERCIAL: Final = frozenset({"nc", "noncommercial", "msrla"})
"""Words of a licence that forbids business; msrla: Microsoft Research License Agreement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PricedHost:
    """One machine at one place.

    Attributes:
        host: its GPUs. gpu_model: as its provider names them.
        region: None: its provider does not say where.
        usd_per_hour: on demand, of the best source.
        as_of: last day on which the price was true; None: the source has no date.
        barred: why it can never be recommended; None: it can.
    """

    host: Host
    sku: str
    provider_id: str
    gpu_model: str | None
    region: str | None
    usd_per_hour: Decimal
    price_id: str
    source: str
    as_of: date | None
    barred: Flag | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """Which machines are looked for: places (None: all), providers (None: all), the country that
    requests may not leave (None: any), and the day."""

    regions: Collection[str] | None
    providers: Collection[str] | None
    country: str | None
    today: date


def priced_hosts(session: Session, model: Model, sought: Sought) -> list[PricedHost]:
    """Machines with a price on demand at the places, and those whose place is not stated."""
    query = select(*_COLUMNS).where(*current_host_price())
    if sought.regions is not None:
        query = query.where(or_(PRICE.c.region.is_(None), PRICE.c.region.in_(sought.regions)))
    if sought.providers is not None:
        query = query.where(INSTANCE.c.provider_id.in_(sought.providers))
    rows: dict[tuple[str, str | None], list[RowMapping]] = defaultdict(list)
    for row in session.execute(query).mappings():
        rows[row["instance_id"], row["region"]].append(row)
    gpus = {
        row["key"]: gpu_of(GpuRecord.model_validate(dict(row)))
        for row in session.execute(select(GPU)).mappings()
    }
    listed = _azures_list(session, model.id, sought.today)
    found = []
    for at_place in rows.values():
        at_place.sort(key=_best_first)
        best = at_place[0]
        host = Host(
            name=best["instance_id"], gpu=gpus.get(best["gpu_key"]), gpu_count=best["gpu_count"]
        )
        found.append(_priced(host, at_place, listed, sought))
    return found


_COLUMNS: Final = (
    *(PRICE.c[name] for name in ("id", "instance_id", "region", "amount", "per")),
    *(PRICE.c[name] for name in ("as_of", "source", "flags", "rank")),
    *(INSTANCE.c[name] for name in ("sku", "provider_id", "gpu_model", "gpu_key", "gpu_count")),
    INSTANCE.c.retired_on,
    INSTANCE.c.flags.label("instance_flags"),
)


def license_flags(session: Session, model: Model) -> tuple[Flag, ...]:
    """What the catalog says of a model's licence, where that must be known before it is used."""
    query = select(MODEL_LISTING.c.license).where(MODEL_LISTING.c.model_id == model.id)
    told = model.license or session.execute(query).scalar()
    if told is None or told.strip().casefold() in _SAYS_NOTHING:
        return (Flag.LICENSE_UNKNOWN,)
    words = told.casefold().replace("non-commercial", "noncommercial").replace("_", "-")
    if _NON_COMMERCIAL & set(words.replace(" ", "-").split("-")):
        return (Flag.LICENSE_NON_COMMERCIAL,)
    return ()


def _azures_list(session: Session, model_id: str, today: date) -> frozenset[str]:
    """Machines that Azure allows for the model; empty where it lists none."""
    query = select(AZURE_MODEL_HOST.c.instance_id).where(
        AZURE_MODEL.c.model_id == model_id,
        AZURE_MODEL.c.name == AZURE_MODEL_HOST.c.name,
        AZURE_MODEL_HOST.c.instance_id.is_not(None),
        goes_on(AZURE_MODEL.c.inference_retired_on, today),
    )
    return frozenset(session.execute(query).scalars())


def _best_first(row: RowMapping) -> tuple[bool, int, str]:
    return (Flag.HISTORICAL in json.loads(row["flags"]), row["rank"], row["id"])


def _priced(
    host: Host, rows: Sequence[RowMapping], listed: frozenset[str], sought: Sought
) -> PricedHost:
    best = rows[0]
    return PricedHost(
        host=host,
        sku=best["sku"],
        provider_id=best["provider_id"],
        gpu_model=best["gpu_model"],
        region=best["region"],
        usd_per_hour=best["amount"] / best["per"],
        price_id=best["id"],
        source=best["source"],
        as_of=best["as_of"],
        barred=_barred(best, sought),
        flags=tuple(_flags(rows, listed, sought.today)),
    )


def _barred(row: RowMapping, sought: Sought) -> Flag | None:
    if row["retired_on"] is not None and row["retired_on"] <= sought.today:
        return Flag.HOST_RETIRED
    if sought.country is not None and country_of(row["region"]) != sought.country:
        return Flag.RESIDENCY_NOT_KEPT
    return Flag.HISTORICAL if Flag.HISTORICAL in json.loads(row["flags"]) else None


def _flags(rows: Sequence[RowMapping], listed: frozenset[str], today: date) -> Iterator[Flag]:
    best = rows[0]
    if best["region"] is None:
        yield Flag.HOST_REGION_NOT_STATED
    if best["retired_on"] is not None:
        yield Flag.HOST_RETIRES
    if best["provider_id"] == "azure" and best["instance_id"] not in listed:
        yield Flag.NOT_ON_AZURES_LIST if listed else Flag.NO_AZURE_LIST
    if best["as_of"] is None:
        yield Flag.PRICE_UNDATED
    elif today - best["as_of"] > OLD_AFTER:
        yield Flag.PRICE_OLD
    each = best["amount"] / best["per"]
    if any(abs(row["amount"] / row["per"] - each) > DISAGREEMENT * each for row in rows):
        yield Flag.SOURCES_DISAGREE
    told = {*json.loads(best["flags"]), *json.loads(best["instance_flags"])}
    yield from (flag for flag in _OF_THE_ROW if flag in told)
