"""The cost of every option at every draw is the cost of that one state, counted one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import CostingError, Question, UnknownCapacity, estimate
from costing.cost_terms import Inputs, inputs_of, terms_of
from costing.distributions import (
    Distribution,
    Fixed,
    Lognormal,
    Triangular,
    Uncertainty,
    Uniform,
    require_fitting,
)
from costing.draws import Draws, costs_at, lines_of
from costing.first_turn import exact_first_turn, first_turns
from costing.options import Dedicated, missing
from costing.uncertainty import drawn_world
from tests.costing import brute
from tests.costing.questions import hosts, question, question_of, typed
from tests.costing.scenarios import PlainDedicated, PlainOption, Scenario, random_scenario

DRAWS = 6
CLOSE = 1e-9


def around(random: Random, value: Decimal, *, most: Decimal | None = None) -> Distribution:
    """Some distribution about a value; fixed where that is 0, for then nothing is above 0."""
    high = value * 2 if most is None else min(value * 2, most)
    forms: list[Distribution] = [Fixed(value=value), Uniform(low=value / 2, high=high)]
    forms.append(Triangular(low=value / 4, mode=value, high=high))
    if most is None:
        forms.append(Lognormal(p10=value / 2, p90=high) if value else Fixed(value=value))
    return forms[random.randint(0, len(forms) - 1)]


def stated(random: Random, scenario: Scenario) -> Uncertainty:
    """Random statements about everything that a scenario lets vary."""
    shape = scenario.shape
    return Uncertainty(
        load=around(random, Decimal(random.randint(0, 12))),
        input_tokens=around(random, shape.input_tokens) if shape.input_tokens else None,
        output_tokens=around(random, shape.output_tokens) if shape.output_tokens else None,
        cached_input_share=around(random, shape.cached_input_share, most=Decimal(1)),
        drift={one.name: around(random, Decimal(1)) for one in scenario.options},
        capacity={
            one.name: around(random, Decimal(1))
            for one in scenario.options
            if isinstance(one, PlainDedicated)
        },
    )


def reading_at(scenario: Scenario, option: PlainOption, at: Inputs) -> brute.Reading:
    """The option in one state, by the rules of the brute computation, which takes fractions too."""

    def moved(tokens: Decimal, common: Decimal, now: Fraction) -> Decimal:
        return tokens if common == 0 else Fraction(tokens) * now / Fraction(common)  # type: ignore[return-value]

    own, common = option.shape or scenario.shape, scenario.shape
    same_share = own.cached_input_share == common.cached_input_share
    shape = replace(
        own,
        input_tokens=moved(own.input_tokens, common.input_tokens, at.input_tokens),
        output_tokens=moved(own.output_tokens, common.output_tokens, at.output_tokens),
        cached_input_share=at.cached_input_share if same_share else own.cached_input_share,  # type: ignore[arg-type]
    )
    dear = replace(scenario, add_ons=())
    full = brute.read(scenario, replace(option, shape=shape))
    bare = brute.read(dear, replace(option, shape=shape))
    assert full is not None
    assert bare is not None
    takes = full.hosts_per_request
    return replace(
        full,
        per_hour=full.per_hour + (at.drift - 1) * bare.per_hour,
        per_request=full.per_request + (at.drift - 1) * bare.per_request,
        host_price=None if full.host_price is None else full.host_price * at.drift,
        hosts_per_request=None if takes is None else takes / at.capacity_share,
    )


def known_options(asked: Question) -> Iterator[int]:
    for index, option in enumerate(asked.options):
        if not missing(option, asked.shape_of(option)):
            yield index


def worlds(random: Random) -> tuple[Scenario, Question, Draws]:
    scenario = random_scenario(random)
    question = question_of(scenario)
    uncertainty = stated(random, scenario)
    require_fitting(question, uncertainty)
    return scenario, question, drawn_world(question, uncertainty, random.randint(0, 99), DRAWS)


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_the_cost_of_each_draw_is_that_of_the_brute_computation(random: Random) -> None:
    scenario, question, world = worlds(random)

    for index in known_options(question):
        terms = terms_of(question, question.options[index])
        costs = costs_at(lines_of(terms, world, index), world, index)
        for draw in range(DRAWS):
            at = world.inputs(draw, index)
            expected = reading_at(scenario, scenario.options[index], at).cost(at.load)
            assert expected == terms.cost(at)
            if expected is None:
                assert np.isnan(costs[draw])
            else:
                assert abs(costs[draw] - float(expected)) <= CLOSE * max(1, float(expected))


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_where_nothing_varies_each_draw_costs_what_the_estimate_says(random: Random) -> None:
    """Loads on the lattice fill hosts to the last request: float64 alone would add one."""
    scenario = random_scenario(random)
    question = question_of(scenario)
    world = drawn_world(question, Uncertainty(), 1, 3)

    for index in known_options(question):
        option = question.options[index]
        terms, expected = terms_of(question, option), estimate(question, option).cost_per_hour
        costs = costs_at(lines_of(terms, world, index), world, index)
        exact = terms.cost(inputs_of(question))
        assert (exact is None) == (expected is None) == bool(np.isnan(costs).all())
        if expected is not None and exact is not None:
            assert abs(exact - Fraction(expected)) <= Fraction(expected) / 10**25
            assert abs(costs - float(expected)).max() <= CLOSE * max(1, float(expected))


@given(st.randoms(use_true_random=False))
@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@pytest.mark.exhaustive
def test_the_first_turn_of_each_draw_is_that_of_the_exact_envelope(random: Random) -> None:
    """Two options at a time: lines, staircases against lines, staircases against each other."""
    _, question, world = worlds(random)
    known = list(known_options(question))

    for first, second in pairwise(known):
        terms = [terms_of(question, question.options[index]) for index in (first, second)]
        lines = [
            lines_of(one, world, index) for one, index in zip(terms, (first, second), strict=True)
        ]
        turns = first_turns(*lines)
        for draw in range(DRAWS):
            curves = [
                one.curve(world.inputs(draw, index))
                for one, index in zip(terms, (first, second), strict=True)
            ]
            if None in curves or turns.stopped[draw]:
                continue
            found = float(turns.loads[draw])
            limit = Fraction(100) if np.isnan(found) else Fraction(found) * 2
            exact = exact_first_turn([one for one in curves if one is not None], limit)
            assert (exact is None) == np.isnan(found), (curves, found)
            if exact is not None:
                assert abs(float(exact) - found) <= CLOSE * found, (curves, found)


def test_hosts_take_the_peak_and_tokens_the_mean_in_every_draw() -> None:
    """Peak as mean would pay one host; mean as peak would pay for three times the tokens."""
    scenario = replace(random_scenario(Random(3), units=False), add_ons=())
    asked = question_of(scenario)
    places = [i for i in known_options(asked) if isinstance(asked.options[i], Dedicated)]
    world = drawn_world(asked, Uncertainty(load=Fixed(value=Decimal(50))), 1, 2)

    for index in places:
        lines = lines_of(terms_of(asked, asked.options[index]), world, index)
        busy = replace(asked, workload=replace(asked.workload, peak_to_mean=Decimal(10)))
        peaked = lines_of(terms_of(busy, busy.options[index]), world, index)
        assert (peaked.slope == lines.slope).all()
        if lines.takes is not None and peaked.takes is not None:
            assert (peaked.takes > lines.takes).all()


def test_an_option_without_a_cost_has_no_terms() -> None:
    asked = question(hosts(capacity=UnknownCapacity()))

    with pytest.raises(CostingError, match="Hosts: no cost without capacity"):
        terms_of(asked, asked.options[0])


def test_hosts_that_serve_nothing_have_no_cost_however_small_the_load() -> None:
    asked = question(hosts(capacity=typed("6")))
    still = replace(inputs_of(asked), capacity_share=Fraction(0), load=Fraction(0))

    assert terms_of(asked, asked.options[0]).cost(still) is None
