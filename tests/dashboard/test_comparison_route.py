"""`/api/v1/comparisons`: options of a question, and models, side by side over real HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dashboard.api.comparisons import EXAMPLE
from tests.contracts.questions import document_of


def compared(api: httpx.Client, question: str, **parameters: Any) -> dict[str, Any]:
    answer = api.post("/comparisons", json=document_of(question), params=parameters)
    assert 200 == answer.status_code, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.parametrize("question", ["article", "article-with-capacity", "every-way-to-buy"])
def test_every_number_is_that_of_break_even(api: httpx.Client, question: str) -> None:
    """Line items with their prices too, and the verdict."""
    found = compared(api, question)
    whole = api.post("/break-even", json=document_of(question)).json()

    told = {one["name"]: one for one in whole["at_workload"]["estimates"]}
    for one in found["options"]:
        assert told[one["name"]] == {name: one[name] for name in told[one["name"]]}
    assert whole["verdict"]["at_workload"]["class"] == found["verdict"]["class"]
    assert whole["verdict"]["at_workload"]["text"] == found["verdict"]["text"]
    clear = [one["name"] for one in found["options"] if one["clearly_cheapest"]]
    is_clear = found["verdict"]["class"] == "clear"
    assert clear == ([whole["at_workload"]["cheapest"]] if is_clear else [])


def test_options_beyond_the_fifth_are_named_and_can_be_asked_for(api: httpx.Client) -> None:
    found = compared(api, "every-way-to-buy")
    chosen = compared(api, "every-way-to-buy", option=["PTU for a year", "Batch"])

    assert 5 == len(found["options"])
    assert ["Per token, regional", "PTU by the hour", "PTU for a month", "PTU for a year"] == found[
        "left_out"
    ]
    assert ["Batch", "PTU for a year"] == [one["name"] for one in chosen["options"]]
    assert 7 == len(chosen["left_out"])


def test_a_name_that_no_option_has_and_a_sixth_one_are_refused(api: httpx.Client) -> None:
    body = document_of("article")

    unknown = api.post("/comparisons", json=body, params={"option": "Nobody"})
    many = api.post("/comparisons", json=body, params={"option": ["Per token"] * 6})

    assert (422, 422) == (unknown.status_code, many.status_code)
    assert "application/problem+json" == unknown.headers["content-type"]
    assert "'Nobody'" in unknown.text
    assert "option" == unknown.json()["errors"][0]["field"]


def test_latencies_are_told_apart_by_how_they_are_known(api: httpx.Client) -> None:
    found = compared(api, "every-way-to-buy")
    options = {one["name"]: one["latency"] for one in found["options"]}

    host, token = options["gpt-oss hosts for 3 years"], options["Batch"]
    assert {"modelled": None, "not_modelled": None, "published": {}} == token
    assert "published_measurement" == host["modelled"]["evidence"]
    run = host["published"]["tpot_seconds"]
    assert ("H100-SXM", 8, "1024", "16") == (
        run["gpu"],
        run["gpus"],
        run["input_tokens"],
        run["requests_in_flight"],
    )
    assert run["source"].startswith("aiconfigurator-core")
    assert {("tpot_seconds", "published"), ("tpot_seconds", "modelled")} <= {
        (one["latency"], one["basis"]) for one in found["frontiers"]
    }
    assert {"gpt-oss hosts for 3 years"} == {
        name for one in found["frontiers"] for name in one["options"]
    }


def test_what_is_unknown_is_null_with_a_name_and_words_in_both_languages(
    api: httpx.Client,
) -> None:
    english, japanese = (compared(api, "article", lang=lang) for lang in ("en", "ja"))

    hosts = english["options"][1]
    assert {"kind": "unlimited"} == hosts["capacity"]
    assert ["capacity_not_considered"] == [one["code"] for one in hosts["unknown"]]
    assert "2025-09-30" == hosts["counts_against"][-1]["facts"]["on"]
    assert "はい" not in str(english)
    texts = [one["text"] for one in japanese["options"][1]["counts_against"]]
    assert any("2025/09/30以降" in text for text in texts)


def test_the_example_of_the_description_is_answered(api: httpx.Client, site: httpx.Client) -> None:
    described = site.get("/openapi.json").json()["paths"]["/api/v1/comparisons"]["post"]
    [example] = described["requestBody"]["content"]["application/json"]["examples"].values()
    others = site.get("/openapi.json").json()["paths"]["/api/v1/plan"]["post"]

    assert EXAMPLE == example["value"]
    assert "examples" not in others["requestBody"]["content"]["application/json"]
    answer = api.post("/comparisons", json=example["value"])
    assert 200 == answer.status_code, answer.text
    assert 2 == len(answer.json()["options"])


LLAMA, QWEN, PHI = "meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen3-32B", "microsoft/phi-4"


def test_models_have_the_cost_of_the_page_and_runs_under_the_same_conditions(
    api: httpx.Client,
) -> None:
    """Japan East, 1,000 requests of 1,000 and 1,000 tokens at $0.71 a million each way: $1.42."""
    load = {"requests_per_month": "1000", "input_tokens": "1000", "output_tokens": "1000"}
    asked = {"model": [LLAMA, QWEN, PHI, LLAMA], "region": "japaneast", **load}

    found = api.get("/comparisons", params=asked).json()

    assert [LLAMA, QWEN, PHI] == [one["id"] for one in found["models"]]
    assert "1.42" == found["models"][0]["cost_per_month"]
    runs = [one["latency"]["published"].get("tpot_seconds") for one in found["models"]]
    conditions = ("gpu", "gpus", "input_tokens", "output_tokens", "requests_in_flight", "source")
    assert {tuple(runs[0][name] for name in conditions)} == {
        tuple(run[name] for name in conditions) for run in runs if run is not None
    }
    assert runs[2] is None
    assert {**load, "assumed": False} == found["workload"]


def test_a_model_nobody_knows_and_a_workload_that_is_none_are_refused(api: httpx.Client) -> None:
    unknown = api.get("/comparisons", params={"model": ["no/such"], "region": "eastus"})
    asked = {"model": [LLAMA], "region": "eastus", "input_tokens": "many"}

    assert 404 == unknown.status_code
    refused = api.get("/comparisons", params=asked)
    assert 422 == refused.status_code
    assert "many" in refused.text
    assert 422 == api.get("/comparisons", params={"region": "eastus"}).status_code
    six = api.get("/comparisons", params={"model": [LLAMA] * 6, "region": "eastus"})
    assert 422 == six.status_code
