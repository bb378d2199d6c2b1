"""Exact numbers and moments as the one text that each of them has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def decimal_text(value: Decimal) -> str:
    """The one canonical text of a number: fixed notation, no exponent, no trailing zeros.

    Equal numbers have equal texts, so SQLite can compare them for equality.

    Raises:
        TypeError: not a Decimal (a float is never exact, an int is not money).
        ValueError: NaN or infinite.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"expected a Decimal, found {type(value).__name__} {value!r}")
    if not value.is_finite():
        raise ValueError(f"expected a finite number, found {value}")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def utc_text(value: datetime) -> str:
    """``2026-06-18T03:43:41.000000Z``: one fixed width, so that text order is time order.

    Raises:
        ValueError: the time carries no time zone.
    """
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"expected a time with a time zone, found {value.isoformat()} without one")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stored_form(value: Any) -> Any:
    """A number, moment or day as the text that a column of the embedded database holds; anything
    else as it is."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value
