"""A person's own prices, so that the list of sources is whole.

They come by ``modelcost own-prices load FILE`` into a table of their own, and by no sync: they are
private, win over every source, and a list, history or export of prices never shows them. So there
is nothing to read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from catalog.sources.reading import Page

NAME: Final = "own"


def make_own() -> OwnSource:
    """The source."""
    return OwnSource()


class OwnSource:
    """Gives no page."""

    name = NAME
    tells_changes = False
    scope = "none: modelcost own-prices load"

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """No page."""
        return iter(())
