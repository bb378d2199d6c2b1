"""Where each number of an estimate comes from, on the command line and over REST."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.service import EXAMPLES, example_document
from tests.costing.brute import rounded
from tests.costing.formulas import evaluate, names_in
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import without


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def recomputed(tree: dict[str, Any]) -> Fraction:
    """The value of a tree out of the numbers at its ends, as its document states them."""
    if tree["formula"] is None:
        assert [] == tree["children"]
        return Fraction(Decimal(tree["value"]))
    children = {child["name"]: recomputed(child) for child in tree["children"]}
    assert names_in(tree["formula"]) == set(children)
    return evaluate(tree["formula"], children)  # type: ignore[arg-type]  # fractions are read too


def walked(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tree and all below it."""
    yield tree
    for child in tree["children"]:
        yield from walked(child)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_number_of_an_estimate_is_what_its_tree_gives(folder: Path, example: str) -> None:
    """By the token, on hosts and in units; the article and the catalog's own prices."""
    trees = call("trace", example, "--json", folder=folder).document()
    answer = call("estimate", example, "--json", folder=folder).document()

    for option, estimate in zip(trees["options"], answer["at_workload"]["estimates"], strict=True):
        numbers = {name: tree["value"] for name, tree in option["numbers"].items() if tree["value"]}
        for name, tree in option["numbers"].items():
            if tree["value"] is not None:
                assert rounded(recomputed(tree)) == Decimal(numbers[name])
        assert estimate["name"] == option["name"]
        assert estimate["cost_per_month"] == option["numbers"]["cost_per_month"]["value"]
        assert estimate["cost_per_hour"] == option["numbers"]["cost_per_hour"]["value"]
        assert estimate["utilization"] == numbers.get("utilization")
        for place, item in enumerate(estimate["line_items"]):
            assert item["cost_per_month"] == numbers[f"line_items.{place}.cost_per_month"]
            line = option["numbers"][f"line_items.{place}.cost_per_hour"]
            assert item["price"] == next(
                one["price"] for one in walked(line) if one["name"] == "amount"
            )


def test_the_command_line_and_rest_give_the_same_document(api: httpx.Client, folder: Path) -> None:
    document = call("trace", "article", "--option", "Per token", "--json", folder=folder)

    sent = api.post("/trace", params={"option": "Per token"}, json=example_document("article"))

    assert 200 == sent.status_code
    assert document.document() == sent.json()
    assert ["Per token"] == [one["name"] for one in sent.json()["options"]]


def test_the_text_shows_each_number_above_what_it_reads(folder: Path) -> None:
    told = call("trace", "article", folder=folder)

    assert told.stdout.startswith(
        "Per token (Pay per token)\n"
        "  cost_per_month = 6599.2 USD/month  = cost_per_hour * hours_per_month\n"
        "    cost_per_hour = 9.04 USD/hour  = input + output + hosting\n"
        "      input (Input tokens) = 3.35 USD/hour  = quantity_per_hour * amount / per\n"
        "        quantity_per_hour = 5000000 tokens/hour  = requests_per_hour * input_tokens\n"
        "          requests_per_hour = 5000 requests/hour  [given]\n"
    )
    assert "amount = 6.12 USD  [the article, price date 2024-03-17]" in told.stdout


def test_the_text_names_rows_of_the_catalog_and_how_hosts_are_known_to_serve(
    folder: Path,
) -> None:
    told = call("trace", "llama-3.3-70b-japan-east", folder=folder)

    assert "[Azure Retail Prices API, price date 2025-08-25, p-" in told.stdout
    assert "silicon sample, row t05985, 2026-04-06]" in told.stdout
    assert "utilization = " in told.stdout


def test_a_cost_that_is_not_known_says_what_is_missing(folder: Path, api: httpx.Client) -> None:
    unknown = without("options.0.prices.output", example_document("article"))
    unknown = without("options.0.prices.input.source", unknown)

    told = call("trace", "-", folder=folder, stdin=json.dumps(unknown))
    tree = api.post("/trace", json=unknown).json()["options"][0]["numbers"]["cost_per_month"]

    assert "cost_per_month = ? USD/month  [not known: output_price]" in told.stdout
    assert (None, ["output_price"]) == (tree["value"], tree["missing"])


def test_a_typed_price_without_source_and_date_says_so_in_both_languages(folder: Path) -> None:
    bare = without("options.1.price.source", example_document("article"))
    bare = without("options.1.price.as_of", bare)

    english = call("trace", "-", folder=folder, stdin=json.dumps(bare))
    japanese = call("trace", "-", "--lang", "ja", folder=folder, stdin=json.dumps(bare))

    assert "amount = 6.12 USD  [typed, no date]" in english.stdout
    assert "[入力値, " in japanese.stdout


def test_an_option_that_is_not_there_is_refused_by_name(api: httpx.Client, folder: Path) -> None:
    (line,) = refusal(call("trace", "article", "--option", "Nobody", folder=folder), 2)
    sent = api.post("/trace", params={"option": "Nobody"}, json=example_document("article"))

    assert "option: Expected the name of an option, found 'Nobody'." == line
    assert 422 == sent.status_code
    assert "option" == sent.json()["errors"][0]["field"]


def test_what_is_wrong_with_the_scenario_is_refused_with_its_line(folder: Path) -> None:
    wrong = example_document("article") | {"model": "nobody/none"}

    (line,) = refusal(call("trace", "-", folder=folder, stdin=json.dumps(wrong)), 2)

    assert line.startswith("-:1:")
    assert "The catalog knows no model" in line
