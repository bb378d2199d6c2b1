"""The load of every month as a factor of the first, rounded once so that it can be written down.

A yearly share compounds month by month: factor of month i = (1 + share) ^ (i / 12), counted from
0, so twelve months later it is exactly 1 + share. Each factor is rounded to 12 decimal places (a
tie upwards); everything after is exact in the rounded factor, so what is printed is what is
counted.
"""

from fractions import Fraction

from costing.plan import Growth
from costing.units import exact

FACTOR_PLACES = 12
SCALE = 10**FACTOR_PLACES
MONTHS_PER_YEAR = 12


def growth_factors(growth: Growth, months: int) -> tuple[Fraction, ...]:
    """The factor of each month, the first one 1 unless factors were given."""
    if growth.monthly_factors is not None:
        return tuple(exact(factor) for factor in growth.monthly_factors)
    if growth.per_month is not None:
        each = 1 + exact(growth.per_month)
        return tuple(_rounded(each**index) for index in range(months))
    yearly = 1 + exact(growth.per_year or 0)
    return tuple(_rounded_twelfth_root(yearly**index) for index in range(months))


def _rounded(factor: Fraction) -> Fraction:
    return _half_up(int(factor * 2 * SCALE))


def _rounded_twelfth_root(power: Fraction) -> Fraction:
    return _half_up(_whole_root(int(power * (2 * SCALE) ** MONTHS_PER_YEAR)))


def _half_up(halves: int) -> Fraction:
    """Whole halves of the last place, rounded down before, to the nearest last place."""
    return Fraction((halves + 1) // 2, SCALE)


def _whole_root(number: int) -> int:
    """The largest whole number whose twelfth power is at most `number` (Newton, from above)."""
    if number == 0:
        return 0
    rest = MONTHS_PER_YEAR - 1
    root = 1 << -(-number.bit_length() // MONTHS_PER_YEAR)
    while True:
        nearer = (rest * root + number // root**rest) // MONTHS_PER_YEAR
        if nearer >= root:
            return root
        root = nearer
