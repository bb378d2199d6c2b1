"""`modelcost recommend` and `POST recommendations`: one document, a table, refusals, exit codes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.service import example_document
from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import with_value, without

LLAMA = "llama-3.3-70b-japan-east"
DOCUMENT = [
    "scenario", "request", "model_id", "shape_source", "twin", "currency", "exchange",
    "mean_requests_per_hour", "peak_requests_per_hour", "reasons", "regions", "losers",
    "prices_as_of",
]  # fmt: skip


def llama() -> dict[str, Any]:
    return example_document(LLAMA)


def scenario_file(folder: Path, document: dict[str, Any]) -> str:
    file = folder / "question.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        ([], {}),
        (
            ["--region", "eastus", "--region", "West US 3", "--weights", "fp8", "--tuned"],
            {"region": ["eastus", "West US 3"], "weights": "fp8", "tuned": "true"},
        ),
        (
            ["--all-regions", "--provider", "azure", "--engine", "sglang", "--limit", "2"],
            {"all_regions": "true", "provider": "azure", "engine": "sglang", "limit": "2"},
        ),
        (["--spare", "1", "--lang", "ja"], {"spare": "1", "lang": "ja"}),
    ],
)
def test_the_command_prints_the_document_that_rest_sends(
    tmp_path: Path, api: httpx.Client, options: list[str], parameters: dict[str, Any]
) -> None:
    told = call("recommend", LLAMA, "--json", *options, folder=tmp_path)

    sent = api.post("/recommendations", params=parameters, json=plain())
    assert (sent.status_code, told.stderr) == (200, "")
    assert told.document() == sent.json()
    assert list(told.document()) == DOCUMENT


def test_the_document_tells_winner_alternatives_and_losers(tmp_path: Path) -> None:
    found = call("recommend", LLAMA, "--json", "--limit", "3", folder=tmp_path).document()

    japan, apart = found["regions"]
    assert (japan["region"], apart["region"]) == ("japaneast", None)
    winner = japan["winner"]
    assert len(japan["alternatives"]) == 2
    costs = [Decimal(one["cost_per_hour"]) for one in (winner, *japan["alternatives"])]
    assert costs == sorted(costs)
    assert Decimal(winner["cost_per_month"]) == 730 * costs[0]
    assert costs[0] == winner["hosts"]["p50"] * Decimal(winner["price"]["amount"])
    assert winner["price"]["id"].startswith("p-")
    assert winner["price"]["as_of"] == found["prices_as_of"] or apart["winner"] is not None
    assert 0 < winner["utilization"] < 1
    assert winner["arrangement"]["replicas"] * winner["arrangement"]["gpus"] <= 8
    groups = {group["code"]: group for group in found["losers"]}
    assert {"gpu_unknown", "gpu_count_unknown", "weights_do_not_fit", "host_retired"} <= set(groups)
    assert all(1 <= len(group["first"]) <= 5 for group in groups.values())
    assert "119.4 GiB too much" in groups["weights_do_not_fit"]["first"][0]["text"]


def test_a_person_reads_a_table_the_notes_and_who_was_left_out(tmp_path: Path) -> None:
    told = call("recommend", LLAMA, "--limit", "2", folder=tmp_path)

    assert (told.exit_code, told.stderr) == (0, "")
    assert "8,000 requests an hour, 16,000 at the peak; 1,024 tokens in" in told.stdout
    assert "japaneast: 7 of 54 hosts with a price carry the load" in told.stdout
    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    first = "azure/Standard_ND96isr_H200_v5 8 x H200 1 (1-2) $106.00 $77,380 $212.00 68 % 4 x 2"
    assert [line for line in lines if line.startswith(first)]
    assert "[2] The price is more than 90 days old: look it up anew." in told.stdout
    assert "Standard_NC6s_v3, Standard_NC12s_v3, Standard_NC24s_v3" in told.stdout
    assert "The provider has retired this host." in told.stdout


def test_a_reader_of_japanese_reads_it_in_japanese(tmp_path: Path) -> None:
    told = call("recommend", LLAMA, "--limit", "2", "--lang", "ja", folder=tmp_path)

    assert "japaneast: 価格のあるサーバー54種のうち7種が負荷に対応" in told.stdout
    assert "提供を終了しています。" in told.stdout


def test_what_nobody_carries_is_an_answer_and_no_failure(tmp_path: Path) -> None:
    """Exit code 0: nothing was asked as a gate."""
    strict = scenario_file(tmp_path, with_value("workload.tpot_seconds", "0.0001", plain()))
    unknown = without("region", with_value("model", "openai/gpt-4o", plain()))
    no_shape = tmp_path / "shape.json"
    no_shape.write_text(json.dumps(unknown), encoding="utf-8")

    nobody = call("recommend", strict, folder=tmp_path / "data")
    reason = call("recommend", str(no_shape), "--all-regions", folder=tmp_path / "data")
    everywhere = call("recommend", strict, "--all-regions", folder=tmp_path / "data")

    assert nobody.exit_code == reason.exit_code == everywhere.exit_code == 0
    assert "No host carries the load within the targets." in nobody.stdout
    assert "your target is 0.0001 s" in nobody.stdout
    assert "A fact is missing for the estimate: config.json." in reason.stdout
    assert "No host carries the load within the targets." in everywhere.stdout


def plain() -> dict[str, Any]:
    """The example with every number as text."""
    document: dict[str, Any] = json.loads(json.dumps(llama(), default=str))
    return document


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--region", "japanest"),
            "regions.0: The catalog knows no region 'japanest'. Nearest: japaneast, japanwest,",
        ),
        (
            ("--provider", "azur"),
            "providers.0: The catalog knows no GPU hosts of a provider 'azur'. Nearest: azure",
        ),
        (
            ("--weights", "fp7"),
            "weights.0: Expected one of bf16, fp16, fp8, int8, int4, nvfp4, mxfp4, found 'fp7'.",
        ),
        (
            ("--engine", "ollama"),
            "engine: Expected one of vllm, tensorrt-llm, sglang, found 'ollama'.",
        ),
        (
            ("--region", "eastus", "--all-regions"),
            "all_regions: Expected some regions or all of them, found both: all, and eastus.",
        ),
        (("--lang", "fr"), "Expected --lang en or ja, found 'fr'."),
    ],
)
def test_a_word_that_is_not_known_ends_with_two_and_says_what_was_expected(
    tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    [line] = refusal(call("recommend", LLAMA, *options, folder=tmp_path), 2)

    assert sentence in line


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"region": "japanest"}, "regions.0"),
        ({"provider": "azur"}, "providers.0"),
        ({"weights": "fp7"}, "weights.0"),
        ({"engine": "ollama"}, "engine"),
        ({"spare": "-1"}, "spare"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_rest_refuses_the_same_words_with_the_path_of_the_field(
    api: httpx.Client, parameters: dict[str, str], field: str
) -> None:
    answer = api.post("/recommendations", params=parameters, json=plain())

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_scenario_comes_from_stdin_and_what_is_wrong_in_it_has_its_line(tmp_path: Path) -> None:
    good = call("recommend", "-", "--json", stdin=json.dumps(plain()), folder=tmp_path)
    bad = call("recommend", "-", stdin="version: 1\nmodel: x\nregions: y\n", folder=tmp_path)

    assert good.document()["model_id"] == "meta-llama/Llama-3.3-70B-Instruct"
    assert any(line.startswith("-:3:10: regions: There is no key") for line in refusal(bad, 2))


def test_rest_takes_json_alone(api: httpx.Client) -> None:
    answer = api.post("/recommendations", content="x", headers={"content-type": "text/plain"})

    assert answer.status_code == 415


def test_a_model_that_only_the_hosts_of_a_question_name_is_taken(tmp_path: Path) -> None:
    """gpt-4o by the token against Llama on hosts: hosts for Llama are asked for."""
    told = call("recommend", "gpt-4o-or-llama-japan-east", "--limit", "1", folder=tmp_path)

    assert told.exit_code == 0
    assert told.stdout.startswith("Cheapest hosts for meta-llama/Llama-3.3-70B-Instruct:")
