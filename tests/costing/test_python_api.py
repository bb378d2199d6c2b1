"""The Python API as documented: its example runs, and each result is a table in one call."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

import costing
from costing import (
    METHOD_VERSION,
    Moment,
    Plan,
    UnknownCapacity,
    break_even,
    bridge,
    estimate,
    plan_costs,
    reprice,
    trace,
)
from costing.distributions import Uncertainty
from costing.plan import Growth
from costing.uncertainty import risk
from tests.costing.questions import hosts, per_token, question

ASKED = question(per_token(), hosts(), requests="3")
DEARER = replace(ASKED, options=(per_token(), hosts(price="5")))
UNKNOWN = question(per_token(), hosts(capacity=UnknownCapacity()))
PLAN = Plan(start=date(2027, 1, 1), months=3, growth=Growth(), fiscal_year_starts_in=1)


def moment(asked: costing.Question) -> Moment:
    return Moment(question=asked, rate=Decimal(1), method=METHOD_VERSION)


RESULTS: Mapping[str, Any] = {
    "estimate": estimate(ASKED, ASKED.options[1]),
    "unknown estimate": estimate(UNKNOWN, UNKNOWN.options[1]),
    "verdict": break_even(ASKED).at_workload,
    "unknown verdict": break_even(UNKNOWN).at_workload,
    "break-even": break_even(ASKED),
    "plan": plan_costs(ASKED, PLAN),
    "unknown plan": plan_costs(UNKNOWN, PLAN),
    "bridge": bridge(moment(ASKED), moment(DEARER), "Hosts"),
    "repriced": reprice(ASKED, DEARER),
    "trace": trace(ASKED, ASKED.options[0]),
    "risk": risk(ASKED, Uncertainty(), seed=1, draws=100),
    "unknown risk": risk(UNKNOWN, Uncertainty(), seed=1, draws=100),
}


def test_the_documented_example_runs_and_gives_what_it_says() -> None:
    found = doctest.testmod(costing)

    assert found.attempted > 15
    assert 0 == found.failed


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_is_a_table_in_one_call(result: str) -> None:
    """A list for each name, all of one length, also where nothing is known."""
    columns = RESULTS[result].columns()

    frame = import_module("pandas").DataFrame(columns)  # it ships no types

    assert list(columns) == list(frame.columns)
    assert {len(frame)} == {len(values) for values in columns.values()}
    assert (0 == len(frame)) is (result == "unknown estimate")


def test_money_is_exact_and_named_with_its_currency_and_period() -> None:
    (cost,) = RESULTS["estimate"].columns()["cost_usd_per_month"]

    assert Decimal(2920) == cost
    assert [Decimal(3), Decimal(4)] == RESULTS["verdict"].columns()["cost_usd_per_hour"]
    assert [True, False] == RESULTS["verdict"].columns()["cheapest"]
    repriced = RESULTS["repriced"].columns()
    assert [Decimal(0), Decimal("0.25")] == repriced["change_share"]
    assert [Decimal(2190), Decimal(3650)] == repriced["now_usd_per_month"]
    assert ["host_price"] == RESULTS["bridge"].columns()["part"]
    assert [Decimal(730)] == RESULTS["bridge"].columns()["cost_per_month"]


def test_what_is_unknown_stays_none_in_its_column() -> None:
    verdict, risked = RESULTS["unknown verdict"].columns(), RESULTS["unknown risk"].columns()

    assert [Decimal(10), None] == verdict["cost_usd_per_hour"]
    assert ["", "capacity"] == verdict["missing"]
    assert None in risked["cost_p50_per_hour"]
    assert None in RESULTS["unknown plan"].columns()["cash_usd_per_month"]


def test_intervals_of_a_break_even_are_rows_with_their_host_counts() -> None:
    columns = RESULTS["break-even"].columns()

    assert ["Per token", "Hosts"] == columns["cheapest"]
    assert [None, 1] == columns["fewest_instances"]
    assert [Decimal(4), None] == columns["to_requests_per_hour"]


def test_every_name_that_the_package_promises_is_there() -> None:
    assert [] == [name for name in costing.__all__ if not hasattr(costing, name)]
