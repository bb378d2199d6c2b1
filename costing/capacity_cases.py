"""The cases a capacity is asked for, one by one as objects and in bulk as columns of numbers.

A case is a model in one precision on one host in one arrangement under one engine and traffic. In
bulk, facts of a model, a GPU and an engine are worked out once each and gathered by index.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from costing.architecture import ModelShape, Precision
from costing.capacity_constants import COMPUTE_4, COMPUTE_8, COMPUTE_16, generation_numbers
from costing.errors import InvalidValue
from costing.hardware import BYTES, Generation, Gpu, Host, Width

Column: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.intp]

COMPRESSED_HEAD_DIM: Final = 160
"""Head width that stands for MLA in a prompt: the mean of 192 (scores) and 128 (values)."""


class EngineName(StrEnum):
    """Serving engines that were measured."""

    VLLM = "vllm"
    TENSORRT_LLM = "tensorrt-llm"
    SGLANG = "sglang"


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A serving engine. tuned: its settings were searched, else the defaults. old: a 2023-24 build.

    most_sequences: the most requests it runs at once a data-parallel rank; None: its default.
    """

    name: EngineName = EngineName.VLLM
    tuned: bool = False
    old: bool = False
    most_sequences: int | None = None

    @property
    def sequences(self) -> int:
        """Requests in flight a rank at most: TensorRT-LLM 2048, others 1024, in old builds 256."""
        if self.most_sequences is not None:
            return self.most_sequences
        if self.name is EngineName.TENSORRT_LLM:
            return 2048
        return 256 if self.old else 1024

    @property
    def slower(self) -> bool:
        """Whether the build is one of 2023-24 that is slower than today's: not so TensorRT-LLM."""
        return self.old and self.name is not EngineName.TENSORRT_LLM


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrangement:
    """How one replica is spread: tensor * pipeline * data GPUs; experts over all of them.

    data: attention data parallel, each rank with its own requests and cache.
    """

    tensor: int = 1
    pipeline: int = 1
    data: int = 1

    def __post_init__(self) -> None:
        for name in ("tensor", "pipeline", "data"):
            if getattr(self, name) < 1:
                raise InvalidValue(field=name, expected="1 or more", found=getattr(self, name))

    @property
    def gpus(self) -> int:
        """GPUs of one replica."""
        return self.tensor * self.pipeline * self.data


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """Mean tokens of a request, and the share of its input that a prefix cache already holds."""

    input_tokens: float
    output_tokens: float
    prefix_share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("input_tokens", "output_tokens"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InvalidValue(field=name, expected="0 or more", found=getattr(self, name))
        if not 0 <= self.prefix_share <= 1:
            raise InvalidValue(
                field="prefix_share", expected="a share from 0 to 1", found=self.prefix_share
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One model on one host. cache: width of keys and values."""

    shape: ModelShape
    host: Host
    arrangement: Arrangement = field(default_factory=Arrangement)
    precision: Precision
    cache: Width = Width.BF16
    engine: Engine = field(default_factory=Engine)
    traffic: Traffic


@dataclass(frozen=True, kw_only=True, slots=True)
class Cases:
    """Many cases: distinct objects, and for each case which of them, all columns of shape (n,).

    Every host must have a known GPU; what has none never becomes a case.
    """

    shapes: Sequence[tuple[ModelShape, Precision]]
    hosts: Sequence[tuple[Host, Precision]]
    engines: Sequence[Engine]
    shape: Index
    host: Index
    engine: Index
    tensor: Column
    pipeline: Column
    data: Column
    cache_bytes: Column
    input_tokens: Column
    output_tokens: Column
    prefix_share: Column

    def __len__(self) -> int:
        return len(self.shape)


def cases_of(cases: Sequence[Case]) -> Cases:
    """Cases in bulk, in the same order."""
    shapes, shape = _distinct(cases, lambda case: (case.shape, case.precision))
    hosts, host = _distinct(cases, lambda case: (case.host, case.precision))
    engines, engine = _distinct(cases, lambda case: case.engine)
    return Cases(
        shapes=shapes,
        hosts=hosts,
        engines=engines,
        shape=shape,
        host=host,
        engine=engine,
        tensor=np.array([case.arrangement.tensor for case in cases], float),
        pipeline=np.array([case.arrangement.pipeline for case in cases], float),
        data=np.array([case.arrangement.data for case in cases], float),
        cache_bytes=np.array([BYTES[case.cache] for case in cases]),
        input_tokens=np.array([case.traffic.input_tokens for case in cases], float),
        output_tokens=np.array([case.traffic.output_tokens for case in cases], float),
        prefix_share=np.array([case.traffic.prefix_share for case in cases], float),
    )


T = TypeVar("T", bound=Hashable)


def _distinct(cases: Sequence[Case], key: Callable[[Case], T]) -> tuple[list[T], Index]:
    places: dict[T, int] = {}
    index = [places.setdefault(key(case), len(places)) for case in cases]
    return list(places), np.array(index, np.intp)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the formulas ask of each case, every column of shape (n,). Bytes, seconds, operations.

    expert_share: experts a token reads of all, 1 for a dense model. mixture: 1 for a mixture of
    experts, else 0. generation: row in the table of constants; rest_share, experts_share: column in
    it, for the width that is computed. links: bytes a second in one direction, NVLink or PCIe.
    latent_work: operations of MLA's decode attention a cached token, 0 for others.
    """

    layers: Column
    hidden: Column
    attention_width: Column
    cache_elements: Column
    cache_splits: Column
    full_share: Column
    window: Column
    state_bytes: Column
    latent_work: Column
    expert_share: Column
    experts_per_token: Column
    mixture: Column
    rest_bytes: Column
    expert_bytes: Column
    rest_active: Column
    expert_active: Column
    memory: Column
    bandwidth: Column
    peak_rest: Column
    peak_experts: Column
    peak_16: Column
    rest_share: Column
    experts_share: Column
    links: Column
    pcie: Column
    gpus_per_machine: Column
    amd: Column
    generation: Column
    sequences: Column
    old: Column
    tuned: Column


_SHAPE_FACTS: Final = 16
_HOST_FACTS: Final = 12


def facts_of(cases: Cases) -> Facts:
    """The facts of each case, gathered from its model, host and engine."""
    shapes = np.array([_shape_row(*pair) for pair in cases.shapes]).reshape(-1, _SHAPE_FACTS)
    hosts = np.array([_host_row(*pair) for pair in cases.hosts]).reshape(-1, _HOST_FACTS)
    engines = np.array([(one.sequences, one.slower, one.tuned) for one in cases.engines], float)
    engines = engines.reshape(-1, 3)
    columns = [
        *shapes[cases.shape].T,
        *hosts[cases.host].T,
        *engines[cases.engine].T,
    ]
    return Facts(**dict(zip((item.name for item in fields(Facts)), columns, strict=True)))


def _shape_row(shape: ModelShape, precision: Precision) -> tuple[float, ...]:
    experts = shape.experts
    head_dim = COMPRESSED_HEAD_DIM if shape.compressed is not None else shape.head_dim
    caching = shape.keeping_layers
    rest = shape.parameters - shape.expert_parameters
    return (
        shape.layers,
        shape.hidden_size,
        shape.attention_heads * head_dim * caching,
        shape.cache_elements_per_token,
        shape.cache_splits,
        shape.full_attention_share if shape.window_tokens is not None else 1.0,
        shape.window_tokens if shape.window_tokens is not None else np.inf,
        shape.state_bytes_per_request,
        _latent_work(shape, caching),
        1.0 if experts is None else experts.per_token / experts.count,
        0.0 if experts is None else experts.per_token,
        experts is not None,
        rest * BYTES[precision.rest],
        shape.expert_parameters * BYTES[precision.experts],
        shape.active_parameters - shape.active_expert_parameters,
        shape.active_expert_parameters,
    )


def _host_row(host: Host, precision: Precision) -> tuple[float, ...]:
    gpu = _known(host)
    share = host.share
    link = gpu.link_bytes_per_second if host.joined else None
    return (
        gpu.memory_bytes * share,
        gpu.bandwidth_bytes_per_second * share,
        gpu.peak(precision.rest) * share,
        gpu.peak(precision.experts) * share,
        gpu.flops_16_bit * share,
        _compute_column(gpu, precision.rest),
        _compute_column(gpu, precision.experts),
        link or gpu.pcie_bytes_per_second,
        link is None,
        host.gpus_per_machine or np.inf,
        gpu.generation is Generation.CDNA3,
        generation_numbers()[gpu.generation],
    )


def _known(host: Host) -> Gpu:
    if host.gpu is None:
        raise InvalidValue(field="host.gpu", expected="a known GPU", found=host.name)
    return host.gpu


def _latent_work(shape: ModelShape, caching: int) -> float:
    """Operations on one cached token: each head against latent and rope parts, then latent back."""
    if shape.compressed is None:
        return 0.0
    width = 2 * shape.compressed.latent_rank + shape.compressed.rope_dim
    return 2.0 * caching * shape.attention_heads * width


def _compute_column(gpu: Gpu, width: Width) -> int:
    """Column of Reached that holds for products of this width: 16, 8 or 4 bits."""
    if not gpu.computes(width) or BYTES[width] > 1:
        return COMPUTE_16
    return COMPUTE_8 if BYTES[width] == 1 else COMPUTE_4
