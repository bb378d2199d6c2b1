"""Plans that a person can count: months of 730 hours, each commitment once, nothing lost at its
end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from costing import (
    AddOn,
    AfterEnd,
    Commitment,
    Growth,
    Notice,
    OneOff,
    OptionPlan,
    Plan,
    PlanAnswer,
    Provisioned,
    Retirement,
    Retiring,
    Unit,
    plan_costs,
)
from costing.growth import growth_factors
from tests.costing.questions import hosts, money, per_token, question, typed

JANUARY = date(2027, 1, 1)


def answer(
    months: int = 12,
    *,
    commitment: Commitment | None = None,
    growth: Growth | None = None,
    starts_in: int = 1,
    once: tuple[OneOff, ...] = (),
) -> PlanAnswer:
    """Ten requests an hour at 1 USD each, against hosts at 4 USD an hour that carry 5 each."""
    return plan_costs(
        question(per_token(), hosts(capacity=typed("5")), requests="10"),
        Plan(
            start=JANUARY,
            months=months,
            growth=growth or Growth(),
            fiscal_year_starts_in=starts_in,
            commitments=() if commitment is None else (commitment,),
            one_offs=once,
        ),
    )


def committed(term: int, *, share: str = "0", instances: int | None = None) -> Commitment:
    """Hosts at 3 USD an hour instead of 4."""
    return Commitment(
        option="Hosts",
        term_months=term,
        price=money("3"),
        upfront_share=Decimal(share),
        instances=instances,
    )


def of_hosts(found: PlanAnswer) -> OptionPlan:
    return found.options[1]


def test_every_month_has_730_hours_whatever_the_calendar_says() -> None:
    """February of a leap year, a month of 31 days: not 720, not 744, not days times 24."""
    per_month = {month.cash for month in of_hosts(answer(24)).months}

    assert {Decimal(2 * 4 * 730)} == per_month
    assert Decimal(24 * 10 * 730) == answer(24).options[0].cash


def test_committed_hosts_are_billed_once_and_only_those_beyond_them_at_the_list_price() -> None:
    doubled = Growth(monthly_factors=(Decimal(1), Decimal(2)))

    first, second = of_hosts(answer(2, commitment=committed(12), growth=doubled)).months

    assert ["commitment"] == [item.code for item in first.items]
    assert (2, 2, Decimal(2 * 3 * 730)) == (first.instances, first.committed_instances, first.cash)
    assert ["commitment", "instances"] == [item.code for item in second.items]
    assert (4, 2) == (second.instances, second.committed_instances)
    assert Decimal((2 * 3 + 2 * 4) * 730) == second.cash


def test_committed_hosts_are_paid_when_nobody_needs_them() -> None:
    gone = Growth(monthly_factors=(Decimal(1), Decimal("0.5")))

    found = answer(2, commitment=committed(2), growth=gone)

    assert Decimal(2 * 3 * 730) == of_hosts(found).months[1].cash
    assert "1" == _notice(found, "commitment_idle").facts["instances"]


@pytest.mark.parametrize("share", ["0", "0.25", "0.3333", "1"])
def test_over_a_whole_term_cash_and_amortized_cost_are_the_same_and_no_upfront_is_lost(
    share: str,
) -> None:
    found = of_hosts(answer(12, commitment=committed(12, share=share)))

    assert Decimal(12 * 2 * 3 * 730) == found.cash == found.amortized
    months = [Fraction(month.cash or 0) for month in found.months]
    assert 12 * 2 * 3 * 730 * Fraction(share) == months[0] - months[1]
    assert {Decimal(2 * 3 * 730)} == {month.amortized for month in found.months}


def test_what_is_left_of_a_term_falls_to_nothing_at_its_end_and_is_never_negative() -> None:
    found = of_hosts(answer(5, commitment=committed(3, share="0.5")))

    half = Decimal(3 * 730)
    assert [2 * half, half, 0, 0, 0] == [month.owed_if_demand_stops for month in found.months]
    assert [2 * half, half, 0, 0, 0] == [month.prepaid_if_demand_stops for month in found.months]
    assert [Decimal(2 * 4 * 730)] * 2 == [month.cash for month in found.months[3:]]


def test_a_renewed_commitment_pays_its_upfront_again_and_is_named() -> None:
    again = Commitment(
        option="Hosts",
        term_months=2,
        price=money("3"),
        upfront_share=Decimal(1),
        after=AfterEnd.RENEW,
    )

    found = answer(5, commitment=again)

    whole = Decimal(2 * 2 * 3 * 730)
    assert [whole, 0, whole, 0, whole] == [month.cash for month in of_hosts(found).months]
    assert {"months": "2027-03, 2027-05", "times": "2"} == _notice(found, "commitment_renews").facts
    assert {
        "months": "1", "last_month": "2027-06", "owed": "0", "prepaid": "4380",
    } == _notice(found, "commitment_beyond_horizon").facts  # fmt: skip


def test_a_commitment_longer_than_the_horizon_states_what_remains_to_be_paid() -> None:
    found = answer(12, commitment=committed(36, share="0.5"))

    left = str(24 * 3 * 730)
    assert {
        "months": "24", "last_month": "2029-12", "owed": left, "prepaid": left,
    } == _notice(found, "commitment_beyond_horizon").facts  # fmt: skip
    assert "commitment_ends" not in {notice.code for notice in found.notices}


def test_the_first_month_at_the_list_price_is_named_where_a_commitment_ends_inside() -> None:
    found = answer(24, commitment=committed(12))

    assert {"month": "2028-01"} == _notice(found, "commitment_ends").facts


def test_the_total_of_a_term_typed_as_an_hourly_price_is_flagged() -> None:
    """A reservation of 2,652 USD a year is 0.303 an hour; read as hourly it is far above list."""
    dear = Commitment(option="Hosts", term_months=12, price=money("2652"))

    facts = _notice(answer(commitment=dear), "commitment_dearer").facts

    assert {"committed": str(2652 * 730), "listed": str(4 * 730)} == facts


def test_an_option_pays_back_in_the_month_from_which_it_stays_under_the_other() -> None:
    """Hosts save 2 USD x 730 a month; moving in costs two and a half months of that."""
    moving = OneOff(
        option="Hosts", name="Moving in", amount=Decimal(5 * 730), month=date(2027, 1, 1)
    )

    found = answer(12, once=(moving,))

    back, forth = found.paybacks[1], found.paybacks[0]
    assert ("Hosts", "Per token") == (back.option, back.against)
    assert (date(2027, 3, 1), 3) == (back.month, back.months)
    assert (None, None, "never_within_horizon") == (forth.month, forth.months, forth.reason)
    assert "never_within_horizon" == answer(2, once=(moving,)).paybacks[1].reason


def test_a_fiscal_year_starts_in_any_month_and_a_part_of_one_says_so() -> None:
    years = of_hosts(answer(18, starts_in=4)).fiscal_years

    month = Decimal(2 * 4 * 730)
    assert [
        (date(2027, 1, 1), date(2027, 3, 1), 3, 3 * month),
        (date(2027, 4, 1), date(2028, 3, 1), 12, 12 * month),
        (date(2028, 4, 1), date(2028, 6, 1), 3, 3 * month),
    ] == [(year.first_month, year.last_month, year.months, year.cash) for year in years]


def test_growth_of_a_fifth_a_year_is_exactly_a_fifth_after_twelve_months() -> None:
    factors = growth_factors(Growth(per_year=Decimal("0.2")), 25)

    assert [1, Fraction("1.2"), Fraction("1.44")] == [factors[index] for index in (0, 12, 24)]
    assert Fraction("1.095445115010") == factors[6]


def test_hosts_above_their_quota_have_no_cost_from_that_month_on_and_no_total() -> None:
    asked = question(per_token(), hosts(capacity=typed("5"), maximum=3), requests="10")

    found = plan_costs(
        asked, Plan(start=JANUARY, months=12, growth=Growth(per_month=Decimal("0.25")))
    )

    option = of_hosts(found)
    assert [2, 3, None] == [month.instances for month in option.months[:3]]
    assert option.months[1].cash is not None
    assert (None, None) == (option.months[2].cash, option.months[2].cumulative_cash)
    assert (None, None) == (option.cash, option.fiscal_years[0].cash)
    assert {
        "month": "2027-03", "months": "10", "reason": "above_maximum", "missing": "",
    } == _notice(found, "no_cost_from").facts  # fmt: skip
    assert "cost_unknown" == found.paybacks[0].reason


def test_a_model_that_goes_within_the_horizon_is_named_and_one_that_goes_later_is_not() -> None:
    asked = question(per_token(), hosts())

    found = plan_costs(
        asked,
        Plan(
            start=JANUARY,
            months=12,
            retirements=(
                Retirement(option="Per token", what=Retiring.MODEL, on=date(2027, 9, 30)),
                Retirement(option="Hosts", what=Retiring.INSTANCE, on=date(2028, 1, 1)),
            ),
        ),
    )

    assert {"on": "2027-09-30", "month": "2027-09"} == _notice(found, "model_retires").facts
    assert "instance_retires" not in {notice.code for notice in found.notices}


def test_a_monthly_add_on_costs_its_amount_in_every_month() -> None:
    search = AddOn(name="Search", price=money("250", Unit.MONTH))
    asked = question(per_token(cost_per_request="0"), add_ons=(search,))

    found = plan_costs(asked, Plan(start=JANUARY, months=3))

    assert [Decimal(250)] * 3 == [month.cash for month in found.options[0].months]


def test_a_commitment_binds_where_demand_ends_and_where_the_list_price_is_unknown() -> None:
    monthly = Commitment(
        option="Hosts", term_months=12, price=money("100", Unit.MONTH), instances=3
    )
    gone = Growth(per_year=Decimal(-1))

    known = answer(2, commitment=monthly, growth=gone)
    asked = question(per_token(), replace(hosts(), price=None))
    unknown = plan_costs(asked, Plan(start=JANUARY, months=2, commitments=(monthly,)))

    assert [300, 300] == [month.cash for month in of_hosts(known).months]
    assert [1, 0] == [month.requests_per_hour / 10 for month in of_hosts(known).months]
    assert [None, None] == [month.cash for month in of_hosts(unknown).months]
    assert [3300, 3000] == [month.owed_if_demand_stops for month in of_hosts(unknown).months]


def test_committed_units_of_throughput_leave_the_units_that_are_billed_by_the_hour() -> None:
    """A request takes 3,600 + 4 x 3,600 tokens; a unit carries 30 such requests an hour."""
    units = Provisioned(
        name="Units",
        price=money("1"),
        minimum_units=0,
        step_units=5,
        input_tokens_per_minute_per_unit=Decimal(9_000),
        output_token_weight=Decimal(4),
    )
    found = plan_costs(
        question(per_token(), units, requests="100"),
        Plan(
            start=JANUARY,
            months=2,
            growth=Growth(monthly_factors=(Decimal(1), Decimal(2))),
            commitments=(Commitment(option="Units", term_months=12, price=money("0.5")),),
        ),
    )

    first, second = found.options[1].months
    assert [(5, Decimal("0.5") * 5 * 730)] == [(first.instances, first.cash)]
    assert [(10, Decimal("1.5") * 5 * 730)] == [(second.instances, second.cash)]
    assert ["commitment", "units"] == [item.code for item in second.items]


def _notice(found: PlanAnswer, code: str) -> Notice:
    return next(notice for notice in found.notices if notice.code == code)
