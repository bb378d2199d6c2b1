"""Hosts that are owned, and hosts that can be taken away: what they cost, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from costing import (
    Billing,
    BillingMode,
    CostingError,
    Dedicated,
    Missing,
    OwnedHost,
    Provenance,
    Sold,
    Status,
    break_even,
    estimate,
    profile_cost,
)
from costing.changes import Change, Input, changed
from costing.flips import flips
from costing.inverse import Lever, inverse
from costing.sweep import Axis, Sweep, run_sweep
from tests.costing.formulas import evaluate
from tests.costing.questions import hosts, money, per_token, question, typed
from tests.costing.test_profiles import HALF_A_DAY

EXAMPLE: dict[str, Any] = {
    "currency": "USD",
    "purchase_price": Decimal(36500),
    "residual_value": Decimal(6500),
    "useful_life_months": 36,
    "power_kilowatts": Decimal("2.5"),
    "power_usage_effectiveness": Decimal("1.4"),
    "price_per_kilowatt_hour": Decimal("0.2"),
    "people_hours_per_month": Decimal(4),
    "people_price_per_hour": Decimal(90),
    "colocation_fee_per_month": Decimal(250),
}
"""30,000 over 36 months, 3.5 kW at 0.2, 4 hours at 90, a fee of 250."""

A_MONTH = Fraction(30000, 36) + Fraction(730 * 7, 10) + 360 + 250


def owned_host(**changes: Any) -> OwnedHost:
    return OwnedHost(**(EXAMPLE | changes))


def owned_hosts(host: OwnedHost | None = None, **changes: Any) -> Dedicated:
    host = host or owned_host()
    return replace(hosts("Own", capacity=typed("5")), price=host.price, owned=host, **changes)


def spot(share: str | None, price: str = "4", **changes: Any) -> Dedicated:
    return replace(
        hosts("Spot", price, typed("5")),
        sold=Sold(term="spot"),
        interruption_share=None if share is None else Decimal(share),
        **changes,
    )


def test_an_owned_host_costs_depreciation_power_people_and_colocation_exactly() -> None:
    """Two hosts, each part with its formula; the parts are the total."""
    option = owned_hosts()
    found = estimate(question(option), option)

    assert found.cost_per_month is not None
    assert [(item.code, item.cost_per_month) for item in found.line_items[1:]] == [
        ("owned_power", Decimal(1022)),
        ("owned_people", Decimal(720)),
        ("owned_colocation", Decimal(500)),
    ]
    assert found.line_items[0].code == "owned_depreciation"
    total = sum((evaluate(one.formula, one.inputs) for one in found.line_items), Fraction(0))
    assert total * 730 == 2 * A_MONTH
    assert abs(Fraction(found.cost_per_month) - 2 * A_MONTH) < Fraction(1, 10**20)


def test_the_price_of_an_owned_host_is_computed_by_the_month_over_its_life() -> None:
    """A quotient that does not end is kept as an amount for so many months."""
    host = owned_host(provenance=Provenance(source="an offer", basis="contracted"))

    assert host.price is not None
    assert host.price.for_one() == A_MONTH
    assert (host.price.per, host.price.unit) == (Decimal(36), "month")
    assert host.price.provenance.derived == "computed"
    assert (host.price.provenance.source, host.price.provenance.basis) == ("an offer", "contracted")


@pytest.mark.parametrize("part", [name for name in EXAMPLE if name != "currency"])
def test_an_owned_host_that_lacks_a_part_has_no_cost_and_names_it(part: str) -> None:
    """Never 0: a fee nobody typed is not free."""
    option = owned_hosts(owned_host(**{part: None}))
    found = estimate(question(option), option)

    assert (found.status, found.cost_per_hour) == (Status.UNKNOWN, None)
    assert found.missing == (Missing(part),)
    assert option.owned is not None
    assert option.owned.parts == ()


def test_a_part_of_nothing_is_free_only_where_it_says_so() -> None:
    """0 is an answer, and stands in the list of what was counted."""
    option = owned_hosts(owned_host(colocation_fee_per_month=Decimal(0)))
    found = estimate(question(option), option)

    assert found.line_items[-1].code == "owned_colocation"
    assert found.line_items[-1].cost_per_hour == 0


def test_a_purchase_that_is_paid_already_is_left_out_and_said_to_be() -> None:
    """The marginal lens: power, people and fee only; what was paid need not be known."""
    host = owned_host(purchase_counts=False, purchase_price=None, residual_value=None)
    option = owned_hosts(host)
    answer = break_even(question(option, per_token()))

    items = answer.at_workload.estimates[0].line_items
    assert [item.code for item in items] == ["owned_power", "owned_people", "owned_colocation"]
    assert host.price is not None
    assert host.price.for_one() == A_MONTH - Fraction(30000, 36)
    assert "purchase_left_out" in {notice.code for notice in answer.notices}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: owned_host(power_usage_effectiveness=Decimal("0.9")),
         "power_usage_effectiveness: expected 1 or more, found 0.9"),
        (lambda: owned_host(residual_value=Decimal(36501)),
         "residual_value: expected at most the purchase price 36500, found 36501"),
        (lambda: owned_host(useful_life_months=0),
         "useful_life_months: expected a whole number from 1 to 1,000,000, found 0"),
        (lambda: owned_host(useful_life_months=121),
         "useful_life_months: expected at most 120 months, found 121"),
        (lambda: owned_host(power_kilowatts=Decimal(-1)),
         "power_kilowatts: expected a number of 0 or more, found -1"),
        (lambda: owned_host(people_price_per_hour=Decimal(10) ** 15),
         "amount: expected at most 1,000,000,000,000,000"),
        (lambda: replace(owned_hosts(), price=money("4")),
         "price: expected the price of the owned host, found another"),
        (lambda: replace(owned_hosts(), interruption_share=Decimal("0.1")),
         "interruption_share: expected it with the term spot only, found it with an owned host"),
        (lambda: replace(spot("0.1"), sold=Sold(term="reserved_1y")),
         "interruption_share: expected it with the term spot only, found it with the term "
         "reserved_1y"),
        (lambda: spot("1"),
         "interruption_share: expected a share of the time of at least 0 and under 1, found 1"),
        (lambda: spot("-0.1"), "interruption_share: expected a number of 0 or more, found -0.1"),
        (lambda: profile_cost(question(owned_hosts()), owned_hosts(), HALF_A_DAY,
                              Billing(mode=BillingMode.HOURLY)),
         "billing.mode: expected always_on for 'Own', whose hosts are owned, not rented"),
    ],
)  # fmt: skip
def test_what_an_owned_or_spot_host_cannot_be_is_refused_by_name(
    make: Callable[[], object], message: str
) -> None:
    """Nothing is clamped."""
    with pytest.raises(CostingError) as caught:
        make()

    assert str(caught.value).startswith(message)


def test_interruptions_raise_the_paid_hours_of_spot_hosts_and_have_an_item_of_their_own() -> None:
    """A fifth of the time lost: 1.25 hours are paid for one that serves."""
    option = spot("0.2")
    found = estimate(question(option), option)

    assert found.instances == 2
    assert [(item.code, item.cost_per_hour) for item in found.line_items] == [
        ("instances", Decimal(8)),
        ("interruption", Decimal(2)),
    ]
    item = found.line_items[1]
    assert item.quantity_per_hour == Decimal("0.5")
    assert item.formula.endswith("* interruption_share / (1 - interruption_share) * amount / per")
    assert found.cost_per_hour == 10


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ("0.2", {"interruption_assumed": {"share": "0.2"}}),
        ("0", {"interruption_assumed": {"share": "0"}}),
        (None, {"spot_without_allowance": {}}),
    ],
)
def test_a_spot_price_says_whether_interruptions_are_allowed_for(
    share: str | None, told: dict[str, dict[str, str]]
) -> None:
    """No silent default: without a share the price is flagged, with one it is an assumption."""
    notices = break_even(question(spot(share), per_token())).notices

    found = {one.code: dict(one.facts) for one in notices if one.option == "Spot"}
    assert told.items() <= found.items()
    assert len({"interruption_assumed", "spot_without_allowance"} & found.keys()) == 1


def test_a_listed_spot_price_is_indicative_and_a_placeholder_is_told_as_one() -> None:
    """A typed price is the person's own; a price on demand is neither."""
    listed = replace(money("4"), provenance=Provenance(price_id="1"))
    repeated = replace(
        listed, provenance=Provenance(price_id="1", flags=("spot_equals_on_demand",))
    )

    def told(price: Any, term: str = "spot") -> set[str]:
        option = replace(spot(None), price=price, sold=Sold(term=term))
        notices = break_even(question(option)).notices
        return {one.code for one in notices if one.code.startswith("spot_")}

    assert told(money("4")) == {"spot_without_allowance"}
    assert told(None) == {"spot_without_allowance"}
    assert told(listed) == {"spot_without_allowance", "spot_price_indicative"}
    assert told(repeated) == told(listed) | {"spot_equals_on_demand"}
    assert told(repeated, "on_demand") == set()


def test_a_spot_host_by_the_hour_pays_interruptions_of_its_starts_too() -> None:
    """12 hours of 4 hosts (20 requests an hour, 5 each) and a start of half an hour; of these a
    fifth more on top."""
    option = spot("0.2", minimum_instances=0)
    billing = Billing(mode=BillingMode.HOURLY, scale_to_zero=True, cold_start_minutes=Decimal(30))
    found = profile_cost(question(option), option, HALF_A_DAY, billing)

    codes = ["instances", "cold_start", "interruption"]
    assert codes == [item.code for item in found.line_items]
    total = sum((evaluate(one.formula, one.inputs) for one in found.line_items), Fraction(0))
    assert total == (Fraction(12 * 4) + 2) * 4 / 24 * Fraction(5, 4)


def test_the_turning_price_of_spot_hosts_is_a_published_one() -> None:
    """What a person compares with the list: before the hours that are lost."""
    asked = question(spot("0.2"), per_token(cost_per_request="0.5"))

    found = inverse(asked, Lever.HOST_PRICE, "Spot", "Per token")

    assert (found.now, [turn.value for turn in found.turns]) == (Decimal(4), [Decimal(2)])
    assert {flip.code: flip.value for flip in flips(break_even(asked))}["host_price"] == 2


def test_a_changed_price_of_owned_hosts_is_one_item() -> None:
    """The parts are those of the price as it was; another one has none."""
    asked = question(owned_hosts(), per_token())

    dearer = changed(asked, Change(input=Input.PRICE, value=Decimal(2), option="Own"))
    sweep = Sweep(
        question=asked, axes=(Axis(name="host_price_factor", values=(Decimal(1), Decimal(2))),)
    )

    same, twice = (estimate(one, one.options[0]) for one in (asked, dearer))
    assert [item.code for item in twice.line_items] == ["instances"]
    assert same.cost_per_hour is not None
    assert twice.cost_per_hour is not None
    assert abs(2 * same.cost_per_hour - twice.cost_per_hour) < Decimal("1e-20")
    cells = run_sweep(sweep)
    assert len(cells.cell((0,))[0].line_items) == 4
    assert [item.code for item in cells.cell((1,))[0].line_items] == ["instances"]
