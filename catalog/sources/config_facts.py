"""The shape of a model out of its config.json, under the names that families of models use.

Nothing is computed: a number that the file does not give is None. ``max_context`` is
``max_position_embeddings`` as given: times the factor of the rope it would be nonsense. A list with
a number for each layer gives that number where all are equal, else None and a word in
``conflicts``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from catalog.records import ArchitectureRecord
from catalog.sources.raw_rows import RawObject, checked

_VERBATIM: Final = 1
"""The tier of what was read in the file itself."""

_WITHIN: Final = ("thinker_config", "text_config", "llm_config", "language_config")
"""Where models that also see or hear keep the part that writes."""

_COUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden_size": ("hidden_size", "n_embd", "d_model"),
    "attention_heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"),
    "head_dim": ("head_dim", "attention_head_dim", "kv_channels"),
    "kv_lora_rank": ("kv_lora_rank",),
    "q_lora_rank": ("q_lora_rank",),
    "qk_nope_head_dim": ("qk_nope_head_dim",),
    "qk_rope_head_dim": ("qk_rope_head_dim",),
    "v_head_dim": ("v_head_dim",),
    "intermediate_size": ("intermediate_size", "ffn_dim", "ffn_hidden_size", "n_inner"),
    "n_experts": ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts"),
    "experts_per_tok": (
        "num_experts_per_tok", "experts_per_token", "num_experts_per_token", "moe_top_k",
        "moe_topk", "moe_k",
    ),
    "n_shared_experts": ("n_shared_experts", "num_shared_experts", "num_shared_expert"),
    "moe_intermediate_size": ("moe_intermediate_size",),
    "shared_expert_intermediate_size": (
        "shared_expert_intermediate_size", "moe_shared_expert_intermediate_size",
        "shared_intermediate_size",
    ),
    "first_k_dense": ("first_k_dense_replace",),
    "vocab_size": ("vocab_size", "padded_vocab_size"),
    "max_context": (
        "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx",
    ),
}  # fmt: skip
_NESTED_COUNTS: Final[Mapping[str, tuple[str, str]]] = {
    "kv_heads": ("attn_config", "kv_n_heads"),
    "intermediate_size": ("ffn_config", "ffn_hidden_size"),
    "n_experts": ("ffn_config", "moe_num_experts"),
    "experts_per_tok": ("ffn_config", "moe_top_k"),
}
"""DBRX keeps some in objects of their own."""

_PATTERNS: Final = (
    "hybrid_override_pattern", "full_attention_interval", "sliding_window_pattern",
    "attn_layer_period", "attn_layer_offset", "attn_type_list",
)  # fmt: skip
"""Rules by which layers differ, where the file does not list them."""

_NONE_WHERE_ZERO: Final = ("n_experts", "experts_per_tok", "n_shared_experts")
"""Some families write 0 for "has none"."""


def architecture_of(
    config: object, model_id: str, source: str, total_params: int | None = None
) -> ArchitectureRecord:
    """The shape that a config.json states.

    Args:
        config: the JSON of the file.
        model_id: whose it is.
        source: the address of the file, with the commit in it.
        total_params: number of parameters that the Hub counts; None where it is not known or the
            weights are packed.

    Raises:
        RowInvalid: no object, or a field of another kind.
    """
    whole = RawObject(config)
    text = _part_that_writes(whole)
    conflicts: list[str] = []
    counts = {name: _count(name, text, conflicts) for name in _COUNTS}
    for name in _NONE_WHERE_ZERO:
        counts[name] = counts[name] or None
    if _has_one_kv_head(text):
        counts["kv_heads"] = 1
    rope = _rope(text)
    quantization = _either("quantization_config", text, whole) or {}
    architectures = whole.texts("architectures")
    return checked(
        ArchitectureRecord,
        {
            **counts,
            "model_id": model_id,
            "tier": _VERBATIM,
            "model_type": whole.text("model_type") or text.text("model_type"),
            "architectures": ", ".join(architectures) or None,
            "total_params": total_params,
            "total_params_source": None if total_params is None else "safetensors.total of the Hub",
            "rope_scaling": rope.text("rope_type", "type"),
            "rope_factor": _above_zero(rope.number("factor")),
            "rope_original_ctx": rope.count("original_max_position_embeddings")
            or text.count("original_max_position_embeddings"),
            "sliding_window": _sliding_window(text),
            "layer_types": _layer_types(text),
            "hybrid_pattern": _hybrid_pattern(text),
            "tie_word_embeddings": text.truth("tie_word_embeddings")
            if "tie_word_embeddings" in text.fields
            else whole.truth("tie_word_embeddings"),
            "torch_dtype": text.text("dtype", "torch_dtype") or whole.text("dtype", "torch_dtype"),
            "quant_method": RawObject(quantization, "quantization_config").text("quant_method"),
            "source": source,
            "conflicts": "; ".join(conflicts) or None,
        },
    )


def _part_that_writes(config: RawObject) -> RawObject:
    part = config
    for name in _WITHIN:
        part = part.nested(name) or part
    if part is config:
        return config
    shared = {key: value for key, value in config.fields.items() if key in _SHARED}
    return RawObject({**shared, **part.fields})


_SHARED: Final = frozenset(
    name for names in _COUNTS.values() for name in names if name != "head_dim"
)


def _count(name: str, config: RawObject, conflicts: list[str]) -> int | None:
    for key in _COUNTS[name]:
        value = config.fields.get(key)
        if isinstance(value, list) and value:
            if any(one != value[0] for one in value):
                conflicts.append(f"{name}: differs from layer to layer")
                return None
            return RawObject({key: value[0]}).count(key)
    found = config.count(*_COUNTS[name])
    if found is None and name in _NESTED_COUNTS:
        within, key = _NESTED_COUNTS[name]
        nested = config.fields.get(within)
        return RawObject(nested, within).count(key) if isinstance(nested, dict) else None
    return found


def _has_one_kv_head(config: RawObject) -> bool:
    """Falcon's first family says so by a word, and says 71 heads under another name."""
    return (
        config.fields.get("multi_query") is True
        and config.fields.get("new_decoder_architecture") is not True
    )


def _rope(config: RawObject) -> RawObject:
    """What is said of the rope; for layers of full attention where it differs by kind of layer."""
    found = config.nested("rope_scaling") or config.nested("rope_parameters") or RawObject({})
    return found.nested("full_attention") or found


def _above_zero(number: Decimal | None) -> Decimal | None:
    return number if number is not None and number > 0 else None


def _sliding_window(config: RawObject) -> int | None:
    """None where a window is written down and switched off, as Qwen does."""
    if config.fields.get("use_sliding_window") is False:
        return None
    return config.count("sliding_window")


def _layer_types(config: RawObject) -> str | None:
    """How many layers of each kind, as JSON."""
    kinds = config.texts("layer_types") or config.texts("layers_block_type")
    return json.dumps(Counter(kinds)) if kinds else None


def _hybrid_pattern(config: RawObject) -> str | None:
    found = {name: config.fields[name] for name in _PATTERNS if config.fields.get(name) is not None}
    override = found.get("hybrid_override_pattern")
    if isinstance(override, str):
        return override
    return "; ".join(f"{name}={json.dumps(value)}" for name, value in found.items()) or None


def _either(name: str, first: RawObject, second: RawObject) -> Any:
    value = first.fields.get(name)
    return second.fields.get(name) if value is None else value
