"""Whole costs in a scenario: what it may say, what becomes of it, what is refused by name."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session

from catalog.database import Database
from catalog.offers import resolve
from catalog.plans import plan_of
from catalog.problems import Refused
from catalog.scenario import DedicatedFields, Scenario, parse_scenario, scenario_document
from catalog.whole_cost import ADD_ON_PRESETS, billing_of, profile_of
from costing import (
    ALWAYS_ON,
    PRESETS,
    BillingMode,
    Dedicated,
    Lens,
    Missing,
    Question,
    Status,
    break_even,
    estimate,
)

OWNED: dict[str, Any] = {
    "purchase_price": "45000",
    "residual_value": "5000",
    "useful_life_months": 48,
    "power_kilowatts": "1.2",
    "power_usage_effectiveness": "1.4",
    "price_per_kilowatt_hour": "0.15",
    "people_hours_per_month": "4",
    "people_price_per_hour": "80",
    "colocation_fee_per_month": "200",
    "source": "an offer of a vendor",
    "as_of": "2026-06-01",
}
TYPED = {"amount": "4", "per": 1, "unit": "hour"}
HOSTS: dict[str, Any] = {
    "name": "Hosts",
    "kind": "dedicated",
    "minimum_instances": 1,
    "spare_instances": 0,
    "capacity": "unlimited",
}


def document(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "workload": {
            "requests_per_hour": "100",
            "input_tokens": "1000",
            "output_tokens": "1000",
            "peak_to_mean": "1",
        },
        "options": [copy.deepcopy(one) for one in options],
        **more,
    }


def hosts(**more: Any) -> dict[str, Any]:
    return {**HOSTS, **({} if "owned" in more else {"price": TYPED}), **more}


@pytest.fixture
def session(bundled_sqlite: Database) -> Iterator[Session]:
    """The bundled catalog, to be read."""
    with bundled_sqlite.read() as opened:
        yield opened


def asked(session: Session, *options: dict[str, Any], **more: Any) -> Question:
    return resolve(session, parse_scenario(document(*options, **more)))


def refused(value: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as caught:
        parse_scenario(value)
    return [f"{one.field}: {one.message}" for one in caught.value.problems]


def test_owned_hosts_of_a_scenario_cost_their_parts(session: Session) -> None:
    """833.33 depreciation, 183.96 power, 320 people, 200 colocation a month."""
    question = asked(session, hosts(owned=OWNED))
    option = question.options[0]
    found = estimate(question, option)

    codes = [item.code.removeprefix("owned_") for item in found.line_items]
    assert codes == ["depreciation", "power", "people", "colocation"]
    assert [str(item.cost_per_month) for item in found.line_items[1:]] == ["183.96", "320", "200"]
    assert found.cost_per_month is not None
    assert found.cost_per_month.quantize(Decimal("0.01")) == Decimal("1537.29")
    assert found.prices_as_of == date(2026, 6, 1)
    assert option.sold.term is None


def test_what_an_owned_host_leaves_out_is_unknown_and_named(session: Session) -> None:
    """No fee is not a fee of 0."""
    fields = {key: value for key, value in OWNED.items() if key != "colocation_fee_per_month"}
    question = asked(session, hosts(owned=fields))
    found = estimate(question, question.options[0])

    assert (found.status, found.missing) == (Status.UNKNOWN, (Missing.COLOCATION_FEE,))


def test_the_marginal_lens_leaves_out_a_purchase_and_add_ons_that_are_paid(
    session: Session,
) -> None:
    """And only where they are marked."""
    work = {"name": "Operations", "amount": "80", "unit": "month", "quantity": "20"}
    for paid in (True, False):
        question = asked(
            session,
            hosts(owned={**OWNED, "already_paid": paid}),
            add_ons=[{**work, "already_paid": paid}],
            lens="marginal",
        )
        items = estimate(question, question.options[0]).line_items

        assert question.lens is Lens.MARGINAL
        assert ("owned_depreciation" in {item.code for item in items}) is not paid
        assert ("Operations" in {item.name for item in items}) is not paid


def test_an_owned_host_of_a_retired_kind_is_nobody_elses_to_retire(session: Session) -> None:
    """A host that is rented is flagged, one that stands in the own cellar is not."""
    for option, flagged in ((hosts(owned=OWNED), False), (hosts(), True)):
        value = document({**option, "instance": "Standard_NC12s_v3"})
        scenario = parse_scenario(value)
        question = resolve(session, scenario)
        plan = plan_of(session, scenario, question, date(2026, 1, 1))

        assert ("host_retired" in question.options[0].sold.flags) is flagged
        assert bool(plan.retirements) is flagged


def test_owned_hosts_of_a_kind_that_the_catalog_does_not_know_are_flagged(
    session: Session,
) -> None:
    """Its price is the owner's anyhow."""
    question = asked(session, hosts(owned=OWNED, instance="my-box"))

    assert "instance_not_in_catalog" in question.options[0].sold.flags


def test_a_preset_is_an_add_on_with_an_assumed_price_that_says_so(session: Session) -> None:
    """Two search units; the article names the service."""
    preset = {"preset": "azure_ai_search_basic", "quantity": "2"}
    question = asked(session, hosts(), add_ons=[preset])
    item = estimate(question, question.options[0]).line_items[-1]
    notices = {one.code: one.facts for one in break_even(question).notices}

    assert (item.name, item.cost_per_month) == ("Azure AI Search Basic", Decimal("147.46"))
    assert item.price.provenance.derived == "assumed"
    assert item.price.provenance.source == ADD_ON_PRESETS["azure_ai_search_basic"].source
    assert notices["add_on_price_assumed"] == {"name": "Azure AI Search Basic"}


def test_a_preset_keeps_a_name_of_its_own_and_needs_a_rate_in_another_currency(
    session: Session,
) -> None:
    """Its price is in dollars."""
    named = {"preset": "azure_ai_search_basic", "name": "Search"}
    rates = {"JPY": {"per_usd": "150"}}
    [found] = asked(session, hosts(), add_ons=[named], currency="JPY", rates=rates).add_ons
    assert (found.name, found.price.amount, found.price.currency) == (
        "Search",
        Decimal("11059.5"),
        "JPY",
    )

    with pytest.raises(Refused) as caught:
        asked(session, hosts(), add_ons=[named], currency="JPY")
    [problem] = caught.value.problems
    assert (problem.code, problem.field) == ("currency_without_rate", "add_ons.0.preset")


def test_add_ons_by_quantity_and_once_support_and_tax_reach_the_cost(session: Session) -> None:
    """730 of storage, 7,300 over 10 months, 0.1 a request; half of it support, all of it tax."""
    question = asked(
        session,
        hosts(price={**TYPED, "amount": "0"}),
        add_ons=[
            {"name": "Storage", "amount": "0.73", "unit": "month", "quantity": "1000"},
            {"name": "Work", "amount": "7300", "unit": "once", "months": 10},
            {"name": "Egress", "amount": "10", "unit": "request", "quantity": "0.01"},
        ],
        support_share="0.5",
        tax_share="1",
    )
    found = estimate(question, question.options[0])

    assert [1, 1, 10, 6, 18] == [item.cost_per_hour for item in found.line_items[1:]]
    assert found.cost_per_hour == 36


def test_spot_hosts_carry_their_interruptions_and_hours_their_billing(session: Session) -> None:
    """Minutes of a cold start are what makes hosts scale to zero."""
    option = hosts(
        term="spot", interruption_share="0.1", billing="hourly", cold_start_minutes="5",
        minimum_instances=0,
    )  # fmt: skip
    scenario = parse_scenario(document(option, hosts(name="B"), hosts(name="C", billing="hourly")))
    question = resolve(session, scenario)
    found = [one for one in scenario.options if isinstance(one, DedicatedFields)]
    one, other, third = map(billing_of, found)

    first = question.options[0]
    assert isinstance(first, Dedicated)
    assert (first.interruption_share, first.sold.flags) == (Decimal("0.1"), ("billed_by_the_hour",))
    assert (one.mode, one.scale_to_zero, one.cold_start_minutes) == (
        BillingMode.HOURLY,
        True,
        Decimal(5),
    )
    assert other == ALWAYS_ON
    assert (third.mode, third.scale_to_zero) == (BillingMode.HOURLY, False)


def test_the_hours_of_a_load_are_a_preset_or_typed() -> None:
    """Or none are said."""

    def of(**more: Any) -> Any:
        return profile_of(parse_scenario(document(hosts(), **more)))

    typed = of(profile={"weights": ["1"] * 24, "source": "our log"})
    assert (typed.name, typed.hours, typed.source) == ("typed", 24, "our log")
    assert of(profile="flat") is PRESETS["flat"]
    assert of() is None


def test_a_scenario_with_whole_costs_is_the_same_after_a_round_trip() -> None:
    """Numbers as text, what was left out stays out."""
    value = document(
        hosts(owned=OWNED),
        add_ons=[{"preset": "azure_ai_search_basic"}],
        profile={"weights": ["0.5"] * 24},
        support_share="0.1",
        lens="marginal",
    )
    scenario = parse_scenario(value)

    again: Scenario = parse_scenario(scenario_document(scenario))
    assert scenario_document(again) == scenario_document(scenario)
    assert scenario_document(again)["options"][0]["owned"]["power_kilowatts"] == "1.2"


ADD_ON = {"name": "X", "amount": "1", "unit": "month"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (document(hosts(), support_share="10"), "support_share: Expected at most 1, found '10'."),
        (document(hosts(), tax_share="-0.1"),
         "tax_share: Expected a number of 0 or more, found -0.1."),
        (document(hosts(), lens="half"), "lens: Expected one of full, marginal, found 'half'."),
        (document(hosts(term="spot", interruption_share="1")),
         "options.0.interruption_share: Expected less than 1, found '1'."),
        (document(hosts(interruption_share="0.1")),
         "options.0.interruption_share: Expected a share of interruptions with the term spot only, "
         "found it with term on_demand. Leave it out, or set the term to spot."),
        (document(hosts(owned=OWNED, interruption_share="0.1")),
         "options.0.interruption_share: Expected a share of interruptions with the term spot only, "
         "found it with an owned host. Leave it out, or set the term to spot."),
        (document({**hosts(owned=OWNED), "price": TYPED}),
         "options.0.price: Expected owned hosts or rented ones, found owned and price. Leave one "
         "of them out."),
        (document(hosts(owned=OWNED, term="spot")),
         "options.0.term: Expected owned hosts or rented ones, found owned and term spot. Leave "
         "one of them out."),
        (document(hosts(owned=OWNED, commitment={"months": 12, "price": TYPED})),
         "options.0.commitment: Expected owned hosts or rented ones, found owned and commitment. "
         "Leave one of them out."),
        (document(hosts(owned={**OWNED, "residual_value": "45001"})),
         "options.0.owned.residual_value: Expected at most 45000, found 45001."),
        (document(hosts(owned={**OWNED, "power_usage_effectiveness": "0.9"})),
         "options.0.owned.power_usage_effectiveness: Expected at least 1, found '0.9'."),
        (document(hosts(owned={**OWNED, "useful_life_months": 0})),
         "options.0.owned.useful_life_months: Expected at least 1, found 0."),
        (document(hosts(owned={**OWNED, "purchase": "1"})),
         "options.0.owned.purchase: There is no key 'purchase' here. Did you mean purchase_price?"),
        (document(hosts(cold_start_minutes="5")),
         "options.0.cold_start_minutes: Expected minutes of a cold start with billing hourly only, "
         "found them with billing always_on. Leave them out, or let the hosts be billed by the "
         "hour."),
        (document(hosts(billing="hourly", cold_start_minutes="5")),
         "options.0.minimum_instances: Expected a minimum of 0 hosts where cold starts are paid, "
         "found 1. Set it to 0, or leave the minutes of a cold start out."),
        (document(hosts(billing="hourly", cold_start_minutes="61", minimum_instances=0)),
         "options.0.cold_start_minutes: Expected at most 60, found '61'."),
        (document(hosts(), profile="sunday"),
         "profile: Expected one of flat, office_hours, office_hours_with_weekend, found 'sunday'."),
        (document(hosts(), profile={"weights": ["1"] * 23}),
         "profile.weights: Expected 24 numbers (a day) or 168 (a week), found 23."),
        (document(hosts(), profile={"weights": ["0"] * 24}),
         "profile.weights: Expected a load above 0 in some hour, found 0 in all of them."),
        (document(hosts(), profile={"weights": ["1"] * 24, "hours": 1}),
         "profile.hours: There is no key 'hours' here. Known here: source, weights."),
        (document(hosts(), add_ons=[{"name": "X", "unit": "month"}]),
         "add_ons.0.amount: Expected amount, found nothing."),
        (document(hosts(), add_ons=[{**ADD_ON, "unit": "once"}]),
         "add_ons.0.months: Expected months, found nothing."),
        (document(hosts(), add_ons=[{**ADD_ON, "unit": "once", "months": 3, "per": 2}]),
         "add_ons.0.per: Expected one amount for what is paid once, found it per 2. Leave per "
         "out."),
        (document(hosts(), add_ons=[{**ADD_ON, "months": 3}]),
         "add_ons.0.months: Expected months with the unit once only, found 3. Leave them out, or "
         "say once."),
        (document(hosts(), add_ons=[{"preset": "azure_ai_search_basic", "amount": "1"}]),
         "add_ons.0.amount: The preset azure_ai_search_basic has a price, found amount too. Leave "
         "one of them out."),
        (document(hosts(), add_ons=[{**ADD_ON, "quantity": "-1"}]),
         "add_ons.0.quantity: Expected a number of 0 or more, found -1."),
    ],
)  # fmt: skip
def test_whole_costs_that_contradict_themselves_are_refused_by_name(
    value: dict[str, Any], message: str
) -> None:
    """At the place of the field, with what was expected and found."""
    assert refused(value) == [message]


def test_owned_hosts_with_more_digits_than_a_price_may_have_are_refused_at_their_place(
    session: Session,
) -> None:
    """The product of two fine numbers is finer than either."""
    fine = "0." + "0" * 28 + "1"
    owned = {**OWNED, "people_hours_per_month": fine, "people_price_per_hour": fine}

    with pytest.raises(Refused) as caught:
        asked(session, hosts(owned=owned))

    assert [one.field for one in caught.value.problems] == ["options.0.owned.amount"]
