"""Lines of a CSV file that a person wrote: its text, and each row with the line it begins on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from catalog.problems import Problem, Refused, problem

OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}


def at_line(found: Problem, line: int) -> Problem:
    """The same problem at a line."""
    return replace(found, line=line)


def decoded(content: bytes, name: str) -> str:
    """The text of a file in UTF-8, with or without a mark at its start. Raises Refused."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([problem("not_utf8", (), position=error.start)], name=name) from None


def csv_lines(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank with the line it begins on; a broken quote ends them with a
    problem."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found = problem("broken_document", (), form="CSV", reason=str(error))
            problems.append(at_line(found, begins))
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def other_separator(header: Sequence[str]) -> Problem | None:
    """The problem of a header of one cell that semicolons or tabs were meant to part."""
    if len(header) != 1:
        return None
    found = [names for mark, names in OTHER_SEPARATORS.items() if mark in header[0]]
    return problem("commas_expected", (), found=found[0]) if found else None
