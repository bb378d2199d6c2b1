"""The founding example: as published, and with the capacity that the article left out."""

from __future__ import annotations

import os
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from costing import BreakEven, BreakEvenState, CrossingKind, break_even, decimal_text
from tests.costing.agreement import disagreements
from tests.costing.brute import candidates, cheapest, read, rounded
from tests.costing.questions import article, question_of
from tests.costing.scenarios import PlainCapacity, Scenario

GOLDEN = Path(__file__).parent.parent / "golden" / "costing_article_with_capacity.txt"
REWRITE_VARIABLE = "MODELCOST_REWRITE_GOLDEN"

BREAK_EVEN = Fraction(1_527_000, 119)
"""Requests of 1,000 + 1,000 tokens an hour: (3 x 6.12 - 3.09) / (0.00067 + 0.00052)."""

PEAK = Decimal("1.071")
"""119 = 7 x 17 stands under every number of the table; this peak makes each capacity terminate."""


def test_the_article_breaks_even_once_at_its_published_load() -> None:
    """12,831,932.77 input and as many output tokens an hour, at 18.36 an hour."""
    answer = break_even(question_of(article(PlainCapacity())))

    [crossing] = answer.crossings
    cent = Decimal("0.01")
    assert rounded(BREAK_EVEN) == crossing.requests_per_hour
    assert Decimal("12831932.77") == crossing.input_tokens_per_hour.quantize(cent)
    assert Decimal("12831932.77") == crossing.output_tokens_per_hour.quantize(cent)
    assert (Decimal("18.36"), Decimal("18.36")) == (
        crossing.cost_per_hour,
        crossing.cost_per_hour_after,
    )
    assert (CrossingKind.EQUAL, "Per token", "Three hosts", 3) == (
        crossing.kind,
        crossing.from_option,
        crossing.to_option,
        crossing.instances,
    )
    assert (BreakEvenState.ONCE, False) == (answer.state, answer.truncated)


def test_whether_the_articles_hosts_can_serve_its_break_even_is_not_known() -> None:
    """The number on paper is the article's; without a capacity nobody can say if it is real."""
    [paper] = break_even(question_of(article(PlainCapacity()))).paper_crossings

    assert (rounded(BREAK_EVEN), 3, None) == (
        paper.requests_per_hour,
        paper.instances,
        paper.reachable,
    )


def test_the_article_agrees_with_the_brute_computation() -> None:
    """As published and with a capacity of 1,250 + 1,250 tokens a second."""
    assert [] == disagreements(article(PlainCapacity()))
    assert [] == disagreements(_with_capacity())


def test_the_article_with_a_capacity_gives_the_golden_text_and_so_does_the_brute_way() -> None:
    """Hosts win from 25.664 to 27 and from 35.950 to 36 million tokens an hour, then never again.

    Set MODELCOST_REWRITE_GOLDEN=1 to write the file anew.
    """
    scenario = _with_capacity()
    text = _text(_stretches(break_even(question_of(scenario))))
    if os.environ.get(REWRITE_VARIABLE):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
    assert GOLDEN.read_text(encoding="utf-8") == _text(_brute_stretches(scenario))


@pytest.mark.parametrize(
    ("capacity", "reachable"),
    [(Fraction(8), False), (Fraction(17, 2), False), (Fraction(1018, 119), True)],
)
def test_hosts_never_win_at_or_below_1018_119ths_of_a_million_tokens(
    capacity: Fraction, *, reachable: bool
) -> None:
    """8.5546 million tokens an hour: three full hosts then cost just what the tokens cost."""
    answer = _at(capacity)

    assert [] == _host_wins(answer)
    never = BreakEvenState.NEVER if reachable else BreakEvenState.NOT_REACHABLE
    assert (never, False) == (answer.state, answer.truncated)
    assert [reachable] == [paper.reachable for paper in answer.paper_crossings]


@pytest.mark.parametrize(
    ("capacity", "hosts_win"),
    [
        (Fraction(1018, 119) + Fraction(1, 119_000), [3]),
        (Fraction(9), [3, 4]),
        (Fraction(10), list(range(3, 19))),
    ],
)
def test_hosts_win_the_ends_of_some_steps_and_then_never_again(
    capacity: Fraction, hosts_win: list[int]
) -> None:
    """Step n is won from x_n = (n x 6.12 - 3.09) / 0.595 to n x capacity, proven to be the last."""
    answer = _at(capacity)

    assert [(_meeting(n), n * capacity) for n in hosts_win] == _host_wins(answer)
    assert (BreakEvenState.SEVERAL, False) == (answer.state, answer.truncated)
    assert "Per token" == answer.intervals[-1].cheapest


def test_the_printed_numbers_of_the_capacity_table_are_these_fractions() -> None:
    """What the notes print, rounded as they print it."""
    nine, ten = _host_wins(_at(Fraction(9))), _host_wins(_at(Fraction(10)))

    assert [("25.664", "27.000"), ("35.950", "36.000")] == [_printed(pair) for pair in nine]
    assert 16 == len(ten)
    assert ("179.950", "180.000") == _printed(ten[-1])
    assert "8.5546" == f"{float(Fraction(1018, 119)):.4f}"
    assert "11.9832" == f"{float(Fraction(1426, 119)):.4f}"


def test_at_a_full_host_as_dear_as_its_tokens_the_intervals_never_end_and_the_limit_is_said() -> (
    None
):
    """Capacity p/r = 72/7 million tokens an hour: nothing is claimed beyond the search limit."""
    capacity = Fraction(612, 100) / Fraction(595, 1000)

    answer = _at(capacity)

    assert Fraction(72, 7) == capacity
    assert [(_meeting(n), n * capacity) for n in range(3, 98)] == _host_wins(answer)
    assert (True, Decimal(500_000)) == (answer.truncated, answer.searched_to_requests_per_hour)
    assert Decimal(500_000) == answer.intervals[-1].to_requests_per_hour


@pytest.mark.parametrize("capacity", [Fraction(1426, 119), Fraction(12)])
def test_from_1426_119ths_of_a_million_tokens_on_there_is_one_crossing(capacity: Fraction) -> None:
    """The fourth host is added just where four hosts cost what the tokens cost."""
    answer = _at(capacity)

    assert [rounded(BREAK_EVEN)] == [one.requests_per_hour for one in answer.crossings]
    assert (BreakEvenState.ONCE, False) == (answer.state, answer.truncated)
    assert (None, "Three hosts") == (
        answer.intervals[-1].to_requests_per_hour,
        answer.intervals[-1].cheapest,
    )


def test_a_little_below_that_a_gap_of_580_tokens_makes_three_crossings() -> None:
    """At 11.983 million tokens an hour the fourth host is added 580 tokens too early."""
    answer = _at(Fraction(11_983, 1000))

    assert ["equal", "step", "equal"] == [one.kind for one in answer.crossings]
    gap = answer.crossings[2].requests_per_hour - answer.crossings[1].requests_per_hour
    assert "580" == f"{gap * 2000:.0f}"


def _with_capacity() -> Scenario:
    each = Decimal(1250)
    return article(PlainCapacity(input_tokens_per_second=each, output_tokens_per_second=each))


def _at(capacity: Fraction) -> BreakEven:
    """One host carries so many million tokens an hour, input and output together, at the mean."""
    rate = rounded(capacity * 10**6 / 7200 * Fraction(PEAK))
    assert Fraction(rate) == capacity * 10**6 / 7200 * Fraction(PEAK)
    capacity_of_one = PlainCapacity(input_tokens_per_second=rate, output_tokens_per_second=rate)
    return break_even(question_of(article(capacity_of_one, peak=PEAK)))


def _meeting(hosts: int) -> Fraction:
    """Million tokens an hour at which so many hosts cost what the tokens cost."""
    return (hosts * Fraction("6.12") - Fraction("3.09")) / Fraction("0.595")


def _host_wins(answer: BreakEven) -> list[tuple[Fraction, Fraction]]:
    """Stretches won by the hosts in million tokens an hour, as the exact fractions they stand for.

    All of them have a denominator that divides 119,000 x 2,000, so a rounded end names one.
    """
    return [
        (_million(one.from_requests_per_hour), _million(one.to_requests_per_hour or Decimal(0)))
        for one in answer.intervals
        if one.cheapest == "Three hosts"
    ]


def _million(requests_per_hour: Decimal) -> Fraction:
    return (Fraction(requests_per_hour) * 2000 / 10**6).limit_denominator(10**9)


def _printed(stretch: tuple[Fraction, Fraction]) -> tuple[str, str]:
    return f"{float(stretch[0]):.3f}", f"{float(stretch[1]):.3f}"


Row = tuple[str, str, str, str]


def _stretches(answer: BreakEven) -> list[Row]:
    rows = []
    for one in answer.intervals:
        end = one.to_requests_per_hour
        steps = ", ".join(str(step.instances) for step in one.steps)
        rows.append(
            (
                decimal_text(one.from_requests_per_hour),
                "without end" if end is None else decimal_text(end),
                str(one.cheapest),
                steps or "-",
            )
        )
    return rows


def _brute_stretches(scenario: Scenario) -> list[Row]:
    """Winners between all loads where anything can change up to 20 hosts, neighbors merged."""
    readings = [found for one in scenario.options if (found := read(scenario, one)) is not None]
    by_name = {reading.name: reading for reading in readings}
    rows: list[Row] = []
    for low, high in pairwise(candidates(readings, Fraction(0), Fraction(90_000))):
        winner = cheapest(readings, (low + high) / 2)[0]
        hosts = by_name[winner].paid_hosts((low + high) / 2)
        end = "without end" if high == 90_000 else _digits(high)
        row = (_digits(low), end, winner, "-" if hosts is None else str(hosts))
        if rows and rows[-1][2:] == row[2:]:
            rows[-1] = (rows[-1][0], *row[1:])
        else:
            rows.append(row)
    return rows


def _digits(load: Fraction) -> str:
    text = f"{rounded(load):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(rows: list[Row]) -> str:
    head = (
        "Llama-2-7b per token against three hosts of 1,250 + 1,250 tokens a second each.\n"
        "Requests an hour of 1,000 + 1,000 tokens; cheapest option; hosts paid.\n\n"
    )
    lines = [
        f"above {low:<28}  up to {high:<28}  {winner:<12}  {hosts}\n"
        for low, high, winner, hosts in rows
    ]
    return head + "".join(lines)
