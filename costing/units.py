"""Units, the length of a month, and exact fractions inside with Decimal at the edges.

Inside this room every amount is a `fractions.Fraction`: a break-even is a quotient, and whether a
load lies on a step of whole hosts is a comparison of quotients that must not depend on rounding.
At the edges every amount is a `decimal.Decimal`: a value that terminates is given in full, any
other is rounded half-even to 28 significant digits.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from costing.errors import InvalidValue

HOURS_PER_MONTH: Final = Decimal(730)
"""One month in hours for every option alike: 8,760 hours a year divided by 12."""

SECONDS_PER_HOUR: Final = 3600
MINUTES_PER_HOUR: Final = 60
SIGNIFICANT_DIGITS: Final = 28
LARGEST_QUANTITY: Final = Decimal(10) ** 15
MOST_DECIMAL_PLACES: Final = 30


class Unit(StrEnum):
    """What one price is paid for."""

    TOKEN = "token"
    HOUR = "hour"
    MONTH = "month"
    REQUEST = "request"
    MONEY = "money"


def exact(value: Decimal | Fraction | int) -> Fraction:
    """The same number as a fraction; nothing is rounded."""
    return Fraction(value)


def to_decimal(value: Fraction) -> Decimal:
    """A fraction as Decimal: in full where it terminates, else 28 significant digits, half-even.

    A fraction in lowest terms terminates where its denominator has no prime factor but 2 and 5.
    """
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator == 1:
        places = max(twos, fives)
        digits = value.numerator * 2 ** (places - twos) * 5 ** (places - fives)
        # Built from text: a Decimal operation would round to the precision of the context.
        return Decimal(f"{digits}E-{places}")
    context = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_EVEN)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def decimal_text(value: Decimal) -> str:
    """A Decimal as plain digits: no exponent, no zeros at the end, no minus zero."""
    if value == 0:
        return "0"
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def require_quantity(field: str, value: Decimal, *, positive: bool = False) -> None:
    """Refuse what is no finite, non-negative Decimal of a size and precision that can be meant.

    Raises InvalidValue. The limits (10^15, 30 decimal places) keep a slip such as 1e400 from
    becoming an answer; no price, count or rate of this field comes near them.
    """
    if not isinstance(value, Decimal):
        raise InvalidValue(
            field=field, expected="a Decimal", found=f"{type(value).__name__} {value!r}"
        )
    if not value.is_finite():
        raise InvalidValue(field=field, expected="a finite number", found=value)
    if value < 0:
        raise InvalidValue(field=field, expected="a number of 0 or more", found=value)
    if positive and value == 0:
        raise InvalidValue(field=field, expected="a number above 0", found=value)
    if value > LARGEST_QUANTITY:
        raise InvalidValue(field=field, expected="at most 1,000,000,000,000,000", found=value)
    if _is_too_fine(value):
        raise InvalidValue(
            field=field, expected=f"at most {MOST_DECIMAL_PLACES} decimal places", found=value
        )


def _is_too_fine(value: Decimal) -> bool:
    """Whether the last digit that is not 0 stands too far behind the point; nothing is rounded."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent >= -MOST_DECIMAL_PLACES:
        return False
    significant = "".join(map(str, digits)).rstrip("0")
    return bool(significant) and len(significant) - value.adjusted() - 1 > MOST_DECIMAL_PLACES


def require_count(field: str, value: int, *, least: int) -> None:
    """Refuse what is no whole number from `least` to one million (InvalidValue)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(
            field=field, expected="a whole number", found=f"{type(value).__name__} {value!r}"
        )
    if not least <= value <= 1_000_000:
        raise InvalidValue(
            field=field, expected=f"a whole number from {least} to 1,000,000", found=value
        )
