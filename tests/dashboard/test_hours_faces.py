"""`modelcost hours` and `POST hours`: options over the hours of a load, lens and whole costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import article

HALF_A_DAY = {"weights": ["0"] * 12 + ["2"] * 12, "source": "our log"}
"""Nothing by night, twice the mean by day."""


def asked(**more: Any) -> dict[str, Any]:
    """The article with hosts that carry 4,500 requests an hour, scaled to zero, and owned ones."""
    document: dict[str, Any] = article()
    document["options"][1] |= {
        "minimum_instances": 0,
        "billing": "hourly",
        "cold_start_minutes": "30",
        "capacity": {"output_tokens_per_second": "1250", "evidence": "a load test"},
    }
    owned = {
        "purchase_price": "73000",
        "residual_value": "0",
        "useful_life_months": 50,
        "power_kilowatts": "1",
        "power_usage_effectiveness": "1",
        "price_per_kilowatt_hour": "0.1",
        "people_hours_per_month": "0",
        "people_price_per_hour": "0",
        "colocation_fee_per_month": "0",
        "already_paid": True,
    }
    hosts = {"kind": "dedicated", "name": "Own", "minimum_instances": 1, "spare_instances": 0}
    document["options"].append({**hosts, "owned": owned, "capacity": "unlimited"})
    return {**document, "profile": HALF_A_DAY, **more}


def test_the_command_line_and_rest_give_the_same_hours(server_url: str, tmp_path: Path) -> None:
    """Twelve hours of three hosts at 6.12, and a start of half an hour of all three."""
    document = asked(tax_share="0.1", lens="full")

    told = call("hours", "-", "--json", folder=tmp_path, stdin=json.dumps(document))
    answer = httpx.post(f"{server_url}/api/v1/hours", json=document, timeout=30)

    assert (told.exit_code, answer.status_code) == (0, 200), told.stderr
    found = json.loads(told.stdout)
    assert found == answer.json()
    hosts = found["options"][1]
    assert (hosts["billing"], hosts["cold_start_minutes"]) == ("hourly", "30")
    assert hosts["instances_by_hour"] == [0] * 12 + [3] * 12
    assert (hosts["starts_from_zero"], hosts["cost_per_hour"]) == (1, "10.51875")
    codes = [item["code"] for item in hosts["line_items"]]
    assert codes == ["instances", "cold_start", "tax"]
    assert found["lens"] == "full"
    assert found["profile"] == {"name": "typed", **HALF_A_DAY}
    warned = {(one["code"], one["option"]) for one in found["warnings"]}
    assert {("cold_starts", "Three hosts"), ("support_and_tax", None)} <= warned
    assert "billed_by_the_hour" not in {code for code, _ in warned}


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", ["5,000 requests an hour on average, the hours of the question; full costs",
                "by the hour", "always on", "0-3", "start from zero 1 times",
                "support is 12.5 % of all other costs, tax 7.75 % of all costs with support"]),
        ("ja", ["質問にある時間帯、総費用", "時間ごと", "常時稼働",
                "サポートは他の全費用の12.5 %"]),
    ],
)  # fmt: skip
def test_a_person_reads_billing_hosts_and_what_is_on_top(
    tmp_path: Path, lang: str, says: list[str]
) -> None:
    stdin = json.dumps(asked(support_share="0.125", tax_share="0.0775"))
    told = call("hours", "-", "--lang", lang, folder=tmp_path, stdin=stdin)

    assert [] == [part for part in says if part not in told.stdout], told.stdout


def test_an_option_without_a_cost_says_why_in_its_place(tmp_path: Path) -> None:
    """Above the quota at midday, and an owned host that lacks a fee."""
    document = asked()
    document["options"][1]["maximum_instances"] = 2
    del document["options"][2]["owned"]["colocation_fee_per_month"]

    told = call("hours", "-", folder=tmp_path, stdin=json.dumps(document))

    assert "not to be had: more hosts needed than your maximum" in told.stdout
    assert "the colocation fee of a host (0 if there is none) is missing" in told.stdout


def test_a_preset_in_the_address_takes_the_place_of_the_hours_of_the_question(
    tmp_path: Path,
) -> None:
    """Without either, office hours."""
    for options, document, name in (
        (["--profile", "flat"], asked(), "flat"),
        ([], {**asked(), "profile": "office_hours_with_weekend"}, "office_hours_with_weekend"),
        ([], {key: value for key, value in asked().items() if key != "profile"}, "office_hours"),
    ):
        told = call("hours", "-", "--json", *options, folder=tmp_path, stdin=json.dumps(document))

        assert json.loads(told.stdout)["profile"]["name"] == name


def test_a_hybrid_takes_the_hours_of_the_question_too(tmp_path: Path) -> None:
    """And does not call them a shape of ours."""
    stdin = json.dumps(asked())
    told = call("hybrid", "-", "--json", folder=tmp_path, stdin=stdin)
    read = call("hybrid", "-", folder=tmp_path, stdin=stdin)

    assert json.loads(told.stdout)["profile"]["source"] == "our log"
    assert "the hours of the question" in read.stdout
    assert "measured nowhere" not in read.stdout


@pytest.mark.parametrize(
    ("document", "options", "message"),
    [
        (asked(), ["--profile", "sunday"],
         "profile: Expected one of flat, office_hours, office_hours_with_weekend, found 'sunday'."),
        (asked(profile={"weights": ["1"] * 23}), [],
         "profile.weights: Expected 24 numbers (a day) or 168 (a week), found 23."),
    ],
)  # fmt: skip
def test_hours_that_mean_nothing_are_refused_at_their_place(
    tmp_path: Path, document: dict[str, Any], options: list[str], message: str
) -> None:
    told = call("hours", "-", *options, folder=tmp_path, stdin=json.dumps(document))

    [line] = refusal(told, 2)
    assert message in line


def test_hosts_that_cannot_be_given_back_by_the_hour_are_refused_at_their_option(
    tmp_path: Path,
) -> None:
    """Owned ones stay where they are."""
    document = asked()
    document["options"][2]["billing"] = "hourly"

    told = call("hours", "-", folder=tmp_path, stdin=json.dumps(document))

    [line] = refusal(told, 2)
    assert "options.2.billing: Expected always_on for 'Own', whose hosts are owned" in line


@pytest.mark.parametrize("command", ["estimate", "break-even", "plan"])
def test_every_answer_names_the_lens_where_the_question_does(tmp_path: Path, command: str) -> None:
    """And what it leaves out; billing by the hour is told where hours are not looked at."""
    paid = {"name": "Ops", "amount": "80", "unit": "month", "quantity": "20", "already_paid": True}
    stdin = json.dumps(asked(lens="marginal", add_ons=[paid]))
    told = json.loads(call(command, "-", "--json", folder=tmp_path, stdin=stdin).stdout)
    silent = json.loads(call(command, "article", "--json", folder=tmp_path).stdout)

    warned = {one["code"]: one["text"] for one in told["warnings"]}
    assert told["lens"] == "marginal"
    assert "lens" not in silent
    assert warned["lens_marginal"].endswith("all options alike (Ops).")
    assert {"purchase_left_out", "billed_by_the_hour"} <= warned.keys()


def test_a_plan_tells_what_is_left_of_owned_hosts(tmp_path: Path) -> None:
    """In the table of what is paid ahead, and as a remark in money."""
    told = call("plan", "-", folder=tmp_path, stdin=json.dumps(asked()))

    assert "$55,480 paid ahead" in told.stdout
    assert "Amortized: a purchase is spread over the useful life" in told.stdout
    assert "and of purchases what is not borne yet" in told.stdout
    assert "at the end of the plan 1 owned hosts are left; $55,480" in told.stdout
