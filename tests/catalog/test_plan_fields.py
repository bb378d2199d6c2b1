"""What a scenario may say about time, and what it refuses, each by a message of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalog.problems import Path
from catalog.scenario import DedicatedFields, Scenario, parse_scenario, scenario_document
from tests.catalog.questions import (
    document,
    on_hosts,
    parse_problem,
    parse_problems,
    per_token,
    typed,
)

MONTH = "Expected a month such as 2027-04, found "


def whole(**plan: Any) -> dict[str, Any]:
    """A scenario with every part that speaks of time."""
    return document(
        per_token(one_off=[{"name": "Moving in", "amount": "5", "month": "2027-03"}]),
        on_hosts(price=typed(), commitment={"months": "36", "price": typed("4")}),
        plan={"start": "2027-01", "months": "12"} | plan,
    )


def with_part(path: Path, value: Any) -> dict[str, Any]:
    """The same with one value changed."""
    changed = whole()
    part: Any = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


def test_a_plan_a_commitment_and_a_one_off_cost_are_read_and_written_as_they_were_typed() -> None:
    scenario = parse_scenario(whole(growth_per_year="-0.10"))

    assert scenario.plan is not None
    assert (date(2027, 1, 1), 12, Decimal("-0.10")) == (
        scenario.plan.start, scenario.plan.months, scenario.plan.growth_per_year,
    )  # fmt: skip
    hosts = scenario.options[1]
    assert isinstance(hosts, DedicatedFields)
    assert hosts.commitment is not None
    assert (36, Decimal(0), None, "list_price") == (
        hosts.commitment.months, hosts.commitment.upfront_share, hosts.commitment.hosts,
        hosts.commitment.after,
    )  # fmt: skip
    written = scenario_document(scenario)
    assert {"start": "2027-01", "months": 12, "growth_per_year": "-0.1"} == written["plan"]
    assert "2027-03" == written["options"][0]["one_off"][0]["month"]
    assert scenario == parse_scenario(written)


def test_a_scenario_without_time_is_written_as_before() -> None:
    written = scenario_document(parse_scenario(document()))

    assert "plan" not in written
    assert {"name", "kind", "prices"} == set(written["options"][0])


def test_plain_data_of_a_program_may_hold_a_negative_growth_and_a_date() -> None:
    found: Scenario = parse_scenario(
        whole(growth_per_month=Decimal("-0.5"), start=date(2027, 2, 1))
    )

    assert found.plan is not None
    assert (Decimal("-0.5"), date(2027, 2, 1)) == (found.plan.growth_per_month, found.plan.start)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("plan", "start"), "2027-13", f"{MONTH}'2027-13'."),
        (("plan", "start"), "2027-1", f"{MONTH}'2027-1'."),
        (("plan", "start"), "2027-01-01", f"{MONTH}'2027-01-01'."),
        (("plan", "start"), "1899-12", f"{MONTH}'1899-12'."),
        (("plan", "start"), date(2027, 1, 2), f"{MONTH}2027-01-02."),
        (("plan", "start"), None, f"{MONTH}null."),
        (("plan", "months"), "0", "Expected at least 1, found 0."),
        (("plan", "months"), "1.5", "Expected a whole number, found '1.5'."),
        (("plan", "months"), "121", "Expected at most 120, found '121'."),
        (("plan", "growth_per_year"), "-1.1", "Expected at least -1, found '-1.1'."),
        (("plan", "growth_per_year"), "20 %", "Expected a number, found '20 %'."),
        (("plan", "growth_per_year"), 0.2, "Expected a number, found 0.2."),
        (("plan", "growth_per_month"), "1e400",
         "Expected at most 1,000,000,000,000,000, found 1e400."),
        (("plan", "monthly_factors"), "1", "Expected a list, found '1'."),
        (("plan", "monthly_factors"), ["1"] * 11, "Expected 12 factors, one for each month, found "
         "11."),
        (("plan", "monthly_factors"), ["1"] * 121, "Expected at most 120, found 121."),
        (("plan", "fiscal_year_starts_in"), "0", "Expected at least 1, found 0."),
        (("plan", "fiscal_year_starts_in"), "13", "Expected at most 12, found '13'."),
        (("plan",), "36", "Expected named values, found '36'."),
        (("options", 1, "commitment", "months"), "121", "Expected at most 120, found '121'."),
        (("options", 1, "commitment", "upfront_share"), "1.01",
         "Expected at most 1, found '1.01'."),
        (("options", 1, "commitment", "upfront_share"), "-0.1",
         "Expected a number of 0 or more, found -0.1."),
        (("options", 1, "commitment", "hosts"), "0", "Expected at least 1, found 0."),
        (("options", 1, "commitment", "after"), "stop",
         "Expected one of renew, list_price, found 'stop'."),
        (("options", 0, "one_off"), "5", "Expected a list, found '5'."),
        (("options", 0, "one_off"), [{}] * 51, "Expected at most 50, found 51."),
        (("options", 0, "one_off", 0, "amount"), "-5",
         "Expected a number of 0 or more, found -5."),
        (("options", 0, "one_off", 0, "month"), "2028-01",
         "Expected a month of the plan, 2027-01 to 2027-12, found 2028-01. Make the plan longer, "
         "or leave the cost out."),
    ],
)  # fmt: skip
def test_what_a_plan_does_not_mean_is_refused_at_its_field(
    path: Path, value: Any, message: str
) -> None:
    found = parse_problem(with_part(path, value))

    assert message == found.message
    assert path == found.path


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (("plann",), "Did you mean plan?"),
        (("plan", "growth_a_year"), "Did you mean growth_per_year?"),
        (("plan", "month"), "Did you mean months?"),
        (("options", 1, "comitment"), "Did you mean commitment?"),
        (("options", 1, "commitment", "upfront"), "Did you mean upfront_share?"),
        (("options", 1, "commitment", "price", "ammount"), "Did you mean amount?"),
        (("options", 0, "one_offs"), "Did you mean one_off?"),
        (("options", 0, "one_off", 0, "amonut"), "Did you mean amount?"),
    ],
)
def test_an_unknown_key_about_time_is_refused_with_the_nearest(path: Path, hint: str) -> None:
    found = parse_problem(with_part(path, "1"))

    assert ("unknown_key", path) == (found.code, found.path)
    assert found.message.endswith(hint)


def test_who_pays_by_the_token_is_offered_no_commitment() -> None:
    found = parse_problem(with_part(("options", 0, "commitment"), {}))

    assert "unknown_key" == found.code
    assert "commitment" not in found.facts["nearest"]


def test_two_ways_to_grow_are_one_too_many() -> None:
    found = parse_problem(whole(growth_per_month="0", growth_per_year="0"))

    assert ("plan", "growth_per_year") == found.path
    assert (
        "Expected one way to say how the load grows, found growth_per_month, growth_per_year."
        == found.message
    )


def test_a_plan_says_from_when_and_how_long() -> None:
    found = parse_problems(document(plan={}))

    assert ["plan.start", "plan.months"] == [one.field for one in found]
    assert {"required"} == {one.code for one in found}
