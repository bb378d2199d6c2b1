"""How fast a replica is: one decode step and one prompt as a roofline, and what follows in steady
state.

A step for B running requests takes, on n = t p D GPUs:

    step(B)  = (read(B)^3 + (compute B)^3)^(1/3) + fixed + slope B
    read     = (rest bytes / (t p) + expert bytes * touch(B) / n) / (bandwidth * weights share)
    touch(B) = 1 - (1 - k / E)^B                        share of the experts that B tokens touch
    compute  = 2 active parameters / (n * peak * compute share)
    fixed    = L layer seconds + all-reduces of nothing
    slope    = cache read of a request + all-reduce of a token + sequence seconds / D

The third power is a smooth maximum, measured on H100 and H200 (tests/bench/gpu). A prompt is all
compute: fresh tokens * compute + causal attention + all-reduce. In steady state each request costs
O steps and delays the others by a part of its prompt:

    requests/s = B / (O step(B) + prefill share * B * prompt)      TPOT = B / (requests/s * O)
    TTFT      >= prompt / (1 - requests/s * prompt) + step(B)      one server with a queue
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from costing.capacity_cases import Cases, Column, Facts, facts_of
from costing.capacity_constants import (
    CACHE,
    COMPUTE_16,
    LAYER,
    REDUCE,
    WEIGHTS,
    Constants,
)
from costing.capacity_memory import cached_tokens

ELEMENT_BYTES: Final = 2.0
"""Activations travel at 16 bits between GPUs."""

EXCHANGE_FACTOR: Final = 1.5
"""Bytes an element in an exchange of experts, the mean of out (8 bits) and back (16 bits)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCosts:
    """The few numbers a case comes down to; seconds of one replica, columns of shape (n,).

    read_rest, read_experts: reading all of them once. missed: share of experts that one token does
    not touch. compute: products of one token. fixed, slope: the rest of a step, a step and a
    request. prompt: reading one prompt. prompt_fixed, prompt_slope: the same for a batch of prompts
    at once, as `prompt_fixed + prompts * prompt_slope`. speed: of the engine build, 1 is current.
    """

    read_rest: Column
    read_experts: Column
    missed: Column
    compute: Column
    fixed: Column
    slope: Column
    layers_fixed: Column
    prompt_fixed: Column
    prompt_slope: Column
    output_tokens: Column
    prefill_share: Column
    speed: Column

    @property
    def prompt(self) -> Column:
        """Seconds of one prompt alone."""
        return self.prompt_fixed + self.prompt_slope

    def step(self, batch: Column) -> Column:
        """Seconds of one decode step; `batch` broadcasts against columns (n,) or (n, 1)."""
        touched = 1 - np.power(self.missed, batch)
        read = self.read_rest + self.read_experts * touched
        products = np.cbrt(read**3 + (self.compute * batch) ** 3)
        return np.asarray(products + self.fixed + self.slope * batch)

    def requests_per_second(self, batch: Column, step: Column) -> Column:
        """Steady state of one replica with continuous batching; `step` is `self.step(batch)`."""
        cycle = self.output_tokens * step + self.prefill_share * batch * self.prompt
        return np.asarray(self.speed * batch / cycle)

    def ttft(self, requests_per_second: Column, step: Column) -> Column:
        """Seconds to the first token, a screen only; infinite where prompts alone fill the GPUs."""
        prompt = self.prompt / self.speed
        idle = 1 - requests_per_second * prompt
        waited = np.divide(prompt, idle, out=np.full(idle.shape, np.inf), where=idle > 0)
        return np.asarray(waited + step / self.speed)

    def rows(self, chosen: slice) -> "StepCosts":
        """Some cases as columns of shape (rows, 1), to stand against a grid of batches."""
        return StepCosts(
            **{item.name: getattr(self, item.name)[chosen, np.newaxis] for item in fields(self)}
        )


def step_costs(cases: Cases, constants: Constants, facts: Facts | None = None) -> StepCosts:
    """The costs of each case."""
    facts = facts_of(cases) if facts is None else facts
    reached = _reached(facts, constants)
    split = cases.tensor * cases.pipeline
    gpus = split * cases.data
    weights = facts.bandwidth * reached[:, WEIGHTS]
    mixed = facts.mixture > 0
    mixture = np.where(mixed, constants.mixture_compute, 1.0)
    rows = np.arange(len(cases))
    rate_rest = facts.peak_rest * reached[rows, facts.rest_share.astype(int)]
    rate_experts = facts.peak_experts * reached[rows, facts.experts_share.astype(int)]
    compute = facts.rest_active / rate_rest + facts.expert_active / rate_experts
    compute *= 2 / (gpus * mixture)
    fresh = cases.input_tokens * (1 - cases.prefix_share)
    attention = 2 * attended_pairs(facts, cases.input_tokens, fresh) * facts.attention_width
    attention /= gpus * facts.peak_16 * constants.attention_compute * reached[:, COMPUTE_16]
    reduce_fixed, reduce_token = _all_reduce(cases, facts, constants, reached[:, REDUCE])
    layers_fixed = facts.layers * (
        reached[:, LAYER]
        + facts.mixture * constants.mixture_layer_seconds
        + (facts.latent_work > 0) * constants.latent_layer_seconds
    )
    slope = _decode_attention(cases, facts, constants, reached[:, CACHE])
    sequence = np.where(facts.old > 0, constants.old_sequence_seconds, constants.sequence_seconds)
    slope += reduce_token + sequence / cases.data
    return StepCosts(
        read_rest=facts.rest_bytes / split / weights,
        read_experts=facts.expert_bytes / gpus / weights,
        missed=1 - facts.expert_share,
        compute=compute,
        fixed=layers_fixed + reduce_fixed,
        slope=slope,
        layers_fixed=layers_fixed,
        prompt_fixed=reduce_fixed,
        prompt_slope=fresh * (compute + reduce_token) + attention,
        output_tokens=cases.output_tokens,
        prefill_share=np.full(len(cases), constants.prefill_share),
        speed=_speed(cases, constants),
    )


def _reached(facts: Facts, constants: Constants) -> Column:
    """The row of constants of each case, shape (n, 7)."""
    table = constants.table()
    old_amd = (facts.amd > 0) & (facts.old > 0)
    rows = np.where(old_amd, len(table) - 1, facts.generation).astype(int)
    return np.asarray(table[rows])


def attended_pairs(facts: Facts, tokens: Column, fresh: Column) -> Column:
    """Twice the pairs (token, earlier token) that a prompt's fresh tokens attend to.

    Without window and cached prefix x^2; of fresh tokens at the end of a prompt f (2 x - f); in a
    window v the last f tokens see at most v each.
    """
    full = fresh * (2 * tokens - fresh)
    seen = np.minimum(tokens, facts.window)
    windowed = np.minimum(full, seen * (2 * fresh - np.minimum(fresh, seen)))
    return facts.full_share * full + (1 - facts.full_share) * windowed


def _decode_attention(
    cases: Cases, facts: Facts, constants: Constants, cache_share: Column
) -> Column:
    """Seconds of a step on the cache of one request, in the middle of its answer.

    Reading it, and reading and writing the state of linear layers; for MLA the slower of reading
    and computing, since all heads share one vector.
    """
    split = np.minimum(cases.tensor, facts.cache_splits) * cases.pipeline
    context = cached_tokens(facts, cases.input_tokens + cases.output_tokens / 2)
    held = facts.cache_elements * cases.cache_bytes * context / split
    state = facts.state_bytes / (cases.tensor * cases.pipeline)
    read = (held + 2 * state) / (facts.bandwidth * cache_share)
    if constants.latent_compute is not None:
        rate = cases.tensor * cases.pipeline * facts.peak_16 * constants.latent_compute
        read = np.maximum(read, facts.latent_work * context / rate)
    return np.asarray(read / cases.data)


def _all_reduce(
    cases: Cases, facts: Facts, constants: Constants, seconds: Column
) -> tuple[Column, Column]:
    """Seconds a step spends passing activations on: fixed, and a token of the batch.

    Two all-reduces a layer over t GPUs, each moves 2 (t - 1) / t of the activations; with D > 1 two
    exchanges of experts, to at most min(k, D) ranks.
    """
    far = cases.tensor * cases.pipeline * cases.data > facts.gpus_per_machine
    alpha = seconds * np.where(facts.pcie > 0, constants.pcie_reduce_factor, 1.0)
    alpha = alpha * np.where(far, constants.machine_reduce_factor, 1.0)
    rate = facts.links * constants.link_share
    reduces = np.where(cases.tensor > 1, 2 * facts.layers / cases.pipeline, 0.0)
    exchanges = np.where(cases.data > 1, 2 * facts.layers, 0.0)
    sent = reduces * 2 * (cases.tensor - 1) / cases.tensor * ELEMENT_BYTES
    sent = sent + exchanges * EXCHANGE_FACTOR * np.minimum(facts.experts_per_token, cases.data)
    return (reduces + exchanges) * alpha, sent * facts.hidden / (cases.data * rate)


def _speed(cases: Cases, constants: Constants) -> Column:
    """Throughput against a replica without pipeline and data parallelism."""
    return np.asarray(
        np.where(cases.pipeline > 1, constants.pipeline_share, 1.0)
        * np.where(cases.data > 1, constants.data_share, 1.0)
    )
