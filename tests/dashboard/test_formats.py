"""Numbers as a reader sees them: rounded in one place, in two languages, never a false 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.format import Format

ENGLISH, JAPANESE = Format("en", "USD"), Format("ja", "USD")
YEN = Format("ja", "JPY")
SIZES = {"k": 3, "M": 6, "B": 9, "T": 12, "万": 4, "億": 8, "兆": 12}

numbers = st.decimals(
    min_value="1e-12", max_value="1e20", allow_nan=False, allow_infinity=False
).filter(lambda number: number > 0)
formats = st.builds(Format, st.sampled_from(["en", "ja"]), st.sampled_from(["USD", "JPY", "EUR"]))


@pytest.mark.parametrize(
    ("number", "english", "japanese"),
    [
        ("12831932.773109", "12.83M", "1,283万"),
        ("9367310.92", "9.367M", "936.7万"),
        ("128319327.73", "128.3M", "1.283億"),
        ("25663865546", "25.66B", "256.6億"),
        ("1283193277310", "1.283T", "1.283兆"),
        ("100000", "100,000", "10万"),
        ("999960", "1M", "100万"),
        ("99999999", "100M", "1億"),
        ("3650000", "3.65M", "365万"),
        ("99999", "99,999", "99,999"),
        ("5000", "5,000", "5,000"),
        ("150.4", "150", "150"),
        ("7.125", "7.12", "7.12"),
        ("1.5", "1.5", "1.5"),
        ("0.3333", "0.333", "0.333"),
        ("0.004567", "0.00457", "0.00457"),
        ("0", "0", "0"),
        ("0E-10", "0", "0"),
    ],
)
def test_counts_are_written_with_four_digits_that_matter(
    number: str, english: str, japanese: str
) -> None:
    """Millions in English, ten thousands and hundred millions in Japanese."""
    value = Decimal(number)

    written = (ENGLISH.count(value), JAPANESE.count(value))

    assert (english, japanese) == written


@pytest.mark.parametrize(
    ("amount", "dollars", "yen"),
    [
        ("13402.8", "$13,403", "￥13,403"),
        ("10073.7", "$10,074", "￥10,074"),
        ("999.994", "$999.99", "￥1,000"),
        ("18.36", "$18.36", "￥18"),
        ("3.09", "$3.09", "￥3.1"),
        ("5", "$5.00", "￥5"),
        ("0.1", "$0.10", "￥0.1"),
        ("0.00067", "$0.00067", "￥0.00067"),
        ("0.0012345", "$0.0012", "￥0.0012"),
        ("0", "$0.00", "￥0"),
        ("-3328.9", "-$3,329", "-￥3,329"),
    ],
)
def test_money_has_cents_where_they_matter_and_small_amounts_two_digits(
    amount: str, dollars: str, yen: str
) -> None:
    """The yen has no smaller coin; an amount below one still is not 0."""
    value = Decimal(amount)

    written = (ENGLISH.money(value), YEN.money(value))

    assert (dollars, yen) == written


def test_a_unit_price_keeps_every_published_digit() -> None:
    """A price is compared with the page it came from, so nothing is rounded."""
    prices = [Decimal(one) for one in ("0.00067", "6.120", "0.000000595", "1E+3", "1234.56789")]

    assert ["$0.00067", "$6.12", "$0.000000595", "$1,000", "$1,234.56789"] == [
        ENGLISH.unit_price(price) for price in prices
    ]


@pytest.mark.parametrize(
    ("amount", "english", "japanese"),
    [
        ("13402.8", "$13.4k", "$1.34万"),
        ("5000", "$5k", "$5,000"),
        ("2500000", "$2.5M", "$250万"),
        ("999.6", "$1k", "$1,000"),
        ("0", "$0", "$0"),
        ("0.595", "$0.595", "$0.595"),
        ("-7500", "-$7.5k", "-$7,500"),
    ],
)
def test_money_on_an_axis_is_short(amount: str, english: str, japanese: str) -> None:
    """Three digits that matter and a size."""
    value = Decimal(amount)

    written = (ENGLISH.money_short(value), JAPANESE.money_short(value))

    assert (english, japanese) == written


@pytest.mark.parametrize(
    ("ratio", "english", "japanese"),
    [
        ("1.0345", "103 %", "103%"),
        ("0.0996", "10 %", "10%"),
        ("0.0449", "4.5 %", "4.5%"),
        ("0.0004", "0.04 %", "0.04%"),
        ("0.00000321", "0.0003 %", "0.0003%"),
        ("12.345", "1,234 %", "1,234%"),
        ("0", "0 %", "0%"),
    ],
)
def test_a_share_is_a_percentage_that_is_never_a_false_zero(
    ratio: str, english: str, japanese: str
) -> None:
    """One digit below 10 percent, and as many as it takes for a tiny one."""
    value = Decimal(ratio)

    written = (ENGLISH.share(value), JAPANESE.share(value))

    assert (english, japanese) == written


def test_a_date_cannot_be_mistaken_in_either_language() -> None:
    """The month has a name in English; Japanese goes from the year to the day."""
    day = date(2024, 3, 17)

    assert "Mar 17, 2024" == ENGLISH.date(day)
    assert "2024/03/17" == JAPANESE.date(day)


@given(formats, numbers)
def test_no_number_is_written_with_an_exponent_or_as_zero(fmt: Format, number: Decimal) -> None:
    """From a millionth of a millionth to a hundred million million million."""
    texts = [
        fmt.count(number),
        fmt.exact_count(number),
        fmt.money(number),
        fmt.money_short(number),
        fmt.unit_price(number),
        fmt.share(number),
    ]

    for text in texts:
        assert 0 < read(text)
        assert not set(text) & set("eE+")


@given(formats, numbers)
def test_rounding_stays_within_half_of_the_last_digit_that_matters(
    fmt: Format, number: Decimal
) -> None:
    """Four digits for counts, three on an axis, two for the smallest money."""
    assert within(read(fmt.count(number)), number, "0.0050")
    assert within(read(fmt.money_short(number)), number, "0.0050")
    assert within(read(fmt.money(number)), number, "0.0500")
    assert within(read(fmt.share(number)), number * 100, "0.5000")
    assert read(fmt.unit_price(number)) == number


@given(formats, st.decimals(min_value=100_000, max_value="1e19", places=2))
def test_a_large_count_has_four_true_digits(fmt: Format, number: Decimal) -> None:
    """Half of the fourth digit is at most five of ten thousand."""
    assert within(read(fmt.count(number)), number, "0.0005")


@given(formats, st.decimals(min_value=1000, max_value="1e15", places=3))
def test_money_of_a_thousand_and_more_is_true_to_the_unit(fmt: Format, amount: Decimal) -> None:
    """A total of a year is not off by a dollar."""
    assert abs(read(fmt.money(amount)) - amount) <= Decimal("0.5")


@given(formats, numbers, numbers)
def test_the_larger_number_is_never_written_as_the_smaller_one(
    fmt: Format, one: Decimal, other: Decimal
) -> None:
    """Rounding keeps the order, also where a size such as M begins."""
    low, high = sorted([one, other])

    for write in (fmt.count, fmt.money_short, fmt.share):
        assert read(write(low)) <= read(write(high))


def within(found: Decimal, number: Decimal, share: str) -> bool:
    """Whether a written number differs by at most such a share of itself."""
    return abs(found - number) <= number * Decimal(share)


def read(text: str) -> Decimal:
    """The number that a reader takes from a text."""
    bare = text.strip("$￥¥€ %").replace(",", "")
    return Decimal(f"{bare.rstrip('kMBT万億兆')}E{SIZES.get(bare[-1], 0)}")


@pytest.mark.parametrize(
    ("number", "places", "written"),
    [("0.4", 2, "0.40"), ("1234.5", 0, "1,234"), ("0.005", 2, "0.00")],
)
def test_a_measurement_keeps_its_zeros(number: str, places: int, written: str) -> None:
    assert written == Format("en", "USD").to_places(Decimal(number), places)
