"""How sure a mean or share of few observations is: intervals that hold the truth 9 times in 10."""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import atan, cos, pi, sin, sqrt
from typing import Final

from costing.units import SIGNIFICANT_DIGITS, to_decimal

CONFIDENCE: Final = 0.90
Z: Final = Decimal("1.6448536269514722")
"""Of a normal variable, 5 % lie above this and 5 % below its negative."""

EXPANDED_FROM: Final = 100
LARGEST_T: Final = 7.0
HALVINGS: Final = 60
PRECISE: Final = Context(prec=SIGNIFICANT_DIGITS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From low to high."""

    low: Decimal
    high: Decimal


def wilson(right: Fraction, count: int, *, z: Decimal = Z) -> Interval:
    """The Wilson interval of a share of `right` out of `count`, which must be 1 or more.

    With p = right / count:
    (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).
    """
    share, square = right / count, Fraction(z) ** 2
    middle = share + square / (2 * count)
    root = _square_root(share * (1 - share) / count + square / (4 * count**2))
    reach = Fraction(z) * Fraction(root)
    whole = 1 + square / count
    # The root is rounded: where the ends are 0 and 1 they are given exactly.
    low = Fraction(0) if right == 0 else (middle - reach) / whole
    high = Fraction(1) if right == count else (middle + reach) / whole
    return Interval(low=to_decimal(low), high=to_decimal(high))


def half_width_of_mean(values: tuple[Fraction, ...]) -> Decimal | None:
    """Half the width of the 90 % interval of the mean: t(0.95, n - 1) s / sqrt(n).

    s is the standard deviation of the sample, with n - 1 below. None for fewer than two values,
    from which no spread can be known.
    """
    count = len(values)
    if count < 2:
        return None
    mean = sum(values, Fraction(0)) / count
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / (count - 1)
    return PRECISE.multiply(student_t(count - 1), _square_root(variance / count))


def student_t(degrees: int) -> Decimal:
    """The 95 % quantile of Student's t with 1 or more degrees of freedom, to 8 decimal places.

    By halving where its probability is a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4); from
    100 degrees on by their expansion 26.7.5 in powers of 1 / degrees.
    """
    if degrees >= EXPANDED_FROM:
        return _rounded(_expanded(degrees))
    low, high = 0.0, LARGEST_T
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _within(middle, degrees) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return _rounded(low)


def _within(t: float, degrees: int) -> float:
    """The probability that Student's t lies between -t and t."""
    angle = atan(t / sqrt(degrees))
    odd = degrees % 2
    # Terms in cos^1, cos^3, ... for odd degrees; in cos^0, cos^2, ... for even ones.
    term = cos(angle) if odd else 1.0
    total = 0.0
    for power in range(2 + odd, degrees + 1, 2):
        total += term
        term *= cos(angle) ** 2 * (power - 1) / power
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _expanded(degrees: int) -> float:
    z = float(Z)
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )


def _square_root(value: Fraction) -> Decimal:
    return PRECISE.sqrt(to_decimal(value))


def _rounded(value: float) -> Decimal:
    return Decimal(f"{value:.8f}")
