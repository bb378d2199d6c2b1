"""Exact inside, Decimal at the edges, and numbers that nobody can mean are refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from costing import InvalidValue, Price, Unit, decimal_text
from costing.units import exact, require_count, require_quantity, to_decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(0), "0"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-3, 40), "-0.075"),
        (Fraction(12345678901234567890123456789012345, 10), "1234567890123456789012345678901234.5"),
        (Fraction(1, 2**40), "9.094947017729282379150390625E-13"),
        (Fraction(10**30), "1000000000000000000000000000000"),
    ],
)
def test_a_fraction_that_terminates_is_given_in_full(value: Fraction, expected: str) -> None:
    """However many digits that takes: nothing is rounded that need not be."""
    assert Decimal(expected) == to_decimal(value)
    assert value == exact(to_decimal(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3), "0.3333333333333333333333333333"),
        (Fraction(2, 3), "0.6666666666666666666666666667"),
        (Fraction(1527000, 119), "12831.93277310924369747899160"),
        # 27 digits, then exactly a half of the last place and a hair: away from the even digit.
        (Fraction(10**28 + 5, 10**28) + Fraction(1, 3 * 10**40), "1.000000000000000000000000001"),
        (Fraction(10**28 + 5, 10**28) - Fraction(1, 3 * 10**40), "1.000000000000000000000000000"),
    ],
)
def test_any_other_fraction_has_28_significant_digits(value: Fraction, expected: str) -> None:
    """Rounded to the nearest; the context of the caller has no say."""
    assert expected == str(to_decimal(value))


def test_a_decimal_is_written_without_exponent_minus_zero_or_zeros_at_the_end() -> None:
    """What a person or a program reads from the answer."""
    written = [
        decimal_text(Decimal(text))
        for text in ("1E+3", "1E-7", "1.500", "-0", "0.000", "100", "-2.50", "0E-9")
    ]

    assert ["1000", "0.0000001", "1.5", "0", "0", "100", "-2.5", "0"] == written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("NaN"), "a finite number, found NaN"),
        (Decimal("sNaN"), "a finite number, found sNaN"),
        (Decimal("Infinity"), "a finite number, found Infinity"),
        (Decimal("-Infinity"), "a finite number, found -Infinity"),
        (Decimal("1e400"), "at most 1,000,000,000,000,000, found 1E+400"),
        (Decimal("1000000000000001"), "at most 1,000,000,000,000,000, found 1000000000000001"),
        (Decimal("-0.01"), "a number of 0 or more, found -0.01"),
        (0.5, "a Decimal, found float 0.5"),
        (True, "a Decimal, found bool True"),
        (1, "a Decimal, found int 1"),
        ("1", "a Decimal, found str '1'"),
        (Decimal("1E-31"), "at most 30 decimal places, found 1E-31"),
        (Decimal("0." + "1" * 31), "at most 30 decimal places, found 0." + "1" * 31),
        (Decimal("0." + "9" * 250), "at most 30 decimal places, found 0." + "9" * 250),
        (Decimal("1E-3000000"), "at most 30 decimal places, found 1E-3000000"),
        (Decimal("1E-99999999"), "at most 30 decimal places, found 1E-99999999"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_with_its_reason(
    value: Any, expected: str
) -> None:
    """The field is named, and what was expected and found."""
    with pytest.raises(InvalidValue) as caught:
        require_quantity("amount", value)

    assert f"amount: expected {expected}" == str(caught.value)
    assert "amount" == caught.value.field


@pytest.mark.parametrize(
    "text", ["0", "-0", "1E-30", "0." + "1" * 30 + "0" * 9, "1E+15", "0E-40", "0E+99", "0.50"]
)
def test_a_number_at_the_limits_is_taken(text: str) -> None:
    """Zeros at the end are no decimal places."""
    require_quantity("amount", Decimal(text))


def test_where_a_number_must_be_above_0_the_0_is_refused() -> None:
    """For instance a capacity."""
    with pytest.raises(InvalidValue, match=r"^rate: expected a number above 0, found 0\.0$"):
        require_quantity("rate", Decimal("0.0"), positive=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "a whole number, found bool True"),
        (2.0, "a whole number, found float 2.0"),
        (0, "a whole number from 1 to 1,000,000, found 0"),
        (1_000_001, "a whole number from 1 to 1,000,000, found 1000001"),
    ],
)
def test_a_count_is_a_whole_number_in_its_range(value: Any, expected: str) -> None:
    """Hosts come whole."""
    with pytest.raises(InvalidValue) as caught:
        require_count("spare_instances", value, least=1)

    assert f"spare_instances: expected {expected}" == str(caught.value)


def test_a_price_per_0_units_is_refused() -> None:
    """It would be without end."""
    with pytest.raises(InvalidValue, match=r"^per: expected a number above 0, found 0$"):
        Price(amount=Decimal(1), per=Decimal(0), unit=Unit.TOKEN, currency="USD")


@pytest.mark.parametrize("currency", ["", "usd", "US", "DOLLAR", "ＵＳＤ"])
def test_a_currency_is_a_code_of_three_capital_letters(currency: str) -> None:
    """Else two spellings of one currency would count as two."""
    with pytest.raises(InvalidValue, match=r"^currency: expected a three-letter code such as USD"):
        Price(amount=Decimal(1), per=Decimal(1), unit=Unit.TOKEN, currency=currency)
