"""The answer for one host: what binds, why there is none, how sure it is and on what it stands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing.architecture import Precision
from costing.capacity import (
    CapacityEstimate,
    NoCapacity,
    arrangements_for,
    estimate_capacity,
    served_curve,
    throughput_curve,
)
from costing.capacity_cases import (
    Arrangement,
    Case,
    Engine,
    Traffic,
    cases_of,
    facts_of,
)
from costing.capacity_constants import NOTES
from costing.capacity_evidence import Measurement
from costing.capacity_reasons import Lift, ReasonCode
from costing.capacity_scan import Limit, Targets
from costing.errors import InvalidValue
from costing.hardware import Generation, Host, Width
from tests.costing.capacity_cases import (
    A100_80,
    BF16,
    DEEPSEEK,
    FP8,
    FP16,
    GPT_OSS,
    H100,
    H200,
    LLAMA_2_7B,
    LLAMA_3_8B,
    LLAMA_3_70B,
    MIXTRAL,
    NC12S_V3,
    V100_16,
    case,
    host,
    model,
)

NO_TARGETS = Targets()


def served(asked: Case, targets: Targets = NO_TARGETS, *known: Measurement) -> CapacityEstimate:
    """The estimate, where there is one."""
    answer = estimate_capacity(asked, targets, known)
    assert isinstance(answer, CapacityEstimate)
    return answer


def refused(asked: Case, targets: Targets = NO_TARGETS) -> NoCapacity:
    """The refusal, where there is one."""
    answer = estimate_capacity(asked, targets)
    assert isinstance(answer, NoCapacity)
    return answer


def test_a_host_serves_its_replicas_and_all_tokens_of_their_requests() -> None:
    """Eight GPUs hold eight replicas: eight times one GPU; 1,000 tokens in, 300 out a request."""
    one, eight = served(case()), served(case(host=host(H100, "8")))

    assert (1, 8) == (one.replicas, eight.replicas)
    assert eight.requests_per_second == one.requests_per_second.times(8)
    assert eight.input_tokens_per_second == eight.requests_per_second.times(1000)
    assert eight.output_tokens_per_second == eight.requests_per_second.times(300)
    assert one.requests_per_second.p10 < one.requests_per_second.p50 < one.requests_per_second.p90


def test_memory_of_a_gpu_adds_up_to_what_the_engine_may_use() -> None:
    """weights + cache of the running requests + free = usable; tuned: 0.95 * 80e9 - 1.5e9."""
    memory = served(case()).memory

    assert 0.95 * 80e9 - 1.5e9 == pytest.approx(memory.usable_bytes)
    assert memory.usable_bytes == pytest.approx(
        memory.weight_bytes + memory.cache_bytes + memory.free_bytes
    )
    assert 16.06e9 == memory.weight_bytes


@pytest.mark.parametrize(
    ("asked", "targets", "limit"),
    [
        (case(), NO_TARGETS, Limit.MEMORY),
        (case(engine=Engine(tuned=True, most_sequences=64)), NO_TARGETS, Limit.ENGINE),
        (case(), Targets(tpot_seconds=0.02), Limit.TPOT),
        (case(), Targets(ttft_seconds=0.06), Limit.TTFT),
    ],
)
def test_the_limit_that_binds_is_named(asked: Case, targets: Targets, limit: Limit) -> None:
    """Memory, the engine's requests at once, time per token, time to the first one."""
    assert limit is served(asked, targets).limit


@pytest.mark.parametrize(
    ("changes", "code", "lift"),
    [
        ({"host": host(None)}, ReasonCode.GPU_UNKNOWN, Lift.STATE_THE_FACT),
        ({"host": host(H100, None)}, ReasonCode.GPU_COUNT_UNKNOWN, Lift.STATE_THE_FACT),
        ({"arrangement": Arrangement(tensor=2)}, ReasonCode.TOO_FEW_GPUS, Lift.MORE_GPUS),
        (
            {"host": host(A100_80, "0.5"), "arrangement": Arrangement(tensor=2)},
            ReasonCode.TOO_FEW_GPUS,
            Lift.MORE_GPUS,
        ),
        (
            {"host": host(H100, "3"), "arrangement": Arrangement(tensor=3)},
            ReasonCode.ARRANGEMENT_IMPOSSIBLE,
            Lift.OTHER_ARRANGEMENT,
        ),
        (
            {"traffic": Traffic(input_tokens=1000, output_tokens=0)},
            ReasonCode.NO_OUTPUT_TOKENS,
            Lift.STATE_THE_FACT,
        ),
        (
            {"shape": LLAMA_2_7B, "traffic": Traffic(input_tokens=4000, output_tokens=97)},
            ReasonCode.CONTEXT_TOO_LONG,
            Lift.SHORTER_REQUESTS,
        ),
    ],
)
def test_what_cannot_be_computed_is_refused_with_what_would_lift_it(
    changes: dict[str, Any], code: ReasonCode, lift: Lift
) -> None:
    """An answer, not an error: the reason has a code, facts and lifts."""
    reason = refused(case(**changes)).reasons[0]

    assert code is reason.code
    assert lift in reason.lifts


def test_the_longest_context_of_a_model_is_still_served() -> None:
    """4,000 + 96 = 4,096 tokens."""
    asked = case(shape=LLAMA_2_7B, traffic=Traffic(input_tokens=4000, output_tokens=96))

    assert 0 < served(asked).requests_per_second.p50


def test_weights_that_do_not_fit_are_told_in_gib() -> None:
    """Llama-3.1-70B in bf16 on one A100-80 with default settings: 141.1e9 = 131.4 GiB.

    Usable 0.9 * 80e9 - 1.5e9 = 70.5e9 = 65.7 GiB: 65.8 GiB are missing. Narrower weights or more
    GPUs would lift it.
    """
    asked = case(shape=LLAMA_3_70B, host=host(A100_80), precision=BF16, engine=Engine())
    reason = refused(asked).reasons[0]

    assert ReasonCode.WEIGHTS_DO_NOT_FIT is reason.code
    assert {
        "weights_gib": "131.4",
        "usable_gib": "65.7",
        "gpus": "1",
        "missing_gib": "65.8",
    } == reason.facts
    assert {Lift.MORE_GPUS, Lift.NARROWER_WEIGHTS} <= set(reason.lifts)


def test_a_request_whose_cache_does_not_fit_beside_the_weights_is_told_in_gib() -> None:
    """Llama-3-8B in fp8 on 16 GB: 100,075 * 131,072 bytes = 12.2 GiB a request.

    Free: 0.9 * 16e9 - 1.5e9 - 8.03e9 = 4.87e9 = 4.5 GiB.
    """
    asked = case(
        host=host(V100_16),
        precision=FP8,
        engine=Engine(),
        traffic=Traffic(input_tokens=100_000, output_tokens=100),
    )
    reason = refused(asked).reasons[0]

    assert ReasonCode.CACHE_DOES_NOT_FIT is reason.code
    assert ("12.2", "4.5") == (reason.facts["request_gib"], reason.facts["free_gib"])
    assert Lift.NARROWER_CACHE in reason.lifts
    assert Lift.NARROWER_WEIGHTS not in reason.lifts


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        (Targets(tpot_seconds=0.001), ReasonCode.TPOT_TARGET_NOT_MET),
        (Targets(ttft_seconds=0.001), ReasonCode.TTFT_TARGET_NOT_MET),
    ],
)
def test_a_target_that_one_request_alone_misses_is_told_with_the_best_there_is(
    targets: Targets, code: ReasonCode
) -> None:
    """The best is that of a single request."""
    reason = refused(case(), targets).reasons[0]

    assert code is reason.code
    assert "0.001" == reason.facts["target_seconds"]
    assert 0.001 < float(reason.facts["best_seconds"])
    assert Lift.LOOSER_TARGET in reason.lifts


def test_p10_is_0_where_a_slower_deployment_would_miss_the_target() -> None:
    """One request alone takes 7.1 ms a token; at the slow end of the band 8.5 ms."""
    found = served(case(), Targets(tpot_seconds=0.0075))

    assert 0 == found.requests_per_second.p10 < found.requests_per_second.p50


def reasons_of(asked: Case) -> set[ReasonCode]:
    """Codes of the remarks of an estimate."""
    return {reason.code for reason in served(asked).reasons}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"shape": LLAMA_2_7B, "host": NC12S_V3, "arrangement": Arrangement(tensor=2)},
            ReasonCode.GENERATION_NEVER_MEASURED,
        ),
        ({"host": host(replace(A100_80, name="A100-PCIe-80"))}, ReasonCode.GPU_NEVER_MEASURED),
        ({"host": host(A100_80)}, ReasonCode.FEW_SIMILAR_MEASUREMENTS),
        ({"shape": model(caching_layers=8)}, ReasonCode.FAMILY_NEVER_MEASURED),
        (
            {"shape": MIXTRAL, "host": host(replace(H100, generation=Generation.OTHER, name="X"))},
            ReasonCode.GENERATION_NEVER_MEASURED,
        ),
        ({"engine": Engine(tuned=True, old=True)}, ReasonCode.OLD_ENGINE),
        ({"engine": Engine()}, ReasonCode.DEFAULT_SETTINGS),
        (
            {
                "shape": DEEPSEEK,
                "precision": FP8,
                "host": host(H100, "16", gpus_per_machine=8),
                "arrangement": Arrangement(tensor=16),
            },
            ReasonCode.SEVERAL_MACHINES,
        ),
        ({"host": host(H100, "0.5")}, ReasonCode.SHARE_OF_A_GPU),
        ({"host": host(A100_80), "precision": FP8}, ReasonCode.STORED_BELOW_COMPUTE_PRECISION),
        (
            {"host": NC12S_V3, "arrangement": Arrangement(tensor=2), "precision": BF16},
            ReasonCode.NO_NATIVE_BF16,
        ),
    ],
)
def test_a_wider_band_and_a_doubtful_precision_carry_their_reason(
    changes: dict[str, Any], code: ReasonCode
) -> None:
    """Extrapolation, few rows, old builds, default settings, several machines, widened weights."""
    changes = {"precision": FP16, **changes}
    if changes.get("shape") is MIXTRAL:
        changes["precision"] = FP8

    assert code in reasons_of(case(**changes))


def test_a_kind_measured_elsewhere_but_not_on_this_generation_is_extrapolated() -> None:
    """gpt-oss runs were measured on Hopper and Blackwell, none on Ampere."""
    asked = case(shape=GPT_OSS, host=host(A100_80), precision=GPT_OSS.native)
    found = served(asked)

    assert ReasonCode.GPU_NEVER_MEASURED in {reason.code for reason in found.reasons}
    assert 0 == found.measurements


def test_the_band_is_wider_where_the_gpu_was_never_measured() -> None:
    """Ratio of P90 to P10 of the article's host against that of an H100."""
    known = served(case(shape=LLAMA_2_7B)).requests_per_second
    asked = case(shape=LLAMA_2_7B, host=NC12S_V3, arrangement=Arrangement(tensor=2))
    unknown = served(asked).requests_per_second

    assert known.p90 / known.p10 < unknown.p90 / unknown.p10


def test_a_target_on_the_first_token_is_called_a_screen() -> None:
    """TTFT cannot be predicted to better than a factor of two."""
    found = served(case(), Targets(ttft_seconds=2.0))

    assert ReasonCode.TTFT_IS_A_SCREEN in {reason.code for reason in found.reasons}


def test_default_settings_serve_less_than_tuned_ones() -> None:
    """About 0.6 of it, and less memory for the cache."""
    tuned = served(case(engine=Engine(tuned=True))).requests_per_second
    default = served(case(engine=Engine())).requests_per_second

    assert 0.4 < default.p50 / tuned.p50 < 0.65


def test_arrangements_of_a_host_divide_the_heads_and_fit_its_gpus() -> None:
    """1, 2, 4, 8 of eight GPUs; with 40 heads not 16; a compressed mixture also by attention."""
    assert [1, 2, 4, 8] == [one.tensor for one in arrangements_for(LLAMA_3_8B, host(H100, "8"))]
    forty = model(attention_heads=40)
    assert [1, 2, 4, 8] == [one.tensor for one in arrangements_for(forty, host(H100, "16"))]
    assert {(1, 1), (2, 1), (1, 2), (4, 1), (1, 4)} == {
        (one.tensor, one.data) for one in arrangements_for(DEEPSEEK, host(H200, "4"))
    }


def test_a_curve_ends_at_the_batch_that_memory_allows() -> None:
    """Throughput rises with the batch, and so does the time per token."""
    curve = throughput_curve(case(), NOTES)

    assert 339 == curve[-1][0]
    assert sorted(curve) == list(curve)
    assert [point[2] for point in curve] == sorted(point[2] for point in curve)
    assert () == throughput_curve(case(shape=LLAMA_3_70B))


def test_a_case_without_a_gpu_has_no_columns() -> None:
    """What has none is refused before it comes so far."""
    unknown = Host(name="X", gpu=None, gpu_count=Decimal(1))

    with pytest.raises(InvalidValue, match=r"host\.gpu"):
        facts_of(cases_of([case(host=unknown)]))


def test_weights_of_four_bits_are_computed_at_16_bits_on_hopper() -> None:
    """mxfp4 on an H100 is only stored: the prompt takes as long as with 16-bit experts."""
    narrow = cases_of([case(shape=GPT_OSS, host=host(H100, "2"), precision=GPT_OSS.native)])
    wide = cases_of([case(shape=GPT_OSS, host=host(H100, "2"), precision=Precision.of(Width.BF16))])

    assert facts_of(narrow).peak_experts[0] == facts_of(wide).peak_experts[0]
    assert facts_of(narrow).experts_share[0] == facts_of(wide).experts_share[0]


def test_the_curve_that_is_served_passes_through_the_answer_and_never_falls() -> None:
    """For a chart: the batch of the answer is among its points, with the answer's own numbers."""
    answer = estimate_capacity(case(), Targets(tpot_seconds=0.02))
    assert isinstance(answer, CapacityEstimate)

    curve = served_curve(answer)

    batch, tokens, tpot = zip(*curve, strict=True)
    here = batch.index(answer.batch)
    assert answer.output_tokens_per_second.p50 / answer.replicas == pytest.approx(tokens[here])
    assert answer.tpot_seconds == pytest.approx(tpot[here])
    assert list(tokens) == sorted(tokens)
    assert list(tpot) == sorted(tpot)
    assert 1 == batch[0]
    assert answer.sequences >= batch[-1] >= answer.batch
