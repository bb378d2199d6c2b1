"""What a dedicated option serves: facts and measurements of the catalog through the model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalog.capacity import OptionCapacity, is_narrower, option_capacity
from catalog.database import Database
from catalog.offers import resolve
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.own_measurements import store_measurements
from catalog.scenario import DedicatedFields, Scenario, parse_scenario
from costing import Dedicated, EstimatedCapacity, UnknownCapacity, break_even
from costing.architecture import Precision
from costing.capacity import CapacityEstimate, estimate_capacity
from costing.capacity_cases import Arrangement
from costing.capacity_evidence import Evidence
from costing.capacity_reasons import ReasonCode
from costing.hardware import Width

LLAMA_70B = "meta-llama/Llama-3.3-70B-Instruct"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
ND_H100 = "Standard_ND96isr_H100_v5"


def scenario(
    *,
    model: str | None = LLAMA_70B,
    instance: str | None = ND_H100,
    serving: dict[str, Any] | None = None,
    **workload: Any,
) -> Scenario:
    load = {
        "requests_per_hour": 5000,
        "input_tokens": 1000,
        "output_tokens": 300,
        "peak_to_mean": 1,
    }
    option: dict[str, Any] = {
        "name": "Hosts", "kind": "dedicated", "minimum_instances": 1, "spare_instances": 0,
        "price": {"amount": "98.32", "per": 1, "unit": "hour"},
    }  # fmt: skip
    option |= {} if instance is None else {"instance": instance}
    option |= {} if serving is None else {"serving": serving}
    document: dict[str, Any] = {"version": 1, "workload": load | workload, "options": [option]}
    return parse_scenario(document | ({} if model is None else {"model": model}))


def capacity(database: Database, asked: Scenario) -> OptionCapacity:
    [document] = asked.options
    assert isinstance(document, DedicatedFields)
    with database.read() as session:
        return option_capacity(session, asked, document)


def estimated(database: Database, asked: Scenario) -> CapacityEstimate:
    answer = capacity(database, asked).answer
    assert isinstance(answer, CapacityEstimate), answer
    return answer


def test_an_option_is_estimated_from_the_facts_of_the_catalog(bundled: Database) -> None:
    """What the parts of the model give for the same case, asked for directly."""
    found = capacity(bundled, scenario(serving={"weights": "fp8", "tuned": True}))

    assert isinstance(found.answer, CapacityEstimate)
    assert (found.model_id, found.instance_id) == (LLAMA_70B, f"azure/{ND_H100}")
    case = found.answer.case
    assert case.precision == Precision.of(Width.FP8)
    assert case.host.gpu is not None
    assert case.host.gpu.name == "H100-SXM"
    again = estimate_capacity(case, found.targets)
    assert isinstance(again, CapacityEstimate)
    assert again.batch == found.answer.batch


def test_the_arrangement_that_serves_most_is_taken_and_the_others_are_told(
    bundled: Database,
) -> None:
    found = capacity(bundled, scenario(serving={"weights": "fp8"}))

    assert isinstance(found.answer, CapacityEstimate)
    rates = [
        one.requests_per_second.p50 for one in found.losers if isinstance(one, CapacityEstimate)
    ]
    assert rates
    assert max(rates) <= found.answer.requests_per_second.p50
    # One GPU holds the weights in 8 bits; so one replica a GPU is possible, and two GPUs, and four.
    gpus = sorted({one.case.arrangement.gpus for one in (found.answer, *found.losers)})
    assert gpus == [1, 2, 4, 8]


def test_an_arrangement_that_is_told_is_the_only_one(bundled: Database) -> None:
    found = capacity(bundled, scenario(serving={"tensor_parallel": 8}))

    assert isinstance(found.answer, CapacityEstimate)
    assert found.answer.case.arrangement == Arrangement(tensor=8)
    assert found.losers == ()


def test_published_measurements_of_a_model_built_alike_are_the_evidence(
    bundled: Database,
) -> None:
    """Llama-3.1-70B was measured on H200 in 8 bits; Llama-3.3-70B is built alike."""
    asked = scenario(
        instance="Standard_ND96isr_H200_v5",
        serving={"weights": "fp8", "cache": "fp8", "engine": "tensorrt-llm", "tuned": True},
        input_tokens=1024, output_tokens=1024, tpot_seconds="0.025",
    )  # fmt: skip

    found = capacity(bundled, asked)

    answers = [one for one in (found.answer, *found.losers) if isinstance(one, CapacityEstimate)]
    published = [one for one in answers if one.evidence is Evidence.PUBLISHED_MEASUREMENT]
    assert published
    assert all(one.measurements > 0 and "row t0" in one.sources[0] for one in published)


def test_targets_are_95th_percentiles_and_a_tighter_one_serves_less(bundled: Database) -> None:
    loose = estimated(bundled, scenario(tpot_seconds="0.1"))
    tight = estimated(bundled, scenario(tpot_seconds="0.03"))

    assert tight.requests_per_second.p50 < loose.requests_per_second.p50
    assert tight.tpot_seconds * 1.15 <= 0.03


def test_input_that_is_cached_is_not_read_again(bundled: Database) -> None:
    plain = estimated(bundled, scenario(input_tokens=8000))
    cached = estimated(bundled, scenario(input_tokens=8000, cached_input_share="0.8"))

    assert cached.requests_per_second.p50 > 1.2 * plain.requests_per_second.p50


def test_a_gpu_without_bfloat16_serves_in_float16(bundled: Database) -> None:
    """Llama-2-7b on the article's host: tensor parallel 2, 524,288 bytes of cache a token."""
    found = estimated(
        bundled, scenario(model="meta-llama/Llama-2-7b-chat-hf", instance="Standard_NC12s_v3")
    )

    assert found.case.precision == Precision.of(Width.FP16)
    assert found.case.arrangement == Arrangement(tensor=2)
    assert found.memory.cache_bytes_per_token * 2 == 524_288
    assert ReasonCode.GENERATION_NEVER_MEASURED in [one.code for one in found.reasons]


def test_hosts_follow_at_all_three_percentiles(bundled: Database) -> None:
    """A slow deployment needs at least as many as a fast one."""
    found = capacity(bundled, scenario(requests_per_hour=500_000))

    plans = dict(found.plans)
    assert list(plans) == ["p10", "p50", "p90"]
    needed = [plan.needed for plan in plans.values() if plan is not None]
    assert len(needed) == 3
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > needed[2]


@pytest.mark.parametrize(
    ("changes", "code", "fact"),
    [
        ({"model": None}, ReasonCode.FACT_MISSING, "model"),
        ({"instance": None}, ReasonCode.FACT_MISSING, "instance"),
        ({"instance": "Standard_Nobody"}, ReasonCode.GPU_UNKNOWN, "Standard_Nobody"),
        ({"instance": "Standard_NV28adms_V710_v5"}, ReasonCode.GPU_UNKNOWN, "V710"),
        ({"instance": "Standard_ND128isr_NDR_GB200_v6"}, ReasonCode.GPU_COUNT_UNKNOWN, "GB200"),
        ({"model": "deepseek-ai/DeepSeek-V4-Pro"}, ReasonCode.ARCHITECTURE_NOT_COMPUTED, "cache"),
        ({"model": "BAAI/bge-base-en-v1.5"}, ReasonCode.FACT_MISSING, "config.json"),
        ({"instance": "Standard_NC4as_T4_v3"}, ReasonCode.WEIGHTS_DO_NOT_FIT, "GiB"),
        ({"output_tokens": 0}, ReasonCode.NO_OUTPUT_TOKENS, ""),
        ({"input_tokens": 200_000}, ReasonCode.CONTEXT_TOO_LONG, "131072"),
        ({"tpot_seconds": "0.001"}, ReasonCode.TPOT_TARGET_NOT_MET, "0.001"),
        ({"ttft_seconds": "0.001"}, ReasonCode.TTFT_TARGET_NOT_MET, "0.001"),
        ({"serving": {"tensor_parallel": 16}}, ReasonCode.TOO_FEW_GPUS, "16"),
        ({"serving": {"tensor_parallel": 3}}, ReasonCode.ARRANGEMENT_IMPOSSIBLE, "3"),
    ],
)
def test_what_cannot_be_estimated_says_what_is_missing_or_binds(
    bundled_sqlite: Database, changes: dict[str, Any], code: ReasonCode, fact: str
) -> None:
    found = capacity(bundled_sqlite, scenario(**changes))

    assert isinstance(found.capacity, UnknownCapacity)
    assert found.reasons[0].code is code
    assert fact in str(found.reasons[0].facts) or fact == "GiB"
    assert found.reasons[0].lifts


def test_the_question_takes_the_estimate_as_the_capacity_of_its_hosts(bundled: Database) -> None:
    """Where nothing is said of a capacity, it is estimated: DESIGN, the default."""
    with bundled.read() as session:
        question = resolve(session, scenario())

    [option] = question.options
    assert isinstance(option, Dedicated)
    assert isinstance(option.capacity, EstimatedCapacity)
    answer = break_even(question)
    assert answer.high is not None
    assert answer.at_workload.estimates[0].instances is not None


def test_what_a_host_serves_does_not_depend_on_the_load(bundled: Database) -> None:
    """Else the line of a chart would not run through the estimates at its loads."""
    spread = {"tensor_parallel": 8}

    few = capacity(bundled, scenario(serving=spread, requests_per_hour=1)).capacity
    many = capacity(bundled, scenario(serving=spread, requests_per_hour=1_000_000)).capacity

    assert isinstance(few, EstimatedCapacity)
    assert few == many


def test_fewer_bits_than_published_are_known_as_such(bundled: Database) -> None:
    """A quality to be checked: 8 bits of a model published in 16, not of one published in 8."""
    llama = estimated(bundled, scenario(serving={"weights": "fp8"})).case

    assert is_narrower(llama.precision, llama.shape.native)
    published = replace(llama.shape, native=Precision.of(Width.FP8))
    assert not is_narrower(llama.precision, published.native)


def test_the_users_own_measurement_comes_before_published_ones_and_the_model(
    stocked: Database,
) -> None:
    """One H100 that wrote 1.5 times what the model says makes the whole answer 1.5 times as fast,
    in a narrow range; a point that another model computed stands beside it."""
    asked = scenario(
        model="meta-llama/Meta-Llama-3.1-8B-Instruct",
        serving={"tuned": True, "tensor_parallel": 1},
        tpot_seconds="0.03",
    )
    before = estimated(stocked, asked)
    rate = before.output_tokens_per_second.p50 / before.replicas
    own = OwnMeasurementRecord(
        id="own-1",
        model="meta-llama/Llama-3.1-8B-Instruct",
        model_id="meta-llama/Meta-Llama-3.1-8B-Instruct",
        gpu_key="H100-SXM",
        gpus=1,
        tensor_parallel=1,
        pipeline_parallel=1,
        attention_data_parallel=1,
        weight_precision="bf16",
        kv_precision="bf16",
        engine="vllm",
        engine_version="0.19.1",
        load_mode="closed_loop",
        input_tokens=Decimal(1000),
        output_tokens=Decimal(300),
        concurrency=Decimal(round(before.batch)),
        output_tokens_per_second=Decimal(f"{1.5 * rate:.6f}"),
        value_kind="reported",
        quality="good",
        source="vllm-bench, run.json",
        tool="vllm-bench",
        file_name="run.json",
        file_sha256="a" * 64,
        run_number=1,
        requests_completed=1000,
        requests_failed=0,
        imported_at=NOW,
    )
    other = own.model_copy(
        update={
            "id": "own-2", "tool": "aiconfigurator", "flags": ("computed_elsewhere",),
            "file_name": None, "file_sha256": None, "value_kind": "computed",
        }
    )  # fmt: skip
    store_measurements(stocked, [own])
    store_measurements(stocked, [other])

    found = capacity(stocked, asked)

    after = found.answer
    assert isinstance(after, CapacityEstimate)
    assert (after.evidence, after.measurements) == (Evidence.OWN_MEASUREMENT, 1)
    assert after.sources == ("vllm-bench, run.json, row own-1",)
    assert after.output_tokens_per_second.p50 > 1.2 * before.output_tokens_per_second.p50
    narrow = after.output_tokens_per_second
    assert narrow.p90 / narrow.p10 < 1.3
    assert [one.id for one in found.second_opinions] == ["own-2"]
