"""`modelcost budget` and `POST budget`: one document, a table, refusals."""

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

EXAMPLE = "llama-3.3-70b-three-volumes"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def asked(folder: Path, document: dict[str, Any], *options: str) -> Any:
    return call("budget", "-", "--json", *options, folder=folder, stdin=json.dumps(document))


def test_the_command_line_and_rest_give_the_same_document(server_url: str, folder: Path) -> None:
    params = {"amount": "20000", "high": "1.5"}

    told = call(
        "budget", EXAMPLE, "--amount", "20000", "--high", "1.5", "--json", folder=folder
    )  # fmt: skip
    answer = httpx.post(
        f"{server_url}/api/v1/budget", json=example_document(EXAMPLE), params=params, timeout=30
    )

    assert 200 == answer.status_code
    assert told.document() == answer.json()
    assert [("low", "0.5"), ("plan", "1"), ("high", "1.5")] == [
        (level["name"], level["factor"]) for level in answer.json()["levels"]
    ]


def test_the_article_at_half_and_double_its_load_is_the_sum_of_its_prices(folder: Path) -> None:
    """Per token 3.09 an hour and 1.19 a request of 2,000 tokens over 1,000; hosts 3 x 6.12."""
    volumes = [{"name": "low", "factor": "0.5"}, {"name": "high", "factor": "3"}]

    found = asked(folder, with_value("volumes", volumes), "--amount", "13402.8").document()

    def monthly(requests: int) -> Decimal:
        each = Decimal("0.00067") + Decimal("0.00052")
        return (Decimal("3.09") + requests * each) * 730

    tokens, hosts = found["options"]
    assert [monthly(2500), monthly(5000), monthly(15000)] == [
        Decimal(tokens["levels"][name]["cost_per_month"]) for name in ("low", "plan", "high")
    ]
    assert [Decimal(3 * 730) * Decimal("6.12")] * 3 == [
        Decimal(hosts["levels"][name]["cost_per_month"]) for name in ("low", "plan", "high")
    ]
    assert ["Per token", "Per token", "Three hosts"] == [
        level["cheapest"] for level in found["levels"]
    ]
    suggested = found["suggested"]
    assert ("Per token", monthly(15000) - monthly(5000), "high_cost - plan_cost") == (
        suggested["option"], Decimal(suggested["buffer_per_month"]), suggested["rule"],
    )  # fmt: skip
    assert (["Three hosts"], "no_end", "money") == (
        found["within"], hosts["used_up"]["up_to"], tokens["used_up"]["up_to"],
    )  # fmt: skip
    assert "12831.9327731092436974789916" == tokens["used_up"]["requests_per_hour"]
    assert "2024-03-17" == found["prices_as_of"]


def test_what_is_unknown_has_no_cost_and_no_buffer_and_nobody_is_called_the_cheapest(
    folder: Path,
) -> None:
    document = without("options.0.prices.output")

    found = asked(folder, document, "--amount", "1").document()
    shown = call("budget", "-", folder=folder, stdin=json.dumps(document))

    tokens = found["options"][0]
    assert (["output_price"], None, "no_plan_cost", None, None) == (
        tokens["missing"], tokens["buffer_per_month"], tokens["buffer_reason"], tokens["within"],
        tokens["used_up"],
    )  # fmt: skip
    assert {None} == {level["cost_per_month"] for level in tokens["levels"].values()}
    assert {("unknown", "Three hosts")} == {
        (level["class"], level["cheapest"]) for level in found["levels"]
    }
    assert "Cannot judge" in found["levels"][1]["text"]
    assert "an option without a cost could still be the cheapest." in shown.stdout


def test_a_question_without_any_cost_says_that_no_budget_can_be_named(folder: Path) -> None:
    document = without("options.1", without("options.0.prices.output"))

    found = asked(folder, document).document()
    shown = call("budget", "-", folder=folder, stdin=json.dumps(document))

    assert found["suggested"] is None
    assert shown.stdout.startswith("No budget can be named")


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("2255.7", "Per token: not even the first request is paid for."),
        ("2000", "Per token: not even the first request is paid for."),
        ("20000", "Three hosts: at any load, its cost does not grow."),
        ("6599.2", "Per token: up to 3.65M requests a month, then the money is spent."),
    ],
)
def test_a_person_reads_how_far_the_money_lasts(folder: Path, amount: str, says: str) -> None:
    told = call("budget", "article", "--amount", amount, folder=folder)

    assert f"- {says}" in told.stdout


def test_hosts_end_at_a_step_or_at_the_maximum_and_may_be_slow(folder: Path) -> None:
    example = call("budget", "article-on-real-hosts", "--amount", "20000", folder=folder)
    few = json.dumps(
        with_value(
            "options.1.maximum_instances",
            3,
            with_value("options.1.capacity", {"output_tokens_per_second": 1000}),
        )
    )
    limited = call("budget", "-", "--amount", "20000", "--high", "9", folder=folder, stdin=few)

    assert "one host or unit more is too dear. If its hosts are as slow" in example.stdout
    assert "no more hosts or units are allowed, money is left." in limited.stdout


def test_hosts_that_may_serve_nothing_are_said_not_to_carry_the_high_volume(folder: Path) -> None:
    """Targets that only fast deployments meet leave no cost at the slow end."""
    document = example_document("article-on-real-hosts")
    document["workload"] |= {"tpot_seconds": "0.025"}

    told = call("budget", "-", "--amount", "9e9", folder=folder, stdin=json.dumps(document))

    assert "they do not serve the high volume." in told.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "No buffer is needed: what is paid at the plan also carries the high volume."),
        (["--high", "3"], "Buffer: $8,687 a month (200 % of the plan) for more requests."),
    ],
)
def test_the_buffer_is_told_with_what_it_pays_for_and_its_rule(
    folder: Path, options: list[str], says: str
) -> None:
    """Hosts that are the cheapest, or prices by the token alone."""
    document = without("options.0.prices.hosting", without("options.1"))
    if not options:
        document = without("options.0")

    told = call("budget", "-", *options, folder=folder, stdin=json.dumps(document))

    assert says in told.stdout
    assert "Rule: buffer = cost at the high volume - cost at the planned one" in told.stdout


def test_a_plan_that_costs_nothing_has_no_share_and_a_high_volume_without_hosts_no_buffer(
    folder: Path,
) -> None:
    free = with_value("options.0.price.amount", "0", without("options.0"))
    idle = call("budget", "-", "--plan", "0.001", folder=folder, stdin=json.dumps(free))
    tight = with_value("options.1.capacity", {"output_tokens_per_second": "500"})
    tight = without("options.0", with_value("options.1.maximum_instances", 3, tight))
    ended = call("budget", "-", "--high", "2", folder=folder, stdin=json.dumps(tight))

    assert "$0.00 to $0.00 a month" in idle.stdout
    assert "No buffer can be named: there is no cost at the high volume." in ended.stdout


def test_a_japanese_reader_gets_the_same_in_japanese(folder: Path) -> None:
    told = call("budget", EXAMPLE, "--lang", "ja", "--amount", "20000", folder=folder)

    assert "計画量で最安の「Hosts of four H200」" in told.stdout
    assert "全ての量で予算内" in told.stdout


@pytest.mark.parametrize(
    ("document", "options", "message"),
    [
        (
            article(),
            ["--low", "2"],
            "volumes: Expected low, plan and high in rising order for a budget, found low 2, "
            "plan 1, high 1.",
        ),
        (
            with_value("volumes", [{"name": "plan", "factor": 3}, {"name": "high", "factor": 2}]),
            [],
            "found low 3, plan 3, high 2.",
        ),
        (article(), ["--amount", "-5"], "amount: Expected a number of 0 or more, found -5."),
        (article(), ["--amount", "much"], "amount: Expected a number, found 'much'."),
        (article(), ["--high", "0"], "high: Expected a number above 0, found '0'."),
    ],
)
def test_volumes_out_of_order_and_numbers_that_are_none_are_refused_by_name(
    folder: Path, document: dict[str, Any], options: list[str], message: str
) -> None:
    [line] = refusal(asked(folder, document, *options), 2)

    assert message in line


def test_rest_refuses_an_order_of_volumes_with_the_field(server_url: str) -> None:
    answer = httpx.post(
        f"{server_url}/api/v1/budget", json=article(), params={"low": "2"}, timeout=30
    )

    assert (422, ["volumes"]) == (
        answer.status_code, [one["field"] for one in answer.json()["errors"]],
    )  # fmt: skip
