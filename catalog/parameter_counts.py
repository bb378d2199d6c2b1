"""How many parameters a model has: counted from its shape, held against what was published.

A published count can be that of a packed file (two 4-bit weights in a byte), contain scales, parts
for drafting tokens, or belong to another model; a count from the shape misses towers for pictures.
Neither is believed alone where both are known and differ:

    dense     attention h (2 H d + 2 K d), feed forward m h i a layer; embeddings V h, untied 2 V h
    mixture   experts m h e, each; shared ones m h s; router h E; the first layers dense
    latent    queries h q + q H (n + r) or h H (n + r); keys h (c + r) + c H (n + v); output H v h

h hidden size, H heads, K heads of keys, d head width, i and e inner widths, m matrices, V words, c
and q ranks, r, n and v head widths of MLA.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog.architecture_families import Family
from catalog.records import ArchitectureRecord

AGREES: Final = 0.06
"""Two counts within 6 % are one: norms, biases and heads for drafting are not counted."""
MOST_BESIDE: Final = 1.35
"""A published count may be larger, by towers for pictures and stored masks; more memory is the safe
side."""
PACKED: Final = ("nvfp4", "fp4", "awq", "gptq", "int4", "4bit", "w4a16", "bnb", "mlx")


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Parameters of all, of the routed experts, and of those that one token reads.

    Attributes:
        total, experts, active: None: not known; experts is 0 for a dense model.
        told_by: ``published`` or ``shape``: what the total is taken from.
        conflict: what does not agree; None: nothing, or it is explained.
    """

    total: int | None
    experts: int | None
    active: int | None
    told_by: str | None = None
    conflict: str | None = None


def count_parameters(facts: ArchitectureRecord, family: Family) -> Counted:
    """The parameters of a model out of its facts."""
    experts = _experts(facts, family)
    low, high = _from_shape(facts, family, experts)
    packed = facts.quant_method == "modelopt" or any(
        word in facts.model_id.casefold() for word in PACKED
    )
    published = facts.total_params
    total, told_by, conflict = _settle(facts, published, (low, high), packed)
    if total is not None and experts is not None and experts >= total:
        return Counted(
            total=total, experts=None, active=None, told_by=told_by,
            conflict=f"{experts:,} parameters in experts of {total:,} in all",
        )  # fmt: skip
    active = None if total is None or experts is None else _active(facts, total, experts)
    return Counted(total=total, experts=experts, active=active, told_by=told_by, conflict=conflict)


def _active(facts: ArchitectureRecord, total: int, experts: int) -> int | None:
    """Parameters that a token reads: all but the experts it is not routed to.

    A published number counts where it is smaller (a part for drafting is not in it), and not where
    it is less than the experts of a token alone.
    """
    if not facts.n_experts:
        return total
    if not facts.experts_per_tok:
        return None
    routed = experts * facts.experts_per_tok // facts.n_experts
    counted = total - experts + routed
    told = facts.active_params
    return told if told is not None and routed < told < counted else counted


def _settle(
    facts: ArchitectureRecord,
    published: int | None,
    counted: tuple[int | None, int | None],
    packed: bool,
) -> tuple[int | None, str | None, str | None]:
    low, high = counted
    if low is None or high is None:
        return (None, None, None) if packed else (published, "published", None)
    whole = low if facts.tie_word_embeddings else high
    if published is None:
        return whole, "shape", None
    nearest = min((low, high), key=lambda one: abs(one - published))
    if abs(published / nearest - 1) <= AGREES:
        if facts.tie_word_embeddings:  # a file may hold the words twice and load them once
            return low, "shape", None
        verbatim = facts.n_experts is not None and facts.tier <= 2
        return (nearest, "shape", None) if verbatim else (published, "published", None)
    if packed or published < nearest:
        # Weights of a shape cannot be fewer than the shape has: the count is of something else.
        return whole, "shape", None
    if published <= MOST_BESIDE * nearest:
        return published, "published", None
    return None, None, f"{published:,} published, {nearest:,} by its shape"


def moe_layers(facts: ArchitectureRecord, family: Family) -> int | None:
    """Layers with experts: all but the first dense ones, those of the pattern, every other one of
    Llama 4 Maverick."""
    if facts.layers is None:
        return None
    if facts.model_type == "nemotron_h" or (facts.hybrid_pattern or "").startswith("M"):
        return (facts.hybrid_pattern or "").count("E") or None
    if facts.model_type == "llama4":
        # Its files say `interleave_moe_layer_step`: 1 with 16 experts, 2 with 128.
        return facts.layers // 2 if facts.n_experts == 128 else facts.layers
    dense = facts.first_k_dense
    return facts.layers - (family.dense_start(facts.layers) if dense is None else dense)


def _expert_width(facts: ArchitectureRecord) -> int | None:
    return facts.moe_intermediate_size or facts.intermediate_size


def _experts(facts: ArchitectureRecord, family: Family) -> int | None:
    if not facts.n_experts:
        return 0
    layers, width = moe_layers(facts, family), _expert_width(facts)
    if layers is None or width is None or facts.hidden_size is None:
        return None
    return family.matrices * facts.hidden_size * width * layers * facts.n_experts


def _from_shape(
    facts: ArchitectureRecord, family: Family, experts: int | None
) -> tuple[int | None, int | None]:
    """Parameters with the embeddings counted once (tied) and twice; None: the shape is not known.

    Hybrids are not counted: what their linear layers hold is not told.
    """
    named = facts.layer_types or ""
    linear = family.caching_every or facts.hybrid_pattern or "linear" in named or "mamba" in named
    attention = None if linear else _attention(facts, family)
    inner = _feed_forward(facts, family)
    if attention is None or inner is None or experts is None:
        return None, None
    if facts.layers is None or facts.vocab_size is None or facts.hidden_size is None:
        return None, None
    words = facts.vocab_size * facts.hidden_size
    body = facts.layers * attention + inner + experts
    if facts.tie_word_embeddings is False:
        return body + 2 * words, body + 2 * words
    return body + words, body + 2 * words


def _attention(facts: ArchitectureRecord, family: Family) -> int | None:
    """Of one layer."""
    hidden, heads = facts.hidden_size, facts.attention_heads
    if hidden is None or heads is None:
        return None
    if facts.kv_lora_rank or family.latent:
        rank, rope, nope, value = family.latent or (512, 64, 128, 128)
        rank = facts.kv_lora_rank or rank
        rope = facts.qk_rope_head_dim or rope
        nope = facts.qk_nope_head_dim or nope
        value = facts.v_head_dim or value
        query = facts.q_lora_rank
        asked = heads * (nope + rope)
        queries = hidden * asked if query is None else query * (hidden + asked)
        return (
            queries
            + hidden * (rank + rope)
            + rank * heads * (nope + value)
            + heads * value * hidden
        )
    width = facts.head_dim or hidden // heads
    return 2 * hidden * width * (heads + (facts.kv_heads or heads))


def _feed_forward(facts: ArchitectureRecord, family: Family) -> int | None:
    """Of all layers, without the routed experts."""
    hidden, layers = facts.hidden_size, facts.layers
    if hidden is None or layers is None:
        return None
    block = family.matrices * hidden
    if not facts.n_experts:
        return None if facts.intermediate_size is None else block * facts.intermediate_size * layers
    mixed, width = moe_layers(facts, family), _expert_width(facts)
    if mixed is None or width is None:
        return None
    router = hidden * facts.n_experts
    if facts.model_type == "llama4":
        # One shared expert a mixed layer; dense layers are twice as wide (`intermediate_size_mlp`).
        return mixed * (router + block * width) + (layers - mixed) * block * 2 * width
    shared = facts.shared_expert_intermediate_size or (facts.n_shared_experts or 0) * width
    dense = 0 if mixed == layers else (layers - mixed) * block * (facts.intermediate_size or width)
    return mixed * (router + block * shared) + dense
