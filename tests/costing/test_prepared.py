"""A prepared question answers single loads as a whole break-even does: the same, only quicker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import (
    Dedicated,
    InvalidValue,
    LoadAnswer,
    PriceStep,
    Serverless,
    Unit,
    UnknownCapacity,
    prepare,
)
from costing.verdict import judge
from tests.costing.brute import Reading, candidates, cheapest, read, rounded
from tests.costing.questions import (
    hosts,
    money,
    per_token,
    question,
    question_of,
    token_money,
    typed,
)
from tests.costing.scenarios import Scenario, random_scenario

FINEST = Decimal("1e-30")
FAR = tuple(map(Decimal, ("1001", "123456.789", "1e9", "1e15")))
NOBODY = LoadAnswer(cheapest=None, cost_per_hour=None, instances=None)


@given(st.randoms(use_true_random=False))
@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@pytest.mark.exhaustive
def test_a_random_question_is_answered_at_every_end_and_beside_it_as_plain_fractions_say(
    random: Random,
) -> None:
    """At, just below and just above each load where anything can change, and far beyond."""
    scenario = random_scenario(random)
    prepared = prepare(question_of(scenario))
    readings = [read(scenario, option) for option in scenario.options]

    for load in _loads(scenario, readings, random):
        assert _expected(readings, Fraction(load)) == prepared.at(load), load


def test_100_random_questions_are_answered_as_their_verdicts_say() -> None:
    """The engine itself at the same loads: who is cheapest, its cost, its hosts."""
    random, seen = Random(61), Counter[str]()
    for _ in range(100):
        scenario = random_scenario(random)
        asked = question_of(scenario)
        prepared = prepare(asked)
        readings = [read(scenario, option) for option in scenario.options]
        loads = list(_loads(scenario, readings, random))
        for load in random.sample(loads, min(6, len(loads))):
            verdict = judge(asked, "load", Fraction(load))
            found = prepared.at(load)
            won = next((one for one in verdict.estimates if one.name == found.cheapest), None)
            assert verdict.cheapest == found.cheapest
            assert (won and won.cost_per_hour) == found.cost_per_hour
            assert (won and won.instances) == found.instances
            seen["nobody"] += won is None
            seen["hosts"] += found.instances is not None

    assert min(seen["nobody"], seen["hosts"]) > 30


def test_the_founding_example_changes_hands_between_two_loads_of_thirty_places() -> None:
    """1,527 / 0.119 does not terminate: the last load before it, and the next."""
    asked = question(
        per_token(cost_per_request="0.00119", fee="3.09"), hosts(price="6.12", minimum=3)
    )
    prepared, turn = prepare(asked), Fraction("15.27") / Fraction("0.00119")
    with localcontext() as context:
        context.prec = 60
        before = Decimal(floor(turn * 10**30)).scaleb(-30)
        after = before + FINEST

    assert ("Per token", None) == (prepared.at(before).cheapest, prepared.at(before).instances)
    assert LoadAnswer("Hosts", Decimal("18.36"), 3) == prepared.at(after)
    assert "Per token" == prepared.at(turn).cheapest


def test_where_a_full_host_just_meets_the_tokens_the_earlier_option_is_named() -> None:
    """At 4 one full host costs what the tokens cost, and just above a second one is paid: the lines
    touch in one point, which belongs to whoever is named first."""
    tokens, full = per_token(), hosts(capacity=typed("4"))
    last, first = prepare(question(tokens, full)), prepare(question(full, tokens))

    assert LoadAnswer("Per token", Decimal(4), None) == last.at(Decimal(4))
    assert LoadAnswer("Hosts", Decimal(4), 1) == first.at(Decimal(4))
    below, above = Decimal("3." + "9" * 30), Decimal("4." + "0" * 29 + "1")
    assert ["Per token"] * 2 == [first.at(load).cheapest for load in (below, above)]


def test_no_load_pays_fees_and_the_fewest_hosts_and_free_options_cost_nothing() -> None:
    asked = question(per_token(fee="5"), hosts(price="0", minimum=0, capacity=typed("2")))
    prepared = prepare(asked)

    assert LoadAnswer("Hosts", Decimal(0), 0) == prepared.at(Decimal(0))
    assert LoadAnswer("Hosts", Decimal(0), 2) == prepared.at(Decimal("2.5"))


def test_beyond_a_typed_limit_every_option_is_priced_and_the_answer_stays_right() -> None:
    """The search ends at 3; the turn at 4 lies beyond it, and a quota ends at 40."""
    limited = replace(hosts(capacity=typed("8")), maximum_instances=5)
    prepared = prepare(question(per_token(), limited, search_to="3"))

    assert Decimal(3) == prepared.searched_to_requests_per_hour
    assert LoadAnswer("Hosts", Decimal(4), 1) == prepared.at(Decimal(5))
    assert "Per token" == prepared.at(Decimal(41)).cheapest


def test_above_every_maximum_nobody_is_there() -> None:
    """At once beyond the quota, and at a fraction too."""
    prepared = prepare(question(hosts(capacity=typed("3"), maximum=2)))

    assert LoadAnswer("Hosts", Decimal(8), 2) == prepared.at(Decimal(6))
    assert [NOBODY] * 3 == [
        prepared.at(load) for load in (Decimal("6.001"), Decimal("1e14"), Fraction(20, 3))
    ]


def test_a_quota_that_ends_beyond_a_typed_limit_leaves_nobody_either() -> None:
    prepared = prepare(question(hosts(capacity=typed("3"), maximum=2), search_to="3"))

    assert NOBODY == prepared.at(Decimal(7))


def test_cached_shares_and_price_steps_are_those_of_the_mean_request() -> None:
    """3,600 tokens in, a quarter of them cached: (2,700 * 2 + 900 * 1) / 1,000 a request, above
    2,000 tokens at twice the prices; out 3,600 at 1."""
    step = PriceStep(
        above_input_tokens=Decimal(2000),
        input=token_money("4"),
        output=token_money("2"),
        cached_input=token_money("2"),
    )
    option = Serverless(
        name="Stepped",
        input=token_money("2"),
        output=token_money("1"),
        cached_input=token_money("1"),
        steps=(step,),
    )
    asked = question(option)
    shape = replace(asked.workload.shape, cached_input_share=Decimal("0.25"))
    prepared = prepare(replace(asked, workload=replace(asked.workload, shape=shape)))

    assert Decimal("19.8") * 3 == prepared.at(Decimal(3)).cost_per_hour


def test_a_monthly_price_gives_28_digits_or_all_where_it_terminates() -> None:
    """1,000 a month over 730 hours does not terminate; 73 such hosts cost 100 an hour."""
    monthly = Dedicated(
        name="Hosts", price=money("1000", Unit.MONTH), minimum_instances=1,
        spare_instances=0, capacity=typed("1"),
    )  # fmt: skip
    prepared = prepare(question(monthly))

    assert Decimal(1000) / 730 == prepared.at(Decimal(1)).cost_per_hour
    assert Decimal(100) == prepared.at(Decimal(73)).cost_per_hour


@pytest.mark.parametrize("option", [hosts(capacity=UnknownCapacity()), hosts()])
def test_where_an_option_lacks_something_nobody_is_called_the_cheapest(option: Dedicated) -> None:
    """As in a verdict; what lacks is named."""
    lacking = replace(option, price=None)
    prepared = prepare(question(per_token(), lacking))

    assert {"Hosts"} == {one.option for one in prepared.missing}
    assert "instance_price" in [one.missing for one in prepared.missing]
    assert [NOBODY] * 3 == [
        prepared.at(load) for load in (Decimal(3), Decimal("1e12"), Fraction(1, 3))
    ]


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (3, "load: expected a Decimal, found int 3"),
        (0.5, "load: expected a Decimal, found float 0.5"),
        (None, "load: expected a Decimal, found NoneType None"),
        (Decimal("-0.1"), "load: expected a number of 0 or more, found -0.1"),
        (Fraction(-1, 3), "load: expected a number of 0 or more, found -1"),
        (Decimal("NaN"), "load: expected a finite number, found NaN"),
        (Decimal("Infinity"), "load: expected a finite number, found Infinity"),
        (Decimal("1e16"), "load: expected at most 1,000,000,000,000,000, found 1E+16"),
        (Decimal("1e400"), "load: expected at most 1,000,000,000,000,000, found 1E+400"),
        (Decimal("1e-31"), "load: expected at most 30 decimal places, found 1E-31"),
    ],
)
def test_a_load_that_is_none_is_refused_by_name(load: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        prepare(question(per_token())).at(load)

    assert message == str(refused.value)


def test_a_kind_of_decimal_is_a_decimal() -> None:
    class Typed(Decimal):
        """As some libraries hand out."""

    assert Decimal(3) == prepare(question(per_token())).at(Typed("3")).cost_per_hour


def _loads(
    scenario: Scenario, readings: list[Reading | None], random: Random
) -> Iterator[Decimal | Fraction]:
    known = [one for one in readings if one is not None]
    reach = Fraction(scenario.requests) * 3 + 10
    yield Decimal(0)
    yield from FAR
    for point in candidates(known, Fraction(0), reach, 12):
        yield point
        yield Fraction(point) * (1 + Fraction(random.randint(1, 99), 700))
        with localcontext() as context:
            context.prec = 80
            below = Decimal(floor(point * 10**30)).scaleb(-30)
            yield from (load for load in (below - FINEST, below, below + FINEST) if load >= 0)


def _expected(readings: list[Reading | None], load: Fraction) -> LoadAnswer:
    known = [one for one in readings if one is not None]
    names = cheapest(known, load) if len(known) == len(readings) else []
    if not names:
        return NOBODY
    winner = next(one for one in known if one.name == names[0])
    cost = winner.cost(load)
    assert cost is not None
    return LoadAnswer(names[0], rounded(cost), winner.paid_hosts(load))
