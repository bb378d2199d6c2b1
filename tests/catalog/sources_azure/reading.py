"""What the tests of the Azure sources share: a clock, and shorter ways to read pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from catalog.records import PriceRecord, Record
from catalog.sources.azure_retail import AzureRetail, AzureRetailSettings
from catalog.sources.reading import Page, UnreadRow
from tests.emulators.azure.loopback import LoopbackWire, serving
from tests.emulators.azure.retail import RetailList

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def hosts(*rows: dict[str, Any], **changes: Any) -> Page:
    """The page of hosts in East US out of these rows."""
    settings = {"regions": ("eastus",), "models": False, **changes}
    with serving(RetailList(rows=rows)) as service:
        source = AzureRetail(
            AzureRetailSettings(base_url=service.base, **settings), LoopbackWire(), now=NOW
        )
        (page,) = source.fetch()
    return page


def models(*rows: dict[str, Any], region: str = "eastus", now: datetime = NOW) -> Page:
    """The page of models in a region out of these rows."""
    with serving(RetailList(rows=rows)) as service:
        settings = AzureRetailSettings(base_url=service.base, regions=(region,), hosts=False)
        return next(AzureRetail(settings, LoopbackWire(), now=now).fetch())


def prices(records: Iterable[Record]) -> list[PriceRecord]:
    """The prices among records."""
    return [record for record in records if isinstance(record, PriceRecord)]


def amounts(page: Page) -> dict[str, str]:
    """Term, or offer and kind, to the amount and what it is for."""
    found = {}
    for price in prices(page.records):
        key = price.term or f"{price.offer_id} {price.kind}"
        assert key not in found
        found[key] = f"{price.amount} per {price.per} {price.unit}"
    return found


def reasons(page: Page) -> Counter[str]:
    """Reasons of unread rows to their number."""
    return Counter(row.reason for row in page.unread)


def only_unread(page: Page, reason: str) -> UnreadRow:
    """The one unread row of a page for this reason."""
    (row,) = (row for row in page.unread if row.reason == reason)
    return row
