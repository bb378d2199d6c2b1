"""The numbers of a chart as the rows of a file, carried by the figure itself in `layout.meta`.

The browser writes them as CSV (`assets/exports.js`), so what is saved is what is drawn. Cells are
harmless in a spreadsheet, and a heading says the unit of its column.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import unescape
from typing import Any, Final, TypeAlias

from dashboard.exports.harmless_cells import cell_text

Figure: TypeAlias = dict[str, Any]
Cell: TypeAlias = str | float | int | Decimal | None
DIGITS: Final = 12
"""A float of a chart has no more that mean something."""


def tabled(figure: Figure, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Figure:
    """The figure with these rows; what is not known is an empty cell."""
    body = [[_cell(one) for one in row] for row in rows]
    figure["layout"]["meta"] = {"heads": [cell_text(one) for one in heads], "rows": body}
    return figure


def points(figure: Figure) -> Iterator[tuple[str, Any, Any]]:
    """Name, x and y of every point of the traces that have a name, in the order they are drawn."""
    for trace in figure["data"]:
        if trace.get("name"):
            for x, y in zip(trace["x"], trace["y"], strict=True):
                yield unescape(str(trace["name"])), x, y


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return cell_text(value)
    number = value if isinstance(value, Decimal) else Decimal(f"{value:.{DIGITS}g}")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
