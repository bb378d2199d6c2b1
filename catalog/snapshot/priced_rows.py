"""Rows of offers and prices as records: of the bundled files, and of what a live source sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from catalog.records import PriceRecord, ProviderRecord, Record
from catalog.snapshot.layout import NO_PUBLIC_ADDRESS, parse_row
from catalog.snapshot.sold import Sold, day_start
from catalog.sold_records import OfferRecord
from catalog.sync_records import OfferNameRecord

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class RefusedSale:
    """A row that is no record: its cells, and the field that is wrong."""

    row: Mapping[str, str]
    problem: str


@dataclass(frozen=True, kw_only=True)
class SoldRecords:
    """The yield of one source as records, and the rows that are none."""

    providers: list[ProviderRecord] = field(default_factory=list)
    names: list[OfferNameRecord] = field(default_factory=list)
    offers: list[OfferRecord] = field(default_factory=list)
    prices: list[PriceRecord] = field(default_factory=list)
    refused: list[RefusedSale] = field(default_factory=list)


def of_offer(row: Mapping[str, Any], offer: OfferRecord) -> dict[str, Any]:
    """A price with what its offer says.

    What runs a tuned model is found by its offer only: by its model it would pass for the price of
    the model as published.
    """
    return {
        **row,
        "model_id": offer.model_id if offer.variant == "base" else None,
        "provider_id": offer.provider_id,
        "region": offer.region,
        "deployment": offer.deployment,
    }


def of_source(
    row: Mapping[str, Any], source: Mapping[str, Any], fetched_at: datetime
) -> dict[str, Any]:
    """A price with what its source says in place of the id of the source."""
    rest = {key: value for key, value in row.items() if key != "source_id"}
    url = source.get("url")
    return {
        **rest,
        "currency": "USD",
        "fetched_at": fetched_at,
        "source": source.get("name"),
        "url": row.get("url") or (None if url == NO_PUBLIC_ADDRESS else url),
        "license": source.get("license"),
        "rank": source.get("rank"),
    }


def sold_records(sold: Sold, now: datetime) -> SoldRecords:
    """What a source of token prices sells now, each row by itself.

    Prices that have ended are left out: the bundled files have them. An undated price, which a
    build dates on its day, is first seen at this very moment.

    Args:
        sold: read at the day of ``now``.
        now: the moment of reading, in UTC.
    """
    found = SoldRecords()
    sources = {row["id"]: parse_row(row) for row in sold.sources}
    for row in sold.providers:
        _take(found.providers, ProviderRecord, row, parse_row(row), found.refused)
    for row in sold.offers:
        _take_offer(row, found)
    offers = {offer.id: offer for offer in found.offers}
    found.names.extend(_name(one, sold) for one in found.offers if one.id in sold.name_of_offer)
    today = day_start(now.date())
    for row in sold.prices:
        if row.get("valid_to"):
            continue
        offer = offers.get(row["offer_id"])
        if offer is None:
            found.refused.append(RefusedSale(row=row, problem="offer_id: its offer was refused"))
            continue
        values = of_offer(parse_row(row), offer)
        if row["valid_from"] == today:
            values["valid_from"] = now
        priced = of_source(values, sources[row["source_id"]], now)
        _take(found.prices, PriceRecord, row, priced, found.refused)
    return found


def _name(offer: OfferRecord, sold: Sold) -> OfferNameRecord:
    name = sold.name_of_offer[offer.id]
    return OfferNameRecord(
        offer_id=offer.id,
        system=name.system,
        key=name.key,
        name=name.name,
        publisher=name.publisher,
        is_hub_id=name.is_hub_id,
    )


def _take_offer(row: Mapping[str, str], found: SoldRecords) -> None:
    try:
        values = parse_row(row)
    except ValueError as error:  # a day such as 2025-02-31
        found.refused.append(RefusedSale(row=row, problem=str(error)))
        return
    _take(found.offers, OfferRecord, row, values, found.refused)


def _take(
    taken: list[R],
    record: type[R],
    row: Mapping[str, str],
    values: Mapping[str, Any],
    refused: list[RefusedSale],
) -> None:
    try:
        taken.append(record.model_validate(dict(values)))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "row"
        refused.append(RefusedSale(row=row, problem=f"{place}: {problem['msg']}"))
