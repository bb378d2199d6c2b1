"""`modelcost hybrid` and `POST hybrid`: one document, a table, refusals."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.service import example_document
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import article, with_value, without

EXAMPLE = "every-way-to-buy"


def test_the_command_line_and_rest_give_the_same_document(server_url: str, tmp_path: Path) -> None:
    asked = {"base": "PTU for a year", "overflow": "Batch", "profile": "flat"}

    told = call(
        "hybrid", EXAMPLE, "--base", asked["base"], "--overflow", asked["overflow"],
        "--profile", "flat", "--json", folder=tmp_path,
    )  # fmt: skip
    answer = httpx.post(
        f"{server_url}/api/v1/hybrid", json=example_document(EXAMPLE), params=asked, timeout=30
    )

    assert (told.exit_code, answer.status_code) == (0, 200)
    assert json.loads(told.stdout) == answer.json()
    assert answer.json()["overflow"] == "Batch"


def test_rest_says_what_is_too_close_and_what_the_two_sides_rest_on(server_url: str) -> None:
    """$141,054 and $143,898 are less than a tenth apart; a global price is processed anywhere."""
    asked = {"base": "PTU for a year", "overflow": "Per token, global", "profile": "office_hours"}
    answer = httpx.post(
        f"{server_url}/api/v1/hybrid", json=example_document(EXAMPLE), params=asked, timeout=30
    ).json()

    assert ("too_close", "hybrid") == (answer["class"], answer["cheapest"])
    assert "close_costs" in codes_of(answer)
    assert answer["capacity_band"] is None
    warned = {(one["code"], one["option"]) for one in answer["warnings"]}
    assert ("may_process_elsewhere", "Per token, global") in warned


def codes_of(answer: dict[str, Any]) -> set[str]:
    """Why the cheapest way cannot be called."""
    return {reason["code"] for reason in answer["reasons"]}


def test_rest_gives_the_hybrid_at_both_ends_of_an_estimated_capacity(server_url: str) -> None:
    """Slow hosts cost more together with tokens than fast ones, never less."""
    document = example_document("article-on-real-hosts")
    answer = httpx.post(f"{server_url}/api/v1/hybrid", json=document, timeout=30).json()

    band = answer["capacity_band"]
    costs = [Decimal(band[end]["cost_per_month"]) for end in ("low", "high")]
    assert costs[1] <= Decimal(answer["hybrid"]["cost_per_month"]) <= costs[0]
    turns = {band[end]["cheapest"] for end in ("low", "high")} != {answer["cheapest"]}
    assert turns is ("capacity_band" in codes_of(answer))
    assert turns <= (answer["class"] == "too_close")


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        (
            "en",
            [
                "A gap under 10 % is too close to call.",
                "may be processed anywhere",
                "One step less (60):",
                "measured nowhere",
            ],
        ),
        ("ja", ["10%未満", "世界のどこか", "1段階少ない場合(60)", "実測ではありません"]),
    ],
)
def test_a_person_reads_the_best_base_its_neighbors_and_what_it_rests_on(
    tmp_path: Path, lang: str, says: list[str]
) -> None:
    told = call("hybrid", EXAMPLE, "--base", "PTU for a year", "--lang", lang, folder=tmp_path)

    assert all(part in told.stdout for part in says)


def test_without_a_limit_or_a_load_nothing_is_said_of_how_busy_the_base_is(
    tmp_path: Path,
) -> None:
    unlimited = call("hybrid", "article", folder=tmp_path)
    idle = json.dumps(with_value("workload.requests_per_hour", "0"))
    without_load = call("hybrid", "-", folder=tmp_path, stdin=idle)

    assert "its capacity is not considered" in unlimited.stdout
    assert "There is no load." in without_load.stdout


def test_what_is_missing_is_named_in_the_place_of_a_cost(tmp_path: Path) -> None:
    document = without("options.1.instance", without("options.1.capacity"))

    told = call("hybrid", "-", folder=tmp_path, stdin=json.dumps(document))

    assert "No hybrid can be priced: the most one host can serve (Three hosts) is missing." in (
        told.stdout
    )


@pytest.mark.parametrize(
    ("document", "options", "message"),
    [
        (article(), ["--base", "x"], "base: Expected one of Three hosts, found 'x'."),
        (article(), ["--overflow", "x"], "overflow: Expected one of Per token, found 'x'."),
        (
            article(),
            ["--profile", "sunday"],
            "profile: Expected one of flat, office_hours, office_hours_with_weekend, found "
            "'sunday'.",
        ),
        (without("options.1"), [], "base: Expected an option for the base of the hybrid"),
        (without("options.0"), [], "overflow: Expected an option for the overflow of the hybrid"),
    ],
)
def test_a_side_or_profile_that_is_not_there_is_refused(
    tmp_path: Path, document: dict[str, Any], options: list[str], message: str
) -> None:
    file = tmp_path / "question.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    [line] = refusal(call("hybrid", str(file), *options, folder=tmp_path / "data"), 2)

    assert message in line


def test_every_number_of_a_hybrid_opens_to_its_formula_and_rows(
    server_url: str, tmp_path: Path
) -> None:
    """On request, over REST and in the terminal; else the document stays as short as it was."""
    asked = {"base": "PTU for a year", "overflow": "Batch", "trace": "true"}
    url, question = f"{server_url}/api/v1/hybrid", example_document(EXAMPLE)

    answer = httpx.post(url, json=question, params=asked, timeout=30).json()
    told = call(
        "hybrid", EXAMPLE, "--base", "PTU for a year", "--overflow", "Batch", "--trace",
        folder=tmp_path,
    )  # fmt: skip

    month = answer["numbers"]["cost_per_month"]
    assert month["value"] == answer["hybrid"]["cost_per_month"]
    assert "cost_per_hour * hours_per_month" == month["formula"]
    [units] = [one for one in month["children"][0]["children"] if one["name"] == "units"]
    assert "chosen" == units["children"][0]["children"][0]["origin"]
    assert any(one["price"] for one in units["children"])
    assert "requests_of_base / mean_load" in told.stdout
    assert f"cost_per_month = {month['value']} USD/month" in told.stdout
    assert "numbers" not in httpx.post(url, json=question, timeout=30).json()
