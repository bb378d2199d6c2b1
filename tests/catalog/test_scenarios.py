"""A scenario that can be asked: what it holds, what it takes for granted, and its way back to
text."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.scenario import (
    CapacityFields,
    DedicatedFields,
    ServerlessFields,
    parse_scenario,
    scenario_document,
    scenario_schema,
)
from tests.catalog.questions import (
    changed,
    document,
    load,
    on_hosts,
    parse_problem,
    per_token,
    read_scenario,
)

WHOLE = """
version: 1
title: Which is cheaper
model: llama-2-7b
region: eastus
residency: {processing: JP}
currency: JPY
workload:
  users: 120
  requests_per_user_per_day: 2.50
  days_per_month: 21
  input_tokens: 1000.10
  output_tokens: 1e3
  cached_input_share: 0.30
  peak_to_mean: 1.5
  ttft_seconds: 2
  tpot_seconds: 1.0e-7
volumes: [{name: low, factor: 0.5}]
options:
  - name: Per token
    kind: serverless
    prices:
      input: {amount: 0.1, per: 1000, unit: token, source: a mail, as_of: 2024-03-17,
              url: "https://example.com/prices", owner: Mio, basis: contracted}
      hosting: {amount: "12831932.77197278911564625850340136054", per: 1, unit: hour}
  - name: Hosts
    kind: dedicated
    instance: Standard_NC12s_v3
    price: {amount: 6.120, per: 1, unit: hour}
    term: spot
    minimum_instances: 3
    spare_instances: 1
    maximum_instances: 8
    capacity: {input_tokens_per_second: 1250.5, evidence: a load test}
    input_tokens: 900
add_ons: [{name: Search, amount: 0.7, unit: month, applies_to: [Hosts]}]
rates: {JPY: {per_usd: 150.25, as_of: 2026-01-31, source: a bank}}
search_to_requests_per_hour: 500000
"""


def test_every_field_of_a_scenario_is_read() -> None:
    """Numbers as exact decimals, days as dates, counts as whole numbers."""
    scenario = read_scenario(WHOLE)

    by_token, hosts = scenario.options
    assert isinstance(by_token, ServerlessFields)
    assert by_token.prices is not None
    assert by_token.prices.input is not None
    assert by_token.prices.hosting is not None
    assert Decimal("0.1") == by_token.prices.input.amount
    assert date(2024, 3, 17) == by_token.prices.input.as_of
    assert Decimal("12831932.77197278911564625850340136054") == by_token.prices.hosting.amount
    assert by_token.prices.output is None
    assert isinstance(hosts, DedicatedFields)
    assert isinstance(hosts.capacity, CapacityFields)
    assert Decimal("1250.5") == hosts.capacity.input_tokens_per_second
    assert (3, 1, 8) == (hosts.minimum_instances, hosts.spare_instances, hosts.maximum_instances)
    assert Decimal("0.0000001") == scenario.workload.tpot_seconds
    assert Decimal("150.25") == scenario.rates["JPY"].per_usd
    assert ("Hosts",) == scenario.add_ons[0].applies_to


def test_a_scenario_goes_to_text_and_comes_back_the_same() -> None:
    """Through JSON and through plain data; nothing is rounded, nothing is added."""
    scenario = read_scenario(WHOLE)

    written = scenario_document(scenario)

    assert scenario == parse_scenario(written)
    assert scenario == read_scenario(json.dumps(written), "json")


def test_numbers_leave_as_text_without_an_exponent() -> None:
    """1e3 is 1000 and 1.0e-7 is 0.0000001 to any reader; counts stay numbers."""
    written = scenario_document(read_scenario(WHOLE))

    workload, prices = written["workload"], written["options"][0]["prices"]
    assert "1000" == workload["output_tokens"]
    assert "0.0000001" == workload["tpot_seconds"]
    assert "1000.1" == workload["input_tokens"]
    assert "12831932.77197278911564625850340136054" == prices["hosting"]["amount"]
    assert "2024-03-17" == prices["input"]["as_of"]
    assert 3 == written["options"][1]["minimum_instances"]


def test_what_was_left_out_stays_out() -> None:
    """A default is not written down as if a person had chosen it; the load stays as typed."""
    written = scenario_document(parse_scenario(document(per_token(), on_hosts())))

    assert "currency" not in written
    assert "term" not in written["options"][1]
    assert {"requests_per_hour", "input_tokens", "output_tokens", "peak_to_mean"} == set(
        written["workload"]
    )


def test_what_is_left_out_has_the_documented_default() -> None:
    """On demand, list price, an estimated capacity, no cache, any place, US dollars."""
    scenario = parse_scenario(document(per_token(), on_hosts(), add_ons=[_search()]))

    hosts = scenario.options[1]
    assert isinstance(hosts, DedicatedFields)
    assert ("on_demand", "estimated", None) == (hosts.term, hosts.capacity, hosts.maximum_instances)
    assert 0 == scenario.workload.cached_input_share
    assert "USD" == scenario.currency
    assert scenario.residency.processing is None
    assert scenario.search_to_requests_per_hour is None
    assert Decimal(1) == scenario.add_ons[0].per
    assert "list" == scenario.add_ons[0].basis


def _search() -> dict[str, Any]:
    return {"name": "Search", "amount": "1", "unit": "hour"}


@given(st.integers(0, 10**45), st.integers(0, 30))
def test_any_amount_comes_back_exactly(digits: int, places: int) -> None:
    """Up to 30 places behind the point and up to 10^15, whatever the digits."""
    amount = Decimal(f"{digits}E-{places}")
    amount = amount if amount <= 10**15 else Decimal(f"{digits % 10**15}E-{places}")
    path = ("options", 1, "price", "amount")

    scenario = parse_scenario(changed(path, format(amount, "f")))
    again = parse_scenario(scenario_document(scenario))

    (hosts,) = [one for one in again.options if isinstance(one, DedicatedFields)]
    assert hosts.price is not None
    assert amount == hosts.price.amount


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("5", "5"),
        (" 5 ", "5"),
        ("+.5", "0.5"),
        ("5.", "5"),
        ("1E3", "1000"),
        ("1e-7", "0.0000001"),
        ("-0", "0"),
        ("1e15", "1000000000000000"),
        (7, "7"),
        (Decimal("0.10"), "0.1"),
    ],
)
def test_a_number_may_be_written_in_several_ways(value: object, number: str) -> None:
    """As text, as a whole number or a Decimal of Python; never as a float."""
    scenario = parse_scenario(changed(("workload", "input_tokens"), value))

    assert number == scenario_document(scenario)["workload"]["input_tokens"]


@pytest.mark.parametrize(
    "form",
    [
        {"requests_per_hour": "10"},
        {"requests_per_month": "7300"},
        {"users": "10", "requests_per_user_per_day": "3", "days_per_month": "20"},
    ],
)
def test_the_load_is_kept_in_the_form_in_which_it_was_typed(form: dict[str, str]) -> None:
    """A form whose keys are there but empty does not count."""
    empty = {"requests_per_hour": None, "requests_per_month": None, "users": None}

    scenario = parse_scenario(document(workload=load(**(empty | form))))

    written = scenario_document(scenario)["workload"]
    kept = {key: written[key] for key in written if key in empty or key in form}
    assert empty | form == kept


def test_the_scenario_of_another_program_may_hold_dates_and_tuples() -> None:
    """What a Python object carries instead of text."""
    option = on_hosts(price={"amount": 6, "per": 1, "unit": "hour", "as_of": date(2026, 1, 31)})

    scenario = parse_scenario({**document(), "options": (option,)})

    assert "2026-01-31" == scenario_document(scenario)["options"][0]["price"]["as_of"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "no_options"),
        ((per_token(), per_token()), "duplicate_name"),
        (tuple(per_token(name=str(number)) for number in range(21)), "too_many"),
    ],
)
def test_a_tuple_of_options_is_checked_like_a_list(
    options: tuple[dict[str, Any], ...], code: str
) -> None:
    """The limits hold for every face."""
    assert code == parse_problem({**document(), "options": options}).code


def test_the_schema_names_what_is_required() -> None:
    """So that a program that reads it sends peak and host counts, which have no default."""
    schema = scenario_schema()

    required = {name: set(part.get("required", ())) for name, part in schema["$defs"].items()}
    assert {"input_tokens", "output_tokens", "peak_to_mean"} == required["WorkloadFields"]
    assert {"minimum_instances", "spare_instances"} <= required["DedicatedFields"]
    assert {"version", "workload", "options"} == set(schema["required"])
