"""A plan on the command line and over REST: one document, and a table that a person can count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.document import read_document
from tests.costing.formulas import evaluate
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import article, with_value

GOLDEN = Path(__file__).parents[1] / "golden"
PLAN = GOLDEN / "plan.yaml"


@pytest.fixture
def api(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server_url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def question(path: str = "", value: object = None) -> dict[str, Any]:
    """The golden question, with another value at a path."""
    document: dict[str, Any] = read_document(PLAN.read_bytes(), form="yaml").value
    return with_value(path, value, document) if path else document


def asked(document: dict[str, Any], folder: Path, *more: str) -> Any:
    """The answer of the command line to a document."""
    told = call("plan", "-", "--json", *more, folder=folder, stdin=json.dumps(document))
    return told.document()


def test_the_table_of_a_plan_is_the_one_that_was_counted_by_hand(folder: Path) -> None:
    told = call("plan", str(PLAN), folder=folder)

    assert (0, "") == (told.exit_code, told.stderr)
    assert (GOLDEN / "plan.txt").read_text(encoding="utf-8") == told.stdout


def test_the_command_line_and_rest_give_the_same_plan(api: httpx.Client, folder: Path) -> None:
    answer = api.post("/plan", json=question())

    assert 200 == answer.status_code
    assert asked(question(), folder) == answer.json()


def test_months_add_up_to_years_and_totals_and_items_to_months(folder: Path) -> None:
    for option in asked(question(), folder)["options"]:
        for kind, formula in (("cash", "formula"), ("amortized", "amortized_formula")):
            months = [Decimal(month[kind]) for month in option["months"]]
            assert Decimal(option[kind]) == sum(months)
            assert sum(Decimal(year[kind]) for year in option["fiscal_years"]) == sum(months)
            assert option["months"][-1][f"cumulative_{kind}"] == option[kind]
            for month in option["months"]:
                values = [
                    evaluate(
                        item[formula], {name: Decimal(v) for name, v in item["inputs"].items()}
                    )
                    for item in month["items"]
                ]
                assert Decimal(month[kind]) == sum(values)


def test_every_item_but_a_one_off_cost_names_its_price_and_the_oldest_is_told(
    folder: Path,
) -> None:
    answer = asked(question(), folder)

    [_, hosts] = answer["options"]
    first = {item["code"]: item["price"] for item in hosts["months"][0]["items"]}
    assert {"commitment": 0, "commitment_upfront": 0, "one_off": None} == first
    assert ["2", "3"] == [price["amount"] for price in hosts["prices"]]
    assert "2026-10-01" == answer["prices_as_of"]


def test_a_question_without_a_plan_gets_twelve_months_and_is_told_so(folder: Path) -> None:
    """The newest price of the article is of March 2024."""
    answer = asked(article(), folder)

    plan = answer["plan"]
    assert ("2025-01", 12, True) == (plan["start"], plan["months"], plan["assumed"])
    assert {"0.00067", "0.00052", "3.09"} == {
        price["amount"] for price in answer["options"][0]["prices"]
    }
    assert "plan_assumed" == answer["warnings"][0]["code"]
    assert "January of the year after the newest price date" in answer["warnings"][0]["text"]
    assert "instance_retires" in {one["code"] for one in answer["warnings"]}


def test_a_host_above_its_quota_has_an_unknown_year_and_a_reason_in_words(folder: Path) -> None:
    document = question("options.1.maximum_instances", 1)

    told = call("plan", "-", folder=folder, stdin=json.dumps(document)).stdout

    assert "Hosts      $11,950                        unknown" in told
    assert "Hosts has no cost from 2027-04 on (months without one: 3)" in told
    assert "it needs more hosts or units than the maximum." in told
    assert "Whether Hosts pays back against Per token cannot be said" in told


def test_an_option_without_a_price_says_what_is_missing(folder: Path) -> None:
    document = question("options.0.prices", {"hosting": {"amount": 1, "per": 1, "unit": "hour"}})

    told = call("plan", "-", folder=folder, stdin=json.dumps(document)).stdout

    assert "Per token has no cost from 2027-01 on (months without one: 6): missing:" in told


def test_units_of_throughput_are_told_as_units(folder: Path) -> None:
    sizing = {"minimum_units": 15, "step_units": 5, "input_tokens_per_minute_per_unit": 3000}
    units = {
        "name": "Units",
        "kind": "provisioned",
        "price": {"amount": 1, "per": 1, "unit": "hour"},
        "sizing": sizing | {"output_token_weight": 4},
        "commitment": {"months": 1, "price": {"amount": "0.5", "per": 1, "unit": "hour"}},
    }
    document = question("options.1", units)

    told = call("plan", "-", folder=folder, stdin=json.dumps(document)).stdout

    assert "Units      3,600                      7,200    80 PTU          160 PTU" in told


@pytest.mark.parametrize(
    ("growth", "text"),
    [
        ({}, "the load stays as it is."),
        ({"growth_per_year": "0"}, "the load stays as it is."),
        ({"growth_per_month": "0.05"}, "the load changes by +5 % a month."),
        ({"growth_per_year": "-0.2"}, "the load changes by -20 % a year."),
    ],
)
def test_growth_is_told_in_words(folder: Path, growth: dict[str, str], text: str) -> None:
    document = question("plan", {"start": "2027-01", "months": 2, **growth})

    told = call("plan", "-", folder=folder, stdin=json.dumps(document)).stdout

    assert told.startswith(f"2 months from 2027-01 to 2027-02; a month counts 730 hours; {text}\n")


def test_a_plan_in_japanese_has_its_words_and_money_in_japanese(
    api: httpx.Client, folder: Path
) -> None:
    told = call("plan", str(PLAN), "--lang", "ja", folder=folder).stdout
    answer = api.post("/plan", params={"lang": "ja"}, json=question()).json()

    assert "Hostsの累計支払額は、2027-05(5か月目)からPer token以下です。" in told
    assert answer["paybacks"][1]["text"] in told
    assert answer["warnings"][-1]["text"] in told
    assert "負荷は月ごとの指定によります" in told


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("plan.months", 121, "plan.months: Expected at most 120, found '121'."),
        ("plan.horizon", 6, "There is no key 'horizon' here."),
        ("options.0.commitment", {}, "options.0.commitment: There is no key 'commitment' here."),
        (
            "options.1.one_off.0.month",
            "2027-07",
            "options.1.one_off.0.month: Expected a month of the plan, 2027-01 to 2027-06, found "
            "2027-07. Make the plan longer, or leave the cost out.",
        ),
        (
            "plan",
            {"start": "2027-01", "months": 60, "growth_per_month": "10"},
            "plan.growth_per_month: Expected loads of at most 1,000,000,000,000,000 requests an "
            "hour, found more in 2027-12; lower the growth or shorten the plan.",
        ),
        (
            "options.1.commitment.price.unit",
            "token",
            "options.1.commitment.price.unit: Expected hour or month, found token.",
        ),
    ],
)
def test_a_plan_that_means_nothing_is_refused_at_its_field(
    folder: Path, path: str, value: object, message: str
) -> None:
    told = call("plan", "-", folder=folder, stdin=json.dumps(question(path, value)))

    [line, *_] = refusal(told, 2)
    assert message in line


def test_rest_refuses_a_plan_with_the_path_of_its_field(api: httpx.Client) -> None:
    document = question("options.1.commitment.upfront_share", "1.5")

    answer = api.post("/plan", json=document)

    assert 422 == answer.status_code
    [error] = answer.json()["errors"]
    assert "options.1.commitment.upfront_share" == error["field"]


def test_a_plan_keeps_what_was_typed_in_its_scenario(folder: Path) -> None:
    scenario = asked(question(), folder)["scenario"]

    assert {
        "start": "2027-01", "months": 6, "monthly_factors": ["1", "1", "1", "2", "2", "2"],
        "fiscal_year_starts_in": 4,
    } == scenario["plan"]  # fmt: skip
    assert asked(question(), folder) == asked(scenario, folder)
