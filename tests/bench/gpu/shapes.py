"""Shapes of the measured models, and the work that their shapes ask for: operations and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BYTES_OF_16_BITS: Final = 2


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """A dense decoder with grouped-query attention and a gated feed-forward part.

    Attributes:
        layers, hidden, vocabulary: as in the published configuration.
        query_heads, kv_heads, head: numbers of heads, and elements of one.
        inner: width of the feed-forward part.
    """

    name: str
    layers: int
    hidden: int
    query_heads: int
    kv_heads: int
    head: int
    inner: int
    vocabulary: int

    @property
    def weights(self) -> Mapping[str, tuple[int, int]]:
        """The four products of one layer: outputs and inputs."""
        return {
            "qkv": ((self.query_heads + 2 * self.kv_heads) * self.head, self.hidden),
            "out": (self.hidden, self.query_heads * self.head),
            "gate_up": (2 * self.inner, self.hidden),
            "down": (self.hidden, self.inner),
        }

    @property
    def layer_weights(self) -> int:
        """Elements of the four products of all layers."""
        return self.layers * sum(outputs * inputs for outputs, inputs in self.weights.values())

    @property
    def head_weights(self) -> int:
        """Elements of the product that gives the logits; kept in 16 bits."""
        return self.vocabulary * self.hidden

    @property
    def kv_bytes_per_token(self) -> int:
        """Of all layers, at 16 bits."""
        return 2 * self.layers * self.kv_heads * self.head * BYTES_OF_16_BITS

    def weight_bytes(self, bytes_per_weight: int) -> int:
        """What one step has to read of the weights."""
        return self.layer_weights * bytes_per_weight + self.head_weights * BYTES_OF_16_BITS

    def decode_flops(self, batch: int, context: int) -> int:
        """Operations of one step: two a weight and request, and both products of attention."""
        products = 2 * batch * (self.layer_weights + self.head_weights)
        return products + self.layers * self.attention_flops(batch, context)

    def attention_flops(self, batch: int, context: int) -> int:
        """Operations of one layer's attention in one step."""
        return 4 * batch * context * self.query_heads * self.head

    def prefill_flops(self, tokens: int) -> int:
        """Operations of one prompt, attention causal, logits of its last token only."""
        attention = 2 * tokens * tokens * self.query_heads * self.head * self.layers
        return 2 * tokens * self.layer_weights + attention + 2 * self.head_weights


LLAMA_8B: Final = ModelShape(
    name="Llama-3.1-8B",
    layers=32,
    hidden=4096,
    query_heads=32,
    kv_heads=8,
    head=128,
    inner=14336,
    vocabulary=128256,
)
LLAMA_70B: Final = ModelShape(
    name="Llama-3.3-70B",
    layers=80,
    hidden=8192,
    query_heads=64,
    kv_heads=8,
    head=128,
    inner=28672,
    vocabulary=128256,
)
NARROW: Final = ModelShape(
    name="32 narrow layers",
    layers=32,
    hidden=256,
    query_heads=4,
    kv_heads=2,
    head=128,
    inner=512,
    vocabulary=1024,
)
"""As many kernels a step as 32 real layers, next to no work: what is left is fixed overhead."""
