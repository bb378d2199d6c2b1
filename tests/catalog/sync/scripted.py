"""A source that hands over pages written in a test, and a progress that remembers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from catalog.errors import SourceFailed
from catalog.records import PriceRecord, Record
from catalog.sold_records import OfferRecord
from catalog.sources.reading import Page, UnreadRow
from catalog.sync.runs import Run
from catalog.sync_records import HubModelRecord

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Scripted:
    """A source of so many records a page; the cursor is the number of the next page.

    Attributes:
        records: all it lists.
        unread: rows that it cannot read, handed over with the first page.
        fails_after: so many pages, then it fails for the reason; None: never.
        forgets: it knows none of the cursors that it gave.
    """

    records: Sequence[Record]
    name: str = "scripted"
    scope: str = "all"
    size: int = 2
    unread: tuple[UnreadRow, ...] = ()
    fails_after: int | None = None
    tells_changes: bool = True
    reason: str = "timeout"
    forgets: bool = False
    asked: list[tuple[datetime | None, str | None]] = field(default_factory=list)

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        self.asked.append((since, cursor))
        if self.forgets and cursor is not None:
            raise SourceFailed("No such cursor.", reason="bad_status")
        first = int(cursor or 0)
        pages = max(1, -(-len(self.records) // self.size))
        for number in range(first, pages):
            if self.fails_after is not None and number >= self.fails_after:
                raise SourceFailed("The source did not answer.", reason=self.reason)
            following = number + 1
            yield Page(
                records=tuple(self.records[number * self.size : following * self.size]),
                unread=self.unread if number == 0 else (),
                cursor=str(following) if following < pages else None,
                total=len(self.records),
                requests=1,
            )


@dataclass
class Heard:
    """Remembers what it was told."""

    pages: list[Run] = field(default_factory=list)
    ends: list[Run] = field(default_factory=list)

    def begun(self, run: Run) -> None:
        """Nothing to keep."""

    def page(self, run: Run, total: int | None) -> None:
        self.pages.append(run)

    def ended(self, run: Run) -> None:
        self.ends.append(run)


def hub_model(number: int, **other: Any) -> HubModelRecord:
    """Model ``maker/model-NUMBER``."""
    values: dict[str, Any] = {
        "hub_key": f"{number:024x}",
        "id": f"maker/model-{number}",
        "downloads": 100 + number,
        "license": "mit",
        "task": "text-generation",
        "parameters": 7_000_000_000,
    }
    return HubModelRecord.model_validate(values | other)


def offer(name: str = "gpt-4o-2024-11-20", **other: Any) -> OfferRecord:
    """A regional offer of Azure in Japan East."""
    values: dict[str, Any] = {
        "id": f"azure/{name}/regional/japaneast",
        "provider_id": "azure",
        "model_key": name,
        "region": "japaneast",
        "deployment": "regional",
    }
    return OfferRecord.model_validate(values | other)


def price(amount: str, name: str = "gpt-4o-2024-11-20", **other: Any) -> PriceRecord:
    """Its input price for a thousand tokens."""
    values: dict[str, Any] = {
        "offer_id": f"azure/{name}/regional/japaneast",
        "provider_id": "azure",
        "region": "japaneast",
        "deployment": "regional",
        "kind": "input",
        "amount": Decimal(amount),
        "per": Decimal(1000),
        "unit": "token",
        "currency": "USD",
        "valid_from": NOON,
        "as_of": date(2026, 11, 26),
        "fetched_at": NOON,
        "source": "a live list",
        "source_key": name,
        "rank": 1,
    }
    return PriceRecord.model_validate(values | other)
