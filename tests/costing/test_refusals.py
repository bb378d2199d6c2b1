"""What contradicts itself is refused at its field, before anything is calculated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing import (
    AddOn,
    CostingError,
    InvalidQuestion,
    Price,
    RequestShape,
    Serverless,
    TypedCapacity,
    Unit,
    UnknownCapacity,
    Volume,
    Workload,
)
from costing.curve import cost_curve
from tests.costing.questions import hosts, money, per_token, question, shape, token_money

YEN = Price(amount=Decimal(1), per=Decimal(1), unit=Unit.HOUR, currency="JPY")


def _add_on(**more: Any) -> AddOn:
    return AddOn(name="Search", price=more.pop("price", money("1")), **more)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: question(), "options: expected at least one option, found none"),
        (
            lambda: question(per_token("A"), hosts("B"), per_token("A")),
            "options.2.name: expected a name of its own, found 'A' twice",
        ),
        (lambda: question(per_token(" ")), "options.0.name: expected a name, found an empty one"),
        (
            lambda: question(
                hosts(), volumes=[Volume(name="x", factor=Decimal(n)) for n in (1, 2)]
            ),
            "volumes.1.name: expected a name of its own, found 'x' twice",
        ),
        (
            lambda: question(hosts(), add_ons=[_add_on(applies_to=("Hosts", "Other"))]),
            "add_ons.0.applies_to.1: expected the name of an option, found 'Other'",
        ),
        (
            lambda: question(hosts(), add_ons=[_add_on(price=YEN)]),
            "add_ons.0: expected prices in USD, found one in JPY",
        ),
        (
            lambda: question(per_token(), replace(hosts(), price=YEN)),
            "options.1: expected prices in USD, found one in JPY",
        ),
        (
            lambda: hosts(minimum=3, maximum=2),
            "maximum_instances: expected at least 3 (the minimum, and one serving instance beside"
            " the spare ones), found 2",
        ),
        (
            lambda: hosts(minimum=0, spare=2, maximum=2),
            "maximum_instances: expected at least 3 (the minimum, and one serving instance beside"
            " the spare ones), found 2",
        ),
    ],
)
def test_a_question_that_contradicts_itself_is_refused_at_its_field(
    make: Callable[[], object], message: str
) -> None:
    """The message starts with the path of the field."""
    with pytest.raises(InvalidQuestion) as caught:
        make()

    assert message == str(caught.value)
    assert message.partition(":")[0] == caught.value.field


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Serverless(name="A", input=money("1"), output=None),
            "input.unit: expected token, found hour",
        ),
        (
            lambda: replace(per_token(), hosting=token_money("1")),
            "hosting.unit: expected hour or month, found token",
        ),
        (
            lambda: replace(hosts(), price=money("1", Unit.REQUEST)),
            "price.unit: expected hour or month, found request",
        ),
        (
            lambda: TypedCapacity(),
            "capacity: expected input_tokens_per_second, output_tokens_per_second or both,"
            " found neither",
        ),
        (
            lambda: TypedCapacity(input_tokens_per_second=Decimal(0)),
            "input_tokens_per_second: expected a number above 0, found 0",
        ),
        (
            lambda: shape(share="1.01"),
            "cached_input_share: expected a share from 0 to 1, found 1.01",
        ),
        (
            lambda: RequestShape(input_tokens=Decimal(0), output_tokens=Decimal(0)),
            "output_tokens: expected input or output tokens above 0, found 0 of both",
        ),
        (
            lambda: question(hosts(), peak="0.9"),
            "peak_to_mean: expected a number of 1 or more, found 0.9",
        ),
        (
            lambda: Workload(
                requests=Decimal(1),
                shape=shape(),
                peak_to_mean=Decimal(1),
                tpot_seconds=Decimal(0),
            ),
            "tpot_seconds: expected a number above 0, found 0",
        ),
        (
            lambda: Volume(name="none", factor=Decimal(0)),
            "factor: expected a number above 0, found 0",
        ),
        (
            lambda: question(hosts(), search_to="0"),
            "search_to_requests_per_hour: expected a number above 0, found 0",
        ),
        (
            lambda: hosts(spare=-1),
            "spare_instances: expected a whole number from 0 to 1,000,000, found -1",
        ),
    ],
)
def test_a_value_outside_its_meaning_is_refused_with_what_was_expected(
    make: Callable[[], object], message: str
) -> None:
    """Negative hosts, a share above 1, a price in the wrong unit."""
    with pytest.raises(CostingError) as caught:
        make()

    assert message == str(caught.value)


def test_an_option_without_a_known_cost_has_no_curve() -> None:
    """Who asks for one all the same is told what is missing."""
    option = hosts(capacity=UnknownCapacity())

    with pytest.raises(CostingError, match=r"^Hosts: no cost without capacity$"):
        cost_curve(question(option), option)
