"""The five reference cases of the prototype, and what the article's model and host can hold."""

from __future__ import annotations

import numpy as np
import pytest

from costing.capacity_cases import Arrangement, Case, Traffic, cases_of
from costing.capacity_constants import NOTES
from costing.capacity_memory import memory_of
from costing.capacity_speed import step_costs
from tests.costing.capacity_cases import (
    A100_80,
    BF16,
    DEEPSEEK,
    FP8,
    FP16,
    GPT_OSS,
    H100,
    H200,
    LLAMA_2_7B,
    LLAMA_3_70B,
    MIXTRAL,
    NC12S_V3,
    case,
    host,
)

REFERENCE = [
    pytest.param(
        case(), 339, (6.43, 7.41, 10.91), 51.5, (153, 1821, 3903), id="Llama-3-8B on one H100"
    ),
    pytest.param(
        case(host=host(A100_80)),
        339,
        (9.81, 11.33, 19.24),
        163.2,
        (99, 1020, 1747),
        id="Llama-3-8B on one A100",
    ),
    pytest.param(
        case(shape=LLAMA_3_70B, host=host(H100, "4"), arrangement=Arrangement(tensor=4)),
        351,
        (18.29, 19.22, 22.99),
        130.5,
        (54, 705, 1734),
        id="Llama-3-70B on four H100",
    ),
    pytest.param(
        case(shape=MIXTRAL, host=host(H100, "2"), arrangement=Arrangement(tensor=2)),
        296,
        (8.73, 20.19, 22.42),
        49.3,
        (114, 744, 2313),
        id="Mixtral on two H100",
    ),
    pytest.param(
        case(
            shape=DEEPSEEK,
            host=host(H200, "8"),
            arrangement=Arrangement(tensor=8),
            precision=FP8,
            traffic=Traffic(input_tokens=1000, output_tokens=1000),
        ),
        337,
        (9.71, 17.27, 28.45),
        32.2,
        (103, 913, 2171),
        id="DeepSeek-R1 on eight H200",
    ),
]


@pytest.mark.parametrize(("asked", "sequences", "steps", "prompt", "tokens"), REFERENCE)
def test_the_reference_cases_come_out_within_1_percent(
    asked: Case,
    sequences: float,
    steps: tuple[float, ...],
    prompt: float,
    tokens: tuple[float, ...],
) -> None:
    """With the prototype's constants: B_kv, ms a step and a prompt, output tokens/s at 1, 16, 64.

    Llama-3-8B on one H100, by hand, at B = 1: read 16.06e9 / (3350e9 * 0.92) = 5.211 ms; compute
    2 * 8.03e9 / (989e12 * 0.323) = 0.050 ms; cache 131,072 * 1150 / (3350e9 * 0.92) = 0.049 ms;
    layers 32 * 36.1 us = 1.155 ms; sequence 0.016 ms. Sum 6.43 ms.
    """
    cases = cases_of([asked])
    costs = step_costs(cases, NOTES).rows(slice(None))

    batch = np.array([[1.0, 16.0, 64.0]])
    step = costs.step(batch)
    rate = costs.requests_per_second(batch, step) * asked.traffic.output_tokens

    assert sequences == pytest.approx(memory_of(cases, NOTES).sequences[0], rel=0.01)
    assert list(steps) == pytest.approx(list(step[0] * 1e3), rel=0.01)
    assert prompt == pytest.approx(costs.prompt[0, 0] * 1e3, rel=0.01)
    assert list(tokens) == pytest.approx(list(rate[0]), rel=0.01)


def test_llama_2_7b_fits_the_article_s_host_and_keeps_half_a_mebibyte_a_token() -> None:
    """Weights 6.74e9 * 2 / 2 GPUs = 6.74 GB of 0.9 * 16e9 - 1.5e9 = 12.9 GB usable.

    Cache of a token: 2 * 32 layers * 32 heads * 128 * 2 bytes = 524,288 bytes, half on each GPU. At
    1000/1000 a request holds 262,144 * 1750 = 458.8 MB, so (12.9 - 6.74) / 0.4588 = 13 fit.
    """
    asked = case(
        shape=LLAMA_2_7B,
        host=NC12S_V3,
        arrangement=Arrangement(tensor=2),
        precision=FP16,
        traffic=Traffic(input_tokens=1000, output_tokens=1000),
    )

    memory = memory_of(cases_of([asked]), NOTES)

    assert 524_288 == memory.replica_cache_bytes_per_token[0]
    assert 262_144 == memory.cache_bytes_per_token[0]
    assert 6.74e9 == pytest.approx(memory.weight_bytes[0])
    assert 13 == memory.sequences[0]


def test_llama_3_70b_in_bf16_does_not_fit_one_a100() -> None:
    """70.55e9 * 2 = 141.1 GB of 0.9 * 80e9 - 1.5e9 = 70.5 GB usable: 70.6 GB too much."""
    asked = case(shape=LLAMA_3_70B, host=host(A100_80), precision=BF16)

    memory = memory_of(cases_of([asked]), NOTES)

    assert 0 == memory.sequences[0]
    assert -70.6e9 == pytest.approx(memory.free_bytes[0])


def test_gpt_oss_120b_is_60_8_gib_because_its_experts_are_mxfp4() -> None:
    """114.66e9 * 0.53125 + 2.17e9 * 2 = 60.913e9 + 4.34e9 = 65.25e9 bytes = 60.8 GiB; not 114."""
    size = GPT_OSS.weight_bytes(GPT_OSS.native)

    assert 60.8 == round(size / 2**30, 1)


def test_the_cache_of_deepseek_is_one_compressed_vector_a_layer() -> None:
    """61 * (512 + 64) = 35,136 elements, 70,272 bytes at 16 bits, on each of 8 tensor ranks whole.

    With keys and values of 128 heads it would be 61 * 2 * 128 * 128 = 1,998,848 elements.
    """
    asked = case(
        shape=DEEPSEEK, host=host(H200, "8"), arrangement=Arrangement(tensor=8), precision=FP8
    )

    memory = memory_of(cases_of([asked]), NOTES)

    assert 35_136 == DEEPSEEK.cache_elements_per_token
    assert 70_272 == memory.cache_bytes_per_token[0] == memory.replica_cache_bytes_per_token[0]
