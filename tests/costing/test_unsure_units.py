"""How sure an answer is in which provisioned throughput takes part, and what turns it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from costing import InvalidQuestion, Question, RequestShape, Workload, break_even
from costing.changes import Input
from costing.cost_terms import inputs_of, terms_of
from costing.curve import cost_curve
from costing.distributions import CapacityBand, Lognormal, Uncertainty, Uniform
from costing.draws import costs_at, lines_of
from costing.first_turn import first_turns
from costing.flips import flips
from costing.inverse import Lever, NoTurn, inverse
from costing.options import Option, Serverless
from costing.sensitivity import Swing, tornado
from costing.uncertainty import drawn_world, risk
from tests.costing.questions import hosts, money, per_token
from tests.costing.test_provisioned import units

SHAPE = RequestShape(
    input_tokens=Decimal(1000), output_tokens=Decimal(300), cached_input_share=Decimal("0.2")
)


def token(cost: str) -> Serverless:
    """Pay per token, at so much for a request with SHAPE's 300 output tokens."""
    return per_token(cost_per_request=str(Decimal(cost) * 3600 / 300))


ALL_CACHED = RequestShape(
    input_tokens=Decimal(9), output_tokens=Decimal(0), cached_input_share=Decimal(1)
)


def asked(*options: Option, requests: str = "6000", shape: RequestShape = SHAPE) -> Question:
    workload = Workload(requests=Decimal(requests), shape=shape, peak_to_mean=Decimal("1.5"))
    return Question(currency="USD", workload=workload, options=options)


@pytest.mark.parametrize("shape", [SHAPE, ALL_CACHED])
def test_the_terms_of_units_give_the_curve_of_the_answer(shape: RequestShape) -> None:
    """Also where requests take none of them: all cached, nothing written."""
    question = asked(units(minimum_units=7, maximum_units=500), shape=shape)

    curve = terms_of(question, question.options[0]).curve(inputs_of(question))

    assert curve == cost_curve(question, question.options[0])


def test_a_host_price_turns_against_units_where_their_costs_are_equal() -> None:
    """6,000 requests an hour at 1.5 times take 100 units of 3,000 tokens a minute; at 1 USD each
    they cost 100; two hosts cost that at 50 each."""
    question = asked(hosts(price="80", minimum=2), units())

    found = inverse(question, Lever.HOST_PRICE, "Hosts", "PTU")

    paid = break_even(question).at_workload.estimates
    assert paid[1].cost_per_hour is not None
    assert paid[0].instances is not None
    assert [turn.exact for turn in found.turns] == [paid[1].cost_per_hour / paid[0].instances]


def test_what_would_flip_an_answer_with_units_is_said() -> None:
    """The volume, where tokens and units cross."""
    answer = break_even(asked(per_token(cost_per_request="0.05"), units(price=money("0.1"))))

    assert "volume" in {flip.code for flip in flips(answer)}


def test_output_tokens_that_turn_an_answer_with_units_are_said_to_be_not_computed() -> None:
    question = asked(per_token(), units())

    found = inverse(question, Lever.OUTPUT_TOKENS, "Per token")

    assert (NoTurn.NOT_COMPUTED, ()) == (found.reason, found.turns)
    assert found.now == SHAPE.output_tokens


def test_a_unit_price_turns_where_the_units_cost_what_the_tokens_do() -> None:
    """6,000 requests at 0.01 cost 60 by the token; 6,000 x 1.5 x 2,000 weighed tokens / 60 a minute
    take 100 units, so that one may cost 0.6, which is 40 % off."""
    question = asked(token("0.01"), units())

    price, discount = (
        inverse(question, lever, "PTU") for lever in (Lever.HOST_PRICE, Lever.DISCOUNT)
    )

    assert [Decimal("0.6")] == [turn.value for turn in price.turns]
    assert ("PTU", "Per token") == (price.turns[0].below, price.turns[0].above)
    assert [Decimal("0.4")] == [turn.value for turn in discount.turns]
    assert price.of_units
    assert ("unit_price", "PTU", Decimal("0.6"), Decimal(1)) in [
        (flip.code, flip.option, flip.value, flip.now) for flip in flips(break_even(question))
    ]


def test_how_full_units_are_is_no_lever_of_theirs() -> None:
    with pytest.raises(InvalidQuestion, match="expected a dedicated option for utilization"):
        inverse(asked(per_token(), units()), Lever.UTILIZATION, "PTU")


def test_the_price_of_units_swings_with_the_steps_in_which_they_are_rented() -> None:
    """100 units at 0.5 against 60 by the token: at 0.4 and 0.65 each they cost 40 and 65."""
    question = asked(token("0.01"), units(price=money("0.5")))

    swing = Swing(input=Input.PRICE, option="PTU", low=Decimal("0.8"), high=Decimal("1.3"))
    found = tornado(question, [swing]).swings[0]

    assert [Decimal(20), Decimal(-5)] == [found.low.gap_per_hour, found.high.gap_per_hour]
    assert ("PTU", "Per token", True) == (found.low.cheapest, found.high.cheapest, found.turns)
    assert not found.capacity_kept


def test_what_a_unit_serves_is_in_the_contract_and_moves_no_cost() -> None:
    question = asked(per_token(), units())

    one = risk(question, Uncertainty(), seed=1, draws=100).options[1]

    assert one.cost_per_hour is not None
    assert {Decimal(100)} == {one.cost_per_hour.p10, one.cost_per_hour.p50, one.cost_per_hour.p90}
    band = CapacityBand(low_share=Decimal("0.5"), high_share=Decimal(2))
    with pytest.raises(InvalidQuestion, match=r"an option of: none; found 'PTU'"):
        risk(question, Uncertainty(capacity={"PTU": band}), seed=1, draws=100)


def test_units_that_are_just_full_are_not_one_step_too_many() -> None:
    """45 units carry 2,700 requests at the peak: 45 cost 45, one request more takes 50, at which
    the tokens' 47 are the cheaper."""
    question = asked(token("0.0174"), units(), requests="1")
    vary = Uncertainty(drift={"Per token": Uniform(low=Decimal("0.999"), high=Decimal("1.001"))})

    at = [Decimal(2700), Decimal("2700.000001")]
    full, over = risk(question, vary, seed=1, draws=200, loads=at).by_load

    none, always = Decimal(0), Decimal(1)
    assert (none, always) == full.probabilities
    assert (always, none) == over.probabilities


@pytest.mark.parametrize("minimum", [0, 15, 17])
def test_units_of_every_draw_are_those_of_a_simulation_in_fractions(minimum: int) -> None:
    """max(minimum, ceil(tokens a minute at the peak / 3,000 / 5) * 5) at 2 USD; a minimum of 17
    ends within a step."""
    option = units(price=money("2"), minimum_units=minimum)
    question, draws = asked(per_token(), option, requests="900"), 400
    vary = Uncertainty(
        load=Lognormal(p10=Decimal(100), p90=Decimal(3000)),
        output_tokens=Lognormal(p10=Decimal(100), p90=Decimal(900)),
        cached_input_share=Uniform(low=Decimal(0), high=Decimal("0.9")),
    )

    world, costs = drawn_world(question, vary, 4, draws), []
    for draw in range(draws):
        at = world.inputs(draw, 1)
        weighed = at.input_tokens * (1 - at.cached_input_share) + 4 * at.output_tokens
        steps = ceil(at.load * Fraction(3, 2) * weighed / 60 / 3000 / 5)
        costs.append(2 * max(minimum, steps * 5))
    costs.sort()

    found = risk(question, vary, seed=4, draws=draws).options[1].cost_per_hour
    assert found is not None
    assert [costs[draws * tenth // 10 - 1] for tenth in (1, 5, 9)] == [
        found.p10, found.p50, found.p90,
    ]  # fmt: skip


def test_the_break_even_of_draws_with_units_is_that_of_the_exact_answer() -> None:
    """Seventeen units carry what fifteen do, at the price of seventeen."""
    for minimum in (15, 17):
        question = asked(token("0.02"), units(minimum_units=minimum))

        turn = risk(question, Uncertainty(), seed=1, draws=100).break_evens[0]

        assert turn.requests_per_hour is not None
        assert turn.requests_per_hour.p50 == break_even(question).crossings[0].requests_per_hour
        assert {Decimal(0)} == {turn.never, turn.not_found}


def test_draws_whose_requests_take_no_unit_are_not_called_never() -> None:
    """All of the input cached and nothing written in some draws only: those are not looked at."""
    question = asked(per_token(), units())
    world = drawn_world(question, Uncertainty(), 1, 2)
    by_token, unit = (
        lines_of(terms_of(question, option), world, place)
        for place, option in enumerate(question.options)
    )
    assert unit.takes is not None
    some = replace(unit, takes=unit.takes * np.array([0, 1]))

    assert [True, False] == first_turns(by_token, some).stopped.tolist()
    assert first_turns(some, some).stopped[0]
    cost = costs_at(some, world, 1)
    assert [15, 100] == cost.tolist()


def test_requests_that_take_no_unit_pay_the_fewest_in_every_draw() -> None:
    question = asked(per_token(), units(minimum_units=0), shape=ALL_CACHED)

    found = risk(question, Uncertainty(), seed=1, draws=100)

    assert found.options[1].cost_per_hour is not None
    assert found.options[1].cost_per_hour.p50 == 5 == break_even(
        question
    ).at_workload.estimates[1].cost_per_hour  # fmt: skip
