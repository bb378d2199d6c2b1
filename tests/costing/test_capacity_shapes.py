"""Shapes of models and figures of GPUs: what follows from them, and what cannot be meant."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing.architecture import (
    ArchitectureFacts,
    Experts,
    Kind,
    ModelShape,
    Precision,
    shape_of,
)
from costing.capacity_cases import Arrangement, Engine, EngineName, Traffic
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.capacity_scan import Targets
from costing.errors import InvalidValue
from costing.hardware import Generation, Host, Width
from tests.costing.capacity_cases import (
    A100_80,
    BF16,
    DEEPSEEK,
    GPT_OSS,
    H100,
    LLAMA_3_8B,
    MIXTRAL,
    V100_16,
    host,
    model,
)

LLAMA_FACTS = ArchitectureFacts(
    name="Llama-3-8B",
    parameters=8_030_000_000,
    layers=32,
    hidden_size=4096,
    attention_heads=32,
    kv_heads=8,
)


def test_facts_become_a_shape_and_what_follows_is_filled_in() -> None:
    """head_dim 4096 / 32 = 128; a dense model reads all of its parameters."""
    shape = shape_of(LLAMA_FACTS)

    assert isinstance(shape, ModelShape)
    assert (128, 8_030_000_000) == (shape.head_dim, shape.active_parameters)
    assert LLAMA_3_8B == shape


def test_kv_heads_that_are_not_stated_are_as_many_as_query_heads() -> None:
    """As transformers reads a config without num_key_value_heads."""
    shape = shape_of(replace(LLAMA_FACTS, kv_heads=None))

    assert isinstance(shape, ModelShape)
    assert 32 == shape.kv_heads


def test_parameters_in_experts_follow_from_their_shape() -> None:
    """Mixtral: 3 * 4096 * 14336 * 32 layers * 8 experts = 45.1e9; 6 of 8 experts are idle."""
    shape = shape_of(
        replace(
            LLAMA_FACTS,
            name="Mixtral-8x7B",
            parameters=46_700_000_000,
            n_experts=8,
            experts_per_token=2,
            moe_intermediate_size=14336,
        )
    )

    assert isinstance(shape, ModelShape)
    assert 45_097_156_608 == shape.expert_parameters
    assert 46_700_000_000 - 45_097_156_608 * 6 // 8 == shape.active_parameters


def test_dense_layers_at_the_start_of_a_mixture_have_no_experts() -> None:
    """DeepSeek-V3: 3 * 7168 * 2048 * (61 - 3) * 256 = 653.9e9; its cache is compressed."""
    shape = shape_of(
        ArchitectureFacts(
            name="DeepSeek-V3",
            parameters=671_000_000_000,
            layers=61,
            hidden_size=7168,
            attention_heads=128,
            kv_lora_rank=512,
            qk_rope_head_dim=64,
            n_experts=256,
            experts_per_token=8,
            moe_intermediate_size=2048,
            first_dense_layers=3,
            full_attention_share=0.5,
        )
    )

    assert isinstance(shape, ModelShape)
    assert 653_908_770_816 == shape.expert_parameters
    assert 35_136 == shape.cache_elements_per_token


@pytest.mark.parametrize(
    ("facts", "code", "missing"),
    [
        (replace(LLAMA_FACTS, layers=None), ReasonCode.FACT_MISSING, "layers"),
        (
            ArchitectureFacts(name="x", parameters=10**9),
            ReasonCode.ARCHITECTURE_UNKNOWN,
            "layers, hidden_size, attention_heads, kv_heads, head_dim",
        ),
        (
            replace(LLAMA_FACTS, n_experts=8, experts_per_token=2),
            ReasonCode.FACT_MISSING,
            "active_parameters, expert_parameters",
        ),
        (
            replace(LLAMA_FACTS, n_experts=8, expert_parameters=10**9),
            ReasonCode.FACT_MISSING,
            "active_parameters, experts_per_token",
        ),
        (
            replace(LLAMA_FACTS, kv_lora_rank=512),
            ReasonCode.FACT_MISSING,
            "qk_rope_head_dim",
        ),
        (
            replace(LLAMA_FACTS, hidden_size=None, parameters=None),
            ReasonCode.ARCHITECTURE_UNKNOWN,
            "parameters, active_parameters, hidden_size, head_dim",
        ),
    ],
)
def test_what_is_missing_for_a_shape_is_named(
    facts: ArchitectureFacts, code: ReasonCode, missing: str
) -> None:
    """Four facts or more: the architecture is unknown; fewer: these are to be stated."""
    reason = shape_of(facts)

    assert isinstance(reason, Reason)
    assert (code, missing) == (reason.code, reason.facts["missing"])
    assert (Lift.STATE_THE_FACT,) == reason.lifts


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"layers": 0}, "layers"),
        ({"active_parameters": 9_000_000_000}, "active_parameters"),
        ({"experts": Experts(count=8, per_token=9, parameters=10**9)}, "experts"),
        ({"experts": Experts(count=8, per_token=2, parameters=10**12)}, "experts"),
        ({"full_attention_share": 1.5}, "full_attention_share"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(changes: dict[str, Any], field: str) -> None:
    """The field is named."""
    with pytest.raises(InvalidValue) as caught:
        model(**changes)

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (LLAMA_3_8B, Kind.DENSE),
        (model(window_tokens=4096, full_attention_share=0.5), Kind.OTHER_DENSE),
        (model(caching_layers=8), Kind.OTHER_DENSE),
        (MIXTRAL, Kind.MIXTURE),
        (DEEPSEEK, Kind.LATENT_MIXTURE),
        (GPT_OSS, Kind.WINDOWED_MIXTURE),
        (replace(MIXTRAL, caching_layers=8), Kind.HYBRID_MIXTURE),
    ],
)
def test_models_are_grouped_by_what_a_step_does(shape: ModelShape, kind: Kind) -> None:
    """Names do not matter."""
    assert kind is shape.kind


def test_a_window_keeps_only_its_last_tokens() -> None:
    """gpt-oss: half of the layers see 1,000 tokens, half 128: 0.5 * 1000 + 0.5 * 128 = 564."""
    assert 564 == GPT_OSS.cached_tokens(1000)
    assert 100 == GPT_OSS.cached_tokens(100)
    assert 1000 == LLAMA_3_8B.cached_tokens(1000)


def test_linear_layers_keep_a_constant_state_unless_another_is_stated() -> None:
    """24 linear layers * 4096 * 256 elements * 4 bytes = 100.7 MB; 8 layers keep a cache."""
    hybrid = model(caching_layers=8)

    assert 100_663_296 == hybrid.state_bytes_per_request
    assert 2 * 8 * 8 * 128 == hybrid.cache_elements_per_token
    assert 5.0 == replace(hybrid, state_bytes=5.0).state_bytes_per_request
    assert 0 == LLAMA_3_8B.state_bytes_per_request


def test_a_precision_is_called_by_its_parts() -> None:
    """One word where all weights have one width."""
    assert "bf16" == BF16.name
    assert "bf16+mxfp4" == Precision(rest=Width.BF16, experts=Width.MXFP4).name


def test_a_gpu_computes_some_widths_and_only_stores_others() -> None:
    """A100: int8 in its tensor cores, fp8 and int4 widened to 16 bits; V100 has no bf16."""
    assert (True, 624e12) == (A100_80.computes(Width.INT8), A100_80.peak(Width.INT8))
    assert (False, 312e12) == (A100_80.computes(Width.FP8), A100_80.peak(Width.FP8))
    assert (False, 989e12) == (H100.computes(Width.INT4), H100.peak(Width.INT4))
    assert (False, 989e12) == (H100.computes(Width.MXFP4), H100.peak(Width.MXFP4))
    assert (False, 112e12) == (V100_16.computes(Width.BF16), V100_16.peak(Width.BF16))
    assert H100.computes(Width.BF16)
    assert H100.computes(Width.FP8)


def test_a_generation_is_read_from_the_word_of_a_data_sheet() -> None:
    """Blackwell Ultra is Blackwell; what is not known is other."""
    assert Generation.BLACKWELL is Generation.named("Blackwell Ultra")
    assert Generation.OTHER is Generation.named("Rubin")
    assert Generation.OTHER is Generation.named(None)


@pytest.mark.parametrize(
    ("count", "whole", "share"), [("8", 8, 1.0), ("0.5", 1, 0.5), (None, 0, 1.0)]
)
def test_a_host_has_whole_gpus_or_a_share_of_one(
    count: str | None, whole: int, share: float
) -> None:
    """A third of an A10 has a third of its memory and bandwidth."""
    asked = host(A100_80, count)

    assert (whole, share) == (asked.whole_gpus, asked.share)


def test_gpus_are_joined_only_where_both_have_and_use_a_link() -> None:
    """PCIe cards, hosts that do not use it, and unknown GPUs are not."""
    assert host(H100).joined
    assert not host(H100, nvlink=False).joined
    assert not host(V100_16).joined
    assert not host(None).joined


def test_figures_that_cannot_be_meant_are_refused_with_their_field() -> None:
    """Negative memory, no GPUs, a replica over none, half a token too few, a share above 1."""
    refused: list[tuple[str, Any]] = [
        ("memory_bytes", lambda: replace(H100, memory_bytes=-1.0)),
        ("gpu_count", lambda: Host(name="x", gpu=H100, gpu_count=Decimal(0))),
        ("gpu_count", lambda: Host(name="x", gpu=H100, gpu_count=Decimal("NaN"))),
        ("tensor", lambda: Arrangement(tensor=0)),
        ("input_tokens", lambda: Traffic(input_tokens=-0.5, output_tokens=1)),
        (
            "prefix_share",
            lambda: Traffic(input_tokens=1, output_tokens=1, prefix_share=1.1),
        ),
        ("ttft_seconds", lambda: Targets(ttft_seconds=0.0)),
        ("tpot_seconds", lambda: Targets(tpot_seconds=float("nan"))),
        ("margin", lambda: Targets(margin=0.9)),
    ]

    for field, make in refused:
        with pytest.raises(InvalidValue) as caught:
            make()
        assert field == caught.value.field


@pytest.mark.parametrize(
    ("engine", "sequences", "slower"),
    [
        (Engine(), 1024, False),
        (Engine(old=True), 256, True),
        (Engine(name=EngineName.TENSORRT_LLM, old=True), 2048, False),
        (Engine(most_sequences=7), 7, False),
    ],
)
def test_an_engine_runs_so_many_requests_at_once(
    engine: Engine, sequences: int, slower: bool
) -> None:
    """Defaults of the engines; builds of 2023-24 of TensorRT-LLM were not slower than today's."""
    assert (sequences, slower) == (engine.sequences, engine.slower)
