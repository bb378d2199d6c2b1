"""The genai-prices library: prices of every vendor but Azure, as the installed release has them.

Nothing is fetched. For Azure the library may answer with another vendor's price, so its Azure rows
are never taken. A newer release brings newer prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from catalog.errors import ReferenceDataInvalid, SourceFailed
from catalog.snapshot.priced_rows import sold_records
from catalog.snapshot.vendor_library import VendorList, read_vendor_library
from catalog.snapshot.vendor_offers import vendor_offers
from catalog.sources.reading import Page
from catalog.sources.whole_lists import pages_of, sold_rows

NAME: Final = "genai_prices"


def make_genai_prices(
    *, now: datetime, read: Callable[[], VendorList] = read_vendor_library
) -> GenaiPricesSource:
    """The source.

    Args:
        now: the moment of reading, in UTC.
        read: gives what the library holds.
    """
    return GenaiPricesSource(now=now, read=read)


class GenaiPricesSource:
    """Offers and prices that hold now, of all vendors but Azure."""

    name = NAME
    tells_changes = False
    scope = "all vendors but azure"

    def __init__(self, *, now: datetime, read: Callable[[], VendorList]) -> None:
        self._now = now
        self._read = read

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """Everything, always.

        Raises:
            SourceFailed: ``not_installed``.
        """
        try:
            vendors = self._read()
        except ReferenceDataInvalid as error:
            raise SourceFailed(error.message, reason="not_installed") from error
        sold = vendor_offers(vendors, self._now.date())
        found = sold_records(sold, self._now)
        rows = sold_rows(found, sold.left_out)
        records = [*found.providers, *found.names, *found.offers, *found.prices]
        yield from pages_of(records, rows, cursor=cursor)
