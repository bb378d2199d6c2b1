"""A load over the hours of a day or week: its mean stays, hosts are paid by the hour."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from costing import (
    ALWAYS_ON,
    FLAT,
    PRESETS,
    AddOn,
    Billing,
    BillingMode,
    Dedicated,
    InvalidQuestion,
    InvalidValue,
    LoadProfile,
    Missing,
    Option,
    Price,
    ProfileCost,
    Sold,
    Status,
    Unit,
    UnknownCapacity,
    estimate,
    profile_cost,
)
from tests.costing.formulas import evaluate
from tests.costing.profile_agreement import disagreements_over_profile
from tests.costing.profile_brute import random_case
from tests.costing.questions import hosts, money, per_token, question, typed
from tests.costing.test_provisioned import units

HOURLY = Billing(mode=BillingMode.HOURLY)


def zero(minutes: str = "10") -> Billing:
    return Billing(mode=BillingMode.HOURLY, scale_to_zero=True, cold_start_minutes=Decimal(minutes))


def day(*weights: str, times: int = 1) -> LoadProfile:
    """A day of these hours, over and over."""
    hours = tuple(Decimal(weight) for weight in weights) * times
    return LoadProfile(name="day", weights=hours)


HALF_A_DAY = day(*["0"] * 12, *["2"] * 12)
"""Nothing by night, twice the mean by day."""

PEAK = day("11", *["1"] * 22, "3")
"""36 in 24 hours: a mean of 1.5, a highest hour of 22 / 3 times the mean."""


def costs(
    option: Option, profile: LoadProfile, billing: Billing = ALWAYS_ON, **asked: Any
) -> ProfileCost:
    return profile_cost(question(option, **asked), option, profile, billing)


@pytest.mark.parametrize("profile", [*PRESETS.values(), PEAK, day("0.1", "0.2", "0.7", times=8)])
def test_the_mean_of_a_profile_is_exactly_one(profile: LoadProfile) -> None:
    assert sum(profile.factors) == profile.hours
    assert profile.peak_to_mean == max(profile.factors) >= 1


def test_presets_are_a_day_or_a_week_and_say_that_they_are_ours() -> None:
    assert [(one.name, one.hours) for one in PRESETS.values()] == [
        ("flat", 24),
        ("office_hours", 24),
        ("office_hours_with_weekend", 168),
    ]
    assert all("modelcost" in (preset.source or "") for preset in PRESETS.values())


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (["1"] * 23, r"weights: expected 24 numbers \(a day\) or 168 \(a week\), found 23"),
        ([], "weights: expected 24 numbers"),
        (["0"] * 24, "weights: expected a number above 0 in some hour, found 0 in all hours"),
        (["1"] * 23 + ["-1"], "weights.23: expected a number of 0 or more, found -1"),
        (["NaN"] + ["1"] * 23, "weights.0: expected a finite number, found NaN"),
        (["1"] * 167 + ["Infinity"], "weights.167: expected a finite number, found Infinity"),
    ],
)
def test_a_profile_that_is_none_is_refused_with_what_was_expected(
    weights: list[str], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        LoadProfile(name="x", weights=tuple(map(Decimal, weights)))


@pytest.mark.parametrize("count", [500])
@pytest.mark.exhaustive
def test_random_profiles_and_hybrids_agree_with_every_hour_and_size_tried(count: int) -> None:
    """Hosts, costs, starts, utilization, the best base, its neighbors, line items and formulas."""
    random = Random(20260801)
    for _ in range(count):
        case = random_case(random)
        assert [] == disagreements_over_profile(case), case


def test_tokens_cost_the_mean_whatever_the_profile() -> None:
    option = per_token(cost_per_request="1", fee="3")

    found = costs(option, PEAK, HOURLY)

    assert found.cost_per_hour == 13
    assert (found.billing, found.instances_by_hour) == (None, None)
    assert (found.kind, found.status, found.utilization) == ("serverless", Status.KNOWN, None)


def test_a_flat_profile_costs_what_an_estimate_without_one_says() -> None:
    """One engine, two doors: with equal hours both are the same bill."""
    for option in (hosts(capacity=typed("3"), spare=1), per_token(fee="2"), units()):
        asked = question(option)
        assert profile_cost(asked, option, FLAT, ALWAYS_ON).cost_per_hour == (
            estimate(asked, option).cost_per_hour
        )


def test_hosts_that_are_always_on_are_sized_by_the_highest_hour_and_not_by_the_mean() -> None:
    """10 a hour in the mean are 73.3 in the highest hour: 25 hosts of 3, not 4."""
    found = costs(hosts(price="4", capacity=typed("3")), PEAK)

    assert found.instances_by_hour == (25,) * 24
    assert found.cost_per_hour == 100
    assert found.utilization is not None
    assert Fraction(found.utilization).limit_denominator(1000) == Fraction(10, 75)


def test_hosts_by_the_hour_have_a_minimum_and_spare_ones_in_every_hour() -> None:
    """73.3 need 25 and one spare; 6.67 need 3 and one; 20 need 7 and one."""
    found = costs(hosts(price="4", capacity=typed("3"), minimum=5, spare=1), PEAK, HOURLY)

    assert found.instances_by_hour == (26, *[5] * 22, 8)
    assert found.peak_instances == 26
    assert [item.code for item in found.line_items] == ["instances"]
    assert evaluate(found.line_items[0].formula, found.line_items[0].inputs) == 4 * 6


def test_idle_hours_are_paid_until_hosts_are_said_to_scale_to_zero() -> None:
    """Without load: the minimum, or the spare ones; scaled to zero nothing, but for the start."""
    standing = costs(hosts(capacity=typed("10"), minimum=0, spare=1), HALF_A_DAY, HOURLY)
    gone = costs(hosts(capacity=typed("10"), minimum=0, spare=1), HALF_A_DAY, zero())

    assert standing.instances_by_hour == (*[1] * 12, *[3] * 12)
    assert gone.instances_by_hour == (*[0] * 12, *[3] * 12)
    assert (standing.cost_per_hour, gone.starts_from_zero) == (Decimal(8), 1)
    assert [item.code for item in gone.line_items] == ["instances", "cold_start"]
    assert gone.cost_per_hour is not None
    # 36 host hours and 3 hosts that start for ten minutes, at 4 an hour, over 24 hours.
    assert sum(evaluate(one.formula, one.inputs) for one in gone.line_items) == Fraction(73, 12)
    assert [(one.code, dict(one.facts)) for one in gone.notices] == [
        ("cold_starts", {"starts": "1", "hours_in_profile": "24", "cold_start_minutes": "10"})
    ]


def test_a_start_in_the_first_hour_is_seen_from_the_last_and_starts_lower_the_utilization() -> None:
    every_other = day("2", "0", times=12)

    found = costs(hosts(capacity=typed("10"), minimum=0), every_other, zero("30"))

    assert found.starts_from_zero == 12
    # 240 requests; 12 hours of 2 hosts and 12 starts of half an hour carry 360.
    assert found.utilization == pytest.approx(Decimal(240) / 360)


def test_hosts_that_are_never_without_load_never_start() -> None:
    found = costs(hosts(capacity=typed("10"), minimum=0), FLAT, zero())

    assert (found.starts_from_zero, found.notices) == (0, ())
    assert [item.cost_per_hour for item in found.line_items] == [4, 0]


def test_without_any_load_scaled_hosts_cost_nothing_and_are_used_by_nobody() -> None:
    found = costs(hosts(capacity=typed("10"), minimum=0), FLAT, zero(), requests="0")

    assert found.cost_per_hour == 0
    assert (found.utilization, found.peak_instances) == (None, 0)


def test_one_host_without_limit_serves_every_hour() -> None:
    found = costs(hosts(minimum=0), HALF_A_DAY, zero("0"))

    assert found.instances_by_hour == (*[0] * 12, *[1] * 12)
    assert found.cost_per_hour == 2
    assert found.utilization is None


@pytest.mark.parametrize("billing", [ALWAYS_ON, HOURLY])
def test_hours_above_the_maximum_are_counted_and_leave_no_cost(billing: Billing) -> None:
    """Only the highest hour needs more than 10."""
    found = costs(hosts(capacity=typed("3"), maximum=10), PEAK, billing)

    assert (found.status, found.hours_above_maximum) == (Status.ABOVE_MAXIMUM, 1)
    assert (found.cost_per_hour, found.line_items, found.peak_instances) == (None, (), 25)


def test_units_are_always_on_whatever_is_asked() -> None:
    found = costs(units(minimum_units=0), HALF_A_DAY, HOURLY, requests="1000")

    assert found.billing == ALWAYS_ON
    assert len(set(found.instances_by_hour or ())) == 1


def test_what_is_not_known_is_named_and_has_no_cost_over_a_profile() -> None:
    found = costs(hosts(capacity=UnknownCapacity()), PEAK, HOURLY)

    assert (found.status, found.missing) == (Status.UNKNOWN, (Missing.CAPACITY,))
    assert (found.cost_per_hour, found.instances_by_hour, found.peak_instances) == (None,) * 3


def test_add_ons_are_paid_beside_the_hosts_by_the_mean() -> None:
    per_request = AddOn(name="search", price=money("0.5", Unit.REQUEST))

    found = costs(hosts(price="4"), PEAK, add_ons=[per_request])

    assert [item.cost_per_hour for item in found.line_items] == [4, 5]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"mode": BillingMode.ALWAYS_ON, "scale_to_zero": True},
            "scale_to_zero: expected False with always_on, found True",
        ),
        (
            {"mode": BillingMode.HOURLY, "scale_to_zero": True},
            "cold_start_minutes: expected minutes where hosts scale to zero, and only there, found",
        ),
        (
            {"mode": BillingMode.HOURLY, "cold_start_minutes": Decimal(5)},
            "cold_start_minutes: expected minutes where hosts scale to zero, and only there, found",
        ),
        (
            {
                "mode": BillingMode.HOURLY,
                "scale_to_zero": True,
                "cold_start_minutes": Decimal(61),
            },
            "cold_start_minutes: expected at most 60, found 61",
        ),
        (
            {
                "mode": BillingMode.HOURLY,
                "scale_to_zero": True,
                "cold_start_minutes": Decimal(-1),
            },
            "cold_start_minutes: expected a number of 0 or more, found -1",
        ),
    ],
)
def test_a_way_of_billing_that_contradicts_itself_is_refused(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        Billing(**fields)


def _monthly() -> Dedicated:
    price = Price(amount=Decimal(730), per=Decimal(1), unit=Unit.MONTH, currency="USD")
    return Dedicated(name="Hosts", price=price, minimum_instances=0, spare_instances=0)


def _committed() -> Dedicated:
    return Dedicated(
        name="Hosts",
        price=money("1"),
        minimum_instances=0,
        spare_instances=0,
        sold=Sold(term="reserved_1y"),
    )


@pytest.mark.parametrize(
    ("option", "billing", "message"),
    [
        (_monthly(), HOURLY, "expected always_on for 'Hosts', whose hosts are paid by the month"),
        (_committed(), HOURLY, "expected always_on for 'Hosts', whose term reserved_1y is paid"),
        (hosts(minimum=2), zero(), "expected a minimum of 0 instances for 'Hosts', found 2"),
    ],
)
def test_hosts_that_are_paid_anyway_are_not_given_back_by_the_hour(
    option: Dedicated, billing: Billing, message: str
) -> None:
    """Idle hours of a reservation would be free in the answer and not on the bill."""
    with pytest.raises(InvalidQuestion, match=message):
        costs(option, FLAT, billing)
    assert costs(option, FLAT, ALWAYS_ON).hours_above_maximum == 0


def test_a_peak_beside_a_profile_is_refused_because_it_would_count_twice() -> None:
    with pytest.raises(InvalidQuestion, match=r"workload.peak_to_mean: expected 1 .* found 1.5"):
        costs(hosts(), FLAT, peak="1.5")


def test_an_option_that_is_not_asked_about_and_a_negative_load_are_refused() -> None:
    asked = question(hosts())

    with pytest.raises(InvalidQuestion, match="option: expected an option of the question, found"):
        profile_cost(asked, hosts(name="Others"), FLAT, ALWAYS_ON)
    with pytest.raises(InvalidQuestion, match="load: expected a number of 0 or more, found -1"):
        profile_cost(asked, asked.options[0], FLAT, ALWAYS_ON, Fraction(-1))


def test_hosts_given_back_by_the_hour_without_a_word_on_their_starts_are_flagged() -> None:
    """A start that is free is no start; without any load there is none."""
    option = hosts(capacity=typed("5"), minimum=0)
    told = costs(option, HALF_A_DAY, HOURLY).notices
    idle = costs(option, HALF_A_DAY, HOURLY, requests="0").notices

    assert [(one.code, dict(one.facts)) for one in told] == [
        ("cold_starts_not_counted", {"hours": "12", "hours_in_profile": "24"})
    ]
    assert idle == ()
