"""What the catalog knows of a model, as the shape that capacity is computed from."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from catalog.architecture_families import Family, family_of
from catalog.checked_shapes import checked_shapes
from catalog.parameter_counts import count_parameters
from catalog.records import ArchitectureRecord
from catalog.tables import MODEL_ARCHITECTURE
from catalog.views import Model
from costing.architecture import (
    ArchitectureFacts,
    ModelShape,
    Precision,
    ShapeOrReason,
    shape_of,
)
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.hardware import Width

_OWN_FILE: Final = 3
"""Tiers of facts that were read in the file of the model itself, or in code that builds it."""
_LINEAR: Final = ("linear_attention", "mamba", "conv")
_WINDOWED: Final = ("sliding_attention", "chunked_attention", "local_attention")
_WIDTH_OF_METHOD: Final = {
    "fp8": Width.FP8,
    "compressed-tensors": None,
    "awq": Width.INT4,
    "gptq": Width.INT4,
    "mxfp4": Width.MXFP4,
}
_WIDTH_IN_NAME: Final = (
    ("nvfp4", Width.NVFP4), ("fp8", Width.FP8), ("awq", Width.INT4), ("gptq-int8", Width.INT8),
    ("gptq", Width.INT4), ("int4", Width.INT4), ("w4a16", Width.INT4), ("int8", Width.INT8),
    ("w8a8", Width.INT8),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownShape:
    """The shape of a model, or the reason why it has none; where the facts come from.

    Attributes:
        twin: the model that the shape was taken from, where the model's own facts do not give one.
    """

    shape: ShapeOrReason
    source: str | None
    twin: str | None = None


def shape_of_model(session: Session, model: Model) -> KnownShape:
    """The shape of a model of the catalog: checked by hand where it is one of these, else computed
    from the facts of its config.json, else that of a model built alike, such as the one it was
    quantized or tuned from."""
    facts = model.architecture
    checked = checked_shapes().get(model.id)
    if checked is not None:
        return KnownShape(shape=_as_published(checked.shape, facts), source=checked.source)
    if facts is None:
        return KnownShape(shape=_unknown(model.id, "config.json"), source=None)
    own = shape_of_architecture(facts)
    if isinstance(own, ModelShape) and facts.tier <= _OWN_FILE:
        return KnownShape(shape=own, source=facts.source)
    return _of_twin(session, facts) or KnownShape(shape=own, source=facts.source)


def _of_twin(session: Session, facts: ArchitectureRecord) -> KnownShape | None:
    """The shape of a model whose own file is known and that is built alike."""
    if facts.layers is None or facts.hidden_size is None or facts.attention_heads is None:
        return None
    table = MODEL_ARCHITECTURE
    alike = select(table).where(
        table.c.model_id != facts.model_id,
        table.c.tier <= _OWN_FILE,
        table.c.layers == facts.layers,
        table.c.hidden_size == facts.hidden_size,
        table.c.attention_heads == facts.attention_heads,
        table.c.n_experts.is_not_distinct_from(facts.n_experts),
        table.c.experts_per_tok.is_not_distinct_from(facts.experts_per_tok),
        table.c.model_type.is_not_distinct_from(facts.model_type),
    )
    for row in session.execute(alike.order_by(table.c.tier, table.c.model_id)).mappings():
        twin = ArchitectureRecord.model_validate(dict(row))
        shape = shape_of_architecture(twin)
        if isinstance(shape, ModelShape) and _same_heads(facts, twin):
            named = replace(shape, name=facts.model_id, native=native_precision(facts))
            return KnownShape(shape=named, source=twin.source, twin=twin.model_id)
    return None


def _same_heads(one: ArchitectureRecord, other: ArchitectureRecord) -> bool:
    """Whether nothing that both state of the cache differs."""
    latent = one.kv_lora_rank or other.kv_lora_rank
    return bool(latent) or one.kv_heads is None or one.kv_heads == other.kv_heads


def shape_of_architecture(facts: ArchitectureRecord) -> ShapeOrReason:
    """The shape that the facts of a config.json describe, or the reason that names what is
    missing."""
    family = family_of(facts.model_type, facts.model_id)
    if family.not_computed is not None:
        return Reason(
            code=ReasonCode.ARCHITECTURE_NOT_COMPUTED,
            facts={"model": facts.model_id, "why": family.not_computed},
            lifts=(Lift.MEASURE,),
        )
    counted = count_parameters(facts, family)
    if counted.conflict is not None:
        return _unknown(facts.model_id, f"parameters ({counted.conflict})")
    caching = _caching_layers(facts, family)
    if caching is None and _is_hybrid(facts, family):
        return _unknown(facts.model_id, "layer_types")
    share, window = _windows(facts, family)
    latent = facts.kv_lora_rank or (family.latent[0] if family.latent else None)
    rope = facts.qk_rope_head_dim or (family.latent[1] if family.latent else None)
    return shape_of(
        ArchitectureFacts(
            name=facts.model_id,
            parameters=counted.total,
            active_parameters=counted.active,
            expert_parameters=counted.experts or None,
            layers=facts.layers,
            hidden_size=facts.hidden_size,
            attention_heads=facts.attention_heads,
            kv_heads=1 if latent else facts.kv_heads,
            head_dim=facts.head_dim,
            kv_lora_rank=latent,
            qk_rope_head_dim=rope if latent else None,
            n_experts=facts.n_experts,
            experts_per_token=facts.experts_per_tok,
            moe_intermediate_size=facts.moe_intermediate_size,
            first_dense_layers=facts.first_k_dense,
            caching_layers=caching,
            full_attention_share=share,
            window_tokens=window,
            max_context_tokens=facts.max_context,
            native=native_precision(facts),
        )
    )


def _as_published(shape: ModelShape, facts: ArchitectureRecord | None) -> ModelShape:
    """A checked shape with the context and the stored precision of its config.json."""
    if facts is None:
        return shape
    native = native_precision(facts)
    return replace(shape, max_context_tokens=facts.max_context, native=native)


def native_precision(facts: ArchitectureRecord) -> Precision:
    """How the published weights are stored: by the quantization of the file, else by the name, else
    16 bits. Published 32-bit weights are served in 16."""
    method = (facts.quant_method or "").casefold()
    if method == "mxfp4":
        return Precision(rest=Width.BF16, experts=Width.MXFP4)
    width = _WIDTH_OF_METHOD.get(method)
    if width is None:
        name = facts.model_id.casefold()
        width = next((one for word, one in _WIDTH_IN_NAME if word in name), None)
    if width is None and facts.torch_dtype == "float16":
        width = Width.FP16
    return Precision.of(width or Width.BF16)


def _layer_types(facts: ArchitectureRecord) -> dict[str, int]:
    if facts.layer_types is None:
        return {}
    found = json.loads(facts.layer_types)
    return {str(kind): int(count) for kind, count in found.items()}


def _is_hybrid(facts: ArchitectureRecord, family: Family) -> bool:
    kinds = _layer_types(facts)
    return (
        facts.model_type == "nemotron_h"
        or family.caching_every is not None
        or any(word in kind for kind in kinds for word in _LINEAR)
    )


def _caching_layers(facts: ArchitectureRecord, family: Family) -> int | None:
    """Layers that keep keys and values; None: all of them, or not known in a hybrid."""
    kinds = _layer_types(facts)
    if kinds:
        linear = sum(n for kind, n in kinds.items() if any(word in kind for word in _LINEAR))
        return sum(kinds.values()) - linear if linear else None
    pattern = facts.hybrid_pattern or ""
    if pattern and set(pattern) <= set("M*E-"):
        return pattern.count("*") or None
    if family.caching_every is not None and facts.layers is not None:
        return facts.layers // family.caching_every
    return None


def _windows(facts: ArchitectureRecord, family: Family) -> tuple[float | None, int | None]:
    """Share of the layers that see the whole context, and the window of the others.

    A window whose layers are not known counts as none: more cache is the safe side.
    """
    window = facts.sliding_window or family.window_tokens
    if window is None or (facts.max_context is not None and window >= facts.max_context):
        return None, None
    kinds = _layer_types(facts)
    windowed = sum(n for kind, n in kinds.items() if kind in _WINDOWED)
    if windowed:
        return float(1 - Fraction(windowed, sum(kinds.values()))), window
    if family.window_in_all:
        return 0.0, window
    if family.full_every is not None:
        return 1 / family.full_every, window
    return None, None


def _unknown(model_id: str, missing: str) -> Reason:
    return Reason(
        code=ReasonCode.FACT_MISSING,
        facts={"model": model_id, "missing": missing},
        lifts=(Lift.STATE_THE_FACT, Lift.MEASURE),
    )
