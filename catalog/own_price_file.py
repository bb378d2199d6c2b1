"""A file of own and contract prices, checked whole before anything is loaded.

Everything that is wrong is found at once, each with its line and column. 0 is a price only where a
note says why, because an empty cell and a slip look like it too. `valid_to` is the last day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from catalog.csv_lines import at_line
from catalog.own_price_cells import OwnForm, RawRow, read_cells
from catalog.own_price_names import Found, KnownNames, NotKnown
from catalog.problems import Problem, Refused, problem
from catalog.records import Name, NotNegative, Positive, Record, Text
from catalog.scenario_fields import (
    read_currency,
    read_date,
    read_number,
    read_positive,
    read_text,
    refuse,
)
from catalog.vocabulary import (
    BASES,
    DEPLOYMENTS,
    HOURLY_KINDS,
    KINDS,
    TERMS,
    UNITS,
    Basis,
    Deployment,
    Kind,
    Term,
    Unit,
)

T = TypeVar("T")

MOST_PROBLEMS = 1_000
EARLIEST_ZONE: Final = timedelta(hours=14)
"""A day has begun somewhere on Earth up to 14 hours before it begins in UTC."""


class OwnPriceRecord(Record):
    """One price that a person wrote down, checked; ids are those of the catalog."""

    line: Annotated[int, Field(ge=1)]
    offer_id: Name | None
    model_id: Name | None
    instance_id: Name | None
    provider: Name
    region: Name | None
    deployment: Deployment | None
    kind: Kind
    term: Term | None
    amount: NotNegative
    per: Positive
    unit: Unit
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    basis: Basis
    as_of: date | None
    valid_to: date | None
    owner: Text | None
    note: Text | None

    @property
    def what(self) -> tuple[str | None, ...]:
        """What is priced: two rows with the same are one too many."""
        return (
            self.provider, self.offer_id, self.model_id, self.instance_id, self.region,
            self.deployment, self.kind, self.term,
        )  # fmt: skip


def read_own_prices(
    session: Session, content: bytes, *, form: OwnForm, name: str, now: datetime
) -> tuple[OwnPriceRecord, ...]:
    """The prices in the bytes of a file.

    Args:
        session: a session for reading, to look names up.
        content: the file.
        form: csv or yaml.
        name: what the file is called, for the problems.
        now: current time in UTC; a price of a day that has not begun is refused.

    Raises:
        Refused: with every problem found (up to 1,000), in order of line.
    """
    table = read_cells(content, form=form, name=name)
    problems = list(table.problems)
    known = KnownNames(session)
    latest = (now + EARLIEST_ZONE).date()
    records: list[OwnPriceRecord] = []
    first_line: dict[tuple[str | None, ...], int] = {}
    for row in table.rows:
        if len(problems) >= MOST_PROBLEMS:
            stopped = problem("too_many_problems", (), most=f"{MOST_PROBLEMS:,}")
            problems.append(at_line(stopped, row.line))
            break
        cells = _Cells(row=row, missing=table.missing)
        record = _record(cells, known, latest)
        problems += cells.problems
        if record is None:
            continue
        before = first_line.setdefault(record.what, record.line)
        if before != record.line:
            problems.append(at_line(problem("row_twice", (), other_line=before), record.line))
        records.append(record)
    if problems:
        raise Refused(sorted(problems, key=lambda one: one.line or 0), name=name)
    return tuple(records)


@dataclass(slots=True)
class _Cells:
    """The cells of one row on their way to values, and what is wrong with them."""

    row: RawRow
    missing: frozenset[str]
    problems: list[Problem] = field(default_factory=list)

    def has(self, column: str) -> bool:
        return column in self.row.values

    def shown(self, column: str) -> str:
        return repr(str(self.row.values.get(column, "")))

    def refuse(self, column: str, code: str, /, **facts: object) -> None:
        found = problem(code, (column,), **facts)
        self.problems.append(at_line(found, self.row.line_of(column)))

    def require(self, column: str) -> None:
        """A blank cell is refused, unless the whole column is missing, which is said once."""
        if not self.has(column) and column not in self.missing:
            self.refuse(column, "required", key=column)

    def take(self, column: str, read: Callable[[Any], T]) -> T | None:
        """The value of a cell; None where it is blank or wrong."""
        if not self.has(column):
            return None
        try:
            return read(self.row.values[column])
        except PydanticCustomError as error:
            self.refuse(column, error.type, **(error.context or {}))
            return None

    def word(self, column: str, allowed: tuple[str, ...]) -> str | None:
        """One of a closed list of words."""

        def read(value: Any) -> str:
            word = str(value).strip()
            if word not in allowed:
                raise refuse("not_one_of", allowed=", ".join(allowed), found=repr(str(value)))
            return word

        return self.take(column, read)


def _record(cells: _Cells, known: KnownNames, latest: date) -> OwnPriceRecord | None:
    """The row as a record; None where anything is wrong with it."""
    for column in ("provider", "kind", "amount", "unit", "currency"):
        cells.require(column)
    given = cells.take("provider", read_text)
    provider = None if given is None else known.provider(given)
    kind = cells.word("kind", KINDS)
    model, instance = _thing(cells, kind, provider, known)
    place = _place(cells, kind, provider, known)
    amounts = _amounts(cells, kind)
    dates = _dates(cells, latest)
    offer = cells.take("offer", read_text)
    rest = {"owner": cells.take("owner", read_text), "note": cells.take("note", read_text)}
    basis = cells.word("basis", BASES) or "contracted"
    if cells.problems or cells.missing:
        return None
    if offer is None and model is not None:
        region = place["region"] or "any"
        offer = f"own/{provider}/{model}/{place['deployment']}/{region}"
    things = {"offer_id": offer, "model_id": model, "instance_id": instance}
    fixed = {"line": cells.row.line, "provider": provider, "kind": kind, "basis": basis}
    return OwnPriceRecord.model_validate(fixed | things | place | amounts | dates | rest)


def _thing(
    cells: _Cells, kind: str | None, provider: str | None, known: KnownNames
) -> tuple[str | None, str | None]:
    """Model and instance: exactly one, the one that the kind is a price of."""
    both, neither = "both", "neither"
    has_model, has_instance = cells.has("model"), cells.has("instance")
    if has_model == has_instance:
        if has_model or not cells.missing & {"model", "instance"}:
            cells.refuse("model", "model_or_instance", found=both if has_model else neither)
    elif kind is not None and has_instance != (kind == "instance"):
        _not_for_kind(cells, "instance" if has_instance else "model", kind)
    name, sku = cells.take("model", read_text), cells.take("instance", read_text)
    model = None if name is None else _known(cells, "model", known.model(name))
    if sku is None or provider is None:
        return model, None
    return model, _known(cells, "instance", known.instance(sku, provider))


def _place(
    cells: _Cells, kind: str | None, provider: str | None, known: KnownNames
) -> dict[str, str | None]:
    """Region, and deployment or term, whichever a price of this kind has."""
    deployment = cells.word("deployment", DEPLOYMENTS)
    term = cells.word("term", TERMS)
    if kind == "instance":
        cells.require("region")
        term = term or ("on_demand" if not cells.has("term") else None)
        for column in ("deployment", "offer"):
            _not_for_kind(cells, column, kind)
    elif kind is not None:
        cells.require("deployment")
        _not_for_kind(cells, "term", kind)
    name = cells.take("region", read_text)
    region = None
    if name is not None and provider is not None:
        region = _known(cells, "region", known.region(name, provider))
    return {"region": region, "deployment": deployment, "term": term}


def _amounts(cells: _Cells, kind: str | None) -> dict[str, Any]:
    """The amount, for how much of what, in which currency."""
    amount = cells.take("amount", read_number)
    if amount == 0 and not cells.has("note"):
        cells.refuse("amount", "free_without_note", found=cells.shown("amount"))
    per = cells.take("per", read_positive)
    unit = cells.word("unit", UNITS)
    expected = "hour" if kind in HOURLY_KINDS else "token"
    if kind is not None and unit is not None and unit != expected:
        cells.refuse("unit", "unit_of_kind", kind=kind, unit=expected, found=repr(unit))
    return {
        "amount": amount,
        "per": Decimal(1) if per is None else per,
        "unit": unit,
        "currency": cells.take("currency", _read_known_currency),
    }


def _dates(cells: _Cells, latest: date) -> dict[str, date | None]:
    as_of, valid_to = cells.take("as_of", read_date), cells.take("valid_to", read_date)
    if as_of is not None and as_of > latest:
        cells.refuse("as_of", "future_date", today=latest, found=as_of)
    if as_of is not None and valid_to is not None and valid_to < as_of:
        cells.refuse("valid_to", "ends_before_as_of", as_of=as_of, found=valid_to)
    return {"as_of": as_of, "valid_to": valid_to}


def _not_for_kind(cells: _Cells, column: str, kind: str) -> None:
    if cells.has(column):
        found = cells.shown(column)
        cells.refuse(column, "column_not_for_kind", kind=kind, column=column, found=found)


def _known(cells: _Cells, column: str, found: Found) -> str | None:
    if isinstance(found, NotKnown):
        cells.refuse(column, found.code, **found.facts)
        return None
    return found


def _read_known_currency(value: Any) -> str:
    from babel.numbers import list_currencies  # 50 ms, only for those who load a file

    code = read_currency(value)
    if code not in list_currencies():
        raise refuse("not_a_currency", found=repr(code))
    return code
