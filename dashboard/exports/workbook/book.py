"""A workbook as plain data: sheets of cells, written to a file by `written.py`.

Formulas are text in the words of Excel without the sign of equality at their start.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from dashboard.exports.harmless_cells import cell_text


@dataclass(frozen=True, slots=True)
class Formula:
    """A live cell, such as `Prices!$B$2*2`."""

    text: str


Content: TypeAlias = str | Decimal | int | Formula


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. style: a name that `written.py` knows."""

    content: Content
    style: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """A line of a chart: references to its name, its loads and its costs."""

    name: str
    loads: str
    costs: str
    color: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A native chart of straight lines between points. title: the cell that has it, so that no
    name in it is taken for a formula."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    at: tuple[int, int]


@dataclass(slots=True)
class Sheet:
    """Cells by row and column, counted from 0. widths: of the columns, in letters."""

    name: str
    widths: tuple[int, ...]
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    frozen_rows: int = 0
    row: int = 0
    """Where `add` writes next."""

    def put(self, row: int, column: int, content: Content, style: str = "text") -> str:
        """Fill a cell; text is made harmless. Gives the reference to it from any sheet."""
        kept = cell_text(content) if isinstance(content, str) else content
        self.cells[row, column] = Cell(kept, style)
        return self.ref(row, column)

    def add(self, *contents: Content | tuple[Content, str] | None) -> int:
        """Fill the next row, each content alone or with its style; None, and a text without
        a letter, leave a cell empty."""
        for column, content in enumerate(contents):
            if content is None or content == "":
                continue
            filled = content if isinstance(content, tuple) else (content, "text")
            self.put(self.row, column, *filled)
        self.row += 1
        return self.row - 1

    def ref(self, row: int, column: int) -> str:
        """The reference to a cell from any sheet."""
        return f"'{self.name}'!${letters(column)}${row + 1}"

    def span(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """The reference to a rectangle of cells from any sheet."""
        start, end = (f"${letters(column)}${row + 1}" for row, column in (first, last))
        return f"'{self.name}'!{start}:{end}"


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def total(terms: list[str]) -> str:
    """The sum of formulas; 0 of none."""
    return "+".join(terms) or "0"
