"""What a source hands over: pages of records, and the rows that could not be read, with the reason.

A source never joins: an offer or price whose model the source names only by a word of its own has
``model_id`` None and that word in ``model_key``. Who it is gets settled where rows are stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from catalog.records import Record

MOST_RAW_CHARACTERS: Final = 4_000


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadRow:
    """A row that the source sent and that is not taken, so that nothing is dropped in silence.

    Attributes:
        key: what names the row at the source; its place on the page where it has no name.
        reason: a word for the cause, such as ``invalid``, ``ambiguous``, ``unread_meter``.
        detail: the field and what is wrong with it, in words.
        raw: the row as JSON text, cut at 4,000 characters.
    """

    key: str
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of a source.

    Attributes:
        records: what was read, in the source's order.
        unread: what was not.
        passed_over: what is listed and out of the source's scope. It is taken where it is known
            already, so that nothing counts as gone that is still listed.
        cursor: leads to the page after this one, in a later process too; None: nothing follows.
        total: how many rows the source says it has in all; None: it does not say.
        requests: how many requests this page took, repeated ones included.
    """

    records: tuple[Record, ...]
    unread: tuple[UnreadRow, ...] = ()
    passed_over: tuple[Record, ...] = ()
    cursor: str | None = None
    total: int | None = None
    requests: int = 0


class Source(Protocol):
    """One place where facts are read.

    Attributes:
        name: as in ``modelcost sync NAME``.
        scope: names what a complete run covers (filters, registries, regions). Only a complete run
            of the same scope can tell that a row is gone.
        tells_changes: whether it can be asked for what changed since a moment. Where not, every
            run reads all of it.
    """

    name: str
    scope: str
    tells_changes: bool

    def fetch(self, since: datetime | None = None, cursor: str | None = None) -> Iterator[Page]:
        """Read pages until nothing follows.

        Args:
            since: only what changed later, where the source can tell; it may hand over more.
            cursor: of a page of an earlier run: go on after it.

        Raises:
            SourceFailed: it cannot go on; pages handed over before stand.
        """


@runtime_checkable
class AsksByName(Protocol):
    """A source that can be asked for single things which its list no longer holds.

    Attributes:
        most_asked: for so many in one run.
    """

    most_asked: int

    def can_ask_for(self, record: Record) -> bool:
        """Whether this is something that has a name to ask by."""

    def ask_for(self, records: Sequence[Record]) -> Iterator[Page]:
        """One page for each of these records, in their order; an empty one: it is not there.

        Raises:
            SourceFailed: it cannot go on; those whose page was not handed over were not asked for.
        """
