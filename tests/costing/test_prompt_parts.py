"""Passages in a prompt and how long they are: tokens, money of 1,000 answers, break-even."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from costing import InvalidValue, Question, RequestShape, Serverless, UnknownCapacity
from costing.prompt_parts import PromptParts, PromptRow, prompt_rows
from tests.costing.questions import (
    article,
    hosts,
    per_token,
    question,
    question_of,
    token_money,
    typed,
)
from tests.costing.scenarios import PlainCapacity

PUBLISHED = (
    (800, 3, 659, "0.47", 32_286),
    (1600, 5, 1599, "1.10", 13_852),
    (1600, 20, 5917, "4.00", 3_822),
    (4000, 20, 13717, "9.22", 1_656),
)
"""Letters of a passage, passages, input tokens, dollars of 1,000 answers, break-even in answers an
hour: measured on an English sample, at the article's prices against three hosts, 60 tokens out."""
MEASURED = PromptParts(
    rest_tokens=Decimal("159.7"),
    passage_tokens={
        800: Decimal("166.55"),
        1600: Decimal("287.87"),
        4000: Decimal("677.865"),
    },
)
"""Parts of those prompts. Two of the rows share a passage length, which gives what is beside the
passages: (20 x 1,599 - 5 x 5,917) / 15, and with it the tokens of a passage of each length."""


def asked(output_tokens: str = "60") -> Question:
    """The article, its answers that long."""
    found = question_of(article(PlainCapacity()))
    shape = RequestShape(input_tokens=Decimal(1), output_tokens=Decimal(output_tokens))
    return replace(found, workload=replace(found.workload, shape=shape))


@pytest.mark.parametrize(("chunk", "passages", "tokens", "dollars", "answers"), PUBLISHED)
def test_each_row_of_the_published_table_is_met_within_its_rounding(
    chunk: int, passages: int, tokens: int, dollars: str, answers: int
) -> None:
    """Half a token more or less moves the break-even by as much as the last column is off."""
    [row] = [
        one
        for one in prompt_rows(asked(), MEASURED, (3, 5, 20))
        if (one.chunk, one.passages) == (chunk, passages)
    ]

    assert row.money_per_1000_answers is not None
    assert row.break_even_answers_per_month is not None
    assert abs(row.input_tokens - tokens) < Decimal("0.5")
    assert Decimal(dollars) == row.money_per_1000_answers.quantize(Decimal("0.01"))
    off = answers * Decimal("0.00067") * Decimal("0.5") / row.money_per_1000_answers + 1
    assert abs(row.break_even_answers_per_month / 730 - answers) <= off


def test_every_chunk_size_has_a_row_for_every_number_of_passages() -> None:
    """In the order in which they were given."""
    rows = prompt_rows(asked(), MEASURED, (3, 20))

    assert [(800, 3), (800, 20), (1600, 3), (1600, 20), (4000, 3), (4000, 20)] == [
        (row.chunk, row.passages) for row in rows
    ]


def test_200_random_tables_are_those_of_plain_fractions() -> None:
    """Tokens, money and break-even of the article's two options, computed anew."""
    random = Random(11)
    for _ in range(200):
        rest, passage = random.randint(0, 2000), Fraction(random.randint(1, 9999), 8)
        out, many = random.randint(1, 900), random.randint(1, 20)
        parts = PromptParts(
            rest_tokens=Decimal(rest),
            passage_tokens={512: Decimal(passage.numerator) / passage.denominator},
        )
        [row] = prompt_rows(asked(str(out)), parts, (many,))
        tokens = rest + many * passage
        each = tokens * Fraction(67, 10**8) + out * Fraction(52, 10**8)
        turn = (Fraction(1836, 100) - Fraction(309, 100)) / each * 730
        assert row.money_per_1000_answers is not None
        assert row.break_even_answers_per_month is not None
        assert tokens == Fraction(row.input_tokens)
        assert 1000 * each == Fraction(row.money_per_1000_answers)
        assert abs(turn - Fraction(row.break_even_answers_per_month)) <= turn / 10**27


def one_row(asked: Question) -> PromptRow:
    parts = PromptParts(rest_tokens=Decimal(100), passage_tokens={256: Decimal(50)})
    [row] = prompt_rows(asked, parts, (2,))
    return row


def test_of_several_ways_by_the_token_the_cheapest_an_answer_counts() -> None:
    """One costs 1 an answer, the other 0.5; hosts of 4 an hour meet the latter at 8 an hour."""
    dear, cheap = per_token("Dear"), per_token("Cheap", "0.5")
    row = one_row(question(dear, cheap, hosts()))

    assert (Decimal(500), Decimal(8 * 730)) == (
        row.money_per_1000_answers, row.break_even_answers_per_month,
    )  # fmt: skip


def test_of_several_hosts_the_lowest_break_even_counts_whatever_they_serve() -> None:
    """It is the one on paper: neither a limit nor an unknown capacity moves it."""
    slow, unknown = hosts("Slow", "6", typed("1")), hosts("Unknown", "4", UnknownCapacity())
    row = one_row(question(per_token(), slow, unknown))

    assert Decimal(4 * 730) == row.break_even_answers_per_month


def test_a_price_that_is_missing_leaves_money_and_break_even_unknown() -> None:
    """By the token nothing is known; of hosts without a price there is no break-even."""
    lacking = Serverless(name="Lacking", input=None, output=token_money("1"))
    assert (None, None) == (
        one_row(question(lacking, hosts())).money_per_1000_answers,
        one_row(question(lacking, hosts())).break_even_answers_per_month,
    )
    free = replace(hosts(), price=None)
    row = one_row(question(per_token(), free))
    assert (Decimal(1000), None) == (
        row.money_per_1000_answers, row.break_even_answers_per_month,
    )  # fmt: skip


def test_hosts_that_cost_less_than_the_fee_alone_have_no_break_even() -> None:
    """They are cheaper at every load."""
    row = one_row(question(per_token(fee="5"), hosts()))

    assert row.break_even_answers_per_month is None


def test_without_a_chunk_size_and_below_zero_parts_are_refused() -> None:
    """Each by its name."""
    with pytest.raises(InvalidValue, match="passage_tokens: expected at least one chunk size"):
        PromptParts(rest_tokens=Decimal(1), passage_tokens={})
    with pytest.raises(InvalidValue, match="rest_tokens"):
        PromptParts(rest_tokens=Decimal(-1), passage_tokens={1: Decimal(1)})
    with pytest.raises(InvalidValue, match=r"passage_tokens\.256"):
        PromptParts(rest_tokens=Decimal(1), passage_tokens={256: Decimal(-1)})
