"""What deploys an option: read back by a shell, by YAML and by the library of Azure ML itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from dashboard.service import example_document
from tests.dashboard.chat.exports.deployments import (
    codes,
    deployed,
    files_of,
    flags_of,
    on_hosts,
    way,
)
from tests.dashboard.commands import call
from tests.dashboard.documents import article

MIXED = "gpt-4o-or-llama-japan-east"
ROOT = Path(__file__).resolve().parents[4]
HOSTS = "Llama-3.3-70B on hosts"
NAME_OF_AZURE = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


def test_a_model_of_openai_by_the_token_is_known_to_its_version_and_its_limit(
    tmp_path: Path,
) -> None:
    """The limit: thousands of tokens a minute at the peak, rounded up."""
    document = deployed(tmp_path, MIXED, "gpt-4o per token")
    load = example_document(MIXED)["workload"]
    tokens = Fraction(str(load["input_tokens"])) + Fraction(str(load["output_tokens"]))
    peak = Fraction(str(load["requests_per_hour"])) * Fraction(str(load["peak_to_mean"]))

    [found] = document["ways"]
    account, listed, made = (flags_of(one) for one in found["commands"])

    assert "japaneast" == account["--location"]
    assert "az cognitiveservices account list-models" in listed[""]
    assert {
        "--name": "<ACCOUNT>",
        "--resource-group": "<RESOURCE_GROUP>",
        "--deployment-name": "gpt-4o-per-token",
        "--model-name": "gpt-4o",
        "--model-version": "2024-11-20",
        "--model-format": "OpenAI",
        "--sku-name": "Standard",
        "--sku-capacity": str(ceil(tokens * peak / 60 / 1000)),
    } == {name: value for name, value in made.items() if name}
    assert ["<ACCOUNT>", "<RESOURCE_GROUP>"] == [
        one["placeholder"] for one in document["placeholders"]
    ]
    assert all(page.startswith("https://learn.microsoft.com/") for page in found["documentation"])


def test_a_model_of_others_leaves_format_version_and_limit_to_be_filled_in(
    tmp_path: Path,
) -> None:
    document = deployed(tmp_path, "llama-3.3-70b-japan-east", "Per token, global")

    made = flags_of(document["ways"][0]["commands"][-1])

    assert ("Llama-3.3-70B-Instruct", "GlobalStandard") == (
        made["--model-name"],
        made["--sku-name"],
    )
    assert ("<MODEL_VERSION>", "<MODEL_FORMAT>", "<CAPACITY>") == (
        made["--model-version"],
        made["--model-format"],
        made["--sku-capacity"],
    )
    named = [one["placeholder"] for one in document["placeholders"]]
    assert {"<MODEL_VERSION>", "<MODEL_FORMAT>", "<CAPACITY>"} < set(named)


def test_units_of_throughput_are_those_of_the_answer(tmp_path: Path) -> None:
    name = "PTU for a year"
    told = call("estimate", "every-way-to-buy", "--json", folder=tmp_path).document()
    [units] = [one["instances"] for one in told["at_workload"]["estimates"] if one["name"] == name]

    document = deployed(tmp_path, "every-way-to-buy", name)

    made = flags_of(document["ways"][0]["commands"][-1])
    assert ("GlobalProvisionedManaged", str(units)) == (made["--sku-name"], made["--sku-capacity"])


def test_a_batch_is_a_batch_and_its_limit_is_not_made_up(tmp_path: Path) -> None:
    made = flags_of(deployed(tmp_path, "every-way-to-buy", "Batch")["ways"][0]["commands"][-1])

    assert made["--sku-name"].endswith("Batch")
    assert "<CAPACITY>" == made["--sku-capacity"]


def test_prices_without_a_provider_say_what_is_assumed(tmp_path: Path) -> None:
    document = deployed(tmp_path, "article", "Per token")

    made = flags_of(document["ways"][0]["commands"][-1])
    assert "provider_assumed" in codes(document)
    assert "<SKU_NAME>" == made["--sku-name"]


@pytest.mark.parametrize(
    ("scenario", "option"), [(MIXED, HOSTS), ("article", "Three hosts"), (on_hosts(), "Hosts")]
)
def test_azures_own_library_reads_the_files_of_an_endpoint(
    tmp_path: Path, scenario: Any, option: str
) -> None:
    """Its schema refuses keys that it does not know, and values of another kind. The name of the
    endpoint is filled in, as a person has to."""
    told = json.loads(
        call(
            "estimate", scenario if isinstance(scenario, str) else "-", "--json", folder=tmp_path,
            stdin="" if isinstance(scenario, str) else json.dumps(scenario),
        ).stdout
    )  # fmt: skip
    [paid] = [one["instances"] for one in told["at_workload"]["estimates"] if one["name"] == option]
    document = deployed(tmp_path, scenario, option)
    written = tmp_path / "written"
    (written / "image").mkdir(parents=True)
    for name, content in files_of(way(document, "azure_ml")).items():
        (written / name).write_text(content.replace("<ENDPOINT_NAME>", "my-endpoint"), "utf-8")
    (written / "Dockerfile").rename(written / "image" / "Dockerfile")

    done = subprocess.run(
        [
            sys.executable, "-W", "ignore", "-m", "tests.dashboard.chat.exports.azure_ml_reader",
            str(written),
        ],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    read = json.loads(done.stdout)

    assert "my-endpoint" == read["endpoint"] == read["endpoint_of_deployment"]
    assert paid == document["instances"] == read["instance_count"]
    assert read["instance_type"].startswith("Standard_N")
    assert NAME_OF_AZURE.fullmatch(read["name"])
    assert read["at_once"] > 1
    assert ["livenessRoute", "readinessRoute", "scoringRoute"] == read["routes"]


@pytest.mark.parametrize("tensor", [2, 8])
def test_each_copy_of_a_host_has_its_own_gpus_and_port_and_the_spread_of_the_answer(
    tmp_path: Path, tensor: int
) -> None:
    document = deployed(tmp_path, on_hosts(serving={"tensor_parallel": tensor}), "Hosts")

    started = [flags_of(one) for one in way(document, "containers")["commands"][1:]]

    copies = 8 // tensor
    assert [f"{8000 + copy}:8000" for copy in range(copies)] == [
        one["--publish"] for one in started
    ]
    devices = [one["--gpus"].removeprefix('"device=').removesuffix('"') for one in started]
    assert [str(gpu) for gpu in range(8)] == ",".join(devices).split(",")
    assert {str(tensor)} == {one["--tensor-parallel-size"] for one in started}
    assert {"meta-llama/Llama-3.3-70B-Instruct"} == {one["--model"] for one in started}
    words = _entry_point(document)
    assert ["vllm", "serve", "meta-llama/Llama-3.3-70B-Instruct"] == words[:3]
    together = copies > 1
    assert together == ("--data-parallel-size" in words)
    assert not together or str(copies) == words[words.index("--data-parallel-size") + 1]


def _entry_point(document: Any) -> list[str]:
    first, second = files_of(way(document, "azure_ml"))["Dockerfile"].splitlines()
    assert "FROM vllm/vllm-openai:<VLLM_VERSION>" == first
    words: list[str] = json.loads(second.removeprefix("ENTRYPOINT "))
    return words


@pytest.mark.parametrize(
    ("serving", "flags", "note"),
    [
        ({}, {"--dtype": "bfloat16"}, None),
        ({"weights": "fp8"}, {"--quantization": "fp8"}, "quantized_on_load"),
        ({"weights": "int4"}, {"--model": "<QUANTIZED_MODEL>"}, "quantized_weights_needed"),
        ({"cache": "fp8"}, {"--kv-cache-dtype": "fp8"}, None),
        ({"cache": "int8"}, {}, "cache_not_offered"),
        ({"engine": "sglang"}, {}, "other_engine"),
        ({"tensor_parallel": 4, "pipeline_parallel": 2}, {"--pipeline-parallel-size": "2"}, None),
    ],
)
def test_how_it_is_served_becomes_flags_or_is_said(
    tmp_path: Path, serving: dict[str, Any], flags: dict[str, str], note: str | None
) -> None:
    document = deployed(tmp_path, on_hosts(serving=serving), "Hosts")

    started = flags_of(way(document, "containers")["commands"][1])

    assert flags == {name: started.get(name) for name in flags}
    named = {"--quantization", "--kv-cache-dtype", "--pipeline-parallel-size"} - set(flags)
    assert not named & set(started)
    assert note is None or note in codes(document)


@pytest.mark.parametrize(("tokens", "longest"), [(1024, "4096"), (1036, "4096"), (1037, "8192")])
def test_the_longest_request_is_twice_the_mean_to_a_power_of_two(
    tmp_path: Path, tokens: int, longest: str
) -> None:
    scenario = on_hosts()
    scenario["workload"] |= {"input_tokens": tokens, "output_tokens": tokens - 24}

    started = flags_of(way(deployed(tmp_path, scenario, "Hosts"), "containers")["commands"][1])

    assert longest == started["--max-model-len"]


def test_the_longest_request_is_never_more_than_the_model_takes(tmp_path: Path) -> None:
    """Llama 2 takes 4,096 tokens."""
    scenario = article()
    scenario["workload"] |= {"input_tokens": 3000, "output_tokens": 900}

    started = flags_of(
        way(deployed(tmp_path, scenario, "Three hosts"), "containers")["commands"][1]
    )

    assert "4096" == started["--max-model-len"]


def test_what_is_not_known_is_a_placeholder_that_is_listed(tmp_path: Path) -> None:
    """A machine nobody knows: no spread, no number of hosts, no requests in flight."""
    document = deployed(tmp_path, on_hosts(instance="Standard_Unheard_of"), "Hosts")

    named = {one["placeholder"] for one in document["placeholders"]}
    started = flags_of(way(document, "containers")["commands"][1])
    assert {"<GPUS>", "<TENSOR_PARALLEL>", "<INSTANCES>", "<REQUESTS_IN_FLIGHT>"} < named
    assert ("<GPUS>", "<TENSOR_PARALLEL>") == (
        started["--gpus"],
        started["--tensor-parallel-size"],
    )
    assert {"spread_unknown", "instances_unknown"} < set(codes(document))
    assert None is document["instances"]


def test_a_host_of_somebody_else_gets_containers_and_no_endpoint(tmp_path: Path) -> None:
    document = deployed(tmp_path, on_hosts(instance="elsewhere/8xH200"), "Hosts")

    assert ["containers"] == [one["code"] for one in document["ways"]]
    assert "not_azure_hosts" in codes(document)


def test_hosts_that_are_no_longer_rented_are_said_so(tmp_path: Path) -> None:
    assert "host_retired" in codes(deployed(tmp_path, "article-on-real-hosts", _retired(tmp_path)))


def _retired(folder: Path) -> str:
    told = call("estimate", "article-on-real-hosts", "--json", folder=folder).document()
    return next(
        str(one["name"]) for one in told["at_workload"]["estimates"] if one["kind"] == "dedicated"
    )
