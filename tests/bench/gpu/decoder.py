"""A decoder of random weights out of plain PyTorch: one decode step, one prompt.

The large products go to cuBLAS (16 bits) or cuBLASLt (fp8, one static scale a tensor), attention to
a fused kernel of `scaled_dot_product_attention`, and what stands between them to kernels that
`torch.compile` fuses. Keys and values are kept in 16 bits. No sampling, no scheduler.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from tests.bench.gpu.shapes import ModelShape

Tensor = Any

FP8: Final = torch.float8_e4m3fn
LARGEST_FP8: Final = 448.0
EPSILON: Final = 1e-5
ROPE_BASE: Final = 500_000.0
MOST_PADDED: Final = 32
"""Rows that fp8 products of fewer requests may be padded to."""


class Weight(NamedTuple):
    """A matrix of outputs by inputs; in fp8 with the scales of its inputs and of itself."""

    values: Tensor
    scales: tuple[Tensor, Tensor] | None


class Decoder:
    """Weights and cache of a model, and its two passes.

    Args:
        shape: of the model.
        fp8: products in fp8, else bf16.
        kept_layers: as many layers have weights and a cache of their own; the others take turns
            with them. A layer is many times larger than the cache of the chip, so time stays true.
        kv_tokens: how many tokens the cache of one layer holds.
    """

    def __init__(self, shape: ModelShape, *, fp8: bool, kept_layers: int, kv_tokens: int) -> None:
        self.shape = shape
        self.fp8 = fp8
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.layers = [self._layer() for _ in range(kept_layers)]
        self.embedding = self._random(shape.vocabulary, shape.hidden)
        self.head = self._random(shape.vocabulary, shape.hidden) / shape.hidden**0.5
        self.kv_tokens = kv_tokens
        width = shape.kv_heads * shape.head
        spare = MOST_PADDED  # rows of padding write there
        self.kv = [self._random(2, kv_tokens + spare, width) for _ in range(kept_layers)]
        self.scale = torch.ones((), device=self.device)
        self.fuse()

    def fuse(self) -> None:
        """Compile the small kernels anew: for these widths, and for the rows that come next."""
        parts = _fused(self.shape, self.fp8)
        self._normed, self._turned, self._gated, self._narrowed = parts

    def _random(self, *size: int) -> Tensor:
        return torch.empty(*size, dtype=torch.bfloat16, device=self.device).normal_()

    def _layer(self) -> dict[str, Any]:
        layer: dict[str, Any] = {
            name: random_weight(outputs, inputs, self.fp8, self.device)
            for name, (outputs, inputs) in self.shape.weights.items()
        }
        for name in ("norm_1", "norm_2"):
            layer[name] = torch.ones(self.shape.hidden, dtype=torch.bfloat16, device=self.device)
        return layer

    def decode(self, step: Step, attention: str) -> Tensor:
        """Logits of one new token of each request, all of them at the same context."""

        def attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            return self.attend_one(step, attention, queries, keys, values)

        return F.linear(self._pass(step, attend), self.head)

    def prefill(self, step: Step, attention: str) -> Tensor:
        """Logits after the last token of one prompt."""
        tokens = step.batch

        def attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            asked = queries.unsqueeze(0).transpose(1, 2)
            held = [self._by_head(cached, 1, tokens) for cached in (keys, values)]
            with _kernel(attention):
                found = F.scaled_dot_product_attention(
                    asked, *held, is_causal=True, enable_gqa=True
                )
            return found.transpose(1, 2).reshape(tokens, -1)

        return F.linear(self._pass(step, attend)[-1:], self.head)

    def attend_one(
        self, step: Step, attention: str, queries: Tensor, keys: Tensor, values: Tensor
    ) -> Tensor:
        """One query a request over the cache; the queries that share a key stand as one block."""
        shape = self.shape
        asked = queries[: step.batch].view(step.batch, shape.kv_heads, -1, shape.head)
        held = [self._by_head(cached, step.batch, step.context) for cached in (keys, values)]
        with _kernel(attention):
            found = F.scaled_dot_product_attention(asked, *held)
        step.attended[: step.batch].view(asked.shape).copy_(found)
        return step.attended

    def _by_head(self, cached: Tensor, batch: int, context: int) -> Tensor:
        rows = cached[: batch * context]
        return rows.view(batch, context, self.shape.kv_heads, self.shape.head).transpose(1, 2)

    def _pass(self, step: Step, attend: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Tensor:
        added = F.embedding(step.ids, self.embedding)
        carried = torch.zeros_like(added)
        layer = self.layers[0]
        for number in range(self.shape.layers):
            layer = self.layers[number % len(self.layers)]
            keys, values = self.kv[number % len(self.kv)]
            normed, carried = self._normed(added, carried, layer["norm_1"], self.scale)
            mixed = product(normed, layer["qkv"])
            queries = self._turned(mixed, step.cosines, step.sines, keys, values, step.slots)
            attended = attend(queries, keys, values)
            if self.fp8:
                attended = self._narrowed(attended, self.scale)
            added = product(attended, layer["out"])
            normed, carried = self._normed(added, carried, layer["norm_2"], self.scale)
            gated = self._gated(product(normed, layer["gate_up"]), self.scale)
            added = product(gated, layer["down"])
        return F.rms_norm(added + carried, (self.shape.hidden,), layer["norm_1"], EPSILON)


class Step:
    """The inputs of a pass: ``batch`` requests at one context, or one prompt of ``batch`` tokens
    where ``context`` is 0. ``rows``: with padding."""

    def __init__(self, decoder: Decoder, batch: int, context: int, rows: int = 0) -> None:
        self.batch, self.context, self.rows = batch, context, max(batch, rows)
        shape, device = decoder.shape, decoder.device
        self.ids = torch.randint(shape.vocabulary, (self.rows,), device=device)
        order = torch.arange(self.rows, device=device)
        if context:
            positions = torch.full_like(order, context - 1)
            self.slots = order * context + context - 1
            self.slots[batch:] = decoder.kv_tokens + order[batch:] - batch
        else:
            positions, self.slots = order, order
        steps = torch.arange(0, shape.head, 2, device=device, dtype=torch.float32) / shape.head
        angles = positions[:, None] / ROPE_BASE ** steps[None]
        self.cosines, self.sines = angles.cos(), angles.sin()
        width = shape.query_heads * shape.head
        self.attended = torch.zeros(self.rows, width, dtype=torch.bfloat16, device=device)


def random_weight(outputs: int, inputs: int, fp8: bool, device: str) -> Weight:
    """A matrix whose outputs are about as large as its inputs."""
    values = torch.empty(outputs, inputs, dtype=torch.bfloat16, device=device).normal_()
    if not fp8:
        return Weight(values.mul_(inputs**-0.5), None)
    one = torch.ones((), device=device)
    return Weight(values.to(FP8), (one, one * inputs**-0.5))


def product(rows: Tensor, weight: Weight) -> Tensor:
    """Rows by inputs times the weight; out in bf16."""
    if weight.scales is None:
        return F.linear(rows, weight.values)
    return torch._scaled_mm(
        rows,
        weight.values.t(),
        scale_a=weight.scales[0],
        scale_b=weight.scales[1],
        out_dtype=torch.bfloat16,
        use_fast_accum=True,
    )


def narrowed(values: Tensor, scale: Tensor) -> Tensor:
    """Values times a scale, in fp8."""
    return (values * scale).clamp(-LARGEST_FP8, LARGEST_FP8).to(FP8)


def _fused(shape: ModelShape, fp8: bool) -> tuple[Callable[..., Any], ...]:
    """Norm with residual, rotation with the write to the cache, gate, and narrowing to fp8."""
    turned_heads = shape.query_heads + shape.kv_heads

    def out(values: Tensor, scale: Tensor) -> Tensor:
        return narrowed(values, scale) if fp8 else values.to(torch.bfloat16)

    def normed(added: Tensor, carried: Tensor, weight: Tensor, scale: Tensor) -> Any:
        total = added.float() + carried.float()
        size = torch.rsqrt(total.square().mean(-1, keepdim=True) + EPSILON)
        return out(total * size * weight.float(), scale), total.to(torch.bfloat16)

    def turned(
        mixed: Tensor, cosines: Tensor, sines: Tensor, keys: Tensor, values: Tensor, slots: Tensor
    ) -> Tensor:
        heads = mixed.view(mixed.shape[0], -1, shape.head)
        first, second = heads[:, :turned_heads].float().chunk(2, -1)
        cosine, sine = cosines[:, None], sines[:, None]
        both = torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)
        both = both.to(torch.bfloat16)
        keys[slots] = both[:, shape.query_heads :].flatten(1)
        values[slots] = heads[:, turned_heads:].flatten(1)
        return both[:, : shape.query_heads]

    def gated(both: Tensor, scale: Tensor) -> Tensor:
        gate, up = both.float().chunk(2, -1)
        return out(F.silu(gate) * up, scale)

    torch._dynamo.reset()  # else widths that differ between models become variables
    return tuple(torch.compile(part) for part in (normed, turned, gated, narrowed))


def fused_attention() -> tuple[str, ...]:
    """The kernels to choose from on this machine."""
    return ("flash", "cudnn") if torch.cuda.is_available() else ("any",)


def _kernel(attention: str) -> contextlib.AbstractContextManager[Any]:
    if attention == "any":
        return contextlib.nullcontext()
    backends = {"flash": SDPBackend.FLASH_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}
    chosen: contextlib.AbstractContextManager[Any] = sdpa_kernel(backends[attention])
    return chosen
