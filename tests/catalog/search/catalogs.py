"""Small catalogs for tests of the search, saved as any source would save them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlmodel import Session

from catalog.aliases import aliases_by_rule
from catalog.identity_records import ModelDetailRecord
from catalog.price_store import record_price
from catalog.records import ModelRecord, PriceRecord, ProviderRecord
from catalog.search.listing import rebuild_listing
from catalog.store import save_records

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One model of a small catalog; ``input``: USD per million tokens, None: no price."""

    id: str
    task: str | None = None
    license: str | None = None
    context: int | None = None
    downloads: int | None = None
    input: str | None = None
    region: str | None = None
    deployment: str = "unknown"


def fill(session: Session, entries: Sequence[Entry]) -> None:
    """Save the models with their facts and prices, and make the list."""
    models = [
        ModelRecord(
            id=entry.id,
            publisher=entry.id.partition("/")[0],
            name=entry.id.partition("/")[2],
            license=entry.license,
            source="test",
        )
        for entry in entries
    ]
    save_records(session, [ProviderRecord(id="shop", name="Shop")])
    save_records(session, models)
    save_records(session, aliases_by_rule(entry.id for entry in entries))
    save_records(
        session,
        [
            ModelDetailRecord(
                model_id=entry.id,
                task=entry.task,
                task_source=None if entry.task is None else "test",
                context_tokens=entry.context,
                context_source=None if entry.context is None else "test",
                downloads=entry.downloads,
                downloads_as_of=None if entry.downloads is None else NOW.date(),
            )
            for entry in entries
        ],
    )
    for entry in entries:
        if entry.input is not None:
            record_price(session, price(entry), NOW)
    rebuild_listing(session)


def price(entry: Entry) -> PriceRecord:
    """The input price of an entry."""
    return PriceRecord(
        offer_id=f"shop/{entry.id}",
        model_id=entry.id,
        provider_id="shop",
        region=entry.region,
        deployment=entry.deployment,  # type: ignore[arg-type]
        kind="input",
        amount=Decimal(entry.input or 0),
        per=Decimal(1_000_000),
        unit="token",
        currency="USD",
        valid_from=NOW,
        fetched_at=NOW,
        source="test",
        source_key=entry.id,
        rank=1,
    )
