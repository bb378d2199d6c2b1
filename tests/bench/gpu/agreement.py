"""Holds a formula for the decode step against the measured rows; needs no GPU.

    python -m tests.bench.gpu.agreement

    step = layers * LAYER_SECONDS + (read^3 + computed^3)^(1/3) + cached
    read = bytes of weights / (bandwidth * WEIGHT_SHARE)
    computed = operations of the products / (peak * COMPUTE_SHARE)
    cached = bytes of keys and values / (bandwidth * CACHE_SHARE)

Bandwidth and peak are the data sheet's (dense), so that the shares can be used as they stand.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.bench.gpu.shapes import BYTES_OF_16_BITS, LLAMA_8B, LLAMA_70B

SHAPES: Final = {shape.name: shape for shape in (LLAMA_8B, LLAMA_70B)}
BANDWIDTH: Final = {"h100": 3.35e12, "h200": 4.8e12}
PEAK: Final = {"bf16": 989e12, "fp8": 1979e12}
LAYER_SECONDS: Final = 37.8e-6
WEIGHT_SHARE: Final = 0.858
CACHE_SHARE: Final = 0.885
COMPUTE_SHARE: Final = {"bf16": 0.64, "fp8": 0.57}


def main() -> int:
    """Print the errors of each file, by model and precision."""
    for name, bandwidth in BANDWIDTH.items():
        path = Path(__file__).with_name(f"measured_{name}.csv")
        with path.open(encoding="utf-8", newline="") as file:
            errors = errors_of(csv.DictReader(file), bandwidth)
        for group, found in errors.items():
            sizes = sorted(abs(error) for error in found)
            sys.stdout.write(
                f"{name} {group}: {len(found)} steps, error {statistics.median(sizes):.1%} in the"
                f" median, {sizes[-1]:.1%} at most, {statistics.median(found):+.1%} on balance\n"
            )
    return 0


def errors_of(rows: Iterable[Mapping[str, str]], bandwidth: float) -> dict[str, list[float]]:
    """Predicted over measured, less one, of every decode step of a real model."""
    errors: dict[str, list[float]] = {}
    for row in rows:
        if row["kind"] == "decode" and row["model_shape"] in SHAPES:
            seconds = predicted_seconds(row, bandwidth)
            group = errors.setdefault(f"{row['model_shape']} {row['precision']}", [])
            group.append(seconds / float(row["seconds_p50"]) - 1)
    return errors


def predicted_seconds(row: Mapping[str, str], bandwidth: float) -> float:
    """The formula for one row."""
    shape, precision = SHAPES[row["model_shape"]], row["precision"]
    batch, context = int(row["batch"]), int(row["context_tokens"])
    weights = shape.weight_bytes(1 if precision == "fp8" else BYTES_OF_16_BITS)
    read = weights / (bandwidth * WEIGHT_SHARE)
    layers = 2 * batch * shape.layer_weights / (PEAK[precision] * COMPUTE_SHARE[precision])
    head = 2 * batch * shape.head_weights / (PEAK["bf16"] * COMPUTE_SHARE["bf16"])
    products: float = (read**3 + (layers + head) ** 3) ** (1 / 3)
    cached = batch * context * shape.kv_bytes_per_token / (bandwidth * CACHE_SHARE)
    return shape.layers * LAYER_SECONDS + products + cached


if __name__ == "__main__":
    sys.exit(main())
