"""The capacity of hosts on the command line and over REST: one document, words in two languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.capacity_scan import Limit
from dashboard.capacity_words import words_of
from dashboard.service import example_document
from dashboard.texts import LANGUAGES, load_texts
from tests.dashboard.commands import call
from tests.dashboard.documents import article, with_value, without

EXAMPLE = "article-on-real-hosts"


@pytest.fixture
def api(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server_url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def on_hosts(**changes: Any) -> dict[str, Any]:
    """The example with fields of its host option changed."""
    document = example_document(EXAMPLE)
    document["options"][1] |= changes
    return document


def test_the_command_line_and_rest_give_the_same_document(api: httpx.Client, folder: Path) -> None:
    told = call("capacity", EXAMPLE, "--json", folder=folder)

    answer = api.post("/capacity", json=example_document(EXAMPLE))

    assert (told.exit_code, answer.status_code) == (0, 200)
    assert json.loads(told.stdout) == answer.json()


def test_an_option_has_its_band_its_memory_its_hosts_and_what_it_rests_on(
    api: httpx.Client,
) -> None:
    [hosts] = api.post("/capacity", json=example_document(EXAMPLE)).json()["options"]

    serves, memory = hosts["serves"], hosts["memory_per_gpu"]
    assert serves["output_tokens_per_second"] == serves["input_tokens_per_second"]
    band = serves["requests_per_hour"]
    assert band["p10"] < band["p50"] < band["p90"]
    assert memory["cache_bytes_per_token"] * 2 == 524_288
    used = memory["weight_bytes"] + memory["cache_bytes"] + memory["free_bytes"]
    assert abs(used - memory["usable_bytes"]) <= 2
    assert hosts["hosts"]["p10"]["needed"] >= hosts["hosts"]["p90"]["needed"]
    assert hosts["serving"]["gpus_per_replica"] == 2
    assert hosts["evidence"]["kind"] == "fitted_model"
    assert hosts["curve"][-1]["requests_in_flight"] >= serves["requests_in_flight_per_replica"]
    assert "generation_never_measured" in [one["code"] for one in hosts["reasons"]]


def test_the_example_says_plainly_what_three_hosts_serve_at_three_lengths(folder: Path) -> None:
    """And that they cannot serve the load at which they would pay."""
    told = call("break-even", EXAMPLE, folder=folder).stdout

    assert "3 hosts serve about" in told
    for length in ("250 + 250", "500 + 500", "1,000 + 1,000"):
        assert f"tokens an hour at {length} a request" in told
    assert "the hosts cannot serve the load at which they would pay" in told


def test_its_paper_crossing_is_not_reachable_at_either_end(api: httpx.Client) -> None:
    answer = api.post("/break-even", json=example_document(EXAMPLE)).json()

    assert [one["reachable"] for one in answer["paper_crossings"]] == [False]
    for end in ("low", "high"):
        assert [one["reachable"] for one in answer["capacity_band"][end]["paper_crossings"]] == [
            False
        ]
        assert answer["capacity_band"][end]["cheapest"] == "Per token"


def test_an_answer_without_estimates_has_no_band(api: httpx.Client) -> None:
    assert api.post("/break-even", json=article()).json()["capacity_band"] is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"instance": "Standard_NC4as_T4_v3"}, "The weights fit, but not the cache of one request"),
        (
            {"model": "meta-llama/Llama-2-13b-chat-hf", "instance": "Standard_NC4as_T4_v3"},
            "The weights do not fit: 24.2 GiB on each GPU (1 in all), of which 12.8 GiB",
        ),
        ({"model": "deepseek-ai/DeepSeek-V4-Pro"}, "cannot be computed: it has a cache that is"),
        ({"model": "BAAI/bge-base-en-v1.5"}, "A fact is missing for the estimate: config.json."),
        ({"instance": "Standard_Nobody"}, "The GPU of Standard_Nobody is not known"),
        ({"serving": {"tensor_parallel": 4}}, "The host has 2 GPUs, the arrangement needs 4."),
        ({"output_tokens": "0"}, "nothing is written"),
        ({"input_tokens": "9000"}, "A request has 10000 tokens, the model takes 4096 at most."),
    ],
)
def test_what_cannot_be_estimated_is_a_sentence_with_what_would_lift_it(
    folder: Path, changes: dict[str, Any], says: str
) -> None:
    told = call("capacity", "-", folder=folder, stdin=json.dumps(on_hosts(**changes)))

    assert told.exit_code == 0
    assert "Nothing can be said about what it serves:" in told.stdout
    assert says in told.stdout
    assert "It would take: " in told.stdout


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        (without("options.1"), "options", "Expected an option of the kind dedicated, found none."),
        (
            with_value("options.1.serving", {"weights": "fp7"}),
            "options.1.serving.weights",
            "Expected one of bf16, fp16, fp8, int8, int4, nvfp4, mxfp4, found 'fp7'.",
        ),
        (
            with_value("options.1.serving", {"tuned": "yes"}),
            "options.1.serving.tuned",
            "Expected true or false, found 'yes'.",
        ),
        (
            with_value("options.1.serving", {"tensor_parallel": 0}),
            "options.1.serving.tensor_parallel",
            "Expected at least 1, found 0.",
        ),
        (
            with_value("options.1.serving", {"weigths": "fp8"}),
            "options.1.serving.weigths",
            "Did you mean weights?",
        ),
    ],
)
def test_a_wrong_input_is_refused_at_its_field(
    api: httpx.Client, document: dict[str, Any], field: str, message: str
) -> None:
    refused = api.post("/capacity", json=document)

    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["field"] == field
    assert message in error["message"]


@pytest.mark.parametrize("given", [(), (EXAMPLE, "--check", "runs.csv")])
def test_a_scenario_or_a_file_is_asked_for(folder: Path, given: tuple[str, ...]) -> None:
    told = call("capacity", *given, folder=folder)

    assert told.exit_code == 2
    assert "Expected a scenario or --check FILE, found" in told.stderr


def test_another_language_is_refused_by_name(folder: Path) -> None:
    told = call("capacity", EXAMPLE, "--lang", "fr", folder=folder)

    assert told.exit_code == 2
    assert "Expected --lang en or ja, found 'fr'." in told.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_lift_and_limit_has_words(language: str) -> None:
    """An answer never ends in a code."""
    texts = load_texts(language)

    for code in ReasonCode:
        said = words_of(texts, Reason(code=code, lifts=tuple(Lift)))
        assert "{" not in said
        assert code.value not in said
    serving = [limit for limit in Limit if limit.value in ("memory", "engine", "tpot", "ttft")]
    assert all(texts(f"capacity.limit.{limit.value}") for limit in serving)
