"""A CSV file of a company's own rates, checked whole before anything is stored.

One rate a row: of a day (`date`), or of a period (`period_from`, `period_to`, both included). A
blank row is passed over, and so is one whose first cell starts with `#`. A cell that looks like a
formula is text like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

from pydantic_core import PydanticCustomError
from rapidfuzz import fuzz, process

from catalog.csv_lines import at_line, csv_lines, decoded, other_separator
from catalog.database import Database
from catalog.problems import Problem, Refused, cut, problem
from catalog.rates import OWN, Rate, keep_rates, own_rates
from catalog.records import RateRecord
from catalog.scenario_fields import read_currency, read_date, read_positive, read_text

T = TypeVar("T")

COLUMNS: Final = ("from", "to", "rate", "date", "period_from", "period_to", "owner")
REQUIRED_COLUMNS: Final = ("from", "to", "rate", "owner")
DATES: Final = ("date", "period_from", "period_to")
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_PROBLEMS = 1_000
LEAST_LIKENESS = 60
EARLIEST_ZONE: Final = timedelta(hours=14)
"""A day has begun somewhere on Earth up to 14 hours before it begins in UTC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRate:
    """One rate of the file, and the line it stands on."""

    line: int
    record: RateRecord


def read_own_rates(content: bytes, *, name: str, now: datetime) -> tuple[OwnRate, ...]:
    """The rates in the bytes of a file.

    Args:
        content: the file.
        name: what the file is called, for the problems.
        now: current time in UTC; a rate of a day that has not begun is refused. A period may
            reach into the future.

    Raises:
        Refused: with every problem found (up to 1,000), in order of line.
    """
    if len(content) > MOST_BYTES:
        found = problem("too_large", (), most=f"{MOST_BYTES:,} bytes", found=f"{len(content):,}")
        raise Refused([found], name=name)
    problems: list[Problem] = []
    rates: list[OwnRate] = []
    for row in _rows(decoded(content, name), problems):
        if len(problems) >= MOST_PROBLEMS:
            stopped = problem("too_many_problems", (), most=f"{MOST_PROBLEMS:,}")
            problems.append(at_line(stopped, row.line))
            break
        record = _record(row, now)
        problems += row.problems
        if record is not None:
            rates.append(OwnRate(line=row.line, record=record))
    problems += _overlaps_in_file(rates)
    if not rates and not problems:
        problems.append(problem("no_rates", ()))
    if problems:
        raise Refused(sorted(problems, key=lambda one: one.line or 0), name=name)
    return tuple(rates)


def import_own_rates(database: Database, rates: Sequence[OwnRate], *, name: str) -> int:
    """Store the rates of a file, all or none; gives how many are new.

    Raises:
        Refused: another rate of the same owner and pair is stored for the same days.
    """
    with database.write() as session:
        problems = _elsewhere(rates, own_rates(session))
        if problems:
            raise Refused(problems[:MOST_PROBLEMS], name=name)
        return keep_rates(session, [one.record for one in rates])


# --- rows and cells ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """The cells of one row that are not blank, on their way to values, and what is wrong."""

    line: int
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, code: str, /, **facts: object) -> None:
        self.problems.append(at_line(problem(code, (column,), **facts), self.line))

    def take(self, column: str, read: Callable[[Any], T]) -> T | None:
        """The value of a cell; None where it is blank or wrong."""
        if column not in self.cells:
            return None
        try:
            return read(self.cells[column])
        except PydanticCustomError as error:
            self.refuse(column, error.type, **(error.context or {}))
            return None


def _rows(text: str, problems: list[Problem]) -> Iterator[_Row]:
    lines = (
        (number, cells)
        for number, cells in csv_lines(text, problems)
        if not cells[0].lstrip().startswith("#")
    )
    number, header = next(lines, (0, []))
    if (other := other_separator(header)) is not None:
        problems.append(at_line(other, number))
        return
    columns = _columns(header, number, problems)
    if columns is None:
        return
    for count, (line, cells) in enumerate(lines):
        if count == MOST_ROWS:
            most = problem("too_many", (), most=f"{MOST_ROWS:,} rows", found="more")
            problems.append(at_line(most, line))
            return
        if len(cells) != len(columns):
            ragged = problem("ragged_row", (), most=len(columns), found=len(cells))
            problems.append(at_line(ragged, line))
            continue
        given = zip(columns, cells, strict=True)
        yield _Row(line=line, cells={column: cell for column, cell in given if cell.strip()})


def _columns(header: Sequence[str], line: int, problems: list[Problem]) -> list[str] | None:
    """The columns of the header; None where it cannot be read, and why."""
    if not header:
        return None
    columns = ["_".join(name.casefold().replace("-", " ").split()) for name in header]
    wrong = [_unknown(column) for column in columns if column not in COLUMNS]
    twice = {column for column in columns if columns.count(column) > 1}
    wrong += [problem("column_twice", (one,), found=one) for one in sorted(twice & {*COLUMNS})]
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    wrong += [problem("column_missing", (one,), column=one) for one in missing]
    problems += [at_line(one, line) for one in wrong]
    return None if wrong else columns


def _unknown(column: str) -> Problem:
    near = process.extractOne(column, COLUMNS, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS)
    hint = f"Known: {', '.join(COLUMNS)}." if near is None else f"Did you mean {near[0]}?"
    return problem("column_unknown", (cut(column),), found=repr(column), nearest=hint)


def _record(row: _Row, now: datetime) -> RateRecord | None:
    """The row as a record; None where anything is wrong with it."""
    for column in REQUIRED_COLUMNS:
        if column not in row.cells:
            row.refuse(column, "required", key=column)
    base, quote = row.take("from", read_currency), row.take("to", read_currency)
    rate, owner = row.take("rate", read_positive), row.take("owner", read_text)
    if owner is not None and not owner.isprintable():
        row.refuse("owner", "not_text", found=repr(owner))
    if base is not None and base == quote:
        row.refuse("to", "rate_of_itself", found=quote)
    days = _days(row, (now + EARLIEST_ZONE).date())
    if row.problems or days is None:
        return None
    return RateRecord.model_validate(
        {
            "base": base,
            "quote": quote,
            "rate": rate,
            "as_of": days[0],
            "valid_to": days[1],
            "source": OWN,
            "owner": owner,
            "fetched_at": now,
        }
    )


def _days(row: _Row, latest: date) -> tuple[date, date | None] | None:
    """The day of a rate, or first and last day of its period; None where they are wrong."""
    given = tuple(column for column in DATES if column in row.cells)
    values = {column: row.take(column, read_date) for column in given}
    if given not in (("date",), ("period_from", "period_to")):
        row.refuse("date", "rate_days", found=" and ".join(given) or "none of them")
        return None
    if None in values.values():
        return None
    first, last = (values.get("date") or values["period_from"]), values.get("period_to")
    assert first is not None  # the loop above leaves values only
    if last is None and first > latest:
        row.refuse("date", "future_date", today=latest, found=first)
    if last is not None and last < first:
        row.refuse("period_to", "ends_before_as_of", as_of=first, found=last)
    return first, last


# --- days that two rates claim -----------------------------------------------------------------

Pair: TypeAlias = tuple[str | None, str, str]


def _pair(rate: RateRecord | Rate) -> Pair:
    return rate.owner, rate.base, rate.quote


def _last(rate: RateRecord | Rate) -> date:
    return rate.valid_to or rate.as_of


def _overlaps_in_file(rates: Sequence[OwnRate]) -> list[Problem]:
    """Rows of which another row states the same days already, whatever the rate."""
    reaching: dict[Pair, OwnRate] = {}
    problems = []
    for one in sorted(rates, key=lambda one: (one.record.as_of, one.line)):
        before = reaching.setdefault(_pair(one.record), one)
        if before is not one and one.record.as_of <= _last(before.record):
            first, second = sorted((before.line, one.line))
            problems.append(at_line(problem("rate_twice", (), other_line=first), second))
        if _last(one.record) >= _last(before.record):
            reaching[_pair(one.record)] = one
    return problems


def _elsewhere(rates: Sequence[OwnRate], stored: Sequence[Rate]) -> list[Problem]:
    """Rows whose days a stored rate states, and is not this very one. Stored rates of a pair share
    no day, so the last that begins in time is the only one to look at."""
    by_pair: dict[Pair, list[Rate]] = {}
    for rate in sorted(stored, key=lambda rate: rate.as_of):
        by_pair.setdefault(_pair(rate), []).append(rate)
    problems = []
    for one in rates:
        others = by_pair.get(_pair(one.record), [])
        place = bisect_right(others, _last(one.record), key=lambda rate: rate.as_of)
        nearest = others[place - 1] if place else None
        if nearest is None or _last(nearest) < one.record.as_of or _is_same(one.record, nearest):
            continue
        problems.append(at_line(_stored_already(nearest, one.record), one.line))
    return problems


def _is_same(record: RateRecord, stored: Rate) -> bool:
    told = (record.rate, record.as_of, record.valid_to)
    return told == (stored.rate, stored.as_of, stored.valid_to)


def _stored_already(stored: Rate, record: RateRecord) -> Problem:
    days = f"{stored.as_of}" + (f" to {stored.valid_to}" if stored.valid_to else "")
    pair = f"{record.base} to {record.quote}"
    return problem("rate_elsewhere", ("rate",), pair=pair, days=days, owner=cut(record.owner or ""))
