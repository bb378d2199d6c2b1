"""Predictions of measured runs: each way to make a load, and the rows that cannot be predicted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from costing.capacity_cases import Arrangement, Engine, EngineName, Traffic, cases_of
from costing.capacity_constants import NOTES, ROOFLINE
from costing.capacity_reasons import ReasonCode
from costing.capacity_runs import SERVER_SHARE, Load, Run, arrangement_of, cache_of, predict
from costing.capacity_scan import Targets, scan
from costing.capacity_speed import step_costs
from costing.hardware import Width
from tests.costing.capacity_cases import (
    BF16,
    DEEPSEEK,
    FP8,
    FP16,
    H100,
    LLAMA_3_8B,
    LLAMA_3_70B,
    case,
    host,
)


def run(**changes: Any) -> Run:
    """Llama-3-8B on one H100, 64 requests in flight, 1,000 tokens in, 300 out."""
    known: dict[str, Any] = {
        "shape": LLAMA_3_8B,
        "host": host(),
        "arrangement": Arrangement(),
        "precision": FP16,
        "cache": Width.BF16,
        "engine": Engine(name=EngineName.TENSORRT_LLM, tuned=True),
        "load": Load.CLOSED_LOOP,
        "traffic": Traffic(input_tokens=1000, output_tokens=300),
        "concurrency": 64.0,
    }
    return Run(**(known | changes))


def predicted(*runs: Run) -> list[float]:
    """P50 of runs that can be predicted, with the prototype's constants."""
    return [one.p50 for one in predict(runs, NOTES) if one.p50 is not None]


def test_a_closed_loop_runs_at_its_concurrency_and_no_higher_than_memory_allows() -> None:
    """3,903 tokens a second at 64 (the notes); 339 fit, so 1,000 in flight give no more."""
    at_64, at_339, at_1000 = predicted(run(), run(concurrency=339), run(concurrency=1000))

    assert 3903 == pytest.approx(at_64, rel=0.01)
    assert at_339 == at_1000 > at_64


def test_a_deployment_of_two_replicas_shares_the_requests() -> None:
    """64 in flight on each of two GPUs."""
    assert 2 * predicted(run())[0] == pytest.approx(
        predicted(run(host=host(H100, "2"), concurrency=128))[0]
    )


def test_a_static_batch_pays_its_prompts_once_and_starts_and_ends_together() -> None:
    """B O / ((O - 1) step + 64 prompts + 32 layers): by hand from the notes' step and prompt."""
    found = predicted(run(load=Load.STATIC_BATCH))[0]
    costs = step_costs(cases_of([case()]), NOTES)
    step, prompt = costs.step(np.array([64.0]))[0], costs.prompt[0]

    assert 64 * 300 / (299 * step + 64 * prompt + 32 * 36.1e-6) == pytest.approx(found)


def test_a_static_batch_that_does_not_fit_at_once_runs_in_turns() -> None:
    """339 fit: 1,000 at once are served as a closed loop of 339."""
    assert predicted(run(concurrency=1000)) == predicted(
        run(load=Load.STATIC_BATCH, concurrency=1000)
    )


def test_offline_fills_the_memory_and_an_open_arrangement_takes_the_best() -> None:
    """On two GPUs two replicas beat one over both."""
    found = predicted(
        run(load=Load.OFFLINE, concurrency=None, arrangement=None, host=host(H100, "2")),
        run(load=Load.OFFLINE, concurrency=None),
        run(
            load=Load.OFFLINE,
            concurrency=None,
            arrangement=Arrangement(tensor=2),
            host=host(H100, "2"),
        ),
    )

    assert found[0] == pytest.approx(2 * found[1])
    assert found[2] < found[0]


def test_a_burst_has_a_ramp_and_a_tail() -> None:
    """Less than offline, and nearer to it the longer the burst; without a number it is offline."""
    offline = predicted(run(load=Load.OFFLINE, concurrency=None))[0]
    short, long, open_end = predicted(
        run(load=Load.BURST, concurrency=339),
        run(load=Load.BURST, concurrency=100_000),
        run(load=Load.BURST, concurrency=None),
    )

    assert short < long < offline
    assert offline == pytest.approx(long, rel=0.01)
    assert offline == open_end


def test_a_server_run_is_the_capacity_under_its_targets() -> None:
    """0.9 of what the scan finds."""
    targets = Targets(tpot_seconds=0.03)
    found = scan(cases_of([case()]), NOTES, targets).requests_per_second[0] * 300

    served, other = predicted(
        run(load=Load.SERVER, concurrency=None, targets=targets), run(concurrency=64)
    )

    assert SERVER_SHARE * found == pytest.approx(served)
    assert 3903 == pytest.approx(other, rel=0.01)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"host": host(None)}, ReasonCode.GPU_UNKNOWN),
        (
            {"traffic": Traffic(input_tokens=10, output_tokens=0)},
            ReasonCode.NO_OUTPUT_TOKENS,
        ),
        ({"arrangement": Arrangement(tensor=2)}, ReasonCode.TOO_FEW_GPUS),
        ({"shape": LLAMA_3_70B}, ReasonCode.WEIGHTS_DO_NOT_FIT),
        (
            {"traffic": Traffic(input_tokens=10**6, output_tokens=10)},
            ReasonCode.CACHE_DOES_NOT_FIT,
        ),
        (
            {"load": Load.SERVER, "targets": Targets(tpot_seconds=0.0001)},
            ReasonCode.TPOT_TARGET_NOT_MET,
        ),
        (
            {"load": Load.SERVER, "traffic": Traffic(input_tokens=10**6, output_tokens=10)},
            ReasonCode.CACHE_DOES_NOT_FIT,
        ),
    ],
)
def test_a_run_that_cannot_be_predicted_carries_the_reason(
    changes: dict[str, Any], code: ReasonCode
) -> None:
    """Beside one that can."""
    refused, fine = predict([run(**changes), run()], NOTES)

    assert refused.reason is not None
    assert code is refused.reason.code
    assert refused.p50 is None
    assert fine.p10 is not None
    assert fine.p90 is not None
    assert fine.p10 < fine.p90


def test_no_runs_have_no_predictions() -> None:
    """Also none that could be computed."""
    assert [] == predict([], NOTES)
    assert [None] == [one.p50 for one in predict([run(host=host(None))], NOTES)]


def test_the_roofline_is_faster_than_any_engine() -> None:
    """All shares 1 and no fixed part."""
    roofline = predict([run()], ROOFLINE)[0].p50

    assert roofline is not None
    assert roofline > predicted(run())[0]


def test_a_tensor_split_that_does_not_divide_the_heads_is_attention_data_parallel() -> None:
    """128 heads over 72 GPUs cannot be; over 8 they can."""
    assert Arrangement(data=72) == arrangement_of(DEEPSEEK, 72, 1, 1)
    assert Arrangement(tensor=8, data=2) == arrangement_of(DEEPSEEK, 8, 1, 2)


def test_the_width_of_an_unstated_cache_follows_from_engine_and_weights() -> None:
    """TensorRT-LLM with 8-bit weights keeps an 8-bit cache; what is stated counts."""
    tensorrt = Engine(name=EngineName.TENSORRT_LLM)

    assert Width.FP8 is cache_of(None, tensorrt, FP8)
    assert Width.BF16 is cache_of(None, tensorrt, BF16)
    assert Width.BF16 is cache_of(None, Engine(), FP8)
    assert Width.BF16 is cache_of(Width.BF16, tensorrt, FP8)
