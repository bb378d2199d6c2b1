"""Hosts for a load, the capacity that a dedicated option takes, and many combinations at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from costing import (
    Dedicated,
    EstimatedCapacity,
    Price,
    Question,
    RequestShape,
    Unit,
    UnknownCapacity,
    Workload,
    break_even,
)
from costing.capacity import Band, CapacityEstimate, NoCapacity, arrangements_for, estimate_capacity
from costing.capacity_bulk import capacities, combine, larger_than_any
from costing.capacity_cases import Arrangement, Case, Engine, Traffic
from costing.capacity_hosts import (
    Availability,
    capacity_of,
    headroom,
    hosts_for,
    usable_requests_per_hour,
)
from costing.capacity_reasons import ReasonCode
from costing.capacity_scan import Limit, Targets
from costing.errors import InvalidValue
from costing.hardware import Width
from tests.costing.capacity_cases import (
    DEEPSEEK,
    FP8,
    FP16,
    H100,
    H200,
    LLAMA_2_7B,
    LLAMA_3_8B,
    LLAMA_3_70B,
    NC12S_V3,
    case,
    host,
)


def estimated(asked: Case, targets: Targets | None = None) -> CapacityEstimate:
    """The estimate, where there is one."""
    answer = estimate_capacity(asked, targets or Targets())
    assert isinstance(answer, CapacityEstimate)
    return answer


@pytest.mark.parametrize(
    ("replicas", "share"), [(0, 0.70), (1, 0.70), (2, 0.75), (3, 0.80), (4, 0.85), (99, 0.85)]
)
def test_headroom_grows_with_the_replicas_that_share_a_queue(replicas: int, share: float) -> None:
    """0.70 alone, 0.05 more with each, 0.85 from four on."""
    assert share == pytest.approx(headroom(replicas))


def test_hosts_carry_the_peak_with_their_own_headroom() -> None:
    """One replica a host. 3.1 full hosts: 4 * 0.85 = 3.4 carry it. 1.45: 2 * 0.75 = 1.5 do.

    2.35: 3 * 0.80 = 2.4 do; 2.45 does not, and needs 4.
    """
    found = estimated(case())
    full = found.requests_per_second.p50 * 3600

    needed = [
        plan.needed
        for share in (0.0, 0.5, 0.69, 0.75, 1.45, 2.35, 2.45, 3.1, 3.45)
        if (plan := hosts_for(found, share * full)) is not None
    ]

    assert [0, 1, 1, 2, 2, 3, 4, 4, 5] == needed


def test_a_plan_tells_what_is_usable_and_how_full_its_hosts_are() -> None:
    """Two hosts of one replica: 0.75 of each; a peak of 1.2 full hosts fills 60 % of two."""
    found = estimated(case())
    full = found.requests_per_second.p50 * 3600

    plan = hosts_for(found, 1.2 * full)

    assert plan is not None
    assert (2, 2) == (plan.needed, plan.paid)
    assert 0.75 * full == pytest.approx(plan.usable_requests_per_hour)
    assert 0.6 == pytest.approx(plan.utilization)
    assert 0.75 * full == pytest.approx(usable_requests_per_hour(found, "p50", hosts=2))


@pytest.mark.parametrize(
    ("availability", "paid"),
    [
        (Availability(spare_hosts=1), 5),
        (Availability(zones=2), 8),
        (Availability(zones=3), 6),
        (None, 4),
    ],
)
def test_standby_is_spare_hosts_or_what_lets_a_zone_fail(
    availability: Availability | None, paid: int
) -> None:
    """Four needed: one spare, twice as many in two zones, three zones of two."""
    found = estimated(case())

    plan = hosts_for(found, 3.1 * found.requests_per_second.p50 * 3600, availability)

    assert plan is not None
    assert paid == plan.paid


def test_without_capacity_at_a_percentile_there_is_no_plan() -> None:
    """At P10 the target is missed."""
    found = estimated(case(), Targets(tpot_seconds=0.0075))

    assert hosts_for(found, 1.0, percentile="p10") is None
    capacity = capacity_of(found)
    assert isinstance(capacity, EstimatedCapacity)
    assert capacity.low_share == 0
    assert isinstance(capacity.at(capacity.low_share), UnknownCapacity)


def test_what_cannot_be_meant_is_refused() -> None:
    """A negative peak; spare hosts beside zones."""
    with pytest.raises(InvalidValue, match="peak_requests_per_hour"):
        hosts_for(estimated(case()), -1.0)
    with pytest.raises(InvalidValue, match="spare_hosts"):
        Availability(spare_hosts=1, zones=2)


def test_an_estimate_becomes_the_capacity_of_a_dedicated_option() -> None:
    """Llama-2-7b on the article's host: usable tokens a second, and the hosts that follow."""
    asked = case(
        shape=LLAMA_2_7B,
        host=NC12S_V3,
        arrangement=Arrangement(tensor=2),
        precision=FP16,
        engine=Engine(tuned=True),
        traffic=Traffic(input_tokens=1000, output_tokens=1000),
    )
    found = estimated(asked)

    capacity = capacity_of(found)

    assert isinstance(capacity, EstimatedCapacity)
    assert capacity.output_tokens_per_second is not None
    assert 0.7 * found.output_tokens_per_second.p50 == pytest.approx(
        float(capacity.output_tokens_per_second)
    )
    assert capacity.input_tokens_per_second == capacity.output_tokens_per_second
    assert ("fitted_model", 0) == (capacity.evidence, capacity.measurements)
    written = found.output_tokens_per_second
    assert written.p10 / written.p50 == pytest.approx(float(capacity.low_share), abs=1e-6)
    assert written.p90 / written.p50 == pytest.approx(float(capacity.high_share), abs=1e-6)
    assert found.reasons == capacity.reasons
    hosts = Dedicated(
        name="hosts",
        price=Price(amount=Decimal("6.12"), per=Decimal(1), unit=Unit.HOUR, currency="USD"),
        minimum_instances=1,
        spare_instances=0,
        capacity=capacity,
    )
    question = Question(
        currency="USD",
        workload=Workload(
            requests=Decimal(5000),
            shape=RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000)),
            peak_to_mean=Decimal(1),
        ),
        options=(hosts,),
    )
    instances = break_even(question).at_workload.estimates[0].instances
    plan = hosts_for(found, 5000)
    assert instances is not None
    assert plan is not None
    assert plan.needed <= instances


def test_without_input_only_output_is_stated_and_without_capacity_nothing() -> None:
    """A capacity of 0 input tokens would refuse every request."""
    only_output = capacity_of(estimated(case(traffic=Traffic(input_tokens=0, output_tokens=50))))
    nothing = estimate_capacity(case(shape=LLAMA_3_70B), Targets())

    assert isinstance(only_output, EstimatedCapacity)
    assert only_output.input_tokens_per_second is None
    assert isinstance(nothing, NoCapacity)
    assert UnknownCapacity(reasons=nothing.reasons) == capacity_of(nothing)


def test_a_rate_below_six_places_is_no_capacity() -> None:
    """Rounded down it is 0 tokens a second, which would refuse every request without a reason."""
    found = estimated(case())
    trickle = replace(found, output_tokens_per_second=Band(p10=1e-9, p50=1e-8, p90=1e-7))

    assert UnknownCapacity(reasons=found.reasons) == capacity_of(trickle)


def test_headroom_is_that_of_the_fewest_hosts_that_serve() -> None:
    """One replica a host: 0.70 for one host, 0.85 from four on."""
    found = estimated(case())
    one = found.output_tokens_per_second.p50

    alone, many = capacity_of(found), capacity_of(found, hosts=4)

    assert isinstance(alone, EstimatedCapacity)
    assert isinstance(many, EstimatedCapacity)
    assert float(alone.output_tokens_per_second or 0) == pytest.approx(0.70 * one)
    assert float(many.output_tokens_per_second or 0) == pytest.approx(0.85 * one)


def test_hosts_at_a_headroom_of_their_own_are_those_of_that_headroom() -> None:
    """2.3 full hosts at 0.70: four; at the 0.80 of three hosts, three."""
    found = estimated(case())
    peak = 2.3 * found.requests_per_second.p50 * 3600

    fixed, free = hosts_for(found, peak, share=0.70), hosts_for(found, peak)

    assert fixed is not None
    assert free is not None
    assert (fixed.needed, free.needed) == (4, 3)
    assert fixed.headroom == 0.70


@pytest.mark.parametrize("engine", [Engine(tuned=True), Engine()])
def test_many_combinations_at_once_are_the_single_answers(engine: Engine) -> None:
    """Models in their precisions on known hosts; a host of unknown GPUs makes no combination."""
    models = [
        (LLAMA_3_8B, FP16, Width.BF16),
        (LLAMA_3_8B, FP8, Width.BF16),
        (LLAMA_3_70B, FP16, Width.BF16),
        (DEEPSEEK, FP8, Width.FP8),
    ]
    hosts = [host(H100, "2"), host(None), host(H200, None), host(H200, "8"), NC12S_V3]
    traffic = Traffic(input_tokens=500, output_tokens=200)
    targets = Targets(tpot_seconds=0.05, ttft_seconds=1.0)

    combinations = combine(models, hosts, engine, traffic)
    found = capacities(combinations, targets)

    expected = 0
    for number, (shape, precision, cache) in enumerate(models):
        for place in (0, 3, 4):
            for one in arrangements_for(shape, hosts[place]):
                asked = case(
                    shape=shape,
                    host=hosts[place],
                    arrangement=one,
                    precision=precision,
                    cache=cache,
                    engine=engine,
                    traffic=traffic,
                )
                answer = estimate_capacity(asked, targets)
                assert (number, place) == (
                    combinations.model[expected],
                    combinations.host[expected],
                )
                rates = (0.0, 0.0, 0.0)
                if isinstance(answer, CapacityEstimate):
                    band = answer.requests_per_second
                    rates = (band.p10, band.p50, band.p90)
                    assert answer.limit is list(Limit)[found.limit[expected]]
                assert rates == pytest.approx(
                    (
                        found.requests_per_second_p10[expected],
                        found.requests_per_second_p50[expected],
                        found.requests_per_second_p90[expected],
                    )
                )
                expected += 1
    assert len(combinations.cases) == expected


def test_no_model_or_no_host_makes_no_combination() -> None:
    """Empty columns, no error."""
    engine, traffic = Engine(), Traffic(input_tokens=1, output_tokens=1)
    nothing = combine([], [], engine, traffic)

    assert 0 == len(nothing.cases)
    assert 0 == len(capacities(nothing, Targets()).batch)


def test_a_model_larger_than_any_host_is_told_in_gib() -> None:
    """DeepSeek-V3 in 16 bits: 1,342e9 bytes = 1,249.8 GiB; eight H200 hold 8 * 132.45e9."""
    hosts = [host(H100, "8"), host(H200, "8"), host(None)]

    reason = larger_than_any((DEEPSEEK, FP16, Width.BF16), hosts)

    assert reason is not None
    assert ReasonCode.LARGER_THAN_ANY_HOST is reason.code
    assert {"weights_gib": "1249.8", "largest_host_gib": "986.8"} == reason.facts
    assert larger_than_any((DEEPSEEK, FP8, Width.BF16), hosts) is None
    assert larger_than_any((LLAMA_3_8B, FP16, Width.BF16), []) is not None
