"""Rows of a question file as they are written: CSV, a YAML list or JSONL, each cell with its line.

What the cells mean comes later (`question_file.py`). Nothing is run or computed: a cell that looks
like a formula is text like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from rapidfuzz import fuzz, process

from catalog.csv_lines import csv_lines, other_separator
from catalog.document import read_document
from catalog.problems import Problem, Refused
from catalog.scenario_problems import kind_of
from dashboard.chat.endpoint_file import Fault
from dashboard.chat.endpoints import Reason, shown

Form: TypeAlias = Literal["csv", "yaml", "jsonl"]

COLUMNS: Final = ("question", "expected", "must_cite", "language")
LEAST_LIKENESS: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: the line it begins on, its values by column, and the line of each where known."""

    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, column: str) -> int:
        """The line of one value; that of the row where it has none of its own."""
        return self.lines.get(column, self.line)


@dataclass(kw_only=True, slots=True)
class Rows:
    """The rows of a file that can be read, and what is wrong with the others.

    unasked: the column of questions is missing, which was said once.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unasked: bool = False

    def refuse(self, line: int, column: str, code: str, /, **facts: str) -> None:
        """Note that something at this place is wrong."""
        self.faults.append(Fault(field=column, line=line, reason=Reason(code=code, facts=facts)))

    def note(self, problem: Problem, line: int | None = None) -> None:
        """Note a problem of the form itself. line: where the problem does not know its own."""
        at = problem.line if line is None else line
        self.faults.append(Fault(field=problem.field, line=at, reason=problem))


def read_rows(text: str, form: Form, name: str) -> Rows:
    """The rows of a text. A blank row is passed over."""
    match form:
        case "csv":
            return _csv_rows(text)
        case "yaml":
            return _yaml_rows(text, name)
        case "jsonl":
            return _jsonl_rows(text, name)


def _csv_rows(text: str) -> Rows:
    found = Rows()
    broken: list[Problem] = []
    lines = csv_lines(text, broken)
    header_line, cells = next(lines, (1, []))
    header = [cell.strip() for cell in cells]
    separator = other_separator(header)
    if separator is not None:
        found.note(separator, header_line)
        return found
    if header:
        _check_header(header, header_line, found)
    for line, row in lines:
        beyond = [cell for cell in row[len(header) :] if cell.strip()]
        if beyond:
            found.refuse(
                line,
                str(len(header) + 1),
                "question_cells",
                most=str(len(header)),
                found=shown(beyond[0]),
            )
            continue
        found.rows.append(Row(line=line, values=dict(zip(header, row, strict=False))))
    for problem in broken:
        found.note(problem)
    return found


def _check_header(header: Sequence[str], line: int, found: Rows) -> None:
    for place, name in enumerate(header):
        if name in header[:place]:
            found.refuse(line, name or "-", "question_column_twice", column=shown(name))
        else:
            _check_column(name, line, found)
    if "question" not in header:
        found.unasked = True
        found.refuse(line, "question", "question_column_missing", column="question")


def _check_column(name: str, line: int, found: Rows) -> None:
    """Refuse a column that is not known, with the nearest that is."""
    if name in COLUMNS:
        return
    near = process.extractOne(name, COLUMNS, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS)
    code = "question_column_nearest" if near else "question_column_unknown"
    known = near[0] if near else ", ".join(COLUMNS)
    found.refuse(line, shown(name) or "-", code, column=shown(name), known=known)


def _yaml_rows(text: str, name: str) -> Rows:
    found = Rows()
    try:
        document = read_document(text, form="yaml", name=name)
    except Refused as refused:
        for problem in refused.problems:
            found.note(problem)
        return found
    if not isinstance(document.value, list):
        found.refuse(1, "-", "question_list", found=kind_of(document.value))
        return found
    for number, value in enumerate(document.value):
        line = document.places[(number,)][0]
        if isinstance(value, dict):
            lines = {key: document.places[(number, key)][0] for key in value}
            _take(Row(line=line, values=value, lines=lines), found)
        else:
            found.refuse(line, "-", "question_row", found=kind_of(value))
    return found


def _jsonl_rows(text: str, name: str) -> Rows:
    found = Rows()
    for line, written in _filled_lines(text):
        try:
            value = read_document(written, form="json", name=name).value
        except Refused as refused:
            for problem in refused.problems:
                found.note(problem, line)
            continue
        if isinstance(value, dict):
            _take(Row(line=line, values=value), found)
        else:
            found.refuse(line, "-", "question_row", found=kind_of(value))
    return found


def _filled_lines(text: str) -> Iterator[tuple[int, str]]:
    """Only a line feed ends a line of JSONL: JSON's own texts may hold other line ends."""
    for line, written in enumerate(text.split("\n"), start=1):
        if written.strip():
            yield line, written


def _take(row: Row, found: Rows) -> None:
    for key in row.values:
        _check_column(str(key), row.line_of(str(key)), found)
    found.rows.append(row)
