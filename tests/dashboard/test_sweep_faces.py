"""`modelcost sweep` and `POST sweeps`: one document, a winner map, a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.sweep_table import COLUMNS, FORMULA_STARTS, defused
from tests.dashboard.commands import Told, call, refusal
from tests.dashboard.documents import article

LLAMA, GPT = "meta-llama/Llama-3.3-70B-Instruct", "openai/gpt-oss-120b"
H100, SMALL = "Standard_ND96isr_H100_v5", "Standard_NC40ads_H100_v5"


def question(**lists: Any) -> dict[str, Any]:
    """Two models by the token and on hosts, beside prices of a contract with a name like a
    formula."""
    return {
        "version": "1",
        "workload": {
            "requests_per_month": "5000000", "input_tokens": "1024", "output_tokens": "256",
            "peak_to_mean": "2",
        },
        "sweep": {
            "models": [LLAMA, GPT], "hosts": [H100, SMALL], "regions": ["japaneast", "eastus"],
            "terms": ["on_demand", "reserved_3y"], "volumes": ["1", "0.5", "40"],
        } | lists,
        "options": [
            {"name": "By token", "kind": "serverless", "provider": "azure", "deployment": "global"},
            {
                "name": "Hosts", "kind": "dedicated", "minimum_instances": "1",
                "spare_instances": "0",
            },
            {
                "name": "=contract()", "kind": "serverless",
                "prices": {
                    "input": {"amount": "0.9", "per": "1000000", "unit": "token"},
                    "output": {"amount": "1.1", "per": "1000000", "unit": "token"},
                },
            },
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def asked(folder: Path, document: dict[str, Any], *options: str) -> Told:
    return call("sweep", "-", *options, folder=folder, stdin=json.dumps(document))


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    answer: dict[str, Any] = asked(folder, question(), "--json", "--cheapest", "4").document()
    return answer


def test_the_command_line_and_rest_give_the_same_document(
    server_url: str, document: dict[str, Any]
) -> None:
    sent = httpx.post(
        f"{server_url}/api/v1/sweeps", json=question(), params={"cheapest": 4}, timeout=60
    )

    assert 200 == sent.status_code
    assert document == sent.json()


def test_workers_give_the_same_document(folder: Path, document: dict[str, Any]) -> None:
    told = asked(folder, question(), "--json", "--cheapest", "4", "--workers", "2")

    assert document == told.document()


def test_the_cheapest_are_in_order_of_cost_and_the_map_has_a_winner_a_place(
    document: dict[str, Any],
) -> None:
    assert ["0.5", "1", "40"] == [one["load_factor"] for one in document["volumes"]]
    for volume in document["volumes"]:
        costs = [Decimal(one["cost_per_month"]) for one in volume["cheapest"]]
        assert 4 == len(costs)
        assert sorted(costs) == costs
    assert [(LLAMA, "japaneast"), (LLAMA, "eastus"), (GPT, "japaneast"), (GPT, "eastus")] == [
        (row["model"], row["region"]) for row in document["winner_map"]
    ]
    for row in document["winner_map"]:
        for winner, volume in zip(row["winners"], document["volumes"], strict=True):
            first, second = winner["cheapest"], winner["second"]
            assert first["model"] in (None, row["model"])
            assert first["region"] in (None, row["region"])
            assert Decimal(first["cost_per_month"]) <= Decimal(second["cost_per_month"])
            assert Decimal(volume["cheapest"][0]["cost_per_month"]) <= Decimal(
                first["cost_per_month"]
            )
    size = document["size"]
    assert (21, 3) == (size["combinations"], size["volumes"])
    assert size["cells"] == (size["combinations"] - size["refused"]) * 3


def test_what_was_combined_costs_what_the_estimate_says_of_it_alone(folder: Path) -> None:
    """The hosts with a cost, asked for one by one by the other command."""
    found = asked(folder, question(volumes=["40"]), "--json", "--cheapest", "50").document()
    [volume] = found["volumes"]
    shown = {(one["name"], "40"): one for one in volume["cheapest"] if one["kind"] == "dedicated"}
    assert 6 == len(shown)
    for (_, factor), one in shown.items():
        alone = question()
        del alone["sweep"]
        requests = Decimal(factor) * 5_000_000
        alone["workload"]["requests_per_month"] = str(requests)
        own = {"model": one["model"], "region": one["region"], "instance": one["host"]}
        alone["options"] = [alone["options"][1] | own | {"term": one["term"]}]

        told = call("estimate", "-", "--json", folder=folder, stdin=json.dumps(alone)).document()

        [estimate] = told["at_workload"]["estimates"]
        assert estimate["cost_per_month"] == one["cost_per_month"]
        assert estimate["instances"] == one["instances"]


def test_what_has_no_price_stands_beside_the_answer_with_its_reason(
    document: dict[str, Any],
) -> None:
    codes = {one["code"] for one in document["refused"]}
    assert {"no_price"} == codes
    assert all(one["term"] == "reserved_3y" for one in document["refused"])
    assert {(LLAMA, SMALL)} == {(one["model"], one["host"]) for one in document["unpriced"]}
    assert {("capacity",)} == {tuple(one["missing"]) for one in document["unpriced"]}
    assert "models_differ" in {one["code"] for one in document["warnings"]}


def test_slow_hosts_that_would_not_win_make_the_winner_too_close_to_call(
    document: dict[str, Any],
) -> None:
    winners = [winner for row in document["winner_map"] for winner in row["winners"]]
    reasons = {(one["class"], *one["reasons"]) for one in winners}

    assert ("clear",) in reasons
    assert any("capacity_band" in one[1:] and one[0] == "too_close" for one in reasons)


def test_the_table_holds_every_combination_at_every_volume_and_no_formula(
    folder: Path, tmp_path: Path, document: dict[str, Any]
) -> None:
    file = tmp_path / "sweep.csv"

    told = asked(folder, question(), "--csv", str(file))

    assert 0 == told.exit_code
    head, *rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8")))
    assert list(COLUMNS) == head
    size = document["size"]
    assert size["cells"] + size["refused"] == len(rows)
    assert all(not cell.startswith(FORMULA_STARTS) for row in rows for cell in row)
    contract = [row for row in rows if row[0] == "'=contract()"]
    assert 3 == len(contract)
    table = [dict(zip(head, row, strict=True)) for row in rows]
    for volume in document["volumes"]:
        here = [one for one in table if one["load_factor"] == volume["load_factor"]]
        first = sorted((one for one in here if one["rank"]), key=lambda one: int(one["rank"]))[:4]
        assert [one["cost_per_month"] for one in volume["cheapest"]] == [
            one["cost_per_month"] for one in first
        ]
    assert {"known", "unknown", "refused"} == {one["status"] for one in table}
    assert {""} == {one["cost_per_month"] for one in table if one["status"] != "known"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_what_begins_like_a_formula_is_text_in_a_spreadsheet(text: str) -> None:
    assert f"'{text}" == defused(text)
    assert "a=1" == defused("a=1")


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", ["21 combinations (8 of them refused) at 3 volumes.", "Who is the cheapest", " ~"]),
        ("ja", ["21通りの組み合わせ", "最安の案と月額", "価格のない組み合わせ: 10"]),
    ],
)
def test_a_person_reads_the_cheapest_the_map_and_what_has_no_price(
    folder: Path, lang: str, says: list[str]
) -> None:
    told = asked(folder, question(), "--lang", lang)

    assert all(part in told.stdout for part in says)


def test_a_place_where_nothing_has_a_cost_says_so(folder: Path) -> None:
    small = question(models=[LLAMA], hosts=[SMALL], terms=["on_demand"])
    small["options"] = small["options"][1:2]
    none = question(models=[LLAMA], hosts=[SMALL], terms=["reserved_3y"])
    none["options"] = none["options"][1:2]

    told, nothing = asked(folder, small), asked(folder, none)
    document = asked(folder, none, "--json").document()

    assert "none has a cost" in told.stdout
    assert "2 combinations (2 of them refused) at 3 volumes." in nothing.stdout
    assert ([], [], []) == (document["volumes"], document["winner_map"], document["warnings"])


def test_many_reasons_and_remarks_are_counted_instead_of_listed(folder: Path) -> None:
    regions = ["japaneast", "eastus", "westeurope", "uksouth", "francecentral", "swedencentral"]
    hosts = [H100, SMALL, "Standard_NC80adis_H100_v5", "Standard_ND96isr_H200_v5"]

    told = asked(folder, question(regions=regions, hosts=hosts), "--cheapest", "50")

    assert 2 == told.stdout.count("more (see --json)")


def test_a_single_way_is_the_winner_without_a_second(folder: Path) -> None:
    alone = question()
    alone["options"], alone["sweep"] = alone["options"][2:], {"volumes": ["1"]}

    [row] = asked(folder, alone, "--json").document()["winner_map"]

    [winner] = row["winners"]
    assert ("clear", None, ["only_option"]) == (
        winner["class"], winner["second"], winner["reasons"],
    )  # fmt: skip


def test_add_ons_take_part_in_the_costs_and_in_the_verdict(folder: Path) -> None:
    with_staff = question()
    with_staff["add_ons"] = [
        {"name": "Staff", "amount": "1000", "unit": "month", "applies_to": ["Hosts"]},
        {"name": "Search", "amount": "1", "unit": "month"},
    ]

    found = asked(folder, with_staff, "--json").document()
    plain = asked(folder, question(), "--json").document()

    first, before = (one["volumes"][0]["cheapest"][0] for one in (found, plain))
    assert Decimal(first["cost_per_month"]) == Decimal(before["cost_per_month"]) + 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (article(), "sweep: Expected sweep, found nothing."),
        (question(hosts=["NoSuchHost"]), "sweep.hosts.0: The catalog knows no GPU host"),
        (
            question(models=[f"m{n}" for n in range(100)], hosts=[f"h{n}" for n in range(100)]),
            "sweep: Expected at most 2,000 combinations, found 40,201",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused_by_name(
    folder: Path, value: dict[str, Any], message: str
) -> None:
    [line] = refusal(asked(folder, value), 2)

    assert message in line


def test_a_table_that_cannot_be_written_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    told = asked(folder, question(), "--csv", str(tmp_path / "no" / "sweep.csv"))

    [line] = refusal(told, 3)
    assert "No such file or directory" in line


def test_rest_refuses_more_than_the_limit_with_the_field(server_url: str) -> None:
    value = question(models=[f"m{n}" for n in range(100)], hosts=[f"h{n}" for n in range(100)])

    sent = httpx.post(f"{server_url}/api/v1/sweeps", json=value, timeout=30)

    assert (422, ["sweep_too_large"]) == (
        sent.status_code, [one["code"] for one in sent.json()["errors"]],
    )  # fmt: skip
