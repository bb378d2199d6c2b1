"""config.json: one form a family of models, and nothing that the file does not say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.sources.config_facts import architecture_of
from catalog.sources.raw_rows import RowInvalid

LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "intermediate_size": 14336,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "rope_scaling": {
        "rope_type": "llama3",
        "factor": Decimal("8.0"),
        "original_max_position_embeddings": 8192,
    },
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}


def _facts(config: Any, total_params: int | None = None) -> dict[str, Any]:
    """What is known of the shape, but for where it was read."""
    found = architecture_of(config, "org/model", "https://host/config.json", total_params)
    return {
        name: value
        for name, value in found
        if value is not None and name not in ("model_id", "tier", "source")
    }


def test_a_dense_model_is_read_under_its_usual_names() -> None:
    expected = {
        "model_type": "llama",
        "architectures": "LlamaForCausalLM",
        "layers": 32,
        "hidden_size": 4096,
        "attention_heads": 32,
        "kv_heads": 8,
        "intermediate_size": 14336,
        "vocab_size": 128256,
        "max_context": 131072,
        "rope_scaling": "llama3",
        "rope_factor": Decimal(8),
        "rope_original_ctx": 8192,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    }
    assert expected == _facts(LLAMA)


def test_the_record_tells_its_file_and_counts_as_verbatim() -> None:
    found = architecture_of(LLAMA, "org/model", "https://host/config.json", 8_030_261_248)

    assert ("org/model", 1, "https://host/config.json") == (
        found.model_id,
        found.tier,
        found.source,
    )
    assert (8_030_261_248, "safetensors.total of the Hub") == (
        found.total_params,
        found.total_params_source,
    )


@pytest.mark.parametrize(
    ("context", "factor", "original"), [(163840, 40, 4096), (131072, 32, 4096)]
)
def test_the_context_is_taken_as_given_and_not_times_the_ropes_factor(
    context: int, factor: int, original: int
) -> None:
    """DeepSeek-V3 and gpt-oss: times the factor they would have 6,553,600 and 4,194,304."""
    rope = {"type": "yarn", "factor": factor, "original_max_position_embeddings": original}

    found = _facts({"max_position_embeddings": context, "rope_scaling": rope})

    assert (context, Decimal(factor), original) == (
        found["max_context"],
        found["rope_factor"],
        found["rope_original_ctx"],
    )


def test_nothing_is_guessed_where_the_file_is_silent() -> None:
    """Not the key-value heads, which are often but not always the attention heads, nor a head's
    size, which is often but not always their quotient."""
    found = _facts({"num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4})

    assert {"layers": 2, "hidden_size": 64, "attention_heads": 4} == found
    assert {} == _facts({})


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "GPT-2": (
        {"n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024, "n_inner": None},
        {"layers": 12, "hidden_size": 768, "attention_heads": 12, "max_context": 1024},
    ),
    "Falcon 7b says 71 heads and means 1": (
        {"n_head": 71, "n_head_kv": 71, "multi_query": True, "new_decoder_architecture": False},
        {"attention_heads": 71, "kv_heads": 1},
    ),
    "Falcon 40b": (
        {"num_attention_heads": 128, "num_kv_heads": 8, "multi_query": True,
         "new_decoder_architecture": True},
        {"attention_heads": 128, "kv_heads": 8},
    ),
    "ChatGLM": (
        {"num_layers": 28, "ffn_hidden_size": 13696, "multi_query_group_num": 2,
         "kv_channels": 128, "padded_vocab_size": 65024, "seq_length": 8192},
        {"layers": 28, "intermediate_size": 13696, "kv_heads": 2, "head_dim": 128,
         "vocab_size": 65024, "max_context": 8192},
    ),
    "DBRX": (
        {"n_layers": 40, "d_model": 6144, "n_heads": 48, "max_seq_len": 32768,
         "attn_config": {"kv_n_heads": 8},
         "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4}},
        {"layers": 40, "hidden_size": 6144, "attention_heads": 48, "kv_heads": 8,
         "intermediate_size": 10752, "n_experts": 16, "experts_per_tok": 4, "max_context": 32768},
    ),
    "mixture of experts": (
        {"num_local_experts": 8, "num_experts_per_tok": 2, "intermediate_size": 14336},
        {"n_experts": 8, "experts_per_tok": 2, "intermediate_size": 14336},
    ),
    "DeepSeek": (
        {"n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1,
         "moe_intermediate_size": 2048, "first_k_dense_replace": 3, "kv_lora_rank": 512,
         "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
         "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}},
        {"n_experts": 256, "experts_per_tok": 8, "n_shared_experts": 1,
         "moe_intermediate_size": 2048, "first_k_dense": 3, "kv_lora_rank": 512,
         "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
         "quant_method": "fp8"},
    ),
    "DeepSeek without q_lora_rank": (
        {"q_lora_rank": None, "kv_lora_rank": 512}, {"kv_lora_rank": 512}
    ),
    "experts that are not there": ({"num_local_experts": 0, "num_experts_per_tok": 0}, {}),
    "a window in every second layer": (
        {"sliding_window": 128,
         "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]},
        {"sliding_window": 128, "layer_types": '{"sliding_attention": 2, "full_attention": 1}'},
    ),
    "a window that is switched off": ({"sliding_window": 131072, "use_sliding_window": False}, {}),
    "state space layers by letters": (
        {"hybrid_override_pattern": "M-M-M*-"}, {"hybrid_pattern": "M-M-M*-"}
    ),
    "state space layers by name": (
        {"layers_block_type": ["mamba", "mamba", "attention"]},
        {"layer_types": '{"mamba": 2, "attention": 1}'},
    ),
    "attention by a rule": (
        {"attn_layer_period": 8, "attn_layer_offset": 4},
        {"hybrid_pattern": "attn_layer_period=8; attn_layer_offset=4"},
    ),
    "shared experts": (
        {"num_experts": 512, "shared_expert_intermediate_size": 512},
        {"n_experts": 512, "shared_expert_intermediate_size": 512},
    ),
    "the new names of types": ({"dtype": "bfloat16"}, {"torch_dtype": "bfloat16"}),
    "rope by kind of layer": (
        {"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8},
                             "sliding_attention": {"rope_type": "default"}}},
        {"rope_scaling": "linear", "rope_factor": Decimal(8)},
    ),
    "original context beside the rope": (
        {"rope_scaling": {"type": "longrope", "long_factor": [1]},
         "original_max_position_embeddings": 4096},
        {"rope_scaling": "longrope", "rope_original_ctx": 4096},
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", CASES)
def test_each_family_is_read_under_its_own_names(family: str) -> None:
    config, expected = CASES[family]

    assert expected == _facts(config)


@pytest.mark.parametrize(
    "within", [("text_config",), ("llm_config",), ("thinker_config", "text_config")]
)
def test_models_that_also_see_keep_their_shape_within(within: tuple[str, ...]) -> None:
    config: dict[str, Any] = dict(LLAMA)
    for name in reversed(within):
        config = {name: config}
    config |= {"model_type": "seeing", "architectures": ["Seeing"], "vocab_size": 5}
    config |= {"vision_config": {"num_hidden_layers": 99, "hidden_size": 1}}

    found = _facts(config)

    assert {**_facts(LLAMA), "model_type": "seeing", "architectures": "Seeing"} == found


def test_what_stands_beside_the_inner_part_counts_where_the_part_is_silent() -> None:
    config = {"text_config": {"num_hidden_layers": 3}, "vocab_size": 7, "head_dim": 99}

    assert {"layers": 3, "vocab_size": 7} == _facts(config)


def test_a_number_for_each_layer_counts_where_all_are_equal() -> None:
    found = _facts({"intermediate_size": [8, 8, 8], "num_key_value_heads": [1, 2]})

    assert {"intermediate_size": 8, "conflicts": "kv_heads: differs from layer to layer"} == found


@pytest.mark.parametrize(
    "config",
    [
        [],
        "text",
        {"num_hidden_layers": "32"},
        {"hidden_size": -1},
        {"vocab_size": Decimal("1.5")},
        {"rope_scaling": "yarn"},
        {"text_config": 5},
        {"tie_word_embeddings": "no"},
        {"layer_types": [1]},
        {"quantization_config": "fp8"},
    ],
)
def test_a_file_with_a_field_of_another_kind_is_refused(config: Any) -> None:
    with pytest.raises(RowInvalid, match="expected"):
        architecture_of(config, "org/model", "https://host/config.json")
