"""A plan that means nothing is refused at its field: nothing is clamped, dropped or guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costing import (
    Commitment,
    CostingError,
    Growth,
    OneOff,
    Plan,
    Retirement,
    Retiring,
    UnknownCapacity,
    plan_costs,
)
from tests.costing.questions import hosts, money, per_token, question, token_money, typed

START = date(2027, 1, 1)


def plan(**changes: Any) -> Plan:
    given: dict[str, Any] = {"start": START, "months": 12}
    return Plan(**(given | changes))


def committed(**changes: Any) -> Commitment:
    given: dict[str, Any] = {"option": "Hosts", "term_months": 12, "price": money("2")}
    return Commitment(**(given | changes))


def once(**changes: Any) -> OneOff:
    given: dict[str, Any] = {
        "option": "Hosts",
        "name": "Moving in",
        "amount": Decimal(5),
        "month": START,
    }
    return OneOff(**(given | changes))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: plan(start=date(2027, 1, 2)),
         "start: expected the first day of a month from 1900 to 2200, found 2027-01-02"),
        (lambda: plan(start=date(2201, 1, 1)),
         "start: expected the first day of a month from 1900 to 2200, found 2201-01-01"),
        (lambda: plan(months=0), "months: expected a whole number from 1 to 1,000,000, found 0"),
        (lambda: plan(months=121), "months: expected at most 120 months, found 121"),
        (lambda: plan(fiscal_year_starts_in=13),
         "fiscal_year_starts_in: expected a month from 1 to 12, found 13"),
        (lambda: plan(fiscal_year_starts_in=True),
         "fiscal_year_starts_in: expected a month from 1 to 12, found True"),
        (lambda: plan(growth=Growth(monthly_factors=(Decimal(1),))),
         "growth.monthly_factors: expected 12, one for each month, found 1"),
        (lambda: Growth(monthly_factors=(Decimal(1), Decimal(-1))),
         "growth.monthly_factors.1: expected a number of 0 or more, found -1"),
        (lambda: Growth(per_month=Decimal(0), per_year=Decimal(0)),
         "growth: expected one of per_month, per_year, monthly_factors, found per_month, per_year"),
        (lambda: Growth(per_year=Decimal("-1.01")),
         "growth.per_year: expected a share of -1 (all of it) or more, found -1.01"),
        (lambda: Growth(per_month=Decimal("nan")),
         "growth.per_month: expected a finite number, found NaN"),
        (lambda: Growth(per_month=Decimal("1e400")),
         "growth.per_month: expected at most 1,000,000,000,000,000, found 1E+400"),
        (lambda: Growth(per_month=0.2),  # type: ignore[arg-type]
         "growth.per_month: expected a Decimal, found float 0.2"),
        (lambda: committed(term_months=121), "term_months: expected at most 120 months, found 121"),
        (lambda: committed(upfront_share=Decimal("1.01")),
         "upfront_share: expected a share from 0 to 1, found 1.01"),
        (lambda: committed(upfront_share=Decimal("-0.01")),
         "upfront_share: expected a number of 0 or more, found -0.01"),
        (lambda: committed(instances=0),
         "instances: expected a whole number from 1 to 1,000,000, found 0"),
        (lambda: committed(price=token_money("1")),
         "price.unit: expected hour or month, found token"),
        (lambda: once(amount=Decimal(-1)), "amount: expected a number of 0 or more, found -1"),
        (lambda: once(month=date(2027, 1, 9)),
         "month: expected the first day of a month from 1900 to 2200, found 2027-01-09"),
        (lambda: plan(one_offs=(once(), once(month=date(2028, 1, 1)))),
         "one_offs.1.month: expected a month from 2027-01 to 2027-12, found 2028-01; make the plan "
         "longer or leave it out"),
        (lambda: plan(one_offs=(once(month=date(2026, 12, 1)),)),
         "one_offs.0.month: expected a month from 2027-01 to 2027-12, found 2026-12; make the plan "
         "longer or leave it out"),
        (lambda: plan(commitments=(committed(), committed())),
         "commitments.0.option: expected one commitment of 'Hosts', found two or more"),
    ],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_says_what_was_expected(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(CostingError) as refused:
        make()

    assert message == str(refused.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"commitments": (committed(option="Other"),)},
         "commitments.0.option: expected the name of an option, found 'Other'"),
        ({"one_offs": (once(option="Other"),)},
         "one_offs.0.option: expected the name of an option, found 'Other'"),
        ({"retirements": (Retirement(option="Other", what=Retiring.MODEL, on=START),)},
         "retirements.0.option: expected the name of an option, found 'Other'"),
        ({"commitments": (committed(price=replace(money("2"), currency="JPY")),)},
         "commitments.0.price: expected a price in USD, found one in JPY"),
        ({"commitments": (committed(option="Per token"),)},
         "commitments.0.option: expected an option that pays for instances, found 'Per token', "
         "which pays by the token"),
        ({"commitments": (committed(option="Full"),)},
         "commitments.0.instances: expected how many instances are committed, found nothing, and "
         "'Full' pays for none at the workload"),
        ({"growth": Growth(per_month=Decimal(100)), "months": 24},
         "growth: expected loads of at most 1,000,000,000,000,000 requests an hour, found more in "
         "2027-08; lower the growth or shorten the plan"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_its_question_says_what_to_do(
    changes: dict[str, Any], message: str
) -> None:
    full = hosts("Full", capacity=typed("1"), maximum=1)
    asked = question(per_token(), hosts(), full)

    with pytest.raises(CostingError) as refused:
        plan_costs(asked, plan(**changes))

    assert message == str(refused.value)


def test_a_commitment_of_hosts_whose_number_is_not_known_is_an_unknown_and_no_refusal() -> None:
    asked = question(per_token(), hosts(capacity=UnknownCapacity()))

    answer = plan_costs(asked, plan(commitments=(committed(),)))

    month = answer.options[1].months[0]
    assert (None, None, None) == (month.cash, month.committed_instances, month.owed_if_demand_stops)
    assert "unknown" == answer.notices[-1].facts["reason"]
    assert "cost_unknown" == answer.paybacks[0].reason
