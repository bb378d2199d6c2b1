"""Column types that mean the same on SQLite and on PostgreSQL.

SQLite tables here are STRICT and know only INTEGER, REAL, TEXT and BLOB, so dates, times, booleans
and exact decimals are kept as TEXT or INTEGER there, and in their own types on PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import (
    DOUBLE_PRECISION,
    REAL,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from catalog.exact_texts import decimal_text, utc_text

V = TypeVar("V")


class _OnBoth(TypeDecorator[V]):
    """Base of the types: one form in SQLite, one in PostgreSQL, the same value in Python.

    SQLAlchemy wants ``cache_ok`` said anew in every class.
    """

    impl = Text
    cache_ok = True
    in_sqlite: ClassVar[TypeEngine[Any]] = Text()
    in_postgresql: ClassVar[TypeEngine[Any]]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return self.in_postgresql if dialect.name == "postgresql" else self.in_sqlite

    def process_bind_param(self, value: V | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        checked = self._checked(value)
        return checked if dialect.name == "postgresql" else self._for_sqlite(checked)

    def process_result_value(self, value: Any, dialect: Dialect) -> V | None:
        return None if value is None else self._from_database(value)

    def _checked(self, value: V) -> V:
        return value

    def _for_sqlite(self, value: V) -> Any:
        return value

    def _from_database(self, value: Any) -> V:
        return cast("V", value)


class ExactText(_OnBoth[str]):
    """Text of any length, ordered by bytes on both databases so that pages agree."""

    cache_ok = True
    in_postgresql = Text(collation="C")


class DecimalText(_OnBoth[Decimal]):
    """Exact number: canonical text in SQLite, NUMERIC without limits in PostgreSQL.

    SQLAlchemy's own Numeric becomes REAL in SQLite and loses digits. Refuses NaN, Infinity and
    anything that is not a Decimal.
    """

    cache_ok = True
    in_postgresql = Numeric()

    def _checked(self, value: Decimal) -> Decimal:
        return Decimal(decimal_text(value))

    def _for_sqlite(self, value: Decimal) -> str:
        return decimal_text(value)

    def _from_database(self, value: Any) -> Decimal:
        return Decimal(value)


class UtcDateTime(_OnBoth[datetime]):
    """Moment in UTC: ISO text in SQLite, TIMESTAMP WITH TIME ZONE in PostgreSQL."""

    cache_ok = True
    in_postgresql = DateTime(timezone=True)

    def _checked(self, value: datetime) -> datetime:
        return datetime.fromisoformat(utc_text(value))

    def _for_sqlite(self, value: datetime) -> str:
        return utc_text(value)

    def _from_database(self, value: Any) -> datetime:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


class IsoDate(_OnBoth[date]):
    """Calendar day: ISO text in SQLite, DATE in PostgreSQL. Refuses a datetime."""

    cache_ok = True
    in_postgresql = Date()

    def _checked(self, value: date) -> date:
        if isinstance(value, datetime):
            raise TypeError(f"expected a day, found the moment {value.isoformat()}")
        return value

    def _for_sqlite(self, value: date) -> str:
        return value.isoformat()

    def _from_database(self, value: Any) -> date:
        return value if isinstance(value, date) else date.fromisoformat(value)


class WholeNumber(_OnBoth[int]):
    """Whole number of 64 bits: INTEGER in SQLite, BIGINT in PostgreSQL."""

    cache_ok = True
    in_sqlite = Integer()
    in_postgresql = BigInteger()


class TrueFalse(_OnBoth[bool]):
    """Boolean: 0 or 1 in SQLite, BOOLEAN in PostgreSQL. None is unknown, not false."""

    cache_ok = True
    in_sqlite = Integer()
    in_postgresql = Boolean()

    def _for_sqlite(self, value: bool) -> int:
        return int(value)

    def _from_database(self, value: Any) -> bool:
        return bool(value)


class OrderingNumber(_OnBoth[float]):
    """Number of 64 bits to sort and compare by, never to show: REAL or DOUBLE PRECISION."""

    cache_ok = True
    in_sqlite = REAL()
    in_postgresql = DOUBLE_PRECISION()


class RawBytes(_OnBoth[bytes]):
    """Bytes as they are: BLOB in SQLite, BYTEA in PostgreSQL."""

    cache_ok = True
    impl = LargeBinary  # type: ignore[assignment]  # the base class is for text
    in_sqlite = LargeBinary()
    in_postgresql = LargeBinary()
