"""Prices of longer requests in a scenario: read as typed, priced by the mean length, refused by
name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.offers import resolve
from catalog.problems import Path, Refused
from catalog.scenario import Scenario, parse_scenario, scenario_document
from costing import Serverless, break_even
from tests.catalog.questions import document, load, per_token, typed


def stepping(*steps: dict[str, Any], input_tokens: str = "250000") -> dict[str, Any]:
    """Per token: 0.002 and 0.008 a token, and the steps that are given."""
    option = per_token()
    option["prices"]["steps"] = list(steps)
    return document(option, workload=load(input_tokens=input_tokens))


def step(above: str = "200000", **other: Any) -> dict[str, Any]:
    prices = {"input": typed("0.004", "token"), "output": typed("0.012", "token")}
    return {"above_input_tokens": above, **prices, **other}


def resolved(database: Database, value: dict[str, Any]) -> Scenario:
    scenario = parse_scenario(value)
    with database.read() as session:
        resolve(session, scenario)
    return scenario


@pytest.mark.parametrize(
    ("tokens", "cost", "code"),
    [
        ("200000", "4040", "short_requests_by_mean"),
        ("200001", "8060.04", "long_requests_by_mean"),
    ],
)
def test_typed_steps_price_the_whole_request_and_the_rule_is_told(
    loaded: Database, tokens: str, cost: str, code: str
) -> None:
    """10 requests an hour with 500 tokens out."""
    scenario = parse_scenario(stepping(step(), input_tokens=tokens))

    with loaded.read() as session:
        question = resolve(session, scenario)
    answer = break_even(question)

    [option] = question.options
    assert isinstance(option, Serverless)
    assert [Decimal(200000)] == [one.above_input_tokens for one in option.steps]
    assert Decimal(cost) == answer.at_workload.estimates[0].cost_per_hour
    assert code in {notice.code for notice in answer.notices}


def test_steps_are_written_as_they_were_typed(loaded: Database) -> None:
    value = stepping(step(cached_input=None), step("400000"))

    scenario = resolved(loaded, value)

    written = scenario_document(scenario)["options"][0]["prices"]["steps"]
    assert ["200000", "400000"] == [one["above_input_tokens"] for one in written]
    assert value["options"][0]["prices"]["steps"][1]["input"] == written[1]["input"]


@pytest.mark.parametrize(
    ("steps", "path", "says"),
    [
        (
            [step("300000"), step("200000")],
            ("steps", 1, "above_input_tokens"),
            "Expected more than 300000, the step before, found 200000.",
        ),
        ([step(output=None)], ("steps", 0, "output"), "Expected the output price of this step"),
        (
            [step(cached_input=typed("1", "token"))],
            ("steps", 0, "cached_input"),
            "found one, and none below the step",
        ),
        ([step(input=typed("1", "hour"))], ("steps", 0, "input", "unit"), "Expected token"),
        ([step("0")], ("steps", 0, "above_input_tokens"), "Expected a number above 0"),
        (
            [{**step(), "above": "5"}],
            ("steps", 0, "above"),
            "There is no key 'above' here. Did you mean above_input_tokens?",
        ),
        (
            [step(str(at)) for at in range(1, 12)],
            ("steps",),
            "Expected at most 10, found 11.",
        ),
    ],
)
def test_steps_out_of_order_and_prices_that_are_missing_are_refused_by_name(
    loaded: Database, steps: list[dict[str, Any]], path: Path, says: str
) -> None:
    with pytest.raises(Refused) as refused:
        resolved(loaded, stepping(*steps))

    [found] = refused.value.problems
    assert ("options", 0, "prices", *path) == found.path
    assert says in found.message
