"""On what an answer stands: own measurement, published measurement, fitted model."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costing.capacity import CapacityEstimate, estimate_capacity
from costing.capacity_cases import Arrangement, Case, Engine, EngineName, Traffic
from costing.capacity_evidence import Evidence, Measurement
from costing.capacity_fitted import FITTED
from costing.capacity_runs import Load, Run, prepare, rates_of
from costing.capacity_scan import Targets
from costing.errors import InvalidValue
from tests.costing.capacity_cases import FP8, H100, H200, LLAMA_2_7B, V100_16, case, host

NO_TARGETS = Targets()


def served(asked: Case, targets: Targets = NO_TARGETS, *known: Measurement) -> CapacityEstimate:
    """The estimate, where there is one."""
    answer = estimate_capacity(asked, targets, known)
    assert isinstance(answer, CapacityEstimate)
    return answer


def measurement(asked: Case, rate: float, own: bool = True, **changes: Any) -> Measurement:
    """A closed-loop run at the conditions of a case, 300 requests in flight."""
    known: dict[str, Any] = {
        "shape": asked.shape,
        "host": asked.host,
        "arrangement": asked.arrangement,
        "precision": asked.precision,
        "cache": asked.cache,
        "engine": asked.engine,
        "load": Load.CLOSED_LOOP,
        "traffic": asked.traffic,
        "concurrency": 300.0,
    }
    return Measurement(
        run=Run(**(known | changes)),
        output_tokens_per_second=rate,
        own=own,
        source="own run" if own else "published table",
    )


def test_evidence_is_the_own_measurement_then_the_published_one_then_the_model() -> None:
    """A run that gave twice what the model says doubles the capacity, and narrows the band."""
    asked = case()
    fitted = served(asked)
    run = measurement(asked, 1.0).run
    predicted = float(rates_of(prepare([run]), FITTED)[0])
    published = measurement(asked, predicted, own=False)
    own = measurement(asked, 2 * predicted)

    by_published = served(asked, NO_TARGETS, published)
    by_own = served(asked, NO_TARGETS, published, own)

    assert Evidence.FITTED_MODEL is fitted.evidence
    assert Evidence.PUBLISHED_MEASUREMENT is by_published.evidence
    assert Evidence.OWN_MEASUREMENT is by_own.evidence
    assert (1, ("own run",)) == (by_own.measurements, by_own.sources)
    assert fitted.requests_per_second.p50 == pytest.approx(by_published.requests_per_second.p50)
    assert 2 * fitted.requests_per_second.p50 == pytest.approx(by_own.requests_per_second.p50)
    bands = [one.requests_per_second for one in (by_own, by_published, fitted)]
    width = [band.p90 / band.p10 for band in bands]
    assert sorted(width) == width


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": FP8},
        {"arrangement": Arrangement(tensor=2), "host": host(H100, "2")},
        {"host": host(H200)},
        {"host": host(None)},
        {"engine": Engine(name=EngineName.VLLM, tuned=True)},
        {"load": Load.OFFLINE},
        {"concurrency": None},
        {"concurrency": 10.0},
        {"traffic": Traffic(input_tokens=2000, output_tokens=300)},
        {"traffic": Traffic(input_tokens=1000, output_tokens=900)},
    ],
)
def test_a_measurement_at_another_point_is_no_evidence(changes: dict[str, Any]) -> None:
    """Another precision, arrangement, GPU, engine, load, concurrency or length."""
    asked = case()

    found = served(asked, NO_TARGETS, measurement(asked, 5000.0, **changes))

    assert Evidence.FITTED_MODEL is found.evidence


def test_a_measurement_that_the_model_says_cannot_be_is_no_evidence() -> None:
    """A shorter request of the same kind was measured where one more token does not fit."""
    asked = case(
        shape=LLAMA_2_7B,
        host=host(V100_16),
        traffic=Traffic(input_tokens=150, output_tokens=50),
        engine=Engine(tuned=True),
    )
    longer = Traffic(input_tokens=150, output_tokens=62)
    batch = served(asked).batch
    far = measurement(
        asked,
        100.0,
        traffic=longer,
        concurrency=batch,
        host=replace(asked.host, gpu_count=Decimal("0.1")),
    )

    assert Evidence.FITTED_MODEL is served(asked, NO_TARGETS, far).evidence


@pytest.mark.parametrize("rate", [0.0, float("nan"), float("inf")])
def test_a_measured_rate_is_a_number_above_0(rate: float) -> None:
    """Else nothing follows from it."""
    with pytest.raises(InvalidValue, match="output_tokens_per_second"):
        measurement(case(), rate)
