"""Numbers of a text as values, in both languages, and whether an answer made one up."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.numbers_in_text import find_numbers, numbers_not_in


def read(text: str) -> list[tuple[Fraction, str | None]]:
    return [(number.value, number.unit) for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("110", 110, None),
        ("$110", 110, "USD"),
        ("US$110", 110, "USD"),
        ("USD 110", 110, "USD"),
        ("110 dollars", 110, "USD"),
        ("110ドル", 110, "USD"),
        ("12,000円", 12000, "JPY"),
        ("￥12,000", 12000, "JPY"),
        ("¥ 12000", 12000, "JPY"),
        ("１２,０００円", 12000, "JPY"),
        ("１２，０００円", 12000, "JPY"),
        ("1万2千円", 12000, "JPY"),
        ("1万2000円", 12000, "JPY"),
        ("1.2万円", 12000, "JPY"),
        ("12\u202f000 €", 12000, "EUR"),
        ("12'000", 12000, None),
        ("12\u00a0000", 12000, None),
        ("2千万", 20_000_000, None),
        ("1億2千5百万", 125_000_000, None),
        ("1兆", 10**12, None),
        ("5百", 500, None),
        ("$1.2 million", 1_200_000, "USD"),
        ("$5M", 5_000_000, "USD"),
        ("€1.2k", 1200, "EUR"),
        ("$5 m", 5, "USD"),
        ("5M", 5, None),
        ("$5mm", 5, "USD"),
        ("3 Billion", 3 * 10**9, None),
        ("2 hundred", 200, None),
        ("5%", 5, "%"),
        ("5 ％", 5, "%"),
        ("5 percent", 5, "%"),
        ("5 per cent", 5, "%"),
        ("5パーセント", 5, "%"),
        ("3割引き", 30, "%"),
        ("-5", -5, None),
        ("−5 %", -5, "%"),
        ("▲1,200円", -1200, "JPY"),
        ("1½", Fraction(3, 2), None),
        ("⅓", Fraction(1, 3), None),
        ("0.50", Fraction(1, 2), None),
        ("about .5", Fraction(1, 2), None),
        ("110¹", 110, None),
        ("①110", 110, None),
        ("10 m²", 10, None),
        ("840g", 840, None),
        ("007", 7, None),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_value_and_unit(
    text: str, value: int | Fraction, unit: str | None
) -> None:
    assert [(value, unit)] == read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5-10 %", [(5, "%"), (10, "%")]),
        ("5 to 10 percent", [(5, "%"), (10, "%")]),
        ("$5-10", [(5, "USD"), (10, "USD")]),
        ("5〜10円", [(5, "JPY"), (10, "JPY")]),
        ("2026-10-14", [(2026, None), (10, None), (14, None)]),
        ("10:30", [(10, None), (30, None)]),
        ("1, 2 and 3", [(1, None), (2, None), (3, None)]),
        ("1,2", [(1, None), (2, None)]),
        ("1,2345", [(1, None), (2345, None)]),
        ("version 3.11.7", [(Fraction(311, 100), None), (7, None)]),
        ("no number, 三十, five", []),
        ("", []),
    ],
)
def test_several_numbers_are_read_in_order(
    text: str, expected: list[tuple[int | Fraction, str | None]]
) -> None:
    """Ranges share a unit; parts of a date are no negative numbers."""
    assert [(Fraction(value), unit) for value, unit in expected] == read(text)


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=0, max_value=6))
def test_a_number_with_commas_and_decimals_is_read_exactly(whole: int, places: int) -> None:
    fraction = Fraction(whole, 10**places)
    written = f"{whole // 10**places:,}" + (f".{whole % 10**places:0{places}d}" if places else "")

    assert [(fraction, "USD")] == read(f"It is ${written}.")


@given(st.integers(min_value=1, max_value=10**16 - 1))
def test_japanese_scales_are_read_as_they_are_written(number: int) -> None:
    """Written in groups of four digits, as in 1億2345万6789."""
    parts, rest = [], number
    for scale in ("", "万", "億", "兆"):
        rest, group = divmod(rest, 10_000)
        if group:
            parts.append(f"{group}{scale}")

    assert [(Fraction(number), "JPY")] == read("".join(reversed(parts)) + "円")


def missing(answer: str, *sources: str) -> list[str]:
    return [number.written for number in numbers_not_in(answer, sources)]


def test_an_answer_with_the_numbers_of_its_sources_lacks_none() -> None:
    assert [] == missing("It costs 12,000円, 10 % off.", "価格は1万2千円です。", "割引は10%")


def test_a_number_that_no_source_holds_is_named_as_it_was_written() -> None:
    assert ["$120", "45"] == missing("$120, not $110, in 45 days", "$110 within 30 days")


def test_another_unit_is_another_number_and_an_unknown_one_is_not() -> None:
    assert ["110円"] == missing("110円", "$110")
    assert [] == missing("$110", "price: 110")
    assert ["5%"] == missing("5%", "5円")


def test_the_count_of_a_list_is_no_number_of_the_answer() -> None:
    """Only at the start of a line, with a point or a bracket and a space behind it."""
    assert [] == missing("1. Leather\n2) Rubber\n  3. Laces\n> 4. Soles", "no number")
    assert ["7"] == missing("5. Costs 7", "no number")
    assert ["1.5"] == missing("1.5 litres", "no number")


@pytest.mark.parametrize("part", ["1,", "99", "1 ", "1万", "$$", ",,"])
def test_a_text_of_nothing_but_digits_takes_a_time_in_proportion_to_its_length(part: str) -> None:
    """Four times the text in about four times the time; going back and forth would take 16."""

    def seconds(parts: int) -> float:
        started = time.process_time()
        find_numbers(part * parts)
        return time.process_time() - started

    seconds(100)
    assert seconds(20_000) < 9 * seconds(5_000) + 0.05
