"""A plan's months, years, paybacks and obligations against a ledger counted in plain fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import (
    AfterEnd,
    Commitment,
    Growth,
    OneOff,
    OptionPlan,
    Plan,
    PlanAnswer,
    Price,
    Unit,
    plan_costs,
)
from tests.costing.brute import rounded
from tests.costing.brute_plans import (
    PlainCommitment,
    PlainMonth,
    PlainPlan,
    factors_of,
    months_of,
    payback_of,
    random_plan,
)
from tests.costing.formulas import evaluate, names_in
from tests.costing.questions import question_of
from tests.costing.scenarios import Scenario, random_scenario


@given(st.randoms(use_true_random=False))
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@pytest.mark.exhaustive
def test_every_amount_of_a_random_plan_is_that_of_the_ledger(random: Random) -> None:
    """Months, cumulative sums, fiscal years, totals, obligations, paybacks, items and formulas."""
    scenario = random_scenario(random)
    plan = random_plan(random, scenario)

    assert [] == list(disagreements(scenario, plan, plan_costs(question_of(scenario), _of(plan))))


def test_the_random_plans_hold_the_hard_cases_often_enough_to_prove_something() -> None:
    random, seen = Random(11), Counter[str]()
    for _ in range(150):
        scenario = random_scenario(random)
        answer = plan_costs(question_of(scenario), _of(random_plan(random, scenario)))
        seen.update({notice.code for notice in answer.notices})
        seen["payback later"] += any((pair.months or 0) > 1 for pair in answer.paybacks)
        seen["never"] += any(pair.reason == "never_within_horizon" for pair in answer.paybacks)
        months = [month for option in answer.options for month in option.months]
        seen["owed"] += any(month.owed_if_demand_stops for month in months)
        seen["prepaid"] += any(month.prepaid_if_demand_stops for month in months)

    wanted = (
        "commitment_ends", "commitment_renews", "commitment_beyond_horizon", "commitment_idle",
        "commitment_dearer", "no_cost_from", "payback later", "never", "owed", "prepaid",
    )  # fmt: skip
    assert {} == {name: seen[name] for name in wanted if seen[name] < 8}


@pytest.mark.parametrize(
    "field",
    ["cash", "amortized", "cumulative_cash", "cumulative_amortized", "owed_if_demand_stops",
     "prepaid_if_demand_stops", "factor", "items"],
)  # fmt: skip
def test_the_comparison_finds_each_wrong_number(field: str) -> None:
    """A comparison that can find nothing would agree with everything."""
    random = Random(1)
    scenario = random_scenario(random)
    plan = replace(random_plan(random, scenario), growth=None)
    right = plan_costs(question_of(scenario), _of(plan))
    assert [] == list(disagreements(scenario, plan, right))

    changes: dict[str, Any] = {field: () if field == "items" else Decimal(-1)}
    option = next(one for one in right.options if one.cash)
    spoiled = replace(option.months[0], **changes)
    wrong = replace(option, months=(spoiled, *option.months[1:]))
    options = tuple(wrong if one is option else one for one in right.options)

    assert list(disagreements(scenario, plan, replace(right, options=options)))


def disagreements(scenario: Scenario, plan: PlainPlan, answer: PlanAnswer) -> Iterator[str]:
    """Everything in which the answer differs from the ledger."""
    factors = [Fraction(month.factor) for month in answer.options[0].months]
    yield from factors_of(plan, factors)
    counted = {}
    for option in answer.options:
        counted[option.name] = months_of(scenario, plan, option.name, factors)
        yield from _on_option(plan, option, counted[option.name])
    for pair in answer.paybacks:
        expected = payback_of(counted[pair.option], counted[pair.against])
        found = pair.months if pair.reason is None else pair.reason.value
        yield from _expect(expected, found, f"payback of {pair.option} on {pair.against}")
    yield from _expect(
        len(answer.options) * (len(answer.options) - 1), len(answer.paybacks), "pairs"
    )


def _on_option(plan: PlainPlan, option: OptionPlan, counted: list[PlainMonth]) -> Iterator[str]:
    years: dict[int, list[PlainMonth]] = {}
    for index, (found, month) in enumerate(zip(option.months, counted, strict=True)):
        place = f"of {option.name} in month {index}"
        year, number = divmod(plan.month - 1 + index, 12)
        yield from _expect(date(plan.year + year, number + 1, 1), found.month, f"date {place}")
        years.setdefault(year if number + 1 >= plan.year_starts_in else year - 1, []).append(month)
        yield from _expect(_decimal(month.cash), found.cash, f"cash {place}")
        yield from _expect(_decimal(month.amortized), found.amortized, f"amortized {place}")
        yield from _expect(_decimal(month.owed), found.owed_if_demand_stops, f"owed {place}")
        yield from _expect(
            _decimal(month.prepaid), found.prepaid_if_demand_stops, f"prepaid {place}"
        )
        so_far = counted[: index + 1]
        cash = _sum([one.cash for one in so_far])
        yield from _expect(_decimal(cash), found.cumulative_cash, f"cash up to {place}")
        borne = _sum([one.amortized for one in so_far])
        yield from _expect(_decimal(borne), found.cumulative_amortized, f"borne up to {place}")
        paid = amortized = Fraction(0)
        for item in found.items:
            paid += evaluate(item.formula, item.inputs)
            amortized += evaluate(item.amortized_formula, item.inputs)
            yield from _expect(
                item.cash, rounded(evaluate(item.formula, item.inputs)), f"formula {place}"
            )
            names = names_in(item.formula) | names_in(item.amortized_formula)
            yield from _expect(set(item.inputs), names, f"inputs of {item.code} {place}")
        if month.cash is not None:
            yield from _expect(month.cash, paid, f"sum of the formulas {place}")
            yield from _expect(month.amortized, amortized, f"amortized sum {place}")
    for expected, year_found in zip(years.values(), option.fiscal_years, strict=True):
        totals = [_sum([one.cash for one in expected]), _sum([one.amortized for one in expected])]
        yield from _expect(
            [len(expected), *map(_decimal, totals)],
            [year_found.months, year_found.cash, year_found.amortized],
            f"fiscal year from {year_found.first_month} of {option.name}",
        )
    yield from _expect(_decimal(_sum([one.cash for one in counted])), option.cash, "total cash")
    borne = _sum([one.amortized for one in counted])
    yield from _expect(_decimal(borne), option.amortized, "total amortized")


def _of(plan: PlainPlan) -> Plan:
    start = date(plan.year, plan.month, 1)
    return Plan(
        start=start,
        months=plan.months,
        growth=_growth(plan),
        fiscal_year_starts_in=plan.year_starts_in,
        commitments=tuple(_commitment(one) for one in plan.commitments),
        one_offs=tuple(
            OneOff(option=option, name="Moving in", amount=amount, month=_month(start, index))
            for option, amount, index in plan.one_offs
        ),
    )


def _growth(plan: PlainPlan) -> Growth:
    match plan.growth:
        case None:
            return Growth()
        case ("month", Decimal() as share):
            return Growth(per_month=share)
        case ("year", Decimal() as share):
            return Growth(per_year=share)
        case factors:
            return Growth(monthly_factors=tuple(Decimal(factor) for factor in factors))


def _commitment(plain: PlainCommitment) -> Commitment:
    return Commitment(
        option=plain.option,
        term_months=plain.term,
        price=Price(
            amount=plain.price.amount,
            per=plain.price.per,
            unit=Unit(plain.price.unit),
            currency="USD",
        ),
        upfront_share=plain.upfront,
        instances=plain.hosts,
        after=AfterEnd.RENEW if plain.renews else AfterEnd.LIST_PRICE,
    )


def _month(start: date, index: int) -> date:
    year, number = divmod(start.month - 1 + index, 12)
    return date(start.year + year, number + 1, 1)


def _sum(amounts: list[Fraction | None]) -> Fraction | None:
    return None if None in amounts else sum((one or Fraction(0) for one in amounts), Fraction(0))


def _decimal(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else rounded(amount)


def _expect(expected: object, found: object, what: str) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected}, found {found}"
