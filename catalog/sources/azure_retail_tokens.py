"""Offers, token prices and hourly fees of models out of the rows of Azure's AI services.

What a row prices stands in its meter name only (:mod:`catalog.sources.azure_meters`). A meter that
is not understood is handed over as unread; products that sell no language models are counted by
product.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from catalog.exact_texts import decimal_text
from catalog.records import PriceRecord, Record
from catalog.regions import zone_of
from catalog.sold_records import ManagedFeeRecord, OfferRecord
from catalog.sources.azure_answers import unread
from catalog.sources.azure_meter_words import is_of_models
from catalog.sources.azure_meters import (
    Meter,
    MeterUnread,
    deployment_of,
    read_hosting_meter,
    read_token_meter,
    tokens_of,
    words_of,
)
from catalog.sources.azure_price_choice import Candidate, settle
from catalog.sources.azure_retail_rows import (
    CURRENCY,
    HOURS_OF_TERM,
    LICENSE,
    PROVIDER,
    PUBLIC_URL,
    RANK,
    SOURCE,
    Row,
    Taken,
    end_of,
    last_day,
    no_price,
    per_hour,
)
from catalog.sources.reading import UnreadRow
from catalog.vocabulary import Deployment, FeeKind

NOT_A_REGION: Final = frozenset({"", "global", "us gov"})
"""Words in place of a region: the offer's place is not known."""

_HOURLY: Final = frozenset({"1 hour", "1/hour"})
_MONTHLY: Final = frozenset({"1/month", "1 month"})
_PROVISIONED = re.compile(r"\bprovisioned managed\b|\bptu\b", re.IGNORECASE)
_NO_SLUG = re.compile(r"[^a-z0-9.]+")


def model_prices(rows: Iterable[Row], now: datetime) -> Taken:
    """Offers with their prices, and fees; what is not read, and why."""
    taken = Taken()
    candidates: list[Candidate] = []
    meter_of_offer: dict[str, Meter] = {}
    others: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not is_of_models(row.item.product_name):
            others[row.item.product_name.strip()].append(row)
            continue
        try:
            priced = _read(row)
            refused = _no_place(row) or no_price(row, now)
            if refused is not None:
                taken.unread.append(refused)
            elif isinstance(priced, Meter):
                candidates.append(_token_price(row, now, priced, meter_of_offer))
            else:
                candidates.append(_fee(row, now, priced))
        except MeterUnread as problem:
            taken.unread.append(row.unread("unread_meter", _about(row, str(problem))))
        except ValidationError as error:
            problem_text = error.errors(include_url=False)[0]["msg"]
            taken.unread.append(row.unread("invalid", _about(row, problem_text)))
    settle(candidates, taken)
    taken.records = _offers(taken.records, meter_of_offer) + taken.records
    taken.unread += [_summary(product, found) for product, found in sorted(others.items())]
    return taken


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fee:
    """What a row says that is paid by the hour or the term."""

    kind: FeeKind
    deployment: Deployment
    model: str | None = None


def _read(row: Row) -> Meter | _Fee:
    """What the words of a row price."""
    item = row.item
    unit = " ".join(item.unit.casefold().split())
    if _PROVISIONED.search(item.meter_name):
        return _Fee(
            kind=_provisioned_kind(row, unit), deployment=deployment_of(words_of(item.meter_name))
        )
    if item.type != "Consumption":
        raise MeterUnread(f"type {item.type!r}, and no provisioned throughput")
    if unit in _HOURLY:
        meter = read_hosting_meter(item.meter_name, item.product_name)
        return _Fee(kind="fine_tuned_hosting", deployment=meter.deployment, model=meter.model)
    return read_token_meter(item.meter_name, item.product_name, item.unit)


def _token_price(
    row: Row, now: datetime, meter: Meter, meter_of_offer: dict[str, Meter]
) -> Candidate:
    item = row.item
    offer_id = offer_id_of(meter, item.region)
    record = PriceRecord(
        offer_id=offer_id,
        provider_id=PROVIDER,
        region=item.region,
        deployment=meter.deployment,
        kind=meter.kind,
        amount=item.amount,
        per=Decimal(tokens_of(item.unit)),
        unit="token",
        currency=CURRENCY,
        valid_from=item.starts,
        valid_to=end_of(item),
        as_of=last_day(item, now),
        fetched_at=now,
        source=SOURCE,
        source_key=item.key,
        url=PUBLIC_URL,
        license=LICENSE,
        rank=RANK,
    )
    held = meter_of_offer.setdefault(offer_id, meter)
    if meter.short_context and not held.short_context:
        meter_of_offer[offer_id] = meter
    amount, per = decimal_text(record.amount), decimal_text(record.per)
    return _as_candidate(f"{offer_id} {meter.kind}", f"{amount} {CURRENCY} per {per}", record, row)


def offer_id_of(meter: Meter, region: str) -> str:
    """The id of an offer, in the form of the bundled ones."""
    parts = [PROVIDER, meter.model, meter.deployment, region]
    if meter.variant == "fine_tuned":
        parts.append("fine_tuned")
    return "/".join(parts)


def _provisioned_kind(row: Row, unit: str) -> FeeKind:
    item = row.item
    if item.type == "Reservation":
        if item.reservation_term not in HOURS_OF_TERM:
            raise MeterUnread(f"reservationTerm {item.reservation_term!r}")
        return "ptu_reservation"
    if item.type == "Consumption" and unit in _HOURLY:
        return "ptu_hourly"
    if item.type == "Consumption" and unit in _MONTHLY:
        return "ptu_commitment_legacy"
    raise MeterUnread(f"provisioned throughput of type {item.type!r} per {item.unit!r}")


def _fee(row: Row, now: datetime, fee: _Fee) -> Candidate:
    item = row.item
    term = {"ptu_commitment_legacy": "1 Month", "ptu_reservation": item.reservation_term}.get(
        fee.kind
    )
    words = (fee.kind, item.product_name, fee.model, fee.deployment, item.region, term)
    whole_term = "the amount is for the whole term although the unit reads an hour"
    record = ManagedFeeRecord(
        id=f"{PROVIDER}/" + "/".join(filter(None, (_slug(word or "") for word in words))),
        provider_id=PROVIDER,
        kind=fee.kind,
        product=item.product_name.strip(),
        models=fee.model,
        deployment=fee.deployment,
        region_scope=item.region,
        unit_of_measure=item.unit,
        term=term,
        amount=item.amount,
        currency=CURRENCY,
        amount_per_hour=per_hour(item.amount, HOURS_OF_TERM[term] if term else 1),
        as_of=last_day(item, now),
        as_of_text=last_day(item, now).isoformat(),
        source=SOURCE,
        url=PUBLIC_URL,
        license=LICENSE,
        note=whole_term if fee.kind == "ptu_reservation" else None,
    )
    says = f"{decimal_text(record.amount)} {CURRENCY} per {item.unit}"
    return _as_candidate(record.id, says, record, row)


def _slug(word: str) -> str:
    return _NO_SLUG.sub("-", word.lower()).strip("-")


def _as_candidate(key: str, says: str, record: Record, row: Row) -> Candidate:
    item = row.item
    return Candidate(
        key=key, says=says, record=record, starts=item.starts, ends=end_of(item), row=row
    )


def _no_place(row: Row) -> UnreadRow | None:
    if row.item.region in NOT_A_REGION:
        return row.unread("no_region", _about(row, f"armRegionName: {row.item.region_name!r}"))
    return None


def _offers(records: Iterable[Record], meter_of_offer: Mapping[str, Meter]) -> list[Record]:
    """The offers of the prices that were taken, each once."""
    offers: dict[str, Record] = {}
    for price in records:
        if isinstance(price, PriceRecord) and price.offer_id is not None:
            meter = meter_of_offer[price.offer_id]
            offers.setdefault(price.offer_id, _offer(price.offer_id, meter, price.region or ""))
    return list(offers.values())


def _offer(offer_id: str, meter: Meter, region: str) -> OfferRecord:
    zone = zone_of(region) if meter.deployment == "data_zone" else None
    is_gov = region.startswith("usgov")
    flags = []
    if (meter.deployment == "data_zone" and not zone) or (meter.deployment == "global" and is_gov):
        flags.append("priced_but_not_offered_there")
    if meter.short_context:
        flags.append("price_of_short_prompts")
    return OfferRecord(
        id=offer_id,
        provider_id=PROVIDER,
        model_key=meter.model,
        region=region,
        deployment=meter.deployment,
        variant=meter.variant,
        zone=zone,
        flags=tuple(flags),
    )


def _about(row: Row, problem: str) -> str:
    item = row.item
    return f"{item.product_name.strip()} · {item.meter_name.strip()} ({item.unit}): {problem}"


def _summary(product: str, rows: list[Row]) -> UnreadRow:
    names = sorted({row.item.meter_name.strip() for row in rows})
    detail = f"{len(rows)} rows of a product that sells no language models: {', '.join(names)}"
    region = rows[0].item.region
    return unread(
        f"{region}/{product or 'no product name'}", "other_product", detail[:2_000], names
    )
