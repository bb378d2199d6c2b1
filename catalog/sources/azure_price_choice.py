"""One price a thing: where rows of the list contradict each other, none of them is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

from catalog.records import Record
from catalog.sources.azure_retail_rows import Row, Taken

AGREE: Final = "several_meters_agree"


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A record that a row would give.

    Attributes:
        key: what is priced; two rows of one key must not hold at one time.
        says: the price in words; equal words are equal prices.
        record: with a field ``flags``.
        starts, ends: when it holds.
        row: where it was read.
    """

    key: str
    says: str
    record: Record
    starts: datetime
    ends: datetime | None
    row: Row


def settle(candidates: Iterable[Candidate], taken: Taken) -> None:
    """Add to ``taken`` the records whose key is priced once, and the other rows as ambiguous.

    Rows that follow one another in time are a history and all stand. Rows that hold at one time and
    say the same price are one price, read at the first by meter id and flagged. Else no row of the
    key is taken, whichever came last.
    """
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_key[candidate.key].append(candidate)
    for key, found in by_key.items():
        found.sort(key=lambda one: (one.starts, one.row.item.identity))
        clashes = [pair for pair in combinations(found, 2) if _hold_together(*pair)]
        if any(one.says != other.says for one, other in clashes):
            says = "; ".join(f"{one.row.item.meter_name}: {one.says}" for one in found)
            taken.unread += [
                one.row.unread("ambiguous", f"{key} has {len(found)} rows: {says}") for one in found
            ]
            continue
        repeats = {id(other) for _, other in clashes}
        agreeing = {id(one) for pair in clashes for one in pair}
        for one in found:
            if id(one) in repeats:
                continue
            taken.records.append(_flagged(one.record) if id(one) in agreeing else one.record)


def _hold_together(one: Candidate, other: Candidate) -> bool:
    """Whether there is a moment at which both hold; ``one`` starts first."""
    return one.ends is None or other.starts < one.ends


def _flagged(record: Record) -> Record:
    flags: tuple[str, ...] = getattr(record, "flags", ())
    return record.model_copy(update={"flags": tuple(sorted({*flags, AGREE}))})
