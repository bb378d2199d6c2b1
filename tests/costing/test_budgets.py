"""Budgets: three volumes, the buffer, and the load at which the money is gone, in fractions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from costing import InvalidQuestion, InvalidValue, Question, TypedCapacity, Volume
from costing.budget import Budget, BufferReason, OptionBudget, UpTo, budget
from costing.budget_levels import LEVELS, Basis
from costing.distributions import Fixed, Lognormal, Uncertainty
from costing.options import EstimatedCapacity
from costing.uncertainty import risk
from costing.verdict import Call
from tests.costing.brute import Reading, read, rounded
from tests.costing.questions import hosts, money, per_token, question, question_of, typed
from tests.costing.scenarios import random_scenario

MOST_HOSTS = 400
"""Host counts that the plain computation looks at, one by one."""
THREE = (("low", "0.5"), ("high", "2"))


def volumes(*named: tuple[str, str]) -> tuple[Volume, ...]:
    return tuple(Volume(name=name, factor=Decimal(factor)) for name, factor in named)


def of(found: Budget, name: str) -> OptionBudget:
    return next(one for one in found.options if one.name == name)


def highest_load(reading: Reading, money_an_hour: Fraction) -> Fraction | str:
    """The highest load that is paid for, host count by host count; `start`, `no_end`."""
    at_rest = reading.cost(Fraction(0))
    if at_rest is None or at_rest > money_an_hour:
        return "start"
    best = Fraction(0)
    for needed in range(1, MOST_HOSTS):
        price = Fraction(0)
        if reading.host_price is not None:
            hosts = reading.rented(needed)
            if reading.hosts_per_request and hosts > (reading.maximum or hosts):
                return best
            price = hosts * reading.host_price
        left = money_an_hour - reading.per_hour - price
        if left < 0:
            return best
        line = left / reading.per_request if reading.per_request else None
        if not reading.hosts_per_request:
            return "no_end" if line is None else line
        low, high = (Fraction(n) / reading.hosts_per_request for n in (needed - 1, needed))
        if line is not None and line <= low:
            return best
        best = high if line is None else min(high, line)
    return "no_end"


@pytest.mark.exhaustive
def test_2000_random_budgets_last_as_long_as_a_count_host_by_host_says() -> None:
    random, seen = Random(20240317), Counter[str]()
    for _ in range(2000):
        plain = random_scenario(random)
        amount = Decimal(random.choice(["0", "365", "730", "1460", "2190", "3650", "999.99"]))
        found = budget(question_of(plain), amount)
        for option, one in zip(plain.options, found.options, strict=True):
            reading = read(plain, option)
            assert (reading is None) is bool(one.missing) is (one.used_up is None)
            if reading is None or one.used_up is None:
                continue
            expected, used = highest_load(reading, Fraction(amount) / 730), one.used_up
            seen[used.up_to.value] += 1
            if isinstance(expected, str):
                assert (expected, None) == (used.up_to.value, used.requests_per_hour)
                continue
            assert rounded(expected) == used.requests_per_hour
            cost = reading.cost(expected)
            assert cost is not None
            assert rounded(cost * 730) == used.cost_per_month
            assert reading.paid_hosts(expected) == used.instances
            assert (used.up_to is UpTo.MONEY) is (cost * 730 == amount)
            above = reading.cost(expected + Fraction(1, 10**12))
            assert (
                above is None
                if used.up_to is UpTo.MAXIMUM
                else above is None or (above * 730 > amount)
            )
    assert set(UpTo) == {UpTo(name) for name in seen}
    assert min(seen.values()) > 30


@pytest.mark.exhaustive
def test_1000_random_budgets_cost_at_three_volumes_what_plain_fractions_say() -> None:
    random, seen = Random(5), Counter[str]()
    for _ in range(1000):
        plain = random_scenario(random)
        factors = [Decimal(random.choice(words.split())) for words in ("0.2 0.5 1", "1 1.5 3 20")]
        asked = replace(
            question_of(plain),
            volumes=volumes(("high", str(factors[1])), ("low", str(factors[0]))),
        )
        amount = Decimal(random.choice(["100", "730", "1460", "7300"]))

        found = budget(asked, amount)

        load = Fraction(plain.requests) / Fraction(plain.period_hours)
        loads = [load * Fraction(factors[0]), load, load * Fraction(factors[1])]
        costs: dict[str, list[Fraction | None]] = {}
        for option, one in zip(plain.options, found.options, strict=True):
            reading = read(plain, option)
            costs[one.name] = [None if reading is None else reading.cost(at) for at in loads]
            whole: list[bool | None] = []
            for cost, level in zip(costs[one.name], LEVELS, strict=True):
                shown = one.levels[level]
                monthly = None if cost is None else cost * 730
                assert (None if monthly is None else rounded(monthly)) == shown.cost_per_month
                left = None if monthly is None else Fraction(amount) - monthly
                assert (None if left is None else rounded(left)) == shown.headroom_per_month
                whole.append(None if left is None else left >= 0)
                assert whole[-1] is shown.within
            expected = False if False in whole else None if None in whole else True
            assert expected is one.within
            _, plan, high = costs[one.name]
            extra = None if plan is None or high is None else (high - plan) * 730
            assert (None if extra is None else rounded(extra)) == one.buffer_per_month
            share = None if extra is None or not plan else extra / plan / 730
            assert (None if share is None else rounded(share)) == one.buffer_share
            seen[one.buffer_reason.value] += 1
        for place, level in enumerate(LEVELS):
            known = {name: each[place] for name, each in costs.items() if each[place] is not None}
            lowest = min((cost for cost in known.values() if cost is not None), default=None)
            names = [name for name, cost in known.items() if cost == lowest]
            assert (names[0] if names else None) == found.cheapest[level]
            assert tuple(names[1:]) == found.tied[level]
            seen["tie"] += len(names) > 1
        planned = None if found.planned is None else found.planned.name
        assert found.cheapest["plan"] == planned
    assert min(seen[key] for key in ("tie", *(set(BufferReason) - {BufferReason.DRAWS}))) > 10


def test_the_buffer_says_what_it_pays_for() -> None:
    """10 an hour planned, 20 at most; a host carries 10, or 100."""
    asked = question(
        per_token(),
        hosts("Tight", capacity=typed("10")),
        hosts("Wide", capacity=typed("100")),
        hosts("Few", capacity=typed("10"), maximum=1),
        replace(hosts("Unknown"), price=None),
        volumes=volumes(*THREE),
    )

    found = budget(asked, Decimal("7300"))

    assert [
        ("7300", "1", "tokens"), ("2920", "1", "instances"), ("0", "0", "paid_already"),
        (None, None, "no_high_cost"), (None, None, "no_plan_cost"),
    ] == [
        (
            None if one.buffer_per_month is None else str(one.buffer_per_month),
            None if one.buffer_share is None else str(one.buffer_share),
            one.buffer_reason.value,
        )
        for one in found.options
    ]  # fmt: skip
    assert ("Tight", "Wide") == found.within
    assert [False, True, True, None, None] == [one.within for one in found.options]
    assert ("7300", "0", True) == tuple(
        value if isinstance(value, bool) else str(value)
        for value in (
            found.options[0].levels["plan"].cost_per_month,
            found.options[0].levels["plan"].headroom_per_month,
            found.options[0].levels["plan"].within,
        )
    )
    assert {"low": "Tight", "plan": "Tight", "high": "Wide"} == found.cheapest


def test_without_a_budget_costs_and_buffer_stand_and_nothing_is_said_of_how_far_it_lasts() -> None:
    found = budget(question(per_token(), volumes=volumes(*THREE)), None)

    [one] = found.options
    assert (None, None, ()) == (one.used_up, one.within, found.within)
    assert Decimal(7300) == one.buffer_per_month
    assert (None, None) == (
        one.levels["low"].headroom_per_month, one.levels["low"].within,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ((), [("low", "0.7"), (None, "1"), ("high", "1.3")]),
        (
            (("pilot", "0.1"), ("all", "3"), ("half", "2")),
            [("pilot", "0.1"), (None, "1"), ("all", "3")],
        ),
        ((("busy", "3"), ("busier", "4")), [(None, "1"), (None, "1"), ("busier", "4")]),
        ((("small", "0.5"),), [("small", "0.5"), (None, "1"), (None, "1")]),
        ((("Low", "0.9"), ("tiny", "0.1")), [("Low", "0.9"), (None, "1"), (None, "1")]),
        ((("plan", "2"), ("low", "1")), [("low", "1"), ("plan", "2"), ("plan", "2")]),
    ],
)  # fmt: skip
def test_low_plan_and_high_are_found_by_name_else_by_size(
    stated: tuple[tuple[str, str], ...], expected: list[tuple[str | None, str]]
) -> None:
    asked = question(per_token(), volumes=volumes(*stated))

    found = budget(asked, None)

    assert list(LEVELS) == [level.name for level in found.volumes]
    assert expected == [(level.volume, str(level.factor)) for level in found.volumes]
    basis = Basis.VOLUMES if stated else Basis.ASSUMED_VOLUMES
    assert basis is found.basis


def test_volumes_that_are_named_in_no_order_and_an_amount_that_is_none_are_refused() -> None:
    crossed = question(per_token(), volumes=volumes(("low", "2"), ("high", "3")))

    with pytest.raises(InvalidQuestion) as refused:
        budget(crossed, None)
    with pytest.raises(InvalidValue, match=r"amount_per_month: expected a number of 0 or more"):
        budget(question(per_token()), Decimal(-1))

    assert (
        "volumes: expected low, plan and high in rising order for a budget, "
        "found low 2, plan 1, high 3"
    ) == str(refused.value)


def test_each_volume_has_a_verdict_that_names_nobody_where_a_cost_is_unknown() -> None:
    unknown = replace(hosts("Unknown"), price=None)
    asked = question(per_token(), hosts(price="12"), volumes=volumes(*THREE))

    found = budget(asked, None)
    open_one = budget(replace(asked, options=(*asked.options, unknown)), None)

    assert [
        ("low", "Per token", Call.CLEAR), ("plan", "Per token", Call.CLEAR),
        ("high", "Hosts", Call.CLEAR),
    ] == [(one.name, one.cheapest, one.call) for one in found.verdicts]  # fmt: skip
    assert [(None, Call.UNKNOWN)] * 3 == [(one.cheapest, one.call) for one in open_one.verdicts]
    assert "Per token" == open_one.cheapest["plan"]


def test_a_winner_that_slow_hosts_would_lose_is_too_close_to_call() -> None:
    """10 requests an hour of one dollar against hosts of 4 dollars for 10 or, if slow, for 2."""
    asked = question(per_token(), hosts(capacity=estimated("0.2")), volumes=volumes(*THREE))

    found = budget(asked, None)

    assert [Call.TOO_CLOSE] * 3 == [one.call for one in found.verdicts]
    assert "Hosts" == found.verdicts[1].cheapest


def estimated(low: str) -> EstimatedCapacity:
    return EstimatedCapacity(
        output_tokens_per_second=Decimal(10),
        low_share=Decimal(low),
        high_share=Decimal(2),
        evidence="fitted_model",
    )


@pytest.mark.parametrize(("low", "cost"), [("0.5", 4), ("0", None)])
def test_hosts_that_may_be_slow_tell_what_the_high_volume_costs_then(
    low: str, cost: int | None
) -> None:
    asked = question(
        per_token(), hosts(capacity=estimated(low)), hosts("Typed"), volumes=volumes(*THREE)
    )

    found = budget(asked, Decimal(9000))

    slow = of(found, "Hosts").slow
    assert slow is not None
    expected = None if cost is None else Decimal(cost * 4 * 730)
    assert (expected, None if cost is None else False) == (slow.cost_per_month, slow.within)
    assert (None, None) == (of(found, "Per token").slow, of(found, "Typed").slow)


def drawn(asked: Question, load: Fixed | Lognormal, amount: str | None) -> Budget:
    found = risk(asked, Uncertainty(load=load), seed=1, draws=1000)
    return budget(asked, None if amount is None else Decimal(amount), found)


def test_over_draws_low_plan_and_high_are_the_percentiles_of_each_cost() -> None:
    asked = question(per_token(), hosts(price="1", capacity=typed("10"), maximum=1))
    load = Lognormal(p10=Decimal(5), p90=Decimal(20))

    found = drawn(asked, load, "14600")

    cost = risk(asked, Uncertainty(load=load), seed=1, draws=1000).options[0].cost_per_hour
    assert cost is not None
    token, host = found.options
    assert (Basis.DRAWS, ()) == (found.basis, found.volumes)
    p10, p50, p90 = (Fraction(end) * 730 for end in (cost.p10, cost.p50, cost.p90))
    assert [rounded(p10), rounded(p50), rounded(p90)] == [
        token.levels[level].cost_per_month for level in LEVELS
    ]
    assert BufferReason.DRAWS is token.buffer_reason
    assert rounded(p90 - p50) == token.buffer_per_month
    assert dict.fromkeys(LEVELS, "Hosts") == found.cheapest
    # Half of the draws ask for a second host, which is not allowed: no budget is kept there.
    assert host.share_without_cost is not None
    assert host.share_without_cost > Decimal("0.3")
    assert (None, UpTo.MAXIMUM) == (host.within, host.used_up and host.used_up.up_to)
    assert ({level.estimate for level in token.levels.values()}, None) == ({None}, token.slow)


def test_over_draws_what_is_too_dear_or_unknown_is_said() -> None:
    nothing = replace(hosts("Unknown"), price=None)
    small = hosts("Small", capacity=typed("1"), maximum=1)
    asked = question(per_token(), small, nothing)

    found = drawn(asked, Fixed(value=Decimal(10)), "100")

    assert [False, None, None] == [one.within for one in found.options]
    assert [BufferReason.DRAWS, BufferReason.NO_PLAN_COST, BufferReason.NO_PLAN_COST] == [
        one.buffer_reason for one in found.options
    ]
    assert (Decimal(1), None) == (
        found.options[1].share_without_cost, found.options[2].share_without_cost,
    )  # fmt: skip
    assert "Per token" == found.cheapest["plan"]
    kept = drawn(question(per_token()), Fixed(value=Decimal(10)), None)
    assert (None, ()) == (kept.options[0].within, kept.within)


def test_no_option_with_a_cost_leaves_no_cheapest_and_nothing_planned() -> None:
    found = budget(question(replace(hosts(), price=None)), Decimal(1))

    assert (None, None) == (found.cheapest["plan"], found.planned)


def test_a_large_budget_over_small_hosts_is_found_without_a_walk() -> None:
    """A thousand million million dollars, a host of a cent: the count is a quotient."""
    asked = question(hosts(price="0.01", capacity=typed("0.001")))

    used = budget(asked, Decimal(10) ** 15).options[0].used_up

    assert used is not None
    count = int(Fraction(10**15) / 730 * 100)
    assert (UpTo.STEP, count) == (used.up_to, used.instances)
    assert Decimal(count) / 1000 == used.requests_per_hour


def test_free_hosts_without_a_maximum_never_use_up_a_budget() -> None:
    free = replace(hosts(capacity=typed("1")), price=money("0"))

    used = budget(question(free, replace(free, name="Most", maximum_instances=7)), Decimal(0))

    assert [(UpTo.NO_END, None), (UpTo.MONEY, Decimal(7))] == [
        (one.used_up.up_to, one.used_up.requests_per_hour) for one in used.options if one.used_up
    ]


@pytest.mark.parametrize("capacity", [None, typed("1")])
def test_a_budget_below_the_first_host_pays_for_no_request(capacity: TypedCapacity | None) -> None:
    """None has to be rented without load, and 729 dollars a month are not 1 an hour."""
    host = hosts(price="1", capacity=capacity, minimum=0)

    short, enough = (budget(question(host), Decimal(amount)) for amount in (729, 730))

    used = [one.options[0].used_up for one in (short, enough)]
    assert used[0] is not None
    assert used[1] is not None
    assert (UpTo.STEP, Decimal(0), 0) == (
        used[0].up_to,
        used[0].requests_per_hour,
        used[0].instances,
    )
    assert used[1].requests_per_hour != 0
