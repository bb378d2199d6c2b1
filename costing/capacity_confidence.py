"""How wide the band around the fitted model is: by kind of model, wider where it extrapolates."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, log, prod, sqrt
from typing import Final

from costing.architecture import Kind, ModelShape
from costing.capacity_cases import Engine
from costing.capacity_fitted import MEASURED
from costing.capacity_reasons import Reason, ReasonCode
from costing.hardware import Generation, Gpu, Host

FEW_MEASUREMENTS: Final = 30
"""Fewer rows of a kind of model on a GPU than this make its band wider."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Factors on the model's throughput: between p10 and p90 lie four of five deployments."""

    p10: float
    p50: float
    p90: float

    @property
    def width(self) -> float:
        """Logarithm of p90 / p10."""
        return log(self.p90 / self.p10)

    def widened(self, power: float) -> "Spread":
        """The same middle, the distance to it multiplied by `power` on a logarithmic scale."""
        return Spread(
            p10=self.p50 * (self.p10 / self.p50) ** power,
            p50=self.p50,
            p90=self.p50 * (self.p90 / self.p50) ** power,
        )


EXACT: Final = Spread(p10=1.0, p50=1.0, p90=1.0)
"""No spread at all."""

SPREADS: Final = {
    Kind.DENSE: Spread(p10=0.78, p50=1.0, p90=1.30),
    Kind.OTHER_DENSE: Spread(p10=0.70, p50=1.0, p90=1.35),
    Kind.MIXTURE: Spread(p10=0.72, p50=1.0, p90=1.35),
    Kind.WINDOWED_MIXTURE: Spread(p10=0.75, p50=1.0, p90=1.40),
    Kind.LATENT_MIXTURE: Spread(p10=0.60, p50=1.0, p90=1.45),
    Kind.HYBRID_MIXTURE: Spread(p10=0.62, p50=1.0, p90=1.35),
}
"""Tuned engines: measured over predicted, from sources that were left out of the fit."""

DEFAULT_SPREAD: Final = Spread(p10=0.31, p50=0.62, p90=1.06)
"""Default settings: measured over predicted, vLLM and SGLang with everything sent at once."""

_WIDER: Final = {
    ReasonCode.GENERATION_NEVER_MEASURED: 1.8,
    ReasonCode.GPU_NEVER_MEASURED: 1.4,
    ReasonCode.FEW_SIMILAR_MEASUREMENTS: 1.2,
    ReasonCode.FAMILY_NEVER_MEASURED: 1.3,
    ReasonCode.OLD_ENGINE: 1.5,
    ReasonCode.SEVERAL_MACHINES: 1.3,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Confidence:
    """The spread of one deployment, why it is wider than usual, and the rows behind it.

    on_throughput: the spread is of the throughput itself (default settings, measured so), else of
    the speed of every step, so that a slower deployment keeps the targets with fewer requests.
    """

    spread: Spread
    on_throughput: bool
    reasons: tuple[Reason, ...]
    measurements: int

    @property
    def speeds(self) -> Spread:
        """Factors on the speed of every step."""
        return EXACT if self.on_throughput else self.spread

    @property
    def shares(self) -> Spread:
        """Factors on the throughput that a scan finds."""
        return self.spread if self.on_throughput else EXACT


def confidence(shape: ModelShape, host: Host, engine: Engine, gpus: int) -> Confidence:
    """How sure the fitted model is of this model on this host; `gpus` of one replica.

    Default settings and extrapolation err apart from one another: their widths add as squares.
    """
    gpu = host.gpu
    generation = Generation.OTHER if gpu is None else gpu.generation
    reasons, similar = _behind(shape.kind, generation, gpu)
    if engine.old:
        reasons.append(Reason(code=ReasonCode.OLD_ENGINE))
    if host.gpus_per_machine is not None and gpus > host.gpus_per_machine:
        reasons.append(Reason(code=ReasonCode.SEVERAL_MACHINES))
    power = prod(_WIDER[reason.code] for reason in reasons)
    excess = sqrt(power**2 - 1)
    tuned = SPREADS[shape.kind]
    if engine.tuned:
        spread = tuned.widened(power)
    else:
        reasons.append(Reason(code=ReasonCode.DEFAULT_SETTINGS))
        spread = DEFAULT_SPREAD.widened(hypot(1, tuned.width / DEFAULT_SPREAD.width * excess))
    return Confidence(
        spread=spread,
        on_throughput=not engine.tuned,
        reasons=tuple(reasons),
        measurements=similar,
    )


def _rows(kind: Kind, chosen: Callable[[tuple[Generation, str, Kind]], bool]) -> int:
    """Fitted rows of a kind of model, of the chosen generations and GPUs."""
    return sum(count for key, count in MEASURED.items() if key[2] is kind and chosen(key))


def _behind(kind: Kind, generation: Generation, gpu: Gpu | None) -> tuple[list[Reason], int]:
    """Rows of this kind on this GPU, else on its generation, else anywhere; and what that means."""
    name = "" if gpu is None else gpu.name
    on_gpu = _rows(kind, lambda key: key[1] == name)
    if on_gpu >= FEW_MEASUREMENTS:
        return [], on_gpu
    if on_gpu:
        few = Reason(code=ReasonCode.FEW_SIMILAR_MEASUREMENTS, facts={"measurements": str(on_gpu)})
        return [few], on_gpu
    facts = {"gpu": name, "generation": generation.value}
    on_generation = _rows(kind, lambda key: key[0] is generation)
    if on_generation:
        return [Reason(code=ReasonCode.GPU_NEVER_MEASURED, facts=facts)], on_generation
    reasons = []
    if not any(key[0] is generation for key in MEASURED):
        reasons.append(Reason(code=ReasonCode.GENERATION_NEVER_MEASURED, facts=facts))
    if not _rows(kind, lambda key: True):
        reasons.append(Reason(code=ReasonCode.FAMILY_NEVER_MEASURED, facts={"kind": kind.value}))
    if not reasons:
        reasons.append(Reason(code=ReasonCode.GPU_NEVER_MEASURED, facts=facts))
    return reasons, 0
