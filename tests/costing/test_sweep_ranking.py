"""The cheapest of a cell: those of the fractions, whatever was looked at in the arrays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from costing import InvalidValue
from costing.sweep import Axis, Sweep, run_sweep
from costing.sweep_ranking import cell_of
from tests.costing.brute import read, rounded
from tests.costing.questions import hosts, per_token, question, question_of
from tests.costing.scenarios import random_scenario

FACTORS = tuple(map(Decimal, ("0", "0.3", "0.5", "1", "2", "7", "0.1234567")))
LOAD = Axis(name="load_factor", values=FACTORS)


def test_the_cheapest_of_500_random_questions_are_those_of_plain_fractions() -> None:
    random, seen = Random(11), 0
    for _ in range(500):
        plain = random_scenario(random)
        result = run_sweep(Sweep(question=question_of(plain), axes=(LOAD,)))
        place = random.randrange(len(FACTORS))
        load = Fraction(plain.requests) / Fraction(plain.period_hours) * Fraction(FACTORS[place])
        count = random.randint(0, 3)
        among = [at for at in range(len(plain.options)) if random.random() < 0.8]

        found = cell_of(result, (place,)).cheapest(count, among)

        costs = []
        for at in among:
            reading = read(plain, plain.options[at])
            cost = None if reading is None else reading.cost(load)
            costs += [] if cost is None else [(cost, at)]
        expected = sorted(costs)[:count]
        seen += len(costs) > count > 0
        assert [at for _, at in expected] == [one.place for one in found]
        assert [rounded(cost) for cost, _ in expected] == [
            one.estimate.cost_per_hour for one in found
        ]
    assert seen > 60


def test_costs_that_differ_by_less_than_float64_tells_are_in_the_order_of_the_fractions() -> None:
    dearer, cheaper = (
        per_token(name, cost)
        for name, cost in (("A", "1" + "0" * 3), ("B", "999.99999999999999999999"))
    )
    result = run_sweep(Sweep(question=question(dearer, cheaper, hosts(price="1e9")), axes=(LOAD,)))

    [first] = cell_of(result, (3,)).cheapest(1)

    assert "B" == first.estimate.name


def test_equal_costs_go_to_the_earlier_and_what_has_none_is_left_out() -> None:
    options = (replace(hosts("Unknown"), price=None), per_token("One"), per_token("Two"))
    result = run_sweep(Sweep(question=question(*options), axes=(LOAD,)))
    cell = cell_of(result, (3,))

    assert ["One", "Two"] == [one.estimate.name for one in cell.cheapest(9)]
    assert [2] == [one.place for one in cell.cheapest(1, [0, 2])]
    assert () == cell.cheapest(1, [0])
    assert cell.at(0).cost_per_hour is None


def test_a_sweep_of_winners_alone_has_no_cells_to_rank() -> None:
    sweep = Sweep(question=question(per_token()), axes=(LOAD,))

    with pytest.raises(InvalidValue) as refused:
        cell_of(run_sweep(sweep, with_costs=False), (0,))

    assert "with_costs: expected a sweep with its costs, found none kept" == str(refused.value)
