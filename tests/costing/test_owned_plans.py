"""Owned hosts over time: bought, kept, given up, and never committed to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing import Growth, InvalidQuestion, OptionPlan, PlanAnswer, plan_costs
from tests.costing.questions import question
from tests.costing.test_owned_and_spot import owned_host, owned_hosts, spot
from tests.costing.test_plan_refusals import committed, plan

BARE: dict[str, Any] = {
    name: Decimal(0)
    for name in (
        "power_kilowatts", "price_per_kilowatt_hour", "people_hours_per_month",
        "people_price_per_hour", "colocation_fee_per_month",
    )
}  # fmt: skip
"""A host that costs its purchase and nothing else."""


def bought(*loads: str, life: int = 4, **changes: Any) -> tuple[PlanAnswer, OptionPlan]:
    """Hosts at 1,000 with 200 left after `life` months, 5 requests an hour each, 10 in a month of
    factor 1."""
    host = owned_host(
        **BARE,
        purchase_price=Decimal(1000),
        residual_value=Decimal(200),
        useful_life_months=life,
        **changes,
    )
    growth = Growth(monthly_factors=tuple(Decimal(load) for load in loads))
    asked = question(owned_hosts(host, minimum_instances=0))
    answer = plan_costs(asked, plan(months=len(loads), growth=growth))
    return answer, answer.options[0]


def test_a_host_is_paid_in_the_month_that_needs_it_and_borne_over_its_life() -> None:
    """Two hosts, a third in the second month; all stay when the load goes."""
    _, option = bought("1", "1.5", "0.5", "0")

    assert [month.cash for month in option.months] == [2000, 1000, 0, 0]
    assert [month.amortized for month in option.months] == [400, 600, 600, 600]


def test_after_its_life_the_residual_value_comes_back_and_what_is_needed_is_bought_again() -> None:
    """Two months of life, and only one host is needed after."""
    _, option = bought("1", "1", "0.5", "0.5", "0.5", life=2)

    assert [month.cash for month in option.months] == [2000, 0, 600, 0, 800]
    assert [month.amortized for month in option.months] == [800, 800, 400, 400, 400]


def test_what_is_not_depreciated_is_told_each_month_and_never_cut_off_at_the_end() -> None:
    """Cash of a short plan is the whole purchase; what is left of it is named."""
    answer, option = bought("1", "1", "1")

    assert [month.prepaid_if_demand_stops for month in option.months] == [1200, 800, 400]
    assert {month.owed_if_demand_stops for month in option.months} == {Decimal(0)}
    told = {notice.code: dict(notice.facts) for notice in answer.notices}
    assert told["owned_beyond_horizon"] == {
        "hosts": "2",
        "not_depreciated": "400",
        "residual": "400",
    }


def test_nothing_is_left_to_tell_where_no_host_is_held_at_the_end() -> None:
    """Their life ended, the load too."""
    answer, _ = bought("1", "0", "0", life=2)

    assert "owned_beyond_horizon" not in {notice.code for notice in answer.notices}


def test_a_month_without_a_cost_buys_nothing() -> None:
    """Above the maximum the option does not exist, and neither do its hosts."""
    growth = Growth(monthly_factors=(Decimal(1), Decimal(9)))
    host = owned_host(**BARE)
    option = owned_hosts(host, maximum_instances=3)
    answer = plan_costs(question(option), plan(months=2, growth=growth))

    assert [month.cash for month in answer.options[0].months] == [Decimal(73000), None]
    assert answer.options[0].cash is None


def test_a_purchase_that_is_paid_already_has_neither_cash_nor_book_value() -> None:
    """The marginal lens over time."""
    answer, option = bought("1", "1", purchase_counts=False)

    assert (option.cash, option.amortized) == (Decimal(0), Decimal(0))
    assert option.months[0].prepaid_if_demand_stops == 0
    assert "owned_beyond_horizon" not in {notice.code for notice in answer.notices}


@pytest.mark.parametrize(
    ("option", "what"),
    [(owned_hosts(), "owned hosts ('Own')"), (spot("0.2"), "spot hosts ('Spot')")],
)
def test_owned_and_spot_hosts_are_not_committed_to(option: Any, what: str) -> None:
    """What is bought is no term of another's, and spot has none."""
    given = plan(commitments=(replace(committed(), option=option.name),))

    with pytest.raises(InvalidQuestion) as caught:
        plan_costs(question(option), given)

    assert str(caught.value) == (
        "commitments.0.option: expected an option whose hosts can be committed to, found " + what
    )
