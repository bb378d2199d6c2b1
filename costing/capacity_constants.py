"""How much of a data sheet a serving engine reaches: the few constants of the capacity model.

NOTES as an earlier prototype fitted them, kept because its five reference cases are computed with
them; FITTED is in `capacity_fitted`; ROOFLINE is the yardstick of both. Constants are an argument
everywhere, so that a person can bring a set of their own. Formulas: README, "Capacity".
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.hardware import Generation


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What one generation of GPUs reaches of its data sheet, and its fixed times.

    weights, cache: share of the bandwidth, reading weights and reading keys and values. compute_16,
    compute_8, compute_4: share of the dense peak in matrix products of that many bits.
    layer_seconds: fixed part of a layer and step. reduce_seconds: one all-reduce of nothing.
    """

    weights: float
    cache: float
    compute_16: float
    compute_8: float
    compute_4: float
    layer_seconds: float
    reduce_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Constants:
    """One set of constants. Seconds are per step of a replica; shares lie from 0 to 1.

    reached: of each generation. old_amd: of AMD GPUs under builds of 2023-24.
    mixture_compute: factor on the compute share for a mixture of experts. mixture_layer_seconds,
    latent_layer_seconds: what a mixture and what MLA add to the fixed part of a layer.
    attention_compute: factor on compute_16 for the attention of a prompt. latent_compute: share of
    the 16-bit peak in decode attention of MLA, None: not counted. sequence_seconds,
    old_sequence_seconds: scheduling and sampling of each running request, in today's builds and in
    those of 2023-24. pcie_reduce_factor, machine_reduce_factor: on reduce_seconds
    over PCIe and across machines. link_share: of the link's bandwidth in one direction.
    prefill_share: part of a prompt's time that running requests wait for. pipeline_share,
    data_share: throughput kept with pipeline and with attention data parallelism (ranks wait for
    the slowest). memory_share, memory_share_tuned, reserve_bytes: what of a GPU's memory an engine
    takes, and what of that is neither weights nor cache.
    """

    name: str
    source: str
    reached: Mapping[Generation, Reached]
    old_amd: Reached
    mixture_compute: float
    mixture_layer_seconds: float
    latent_layer_seconds: float
    attention_compute: float
    latent_compute: float | None
    sequence_seconds: float
    old_sequence_seconds: float
    pcie_reduce_factor: float
    machine_reduce_factor: float
    link_share: float
    prefill_share: float
    pipeline_share: float
    data_share: float
    memory_share: float
    memory_share_tuned: float
    reserve_bytes: float

    def table(self) -> NDArray[np.float64]:
        """Fields of Reached in their order, shape (generations + 1, 7); the last row: old AMD."""
        rows = [*(self.reached[generation] for generation in Generation), self.old_amd]
        return np.array([[getattr(row, item.name) for item in fields(Reached)] for row in rows])


WEIGHTS, CACHE, COMPUTE_16, COMPUTE_8, COMPUTE_4, LAYER, REDUCE = range(7)
"""Columns of `Constants.table`."""


@cache
def generation_numbers() -> Mapping[Generation, int]:
    """Place of each generation in the rows of `Constants.table`."""
    return {generation: number for number, generation in enumerate(Generation)}


def everywhere(reached: Reached) -> Mapping[Generation, Reached]:
    """The same shares for all generations."""
    return dict.fromkeys(Generation, reached)


_NOTES = Reached(
    weights=0.92,
    cache=0.92,
    compute_16=0.323,
    compute_8=0.323,
    compute_4=0.323,
    layer_seconds=36.1e-6,
    reduce_seconds=24.3e-6,
)

NOTES: Final = Constants(
    name="notes",
    source="prototype of 12 constants, least squares on throughput_public.csv",
    reached=everywhere(_NOTES),
    old_amd=_NOTES,
    mixture_compute=0.893,
    mixture_layer_seconds=56.1e-6,
    latent_layer_seconds=0,
    attention_compute=0.7,
    latent_compute=None,
    sequence_seconds=16.1e-6,
    old_sequence_seconds=16.1e-6,
    pcie_reduce_factor=2.5,
    machine_reduce_factor=1,
    link_share=0.595,
    prefill_share=0.5,
    pipeline_share=0.85,
    data_share=1,
    memory_share=0.90,
    memory_share_tuned=0.90,
    reserve_bytes=1.5e9,
)

_DATA_SHEET = Reached(
    weights=1,
    cache=1,
    compute_16=1,
    compute_8=1,
    compute_4=1,
    layer_seconds=0,
    reduce_seconds=0,
)

ROOFLINE: Final = Constants(
    name="roofline",
    source="the data sheet itself: all shares 1, no fixed part; what a reader would do by hand",
    reached=everywhere(_DATA_SHEET),
    old_amd=_DATA_SHEET,
    mixture_compute=1,
    mixture_layer_seconds=0,
    latent_layer_seconds=0,
    attention_compute=1,
    latent_compute=None,
    sequence_seconds=0,
    old_sequence_seconds=0,
    pcie_reduce_factor=1,
    machine_reduce_factor=1,
    link_share=1,
    prefill_share=1,
    pipeline_share=1,
    data_share=1,
    memory_share=0.90,
    memory_share_tuned=0.90,
    reserve_bytes=1.5e9,
)
