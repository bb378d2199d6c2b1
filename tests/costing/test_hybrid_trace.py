"""Every number of a hybrid opens to a tree that gives it again, and its parts are columns."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random

from costing import (
    FLAT,
    Hybrid,
    HybridTrace,
    LoadProfile,
    Origin,
    Status,
    UnknownCapacity,
    best_hybrid,
    hybrid_trace,
)
from tests.costing.profile_brute import random_case
from tests.costing.questions import hosts, per_token, question, question_of, typed
from tests.costing.test_profiles import HALF_A_DAY
from tests.costing.test_provisioned import units
from tests.costing.test_trace import recomputed

TOKENS = per_token(cost_per_request="1")


def shown_by(found: Hybrid) -> dict[str, Decimal | int | None]:
    """The numbers of the hybrid itself, by the names that trees have."""
    if found.status is Status.UNKNOWN:
        return {"requests_per_hour": found.requests_per_hour}
    names = (
        "requests_per_hour", "cost_per_hour", "cost_per_month", "base_instances",
        "serving_instances", "base_share", "base_utilization",
    )  # fmt: skip
    numbers = {name: getattr(found, name) for name in names}
    for place, item in enumerate(found.line_items):
        for field in ("quantity_per_hour", "cost_per_hour", "cost_per_month"):
            numbers[f"line_items.{place}.{field}"] = getattr(item, field)
    return {name: value for name, value in numbers.items() if value is not None}


def test_the_trees_of_200_random_hybrids_give_every_number_of_theirs() -> None:
    """Hosts and units, standby ones, limits and none, days and weeks."""
    random, seen = Random(19), Counter[str]()
    for _ in range(200):
        case = random_case(random)
        asked = question_of(case.scenario)
        sides = {option.name: option for option in asked.options}
        base, overflow = sides[case.base.name], sides[case.overflow.name]
        profile = LoadProfile(name="drawn", weights=case.weights)

        found = hybrid_trace(asked, base, overflow, profile)

        assert best_hybrid(asked, base, overflow, profile) == found.hybrid
        assert shown_by(found.hybrid) == {name: one.shown for name, one in found.numbers.items()}
        for tree in found.numbers.values():
            assert tree.value == recomputed(tree)
        seen[found.hybrid.status] += 1
        seen["utilization"] += "base_utilization" in found.numbers
        seen["above"] += any(
            one.name == "hours_above" for tree in found.numbers.values() for _, one in tree.walk()
        )
    assert min(seen["known"], seen["utilization"], seen["above"]) > 20
    assert seen["unknown"] > 3


def day_and_night(*, spare: int = 0, minimum: int = 0) -> HybridTrace:
    """20 requests an hour by day, none by night; a host serves 3 and costs 1.4."""
    base = hosts(price="1.4", capacity=typed("3"), minimum=minimum, spare=spare)
    return hybrid_trace(question(base, TOKENS), base, TOKENS, HALF_A_DAY)


def test_the_size_of_the_base_is_said_to_be_chosen_with_what_its_neighbors_cost() -> None:
    found = day_and_night()

    paid = found.numbers["base_instances"]
    assert found.hybrid.fewer is not None
    assert found.hybrid.more is not None
    assert Origin.CHOSEN is paid.origin
    assert 6 == paid.value
    assert paid.evidence == (
        f"{found.hybrid.fewer.instances}: {found.hybrid.fewer.cost_per_hour} per hour; "
        f"{found.hybrid.more.instances}: {found.hybrid.more.cost_per_hour} per hour"
    )


def test_standby_hosts_of_the_base_do_not_serve() -> None:
    serving = day_and_night(spare=1, minimum=4).numbers["serving_instances"]

    assert "always_on - spare_instances" == serving.formula
    assert "always_on" == day_and_night().numbers["serving_instances"].formula


def test_of_units_only_whole_steps_serve() -> None:
    """Seventeen units are fifteen that serve."""
    base = units(minimum_units=17)
    asked = question(base, TOKENS, requests="1")

    found = hybrid_trace(asked, base, TOKENS, FLAT)

    assert (17, 15) == (found.hybrid.base_instances, found.hybrid.serving_instances)
    assert Origin.CHOSEN is found.numbers["serving_instances"].origin


def test_hours_are_counted_in_the_profile_which_is_named() -> None:
    shares = day_and_night().numbers["base_share"]

    counted = {one.name: one for _, one in shares.walk() if one.origin is Origin.PROFILE}
    assert {"total_of_weights", "weights_below", "hours_above", "hours_in_profile"} == set(counted)
    assert {HALF_A_DAY.name} == {one.evidence for one in counted.values()}


def test_what_the_source_of_a_profile_is_stands_at_its_numbers() -> None:
    base = hosts(price="1.4", capacity=typed("3"), minimum=0)
    said = LoadProfile(name="ours", weights=HALF_A_DAY.weights, source="meter of May")

    tree = hybrid_trace(question(base, TOKENS), base, TOKENS, said).numbers["base_share"]

    counted = [one for _, one in tree.walk() if one.origin is Origin.PROFILE]
    assert {("meter of May",)} == {one.sources for one in counted}


def test_where_something_is_lacking_only_the_load_has_a_tree() -> None:
    base = hosts(capacity=UnknownCapacity())

    found = hybrid_trace(question(base, TOKENS), base, TOKENS, FLAT)

    assert ["requests_per_hour"] == list(found.numbers)
    assert {"option": [], "code": []}.items() <= found.hybrid.columns().items()


def test_parts_and_trees_of_a_hybrid_are_columns_of_equal_length() -> None:
    found = day_and_night()

    parts, trees = found.hybrid.columns(), found.columns()
    assert sum(parts["cost_usd_per_hour"]) == found.hybrid.cost_per_hour
    assert {"Hosts + Per token"} == set(parts["option"]) == set(trees["option"])
    assert {"hybrid"} == set(parts["kind"])
    assert 1 == len({len(column) for column in trees.values()})
    assert {"chosen", "profile", "price"} <= set(trees["origin"])
