"""Prices that step up with the length of a request: the whole request at the higher price."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from costing import (
    InvalidQuestion,
    InvalidValue,
    Notice,
    Price,
    PriceStep,
    Question,
    Serverless,
    Unit,
    break_even,
    estimate,
)
from costing.bridge import Moment, bridge
from costing.changes import Change, Input, changed
from costing.distributions import Fixed, Uncertainty
from costing.inverse import Lever, inverse
from costing.sweep import Axis, Sweep, run_sweep
from costing.uncertainty import risk
from tests.costing.agreement import disagreements
from tests.costing.brute import read, rounded
from tests.costing.questions import hosts, money, per_token, question, question_of, token_money
from tests.costing.scenarios import (
    PlainOption,
    PlainPrice,
    PlainServerless,
    PlainStep,
    Scenario,
    random_scenario,
)

LIMITS = tuple(map(Decimal, ("1", "599.5", "600", "600.5", "1200", "5000")))


def stepped(scenario: Scenario, random: Random) -> Scenario:
    """The scenario whose options by the token have up to three steps, each price a draw."""
    options = []
    for option in scenario.options:
        if isinstance(option, PlainServerless):
            limits = sorted(random.sample(LIMITS, random.randint(0, 3)))
            prices = {name: getattr(option, name) for name in ("input", "output", "cached_input")}
            steps = []
            for limit in limits:
                prices = {
                    name: price
                    and replace(price, amount=price.amount * random.choice([1, 2, 3]) + 1)
                    for name, price in prices.items()
                }
                steps.append(PlainStep(above=limit, **prices))
            option = replace(option, steps=tuple(steps))
        options.append(option)
    return replace(scenario, options=tuple(options))


@pytest.mark.exhaustive
def test_the_answers_to_1500_random_scenarios_with_steps_agree_with_the_brute_computation() -> None:
    random, seen = Random(77), Counter[str]()
    for _ in range(1500):
        scenario = stepped(random_scenario(random), random)

        assert [] == disagreements(scenario)

        for option in scenario.options:
            if isinstance(option, PlainServerless) and option.steps:
                tokens = (option.shape or scenario.shape).input_tokens
                passed = sum(tokens > step.above for step in option.steps)
                seen["below" if not passed else "beyond" if passed > 1 else "one"] += 1
    assert min(seen[key] for key in ("below", "one", "beyond")) > 200


def times(price: PlainPrice | None, factor: Decimal) -> PlainPrice | None:
    return price and replace(price, amount=price.amount * factor)


def dearer(option: PlainOption, factor: Decimal) -> PlainOption:
    """Prices of tokens times a factor, those of all steps too."""
    if not isinstance(option, PlainServerless):
        return option
    steps = (
        replace(
            step,
            input=times(step.input, factor),
            output=times(step.output, factor),
            cached_input=times(step.cached_input, factor),
        )
        for step in option.steps
    )
    return replace(
        option,
        input=times(option.input, factor),
        output=times(option.output, factor),
        cached_input=times(option.cached_input, factor),
        steps=tuple(steps),
    )


def test_sweeps_over_the_input_tokens_are_those_of_plain_fractions_at_each_length() -> None:
    """Lengths a hair above a step, which float64 does not tell from it, are above it."""
    random, seen = Random(8), Counter[bool]()
    lengths = (*LIMITS, *(limit + Decimal("1e-25") for limit in LIMITS))
    factors = (Decimal("0.5"), Decimal(3))
    axes = (
        Axis(name="input_tokens", values=lengths),
        Axis(name="token_price_factor", values=factors),
    )
    for _ in range(150):
        plain = stepped(random_scenario(random), random)
        result = run_sweep(Sweep(question=question_of(plain), axes=axes), chunk_cells=7)
        load = Fraction(plain.requests) / Fraction(plain.period_hours)
        for at, tokens in enumerate(lengths):
            longer = replace(plain, shape=replace(plain.shape, input_tokens=tokens))
            for by, factor in enumerate(factors):
                shown = dict(zip(result.names, result.cell((at, by)), strict=True))
                for option in plain.options:
                    reading = read(longer, dearer(option, factor))
                    cost = None if reading is None else reading.cost(load)
                    found = float(result.costs[option.name][at, by])
                    assert (cost is None) is (found != found)
                    assert cost is None or abs(Fraction(found) - cost) <= cost / 10**12
                    assert (cost and rounded(cost)) == shown[option.name].cost_per_hour
                    seen[cost is None] += 1
    assert seen[False] > 5000


def two_steps(tokens: str = "3600") -> Question:
    """A cent per 1,000 tokens each way; 2 and 3 beyond 4,000, 4 and 6 beyond 8,000."""
    option = Serverless(
        name="Per token",
        input=token_money("0.01", as_of=date(2026, 1, 1)),
        output=token_money("0.01", as_of=date(2026, 1, 1)),
        steps=tuple(
            PriceStep(
                above_input_tokens=Decimal(limit),
                input=token_money(read, as_of=date(2026, month, 1)),
                output=token_money(written, as_of=date(2026, month, 1)),
            )
            for limit, read, written, month in (
                ("4000", "0.02", "0.03", 2), ("8000", "0.04", "0.06", 9),
            )
        ),
    )  # fmt: skip
    asked = question(option, hosts(price="0.5"))
    shape = replace(asked.workload.shape, input_tokens=Decimal(tokens))
    return replace(asked, workload=replace(asked.workload, shape=shape))


@pytest.mark.parametrize(
    ("tokens", "cost", "dated"),
    [
        ("3600", "0.72", 1),
        ("4000", "0.76", 1),
        ("4000.001", "1.8800002", 2),
        ("8000", "2.68", 2),
        ("8001", "5.3604", 9),
    ],
)
def test_a_request_is_billed_whole_at_the_step_it_is_above(
    tokens: str, cost: str, dated: int
) -> None:
    """10 requests an hour of 3,600 tokens out; at a limit itself the lower price holds."""
    asked = two_steps(tokens)

    found = estimate(asked, asked.options[0])

    assert Decimal(cost) == found.cost_per_hour
    assert date(2026, dated, 1) == found.prices_as_of
    assert sum(item.cost_per_hour for item in found.line_items) == found.cost_per_hour


@pytest.mark.parametrize(
    ("tokens", "code", "above"),
    [
        ("4000", "short_requests_by_mean", ""),
        ("4001", "long_requests_by_mean", "4000"),
        ("9000", "long_requests_by_mean", "8000"),
    ],
)
def test_the_rule_that_the_mean_length_decides_is_told(tokens: str, code: str, above: str) -> None:
    [notice] = [one for one in break_even(two_steps(tokens)).notices if "by_mean" in one.code]

    facts = {"steps": "4000, 8000", "input_tokens": tokens, "above": above}
    assert Notice(code=code, option="Per token", facts=facts) == notice


def test_a_step_that_is_not_reached_counts_for_no_date_and_no_basis() -> None:
    """The dearest price is of September: only where it is paid are the dates far apart."""
    host = replace(hosts(), price=money("0.5", as_of=date(2026, 1, 1)))
    near, far = (
        replace(asked, options=(asked.options[0], host))
        for asked in (two_steps("3600"), two_steps("9000"))
    )

    codes = [{one.code for one in break_even(asked).notices} for asked in (near, far)]

    assert "price_dates_differ" not in codes[0]
    assert "price_dates_differ" in codes[1]


def test_a_tornado_a_drift_and_an_inverse_know_the_step() -> None:
    asked = two_steps()

    longer = changed(asked, Change(input=Input.INPUT_TOKENS, value=Decimal(9000)))
    dearer = changed(longer, Change(input=Input.PRICE, option="Per token", value=Decimal(2)))
    lever = inverse(longer, Lever.INPUT_PRICE, "Per token")
    turned = inverse(longer, Lever.OUTPUT_PRICE, "Per token")

    costs = [estimate(one, one.options[0]).cost_per_hour for one in (asked, longer, dearer)]
    assert [Decimal("0.72"), Decimal("5.76"), Decimal("11.52")] == costs
    assert (Decimal("0.00004"), Decimal("0.00006")) == (lever.now, turned.now)


def test_a_bridge_over_a_step_tells_it_as_a_change_of_price_and_adds_up() -> None:
    before, after = (
        Moment(question=two_steps(tokens), rate=Decimal(1), method="1")
        for tokens in ("3600", "9000")
    )

    found = bridge(before, after, "Per token")

    parts = {part.code.value: part.cost_per_month for part in found.parts}
    assert {"input_tokens", "input_price", "output_price"} == set(parts)
    difference = Decimal(730) * (Decimal("5.76") - Decimal("0.72"))
    assert difference == sum(cost for cost in parts.values() if cost is not None)


def test_draws_of_the_load_are_priced_at_the_step_and_draws_of_the_length_are_refused() -> None:
    asked = two_steps("9000")

    found = risk(asked, Uncertainty(load=Fixed(value=Decimal(20))), seed=1, draws=100)

    cost = found.options[0].cost_per_hour
    assert cost is not None
    assert Decimal("11.52") == cost.p50
    with pytest.raises(InvalidQuestion) as refused:
        risk(asked, Uncertainty(input_tokens=Fixed(value=Decimal(9))), seed=1, draws=100)
    assert "uncertainty.input_tokens" == refused.value.field
    assert "where prices step up with the length (Per token)" in str(refused.value)


def step(limit: str, **prices: Price | None) -> PriceStep:
    default: dict[str, Price | None] = {"input": token_money("1"), "output": token_money("1")}
    return PriceStep(above_input_tokens=Decimal(limit), **(default | prices))


def steps(*given: PriceStep, cached: bool = False) -> Serverless:
    stored = token_money("0.1") if cached else None
    return replace(per_token(), cached_input=stored, steps=given)


@pytest.mark.parametrize(
    ("given", "cached", "message"),
    [
        (
            [step("8000"), step("4000")],
            False,
            "steps.1.above_input_tokens: expected more than 8000, the step before, found 4000",
        ),
        (
            [step("8000"), step("8000.0")],
            False,
            "steps.1.above_input_tokens: expected more than 8000, the step before, found 8000.0",
        ),
        (
            [step("1"), step("2", output=None)],
            False,
            "steps.1.output: expected the output price of this step exactly where there is one "
            "below it, found none",
        ),
        (
            [step("1", input=None)],
            False,
            "steps.0.input: expected the input price of this step exactly where there is one below "
            "it, found none",
        ),
        (
            [step("1")],
            True,
            "steps.0.cached_input: expected the cached input price of this step exactly where "
            "there is one below it, found none",
        ),
        (
            [step("1", cached_input=token_money("1"))],
            False,
            "steps.0.cached_input: expected the cached input price of this step exactly where "
            "there is one below it, found one, and none below the step",
        ),
    ],
)
def test_steps_out_of_order_and_a_step_without_a_price_are_refused_by_name(
    given: list[PriceStep], cached: bool, message: str
) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        steps(*given, cached=cached)

    assert message == str(refused.value)


def test_a_step_at_nothing_or_by_the_hour_or_in_another_currency_is_refused() -> None:
    with pytest.raises(InvalidValue, match="above_input_tokens: expected a number above 0"):
        step("0")
    with pytest.raises(InvalidValue, match=r"steps.0.input.unit: expected token, found hour"):
        steps(step("1", input=money("1", Unit.HOUR)))
    with pytest.raises(InvalidQuestion, match="expected prices in USD, found one in JPY"):
        question(steps(step("1", input=replace(token_money("1"), currency="JPY"))))
