"""Provisioned throughput: whole units, in steps above a minimum, whatever is used of them.

units = max(minimum, ceil((input a minute * (1 - cached) + weight * output a minute)
                          / input a minute of one unit / step) * step)
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from costing import (
    BreakEven,
    InvalidQuestion,
    InvalidValue,
    Missing,
    Price,
    Provisioned,
    Question,
    RequestShape,
    Status,
    Unit,
    Workload,
    break_even,
)
from tests.costing.formulas import evaluate
from tests.costing.questions import money, per_token


def units(**changes: Any) -> Provisioned:
    """gpt-4.1, global: 15 units at least, in steps of 5, 3,000 tokens a minute, weight 4."""
    facts: dict[str, Any] = {
        "name": "PTU",
        "price": money("1"),
        "minimum_units": 15,
        "step_units": 5,
        "input_tokens_per_minute_per_unit": Decimal(3000),
        "output_token_weight": Decimal(4),
        "weight_basis": "documented",
    }
    return Provisioned(**facts | changes)


def asked(
    option: Provisioned,
    *,
    requests: str = "6000",
    input_tokens: str = "1000",
    output_tokens: str = "300",
    cached: str = "0",
    peak: str = "1",
) -> BreakEven:
    return break_even(
        Question(
            currency="USD",
            workload=Workload(
                requests=Decimal(requests),
                shape=RequestShape(
                    input_tokens=Decimal(input_tokens),
                    output_tokens=Decimal(output_tokens),
                    cached_input_share=Decimal(cached),
                ),
                peak_to_mean=Decimal(peak),
            ),
            options=(option,),
        )
    )


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        # 100 requests a minute of 1,000 + 4 x 300 = 2,200: 220,000 / 3,000 = 73.3, in fives 75.
        ({}, 75),
        # With a fifth cached: 100 x (800 + 1,200) = 200,000 / 3,000 = 66.7: 70.
        ({"cached": "0.2"}, 70),
        # Peak 1.5: 330,000 / 3,000 = 110 exactly, no step more.
        ({"peak": "1.5"}, 110),
        # 10 requests a minute need 7.3: the minimum.
        ({"requests": "600"}, 15),
        ({"requests": "0"}, 15),
        # All cached and nothing written takes no throughput at all.
        ({"cached": "1", "output_tokens": "0"}, 15),
        # Just above 110 units: a whole step more.
        ({"peak": "1.5", "requests": "6000.1"}, 115),
    ],
)
def test_units_are_sized_as_documented_and_their_formula_says_so(
    load: dict[str, str], expected: int
) -> None:
    [estimate] = asked(units(), **load).at_workload.estimates

    assert (estimate.kind, estimate.instances) == ("provisioned", expected)
    assert estimate.cost_per_hour == expected
    [item] = estimate.line_items
    assert (item.code, item.unit, int(item.quantity_per_hour)) == ("units", "unit", expected)
    assert evaluate(item.formula, item.inputs) == expected


def test_a_reservation_is_paid_by_its_month_of_730_hours() -> None:
    """2,652 USD a unit and year: 221 a month, 0.30274 an hour; 75 units."""
    year = Price(amount=Decimal(2652), per=Decimal(12), unit=Unit.MONTH, currency="USD")

    [estimate] = asked(units(price=year)).at_workload.estimates

    assert estimate.cost_per_month == Decimal(75 * 221)


def test_a_step_above_the_minimum_is_rented_whole_even_where_the_minimum_is_no_whole_step() -> None:
    """Minimum 7, steps of 5: 7 carry what 5 do, then 10."""
    option = units(minimum_units=7)
    of_one = 60 * 3000 / 2200

    def rented(requests: float) -> int | None:
        [estimate] = asked(option, requests=f"{requests:.6f}").at_workload.estimates
        return estimate.instances

    assert [rented(of_one * n) for n in (4.9, 5.1, 9.9, 10.1)] == [7, 10, 10, 15]


def test_units_end_at_their_maximum() -> None:
    [estimate] = asked(units(maximum_units=70)).at_workload.estimates

    assert estimate.status is Status.ABOVE_MAXIMUM


def test_idle_units_are_paid_and_utilization_follows_from_the_load() -> None:
    """73.3 of 75 units are busy at the mean."""
    [estimate] = asked(units()).at_workload.estimates

    assert estimate.utilization is not None
    assert float(estimate.utilization) == pytest.approx(220_000 / 3_000 / 75)


@pytest.mark.parametrize(
    ("changes", "load", "missing"),
    [
        ({"price": None}, {}, (Missing.UNIT_PRICE,)),
        ({"input_tokens_per_minute_per_unit": None}, {}, (Missing.UNIT_THROUGHPUT,)),
        ({"output_token_weight": None}, {}, (Missing.OUTPUT_TOKEN_WEIGHT,)),
        ({"output_token_weight": None}, {"output_tokens": "0"}, ()),
    ],
)
def test_what_is_not_known_is_named_and_costs_nothing_until_it_is(
    changes: dict[str, Any], load: dict[str, str], missing: tuple[Missing, ...]
) -> None:
    """A weight matters only where something is written."""
    [estimate] = asked(units(**changes), **load).at_workload.estimates

    assert estimate.missing == missing
    assert (estimate.cost_per_hour is None) == bool(missing)


@pytest.mark.parametrize(
    ("basis", "output_tokens", "told"),
    [("assumed", "300", ["unit_weight_assumed"]), ("documented", "300", []), ("assumed", "0", [])],
)
def test_an_assumed_weight_is_said_where_it_counts(
    basis: str, output_tokens: str, told: list[str]
) -> None:
    answer = asked(units(weight_basis=basis), output_tokens=output_tokens)

    assert [one.code for one in answer.notices if one.code.startswith("unit")] == told


def test_units_and_tokens_break_even_where_the_steps_say() -> None:
    """By the token a request costs 0.003; 15 units at 0.1 cost 1.50, as 500 requests do, and carry
    15 x 180,000 / 2,200 = 1,227. The next step of 5 costs 2.00, less than 1,227 requests."""
    tokens = per_token(cost_per_request="0.003")
    answer = break_even(
        Question(
            currency="USD",
            workload=Workload(
                requests=Decimal(1000),
                shape=RequestShape(input_tokens=Decimal(3600), output_tokens=Decimal(3600)),
                peak_to_mean=Decimal(1),
            ),
            options=(
                tokens,
                units(
                    price=money("0.1"),
                    shape=RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(300)),
                ),
            ),
        )
    )

    first = answer.crossings[0]
    assert (first.to_option, first.instances) == ("PTU", 15)
    assert first.requests_per_hour == Decimal(500)
    assert [one.cheapest for one in answer.intervals] == ["Per token", "PTU"]
    assert [step.instances for step in answer.intervals[1].steps][:3] == [15, 20, 25]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"step_units": 0}, InvalidValue, "step_units"),
        ({"minimum_units": -1}, InvalidValue, "minimum_units"),
        ({"output_token_weight": Decimal(0)}, InvalidValue, "output_token_weight"),
        ({"input_tokens_per_minute_per_unit": Decimal(0)}, InvalidValue, "input_tokens_per_minute"),
        ({"price": money("1", Unit.TOKEN)}, InvalidValue, "price.unit"),
        ({"maximum_units": 22}, InvalidQuestion, "a multiple of the step 5 of at least 15"),
        ({"maximum_units": 10}, InvalidQuestion, "a multiple of the step 5 of at least 15"),
        ({"maximum_units": 0}, InvalidValue, "maximum_units"),
    ],
)
def test_numbers_that_contradict_are_refused_by_name(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        units(**changes)
