"""A base that always runs and overflow by the token: the best size, and what it is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from time import process_time
from typing import Any

import pytest

from costing import (
    FLAT,
    OFFICE_HOURS_WITH_WEEKEND,
    AddOn,
    Dedicated,
    Hybrid,
    InvalidQuestion,
    LoadProfile,
    Missing,
    Option,
    Provisioned,
    RequestShape,
    Status,
    TypedCapacity,
    Unit,
    UnknownCapacity,
    Way,
    best_hybrid,
    hybrid_over,
)
from tests.costing import profile_agreement
from tests.costing.formulas import evaluate
from tests.costing.profile_agreement import disagreements_over_profile
from tests.costing.profile_brute import random_case, try_all
from tests.costing.questions import hosts, money, per_token, question, typed
from tests.costing.scenarios import PlainProvisioned
from tests.costing.test_profiles import HALF_A_DAY, PEAK
from tests.costing.test_provisioned import units

TOKENS = per_token(cost_per_request="1")


def best(
    base: Option, overflow: Option = TOKENS, profile: LoadProfile = HALF_A_DAY, **asked: Any
) -> Hybrid:
    return best_hybrid(question(base, overflow, **asked), base, overflow, profile)


def sum_of(found: Hybrid, code: str) -> Fraction:
    items = [item for item in found.line_items if item.code == code]
    return sum((evaluate(one.formula, one.inputs) for one in items), Fraction(0))


def test_base_hosts_are_added_while_they_save_more_than_they_cost() -> None:
    """20 requests an hour by day, none by night. A host of 3 requests saves 12 of 24 hours * 3 =
    1.50 an hour in the mean; at 1.40 six full ones pay, the seventh would serve 2 and save 1."""
    found = best(hosts(price="1.4", capacity=typed("3"), minimum=0))

    assert (found.base_instances, found.serving_instances) == (6, 6)
    assert found.cost_per_hour == Decimal("9.4")
    assert found.base_share == Decimal("0.9")
    assert found.base_utilization == Decimal("0.5")
    assert found.fewer is not None
    assert found.more is not None
    assert (found.fewer.instances, found.fewer.cost_per_hour) == (5, Decimal("9.5"))
    assert (found.more.instances, found.more.cost_per_hour) == (7, Decimal("9.8"))
    assert found.pure_base.cost_per_hour == Decimal("9.8")
    assert found.pure_overflow.cost_per_hour == 10
    assert (found.status, found.cheapest) == (Status.KNOWN, Way.HYBRID)


def test_the_peak_is_not_taken_for_the_mean() -> None:
    """Sized by the mean of 10 requests, 4 hosts would seem to serve all of it."""
    found = best(hosts(price="1.4", capacity=typed("3"), minimum=4, maximum=4))

    assert found.base_share == Decimal("0.6")


def test_idle_base_hosts_are_paid_by_night_and_utilization_is_no_factor_of_the_cost() -> None:
    found = best(hosts(price="1.4", capacity=typed("3"), minimum=0))

    assert sum_of(found, "instances") == Fraction("8.4")
    assert sum_of(found, "input") + sum_of(found, "output") == 1


def test_of_equal_costs_the_smaller_base_wins() -> None:
    """At 1.50 each of the six full hosts saves just what it costs."""
    found = best(hosts(price="1.5", capacity=typed("3"), minimum=0))

    assert (found.base_instances, found.cost_per_hour) == (0, Decimal(10))
    assert found.more is not None
    assert found.more.cost_per_hour == 10
    assert found.fewer is None
    assert found.cheapest is Way.OVERFLOW


def test_spare_hosts_are_paid_and_serve_nothing() -> None:
    found = best(hosts(price="1", capacity=typed("3"), minimum=0, spare=2))

    assert (found.base_instances, found.serving_instances) == (8, 6)
    assert found.cost_per_hour == 9


def test_fewer_hosts_than_spare_ones_serve_nothing_and_never_less() -> None:
    """A base of one where two stand by does not make the overflow larger than the load."""
    found = best(hosts(price="2", capacity=typed("3"), minimum=1, spare=2))

    assert (found.base_instances, found.serving_instances) == (1, 0)
    assert found.base_share == 0
    assert found.cost_per_hour == 12
    assert sum_of(found, "output") == 10
    assert found.more is not None
    assert found.more.cost_per_hour == 14


def test_minimum_and_maximum_of_the_base_hold() -> None:
    dear = best(hosts(price="9", capacity=typed("3"), minimum=2))
    cheap = best(hosts(price="0.1", capacity=typed("3"), minimum=0, maximum=4))

    assert (dear.base_instances, dear.fewer) == (2, None)
    assert (cheap.base_instances, cheap.more) == (4, None)
    assert cheap.pure_base.status is Status.ABOVE_MAXIMUM
    assert cheap.cheapest is Way.HYBRID


def test_one_host_without_limit_serves_all_or_none_is_rented() -> None:
    assert best(hosts(price="9", minimum=0)).base_share == 1
    assert best(hosts(price="11", minimum=0)).base_instances == 0
    assert best(hosts(price="9", minimum=0)).base_utilization is None


def test_units_of_a_base_are_rented_in_whole_steps() -> None:
    """A minimum of 7 in steps of 5 serves what 5 do; then come 10, 15, each 5 more."""
    base = units(
        price=money("0.1"),
        minimum_units=7,
        shape=RequestShape(input_tokens=Decimal(180_000), output_tokens=Decimal(0)),
    )

    found = best(base)

    assert (found.base_instances, found.serving_instances) == (20, 20)
    assert found.cost_per_hour == 2
    assert found.fewer is not None
    assert (found.fewer.instances, found.fewer.cost_per_hour) == (15, Decimal(4))
    fewest = best(replace(base, price=money("10")))
    assert (fewest.base_instances, fewest.serving_instances, fewest.base_share) == (
        7, 5, Decimal("0.25"),
    )  # fmt: skip
    assert fewest.more is not None
    assert fewest.more.instances == 10
    assert [item.unit for item in fewest.line_items][:1] == ["unit"]


def test_fees_and_hourly_add_ons_of_both_sides_count_once_and_those_by_use_by_who_serves() -> None:
    base = hosts(price="1.4", capacity=typed("3"), minimum=0)
    overflow = per_token(cost_per_request="1", fee="2")
    both = AddOn(name="operations", price=money("5"))
    one = AddOn(name="patching", price=money("3"), applies_to=("Hosts",))
    other = AddOn(name="gateway", price=money("7"), applies_to=("Per token",))
    used = AddOn(name="search", price=money("0.1", Unit.REQUEST))

    found = best(base, overflow, add_ons=[both, one, other, used])

    named = {item.name: item.cost_per_hour for item in found.line_items}
    assert named == {
        "Base hosts": Decimal("8.4"), "Input tokens": 0, "Output tokens": 1, "Hosting fee": 2,
        "operations": 5, "patching": 3, "gateway": 7,
        "search: Hosts": Decimal("0.9"), "search: Per token": Decimal("0.1"),
    }  # fmt: skip
    assert found.cost_per_hour == sum(named.values())
    # Alone, each side has no fees of the other, so here neither is worth joining.
    assert found.pure_base.cost_per_hour == Decimal("18.8")
    assert found.pure_overflow.cost_per_hour == 25
    assert found.cheapest is Way.BASE


def test_a_base_whose_use_costs_more_than_a_token_stays_as_small_as_it_may() -> None:
    """Each request moved to it costs more, however cheap its hosts are."""
    dear = AddOn(name="license", price=money("2", Unit.REQUEST), applies_to=("Hosts",))

    found = best(hosts(price="0", capacity=typed("3"), minimum=0), add_ons=[dear])

    assert found.base_instances == 0


def test_without_load_only_what_stands_is_paid() -> None:
    found = best(hosts(price="2", capacity=typed("3"), minimum=1), requests="0")

    assert (found.base_instances, found.cost_per_hour) == (1, Decimal(2))
    assert found.base_share is None
    assert found.base_utilization == 0


@pytest.mark.parametrize(
    ("base", "overflow", "lacking"),
    [
        (hosts(capacity=UnknownCapacity()), TOKENS, [("Hosts", Missing.CAPACITY)]),
        (
            replace(hosts(), price=None),
            replace(TOKENS, output=None),
            [("Hosts", Missing.INSTANCE_PRICE), ("Per token", Missing.OUTPUT_PRICE)],
        ),
        (units(output_token_weight=None), TOKENS, [("PTU", Missing.OUTPUT_TOKEN_WEIGHT)]),
    ],
)
def test_what_a_hybrid_lacks_is_named_and_it_has_no_cost(
    base: Dedicated | Provisioned, overflow: Option, lacking: list[tuple[str, Missing]]
) -> None:
    found = best(base, overflow)

    assert [(one.option, one.missing) for one in found.lacking] == lacking
    assert (found.status, found.cost_per_hour, found.line_items) == (Status.UNKNOWN, None, ())
    assert (found.base_instances, found.cheapest) == (None, None)


def test_sides_of_another_kind_are_refused_by_name() -> None:
    with pytest.raises(
        InvalidQuestion,
        match="base: expected a dedicated or provisioned option, found 'Per token': serverless",
    ):
        best(TOKENS, hosts())
    with pytest.raises(
        InvalidQuestion, match="overflow: expected a serverless option, found 'Others': dedicated"
    ):
        best(hosts(), hosts(name="Others"))


def test_what_is_not_asked_about_a_peak_and_a_negative_load_are_refused() -> None:
    base = hosts()
    asked = question(base, TOKENS)

    with pytest.raises(InvalidQuestion, match="base: expected an option of the question"):
        best_hybrid(asked, hosts(price="5"), TOKENS, FLAT)
    with pytest.raises(InvalidQuestion, match="overflow: expected an option of the question"):
        best_hybrid(asked, base, per_token(name="Others"), FLAT)
    with pytest.raises(InvalidQuestion, match=r"peak_to_mean: expected 1 .* twice.* 2;"):
        best(base, peak="2")
    with pytest.raises(InvalidQuestion, match="load: expected a number of 0 or more, found -1"):
        best_hybrid(asked, base, TOKENS, FLAT, Fraction(-1))


def test_over_loads_each_answer_is_the_one_at_that_load() -> None:
    base = hosts(price="1.4", capacity=typed("3"), minimum=0)
    asked = question(base, TOKENS)
    loads = [Fraction(0), Fraction(10, 3), Fraction(10), Fraction(1000)]

    found = hybrid_over(asked, base, TOKENS, HALF_A_DAY, loads)

    assert [one.base_instances for one in found] == [0, 2, 6, 666]
    assert found[2] == best_hybrid(asked, base, TOKENS, HALF_A_DAY)


def test_a_base_of_millions_of_hosts_is_found_without_trying_them() -> None:
    """10^12 requests an hour on hosts of 3: trying each size would take days."""
    base = hosts(price="1.4", capacity=typed("3"), minimum=0)
    started = process_time()

    found = best(base, profile=OFFICE_HOURS_WITH_WEEKEND, requests="1000000000000")

    assert process_time() - started < 5
    assert found.base_instances is not None
    assert found.base_instances > 10**11
    for other in (found.fewer, found.more):
        assert other is not None
        assert found.cost_per_hour is not None
        assert other.cost_per_hour >= found.cost_per_hour


def test_the_tighter_of_input_and_output_is_named_in_the_formula() -> None:
    both = TypedCapacity(input_tokens_per_second=Decimal(2), output_tokens_per_second=Decimal(3))

    found = best(hosts(price="0.9", capacity=both, minimum=0), profile=PEAK)

    overflow = next(item for item in found.line_items if item.code == "output")
    assert "base_input_tokens_per_second" in overflow.inputs
    assert evaluate(overflow.formula, overflow.inputs) == overflow.cost_per_hour


def test_random_cases_hold_ties_middles_and_traps_often_enough_to_prove_something() -> None:
    random, seen = Random(11), Counter[str]()
    for _ in range(300):
        case = random_case(random)
        tried = try_all(case)
        seen["unknown"] += tried is None
        seen["week"] += len(case.weights) == 168
        seen["units"] += isinstance(case.base, PlainProvisioned)
        if tried is None:
            continue
        least, most = min(tried.costs), max(tried.costs)
        lowest = tried.costs[tried.best]
        seen["tie"] += sum(cost == lowest for cost in tried.costs.values()) > 1
        seen["more than the least"] += tried.best > least
        seen["between"] += least < tried.best < most
        if not isinstance(case.base, PlainProvisioned):
            seen["fewer than spare"] += tried.best < case.base.spare

    at_least = {
        "unknown": 5, "week": 30, "units": 30, "tie": 15, "more than the least": 40,
        "between": 20, "fewer than spare": 15,
    }  # fmt: skip
    assert {} == {name: seen[name] for name, least in at_least.items() if seen[name] < least}


def test_the_comparison_finds_a_wrong_size_share_neighbor_and_line_item(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A comparison that can find nothing would agree with everything."""
    random = Random(3)
    case = next(
        case
        for case in iter(lambda: random_case(random), None)
        if (tried := try_all(case)) is not None and tried.best > min(tried.costs)
    )
    assert [] == disagreements_over_profile(case)
    right = best_hybrid

    def changed(**fields: Any) -> Sequence[str]:
        monkeypatch.setattr(
            profile_agreement, "best_hybrid", lambda *asked: replace(right(*asked), **fields)
        )
        return disagreements_over_profile(case)

    assert all(
        changed(**fields)
        for fields in (
            {"base_instances": 99_999},
            {"cost_per_hour": Decimal(1)},
            {"base_share": Decimal(2)},
            {"fewer": None},
            {"line_items": ()},
            {"cheapest": None},
        )
    )
