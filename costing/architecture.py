"""The shape of a model: what its weights weigh, what a token costs and what it leaves in the cache.

Formulas: README, "Capacity". Counts are whole numbers of parameters, layers, heads or tokens.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.errors import InvalidValue
from costing.hardware import BYTES, Width

LINEAR_STATE_ELEMENTS: Final = 256
"""State of a linear-attention or Mamba-2 layer, elements a unit of hidden size: inner width 2 *
hidden times 128, as in the configurations of Qwen3-Next and Nemotron-H."""

SAME_PARAMETERS: Final = 0.02


class Kind(StrEnum):
    """Kinds of models that differ in what a step does."""

    DENSE = "dense"
    OTHER_DENSE = "other_dense"
    MIXTURE = "mixture"
    LATENT_MIXTURE = "latent_mixture"
    HYBRID_MIXTURE = "hybrid_mixture"
    WINDOWED_MIXTURE = "windowed_mixture"


@dataclass(frozen=True, kw_only=True, slots=True)
class Precision:
    """How weights are stored: the experts of a mixture, and all the rest."""

    rest: Width
    experts: Width

    @classmethod
    def of(cls, width: Width) -> "Precision":
        """One width for all weights."""
        return cls(rest=width, experts=width)

    @property
    def name(self) -> str:
        """`fp8`, or `bf16+mxfp4` where the experts have a width of their own."""
        return self.rest if self.rest is self.experts else f"{self.rest}+{self.experts}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CompressedCache:
    """Multi-head latent attention (MLA): one vector of latent_rank + rope_dim a token and layer."""

    latent_rank: int
    rope_dim: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Experts:
    """A mixture of experts: `parameters` in the routed ones, `per_token` of `count` read a token.

    Shared experts are read by every token and count as the rest of the model.
    """

    count: int
    per_token: int
    parameters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelShape:
    """A model, as far as capacity depends on it.

    parameters: all. active_parameters: read by one token. caching_layers: layers that keep keys and
    values (fewer than `layers` in hybrids with linear attention or Mamba). full_attention_share:
    share of the caching layers that see the whole context; the others see `window_tokens`.
    state_bytes: constant state of one request in a hybrid; None: as LINEAR_STATE_ELEMENTS says.
    Raises InvalidValue where counts contradict each other.
    """

    name: str
    parameters: int
    active_parameters: int
    layers: int
    hidden_size: int
    attention_heads: int
    kv_heads: int
    head_dim: int
    experts: Experts | None = None
    compressed: CompressedCache | None = None
    caching_layers: int | None = None
    full_attention_share: float = 1.0
    window_tokens: int | None = None
    state_bytes: float | None = None
    max_context_tokens: int | None = None
    native: Precision = field(default_factory=lambda: Precision.of(Width.BF16))

    def __post_init__(self) -> None:
        for name in (
            "parameters",
            "active_parameters",
            "layers",
            "hidden_size",
            "attention_heads",
            "kv_heads",
            "head_dim",
        ):
            if getattr(self, name) < 1:
                raise InvalidValue(
                    field=name, expected="a count of 1 or more", found=getattr(self, name)
                )
        if self.active_parameters > self.parameters:
            raise InvalidValue(
                field="active_parameters",
                expected=f"at most all {self.parameters} parameters",
                found=self.active_parameters,
            )
        if self.experts is not None and not (
            0 < self.experts.parameters < self.parameters
            and 0 < self.experts.per_token <= self.experts.count
        ):
            raise InvalidValue(
                field="experts",
                expected="fewer parameters than the model, at most all experts a token",
                found=self.experts,
            )
        if not 0 <= self.full_attention_share <= 1:
            raise InvalidValue(
                field="full_attention_share",
                expected="a share from 0 to 1",
                found=self.full_attention_share,
            )

    @property
    def kind(self) -> Kind:
        """What measurements are grouped by: how it caches, and whether it is a mixture."""
        hybrid = self.keeping_layers < self.layers
        if self.experts is None:
            special = self.compressed is not None or self.window_tokens is not None
            return Kind.OTHER_DENSE if special or hybrid else Kind.DENSE
        if hybrid:
            return Kind.HYBRID_MIXTURE
        if self.compressed is not None:
            return Kind.LATENT_MIXTURE
        return Kind.MIXTURE if self.window_tokens is None else Kind.WINDOWED_MIXTURE

    @property
    def keeping_layers(self) -> int:
        """Layers that keep keys and values; all, unless `caching_layers` says fewer."""
        return self.layers if self.caching_layers is None else self.caching_layers

    @property
    def state_bytes_per_request(self) -> float:
        """Bytes of the constant state that linear layers keep of one request, in 32 bits."""
        if self.state_bytes is not None:
            return self.state_bytes
        linear = self.layers - self.keeping_layers
        return linear * self.hidden_size * LINEAR_STATE_ELEMENTS * 4.0

    @property
    def expert_parameters(self) -> int:
        """Parameters in routed experts; 0 for a dense model."""
        return 0 if self.experts is None else self.experts.parameters

    @property
    def active_expert_parameters(self) -> float:
        """Parameters in the experts that one token is routed to."""
        if self.experts is None:
            return 0.0
        share = self.experts.per_token / self.experts.count
        return min(self.experts.parameters * share, float(self.active_parameters))

    @property
    def cache_elements_per_token(self) -> int:
        """Elements that one token of full attention leaves in the cache, over all layers.

        Heads: 2 * layers * kv_heads * head_dim. MLA: layers * (latent_rank + rope_dim).
        """
        layers = self.keeping_layers
        if self.compressed is not None:
            return layers * (self.compressed.latent_rank + self.compressed.rope_dim)
        return 2 * layers * self.kv_heads * self.head_dim

    @property
    def cache_splits(self) -> int:
        """Over how many tensor-parallel GPUs the cache can be split: KV heads; MLA: 1."""
        return 1 if self.compressed is not None else self.kv_heads

    def cached_tokens(self, tokens: float) -> float:
        """Tokens' worth of cache that a context takes: share * x + (1 - share) * min(x, window)."""
        if self.window_tokens is None:
            return tokens
        seen = min(tokens, float(self.window_tokens))
        return self.full_attention_share * tokens + (1 - self.full_attention_share) * seen

    def is_like(self, other: "ModelShape") -> bool:
        """Whether both serve alike: one shape, whatever the name, such as a model and its tuned
        variants. Parameters may differ by what publishers round, 2 %."""
        return (
            self._form == other._form
            and self.cache_elements_per_token == other.cache_elements_per_token
            and abs(self.parameters / other.parameters - 1) <= SAME_PARAMETERS
        )

    @property
    def _form(self) -> tuple[object, ...]:
        experts = None if self.experts is None else (self.experts.count, self.experts.per_token)
        return (self.kind, self.layers, self.hidden_size, self.attention_heads, experts)

    def weight_bytes(self, precision: Precision) -> float:
        """Bytes of all weights, each part at its own width."""
        rest = (self.parameters - self.expert_parameters) * BYTES[precision.rest]
        return rest + self.expert_parameters * BYTES[precision.experts]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchitectureFacts:
    """What a catalog knows of a model; None is unknown. Names as in Hugging Face's config.json.

    expert_parameters and active_parameters are computed where they are None and the shapes allow.
    """

    name: str
    parameters: int | None = None
    active_parameters: int | None = None
    expert_parameters: int | None = None
    layers: int | None = None
    hidden_size: int | None = None
    attention_heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    kv_lora_rank: int | None = None
    qk_rope_head_dim: int | None = None
    n_experts: int | None = None
    experts_per_token: int | None = None
    moe_intermediate_size: int | None = None
    first_dense_layers: int | None = None
    caching_layers: int | None = None
    full_attention_share: float | None = None
    window_tokens: int | None = None
    max_context_tokens: int | None = None
    native: Precision | None = None


ShapeOrReason: TypeAlias = ModelShape | Reason


def shape_of(facts: ArchitectureFacts) -> ShapeOrReason:
    """The shape that facts describe, or the reason that names each fact that is missing.

    head_dim defaults to hidden / heads and kv_heads to heads, as in transformers. Experts are
    gated: three matrices of hidden * moe_intermediate each, in all layers but the first dense ones.
    """
    facts = _completed(facts)
    lacking = _lacking(facts)
    if len(lacking) >= 4:
        return Reason(
            code=ReasonCode.ARCHITECTURE_UNKNOWN,
            facts={"model": facts.name, "missing": ", ".join(lacking)},
            lifts=(Lift.STATE_THE_FACT,),
        )
    if lacking:
        return Reason(
            code=ReasonCode.FACT_MISSING,
            facts={"model": facts.name, "missing": ", ".join(lacking)},
            lifts=(Lift.STATE_THE_FACT,),
        )
    known = {name: getattr(facts, name) or 0 for name in _NEEDED}
    return ModelShape(
        name=facts.name,
        experts=_experts(facts),
        compressed=_compressed(facts),
        caching_layers=facts.caching_layers,
        full_attention_share=1.0
        if facts.full_attention_share is None
        else facts.full_attention_share,
        window_tokens=facts.window_tokens or None,
        max_context_tokens=facts.max_context_tokens,
        native=facts.native or Precision.of(Width.BF16),
        **known,
    )


_NEEDED = (
    "parameters",
    "active_parameters",
    "layers",
    "hidden_size",
    "attention_heads",
    "kv_heads",
    "head_dim",
)
_NEEDED_FOR_EXPERTS = ("experts_per_token", "expert_parameters")


def _completed(facts: ArchitectureFacts) -> ArchitectureFacts:
    """Facts that follow from others filled in."""
    if facts.kv_heads is None:
        facts = replace(facts, kv_heads=facts.attention_heads)
    if facts.head_dim is None and facts.hidden_size and facts.attention_heads:
        facts = replace(facts, head_dim=facts.hidden_size // facts.attention_heads)
    sizes = (facts.n_experts, facts.hidden_size, facts.moe_intermediate_size, facts.layers)
    if facts.expert_parameters is None and all(sizes):
        count, hidden, inner, layers = (size or 0 for size in sizes)
        layers -= facts.first_dense_layers or 0
        facts = replace(facts, expert_parameters=3 * hidden * inner * layers * count)
    if facts.active_parameters is None and facts.parameters:
        facts = replace(facts, active_parameters=_active(facts))
    return facts


def _active(facts: ArchitectureFacts) -> int | None:
    """Parameters a token reads: the rest, and its share of the experts."""
    assert facts.parameters is not None
    if not facts.n_experts:
        return facts.parameters
    if facts.expert_parameters is None or facts.experts_per_token is None:
        return None
    idle = facts.expert_parameters * (facts.n_experts - facts.experts_per_token)
    return facts.parameters - idle // facts.n_experts


def _lacking(facts: ArchitectureFacts) -> tuple[str, ...]:
    names = _NEEDED + (_NEEDED_FOR_EXPERTS if facts.n_experts else ())
    names += ("qk_rope_head_dim",) if facts.kv_lora_rank else ()
    return tuple(name for name in names if not getattr(facts, name))


def _experts(facts: ArchitectureFacts) -> Experts | None:
    if not facts.n_experts:
        return None
    return Experts(
        count=facts.n_experts,
        per_token=facts.experts_per_token or 0,
        parameters=facts.expert_parameters or 0,
    )


def _compressed(facts: ArchitectureFacts) -> CompressedCache | None:
    if not facts.kv_lora_rank:
        return None
    return CompressedCache(latent_rank=facts.kv_lora_rank, rope_dim=facts.qk_rope_head_dim or 0)
