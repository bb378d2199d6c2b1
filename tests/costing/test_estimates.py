"""What one option costs at one load: named parts that add up, each with its formula and price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from costing import (
    AddOn,
    LineItem,
    Outline,
    RequestShape,
    Serverless,
    Status,
    TypedCapacity,
    Unit,
    UnknownCapacity,
    Workload,
    estimate,
    outline,
)
from costing.estimate import exact_cost_per_hour
from tests.costing.brute import rounded
from tests.costing.formulas import evaluate
from tests.costing.questions import hosts, money, per_token, question, shape, token_money, typed


def test_the_parts_of_a_serverless_option_add_up_to_its_cost() -> None:
    """Input, cached input, output, hosting and an add-on, each at its own price."""
    option = Serverless(
        name="Per token",
        input=token_money("2"),
        cached_input=token_money("0.5"),
        output=token_money("4"),
        hosting=money("730", Unit.MONTH),
        shape=shape("1000", "500", share="0.25"),
    )
    add_on = AddOn(name="Search", price=money("0.1", Unit.REQUEST))

    found = estimate(question(option, add_ons=[add_on]), option)

    assert [
        ("input", Decimal(7500), "token", Decimal(15)),
        ("cached_input", Decimal(2500), "token", Decimal("1.25")),
        ("output", Decimal(5000), "token", Decimal(20)),
        ("hosting", Decimal(1), "month", Decimal(1)),
        ("add_on", Decimal(10), "request", Decimal(1)),
    ] == [_part(item) for item in found.line_items]
    assert (Decimal("38.25"), Decimal("38.25") * 730) == (found.cost_per_hour, found.cost_per_month)


def test_cached_input_without_a_price_of_its_own_is_billed_as_input() -> None:
    """A price nobody has stated is no discount."""
    option = replace(per_token(), input=token_money("3.6"), shape=shape("1000", "0", share="0.5"))

    found = estimate(question(option), option)

    assert [Decimal(18), Decimal(18)] == [item.cost_per_hour for item in found.line_items[:2]]


@pytest.mark.parametrize(
    ("unit", "per", "cost", "quantity"),
    [
        (Unit.HOUR, "1", "3", "1"),
        (Unit.MONTH, "2", "0.00205479452054794520547945205", "1"),
        (Unit.REQUEST, "10", "3", "10"),
        (Unit.TOKEN, "7200", "30", "72000"),
    ],
)
def test_an_add_on_grows_with_the_unit_of_its_price_and_only_where_it_applies(
    unit: Unit, per: str, cost: str, quantity: str
) -> None:
    """10 requests an hour of 7,200 tokens; the other option does not pay it."""
    payer, other = hosts("Payer"), hosts("Other")
    price = money("3", unit, per=per)
    asked = question(payer, other, add_ons=[AddOn(name="More", price=price, applies_to=("Payer",))])

    one, two = estimate(asked, payer), estimate(asked, other)

    expected = rounded(Fraction(3, 1460)) if unit is Unit.MONTH else Decimal(cost)
    assert ("add_on", Decimal(quantity), unit.value, expected) == _part(one.line_items[-1])
    assert ["instances"] == [item.code for item in two.line_items]


def test_a_monthly_price_is_divided_by_730_hours_and_its_formula_says_so() -> None:
    """One month length for every option."""
    option = replace(hosts(), price=money("1460", Unit.MONTH))

    [item] = estimate(question(option), option).line_items

    assert (Decimal(2), Decimal(1460)) == (item.cost_per_hour, item.cost_per_month)
    assert Decimal(730) == item.inputs["hours_per_month"]
    assert 2 == evaluate(item.formula, item.inputs)


@pytest.mark.parametrize(
    ("requests", "spare", "minimum", "paid", "utilization"),
    [
        ("0", 0, 0, 0, None),
        ("0", 2, 0, 2, "0"),
        ("10", 0, 0, 5, "1"),
        ("10.1", 0, 0, 6, None),
        ("10", 3, 0, 8, "0.625"),
        ("10", 3, 20, 20, "0.25"),
    ],
)
def test_hosts_are_paid_whole_with_the_spare_ones_and_no_fewer_than_the_minimum(
    requests: str, spare: int, minimum: int, paid: int, utilization: str | None
) -> None:
    """max(minimum, ceil(load / 2) + spare); a host that is just full still serves its load."""
    option = hosts(capacity=typed("2"), spare=spare, minimum=minimum)

    found = estimate(question(option, requests=requests), option)

    assert (paid, Decimal(4 * paid)) == (found.instances, found.cost_per_hour)
    if utilization is not None:
        assert Decimal(utilization) == found.utilization


def test_hosts_without_a_limit_have_no_utilization_and_one_is_enough_for_any_load() -> None:
    """Without any load not even that one is needed."""
    option = hosts(minimum=0)

    busy, idle = (estimate(question(option, requests=n), option) for n in ("1000000", "0"))

    assert [(1, None), (0, None)] == [(one.instances, one.utilization) for one in (busy, idle)]
    assert [Fraction(4), Fraction(0)] == [
        evaluate(one.line_items[0].formula, one.line_items[0].inputs) for one in (busy, idle)
    ]


def test_the_formula_of_hosts_just_full_does_not_say_one_too_many() -> None:
    """A host carries 3600 / 7.7 requests: rounded, three full ones would seem to need four."""
    option = hosts(
        capacity=TypedCapacity(
            input_tokens_per_second=Decimal(1), output_tokens_per_second=Decimal(2)
        ),
    )
    workload = Workload(
        requests=Decimal(3 * 3600),
        period_hours=Decimal("7.7"),
        shape=RequestShape(input_tokens=Decimal(7), output_tokens=Decimal(1)),
        peak_to_mean=Decimal("1.1"),
    )
    asked = replace(question(option), workload=workload)

    found = estimate(asked, option)

    assert 3 == found.instances
    assert Decimal(12) == found.cost_per_hour
    assert 12 == evaluate(found.line_items[0].formula, found.line_items[0].inputs)


@pytest.mark.parametrize("load", [Fraction(10**6, 730), Fraction(1, 3), Fraction(5, 8)])
def test_a_formula_is_exact_also_where_the_requests_an_hour_do_not_terminate(
    load: Fraction,
) -> None:
    """A million requests a month: the formula divides them by the hours itself."""
    option = per_token(cost_per_request="7.3")
    asked = question(option)
    monthly = replace(asked.workload, requests=Decimal(10**6), period_hours=Decimal(730))

    items = estimate(replace(asked, workload=monthly), option, load).line_items

    total = sum((evaluate(item.formula, item.inputs) for item in items), Fraction(0))
    assert load * Fraction("7.3") == total


def test_above_its_maximum_an_option_has_no_cost_and_says_so() -> None:
    """Not the cost of the hosts that it may have."""
    option = hosts(capacity=typed("2"), maximum=4)

    found = estimate(question(option), option)

    assert (Status.ABOVE_MAXIMUM, None, None, ()) == (
        found.status,
        found.cost_per_hour,
        found.instances,
        found.line_items,
    )


def test_the_corners_of_an_outline_are_the_estimates_at_their_loads() -> None:
    """At the upper end of each piece; at its lower one the cost just above the load."""
    option = hosts(capacity=typed("2"), minimum=2, spare=1)
    asked = question(option)

    drawn = _drawn(outline(asked, option, to_requests_per_hour=Decimal(7)))

    assert [("0", 2), ("2", 2), ("2", 3), ("4", 3), ("4", 4), ("6", 4), ("6", 5), ("7", 5)] == [
        (str(point.requests_per_hour), point.instances) for point in drawn.points
    ]
    upper = drawn.points[1::2]
    assert [point.cost_per_hour for point in upper] == [
        estimate(asked, option, Fraction(point.requests_per_hour)).cost_per_hour for point in upper
    ]
    assert [None, Decimal(2)] == [drawn.ends_at, drawn.wall]


def test_an_outline_of_tokens_is_one_line_without_a_wall() -> None:
    """Nothing of it is ever full."""
    option = per_token(fee="3")

    drawn = _drawn(outline(question(option), option, to_requests_per_hour=Decimal(8)))

    assert [(Decimal(0), Decimal(3)), (Decimal(8), Decimal(11))] == [
        (point.requests_per_hour, point.cost_per_hour) for point in drawn.points
    ]
    assert [None, None] == [drawn.ends_at, drawn.wall]


def test_the_wall_stands_where_the_fewest_serving_hosts_are_full_through_the_peak() -> None:
    """Three paid, one of them spare, at twice the mean: 2 x 6 / 2; none where one is unlimited."""
    limited = hosts(capacity=typed("6"), minimum=3, spare=1)

    walls = [
        _drawn(outline(question(one, peak="2"), one, to_requests_per_hour=Decimal(1))).wall
        for one in (limited, hosts())
    ]

    assert [Decimal(6), None] == walls


def test_an_outline_ends_at_the_maximum_of_hosts_or_at_its_largest_number_of_points() -> None:
    """And says where; an unknown cost has no outline."""
    quota = hosts(capacity=typed("2"), maximum=3)
    endless = hosts(capacity=typed("1"))
    unknown = hosts(capacity=UnknownCapacity())

    short, long = (
        _drawn(outline(question(one), one, to_requests_per_hour=Decimal(5000)))
        for one in (quota, endless)
    )

    assert (Decimal(6), 6) == (short.ends_at, len(short.points))
    assert (Decimal(1000), 2000) == (long.ends_at, len(long.points))
    assert None is outline(question(unknown), unknown, to_requests_per_hour=Decimal(1))


def test_an_unknown_cost_is_none_and_not_0_also_unrounded() -> None:
    """What sorts and compares options sees the same."""
    option = hosts(capacity=UnknownCapacity())

    assert None is exact_cost_per_hour(question(option), option, Fraction(1))


def _part(item: LineItem) -> tuple[str, Decimal, str, Decimal]:
    return item.code, item.quantity_per_hour, item.unit, item.cost_per_hour


def _drawn(found: Outline | None) -> Outline:
    assert found is not None
    return found
