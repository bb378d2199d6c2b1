"""What a scenario leaves open: the optional `uncertainty`, its defaults and what is refused."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from catalog.problems import Refused
from catalog.scenario import Scenario, parse_scenario, scenario_document
from catalog.uncertainty import uncertainty_of
from costing import (
    Dedicated,
    Price,
    Question,
    RequestShape,
    Serverless,
    TypedCapacity,
    Unit,
    Workload,
)
from costing.distributions import Fixed, Lognormal, Triangular, Uncertainty, Uniform

PLAIN: dict[str, Any] = {
    "version": 1,
    "workload": {
        "requests_per_hour": "2000",
        "input_tokens": 100,
        "output_tokens": 200,
        "peak_to_mean": 1,
    },
    "options": [
        {"name": "Tokens", "kind": "serverless", "prices": {}},
        {
            "name": "Hosts",
            "kind": "dedicated",
            "minimum_instances": 1,
            "spare_instances": 0,
            "serving": {"engine": "sglang"},
        },
        {"name": "More", "kind": "dedicated", "minimum_instances": 1, "spare_instances": 0},
    ],
}


def scenario(stated: Any = None) -> Scenario:
    document = copy.deepcopy(PLAIN)
    if stated is not None:
        document["uncertainty"] = stated
    return parse_scenario(document)


def question(requests: str = "2000", output: str = "200") -> Question:
    price = Price(amount=Decimal(1), per=Decimal(1), unit=Unit.HOUR, currency="USD")

    def hosts(name: str) -> Dedicated:
        return Dedicated(
            name=name,
            price=price,
            minimum_instances=1,
            spare_instances=0,
            capacity=TypedCapacity(input_tokens_per_second=Decimal(9)),
        )

    shape = RequestShape(input_tokens=Decimal(100), output_tokens=Decimal(output))
    return Question(
        currency="USD",
        workload=Workload(requests=Decimal(requests), shape=shape, peak_to_mean=Decimal(1)),
        options=(Serverless(name="Tokens", input=None, output=None), hosts("Hosts"), hosts("More")),
    )


def found(stated: Any = None) -> Uncertainty:
    return uncertainty_of(scenario(stated), question())


def test_without_a_word_load_and_output_length_vary_and_nothing_else() -> None:
    assert found() == Uncertainty(
        load=Lognormal(p10=Decimal(1400), p90=Decimal(2600)),
        output_tokens=Lognormal(p10=Decimal(150), p90=Decimal(250)),
        engines={"Hosts": "sglang", "More": "vllm"},
    )


def test_what_is_stated_is_a_multiple_of_what_the_scenario_says_but_for_a_share() -> None:
    told = found(
        {
            "load": {"fixed": 1},
            "input_tokens": {"low": "0.5", "high": 2},
            "output_tokens": {"low": "0.5", "mode": 1, "high": 3},
            "cached_input_share": {"low": 0, "high": "0.4"},
            "drift": {"Tokens": {"p10": "0.8", "p90": 1}},
            "capacity": {"Hosts": {"low": "0.7", "high": "1.2"}},
        }
    )

    assert told.load == Fixed(value=Decimal(2000))
    assert told.input_tokens == Uniform(low=Decimal(50), high=Decimal(200))
    assert told.output_tokens == Triangular(low=Decimal(100), mode=Decimal(200), high=Decimal(600))
    assert told.cached_input_share == Uniform(low=Decimal(0), high=Decimal("0.4"))
    assert told.drift == {"Tokens": Lognormal(p10=Decimal("0.8"), p90=Decimal(1))}
    assert told.capacity == {"Hosts": Uniform(low=Decimal("0.7"), high=Decimal("1.2"))}


def test_a_default_does_not_vary_what_is_zero() -> None:
    told = uncertainty_of(scenario(), question(requests="0", output="0"))

    assert (told.load, told.output_tokens) == (None, None)


def test_the_document_keeps_what_was_stated_and_nothing_more() -> None:
    stated = {"load": {"p10": "0.5", "p90": "2"}}

    assert stated == scenario_document(scenario(stated))["uncertainty"]
    assert "uncertainty" not in scenario_document(scenario())


@pytest.mark.parametrize(
    ("stated", "code", "path", "said"),
    [
        ({"load": {"p10": 1}}, "spread_forms", "uncertainty.load", "found p10"),
        ({"load": {}}, "spread_forms", "uncertainty.load", "found none of them"),
        ({"load": {"low": 1, "high": 2, "p10": 1}}, "spread_forms", "uncertainty.load", "low, h"),
        ({"load": {"low": 3, "high": 2}}, "spread_order", "uncertainty.load", "low 3, high 2"),
        ({"load": {"p10": 0, "p90": 2}}, "spread_order", "uncertainty.load", "p10 0, p90 2"),
        ({"load": {"low": -1, "high": 2}}, "negative", "uncertainty.load.low", "-1"),
        ({"laod": {"fixed": 1}}, "unknown_key", "uncertainty.laod", "Did you mean load?"),
        ({"load": {"hgih": 1, "low": 0}}, "unknown_key", "uncertainty.load.hgih", "high?"),
        ({"drift": {"Tokens": {"lo": 1, "high": 2}}}, "unknown_key",
         "uncertainty.drift.Tokens.lo", "Did you mean low?"),
        ("much", "not_a_mapping", "uncertainty", "'much'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_place(
    stated: Any, code: str, path: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        scenario(stated)

    problem = refused.value.problems[0]
    assert (code, path) == (problem.code, problem.field)
    assert said in problem.message


@pytest.mark.parametrize(
    ("stated", "path", "said"),
    [
        ({"drift": {"Nobody": {"fixed": 1}}}, "uncertainty.drift", "found 'Nobody'"),
        ({"cached_input_share": {"low": 0, "high": 2}}, "uncertainty.cached_input_share", "0 to 1"),
        ({"load": {"fixed": 10**15}}, "uncertainty", "value as at most 1,000,000,000,000,000"),
    ],
)
def test_what_does_not_fit_the_question_is_refused(stated: Any, path: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        found(stated)

    problem = refused.value.problems[0]
    assert path == problem.field
    assert said in problem.message
