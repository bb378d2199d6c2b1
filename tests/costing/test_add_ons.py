"""What is paid beside the model, what is put on top of it all, and through which lens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from costing import (
    FLAT,
    AddOn,
    CostingError,
    Lens,
    Provenance,
    Question,
    Unit,
    best_hybrid,
    break_even,
    estimate,
    plan_costs,
)
from costing.flips import flips
from costing.inverse import Lever, inverse
from tests.costing.formulas import evaluate
from tests.costing.questions import hosts, money, per_token, question, typed
from tests.costing.scenarios import PlainDedicated, random_scenario
from tests.costing.test_plan_refusals import plan


def add_on(name: str = "Search", **changes: Any) -> AddOn:
    given: dict[str, Any] = {"name": name, "price": money("73", Unit.MONTH)}
    return AddOn(**(given | changes))


def work(amount: str = "7300", months: str = "20", **changes: Any) -> AddOn:
    price = money(amount, Unit.MONTH, per=months)
    return AddOn(name="Moving in", price=price, once=True, **changes)


def whole(
    asked: Question, support_share: str = "0", tax_share: str = "0", lens: Lens = Lens.FULL
) -> Question:
    shares = Decimal(support_share), Decimal(tax_share)
    return replace(asked, support_share=shares[0], tax_share=shares[1], lens=lens)


@pytest.mark.parametrize(
    ("price", "quantity", "cost", "formula"),
    [
        (money("0.02", Unit.MONTH), "365", "0.01", "quantity * amount / per / hours_per_month"),
        (money("80", Unit.MONTH), "7.3", "0.8", "quantity * amount / per / hours_per_month"),
        (money("0.08", Unit.REQUEST), "0.005", "0.004",
         "requests_per_hour * quantity * amount / per"),
        (money("2", Unit.TOKEN, per="1000"), "0.5", "72",
         "requests_per_hour * (input_tokens + output_tokens) * quantity * amount / per"),
        (money("73", Unit.MONTH), "1", "0.1", "1 * amount / per / hours_per_month"),
        (money("73", Unit.MONTH), "0", "0", "quantity * amount / per / hours_per_month"),
    ],
)  # fmt: skip
def test_an_add_on_counts_as_often_as_its_quantity_says(
    price: Any, quantity: str, cost: str, formula: str
) -> None:
    """365 GB at 0.02 a month; 7.3 hours of work at 80; 5 MB a request out at 0.08 a GB; tokens."""
    option = per_token()
    extra = add_on(price=price, quantity=Decimal(quantity))
    found = estimate(question(option, add_ons=[extra]), option).line_items[-1]

    assert (found.code, found.cost_per_hour, found.formula) == ("add_on", Decimal(cost), formula)
    assert evaluate(found.formula, found.inputs) == Fraction(cost)


def test_work_that_is_paid_once_is_borne_month_by_month_at_one_load() -> None:
    """7,300 over 20 months: half a unit of money an hour."""
    option = hosts()
    found = estimate(question(option, add_ons=[work()]), option).line_items[-1]

    assert (found.code, found.cost_per_hour) == ("one_off_work", Decimal("0.5"))


def test_support_and_tax_come_last_each_on_everything_before_it() -> None:
    """14 for hosts and search; a tenth of it support; a fifth of both tax."""
    option = hosts(price="4", capacity=typed("5"))
    asked = whole(
        question(option, add_ons=[add_on(price=money("6"))]), support_share="0.1", tax_share="0.2"
    )
    found = estimate(asked, option)

    assert [(item.code, item.cost_per_hour) for item in found.line_items] == [
        ("instances", Decimal(8)),
        ("add_on", Decimal(6)),
        ("support", Decimal("1.4")),
        ("tax", Decimal("3.08")),
    ]
    assert found.cost_per_hour == Decimal("18.48")
    tax = found.line_items[-1]
    assert (tax.quantity_per_hour, tax.unit, tax.formula) == (
        Decimal("15.4"),
        "money",
        "base_per_hour * amount / per",
    )


def test_a_base_that_does_not_end_is_written_as_a_quotient() -> None:
    """A month divided by 730 hours would be rounded, and its tax too."""
    option = hosts(price="4")
    asked = whole(question(option, add_ons=[add_on(price=money("1", Unit.MONTH))]), tax_share="0.1")
    found = estimate(asked, option).line_items[-1]

    assert found.formula == "base_per_hour_times_divisor / base_per_hour_divisor * amount / per"
    assert evaluate(found.formula, found.inputs) == (4 + Fraction(1, 730)) / 10


def test_support_and_tax_move_no_break_even_and_no_turning_price() -> None:
    """They are the same share of every option, so only the money is more."""
    asked = question(per_token(), hosts(price="4"), add_ons=[add_on(price=money("1"))])
    dearer = whole(asked, support_share="0.25", tax_share="0.2")
    plain, taxed = break_even(asked), break_even(dearer)

    loads = [[one.requests_per_hour for one in answer.crossings] for answer in (plain, taxed)]
    assert loads[0] == loads[1] != []
    assert taxed.crossings[0].cost_per_hour == plain.crossings[0].cost_per_hour * Decimal("1.5")
    assert plain.at_workload.gap_share == taxed.at_workload.gap_share
    told = {notice.code: notice.facts for notice in taxed.notices}
    assert told["support_and_tax"] == {"support": "0.25", "tax": "0.2"}
    assert flips(plain) == flips(taxed)
    for lever, option in (
        (Lever.HOST_PRICE, "Hosts"), (Lever.OUTPUT_PRICE, "Per token"), (Lever.VOLUME, "Hosts"),
        (Lever.OUTPUT_TOKENS, "Hosts"),
    ):  # fmt: skip
        assert inverse(asked, lever, option).turns == inverse(dearer, lever, option).turns


def test_a_hybrid_pays_support_and_tax_and_a_fee_of_both_sides_once() -> None:
    """2 hosts at 4, nothing over, search at 6 once; a tenth on top."""
    base, overflow = hosts(price="4", capacity=typed("5"), minimum=2), per_token()
    extra = add_on(price=money("3"), quantity=Decimal(2))
    asked = whole(question(base, overflow, add_ons=[extra]), tax_share="0.1")
    found = best_hybrid(asked, base, overflow, FLAT)

    assert found.cost_per_hour == Decimal("15.4")
    assert [item.code for item in found.line_items][-2:] == ["add_on", "tax"]


def test_the_marginal_lens_leaves_out_what_is_paid_already_of_all_options_alike() -> None:
    """And the answer says what; the full lens counts it."""
    options = (per_token(), hosts())
    paid = add_on("Search", already_paid=True)
    asked = question(*options, add_ons=[paid, add_on("Storage")])
    full, marginal = break_even(asked), break_even(whole(asked, lens=Lens.MARGINAL))

    for one, other in zip(full.at_workload.estimates, marginal.at_workload.estimates, strict=True):
        assert [item.name for item in one.line_items][-2:] == ["Search", "Storage"]
        assert [item.name for item in other.line_items][-1:] == ["Storage"]
        assert one.cost_per_hour is not None
        assert one.cost_per_hour - Decimal("0.1") == other.cost_per_hour
    told = {notice.code: notice.facts for notice in marginal.notices}
    assert told["lens_marginal"] == {"left_out": "Search"}
    told = {notice.code: notice.facts for notice in full.notices}
    assert told["lens_full"] == {"counted": "Search"}
    assert "lens_marginal" not in told


def test_an_add_on_at_an_assumed_price_is_flagged() -> None:
    """A preset is not a price list."""
    price = replace(money("1"), provenance=Provenance(derived="assumed"))
    answer = break_even(question(hosts(), add_ons=[add_on(price=price), add_on("Other")]))

    told = [notice.facts for notice in answer.notices if notice.code == "add_on_price_assumed"]
    assert told == [{"name": "Search"}]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: whole(question(hosts()), support_share="1.01"),
         "support_share: expected a share from 0 to 1, found 1.01"),
        (lambda: whole(question(hosts()), tax_share="10"),
         "tax_share: expected a share from 0 to 1, found 10"),
        (lambda: whole(question(hosts()), tax_share="-0.1"),
         "tax_share: expected a number of 0 or more, found -0.1"),
        (lambda: add_on(quantity=Decimal(-1)),
         "quantity: expected a number of 0 or more, found -1"),
        (lambda: add_on(price=money("1"), once=True),
         "price.unit: expected month for what is paid once, found hour"),
        (lambda: work(months="1.5"),
         "price.per: expected whole months for what is paid once, found 1.5"),
    ],
)  # fmt: skip
def test_a_share_or_an_add_on_that_means_nothing_is_refused_by_name(
    make: Callable[[], object], message: str
) -> None:
    """10 is not read as ten percent."""
    with pytest.raises(CostingError) as caught:
        make()

    assert str(caught.value) == message


def test_in_a_plan_work_is_paid_in_the_first_month_and_what_is_borne_later_is_named() -> None:
    """7,300 twice over 20 months in a plan of 12, with a tenth of tax on it."""
    option = hosts(price="0")
    asked = whole(question(option, add_ons=[work(quantity=Decimal(2))]), tax_share="0.1")
    answer = plan_costs(asked, plan())
    months = answer.options[0].months

    assert [month.cash for month in months[:2]] == [Decimal(16060), Decimal(0)]
    assert {month.amortized for month in months} == {Decimal(803)}
    told = {notice.code: dict(notice.facts) for notice in answer.notices}
    assert told["work_beyond_horizon"] == {
        "name": "Moving in",
        "months": "8",
        "borne_later": "5840",
    }


def test_work_that_is_borne_within_the_plan_ends_there_and_needs_no_remark() -> None:
    """Three months of twelve bear it, then nothing does."""
    option = hosts(price="0")
    answer = plan_costs(question(option, add_ons=[work(months="3", amount="300")]), plan())

    borne = [month.amortized for month in answer.options[0].months]
    assert borne == [Decimal(100)] * 3 + [Decimal(0)] * 9
    assert "work_beyond_horizon" not in {notice.code for notice in answer.notices}


def test_the_random_scenarios_hold_whole_costs_often_enough_to_prove_something() -> None:
    """Else the agreement with the brute computation would say nothing of them."""
    random, seen = Random(7), Counter[str]()
    for _ in range(400):
        scenario = random_scenario(random)
        dedicated = [one for one in scenario.options if isinstance(one, PlainDedicated)]
        seen["owned"] += any(one.owned is not None for one in dedicated)
        seen["sunk"] += any(one.owned is not None and one.owned.sunk for one in dedicated)
        seen["interrupted"] += any(one.interruption for one in dedicated)
        seen["support"] += bool(scenario.support)
        seen["tax"] += bool(scenario.tax)
        seen["left out"] += scenario.marginal and any(one.paid for one in scenario.add_ons)
        seen["quantity"] += any(one.quantity != 1 for one in scenario.add_ons)
        seen["once"] += any(one.once for one in scenario.add_ons)

    wanted = {
        "owned": 30, "sunk": 5, "interrupted": 30, "support": 30, "tax": 40, "left out": 5,
        "quantity": 20, "once": 3,
    }  # fmt: skip
    assert {} == {name: seen[name] for name, least in wanted.items() if seen[name] < least}
