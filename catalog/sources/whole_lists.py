"""Lists that are read at once, as pages that are stored one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from catalog.errors import SourceFailed
from catalog.records import Record
from catalog.snapshot.priced_rows import SoldRecords
from catalog.sources.raw_rows import unread
from catalog.sources.reading import Page, UnreadRow

ROWS_PER_PAGE: Final = 2_000


def pages_of(
    records: Sequence[Record],
    rows: Sequence[UnreadRow] = (),
    *,
    cursor: str | None = None,
    requests: int = 0,
    per_page: int = ROWS_PER_PAGE,
) -> Iterator[Page]:
    """Pages of a list; the rows that were not read stand with the first of them.

    Args:
        records: all of it, in the same order each time.
        rows: not read.
        cursor: how many records an earlier reading handed over.
        requests: that the list took.
        per_page: records of a page.

    Raises:
        SourceFailed: ``bad_cursor``.
    """
    start = _start(cursor)
    for place in range(start, max(len(records), start + 1), per_page):
        end = place + per_page
        is_first = place == start
        yield Page(
            records=tuple(records[place:end]),
            unread=tuple(rows) if is_first else (),
            cursor=str(end) if end < len(records) else None,
            total=len(records),
            requests=requests if is_first else 0,
        )


def sold_rows(found: SoldRecords, left_out: Counter[tuple[str, str]]) -> list[UnreadRow]:
    """What of a price list was not taken: refused rows, and kinds of rows with their number."""
    refused = [
        unread(
            one.row.get("source_key") or one.row.get("id") or one.row.get("offer_id", ""),
            dict(one.row),
            reason="invalid",
            detail=one.problem,
        )
        for one in found.refused
    ]
    kinds = [
        unread(reason, None, reason="left_out", detail=f"{reason}: {count:,} rows")
        for (_, reason), count in sorted(left_out.items())
    ]
    return [*refused, *kinds]


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise SourceFailed(
            "Expected the number of records handed over as the cursor, found another text.",
            reason="bad_cursor",
        )
    return int(cursor)
