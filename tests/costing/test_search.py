"""How far crossings are looked for, what is proven beyond, and which state that gives."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from costing import (
    AddOn,
    BreakEven,
    BreakEvenState,
    CrossingKind,
    IntervalStep,
    Option,
    Unit,
    break_even,
)
from tests.costing.questions import hosts, money, per_token, question, typed


def codes(answer: BreakEven) -> set[str]:
    """The codes of all notices of an answer."""
    return {notice.code for notice in answer.notices}


@pytest.mark.parametrize(
    ("options", "search_to", "state"),
    [
        ((per_token(), hosts()), None, BreakEvenState.ONCE),
        ((per_token(), hosts(capacity=typed("5"))), None, BreakEvenState.SEVERAL),
        ((per_token(fee="5"), hosts()), None, BreakEvenState.NEVER),
        ((per_token(), hosts()), "3", BreakEvenState.NEVER_IN_RANGE),
        ((per_token(), hosts(capacity=typed("3"))), None, BreakEvenState.NOT_REACHABLE),
        ((per_token(),), None, BreakEvenState.NEVER),
    ],
)
def test_the_state_says_how_often_or_why_not(
    options: tuple[Option, ...], search_to: str | None, state: BreakEvenState
) -> None:
    """A host of 4 an hour against 1 a request: equal at 4, if one host can serve 4."""
    answer = break_even(question(*options, search_to=search_to))

    assert state is answer.state


def test_a_typed_search_limit_is_obeyed_and_never_poses_as_never() -> None:
    """The crossing at 4 lies beyond 3: the answer ends at 3 and says so."""
    answer = break_even(question(per_token(), hosts(), search_to="3"))

    assert (BreakEvenState.NEVER_IN_RANGE, True) == (answer.state, answer.truncated)
    assert Decimal(3) == answer.searched_to_requests_per_hour
    assert [Decimal(3)] == [one.to_requests_per_hour for one in answer.intervals]


def test_a_default_search_passes_100_times_the_workload_where_the_proof_lies_beyond() -> None:
    """The crossing at 4 is 400 times this workload."""
    answer = break_even(question(per_token(), hosts(), requests="0.01"))

    assert [Decimal(4)] == [one.requests_per_hour for one in answer.crossings]
    assert (Decimal(4), False) == (answer.searched_to_requests_per_hour, answer.truncated)


def test_a_default_search_without_any_load_still_finds_the_break_even() -> None:
    """100 times nothing would be nothing."""
    answer = break_even(question(per_token(), hosts(), requests="0"))

    assert (BreakEvenState.ONCE, False) == (answer.state, answer.truncated)


def test_a_default_search_passes_its_limit_by_a_thousand_steps_however_many_lie_below() -> None:
    """1,500 host counts to the limit, 500 more to the proof at 1 / 0.0005 requests."""
    answer = break_even(
        question(per_token(cost_per_request="1.0005"), hosts(price="1", capacity=typed("1")),
                 requests="15")
    )  # fmt: skip

    assert (Decimal(2000), False) == (answer.searched_to_requests_per_hour, answer.truncated)
    assert (None, "Hosts") == (
        answer.intervals[-1].to_requests_per_hour,
        answer.intervals[-1].cheapest,
    )


def test_a_proof_too_far_beyond_the_limit_is_not_reached_and_nothing_is_claimed() -> None:
    """It would take 10,000 host counts; 1,000 past the limit of 100 are looked at."""
    answer = break_even(
        question(per_token(cost_per_request="1.0001"), hosts(price="1", capacity=typed("1")),
                 requests="1")
    )  # fmt: skip

    assert (Decimal(1100), True) == (answer.searched_to_requests_per_hour, answer.truncated)
    assert Decimal(1100) == answer.intervals[-1].to_requests_per_hour
    assert "search_stopped_early" not in codes(answer)


def test_a_search_stopped_at_its_budget_is_reported_and_never_poses_as_never() -> None:
    """10,000 host counts are looked at of 100,000 up to the typed limit."""
    full_host_costs_the_same = hosts(price="1", capacity=typed("1"))

    answer = break_even(question(full_host_costs_the_same, per_token(), search_to="100000"))

    assert (BreakEvenState.NEVER_IN_RANGE, True) == (answer.state, answer.truncated)
    assert Decimal(10_000) == answer.searched_to_requests_per_hour
    assert "search_stopped_early" in codes(answer)


def test_a_search_stopped_at_its_budget_after_the_proof_is_complete() -> None:
    """Hosts at 2 a request lose to 1 a request for ever; only their counts end early."""
    dear = hosts(price="2", capacity=typed("1"))

    answer = break_even(question(per_token(), dear, search_to="100000"))

    assert (BreakEvenState.NOT_REACHABLE, False) == (answer.state, answer.truncated)
    assert "search_stopped_early" not in codes(answer)


def test_a_step_crossing_carries_the_costs_on_both_sides() -> None:
    """At 5 requests the second host is added: 4 before by the host, 5 after by the token."""
    answer = break_even(question(per_token(), hosts(capacity=typed("5")), search_to="6"))

    step = answer.crossings[1]
    assert (CrossingKind.STEP, Decimal(5), "Hosts", "Per token", None) == (
        step.kind,
        step.requests_per_hour,
        step.from_option,
        step.to_option,
        step.instances,
    )
    assert (Decimal(4), Decimal(5)) == (step.cost_per_hour, step.cost_per_hour_after)


def test_the_peak_sizes_the_hosts_and_the_mean_pays_for_tokens() -> None:
    """At three times the mean a host for 6 requests carries a mean of 2."""
    answer = break_even(
        question(per_token(cost_per_request="3"), hosts(capacity=typed("6")), peak="3")
    )

    ends = [one.requests_per_hour for one in answer.crossings if one.kind is CrossingKind.STEP]
    assert Decimal(2) == ends[0]
    assert [Decimal(30), Decimal(20)] == [one.cost_per_hour for one in answer.at_workload.estimates]


def test_at_the_maximum_of_hosts_the_option_ends_and_the_next_one_takes_over() -> None:
    """Two hosts of 5 requests each, cheaper than the token up to 10."""
    quota = hosts(price="1", capacity=typed("5"), maximum=2)

    answer = break_even(question(quota, per_token(cost_per_request="2")))

    crossing = answer.crossings[-1]
    assert (CrossingKind.STEP, Decimal(10), Decimal(2), Decimal(20)) == (
        crossing.kind,
        crossing.requests_per_hour,
        crossing.cost_per_hour,
        crossing.cost_per_hour_after,
    )
    assert (None, "Per token") == (
        answer.intervals[-1].to_requests_per_hour,
        answer.intervals[-1].cheapest,
    )


def test_above_the_last_quota_no_option_exists_and_that_is_no_crossing() -> None:
    """The last interval has no end and no winner."""
    answer = break_even(question(hosts(capacity=typed("5"), maximum=2), search_to="30"))

    assert [(Decimal(10), "Hosts"), (None, None)] == [
        (one.to_requests_per_hour, one.cheapest) for one in answer.intervals
    ]
    assert [(1, Decimal(5)), (2, Decimal(10))] == [
        (step.instances, step.to_requests_per_hour) for step in answer.intervals[0].steps
    ]
    assert ((), (), False) == (answer.crossings, answer.intervals[1].steps, answer.truncated)


def test_equal_costs_go_to_the_earlier_option_and_are_flagged() -> None:
    """At every load, and without end."""
    answer = break_even(question(per_token("A"), per_token("B"), per_token("C", "2")))

    [interval] = answer.intervals
    assert ("A", ("B",), None) == (
        interval.cheapest,
        interval.tied_with,
        interval.to_requests_per_hour,
    )
    assert [("A", {"with": "B"})] == [
        (one.option, dict(one.facts)) for one in answer.notices if one.code == "tie"
    ]


@pytest.mark.parametrize("requests", ["0", "10"])
@pytest.mark.parametrize(
    "option", [per_token("A"), hosts("A"), hosts("A", capacity=typed("2"), spare=1)]
)
def test_a_tie_that_is_only_proven_and_not_walked_is_flagged_too(
    option: Option, requests: str
) -> None:
    """Without a load there is nothing to walk, and twins cost the same all the same."""
    answer = break_even(question(option, replace(option, name="B"), requests=requests))

    assert [("B",)] == [one.tied_with for one in answer.intervals]


def test_hosts_of_one_size_whose_add_ons_differ_are_compared_for_ever() -> None:
    """Both add a host at the same loads, so the gap stays what it is."""
    add_on = AddOn(name="Support", price=money("730", Unit.MONTH), applies_to=("A",))
    twins = (hosts("A", capacity=typed("2")), hosts("B", capacity=typed("2")))

    answer = break_even(question(*twins, add_ons=[add_on]))

    assert (BreakEvenState.NEVER, ["B"]) == (
        answer.state,
        [one.cheapest for one in answer.intervals],
    )


def test_a_host_without_limit_keeps_one_step_without_end() -> None:
    """Its count is known for every load."""
    answer = break_even(question(per_token(), hosts(minimum=2)))

    assert (IntervalStep(instances=2, to_requests_per_hour=None),) == answer.intervals[1].steps


def test_hosts_that_are_cheaper_only_at_small_loads_have_a_paper_crossing_too() -> None:
    """An add-on by the request makes each request dearer on the hosts than by the token."""
    add_on = AddOn(name="Gateway", price=money("2", Unit.REQUEST), applies_to=("Hosts",))

    answer = break_even(question(per_token(fee="9"), hosts(), add_ons=[add_on]))

    assert [Decimal(5)] == [one.requests_per_hour for one in answer.paper_crossings]
    assert [(Decimal(5), "Hosts", "Per token")] == [
        (one.requests_per_hour, one.from_option, one.to_option) for one in answer.crossings
    ]
