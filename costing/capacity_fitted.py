"""The constants fitted on published measurements, and how many stand behind them.

Printed by `tests/bench/fit_capacity.py` from 4,926 rows of throughput_public.csv (aiconfigurator
0.12.0 sample, Argonne LLM-Inference-Bench, MLPerf Inference 4.1 and 5.1, lmdeploy, an A10G and an
A40 page), held by priors to what tests/bench/gpu measured on H100 and H200. Method: README.
"""

from collections.abc import Mapping
from typing import Final

from costing.architecture import Kind
from costing.capacity_constants import Constants, Reached
from costing.hardware import Generation

_COMMON = Reached(
    weights=0.866,
    cache=0.872,
    compute_16=0.615,
    compute_8=0.551,
    compute_4=0.538,
    layer_seconds=43.9e-6,
    reduce_seconds=23e-6,
)
"""Of generations without rows enough of their own: Volta and unknown ones."""

FITTED: Final = Constants(
    name="fitted",
    source="least squares with priors on throughput_public.csv, 2026-11",
    reached={
        Generation.VOLTA: _COMMON,
        Generation.TURING: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.43,
            compute_8=0.386,
            compute_4=0.376,
            layer_seconds=43.9e-6,
            reduce_seconds=23e-6,
        ),
        Generation.AMPERE: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.619,
            compute_8=0.555,
            compute_4=0.541,
            layer_seconds=47.2e-6,
            reduce_seconds=34.8e-6,
        ),
        Generation.ADA: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.351,
            compute_8=0.315,
            compute_4=0.307,
            layer_seconds=43.9e-6,
            reduce_seconds=23e-6,
        ),
        Generation.HOPPER: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.677,
            compute_8=0.606,
            compute_4=0.592,
            layer_seconds=54.3e-6,
            reduce_seconds=18.4e-6,
        ),
        Generation.BLACKWELL: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.641,
            compute_8=0.574,
            compute_4=0.561,
            layer_seconds=37.4e-6,
            reduce_seconds=17.5e-6,
        ),
        Generation.CDNA3: Reached(
            weights=0.866,
            cache=0.872,
            compute_16=0.553,
            compute_8=0.496,
            compute_4=0.484,
            layer_seconds=45e-6,
            reduce_seconds=23e-6,
        ),
        Generation.OTHER: _COMMON,
    },
    old_amd=Reached(
        weights=0.709,
        cache=0.709,
        compute_16=0.0525,
        compute_8=0.0525,
        compute_4=0.0525,
        layer_seconds=187e-6,
        reduce_seconds=23e-6,
    ),
    mixture_compute=0.807,
    mixture_layer_seconds=21.2e-6,
    latent_layer_seconds=37e-6,
    attention_compute=0.7,
    latent_compute=0.5,
    sequence_seconds=16.1e-6,
    old_sequence_seconds=106e-6,
    pcie_reduce_factor=2.5,
    machine_reduce_factor=2.42,
    link_share=0.625,
    prefill_share=1,
    pipeline_share=0.85,
    data_share=0.877,
    memory_share=0.9,
    memory_share_tuned=0.95,
    reserve_bytes=1.5e09,
)
MEASURED: Final[Mapping[tuple[Generation, str, Kind], int]] = {
    (Generation.ADA, "L40S", Kind.DENSE): 2,
    (Generation.AMPERE, "A100-SXM-40", Kind.DENSE): 427,
    (Generation.AMPERE, "A100-SXM-40", Kind.MIXTURE): 40,
    (Generation.AMPERE, "A100-SXM-80", Kind.DENSE): 16,
    (Generation.AMPERE, "A10G", Kind.DENSE): 9,
    (Generation.AMPERE, "A40", Kind.DENSE): 1,
    (Generation.BLACKWELL, "B200", Kind.DENSE): 291,
    (Generation.BLACKWELL, "B200", Kind.HYBRID_MIXTURE): 89,
    (Generation.BLACKWELL, "B200", Kind.LATENT_MIXTURE): 541,
    (Generation.BLACKWELL, "B200", Kind.MIXTURE): 114,
    (Generation.BLACKWELL, "B200", Kind.WINDOWED_MIXTURE): 152,
    (Generation.BLACKWELL, "B300", Kind.HYBRID_MIXTURE): 70,
    (Generation.BLACKWELL, "B300", Kind.LATENT_MIXTURE): 61,
    (Generation.BLACKWELL, "B300", Kind.MIXTURE): 91,
    (Generation.BLACKWELL, "GB200", Kind.DENSE): 25,
    (Generation.BLACKWELL, "GB200", Kind.LATENT_MIXTURE): 58,
    (Generation.BLACKWELL, "GB300", Kind.DENSE): 1,
    (Generation.BLACKWELL, "GB300", Kind.LATENT_MIXTURE): 2,
    (Generation.BLACKWELL, "RTXPRO6000", Kind.DENSE): 2,
    (Generation.BLACKWELL, "RTXPRO6000", Kind.MIXTURE): 1,
    (Generation.CDNA3, "MI300X", Kind.DENSE): 607,
    (Generation.CDNA3, "MI300X", Kind.MIXTURE): 122,
    (Generation.CDNA3, "MI325X", Kind.DENSE): 9,
    (Generation.CDNA3, "MI325X", Kind.MIXTURE): 6,
    (Generation.HOPPER, "GH200-144", Kind.DENSE): 2,
    (Generation.HOPPER, "GH200-144", Kind.MIXTURE): 2,
    (Generation.HOPPER, "GH200-96", Kind.DENSE): 120,
    (Generation.HOPPER, "H100-NVL", Kind.DENSE): 3,
    (Generation.HOPPER, "H100-PCIe", Kind.DENSE): 1,
    (Generation.HOPPER, "H100-SXM", Kind.DENSE): 1154,
    (Generation.HOPPER, "H100-SXM", Kind.MIXTURE): 184,
    (Generation.HOPPER, "H100-SXM", Kind.WINDOWED_MIXTURE): 59,
    (Generation.HOPPER, "H200-NVL", Kind.DENSE): 5,
    (Generation.HOPPER, "H200-SXM", Kind.DENSE): 220,
    (Generation.HOPPER, "H200-SXM", Kind.HYBRID_MIXTURE): 30,
    (Generation.HOPPER, "H200-SXM", Kind.LATENT_MIXTURE): 147,
    (Generation.HOPPER, "H200-SXM", Kind.MIXTURE): 106,
    (Generation.HOPPER, "H200-SXM", Kind.WINDOWED_MIXTURE): 156,
}
"""Rows fitted on, by generation, GPU and kind of model."""
