"""Column types: exact on both databases, strict about what they take."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from catalog.columns import (
    DecimalText,
    ExactText,
    IsoDate,
    TrueFalse,
    UtcDateTime,
    WholeNumber,
)
from catalog.engine import make_engine
from catalog.exact_texts import decimal_text, utc_text

COLUMNS: dict[str, Any] = {
    "exact": DecimalText,
    "moment": UtcDateTime,
    "day": IsoDate,
    "number": WholeNumber,
    "truth": TrueFalse,
    "words": ExactText,
}


@pytest.fixture
def sample(database_url: str) -> Any:
    """A table with one column of each type on a real database."""
    engine = make_engine(database_url)
    table = Table(
        "sample",
        MetaData(),
        *(Column(name, kind()) for name, kind in COLUMNS.items()),
        sqlite_strict=True,
    )
    table.create(engine)
    yield engine, table
    engine.dispose()


def _round_trip(sample: tuple[Engine, Table], column: str, value: Any) -> Any:
    engine, table = sample
    with engine.begin() as connection:
        connection.execute(insert(table), [{column: value}])
        return connection.execute(select(table.c[column])).scalar_one()


@pytest.mark.parametrize(
    "number",
    [
        "123456789.000000150001",
        "0.00067",
        "118.0",
        "0",
        "-3.5",
        "1E+3",
        "1E-30",
        "12345678901234567890123456789012345678.9",
    ],
)
def test_a_decimal_comes_back_exactly(sample: tuple[Engine, Table], number: str) -> None:
    """No digit is lost on either database, and nothing comes back with an exponent."""
    found = _round_trip(sample, "exact", Decimal(number))
    assert Decimal(number) == found
    assert "E" not in str(found) or found.as_tuple().exponent == -30


@pytest.mark.parametrize(
    ("number", "canonical"),
    [
        ("118.0", "118"),
        ("1.70", "1.7"),
        ("1E+3", "1000"),
        ("-0.00", "0"),
        ("100", "100"),
        ("0.000000150001", "0.000000150001"),
    ],
)
def test_equal_numbers_have_one_text(number: str, canonical: str) -> None:
    """SQLite compares texts, so equal numbers must have equal texts."""
    assert canonical == decimal_text(Decimal(number))


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 1.5, 3, "1"])
def test_what_is_no_exact_finite_number_is_refused(
    sample: tuple[Engine, Table], value: Any
) -> None:
    """SQLite would store NaN as NULL and PostgreSQL as NaN; a float is never exact."""
    with pytest.raises(StatementError):
        _round_trip(sample, "exact", value)


def test_a_moment_comes_back_in_utc(sample: tuple[Engine, Table]) -> None:
    """Another time zone is turned into UTC; microseconds are kept."""
    moment = datetime(2026, 6, 18, 12, 43, 41, 5, tzinfo=timezone(timedelta(hours=9)))
    found = _round_trip(sample, "moment", moment)
    assert moment == found
    assert found.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(sample: tuple[Engine, Table]) -> None:
    """A naive time means a different moment on every machine."""
    with pytest.raises(StatementError, match="time zone"):
        _round_trip(sample, "moment", datetime(2026, 6, 18, tzinfo=UTC).replace(tzinfo=None))


def test_the_text_of_a_moment_sorts_as_time_does() -> None:
    """SQLite orders texts; whole seconds and microseconds must not be mixed up."""
    early = datetime(2026, 6, 18, 3, 43, 41, tzinfo=UTC)
    late = early + timedelta(microseconds=1)
    assert utc_text(early) < utc_text(late)


def test_a_day_comes_back_and_a_moment_is_no_day(sample: tuple[Engine, Table]) -> None:
    """A datetime would slip through as a date, since it is a subclass."""
    assert date(2025, 9, 30) == _round_trip(sample, "day", date(2025, 9, 30))
    with pytest.raises(StatementError, match="expected a day"):
        _round_trip(sample, "day", datetime(2025, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize("truth", [True, False, None])
def test_unknown_is_not_false(sample: tuple[Engine, Table], truth: bool | None) -> None:
    """Three values stay three values."""
    assert truth is _round_trip(sample, "truth", truth)


def test_a_count_has_64_bits(sample: tuple[Engine, Table]) -> None:
    """Parameter counts pass 2**32 long before 2**63."""
    assert _round_trip(sample, "number", 2**63 - 1) == 2**63 - 1


@pytest.mark.parametrize("column", list(COLUMNS))
def test_none_stays_none(sample: tuple[Engine, Table], column: str) -> None:
    """Unknown is never 0 and never an empty text."""
    assert _round_trip(sample, column, None) is None


def test_a_strict_table_refuses_text_in_a_number(sample: tuple[Engine, Table]) -> None:
    """Also past our types: a plain SQLite INTEGER column would have taken the word."""
    engine, _ = sample
    with engine.begin() as connection, pytest.raises((IntegrityError, DataError)):
        connection.execute(text("INSERT INTO sample (number) VALUES ('poison')"))
