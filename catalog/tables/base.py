"""What all tables share: columns by meaning, named checks, one collection of tables."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import Field, SQLModel

from catalog.columns import (
    DecimalText,
    ExactText,
    IsoDate,
    OrderingNumber,
    RawBytes,
    TrueFalse,
    UtcDateTime,
    WholeNumber,
)

STRICT = {"sqlite_strict": True}


def words(**options: Any) -> Any:
    """Text of any length."""
    return Field(sa_type=ExactText, **options)


def count(**options: Any) -> Any:
    """A whole number of 64 bits."""
    return Field(sa_type=WholeNumber, **options)


def exact(**options: Any) -> Any:
    """An exact number."""
    return Field(sa_type=DecimalText, **options)


def ordering(**options: Any) -> Any:
    """A number for ordering only: binary, so never shown and never added up."""
    return Field(sa_type=OrderingNumber, **options)


def raw(**options: Any) -> Any:
    """Bytes."""
    return Field(sa_type=RawBytes, **options)


def moment(**options: Any) -> Any:
    """A moment in UTC."""
    return Field(sa_type=UtcDateTime, **options)


def day(**options: Any) -> Any:
    """A calendar day."""
    return Field(sa_type=IsoDate, **options)


def flag(**options: Any) -> Any:
    """True or false; None is unknown."""
    return Field(sa_type=TrueFalse, **options)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A check that a column holds one of a closed list of words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def check(name: str, rule: str) -> CheckConstraint:
    """A check under a name of its own."""
    return CheckConstraint(rule, name=name)


class CatalogTable(SQLModel):
    """Base of the tables: their own collection, with predictable constraint names."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
