"""Asks Azure's live sources for a little and prints what came: rows, unread rows, changed shapes.

Each check takes a wire and reads a few pages. What it prints is meant for a person: a new field of
a row, one that is gone, or a reason of unread rows that grew, says that a source needs a look.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from catalog.errors import SourceFailed
from catalog.settings import Settings
from catalog.sources.azure_credentials import Credential
from catalog.sources.azure_gallery import AzureGallery, AzureGallerySettings
from catalog.sources.azure_registry import AzureRegistry, AzureRegistrySettings
from catalog.sources.azure_retail import AzureRetail, AzureRetailSettings
from catalog.sources.reading import Page
from catalog.sources.wire import Answer, Sent, Wire

REGION: Final = "japaneast"
MOST_PAGES: Final = 2
MOST_EXAMPLES: Final = 3

RETAIL_ROW: Final = frozenset(
    {
        *("currencyCode", "tierMinimumUnits", "retailPrice", "unitPrice", "armRegionName"),
        *("location", "effectiveStartDate", "meterId", "meterName", "productId", "skuId"),
        *("productName", "skuName", "serviceName", "serviceId", "serviceFamily"),
        *("unitOfMeasure", "type", "isPrimaryMeterRegion", "armSkuName"),
    }
)
RETAIL_MAY: Final = frozenset(
    {"reservationTerm", "effectiveEndDate", "availabilityId", "savingsPlan"}
)
GALLERY_ROW: Final = frozenset(
    {
        *("assetId", "registryName", "name", "version", "displayName", "publisher", "license"),
        *("createdTime", "inferenceTasks", "fineTuningTasks", "modelLimits", "azureOffers"),
        *("lifecycle", "deprecation", "popularity", "keywords", "summary"),
    }
)
GALLERY_MAY: Final = frozenset({"modelCapabilities", "playgroundLimits", "deploymentOptions"})

Say = Callable[[str], None]


def check_gallery(settings: Settings, wire: Wire, say: Say) -> bool:
    """Two pages of the public gallery. True: it answered."""
    watched = Watched(wire)
    source = AzureGallery(AzureGallerySettings(base_url=settings.azure_gallery_url), watched)
    answered = tell(source.name, source.fetch(), say)
    tell_shape(source.name, watched.rows("summaries"), GALLERY_ROW, GALLERY_MAY, say)
    return answered


def check_retail(settings: Settings, wire: Wire, now: datetime, say: Say) -> bool:
    """The hosts and the models of one region. True: the list answered."""
    watched = Watched(wire)
    reading = AzureRetailSettings(base_url=settings.azure_retail_url, regions=(REGION,))
    source = AzureRetail(reading, watched, now=now)
    answered = tell(source.name, source.fetch(), say)
    tell_shape(source.name, watched.rows("Items"), RETAIL_ROW, RETAIL_MAY, say)
    return answered


def check_registry(settings: Settings, wire: Wire, credential: Credential, say: Say) -> bool:
    """A page of names of the first registry. True: it answered."""
    reading = AzureRegistrySettings(
        base_url=settings.azure_registry_url, registries=settings.azure_registry_names[:1]
    )
    source = AzureRegistry(reading, wire, credential)
    return tell(source.name, islice(source.fetch(), 1), say)


class Watched:
    """A wire that keeps the bodies that came through it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._bodies: list[bytes] = []

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """Send, and keep the body."""
        answer = self._wire.send(request, timeout_seconds=timeout_seconds)
        self._bodies.append(answer.body)
        return answer

    def rows(self, key: str) -> Iterator[dict[str, Any]]:
        """The objects in the list ``key`` of all bodies that read as JSON."""
        for body in self._bodies:
            try:
                held = json.loads(body)
            except ValueError:
                continue
            yield from held.get(key, ()) if isinstance(held, dict) else ()


def tell(name: str, pages: Iterable[Page], say: Say) -> bool:
    """Print what a few pages hold: kinds of records, reasons of unread rows with examples."""
    records: Counter[str] = Counter()
    unread: dict[str, list[str]] = {}
    requests = 0
    problem: SourceFailed | None = None
    try:
        for page in islice(pages, MOST_PAGES):
            records.update(type(record).__name__ for record in page.records)
            requests += page.requests
            for row in page.unread:
                unread.setdefault(row.reason, []).append(f"{row.key}: {row.detail}")
    except SourceFailed as failed:
        problem = failed
    say(f"{name}: {requests} requests; {_counted(records) or 'no record'}")
    for reason, details in sorted(unread.items()):
        say(f"  unread, {reason}: {len(details)}")
        for detail in details[:MOST_EXAMPLES]:
            say(f"    {detail}")
    if problem is not None:
        say(f"  failed, {problem.reason}: {problem.message}")
    return problem is None


def tell_shape(
    name: str,
    rows: Iterable[dict[str, Any]],
    must: frozenset[str],
    may: frozenset[str],
    say: Say,
) -> None:
    """Print the fields of rows that are new, and those that no row has any more."""
    met: Counter[str] = Counter()
    count = 0
    for row in rows:
        met.update(row.keys())
        count += 1
    if not count:
        return
    fresh = {key: met[key] for key in met.keys() - must - may}
    gone = sorted(must - met.keys())
    say(f"  shape of {count} rows of {name}: new {_counted(fresh) or 'none'}")
    say(f"  shape of {count} rows of {name}: gone {', '.join(gone) or 'none'}")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
