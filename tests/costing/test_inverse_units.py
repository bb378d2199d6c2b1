"""Values that turn an answer in which provisioned throughput takes part; what is not computed of it
yet is refused by name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from costing import InvalidQuestion, Question, RequestShape, Workload, break_even
from costing.cost_terms import inputs_of, terms_of
from costing.curve import cost_curve
from costing.distributions import Uncertainty
from costing.flips import flips
from costing.inverse import Lever, inverse
from costing.options import Option
from costing.sensitivity import tornado
from costing.uncertainty import risk
from tests.costing.questions import hosts, money, per_token
from tests.costing.test_provisioned import units

SHAPE = RequestShape(
    input_tokens=Decimal(1000), output_tokens=Decimal(300), cached_input_share=Decimal("0.2")
)

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


def test_what_is_not_computed_of_units_yet_is_refused_by_name() -> None:
    question = asked(per_token(), units())

    for call in (
        lambda: risk(question, Uncertainty(), seed=1, draws=100),
        lambda: tornado(question, ()),
        lambda: inverse(question, Lever.OUTPUT_TOKENS, "Per token"),
    ):
        with pytest.raises(InvalidQuestion, match=r"found provisioned \(PTU\)") as refused:
            call()
        assert refused.value.field == "options.1.kind"
