"""Every number of an estimate opens to a tree that gives it again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from random import Random

import pytest

from costing import (
    AddOn,
    EstimatedCapacity,
    EstimateTrace,
    Origin,
    Price,
    Provenance,
    Provisioned,
    Serverless,
    Trace,
    Unit,
    estimate,
    trace,
)
from tests.costing.brute import item_costs, rounded
from tests.costing.formulas import evaluate, names_in
from tests.costing.questions import (
    hosts,
    money,
    per_token,
    question,
    question_of,
    shape,
    token_money,
    typed,
)
from tests.costing.scenarios import random_scenario


def recomputed(tree: Trace) -> Fraction:
    """The value out of the numbers that were given, read by the evaluator of these tests alone."""
    if tree.formula is None:
        assert () == tree.children
        assert Origin.COMPUTED != tree.origin
        assert tree.value is not None
        return tree.value
    names = [child.name for child in tree.children]
    assert Origin.COMPUTED == tree.origin
    assert names_in(tree.formula) == set(names)
    assert len(names) == len(set(names))
    children = {child.name: recomputed(child) for child in tree.children}
    return evaluate(tree.formula, children)  # type: ignore[arg-type]  # fractions are read too


def shown_by(found: EstimateTrace) -> dict[str, Decimal | int | None]:
    """The numbers of the estimate itself, by the names that trees have."""
    known = found.estimate
    numbers: dict[str, Decimal | int | None] = {
        name: getattr(known, name)
        for name in (
            "requests_per_hour",
            "undated_prices",
            "cost_per_hour",
            "cost_per_month",
            "instances",
            "utilization",
        )
    }
    for name in ("instances", "utilization"):
        if numbers[name] is None:
            del numbers[name]
    for place, item in enumerate(known.line_items):
        for field in ("quantity_per_hour", "cost_per_hour", "cost_per_month"):
            numbers[f"line_items.{place}.{field}"] = getattr(item, field)
    return numbers


@pytest.mark.exhaustive
def test_the_trees_of_600_random_questions_give_every_number_of_the_estimates() -> None:
    """All kinds of options, at the workload and at other loads; costs also as counted by hand."""
    random, seen = Random(71), Counter[str]()
    for _ in range(600):
        scenario = random_scenario(random)
        asked = question_of(scenario)
        other = Fraction(random.randint(0, 400), random.choice([1, 3, 7, 40]))
        for place, option in enumerate(asked.options):
            load = None if random.random() < 0.5 else other
            found = trace(asked, option, load)

            assert estimate(asked, option, load) == found.estimate
            assert shown_by(found) == {name: tree.shown for name, tree in found.numbers.items()}
            for tree in found.numbers.values():
                if tree.value is not None:
                    assert tree.value == recomputed(tree)
            seen[f"{found.estimate.kind} {found.estimate.status}"] += 1
            if found.estimate.cost_per_hour is None:
                assert found.numbers["cost_per_month"].missing
                continue
            at = asked.workload.requests_per_hour if load is None else load
            costs = item_costs(scenario, scenario.options[place], at)
            lines = found.numbers["cost_per_hour"].children
            assert costs == [line.value for line in lines]
            assert rounded(sum(costs, Fraction(0))) == found.numbers["cost_per_hour"].shown
    for kind in ("serverless", "dedicated", "provisioned"):
        assert min(seen[f"{kind} known"], seen[f"{kind} unknown"]) > 10
    assert min(seen["dedicated above_maximum"], seen["provisioned above_maximum"]) > 5


ROW = Provenance(
    source="price page",
    as_of=date(2026, 1, 31),
    derived="published",
    price_id="p-1",
    flags=("batch",),
)


def test_a_price_in_a_tree_carries_its_row() -> None:
    """Of an answer that may take a day as of any other: the row names source, day and id."""
    batch = Serverless(
        name="Batch",
        input=replace(token_money("1"), provenance=ROW),
        output=token_money("2"),
    )

    tree = trace(question(batch), batch).numbers["cost_per_month"]

    priced = [one for _, one in tree.walk() if one.origin is Origin.PRICE]
    assert ["amount", "per"] * 2 == [one.name for one in priced]
    assert [ROW, ROW, Provenance(), Provenance()] == [
        one.price.provenance for one in priced if one.price
    ]
    assert [("USD", Fraction(1)), ("tokens", Fraction(1000))] == [
        (one.unit, one.value) for one in priced[:2]
    ]


def test_what_a_host_serves_carries_its_evidence_and_sources() -> None:
    served = EstimatedCapacity(
        output_tokens_per_second=Decimal(5),
        evidence="fitted_model",
        low_share=Decimal("0.5"),
        high_share=Decimal(2),
        sources=("a paper", "a test"),
    )
    option = hosts(capacity=served)

    numbers = trace(question(option), option).numbers

    leaves = [one for _, one in numbers["utilization"].walk() if one.origin is Origin.CAPACITY]
    assert {("output_tokens_per_second", "fitted_model", ("a paper", "a test"))} == {
        (one.name, one.evidence, one.sources) for one in leaves
    }
    option = hosts(capacity=typed("3"))
    load_tested = trace(question(option), option).numbers["instances"]
    assert ["a load test"] == [one.evidence for _, one in load_tested.walk() if one.evidence]


def test_what_a_unit_carries_says_how_its_weight_is_known() -> None:
    option = Provisioned(
        name="PTU",
        price=money("1"),
        minimum_units=2,
        step_units=2,
        input_tokens_per_minute_per_unit=Decimal(360),
        output_token_weight=Decimal(1),
        weight_basis="assumed",
    )

    tree = trace(question(option), option).numbers["instances"]

    known = {one.name: one.evidence for _, one in tree.walk() if one.origin is Origin.CAPACITY}
    assert {"input_tokens_per_minute_per_unit": None, "output_token_weight": "assumed"} == known
    assert "units" == tree.unit


def test_without_output_tokens_the_weight_of_a_unit_is_no_part_of_its_tree() -> None:
    """360 input tokens a minute are six requests of 3,600 an hour: ten take two units."""
    option = Provisioned(
        name="PTU",
        price=money("1"),
        minimum_units=1,
        step_units=1,
        input_tokens_per_minute_per_unit=Decimal(360),
        output_token_weight=None,
        shape=shape(output_tokens="0"),
    )

    tree = trace(question(option), option).numbers["instances"]

    assert Decimal(2) == tree.value
    assert "output_token_weight" not in {one.name for _, one in tree.walk()}


def test_a_count_of_a_month_is_told_as_it_was_typed() -> None:
    asked = question(per_token())
    monthly = replace(
        asked,
        workload=replace(asked.workload, requests=Decimal(7300), period_hours=Decimal(730)),
    )

    tree = trace(monthly, monthly.options[0]).numbers["requests_per_hour"]

    assert ("requests / period_hours", Fraction(10)) == (tree.formula, tree.value)
    assert ["requests", "period_hours"] == [child.name for child in tree.children]
    asked_for = trace(monthly, monthly.options[0], Fraction(4)).numbers["requests_per_hour"]
    assert (None, Origin.GIVEN) == (asked_for.formula, asked_for.origin)


def test_several_add_ons_have_names_of_their_own() -> None:
    monthly = Price(amount=Decimal(730), per=Decimal(1), unit=Unit.MONTH, currency="USD")
    add_ons = (AddOn(name="search", price=money("2")), AddOn(name="people", price=monthly))
    option = hosts()

    tree = trace(question(option, add_ons=add_ons), option).numbers["cost_per_hour"]

    assert "instances + add_on_1 + add_on_2" == tree.formula
    assert ["Instances", "search", "people"] == [line.label for line in tree.children]
    assert "quantity_per_hour * amount / per / hours_per_month" == tree.children[2].formula


def test_an_unknown_cost_says_what_is_missing_and_has_no_value() -> None:
    option = replace(per_token(), output=None)

    tree = trace(question(option), option).numbers["cost_per_month"]

    assert (None, None, ("output_price",)) == (tree.value, tree.shown, tree.missing)
    small = hosts(capacity=typed("1"), maximum=1)
    above = trace(question(small), small).numbers["cost_per_hour"]
    assert ("above_maximum",) == above.missing


def test_trees_are_columns_of_equal_length_with_values_units_and_rows() -> None:
    option = per_token()

    columns = trace(question(option), option).columns()

    assert 1 == len({len(values) for values in columns.values()})
    assert {"Per token"} == set(columns["option"])
    assert {"amount", "requests_per_hour", "cost_per_month"} <= set(columns["name"])
    frame = import_module("pandas").DataFrame(columns)  # it ships no types
    assert "USD/month" in set(frame["unit"])
