"""A record as the ledger keeps it: what names it, its text, and a hash that tells a change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from catalog.price_store import series_id
from catalog.records import (
    ArchitectureRecord,
    InstanceRecord,
    PriceRecord,
    ProviderRecord,
    RateRecord,
    Record,
)
from catalog.sold_records import ManagedFeeRecord, OfferRecord
from catalog.sync_records import (
    DeployedRecord,
    GalleryModelRecord,
    HubModelRecord,
    OfferNameRecord,
    RegistryModelRecord,
    RouterServiceRecord,
)

GONE_BY_ITSELF = frozenset({"as_of", "fetched_at", "valid_from"})
"""Fields of a price that move with each reading though nothing changed; kept out of the text."""


class Kind(NamedTuple):
    """How records of one type are named in the ledger."""

    name: str
    key: Callable[[Any], str]
    left_out: frozenset[str] = frozenset()


KINDS: dict[type[Record], Kind] = {
    ProviderRecord: Kind("provider", lambda one: one.id),
    InstanceRecord: Kind("instance", lambda one: one.id),
    OfferNameRecord: Kind("offer_name", lambda one: one.offer_id),
    OfferRecord: Kind("offer", lambda one: one.id),
    PriceRecord: Kind("price", series_id, GONE_BY_ITSELF),
    ManagedFeeRecord: Kind("fee", lambda one: one.id, frozenset({"as_of", "as_of_text"})),
    HubModelRecord: Kind("hub_model", lambda one: one.hub_key),
    ArchitectureRecord: Kind("architecture", lambda one: one.model_id),
    GalleryModelRecord: Kind("gallery_model", lambda one: one.asset_id),
    RegistryModelRecord: Kind(
        "registry_model", lambda one: f"{one.registry}/{one.name}/{one.version}"
    ),
    RouterServiceRecord: Kind(
        "router_service", lambda one: f"{one.model_id}/{one.provider}", frozenset({"as_of"})
    ),
    RateRecord: Kind("rate", lambda one: f"{one.base}/{one.quote}", frozenset({"fetched_at"})),
    DeployedRecord: Kind(
        "deployed", lambda one: f"{one.workspace}/{one.endpoint}/{one.deployment or ''}"
    ),
}

_WHOLE = {kind.name: record for record, kind in KINDS.items() if not kind.left_out}


class Entry(NamedTuple):
    """One record of a page. ``hash``: 64 bits over ``document``, as a signed number."""

    kind: str
    key: str
    hash: int
    document: str
    record: Record

    @property
    def spot(self) -> tuple[str, str]:
        """Kind and key."""
        return self.kind, self.key


def entries_of(records: Iterable[Record]) -> list[Entry]:
    """Records of a page as entries; of two with one key the later stands.

    Raises:
        TypeError: a record of a type that the ledger does not know.
    """
    found: dict[tuple[str, str], Entry] = {}
    for record in records:
        kind = KINDS.get(type(record))
        if kind is None:
            raise TypeError(f"expected a record of a source, found {type(record).__name__}")
        document = (
            record.model_dump_json(exclude=set(kind.left_out))
            if kind.left_out
            else record.model_dump_json()
        )
        key = kind.key(record)
        found[kind.name, key] = Entry(kind.name, key, text_hash(document), document, record)
    return list(found.values())


def spot_of(record: Record) -> tuple[str, str]:
    """Kind and key of a record."""
    kind = KINDS[type(record)]
    return kind.name, kind.key(record)


def record_of(kind: str, document: str) -> Record:
    """The record of a document; of a kind whose documents leave out nothing.

    Raises:
        KeyError: another kind.
    """
    return _WHOLE[kind].model_validate_json(document)


def text_hash(text: str) -> int:
    """64 bits of a text as a signed number, as both databases hold it."""
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), signed=True)


def seen_mark(kind: str, key: str) -> bytes:
    """8 bytes that stand for a row in the list of what a run has seen."""
    return blake2b(f"{kind}\x00{key}".encode(), digest_size=8).digest()


def changed_fields(old: str, new: str) -> list[tuple[str, str | None, str | None]]:
    """Fields that differ between two documents: name, before, after, each as JSON text."""
    before, after = json.loads(old), json.loads(new)
    return [
        (name, _told(before, name), _told(after, name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _told(document: dict[str, Any], name: str) -> str | None:
    return json.dumps(document[name], ensure_ascii=False) if name in document else None
