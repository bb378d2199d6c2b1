"""How much of a data sheet a serving engine reaches: the few constants of the capacity model.

Two sets: NOTES as an earlier prototype fitted them (kept because its five reference cases are
computed with them), and FITTED, which `tests/bench/fit_capacity.py` prints. Constants are an
argument everywhere, so that a person can bring a third. Formulas: README, "Capacity".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.hardware import Generation


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """Shares of the data sheet that one generation of GPUs reaches.

    weights, cache: of the bandwidth, reading weights and reading keys and values. compute_16,
    compute_8: of the dense peak in matrix products at 16 bits, and at 8 bits or fewer.
    """

    weights: float
    cache: float
    compute_16: float
    compute_8: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Constants:
    """One set of constants. Seconds are per step of a replica; shares lie from 0 to 1.

    mixture_compute: factor on the compute share of a mixture of experts. attention_compute: factor
    on compute_16 for the attention of a prompt. layer_seconds, mixture_layer_seconds: fixed part of
    each layer, and what a mixture adds to it. sequence_seconds: scheduling and sampling of each
    running request. reduce_seconds: one all-reduce of nothing, times pcie_reduce_factor over PCIe.
    link_share: of the link's bandwidth in one direction. prefill_share: part of a prompt's time
    that running requests wait for. pipeline_share: throughput kept with pipeline parallelism.
    memory_share, reserve_bytes: what of a GPU's memory an engine takes, and what of that is neither
    weights nor cache. old_engine, old_engine_amd: speed of 2023-24 builds against current ones.
    """

    name: str
    source: str
    reached: Mapping[Generation, Reached]
    mixture_compute: float
    attention_compute: float
    layer_seconds: float
    mixture_layer_seconds: float
    sequence_seconds: float
    reduce_seconds: float
    pcie_reduce_factor: float
    link_share: float
    prefill_share: float
    pipeline_share: float = 0.85
    memory_share: float = 0.90
    reserve_bytes: float = 1.5e9
    old_engine: float = 0.80
    old_engine_amd: float = 0.38

    def table(self) -> NDArray[np.float64]:
        """Shares as an array (generations in the order of Generation, 4): weights, cache, 16, 8."""
        return np.array(
            [
                (share.weights, share.cache, share.compute_16, share.compute_8)
                for share in (self.reached[generation] for generation in Generation)
            ]
        )


@cache
def generation_numbers() -> Mapping[Generation, int]:
    """Place of each generation in the rows of `Constants.table`."""
    return {generation: number for number, generation in enumerate(Generation)}


def everywhere(reached: Reached) -> Mapping[Generation, Reached]:
    """The same shares for all generations."""
    return dict.fromkeys(Generation, reached)


NOTES: Final = Constants(
    name="notes",
    source="prototype of 12 constants, least squares on throughput_public.csv",
    reached=everywhere(Reached(weights=0.92, cache=0.92, compute_16=0.323, compute_8=0.323)),
    mixture_compute=0.893,
    attention_compute=0.7,
    layer_seconds=36.1e-6,
    mixture_layer_seconds=56.1e-6,
    sequence_seconds=16.1e-6,
    reduce_seconds=24.3e-6,
    pcie_reduce_factor=2.5,
    link_share=0.595,
    prefill_share=0.5,
)

ROOFLINE: Final = Constants(
    name="roofline",
    source="the data sheet itself: all shares 1, no fixed part; what a reader would do by hand",
    reached=everywhere(Reached(weights=1, cache=1, compute_16=1, compute_8=1)),
    mixture_compute=1,
    attention_compute=1,
    layer_seconds=0,
    mixture_layer_seconds=0,
    sequence_seconds=0,
    reduce_seconds=0,
    pcie_reduce_factor=1,
    link_share=1,
    prefill_share=1,
    pipeline_share=1,
    old_engine=1,
    old_engine_amd=1,
)
