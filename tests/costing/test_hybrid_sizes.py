"""The cost of a hybrid over the size of its base: exact sizes, the best one always among them."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from costing import FLAT, UnknownCapacity, best_hybrid, hybrid_sizes
from costing.options import Dedicated, Provisioned, Serverless
from tests.costing.brute import rounded
from tests.costing.profile_agreement import profile_of
from tests.costing.profile_brute import random_case, try_all
from tests.costing.questions import hosts, per_token, question, question_of, typed

TOKENS = per_token(cost_per_request="1")


def test_every_size_of_a_small_base_has_its_exact_cost() -> None:
    """20 requests in every hour; a host carries 3 and costs 2, a request by the token 1: each of
    six full hosts saves 1, the seventh serves 2 and saves nothing."""
    base = hosts(price="2", capacity=typed("3"))

    found = hybrid_sizes(question(base, TOKENS, requests="20"), base, TOKENS, FLAT)

    assert [1, 2, 3, 4, 5, 6, 7, 8, 9] == [one.instances for one in found]
    assert [19, 18, 17, 16, 15, 14, 14, 16, 18] == [one.cost_per_hour for one in found]
    assert [Decimal("0.15"), Decimal("0.3")] == [one.base_share for one in found[:2]]
    assert [6] == [one.instances for one in found if one.is_best]
    assert 14 * 730 == next(one.cost_per_month for one in found if one.is_best)


def test_of_many_sizes_some_are_left_out_but_none_beside_the_best() -> None:
    base = hosts(price="2", capacity=typed("3"), minimum=0)

    found = hybrid_sizes(question(base, TOKENS, requests="20000"), base, TOKENS, FLAT, most=20)

    sizes = [one.instances for one in found]
    best = next(one.instances for one in found if one.is_best)
    assert 6666 == best
    assert set(range(best - 3, best + 4)) <= set(sizes)
    assert (0, 6669) == (sizes[0], sizes[-1])
    assert len(sizes) <= 28


def test_no_size_is_above_the_maximum_and_none_is_known_without_a_capacity() -> None:
    few = hosts(price="2", capacity=typed("3"), maximum=4)
    unknown = hosts(capacity=UnknownCapacity())

    found = hybrid_sizes(question(few, TOKENS, requests="20"), few, TOKENS, FLAT)

    assert [1, 2, 3, 4] == [one.instances for one in found]
    assert found[-1].is_best
    assert () == hybrid_sizes(question(unknown, TOKENS), unknown, TOKENS, FLAT)


@pytest.mark.parametrize("seed", range(4))
def test_each_size_of_random_hybrids_costs_what_a_plain_count_by_hours_finds(seed: int) -> None:
    """Hosts and units, spare ones, steps, add-ons on one side or both, support and tax."""
    random, checked = Random(seed), 0
    for _ in range(50):
        case = random_case(random)
        asked, tried = question_of(case.scenario), try_all(case)
        by_name = {option.name: option for option in asked.options}
        base, overflow = by_name[case.base.name], by_name[case.overflow.name]
        assert isinstance(base, Dedicated | Provisioned)
        assert isinstance(overflow, Serverless)
        found = hybrid_sizes(asked, base, overflow, profile_of(case))
        assert (tried is None) == (found == ())
        if tried is None:
            continue
        answer = best_hybrid(asked, base, overflow, profile_of(case))
        [best] = [one for one in found if one.is_best]
        assert (answer.base_instances, answer.cost_per_hour) == (
            best.instances, best.cost_per_hour
        )  # fmt: skip
        for one in found:
            if one.instances in tried.costs:
                assert rounded(tried.costs[one.instances]) == one.cost_per_hour
                checked += 1
    assert checked > 100
