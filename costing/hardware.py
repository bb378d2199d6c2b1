"""GPUs and the hosts that carry them: what they hold, read, compute and pass on.

All figures are a data sheet's: dense (no sparsity), decimal units, one direction of a link. What a
GPU reaches of them is a matter of the constants, not of these facts.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from costing.errors import InvalidValue


class Width(StrEnum):
    """How one number of weights or cache is stored."""

    BF16 = "bf16"
    FP16 = "fp16"
    FP8 = "fp8"
    INT8 = "int8"
    INT4 = "int4"
    NVFP4 = "nvfp4"
    MXFP4 = "mxfp4"


BYTES: Final = {
    Width.BF16: 2.0,
    Width.FP16: 2.0,
    Width.FP8: 1.0,
    Width.INT8: 1.0,
    Width.INT4: 0.53,
    Width.NVFP4: 0.5625,
    Width.MXFP4: 0.53125,
}
"""Bytes a weight, scales included: int4 in groups of 128 with a 16-bit scale and a zero point,
nvfp4 in blocks of 16 with an 8-bit scale, mxfp4 in blocks of 32 with an 8-bit scale (OCP MX)."""


class Generation(StrEnum):
    """Families of GPUs that share how much of their data sheet they reach."""

    VOLTA = "Volta"
    TURING = "Turing"
    AMPERE = "Ampere"
    ADA = "Ada"
    HOPPER = "Hopper"
    BLACKWELL = "Blackwell"
    CDNA3 = "CDNA3"
    OTHER = "other"

    @classmethod
    def named(cls, architecture: str | None) -> "Generation":
        """The generation of a data sheet's word ("Blackwell Ultra" is Blackwell); else OTHER."""
        first = (architecture or "").split(" ")[0]
        return cls(first) if first in set(cls) else cls.OTHER


@dataclass(frozen=True, kw_only=True, slots=True)
class Gpu:
    """One whole GPU.

    memory: bytes as sold (decimal GB). bandwidth: bytes a second. flops_*: dense operations a
    second; None where the GPU has no such unit. link: bytes a second to another GPU in one
    direction over NVLink or its like; None where there is only PCIe. Raises InvalidValue where a
    figure is not above 0.
    """

    name: str
    generation: Generation
    memory_bytes: float
    bandwidth_bytes_per_second: float
    flops_16_bit: float
    flops_fp8: float | None = None
    ops_int8: float | None = None
    flops_fp4: float | None = None
    link_bytes_per_second: float | None = None
    pcie_bytes_per_second: float = 32e9
    native_bf16: bool = True

    def __post_init__(self) -> None:
        for name in (
            "memory_bytes",
            "bandwidth_bytes_per_second",
            "flops_16_bit",
            "flops_fp8",
            "ops_int8",
            "flops_fp4",
            "link_bytes_per_second",
            "pcie_bytes_per_second",
        ):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise InvalidValue(field=name, expected="a number above 0", found=value)

    def peak(self, width: Width) -> float:
        """Operations a second at which weights of this width are multiplied.

        A width that a GPU can only store is widened first and computed at 16 bits: fp8 before Ada
        and Hopper, int4 anywhere, mxfp4 and nvfp4 before Blackwell.
        """
        return self._native(width) or self.flops_16_bit

    def computes(self, width: Width) -> bool:
        """Whether the GPU multiplies at this width, and does not only store it."""
        return self._native(width) is not None

    def _native(self, width: Width) -> float | None:
        if width is Width.BF16:
            return self.flops_16_bit if self.native_bf16 else None
        return {
            Width.FP16: self.flops_16_bit,
            Width.FP8: self.flops_fp8,
            Width.INT8: self.ops_int8,
            Width.NVFP4: self.flops_fp4,
            Width.MXFP4: self.flops_fp4,
        }.get(width)


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """One rented machine (or several joined into one): so many GPUs of one kind.

    gpu_count None: unknown. Below 1 it is a share of one GPU: memory, bandwidth and compute shrink
    alike. nvlink: whether its GPUs are joined by their link; else they speak over PCIe.
    gpus_per_machine: beyond so many GPUs a replica crosses the network; None: never.
    """

    name: str
    gpu: Gpu | None
    gpu_count: Decimal | None
    nvlink: bool = True
    gpus_per_machine: int | None = None

    def __post_init__(self) -> None:
        if self.gpu_count is not None and not (self.gpu_count.is_finite() and self.gpu_count > 0):
            raise InvalidValue(field="gpu_count", expected="a number above 0", found=self.gpu_count)

    @property
    def whole_gpus(self) -> int:
        """GPUs that a model can be spread over; a share of one counts as 1, unknown as 0."""
        return 0 if self.gpu_count is None else max(1, int(self.gpu_count))

    @property
    def share(self) -> float:
        """The part of each GPU that belongs to this host: 1, or less for a share of one."""
        return 1.0 if self.gpu_count is None else min(1.0, float(self.gpu_count))

    @property
    def joined(self) -> bool:
        """Whether its GPUs have a link of their own (NVLink or its like)."""
        return self.nvlink and self.gpu is not None and self.gpu.link_bytes_per_second is not None
