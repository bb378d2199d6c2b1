"""Fits the constants of the capacity model and prints the module that holds them.

    python -m tests.bench.fit_capacity FILE > costing/capacity_fitted.py

FILE has the columns of `throughput_public.csv`, with `model_arch.csv` and `gpu_specs.csv` beside
it. Rows of low quality and rows under a latency promise stay out.

Least squares on the logarithm of predicted over measured, robust (soft L1 from 15 % on), each group
of source, GPU, model and engine weighted by 1 / sqrt(its size), with a prior on every constant: its
place from our own GPU measurements (tests/bench/gpu) or from what is documented, its width how far
an engine may lie from it. Levenberg and Marquardt, numeric derivatives, NumPy alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.capacity_constants import NOTES, Constants, Reached
from costing.capacity_runs import PreparedRuns, prepare, rates_of
from costing.hardware import Generation
from tests.bench.measured_runs import Measured, read_measured

SOFT: Final = 0.15
DATA_WEIGHT: Final = 0.35
"""Rows of one group repeat one another; a row counts this part of an independent one."""

OWN_SCALES: Final = (
    Generation.AMPERE,
    Generation.HOPPER,
    Generation.BLACKWELL,
    Generation.CDNA3,
)
"""Generations with rows enough for a scale of their own; all others keep the common value."""


HELD_BY_POWER: Final = (Generation.TURING, Generation.ADA)
"""Inference cards of 70 to 350 W: their peak holds at a clock that long products do not keep."""


@dataclass(frozen=True, kw_only=True)
class Prior:
    """Where a constant is expected, how wide (in the logarithm), and its limits."""

    value: float
    width: float
    low: float
    high: float


def priors() -> dict[str, Prior]:
    """All constants that are fitted, by name; those of a generation are factors on the common."""

    def prior(value: float, width: float, low: float, high: float) -> Prior:
        return Prior(value=value, width=width, low=low, high=high)

    found = {
        # Own measurement: 0.86 and 0.885 of the bandwidth, 0.64 and 0.57 of the peak, 37.8 us.
        "weights": prior(0.86, 0.03, 0.5, 0.95),
        "cache": prior(0.885, 0.05, 0.4, 1),
        "compute_16": prior(0.60, 0.05, 0.2, 0.66),
        "compute_8": prior(0.55, 0.05, 0.2, 0.66),
        "compute_4": prior(0.45, 0.2, 0.1, 0.66),
        "layer_seconds": prior(37.8e-6, 0.15, 5e-6, 80e-6),
        "reduce_seconds": prior(15e-6, 0.5, 3e-6, 60e-6),
        "mixture_compute": prior(0.8, 0.2, 0.2, 1),
        "mixture_layer_seconds": prior(25e-6, 0.5, 1e-6, 100e-6),
        "latent_layer_seconds": prior(25e-6, 0.5, 1e-6, 100e-6),
        "sequence_seconds": prior(12e-6, 0.5, 1e-6, 60e-6),
        # vLLM before 0.6 spent more than half of its time outside the GPU.
        "old_sequence_seconds": prior(90e-6, 0.4, 1e-6, 300e-6),
        "link_share": prior(0.6, 0.2, 0.1, 1),
        "data_share": prior(0.85, 0.15, 0.2, 1),
        "machine_reduce_factor": prior(2, 0.3, 1, 10),
        # Untuned products and steps without graphs in the first builds for AMD.
        "old_amd.bandwidth": prior(0.7, 0.2, 0.1, 1),
        "old_amd.compute": prior(0.2, 0.5, 0.03, 1),
        "old_amd.layer_seconds": prior(80e-6, 0.5, 5e-6, 300e-6),
    }
    for generation in OWN_SCALES:
        found[f"{generation}.compute"] = prior(1, 0.04, 0.3, 2)
        found[f"{generation}.layer_seconds"] = prior(1, 0.15, 0.3, 2)
        found[f"{generation}.reduce_seconds"] = prior(1, 0.3, 0.3, 2)
    for generation in HELD_BY_POWER:
        found[f"{generation}.compute"] = prior(0.7, 0.15, 0.3, 1.2)
    return found


def constants_from(values: Mapping[str, float]) -> Constants:
    """A set of constants from the fitted numbers."""
    bandwidth, compute = values["old_amd.bandwidth"], values["old_amd.compute"]
    names = {item.name for item in fields(Constants)} & set(values)
    return replace(
        NOTES,
        name="fitted",
        source="tests/bench/fit_capacity.py",
        reached={generation: _reached(values, generation) for generation in Generation},
        old_amd=Reached(
            weights=bandwidth,
            cache=bandwidth,
            compute_16=compute,
            compute_8=compute,
            compute_4=compute,
            layer_seconds=values["old_amd.layer_seconds"],
            reduce_seconds=values["reduce_seconds"],
        ),
        latent_compute=0.5,
        prefill_share=1.0,
        memory_share_tuned=0.95,
        **{name: values[name] for name in names},
    )


def _reached(values: Mapping[str, float], generation: Generation) -> Reached:
    def scale(name: str) -> float:
        return values.get(f"{generation}.{name}", 1.0)

    return Reached(
        weights=values["weights"],
        cache=values["cache"],
        compute_16=values["compute_16"] * scale("compute"),
        compute_8=values["compute_8"] * scale("compute"),
        compute_4=values["compute_4"] * scale("compute"),
        layer_seconds=values["layer_seconds"] * scale("layer_seconds"),
        reduce_seconds=values["reduce_seconds"] * scale("reduce_seconds"),
    )


_OWN = OWN_SCALES + HELD_BY_POWER
Array = NDArray[np.float64]


class Problem:
    """The rows that a fit looks at, and what it makes smaller."""

    def __init__(self, rows: Sequence[Measured]) -> None:
        self.priors = priors()
        self.names = list(self.priors)
        self.place = np.log([self.priors[name].value for name in self.names])
        self.width = np.array([self.priors[name].width for name in self.names])
        self.low = np.log([self.priors[name].low for name in self.names])
        self.high = np.log([self.priors[name].high for name in self.names])
        rows = _that_fit(rows, self.constants(self.place))
        self.prepared: PreparedRuns = prepare([row.run for row in rows])
        self.measured = np.array([row.output_tokens_per_second for row in rows])
        sizes = Counter(map(_group, rows))
        weights = np.array([sizes[_group(row)] ** -0.5 for row in rows])
        self.weights = weights / weights.mean() * DATA_WEIGHT / SOFT

    def constants(self, point: Array) -> Constants:
        """The constants at a point in the space of logarithms."""
        return constants_from(dict(zip(self.names, np.exp(point).tolist(), strict=True)))

    def errors(self, point: Array) -> Array:
        """Logarithm of predicted over measured, shape (rows,)."""
        return np.asarray(np.log(rates_of(self.prepared, self.constants(point)) / self.measured))

    def loss(self, point: Array, errors: Array) -> float:
        """Soft L1 of the errors, and the squared distance from the priors."""
        soft = 2 * SOFT**2 * (np.sqrt(1 + (errors / SOFT) ** 2) - 1)
        away = (point - self.place) / self.width
        return float((self.weights**2 * soft).sum() + (away**2).sum())

    def solve(self, rounds: int = 15) -> Constants:
        """The constants with the smallest loss."""
        point, damping = self.place.copy(), 1e-2
        errors = self.errors(point)
        loss = self.loss(point, errors)
        for _ in range(rounds):
            slopes, gradient = self._slopes(point, errors)
            for _ in range(8):
                system = slopes + damping * np.diag(np.diag(slopes))
                tried = np.clip(point - np.linalg.solve(system, gradient), self.low, self.high)
                new_errors = self.errors(tried)
                new_loss = self.loss(tried, new_errors)
                if new_loss < loss:
                    break
                damping *= 5
            else:
                break
            gain = loss - new_loss
            point, errors, loss, damping = tried, new_errors, new_loss, damping / 5
            if gain < 1e-4 * loss:
                break
        return self.constants(point)

    def _slopes(self, point: Array, errors: Array) -> tuple[Array, Array]:
        step = 1e-3
        columns = [
            (self.errors(point + step * unit) - errors) / step for unit in np.eye(len(point))
        ]
        weights = self.weights / (1 + (errors / SOFT) ** 2) ** 0.25
        jacobian = np.stack(columns, axis=1) * weights[:, np.newaxis]
        slopes = jacobian.T @ jacobian + np.diag(self.width**-2)
        gradient = jacobian.T @ (weights * errors) + (point - self.place) / self.width**2
        return slopes, gradient


def fit(rows: Sequence[Measured]) -> Constants:
    """Constants fitted on those of the rows that may be."""
    return Problem([row for row in rows if row.fitted]).solve()


def _that_fit(rows: Sequence[Measured], constants: Constants) -> list[Measured]:
    rates = rates_of(prepare([row.run for row in rows]), constants)
    return [row for row, rate in zip(rows, rates, strict=True) if rate > 0]


def _group(row: Measured) -> tuple[str, ...]:
    return tuple(row.row[name] for name in ("source_id", "gpu", "model_key", "engine"))


HEAD = '''"""The constants fitted on published measurements, and how many stand behind them.

Printed by `tests/bench/fit_capacity.py` from {rows:,} rows of throughput_public.csv (aiconfigurator
0.12.0 sample, Argonne LLM-Inference-Bench, MLPerf Inference 4.1 and 5.1, lmdeploy, an A10G and an
A40 page), held by priors to what tests/bench/gpu measured on H100 and H200. Method: README.
"""

from collections.abc import Mapping
from typing import Final

from costing.architecture import Kind
from costing.capacity_constants import Constants, Reached
from costing.hardware import Generation

'''


def module_text(constants: Constants, rows: Sequence[Measured]) -> str:
    """`costing/capacity_fitted.py`, before it is formatted."""
    common = constants.reached[Generation.OTHER]
    lines = [f"_COMMON = Reached({_arguments(common)})"]
    lines += [
        '"""Of generations without rows enough of their own: Volta and unknown ones."""',
        "",
    ]
    lines += ["FITTED: Final = Constants(", f"name={constants.name!r},"]
    lines += ['source="least squares with priors on throughput_public.csv, 2026-11",', "reached={"]
    for generation, reached in constants.reached.items():
        value = f"Reached({_arguments(reached)})" if generation in _OWN else "_COMMON"
        lines.append(f"Generation.{generation.name}: {value},")
    lines += [
        "},",
        f"old_amd=Reached({_arguments(constants.old_amd)}),",
        _arguments(constants),
        ")",
    ]
    counts = Counter(_place(row) for row in rows)
    lines.append("MEASURED: Final[Mapping[tuple[Generation, str, Kind], int]] = {")
    lines += [f"{place}: {count}," for place, count in sorted(counts.items())]
    lines += ["}", '"""Rows fitted on, by generation, GPU and kind of model."""']
    return HEAD.format(rows=len(rows)) + "\n".join(lines) + "\n"


def _arguments(part: Constants | Reached) -> str:
    """The numbers of a dataclass with three digits, seconds in microseconds."""
    written = []
    for item in fields(part):
        value = getattr(part, item.name)
        if isinstance(value, int | float):
            seconds = item.name.endswith("_seconds")
            text = f"{value * 1e6:.3g}e-6" if seconds else f"{value:.3g}"
            written.append(f"{item.name}={text}")
    return ", ".join(written) + ","


def _place(row: Measured) -> str:
    gpu = row.run.host.gpu
    assert gpu is not None  # every row names one
    return f'(Generation.{gpu.generation.name}, "{gpu.name}", Kind.{row.run.shape.kind.name})'


def main() -> int:
    """Print the module of constants."""
    rows = [row for row in read_measured(Path(sys.argv[1])) if row.fitted]
    sys.stdout.write(module_text(fit(rows), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
