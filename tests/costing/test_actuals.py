"""Estimate against actual: the parts add up, whole hosts stay whole, unknown stays unknown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from costing import InvalidValue, Serverless
from costing.actuals import ActualLine, ActualUse, actual_lines
from tests.costing.questions import article, hosts, per_token, question, question_of, typed
from tests.costing.scenarios import PlainCapacity


def used(**changes: Fraction | int | None) -> ActualUse:
    """A day of 120,000 requests of 900 + 1,100 tokens, a tenth of the input cached, for 240."""
    values: dict[str, Fraction | None] = {
        "hours": Fraction(24), "requests": Fraction(120_000),
        "input_tokens": Fraction(108_000_000), "output_tokens": Fraction(132_000_000),
        "cached_input_tokens": Fraction(10_800_000), "cost": Fraction(240),
    }  # fmt: skip
    given = {name: None if one is None else Fraction(one) for name, one in changes.items()}
    return ActualUse(**{**values, **given})  # type: ignore[arg-type]


def by_code(lines: tuple[ActualLine, ...]) -> dict[str, ActualLine]:
    return {one.code: one for one in lines}


def test_300_random_months_have_parts_that_sum_to_the_difference() -> None:
    """By the token, against cost in plain fractions; every part is as its formula says."""
    random = Random(5)
    asked = question_of(article(PlainCapacity()))
    token = asked.options[0]
    for _ in range(300):
        hours, requests = Fraction(2 ** random.randint(0, 6)), Fraction(5 ** random.randint(2, 7))
        read, written = random.randint(0, 3000), random.randint(1, 2000)
        paid = Fraction(random.randint(0, 10**6), 100)
        use = ActualUse(
            hours=hours, requests=requests, input_tokens=requests * read,
            output_tokens=requests * written, cost=paid,
        )  # fmt: skip
        found = by_code(actual_lines(asked, token, use))
        real, fee = requests / hours, Fraction("3.09")
        price = Fraction(67, 10**8), Fraction(52, 10**8)
        steps = [
            fee + 5000 * 1000 * sum(price),
            fee + real * 1000 * sum(price),
            fee + real * (read * price[0] + written * price[1]),
            paid / hours,
        ]
        cost = found["cost"]
        parts = [after - before for before, after in pairwise(steps)]
        assert [730 * one for one in parts] == [
            Fraction(one or 0) for one in (cost.volume, cost.length, cost.price)
        ]
        for line in found.values():
            if line.actual is None:
                continue
            assert line.planned is not None
            told = [Fraction(one or 0) for one in (line.volume, line.length, line.price)]
            assert Fraction(line.actual) - Fraction(line.planned) == sum(told)


def test_more_requests_that_the_same_hosts_carry_cost_nothing_more() -> None:
    """One host of 10 an hour: from 4 to 8 an hour the volume part is 0, to 12 it is one host."""
    asked = question(per_token(), hosts(capacity=typed("10")), requests="4")
    for load, parts in ((8, 0), (12, 4 * 730)):
        use = used(hours=1, requests=load, input_tokens=3600 * load, output_tokens=3600 * load,
                   cached_input_tokens=0, cost=None)  # fmt: skip
        cost = by_code(actual_lines(asked, asked.options[1], use))["cost"]
        assert (Decimal(parts), Decimal(0), None) == (cost.volume, cost.length, cost.price)


def test_what_was_not_told_leaves_its_parts_unknown() -> None:
    """Cached tokens and money are never 0 for want of a number; the planned cached share holds."""
    asked = question_of(article(PlainCapacity()))
    found = by_code(
        actual_lines(asked, asked.options[0], used(cached_input_tokens=None, cost=None))
    )

    assert (None, None) == (found["cost"].actual, found["cost"].price)
    assert (None, None) == (
        found["cached_input_tokens"].actual, found["cached_input_tokens"].length,
    )  # fmt: skip
    assert found["cost"].length is not None


def test_an_option_without_a_cost_has_no_parts_of_cost() -> None:
    """Its output price is missing; requests and tokens are still compared."""
    lacking = Serverless(name="Lacking", input=None, output=None)
    asked = question(lacking)
    found = by_code(actual_lines(asked, lacking, used(input_tokens=0, cached_input_tokens=0)))

    assert (None, None, None) == (
        found["cost"].planned, found["cost"].volume, found["cost"].price,
    )  # fmt: skip
    assert found["requests"].volume is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("hours", 0), ("requests", 0), ("requests", -1), ("input_tokens", -1), ("output_tokens", -1),
     ("cached_input_tokens", -1), ("cached_input_tokens", 10**9), ("cost", -1)],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_by_its_name(field: str, value: int) -> None:
    """Below 0, nothing to divide by, or more cached than read."""
    with pytest.raises(InvalidValue, match=field):
        used(**{field: value})


def test_use_without_any_token_is_refused() -> None:
    """Nothing was asked then."""
    with pytest.raises(InvalidValue, match="expected any token"):
        used(input_tokens=0, output_tokens=0, cached_input_tokens=None)
