"""From what a source said to rows of the catalog: the one place where live facts get in.

What was bundled or read before stays where a source knows nothing; a name is joined to a model by
the rules of identity; prices are closed and followed, never overwritten.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from catalog.errors import PriceOutOfOrder
from catalog.exact_texts import utc_text
from catalog.folding import fold_sku
from catalog.identity import PublishedName
from catalog.identity_words import spelled
from catalog.price_store import merge_price_history, record_price, series_id
from catalog.records import (
    ArchitectureRecord,
    InstanceRecord,
    PriceRecord,
    ProviderRecord,
    RateRecord,
    Record,
)
from catalog.sold_records import ManagedFeeRecord, OfferRecord
from catalog.sources.reading import UnreadRow
from catalog.store import flags_text, save_records
from catalog.sync.apply_models import apply_hub_models, apply_registry_models
from catalog.sync.apply_rates import apply_rates
from catalog.sync.bulk import merge_rows
from catalog.sync.joining import AZURE_PRICES, Joiner, add_models
from catalog.sync_records import HubModelRecord, OfferNameRecord, RegistryModelRecord
from catalog.tables import INSTANCE, MODEL_ARCHITECTURE, OFFER, PRICE, PROVIDER, SOURCE_ROW

BUNDLED = "bundled"


class Applier:
    """Applies the records of one run of one source."""

    def __init__(self, source: str, now: datetime) -> None:
        self._source, self._now = source, now
        self._joiner = Joiner(source)

    def apply(self, session: Session, records: Iterable[Record]) -> list[UnreadRow]:
        """Bring new and changed records of a page into the catalog, in an order that keeps every
        reference true. Kinds that only the ledger holds are left alone.

        Returns what could not be brought in, with the reason.
        """
        by_type: dict[type[Record], list[Any]] = defaultdict(list)
        for record in records:
            by_type[type(record)].append(record)
        self._providers(session, by_type[ProviderRecord])
        self._instances(session, by_type[InstanceRecord])
        apply_hub_models(session, by_type[HubModelRecord], self._source, self._now)
        self._architectures(session, by_type[ArchitectureRecord])
        apply_registry_models(session, by_type[RegistryModelRecord], self._joiner, self._now)
        self._offers(session, by_type[OfferRecord], by_type[OfferNameRecord])
        save_records(session, by_type[ManagedFeeRecord])
        doubted = apply_rates(session, by_type[RateRecord])
        return [*doubted, *self._prices(session, by_type[PriceRecord])]

    def confirm(self, session: Session, prices: Sequence[PriceRecord]) -> None:
        """Move the dates of prices that are as before; nothing else of them changes."""
        for price in prices:
            open_row = (PRICE.c.series == series_id(self._settled(session, price))) & (
                PRICE.c.valid_to.is_(None)
            )
            dates: dict[str, Any] = {"fetched_at": price.fetched_at}
            if price.as_of is not None:
                dates["as_of"] = price.as_of
            session.execute(update(PRICE).where(open_row).values(dates))

    def close(self, session: Session, documents: Iterable[str]) -> None:
        """End the prices, given as the ledger keeps them, that their source no longer lists."""
        for document in documents:
            moments = {"fetched_at": self._now, "valid_from": self._now}
            price = PriceRecord.model_validate_json(
                json.dumps({**json.loads(document), **{k: utc_text(v) for k, v in moments.items()}})
            )
            series = series_id(self._settled(session, price))
            session.execute(
                update(PRICE)
                .where(
                    PRICE.c.series == series,
                    PRICE.c.valid_to.is_(None),
                    PRICE.c.valid_from < self._now,  # an interval of no length is none
                )
                .values(valid_to=self._now)
            )

    def _providers(self, session: Session, records: Sequence[ProviderRecord]) -> None:
        merge_rows(session, PROVIDER, [dict(record) for record in records])

    def _instances(self, session: Session, records: Sequence[InstanceRecord]) -> None:
        self._add_providers(session, (record.provider_id for record in records))
        rows = [
            {
                **dict(record),
                "flags": flags_text(record.flags),
                "sku_folded": fold_sku(record.sku),
            }
            for record in records
        ]
        merge_rows(session, INSTANCE, rows, kept=("flags",))

    def _architectures(self, session: Session, records: Sequence[ArchitectureRecord]) -> None:
        """A shape read from config.json counts as one of the best tier; a worse one is kept out."""
        if not records:
            return
        add_models(session, (record.model_id for record in records), self._source)
        ids = [record.model_id for record in records]
        query = select(MODEL_ARCHITECTURE.c.model_id, MODEL_ARCHITECTURE.c.tier).where(
            MODEL_ARCHITECTURE.c.model_id.in_(ids)
        )
        tiers = {row.model_id: row.tier for row in session.execute(query)}
        better = [one for one in records if one.tier <= tiers.get(one.model_id, 5)]
        merge_rows(session, MODEL_ARCHITECTURE, [dict(record) for record in better])

    def _offers(
        self, session: Session, records: Sequence[OfferRecord], names: Sequence[OfferNameRecord]
    ) -> None:
        """The model of an offer is what the source states, else what it was, else what its name
        joins to. The bundled files are joined already: what has no model there has none."""
        if not records:
            return
        self._add_providers(session, (record.provider_id for record in records))
        stated = [record.model_id for record in records if record.model_id is not None]
        add_models(session, stated, self._source)
        ids = [record.id for record in records]
        query = select(OFFER.c.id, OFFER.c.model_id).where(OFFER.c.id.in_(ids))
        before = {row.id: row.model_id for row in session.execute(query)}
        told = {name.offer_id: name for name in names}
        rows = []
        for record in records:
            model_id = record.model_id or before.get(record.id)
            if model_id is None and self._source != BUNDLED and record.id not in before:
                model_id = self._joiner.model_of_price(
                    session, self._name_of(session, record, told.get(record.id))
                )
            rows.append({**dict(record), "model_id": model_id, "flags": flags_text(record.flags)})
        merge_rows(session, OFFER, rows)

    def _name_of(
        self, session: Session, offer: OfferRecord, told: OfferNameRecord | None
    ) -> PublishedName:
        """The name of an offer: of this page, of an earlier one, else the provider's own word."""
        if told is None:
            kept = session.execute(
                select(SOURCE_ROW.c.document).where(
                    SOURCE_ROW.c.source == self._source,
                    SOURCE_ROW.c.kind == "offer_name",
                    SOURCE_ROW.c.key == offer.id,
                )
            ).scalar()
            told = None if kept is None else OfferNameRecord.model_validate_json(kept)
        if told is None:
            told = OfferNameRecord(
                offer_id=offer.id,
                system=AZURE_PRICES if self._source == "azure_retail" else self._source,
                key=offer.model_key,
                name=spelled(offer.model_key.rpartition("/")[2]),
            )
        return PublishedName(
            system=told.system,
            key=told.key,
            publisher=told.publisher,
            name=told.name,
            provider=offer.provider_id,
            is_hub_id=told.is_hub_id,
        )

    def _prices(self, session: Session, records: Sequence[PriceRecord]) -> list[UnreadRow]:
        if not records:
            return []
        self._add_providers(session, (record.provider_id for record in records))
        self._add_instances(session, records)
        unread = []
        for record in records:
            settled = self._settled(session, record)
            try:
                self._price(session, settled)
            except PriceOutOfOrder as error:
                unread.append(_out_of_order(settled, error))
        return unread

    def _price(self, session: Session, price: PriceRecord) -> None:
        """A price of today; one that has ended is history; one that will end holds until then."""
        if price.valid_to is not None and price.valid_to <= self._now:
            merge_price_history(session, [price])
            return
        if price.valid_to is not None:
            flags = (*price.flags, f"announced_until_{price.valid_to:%Y-%m-%d}")
            price = price.model_copy(update={"valid_to": None, "flags": flags})
        recorded = record_price(session, price, self._now)
        if recorded.change == "opened":
            self._supersede(session, price)

    def _supersede(self, session: Session, price: PriceRecord) -> None:
        """A source that names a price by another key than before still has one price for it: the
        older reading ends."""
        same = [
            PRICE.c[name] == getattr(price, name)
            if getattr(price, name) is not None
            else PRICE.c[name].is_(None)
            for name in ("offer_id", "instance_id", "region", "kind", "term", "currency", "basis")
        ]
        session.execute(
            update(PRICE)
            .where(
                *same,
                PRICE.c.source == price.source,
                PRICE.c.series != series_id(price),
                PRICE.c.valid_to.is_(None),
                PRICE.c.fetched_at < price.fetched_at,
                PRICE.c.valid_from < self._now,
            )
            .values(valid_to=self._now)
        )

    def _settled(self, session: Session, record: PriceRecord) -> PriceRecord:
        """A price with the model of its offer. What runs a tuned model is found by its offer only:
        by its model it would pass for the price of the model as published."""
        if record.model_id is not None or record.offer_id is None:
            return record
        found = session.execute(
            select(OFFER.c.model_id).where(OFFER.c.id == record.offer_id, OFFER.c.variant == "base")
        )
        return record.model_copy(update={"model_id": found.scalar()})

    def _add_providers(self, session: Session, ids: Iterable[str]) -> None:
        rows = [{"id": one, "name": one, "url": None} for one in dict.fromkeys(ids)]
        merge_rows(session, PROVIDER, rows, kept=("name", "url"))

    def _add_instances(self, session: Session, records: Sequence[PriceRecord]) -> None:
        wanted = {one.instance_id: one for one in records if one.instance_id is not None}
        there = session.execute(select(INSTANCE.c.id).where(INSTANCE.c.id.in_(list(wanted))))
        missing = wanted.keys() - set(there.scalars())
        bare = [
            InstanceRecord(
                id=one,
                provider_id=wanted[one].provider_id,
                sku=one.removeprefix(f"{wanted[one].provider_id}/"),
                flags=("facts_unknown",),
            )
            for one in sorted(missing)
        ]
        self._instances(session, bare)


def _out_of_order(price: PriceRecord, error: PriceOutOfOrder) -> UnreadRow:
    return UnreadRow(
        key=f"{price.source_key} {price.kind}",
        reason="out_of_order",
        detail=str(error),
        raw=price.model_dump_json(),
    )
