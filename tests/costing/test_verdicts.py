"""Which option is cheapest at a load, whether that can be called, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from costing import (
    BreakEvenState,
    Call,
    Dedicated,
    Missing,
    Option,
    Reason,
    Serverless,
    Status,
    TypedCapacity,
    UnknownCapacity,
    Volume,
    break_even,
)
from tests.costing.questions import hosts, money, per_token, question, shape, token_money, typed

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("price", "call", "share"),
    [("11", Call.CLEAR, "0.1"), ("10.99", Call.TOO_CLOSE, "0.099"), ("10", Call.TOO_CLOSE, "0")],
)
def test_a_gap_of_a_tenth_of_the_cheapest_is_clear_and_just_under_it_too_close(
    price: str, call: Call, share: str
) -> None:
    """10 requests at 1 each against one host; the share is of the cheaper cost."""
    verdict = break_even(question(per_token(), hosts(price=price))).at_workload

    assert (call, Decimal(share)) == (verdict.call, verdict.gap_share)
    assert ("Per token", "Hosts") == (verdict.cheapest, verdict.second)
    assert Decimal(price) - 10 == verdict.gap_per_hour
    close = (Reason(code="close_costs"),)
    assert (close if call is Call.TOO_CLOSE else ()) == verdict.reasons


@pytest.mark.parametrize(("days", "call"), [(90, Call.CLEAR), (91, Call.TOO_CLOSE)])
def test_price_dates_more_than_90_days_apart_are_too_close_to_call(days: int, call: Call) -> None:
    """However large the gap in money is."""
    dated = replace(hosts(), price=money("99", as_of=DAY + timedelta(days=days)))
    serverless = replace(per_token(), output=token_money("1", per="3600", as_of=DAY))

    answer = break_even(question(serverless, dated))

    assert call is answer.at_workload.call
    late = call is Call.TOO_CLOSE
    assert ((Reason(code="price_dates"),) if late else ()) == answer.at_workload.reasons
    facts = [dict(one.facts) for one in answer.notices if one.code == "price_dates_differ"]
    assert ([{"days": "91"}] if late else []) == facts


@pytest.mark.parametrize(
    ("option", "missing"),
    [
        (hosts(capacity=UnknownCapacity()), Missing.CAPACITY),
        (replace(hosts(), price=None), Missing.INSTANCE_PRICE),
        (replace(per_token("Hosts"), input=None), Missing.INPUT_PRICE),
        (replace(per_token("Hosts"), output=None), Missing.OUTPUT_PRICE),
        (
            replace(
                hosts(capacity=TypedCapacity(input_tokens_per_second=Decimal(1))),
                shape=shape(input_tokens="0"),
            ),
            Missing.CAPACITY,
        ),
    ],
)
def test_what_is_unknown_has_no_cost_no_crossing_and_is_named(
    option: Option, missing: Missing
) -> None:
    """Unknown is None, never 0, and the verdict says what is missing."""
    answer = break_even(question(per_token(), option))

    known, unknown = answer.at_workload.estimates
    assert (Status.KNOWN, Decimal(10)) == (known.status, known.cost_per_hour)
    assert Status.UNKNOWN is unknown.status
    assert (missing,) == unknown.missing
    assert [None] * 4 == [
        unknown.cost_per_hour,
        unknown.cost_per_month,
        unknown.instances,
        unknown.utilization,
    ]
    assert () == unknown.line_items
    assert ((), (), BreakEvenState.UNKNOWN) == (answer.crossings, answer.intervals, answer.state)
    assert Call.UNKNOWN is answer.at_workload.call
    assert (Reason(code="missing", option="Hosts", missing=missing),) == answer.at_workload.reasons
    assert [None] * 4 == [
        answer.at_workload.cheapest,
        answer.at_workload.second,
        answer.at_workload.gap_per_hour,
        answer.at_workload.gap_share,
    ]
    assert "cost_unknown" in {notice.code for notice in answer.notices}


def test_a_price_for_tokens_that_no_request_has_may_be_missing() -> None:
    """A request without output needs no output price."""
    option = replace(per_token(), output=None, shape=shape(output_tokens="0"))
    other = replace(per_token("Other"), input=None, shape=shape(input_tokens="0"))

    estimates = break_even(question(option, other)).at_workload.estimates

    assert [Status.KNOWN, Status.KNOWN] == [one.status for one in estimates]
    assert [["input", "hosting"], ["output", "hosting"]] == [
        [item.code for item in one.line_items] for one in estimates
    ]


def test_two_known_options_are_compared_although_a_third_is_unknown() -> None:
    """The crossing between them stands; which of all is cheapest stays unknown."""
    answer = break_even(question(per_token(), hosts(), hosts("Guess", capacity=UnknownCapacity())))

    assert [Decimal(4)] == [one.requests_per_hour for one in answer.crossings]
    assert BreakEvenState.UNKNOWN is answer.state
    assert (Call.UNKNOWN, None) == (answer.at_workload.call, answer.at_workload.cheapest)


def test_the_paper_crossing_of_a_host_of_unknown_capacity_is_neither_reachable_nor_not() -> None:
    """Its price is known, so the load on paper is."""
    answer = break_even(question(per_token(), hosts(capacity=UnknownCapacity())))

    assert [(Decimal(4), None)] == [
        (one.requests_per_hour, one.reachable) for one in answer.paper_crossings
    ]


def test_without_any_request_the_hosts_still_cost_money_and_there_is_no_share() -> None:
    """A gap over a cost of 0 is no share; the minimum of hosts and the spare ones are paid."""
    answer = break_even(question(per_token(), hosts(minimum=0, spare=2), requests="0"))

    assert [Decimal(0), Decimal(8)] == [one.cost_per_hour for one in answer.at_workload.estimates]
    assert (Call.CLEAR, Decimal(8), None) == (
        answer.at_workload.call,
        answer.at_workload.gap_per_hour,
        answer.at_workload.gap_share,
    )
    assert [Decimal(12)] == [one.requests_per_hour for one in answer.crossings]


def test_two_free_options_at_no_load_are_too_close_to_call() -> None:
    """The earlier one counts as the cheapest."""
    verdict = break_even(question(per_token("A"), per_token("B"), requests="0")).at_workload

    assert (Call.TOO_CLOSE, "A", "B") == (verdict.call, verdict.cheapest, verdict.second)


def test_one_option_alone_is_clear_and_says_that_it_is_the_only_one() -> None:
    """Also where the other one ends below this load."""
    quota = hosts(capacity=typed("2"), maximum=3)

    alone, beside_quota = (
        break_even(question(*options)).at_workload
        for options in ((per_token(),), (quota, per_token()))
    )

    only = (Reason(code="only_option"),)
    assert (Call.CLEAR, only, "Per token") == (alone.call, alone.reasons, alone.cheapest)
    assert (Call.CLEAR, only, "Per token") == (
        beside_quota.call,
        beside_quota.reasons,
        beside_quota.cheapest,
    )
    assert Status.ABOVE_MAXIMUM is beside_quota.estimates[0].status


def test_above_every_quota_no_option_is_left_and_the_verdict_is_unknown() -> None:
    """Nothing can serve the load, so nothing is cheapest."""
    verdict = break_even(question(hosts(capacity=typed("2"), maximum=3))).at_workload

    assert (Call.UNKNOWN, (Reason(code="no_option"),)) == (verdict.call, verdict.reasons)
    assert None is verdict.cheapest


def test_each_volume_is_judged_at_the_workload_times_its_factor() -> None:
    """Low load by the token, high load on hosts, in one answer."""
    volumes = [Volume(name="low", factor=Decimal("0.1")), Volume(name="high", factor=Decimal(3))]

    low, high = break_even(question(per_token(), hosts(), volumes=volumes)).volumes

    assert ("low", Decimal(1), "Per token") == (low.name, low.requests_per_hour, low.cheapest)
    assert ("high", Decimal(30), "Hosts") == (high.name, high.requests_per_hour, high.cheapest)


def test_every_kind_of_option_says_which_it_is_and_how_many_prices_have_no_date() -> None:
    """Three prices of the serverless one, one dated; one of the hosts."""
    serverless: Serverless = replace(per_token(), hosting=money("1", as_of=DAY))
    dedicated: Dedicated = hosts()

    one, other = break_even(question(serverless, dedicated)).at_workload.estimates

    assert ("serverless", DAY, 2) == (one.kind, one.prices_as_of, one.undated_prices)
    assert ("dedicated", None, 1) == (other.kind, other.prices_as_of, other.undated_prices)
