"""How sure a capacity is, and on what it stands: a measurement near the point, or the fitted model.

Evidence counts in this order: the user's own measurement, a published one at the same point, the
fitted model. A measurement is at the same point where model, precision, cache, GPU, arrangement and
engine are the same, input and output tokens differ by at most a quarter, and its requests in flight
a replica by at most a factor of two from the batch that is asked about. It then says how much
faster or slower than the model such a deployment is, and that factor scales the whole curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from costing.capacity_cases import Case
from costing.capacity_confidence import Spread
from costing.capacity_constants import Constants
from costing.capacity_runs import Load, Run, prepare, rates_of
from costing.errors import InvalidValue

TOKENS_RATIO: Final = 1.25
BATCH_RATIO: Final = 2.0


class Evidence(StrEnum):
    """What an estimate stands on."""

    OWN_MEASUREMENT = "own_measurement"
    PUBLISHED_MEASUREMENT = "published_measurement"
    FITTED_MODEL = "fitted_model"


OWN_SPREAD: Final = Spread(p10=0.92, p50=1.0, p90=1.09)
"""Own measurement: the same configuration repeated differs by 1.38 at the 90th percentile."""

PUBLISHED_SPREAD: Final = Spread(p10=0.85, p50=1.0, p90=1.18)
"""Published measurement: another release of the engine and another machine on top."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One measured run: its conditions and what it gave, output tokens a second of all its GPUs.

    own: by the user, else published. source: where it can be read again. Raises InvalidValue where
    the rate is not above 0.
    """

    run: Run
    output_tokens_per_second: float
    own: bool
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.output_tokens_per_second < np.inf:
            raise InvalidValue(
                field="output_tokens_per_second",
                expected="a number above 0",
                found=self.output_tokens_per_second,
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How much faster than the model measured deployments like this are, and how many they are."""

    evidence: Evidence
    speed: float
    measurements: int
    sources: tuple[str, ...]


def calibration(
    case: Case, batch: float, measurements: Sequence[Measurement], constants: Constants
) -> Calibration | None:
    """What measurements at the same point say of a case; None where there is none.

    batch: requests in flight a replica that is asked about. The user's own count alone where there
    are any. The speed is the geometric mean of measured over predicted.
    """
    near = [one for one in measurements if _same_point(case, batch, one.run)]
    chosen = [one for one in near if one.own] or near
    if not chosen:
        return None
    predicted = rates_of(prepare([one.run for one in chosen]), constants)
    measured = np.array([one.output_tokens_per_second for one in chosen])
    known = predicted > 0
    if not known.any():
        return None
    return Calibration(
        evidence=Evidence.OWN_MEASUREMENT if chosen[0].own else Evidence.PUBLISHED_MEASUREMENT,
        speed=float(np.exp(np.log(measured[known] / predicted[known]).mean())),
        measurements=int(known.sum()),
        sources=tuple(dict.fromkeys(one.source for one in chosen)),
    )


def _same_point(case: Case, batch: float, run: Run) -> bool:
    gpu, other = case.host.gpu, run.host.gpu
    same = (
        run.shape.is_like(case.shape)
        and run.precision == case.precision
        and run.cache is case.cache
        and run.arrangement == case.arrangement
        and (run.engine.name, run.engine.old) == (case.engine.name, case.engine.old)
        and gpu is not None
        and other is not None
        and gpu.name == other.name
        and run.load in (Load.CLOSED_LOOP, Load.STATIC_BATCH)
    )
    if not same or run.concurrency is None:
        return False
    replicas = max(1, run.host.whole_gpus // case.arrangement.gpus)
    return (
        _within(run.traffic.input_tokens, case.traffic.input_tokens, TOKENS_RATIO)
        and _within(run.traffic.output_tokens, case.traffic.output_tokens, TOKENS_RATIO)
        and _within(run.concurrency / replicas, batch, BATCH_RATIO)
    )


def _within(one: float, other: float, ratio: float) -> bool:
    """Whether two numbers differ by at most a factor."""
    return max(one, other) <= ratio * min(one, other)
