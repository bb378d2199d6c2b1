"""Measures on one GPU what a model of capacity has to predict; README.md says how.

    python -m tests.bench.gpu.decode_and_prefill FOLDER [--seconds N] [--small]

Needs PyTorch and nothing else of this repository; writes FOLDER/measured.csv as it goes, and stops
measuring when its seconds are over. ``--small`` tries the program itself, on any machine.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch

from tests.bench.gpu.decoder import (
    MOST_PADDED,
    Decoder,
    Step,
    fused_attention,
    narrowed,
    product,
    random_weight,
)
from tests.bench.gpu.shapes import BYTES_OF_16_BITS, LLAMA_8B, LLAMA_70B, NARROW, ModelShape
from tests.bench.gpu.timing import Rows, captured, open_rows, seconds_of

BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CONTEXTS: Final = (512, 2048, 8192)
PROMPTS: Final = (512, 1024, 2048, 4096, 8192)
GEMM_ROWS: Final = tuple(2**power for power in range(14))
RESERVE_BYTES: Final = 6 * 2**30
"""Left to activations and graphs."""
SHARE_OF_TURNS: Final = 0.45
"""Of the free memory, for weights that take turns because all of them do not fit."""
COPIED_BYTES: Final = 4 * 2**30
ROTATED_BYTES: Final = 256 * 2**20
"""A product is timed over so many bytes of weights, several times the cache of the chip."""
MOST_ERROR: Final = 0.02
STEP_SECONDS, PROMPT_SECONDS, GEMM_SECONDS, CHOICE_SECONDS = 0.4, 1.0, 0.06, 0.02


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is measured, and until when."""

    rows: Rows
    ends: float
    batches: Sequence[int] = BATCHES
    contexts: Sequence[int] = CONTEXTS
    prompts: Sequence[int] = PROMPTS
    gemm_rows: Sequence[int] = GEMM_ROWS
    copied_bytes: int = COPIED_BYTES
    attention: Sequence[str] = ()

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.ends


def main() -> int:
    """Measure everything, the most wanted first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=330.0)
    parser.add_argument("--small", action="store_true")
    arguments = parser.parse_args()
    rows = open_rows(arguments.folder / "measured.csv", datetime.now(UTC).date().isoformat())
    plan = Plan(rows=rows, ends=time.monotonic() + arguments.seconds)
    with torch.inference_mode():
        check_products()
        plan = replace(plan, attention=checked_attention())
        if arguments.small:
            _measure_small(plan)
        else:
            _measure(plan)
    return 0


def _measure(plan: Plan) -> None:
    _copy(plan)
    _model(plan, LLAMA_8B, fp8=False)
    _model(plan, LLAMA_8B, fp8=True)
    _model(plan, LLAMA_70B, fp8=True)
    for shape in (LLAMA_8B, LLAMA_70B):
        _products(plan, shape)
    for fp8 in (False, True):
        _model(replace(plan, contexts=CONTEXTS[:1], prompts=()), NARROW, fp8=fp8)
    _model(plan, LLAMA_70B, fp8=False)


def _measure_small(plan: Plan) -> None:
    small = replace(plan, batches=(1, 2, 4), contexts=(16, 64), prompts=(16, 32))
    small = replace(small, gemm_rows=(1, 32), copied_bytes=2**20)
    _copy(small)
    for fp8 in (False, True):
        _model(small, replace(NARROW, layers=3), fp8=fp8)
    _products(small, NARROW)


def check_products() -> None:
    """Hold a product in each precision against float32.

    Raises:
        RuntimeError: they differ by more than rounding.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for fp8 in (False, True):
        weight = random_weight(768, 512, fp8, device)
        for tokens in (1, 33):
            given = torch.randn(tokens, 512, device=device).to(torch.bfloat16)
            if fp8:
                given = narrowed(given, torch.ones((), device=device))
            expected = given.float() @ weight.values.float().t()
            if weight.scales is not None:
                expected = expected * weight.scales[1]
            _compare(product(given, weight), expected, f"product of {tokens} rows, fp8 {fp8}")


def checked_attention() -> tuple[str, ...]:
    """The fused kernels by which a decode step gives the logits of the same token in a prompt.

    Raises:
        RuntimeError: there is none.
    """
    shape, tokens, good = replace(NARROW, layers=2), 64, []
    for attention in fused_attention():
        try:
            decoder = Decoder(shape, fp8=False, kept_layers=2, kv_tokens=2 * tokens)
            prompt = Step(decoder, tokens, 0)
            expected = decoder.prefill(prompt, attention)
            step = Step(decoder, 1, tokens, MOST_PADDED)
            step.ids[0] = prompt.ids[-1]
            _compare(decoder.decode(step, attention)[:1], expected, attention)
            good.append(attention)
        except RuntimeError as error:
            sys.stdout.write(f"left out: {attention}: {error}\n")
    if not good:
        raise RuntimeError("no fused attention is right on this machine")
    return tuple(good)


def _compare(found: Any, expected: Any, what: str) -> None:
    found, expected = found.float(), expected.float()
    error = float((found - expected).norm() / expected.norm())
    sys.stdout.write(f"{what}: relative error {error:.2g}\n")
    if not error < MOST_ERROR:  # NaN is an error too
        raise RuntimeError(f"{what}: relative error {error:.3g}, more than {MOST_ERROR}")


def _copy(plan: Plan) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    source = torch.empty(plan.copied_bytes // 2, dtype=torch.bfloat16, device=device).normal_()
    target = torch.empty_like(source)
    seconds = seconds_of(captured(lambda: torch.neg(source, out=target)), STEP_SECONDS)
    notes = "by a kernel; bytes read plus bytes written"  # a copy would go to a slower engine
    plan.rows.add(seconds, moved=2 * plan.copied_bytes, kind="copy", notes=notes)


def _products(plan: Plan, shape: ModelShape) -> None:
    """The four products of a layer alone, over weights that do not fit the cache of the chip."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for fp8 in (False, True):
        for name, (outputs, inputs) in shape.weights.items():
            width = 1 if fp8 else BYTES_OF_16_BITS
            count = min(8, -(-ROTATED_BYTES // (outputs * inputs * width)))
            weights = [random_weight(outputs, inputs, fp8, device) for _ in range(count)]
            for tokens in plan.gemm_rows:
                if plan.is_over():
                    return
                given = torch.randn(tokens, inputs, device=device).to(torch.bfloat16)
                if fp8:
                    given = narrowed(given, torch.ones((), device=device))
                call = _each(product, given, weights)
                seconds = [total / count for total in seconds_of(captured(call), GEMM_SECONDS)]
                moved = outputs * inputs * width + tokens * (inputs * width + 2 * outputs)
                plan.rows.add(
                    seconds,
                    flops=2 * tokens * outputs * inputs,
                    moved=moved,
                    kind="gemm",
                    model_shape=shape.name,
                    precision="fp8" if fp8 else "bf16",
                    tokens=tokens,
                    notes=f"{name} {outputs} x {inputs}",
                )
            del weights
            _let_go()


def _each(call: Callable[..., Any], given: Any, weights: Sequence[Any]) -> Callable[[], None]:
    def run() -> None:
        for weight in weights:
            call(given, weight)

    return run


def _model(plan: Plan, shape: ModelShape, *, fp8: bool) -> None:
    """Decode steps and prompts of one model in one precision."""
    if plan.is_over():
        return
    started = time.monotonic()
    _let_go()
    kept, kv_tokens = _room(plan, shape, fp8)
    decoder = Decoder(shape, fp8=fp8, kept_layers=kept, kv_tokens=kv_tokens)
    notes = "whole model" if kept == shape.layers else f"weights and cache of {kept} layers in turn"
    for context in plan.contexts:
        for batch in plan.batches:
            if batch * context <= kv_tokens and not plan.is_over():
                with _reported(f"decode {batch} x {context}"):
                    _decode(plan, decoder, batch, context, notes)
    decoder.fuse()
    for tokens in plan.prompts:
        if tokens <= kv_tokens and not plan.is_over():
            with _reported(f"prefill {tokens}"):
                _prefill(plan, decoder, tokens, notes)
    taken = time.monotonic() - started
    sys.stdout.write(f"{shape.name}, {'fp8' if fp8 else 'bf16'}, {notes}: {taken:.0f} s\n")
    del decoder
    _let_go()


def _room(plan: Plan, shape: ModelShape, fp8: bool) -> tuple[int, int]:
    """Layers that get weights of their own, and tokens of cache."""
    most = max(plan.contexts) * max(plan.batches)
    if not torch.cuda.is_available():
        return shape.layers, most
    ends = 2 * shape.head_weights * BYTES_OF_16_BITS  # embedding and head
    free = torch.cuda.mem_get_info()[0] - RESERVE_BYTES - ends
    layer = shape.layer_weights // shape.layers * (1 if fp8 else BYTES_OF_16_BITS)
    kept = shape.layers
    if kept * layer > free - 2**30:
        kept = int(SHARE_OF_TURNS * free / layer)
    kv_bytes = shape.kv_bytes_per_token * kept // shape.layers
    return kept, min(most, (free - kept * layer) // kv_bytes - MOST_PADDED)


def _decode(plan: Plan, decoder: Decoder, batch: int, context: int, notes: str) -> None:
    """One step; in fp8 also with padded rows, of which the faster is kept."""
    shape, precision = decoder.shape, "fp8" if decoder.fp8 else "bf16"
    attention, seconds = _fastest_attention(plan, decoder, batch, context)
    found = []
    for rows in sorted({batch, max(batch, MOST_PADDED)} if decoder.fp8 else {batch}):
        step = Step(decoder, batch, context, rows)
        replay = captured(partial(decoder.decode, step, attention))
        found.append((seconds_of(replay, STEP_SECONDS), rows))
        del replay
        _let_go()
    fastest, rows = min(found, key=lambda pair: statistics.median(pair[0]))
    padded = f", rows padded to {rows}" if rows > batch else ""
    weight_bytes = shape.weight_bytes(1 if decoder.fp8 else BYTES_OF_16_BITS)
    point = {"model_shape": shape.name, "batch": batch, "context_tokens": context, "tokens": batch}
    plan.rows.add(
        fastest,
        flops=shape.decode_flops(batch, context),
        moved=weight_bytes + batch * context * shape.kv_bytes_per_token,
        kind="decode",
        precision=precision,
        notes=f"{notes}; attention {attention}{padded}",
        **point,
    )
    if not decoder.fp8 and seconds:
        plan.rows.add(
            seconds,
            flops=shape.attention_flops(batch, context),
            moved=batch * context * shape.kv_bytes_per_token / shape.layers,
            kind="attention",
            precision=precision,
            notes=f"one layer alone; {attention}",
            **point,
        )


def _fastest_attention(
    plan: Plan, decoder: Decoder, batch: int, context: int
) -> tuple[str, list[float]]:
    """The fused kernel that is fastest for this point, and its seconds a layer."""
    step = Step(decoder, batch, context)
    width = (decoder.shape.query_heads, decoder.shape.head)
    queries = torch.randn(batch, *width, device=decoder.device).to(torch.bfloat16)

    def calls(attention: str) -> Callable[[], None]:
        def run() -> None:
            for keys, values in decoder.kv:
                decoder.attend_one(step, attention, queries, keys, values)

        return run

    seconds, attention = _fastest(plan, calls, CHOICE_SECONDS)
    return attention, [total / len(decoder.kv) for total in seconds]


def _fastest(
    plan: Plan, calls: Callable[[str], Callable[[], object]], budget: float
) -> tuple[list[float], str]:
    """Seconds of the fastest fused kernel that takes the shape, and its name."""
    found: list[tuple[list[float], str]] = []
    refused = []
    for attention in plan.attention:
        try:
            replay = captured(calls(attention))
            found.append((seconds_of(replay, budget, least=3), attention))
            del replay
        except RuntimeError as error:
            refused.append(f"{attention}: {error}")
        _let_go()
    if not found:
        raise RuntimeError(f"no fused attention takes this shape: {refused}")
    return min(found, key=lambda pair: statistics.median(pair[0]))


def _prefill(plan: Plan, decoder: Decoder, tokens: int, notes: str) -> None:
    """One prompt, with the fused kernel that is fastest."""
    step, shape = Step(decoder, tokens, 0), decoder.shape
    calls = partial(partial, decoder.prefill, step)
    fastest, attention = _fastest(plan, calls, PROMPT_SECONDS / 2)
    plan.rows.add(
        fastest,
        flops=shape.prefill_flops(tokens),
        moved=shape.weight_bytes(1 if decoder.fp8 else BYTES_OF_16_BITS),
        kind="prefill",
        model_shape=shape.name,
        precision="fp8" if decoder.fp8 else "bf16",
        batch=1,
        context_tokens=tokens,
        tokens=tokens,
        notes=f"{notes}; attention {attention}",
    )


@contextmanager
def _reported(what: str) -> Iterator[None]:
    """A point that fails is written down, and the next one measured."""
    try:
        yield
    except RuntimeError as error:
        sys.stdout.write(f"failed: {what}: {error}\n")
        _let_go()


def _let_go() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


if __name__ == "__main__":
    sys.exit(main())
