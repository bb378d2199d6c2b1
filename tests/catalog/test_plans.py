"""A scenario's plan, with what the catalog knows of retirements; and the one that is assumed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog.database import Database
from catalog.offers import resolve
from catalog.plans import answer_plan, plan_of
from catalog.problems import Problem, Refused
from catalog.scenario import parse_scenario
from costing import AfterEnd, Commitment, Plan, PlanAnswer, Retirement, Retiring
from tests.catalog.questions import document, load, on_hosts, per_token, typed

TODAY = date(2026, 5, 6)
PLAN = {"start": "2027-04", "months": "6"}
CAPACITY = {"output_tokens_per_second": "100", "evidence": "a load test"}


def planned(database: Database, value: dict[str, Any]) -> Plan:
    """The plan of a scenario."""
    scenario = parse_scenario(value)
    with database.read() as session:
        return plan_of(session, scenario, resolve(session, scenario), TODAY)


def answered(database: Database, value: dict[str, Any]) -> PlanAnswer:
    """The costs over the plan of a scenario."""
    scenario = parse_scenario(value)
    with database.read() as session:
        question = resolve(session, scenario)
        plan = plan_of(session, scenario, question, TODAY)
    return answer_plan(scenario, question, plan)


def refused(database: Database, value: dict[str, Any]) -> Problem:
    """The one thing for which it cannot be answered."""
    with pytest.raises(Refused) as caught:
        answered(database, value)
    (found,) = caught.value.problems
    return found


def hosts(**commitment: Any) -> dict[str, Any]:
    """Hosts under a commitment."""
    given = {"months": "36", "price": typed("4"), **commitment}
    return on_hosts(price=typed(), capacity=CAPACITY, commitment=given)


def test_what_was_typed_about_time_becomes_a_plan(bundled_sqlite: Database) -> None:
    option = hosts(upfront_share="0.5", hosts="3", after="renew")
    option["one_off"] = [{"name": "Moving in", "amount": "5", "month": "2027-09"}]

    plan = planned(bundled_sqlite, document(option, plan=PLAN | {"fiscal_year_starts_in": "4"}))

    [commitment], [cost] = plan.commitments, plan.one_offs
    assert (date(2027, 4, 1), 6, 4) == (plan.start, plan.months, plan.fiscal_year_starts_in)
    assert isinstance(commitment, Commitment)
    assert ("Hosts", 36, 3, AfterEnd.RENEW) == (
        commitment.option, commitment.term_months, commitment.instances, commitment.after,
    )  # fmt: skip
    assert ("Hosts", "Moving in", date(2027, 9, 1)) == (cost.option, cost.name, cost.month)


@pytest.mark.parametrize(
    ("as_of", "start"), [("2024-03-17", date(2025, 1, 1)), (None, date(2027, 1, 1))]
)
def test_without_a_plan_a_year_from_january_after_the_newest_price_is_assumed(
    bundled_sqlite: Database, as_of: str | None, start: date
) -> None:
    """Where no price has a date, after today, which is an argument."""
    option = on_hosts(price=typed(as_of=as_of), capacity="unlimited")

    plan = planned(bundled_sqlite, document(option))

    assert (start, 12) == (plan.start, plan.months)


def test_a_host_and_a_model_that_the_catalog_knows_to_go_are_in_the_plan(
    bundled_sqlite: Database,
) -> None:
    offer = {"name": "Per token", "kind": "serverless"}
    offer |= {"offer": "azure/Phi-3-medium-128k-instruct/unknown/centralus"}
    old = on_hosts(price=typed(), capacity="unlimited", instance="Standard_NC12s_v3")
    own = {**old, "name": "Own", "instance": "A machine of ours"}

    plan = planned(bundled_sqlite, document(offer, old, own, plan=PLAN))

    assert (
        Retirement(option="Per token", what=Retiring.MODEL, on=date(2025, 8, 30)),
        Retirement(option="Hosts", what=Retiring.INSTANCE, on=date(2025, 9, 30)),
    ) == plan.retirements


def test_a_model_without_a_known_end_has_no_retirement(bundled_sqlite: Database) -> None:
    offer = {"name": "Per token", "kind": "serverless", "offer": "azure/Phi-4/unknown/eastus"}

    assert () == planned(bundled_sqlite, document(offer, plan=PLAN)).retirements


def test_a_cost_in_no_month_of_an_assumed_plan_is_refused_and_not_dropped(
    bundled_sqlite: Database,
) -> None:
    costs = [{"name": "Moving in", "amount": "5", "month": "2026-12"}]

    found = refused(bundled_sqlite, document(per_token(one_off=costs)))

    assert "options.0.one_off.0.month" == found.field
    assert "2027-01 to 2027-12, found 2026-12" in found.message


def test_what_costing_refuses_of_a_plan_stands_at_its_place_in_the_document(
    bundled_sqlite: Database,
) -> None:
    by_token = refused(bundled_sqlite, document(hosts(price=typed("4", "token"))))
    full = hosts() | {"maximum_instances": "1"}
    none_paid = refused(
        bundled_sqlite,
        document(per_token(), full, workload=load(requests_per_hour="100000"), plan=PLAN),
    )
    growing = refused(bundled_sqlite, document(hosts(), plan=PLAN | {"growth_per_month": "100000"}))

    assert "options.0.commitment.price.unit" == by_token.field
    assert "options.1.commitment.hosts" == none_paid.field
    assert "pays for none at the workload" in none_paid.message
    assert "plan.growth_per_month" == growing.field


def test_units_of_throughput_are_committed_as_units(bundled_sqlite: Database) -> None:
    sizing = {"minimum_units": "15", "step_units": "5", "output_token_weight": "4"}
    sizing["input_tokens_per_minute_per_unit"] = "3000"
    units = {"name": "Units", "kind": "provisioned", "price": typed("1"), "sizing": sizing}
    units["commitment"] = {"months": "12", "units": "20", "price": typed("0.3")}
    units["maximum_units"] = "15"
    heavy = load(requests_per_hour="100000")

    answer = answered(bundled_sqlite, document(units, plan=PLAN))
    units["commitment"] = {"months": "12", "price": typed("0.3")}
    found = refused(bundled_sqlite, document(per_token(), units, workload=heavy, plan=PLAN))

    assert {20} == {month.committed_instances for month in answer.options[0].months}
    assert "options.1.commitment.units" == found.field


def test_a_commitment_without_a_number_of_hosts_is_one_for_the_workload(
    bundled_sqlite: Database,
) -> None:
    answer = answered(bundled_sqlite, document(hosts(), plan=PLAN))

    [option] = answer.options
    assert {1} == {month.committed_instances for month in option.months}
    assert {"4"} == {
        str(item.price.amount) for month in option.months for item in month.items if item.price
    }
