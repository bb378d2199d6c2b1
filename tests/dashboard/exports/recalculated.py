"""A workbook as a spreadsheet engine that nobody here wrote has it: its own values of all cells."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import formulas
import openpyxl

Value = float | str
Cells = Mapping[tuple[str, str], Any]


class Recalculated:
    """The workbook opened, cells changed by the words beside them, and all formulas counted."""

    def __init__(self, content: bytes, folder: Path) -> None:
        self._book = openpyxl.load_workbook(io.BytesIO(content))
        self._path = folder / "answer.xlsx"

    def change(self, sheet: str, words: Mapping[int, str | int], column: int, value: float) -> None:
        """Type a number into a column of the one row that has these words in its columns."""
        page = self._book[sheet]
        rows = [
            row
            for row in range(1, page.max_row + 1)
            if all(page.cell(row, at).value == word for at, word in words.items())
        ]
        (row,) = rows
        assert isinstance(page.cell(row, column).value, int | float)
        page.cell(row, column).value = value

    def values(self) -> dict[tuple[str, str], Any]:
        """Every cell by its sheet and its place, as the engine computes it."""
        self._book.save(self._path)
        model = formulas.ExcelModel().loads(str(self._path)).finish()
        titles = {page.title.upper(): page.title for page in self._book.worksheets}
        found: dict[tuple[str, str], Any] = {}
        for name, ranges in model.calculate().items():
            sheet, _, place = str(name).rpartition("!")
            if ":" not in place:
                title = sheet.strip("'").partition("]")[2].replace("''", "'")
                found[titles[title], place] = ranges.value[0, 0]
        return found


def beside(values: Cells, sheet: str, words: str, column: str = "B") -> Any:
    """The value in the row of a sheet whose first cell has these words."""
    (row,) = [
        place[1:]
        for (name, place), value in values.items()
        if name == sheet and value == words and place[:1] == "A" and place[1:].isdigit()
    ]
    return values[sheet, f"{column}{row}"]


def cached(content: bytes) -> dict[tuple[str, str], Any]:
    """The values that the file itself holds for a viewer that does not calculate."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        (page.title, cell.coordinate): cell.value
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
