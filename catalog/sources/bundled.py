"""The bundled snapshot as a source: the dated catalog that ships with the program.

A database gets it whole by :func:`catalog.snapshot.load.load_snapshot`, with the history of its
prices, at the first start. Here are its facts of the kinds that live sources give, so that it can
be listed and held against them; of its prices those that have not ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from catalog.errors import SnapshotDamaged, SourceFailed
from catalog.snapshot.layout import SNAPSHOT_FOLDER
from catalog.snapshot.read import read_snapshot
from catalog.sources.reading import Page
from catalog.sources.whole_lists import pages_of

NAME: Final = "bundled"


def make_bundled(folder: Path = SNAPSHOT_FOLDER) -> BundledSource:
    """The source; ``folder`` is where the snapshot lies."""
    return BundledSource(folder)


class BundledSource:
    """Providers, instances, shapes of models, offers, fees and prices of the snapshot."""

    name = NAME
    tells_changes = False
    scope = "all"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """Everything, always.

        Raises:
            SourceFailed: ``damaged``.
        """
        try:
            found = read_snapshot(self._folder)
        except SnapshotDamaged as error:
            raise SourceFailed(error.message, reason="damaged") from error
        records = [
            *found.providers,
            *found.instances,
            *found.architectures,
            *found.offers,
            *found.managed_fees,
            *(price for price in found.prices if price.valid_to is None),
        ]
        yield from pages_of(records, cursor=cursor)
