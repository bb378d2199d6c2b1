"""litellm's price map as data, from the address of the whole file: prices of Azure by the token.

The package is never installed. What the keys mean is told by the same parser that the bundled
snapshot is built with. The map has no dates, no regions, and now and then a wrong price: it ranks
below Azure's own list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from catalog.errors import SourceFailed
from catalog.snapshot.map_offers import map_offers
from catalog.snapshot.price_map import PriceMap, map_entries
from catalog.snapshot.priced_rows import sold_records
from catalog.source_addresses import LITELLM_URL
from catalog.sources.origins import place_of
from catalog.sources.raw_rows import unread
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.whole_lists import pages_of, sold_rows
from catalog.sources.wire import Sent, Wire

NAME: Final = "litellm"
_VERSION: Final = "live"
_WORDS: Final = ("litellm_provider", "mode")
"""Fields that the parser looks up, so they must be words."""


@dataclass(frozen=True, kw_only=True)
class LitellmConfig:
    """Where the map is: ``url`` is the whole address of the file; pin a commit there to hold it."""

    url: str = LITELLM_URL
    timeout_seconds: float = 60.0


def make_litellm(config: LitellmConfig, wire: Wire, *, now: datetime) -> LitellmSource:
    """The source; ``now`` is the moment of reading, in UTC."""
    return LitellmSource(config, wire, now=now)


class LitellmSource:
    """Offers and prices of Azure out of the price map."""

    name = NAME
    tells_changes = False

    def __init__(self, config: LitellmConfig, wire: Wire, *, now: datetime) -> None:
        self._config = config
        self._wire = wire
        self._now = now
        self.scope = f"{config.url} azure"

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """The map; it is always read whole.

        Raises:
            SourceFailed: of the wire; ``bad_status``, ``not_json``, ``drift``.
        """
        url = self._config.url
        where = f"GET {place_of(url)}"
        sent = Sent(method="GET", url=url)
        answer = self._wire.send(sent, timeout_seconds=self._config.timeout_seconds)
        if answer.status != 200:
            raise SourceFailed(
                f"{where}: expected status 200, found {answer.status}.", reason="bad_status"
            )
        try:
            found = map_entries(answer.body)
        except (ValueError, RecursionError):
            raise SourceFailed(f"{where}: expected a map in JSON.", reason="not_json") from None
        if not found:
            raise SourceFailed(
                f"{where}: expected an object of prices by key, found none.", reason="drift"
            )
        entries, rows = _readable(found)
        price_map = PriceMap(version=_VERSION, entries=entries, url=url)
        sold = map_offers(price_map, self._now.date())
        records = sold_records(sold, self._now)
        rows += sold_rows(records, sold.left_out)
        yield from pages_of(
            [*records.names, *records.offers, *records.prices],
            rows,
            cursor=cursor,
            requests=answer.requests,
        )


def _readable(found: Mapping[str, Any]) -> tuple[dict[str, Mapping[str, Any]], list[UnreadRow]]:
    """Entries that the parser can look at, and those that it cannot."""
    entries: dict[str, Mapping[str, Any]] = {}
    rows: list[UnreadRow] = []
    for key, entry in found.items():
        if not isinstance(entry, dict):
            rows.append(unread(key, entry, reason="invalid", detail="row: expected an object"))
            continue
        wrong = [name for name in _WORDS if not isinstance(entry.get(name), str | None)]
        if wrong:
            detail = f"{wrong[0]}: expected text"
            rows.append(unread(key, entry, reason="invalid", detail=detail))
            continue
        entries[key] = entry
    return entries, rows
