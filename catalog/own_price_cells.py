"""The cells of a file of own prices, CSV or YAML, each with its line; what they mean comes later.

CSV has a header and commas. A blank row is passed over, and so is one whose first cell starts with
`#`. YAML has a list of named values under `prices`. In both, a column may be left out where it
has a default, and a cell that looks like a formula is text like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from rapidfuzz import fuzz, process

from catalog.csv_lines import at_line, csv_lines, decoded, other_separator
from catalog.document import read_document
from catalog.problems import Problem, Refused, cut, problem

OwnForm: TypeAlias = Literal["csv", "yaml"]

COLUMNS: Final = (
    "provider", "model", "instance", "region", "deployment", "kind", "term", "amount", "per",
    "unit", "currency", "basis", "as_of", "valid_to", "owner", "note", "offer",
)  # fmt: skip
REQUIRED_COLUMNS: Final = ("provider", "kind", "amount", "unit", "currency")
THINGS: Final = ("model", "instance")
MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
LEAST_LIKENESS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRow:
    """One row: the line it begins on, and its cells that are not blank by column."""

    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, column: str) -> int:
        """The line of one cell; that of the row where the cell is blank."""
        return self.lines.get(column, self.line)


@dataclass(frozen=True, kw_only=True, slots=True)
class RawTable:
    """The rows of a file, what is wrong with its form, and the columns it should have but lacks."""

    rows: tuple[RawRow, ...]
    problems: tuple[Problem, ...] = ()
    missing: frozenset[str] = frozenset()


def read_cells(content: bytes, *, form: OwnForm, name: str) -> RawTable:
    """The cells of the bytes of a file.

    Raises Refused where nothing can be read at all: too large, not UTF-8, broken YAML, no row.
    YAML is limited to the size of any other document (1 MB); a larger list is for CSV.
    """
    if len(content) > MOST_BYTES:
        found = problem("too_large", (), most=f"{MOST_BYTES:,} bytes", found=f"{len(content):,}")
        raise Refused([found], name=name)
    table = _csv_table(decoded(content, name)) if form == "csv" else _yaml_table(content, name)
    if not table.rows and not table.problems:
        raise Refused([problem("no_rows", ())], name=name)
    return table


# --- CSV ---------------------------------------------------------------------------------------


def _csv_table(text: str) -> RawTable:
    problems: list[Problem] = []
    lines = (
        (number, cells)
        for number, cells in csv_lines(text, problems)
        if not cells[0].lstrip().startswith("#")
    )
    first = next(lines, None)
    if first is None:
        return RawTable(rows=(), problems=tuple(problems))
    number, header = first
    if (other := other_separator(header)) is not None:
        return RawTable(rows=(), problems=(at_line(other, number),))
    columns, wrong, missing = _header(header)
    problems += [at_line(one, number) for one in wrong]
    rows: list[RawRow] = []
    for number, cells in lines:
        if len(cells) != len(header):
            found_cells = problem("ragged_row", (), most=len(header), found=len(cells))
            problems.append(at_line(found_cells, number))
            continue
        if len(rows) == MOST_ROWS:
            most = problem("too_many", (), most=f"{MOST_ROWS:,} rows", found="more")
            problems.append(at_line(most, number))
            break
        values = {
            column: cell
            for column, cell in zip(columns, cells, strict=True)
            if column is not None and cell.strip()
        }
        rows.append(RawRow(line=number, values=values))
    return RawTable(rows=tuple(rows), problems=tuple(problems), missing=missing)


def _header(
    header: Sequence[str],
) -> tuple[list[str | None], list[Problem], frozenset[str]]:
    """The column of each cell (None: not known), what is wrong, and which columns are missing."""
    columns: list[str | None] = []
    problems: list[Problem] = []
    meant: set[str] = set()
    for name in header:
        column = _column(name)
        if column is None:
            nearest = nearest_column(name)
            meant.update(nearest)
            problems.append(_unknown_column(name, nearest))
        elif column in columns:
            problems.append(problem("column_twice", (column,), found=column))
            column = None
        columns.append(column)
    missing = {column for column in REQUIRED_COLUMNS if column not in columns}
    if not any(thing in columns for thing in THINGS):
        missing.update(THINGS)
    named = sorted(missing - meant - set(THINGS), key=COLUMNS.index)
    named += [] if not missing.issuperset(THINGS) or meant & set(THINGS) else [" or ".join(THINGS)]
    problems += [problem("column_missing", (column,), column=column) for column in named]
    return columns, problems, frozenset(missing)


# --- YAML --------------------------------------------------------------------------------------


def _yaml_table(content: bytes, name: str) -> RawTable:
    if not content.decode("utf-8-sig", errors="replace").strip():
        return RawTable(rows=())
    document = read_document(content, form="yaml", name=name)
    value, places = document.value, document.places
    if not isinstance(value, Mapping):
        found = at_line(problem("not_a_mapping", (), found=_kind(value)), 1)
        raise Refused([found], name=name)
    problems = [
        at_line(
            problem("unknown_key", (cut(key),), key=repr(key), nearest="Known here: prices."),
            places[(key,)][0],
        )
        for key in value
        if key != "prices"
    ]
    listed = value.get("prices")
    if listed is not None and not isinstance(listed, list):
        found = problem("not_a_list", ("prices",), found=_kind(listed))
        problems.append(at_line(found, places[("prices",)][0]))
        listed = None
    if listed is not None and len(listed) > MOST_ROWS:
        problems.append(problem("too_many", ("prices",), most=MOST_ROWS, found=len(listed)))
    rows: list[RawRow] = []
    for index, given in enumerate(listed or ()):
        line = places[("prices", index)][0]
        if not isinstance(given, Mapping):
            problems.append(at_line(problem("not_a_mapping", (), found=_kind(given)), line))
            continue
        lines = {key: places[("prices", index, key)][0] for key in given}
        rows.append(_yaml_row(given, line, lines, problems))
    return RawTable(rows=tuple(rows), problems=tuple(problems))


def _yaml_row(
    given: Mapping[str, Any], line: int, lines: Mapping[str, int], problems: list[Problem]
) -> RawRow:
    values: dict[str, Any] = {}
    row_lines: dict[str, int] = {}
    for key, value in given.items():
        column = _column(key)
        if column is None:
            problems.append(at_line(_unknown_column(key, nearest_column(key)), lines[key]))
        elif column in row_lines:
            problems.append(at_line(problem("column_twice", (column,), found=column), lines[key]))
        else:
            row_lines[column] = lines[key]
            if value is not None and str(value).strip():
                values[column] = value
    return RawRow(line=line, values=values, lines=row_lines)


# --- both --------------------------------------------------------------------------------------


def nearest_column(name: str) -> list[str]:
    """The known column that looks like this name, or none."""
    found = process.extractOne(
        _folded(name), COLUMNS, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS
    )
    return [] if found is None else [found[0]]


def _column(name: str) -> str | None:
    """The column of a name; case, blanks and hyphens do not matter."""
    folded = _folded(name)
    return folded if folded in COLUMNS else None


def _folded(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").split())


def _unknown_column(name: str, nearest: Sequence[str]) -> Problem:
    hint = f"Did you mean {nearest[0]}?" if nearest else f"Known: {', '.join(COLUMNS)}."
    return problem("column_unknown", (cut(name.strip()),), found=repr(name), nearest=hint)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "named values"
    return "a list" if isinstance(value, list) else repr(str(value))
