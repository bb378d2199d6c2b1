"""Intervals of means and shares, against published tables."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isclose
from statistics import NormalDist, mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.student_t import Z, half_width_of_mean, student_t, wilson

PUBLISHED: dict[int, str] = {
    1: "6.314", 2: "2.920", 3: "2.353", 4: "2.132", 5: "2.015", 6: "1.943", 7: "1.895", 8: "1.860",
    9: "1.833", 10: "1.812", 11: "1.796", 12: "1.782", 13: "1.771", 14: "1.761", 15: "1.753",
    16: "1.746", 17: "1.740", 18: "1.734", 19: "1.729", 20: "1.725", 25: "1.708", 30: "1.697",
    40: "1.684", 50: "1.676", 60: "1.671", 80: "1.664", 99: "1.660", 100: "1.660", 120: "1.658",
    1000: "1.646", 10**9: "1.645",
}  # fmt: skip
"""Critical values of Student's t, 5 % above, as in the NIST handbook of statistics."""


@pytest.mark.parametrize("degrees", PUBLISHED)
def test_quantiles_are_those_of_a_published_table(degrees: int) -> None:
    assert Decimal(PUBLISHED[degrees]) == round(student_t(degrees), 3)


def test_the_two_ways_to_a_quantile_meet() -> None:
    """The sum gives 99 degrees, the expansion 100: falling, and near each other."""
    before, first, second, third = (student_t(degrees) for degrees in (98, 99, 100, 101))

    assert before > first > second > third
    assert abs((before - first) - (second - third)) < Decimal("0.000007")
    assert abs((before - first) - (first - second)) < Decimal("0.000007")


def test_z_is_that_of_the_normal_distribution() -> None:
    assert isclose(float(Z), NormalDist().inv_cdf(0.95), rel_tol=1e-14)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"),
     (1, 29, "0.0061", "0.1718")],
)  # fmt: skip
def test_wilson_intervals_are_those_that_newcombe_published(
    right: int, count: int, low: str, high: str
) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3, at 95 %."""
    found = wilson(Fraction(right), count, z=Decimal("1.959963984540054"))

    assert (Decimal(low), Decimal(high)) == (round(found.low, 4), round(found.high, 4))


@given(st.integers(min_value=1, max_value=500), st.data())
def test_the_ends_of_a_wilson_interval_solve_its_equation(count: int, data: st.DataObject) -> None:
    """(p - x)^2 = z^2 x (1 - x) / n at both ends x, within 0 and 1 and around p."""
    right = data.draw(st.integers(min_value=0, max_value=count))
    found, share = wilson(Fraction(right), count), right / count

    assert 0 <= found.low <= Fraction(right, count) <= found.high <= 1
    for end in (float(found.low), float(found.high)):
        gap = (share - end) ** 2 - float(Z) ** 2 * end * (1 - end) / count
        assert abs(gap) < 1e-12


def test_the_interval_of_a_mean_is_that_of_a_worked_example() -> None:
    """10, 12 and 14: s = 2, so 2.9200 x 2 / sqrt(3)."""
    width = half_width_of_mean((Fraction(10), Fraction(12), Fraction(14)))

    assert width is not None
    assert Decimal("3.3717") == round(width, 4)


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=2, max_size=40))
def test_the_interval_of_a_mean_agrees_with_the_standard_library(values: list[int]) -> None:
    width = half_width_of_mean(tuple(map(Fraction, values)))

    expected = float(student_t(len(values) - 1)) * stdev(values) / len(values) ** 0.5
    assert width is not None
    assert isclose(float(width), expected, rel_tol=1e-9, abs_tol=1e-9)
    assert mean(values) >= 0


@pytest.mark.parametrize("values", [(), (Fraction(7),)])
def test_the_spread_of_fewer_than_two_is_unknown(values: tuple[Fraction, ...]) -> None:
    assert half_width_of_mean(values) is None
