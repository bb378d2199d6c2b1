"""What holds for every model, host and traffic: raw capacity before headroom."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from costing.architecture import CompressedCache, Experts, ModelShape, Precision
from costing.capacity import CapacityEstimate, estimate_capacity
from costing.capacity_cases import Arrangement, Case, Engine, EngineName, Traffic, cases_of
from costing.capacity_constants import NOTES, Constants
from costing.capacity_fitted import FITTED
from costing.capacity_scan import Targets, scan
from costing.capacity_speed import step_costs
from costing.hardware import Generation, Gpu, Host, Width

ALMOST = 1 + 1e-9
"""Two ways to the same number differ by rounding only."""


@st.composite
def shapes(draw: st.DrawFn) -> ModelShape:
    """Dense models and mixtures, with heads or a compressed cache, some with a window."""
    layers = draw(st.integers(2, 120))
    heads = draw(st.sampled_from([8, 16, 32, 64]))
    parameters = draw(st.integers(10**8, 4 * 10**11))
    count = draw(st.sampled_from([0, 8, 64, 256]))
    experts, active = None, parameters
    if count:
        inside = int(parameters * draw(st.floats(0.1, 0.95)))
        per_token = draw(st.integers(1, min(8, count)))
        experts = Experts(count=count, per_token=per_token, parameters=inside)
        active = max(1, parameters - inside * (count - per_token) // count)
    return ModelShape(
        name="any",
        parameters=parameters,
        active_parameters=active,
        layers=layers,
        hidden_size=heads * 128,
        attention_heads=heads,
        kv_heads=draw(st.sampled_from([1, 4, heads])),
        head_dim=128,
        experts=experts,
        compressed=draw(st.sampled_from([None, CompressedCache(latent_rank=512, rope_dim=64)])),
        caching_layers=draw(st.sampled_from([None, layers // 2 + 1])),
        full_attention_share=0.5,
        window_tokens=draw(st.sampled_from([None, 128, 4096])),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any model on any host that may be too small for it."""
    tensor = draw(st.sampled_from([1, 2, 4, 8]))
    flops = draw(st.floats(5e13, 3e15))
    gpu = Gpu(
        name="any",
        generation=draw(st.sampled_from(list(Generation))),
        memory_bytes=draw(st.floats(8e9, 3e11)),
        bandwidth_bytes_per_second=draw(st.floats(2e11, 1e13)),
        flops_16_bit=flops,
        flops_fp8=draw(st.sampled_from([None, 2 * flops])),
        link_bytes_per_second=draw(st.sampled_from([None, 3e11])),
    )
    return Case(
        shape=draw(shapes()),
        host=Host(name="any", gpu=gpu, gpu_count=Decimal(8)),
        arrangement=Arrangement(tensor=tensor, data=draw(st.sampled_from([1, 8 // tensor]))),
        precision=Precision.of(draw(st.sampled_from([Width.FP16, Width.FP8, Width.INT4]))),
        cache=draw(st.sampled_from([Width.BF16, Width.FP8])),
        engine=Engine(name=draw(st.sampled_from(list(EngineName))), tuned=draw(st.booleans())),
        traffic=Traffic(
            input_tokens=draw(st.floats(0, 20_000)),
            output_tokens=draw(st.floats(1, 5_000)),
            prefix_share=draw(st.floats(0, 1)),
        ),
    )


sets = st.sampled_from([NOTES, FITTED])


def capacity(case: Case, constants: Constants, **targets: Any) -> float:
    """Requests a second of one replica."""
    return float(scan(cases_of([case]), constants, Targets(**targets)).requests_per_second[0])


@given(cases(), sets, st.floats(1, 10), st.floats(1, 4096))
def test_more_memory_bandwidth_never_slows_decode(
    case: Case, constants: Constants, factor: float, batch: float
) -> None:
    """At any batch, a step on the faster memory takes no longer."""
    assert case.host.gpu is not None
    bandwidth = case.host.gpu.bandwidth_bytes_per_second * factor
    faster = replace(case.host.gpu, bandwidth_bytes_per_second=bandwidth)
    both = cases_of([case, replace(case, host=replace(case.host, gpu=faster))])

    before, after = step_costs(both, constants).step(np.array([batch, batch]))

    assert after <= before * ALMOST


@given(cases(), sets, st.floats(1, 5))
def test_without_targets_longer_output_never_raises_requests_a_second(
    case: Case, constants: Constants, factor: float
) -> None:
    """Each request takes more steps, and fewer fit."""
    traffic = replace(case.traffic, output_tokens=case.traffic.output_tokens * factor)
    longer = replace(case, traffic=traffic)

    assert capacity(longer, constants) <= capacity(case, constants) * ALMOST


@given(cases(), sets, st.floats(0.01, 0.5), st.floats(0.1, 10), st.floats(0.2, 1))
def test_a_tighter_target_never_raises_capacity(
    case: Case, constants: Constants, tpot: float, ttft: float, factor: float
) -> None:
    """On time per token, on time to the first, on both, against none."""
    loose = capacity(case, constants, tpot_seconds=tpot, ttft_seconds=ttft)

    assert loose <= capacity(case, constants) * ALMOST
    for tight in (
        {"tpot_seconds": tpot * factor, "ttft_seconds": ttft},
        {"tpot_seconds": tpot, "ttft_seconds": ttft * factor},
    ):
        assert capacity(case, constants, **tight) <= loose * ALMOST


@given(cases(), sets, st.floats(0, 1))
def test_a_larger_prefix_share_never_lowers_capacity(
    case: Case, constants: Constants, factor: float
) -> None:
    """Fewer tokens of each prompt are computed; the cache is held either way."""
    share = case.traffic.prefix_share * factor
    less = replace(case, traffic=replace(case.traffic, prefix_share=share))

    assert capacity(less, constants) <= capacity(case, constants) * ALMOST


@given(cases(), st.sampled_from([1, 2, 4]))
def test_doubling_hosts_doubles_capacity(case: Case, times: int) -> None:
    """Twice the GPUs hold twice the replicas, each as before."""
    one = replace(case, host=replace(case.host, gpu_count=Decimal(8 * times)))
    two = replace(case, host=replace(case.host, gpu_count=Decimal(16 * times)))

    before = estimate_capacity(one, Targets(tpot_seconds=0.2))
    after = estimate_capacity(two, Targets(tpot_seconds=0.2))

    assert isinstance(before, CapacityEstimate) == isinstance(after, CapacityEstimate)
    if isinstance(before, CapacityEstimate) and isinstance(after, CapacityEstimate):
        assert before.requests_per_second.times(2) == after.requests_per_second


@given(cases(), sets)
def test_the_scan_finds_what_trying_every_batch_finds(case: Case, constants: Constants) -> None:
    """Up to 500 requests; above 128 the refined grid may stop a few requests short."""
    asked = replace(
        case, engine=replace(case.engine, most_sequences=min(500, case.engine.sequences))
    )
    columns = cases_of([asked])
    found = scan(columns, constants, Targets(tpot_seconds=0.1, ttft_seconds=2.0))
    costs = step_costs(columns, constants).rows(slice(None))
    most = scan(columns, constants, Targets()).batch[0]
    every = np.arange(1, most + 1)[np.newaxis, :]
    step = costs.step(every)
    rate = costs.requests_per_second(every, step)
    met = (every / (rate * costs.output_tokens) <= 0.1) & (costs.ttft(rate, step) <= 2.0)
    best = np.max(np.where(met, rate, 0), initial=0.0)

    assert 0.99 * best <= found.requests_per_second[0] <= best * ALMOST
