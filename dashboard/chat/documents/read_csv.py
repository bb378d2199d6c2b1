"""A table as text: each row becomes lines of `column: value`, so that it can be read alone."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from dashboard.chat.documents.gathered import Gathered
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parsed import row_place

SEPARATORS: Final = (",", "\t", ";", "|")
SAMPLE_CHARACTERS: Final = 20_000
SAMPLE_ROWS: Final = 20
_TOLD: Final = "sep="


def read_csv(text: str, into: Gathered, limits: Limits) -> None:
    """A section a row under the header, which is the first row that is not blank.

    A value without a column name stands alone; an empty value is left out. A header without rows
    is a section itself.
    """
    csv.field_size_limit(limits.upload_bytes)  # what is too much is counted, not broken
    told = text[len(_TOLD) : len(_TOLD) + 1] if text.startswith(_TOLD) else ""
    rows = enumerate(_rows(text, told or _separator(text)), start=1)
    if told:
        next(rows)
    filled = ((number, row) for number, row in rows if any(value.strip() for value in row))
    header_number, header = next(filled, (1, []))
    names = [name.strip() for name in header]
    alone = True
    for number, row in filled:
        alone = False
        into.add("\n".join(_lines(names, row)), row_place(number))
    if alone:
        into.add("\n".join(names), row_place(header_number))


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _lines(names: Sequence[str], row: Iterable[str]) -> Iterator[str]:
    for place, value in enumerate(row):
        clean = value.strip()
        name = names[place] if place < len(names) else ""
        if clean:
            yield f"{name}: {clean}" if name else clean


def _separator(text: str) -> str:
    """That which cuts the first rows into the most columns, all rows into equally many."""
    return max(SEPARATORS, key=lambda separator: _evenness(text[:SAMPLE_CHARACTERS], separator))


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    """Share of the rows that have as many columns as most have, if more than one; and how many."""
    widths = [len(row) for row in islice(_rows(sample, separator), SAMPLE_ROWS) if row]
    usual = max(widths, key=widths.count, default=0)
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)
