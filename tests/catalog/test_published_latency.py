"""Published latencies: only runs under the same conditions are held against each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.database import Database
from catalog.model_queries import find_model
from catalog.published_latency import (
    Conditions,
    PublishedLatency,
    comparable,
    published_latencies,
)
from costing import RequestShape

LOAD = RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(300))
AT = Conditions(
    source="bench",
    value_kind="reported",
    load_mode="closed_loop",
    input_tokens=Decimal(1000),
    output_tokens=Decimal(300),
    concurrency=Decimal(8),
    gpu_key="H100",
    gpus=2,
)


def run(seconds: str, at: Conditions = AT) -> PublishedLatency:
    return PublishedLatency(
        id="r",
        model_id="m",
        gpu_key=at.gpu_key or "",
        gpus=at.gpus or 1,
        weights="fp8",
        engine="vllm",
        engine_version=None,
        conditions=at,
        ttft_seconds=Decimal(seconds),
        tpot_seconds=None,
    )


def found(**runs: list[PublishedLatency]) -> dict[str, str]:
    chosen = comparable(runs, "ttft_seconds", LOAD, same_machine=True)
    return {name: str(one.ttft_seconds) for name, one in chosen.items()}


@pytest.mark.parametrize(
    "other",
    [
        replace(AT, source="another"),
        replace(AT, value_kind="derived"),
        replace(AT, load_mode="offline"),
        replace(AT, input_tokens=Decimal(1100)),
        replace(AT, concurrency=Decimal(16)),
        replace(AT, gpu_key="A100"),
        replace(AT, gpus=4),
    ],
)
def test_runs_under_other_conditions_are_never_compared(other: Conditions) -> None:
    assert 1 == len(found(a=[run("1")], b=[run("2", other)]))
    assert {"a": "1", "b": "3"} == found(a=[run("1")], b=[run("2", other), run("3")])


def test_options_may_run_on_other_machines_and_models_may_not() -> None:
    runs = {"a": [run("1")], "b": [run("2", replace(AT, gpu_key="A100", gpus=8))]}

    assert {"a", "b"} == set(comparable(runs, "ttft_seconds", LOAD, same_machine=False))
    assert 1 == len(comparable(runs, "ttft_seconds", LOAD, same_machine=True))


def test_the_conditions_of_most_come_before_the_nearest_lengths() -> None:
    far = replace(AT, input_tokens=Decimal(3000))

    assert {"a": "5", "b": "6"} == found(a=[run("1"), run("5", far)], b=[run("6", far)])
    assert {"a": "1"} == found(a=[run("1"), run("5", far)])


def test_of_runs_alike_the_fastest_counts_and_of_loads_the_middle_one() -> None:
    loads = [run(str(n), replace(AT, concurrency=Decimal(n))) for n in (1, 8, 64)]

    assert {"a": "3"} == found(a=[run("4"), run("3")])
    assert {"a": "8"} == found(a=loads)


def test_lengths_far_from_the_workload_and_a_missing_number_are_no_run() -> None:
    """Four times as many tokens at most; a run without this number says nothing of it."""
    assert {} == found(a=[run("1", replace(AT, input_tokens=Decimal(4001)))])
    assert {"a": "1"} == found(a=[run("1", replace(AT, input_tokens=Decimal(4000)))])
    assert {} == comparable({"a": [run("1")]}, "tpot_seconds", LOAD, same_machine=True)


def test_a_model_has_the_runs_of_models_built_alike(bundled_sqlite: Database) -> None:
    """Llama 3.3 70B was not measured; 3.1 of the same shape was, and its name goes along."""
    with bundled_sqlite.read() as session:
        asked = find_model(session, "meta-llama/Llama-3.3-70B-Instruct")
        runs = published_latencies(session, asked)
        on_eight = published_latencies(session, asked, ("H200-SXM", 8))
        none = published_latencies(session, find_model(session, "microsoft/phi-4"))

    assert {"meta-llama/Meta-Llama-3.1-70B"} == {one.model_id for one in runs}
    assert {("H200-SXM", 8)} == {(one.gpu_key, one.gpus) for one in on_eight}
    assert len(on_eight) < len(runs)
    assert () == none
    assert all(Decimal(0) < (one.ttft_seconds or Decimal(1)) < 600 for one in runs)
