"""The same question at the prices of two days: what moved, why, and whether the decision stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from costing import (
    AddOn,
    InvalidQuestion,
    InvalidValue,
    Option,
    Question,
    UnknownCapacity,
)
from costing.bridge import At, Gap
from costing.repriced import GateCode, GateReason, Repriced, gate, reprice
from tests.costing.brute import cheapest, read
from tests.costing.questions import (
    hosts,
    money,
    per_token,
    question,
    question_of,
    token_money,
    typed,
)
from tests.costing.scenarios import PlainPrice, PlainServerless, Scenario, random_scenario

HOSTS = hosts(price="4")
TOKENS = per_token(cost_per_request="0.5")
"""At ten requests an hour 5 against the 4 of one host."""


def moved(random: Random, price: PlainPrice | None) -> PlainPrice | None:
    """By a coin the same price, or one that is up to half lower or higher."""
    if price is None or random.random() < 0.5:
        return price
    return replace(price, amount=price.amount * random.randint(50, 150) / 100)


def at_other_prices(random: Random, scenario: Scenario) -> Scenario:
    """The same scenario on another day: only prices of the options differ."""
    options = []
    for option in scenario.options:
        by_token = isinstance(option, PlainServerless)
        fields = ("input", "output", "cached_input", "hosting") if by_token else ("price",)
        changes: Any = {field: moved(random, getattr(option, field)) for field in fields}
        options.append(replace(option, **changes))
    return replace(scenario, options=tuple(options))


def cost_of(scenario: Scenario, place: int) -> Fraction | None:
    """Money a month of one option, by the brute computation."""
    reading = read(scenario, scenario.options[place])
    if reading is None:
        return None
    cost = reading.cost(Fraction(scenario.requests) / Fraction(scenario.period_hours))
    return None if cost is None else 730 * cost


def winner(scenario: Scenario) -> str | None:
    """The cheapest option at the workload; None where a cost is unknown or none exists."""
    readings = [read(scenario, option) for option in scenario.options]
    known = [reading for reading in readings if reading is not None]
    if len(known) < len(readings):
        return None
    load = Fraction(scenario.requests) / Fraction(scenario.period_hours)
    found = cheapest(known, load)
    return found[0] if found else None


def total(parts: Iterable[Decimal | Fraction | None]) -> Fraction:
    known = [Fraction(part) for part in parts if part is not None]
    return sum(known, Fraction(0))


def test_500_random_questions_at_two_days_have_costs_parts_winners_and_gates_as_counted() -> None:
    """Costs and winners by the brute computation; parts sum exactly, and to the cent as shown."""
    random, closed = Random(31), 0
    for _ in range(500):
        first = random_scenario(random)
        last = at_other_prices(random, first)

        found = reprice(question_of(first), question_of(last))

        percent, reasons = random.randint(0, 30), set[tuple[str, str | None]]()
        names = winner(first), winner(last)
        if None in names:
            reasons.add(("unknown", None))
        elif names[0] != names[1]:
            reasons.add(("flipped", None))
        assert names == (found.then.at_workload.cheapest, found.now.at_workload.cheapest)
        for place, option in enumerate(found.options):
            before, after = cost_of(first, place), cost_of(last, place)
            bridge = option.bridge
            assert (before, after) == (bridge.exact_before_per_month, bridge.exact_after_per_month)
            if before is None or after is None:
                assert option.change is None
                continue
            exactly = total(part.exact_per_month for part in bridge.parts)
            assert after - before == exactly == bridge.exact_difference_per_month
            assert total([bridge.after_per_month]) - total([bridge.before_per_month]) == total(
                part.cost_per_month for part in bridge.parts
            )
            if abs(after - before) * 100 > percent * before:
                reasons.add(("moved", option.name))
        told = gate(found, Decimal(percent))
        assert reasons == {(str(reason.code), reason.option) for reason in told}
        assert len(reasons) == len(told)
        closed += bool(told)
    assert 50 < closed < 480


def of(then: Iterable[Option], now: Iterable[Option]) -> Repriced:
    return reprice(question(*then), question(*now))


def test_each_price_with_other_money_is_named_with_both_and_the_same_money_is_not() -> None:
    old = replace(TOKENS, hosting=money("1"))
    new = replace(
        TOKENS,
        input=token_money("0", per="1000000"),
        output=token_money("0.7", per="3600"),
        hosting=None,
    )

    (found,) = of([old], [new]).options

    assert [
        ("output_price", old.output, new.output),
        ("hosting_price", old.hosting, None),
    ] == [(str(one.code), one.then, one.now) for one in found.changes]


def test_a_price_that_is_not_known_then_is_a_gap_and_no_zero() -> None:
    found = of([replace(HOSTS, price=None), TOKENS], [HOSTS, TOKENS])

    (unknown, kept) = found.options
    assert Gap(at=At.BEFORE, missing="instance_price") in unknown.bridge.gaps
    assert (None, None) == (unknown.bridge.before_per_month, unknown.change)
    assert Decimal(0) == kept.change
    assert found.flipped is None
    assert (
        GateReason(code=GateCode.UNKNOWN),
        GateReason(code=GateCode.UNKNOWN, option="Hosts"),
    ) == gate(found, Decimal(1000))


def test_another_winner_closes_the_gate_whatever_the_percent() -> None:
    found = of([HOSTS, TOKENS], [replace(HOSTS, price=money("6")), TOKENS])

    assert found.flipped
    assert (GateReason(code=GateCode.FLIPPED),) == gate(found, Decimal(50))
    assert gate(found, Decimal("49.9"))[1:] == (
        GateReason(code=GateCode.MOVED, option="Hosts", change=Decimal("0.5")),
    )


def test_a_cost_that_fell_has_moved_as_well() -> None:
    found = of([HOSTS, TOKENS], [replace(HOSTS, price=money("3")), TOKENS])

    assert () == gate(found, Decimal(25))
    (reason,) = gate(found, Decimal(24))
    assert (GateCode.MOVED, Decimal("-0.25")) == (reason.code, reason.change)


def test_a_cost_from_nothing_has_moved_by_no_share() -> None:
    free = replace(HOSTS, price=money("0"))

    assert Decimal(0) == of([free], [free]).options[0].change
    (reason,) = gate(of([free], [HOSTS]), Decimal(1000))
    assert GateReason(code=GateCode.MOVED, option="Hosts", change=None) == reason


def test_an_option_that_carries_the_load_on_neither_day_closes_no_gate() -> None:
    """Above its quota on both days it has no cost on both, and the other one still wins."""
    small = hosts("Few", capacity=typed("1"), maximum=1)

    assert () == gate(of([small, TOKENS], [small, TOKENS]), Decimal(0))


def test_an_option_unknown_on_both_days_closes_the_gate_once() -> None:
    unknown = replace(HOSTS, capacity=UnknownCapacity())

    assert (GateReason(code=GateCode.UNKNOWN),) == gate(of([unknown], [unknown]), Decimal(0))


def test_a_rate_that_moved_is_the_part_of_the_currency() -> None:
    """4 dollars at 150 yen, 5 at 160: 750 at the old rate."""

    def yen(amount: str) -> Question:
        search = AddOn(name="search", price=money("2"))
        return question(replace(HOSTS, price=money(amount)), add_ons=(search,))

    found = reprice(yen("600"), yen("800"), yen("750"))
    only = reprice(yen("600"), yen("640"), yen("600"))

    assert ["currency"] == [str(part.code) for part in only.options[0].bridge.parts]
    assert () == only.options[0].changes
    (change,) = found.options[0].changes
    assert [Decimal(600), Decimal(800)] == [
        price and price.amount for price in (change.then, change.now)
    ]

    assert [("host_price", 730 * Fraction(150)), ("currency", 730 * Fraction(50))] == [
        (str(part.code), part.exact_per_month) for part in found.options[0].bridge.parts
    ]


@pytest.mark.parametrize("percent", ["-1", "NaN", "Infinity"])
def test_a_percent_that_is_no_number_from_0_on_is_refused(percent: str) -> None:
    with pytest.raises(InvalidValue, match="percent"):
        gate(of([HOSTS], [HOSTS]), Decimal(percent))


def test_what_was_said_begins_the_bridge_and_what_it_is_off_by_is_the_remainder() -> None:
    """Parts of 200 random questions sum from what was said, exactly and to the cent."""
    random, complete = Random(41), 0
    while complete < 200:
        first = random_scenario(random)
        last = at_other_prices(random, first)
        name = first.options[0].name
        said = Decimal(random.randint(0, 10**6)) / 100

        found = reprice(question_of(first), question_of(last), said_per_month={name: said})

        option = found.options[0]
        before, after = cost_of(first, 0), cost_of(last, 0)
        assert Fraction(said) == option.bridge.exact_before_per_month
        if before is None or after is None:
            continue
        complete += 1
        parts = option.bridge.parts
        assert ("remainder", before - Fraction(said)) == (
            str(parts[-1].code),
            parts[-1].exact_per_month,
        )
        assert after - Fraction(said) == total(part.exact_per_month for part in parts)
        assert total([option.bridge.after_per_month]) - Fraction(said) == total(
            part.cost_per_month for part in parts
        )
        others = [one.bridge.parts[-1].code for one in found.options[1:] if one.bridge.parts]
        assert "remainder" not in others


def test_a_said_cost_of_nobody_or_below_0_is_refused_by_name() -> None:
    asked = question(HOSTS, TOKENS)

    with pytest.raises(InvalidQuestion, match=r"Hosts, Per token\), found 'Nobody'"):
        reprice(asked, asked, said_per_month={"Nobody": Decimal(1)})
    with pytest.raises(InvalidValue, match="said_per_month"):
        reprice(asked, asked, said_per_month={"Hosts": Decimal(-1)})
