"""What would turn the verdict: put into the question, each value makes the two costs meet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from costing import (
    AddOn,
    Dedicated,
    Option,
    Question,
    Serverless,
    Unit,
    UnknownCapacity,
    break_even,
    estimate,
)
from costing.flips import Flip, flips
from tests.costing.questions import hosts, money, per_token, question, shape, typed

CLOSE = Decimal("1E-20")
"""How closely the costs must meet: the value itself is rounded to 28 digits."""


def found(asked: Question) -> dict[str, Flip]:
    """The flips of a question by their code."""
    return {flip.code: flip for flip in flips(break_even(asked))}


def cost(asked: Question, option: Option) -> Decimal:
    """What an option costs an hour at the workload."""
    money_per_hour = estimate(asked, option).cost_per_hour
    assert money_per_hour is not None
    return money_per_hour


def test_the_load_that_turns_the_verdict_is_the_nearest_crossing() -> None:
    """Tokens win up to 4 requests and again above the first host's 5: from 4.6 the 5 is nearer."""
    asked = question(per_token(), hosts(capacity=typed("5")), requests="4.6")

    flip = found(asked)["volume"]

    assert (None, Decimal(5), Decimal("4.6")) == (flip.option, flip.value, flip.now)


@pytest.mark.parametrize("requests", ["1", "7", "40"])
def test_at_the_host_price_that_turns_the_verdict_both_options_cost_the_same(
    requests: str,
) -> None:
    """Whichever of the two is cheaper now, and with an add-on on the hosts alone."""
    tokens, dedicated = per_token(fee="3"), hosts(capacity=typed("6"), spare=1)
    gateway = AddOn(name="Gateway", price=money("0.01", Unit.REQUEST), applies_to=("Hosts",))
    asked = question(tokens, dedicated, requests=requests, add_ons=[gateway])

    flip = found(asked)["host_price"]

    turned = _at_price(dedicated, flip.value)
    gap = cost(asked, tokens) - cost(replace(asked, options=(tokens, turned)), turned)
    assert abs(gap) < CLOSE
    assert ("Hosts", Decimal(4)) == (flip.option, flip.now)


@pytest.mark.parametrize("unit", [Unit.TOKEN, Unit.REQUEST])
def test_at_the_output_length_that_turns_the_verdict_both_options_cost_the_same(
    unit: Unit,
) -> None:
    """An add-on by the token makes longer answers dearer too."""
    tokens, dedicated = per_token(), hosts(price="70")
    search = AddOn(name="Search", price=money("1", unit, per="1000"), applies_to=("Per token",))
    asked = question(tokens, dedicated, requests="3", add_ons=[search])

    flip = found(asked)["output_tokens"]

    turned = replace(tokens, shape=shape(output_tokens=str(flip.value)))
    assert abs(cost(asked, dedicated) - cost(asked, turned)) < CLOSE
    assert ("Per token", Decimal(3600)) == (flip.option, flip.now)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (question(per_token(), hosts(capacity=UnknownCapacity())), set()),
        (question(per_token()), set()),
        (question(per_token(fee="1"), hosts()), {"volume", "host_price", "output_tokens"}),
        (question(per_token(), hosts(capacity=typed("3"))), {"host_price"}),
        (question(per_token("A"), per_token("B", fee="2")), set()),
        (question(per_token(cost_per_request="0"), hosts()), set()),
        (question(per_token(), hosts(minimum=0), requests="0"), {"volume"}),
        (question(per_token(fee="9"), hosts()), {"host_price"}),
        (question(hosts("A"), hosts("B", price="5")), {"host_price"}),
    ],
)
def test_nothing_is_said_to_turn_the_verdict_that_cannot(asked: Question, codes: set[str]) -> None:
    """No price below 0, no answer of less than no token, no host where none is paid."""
    assert codes == set(found(asked))


def _at_price(option: Dedicated, price: Decimal) -> Dedicated:
    # A price has at most 30 decimal places; the value has 28 digits.
    assert option.price is not None
    return replace(option, price=replace(option.price, amount=price))


def test_a_serverless_option_without_an_output_price_has_no_output_length_to_turn() -> None:
    """Its requests have no output."""
    option: Serverless = replace(
        per_token(), output=None, input=money("1", Unit.TOKEN), shape=shape("1", "0")
    )

    assert "output_tokens" not in found(question(option, hosts()))
