"""GPUs and machines of the catalog as those of the capacity model: GB to bytes, TFLOP/s to
operations a second."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from catalog.records import GpuRecord
from catalog.views import Instance
from costing.hardware import Generation, Gpu, Host

PCIE: Final = "PCIe"
PCIE_BYTES_PER_SECOND: Final = 32e9
"""Of a fourth-generation slot with 16 lanes, where the data sheet was not read."""


def gpu_of(record: GpuRecord) -> Gpu | None:
    """A GPU; None where its memory, bandwidth or 16-bit compute is not known."""
    memory = _scaled(record.memory_gb, 1e9)
    bandwidth = _scaled(record.memory_bandwidth_gb_per_second, 1e9)
    compute = _scaled(record.fp16_bf16_dense_tflops, 1e12)
    if memory is None or bandwidth is None or compute is None:
        return None
    linked = record.interconnect is not None and record.interconnect != PCIE
    pcie = _scaled(record.pcie_gb_per_second_one_direction, 1e9)
    return Gpu(
        name=record.key,
        generation=Generation.named(record.architecture),
        memory_bytes=memory,
        bandwidth_bytes_per_second=bandwidth,
        flops_16_bit=compute,
        flops_fp8=_scaled(record.fp8_dense_tflops, 1e12),
        ops_int8=_scaled(record.int8_dense_tops, 1e12),
        flops_fp4=_scaled(record.fp4_dense_tflops, 1e12),
        link_bytes_per_second=_scaled(record.gpu_link_gb_per_second_one_direction, 1e9)
        if linked
        else None,
        pcie_bytes_per_second=pcie or PCIE_BYTES_PER_SECOND,
        native_bf16=record.bf16_native is not False,
    )


def host_of(instance: Instance) -> Host:
    """A machine; a GPU or a count of them that is not known stays unknown."""
    return Host(
        name=instance.id,
        gpu=None if instance.gpu is None else gpu_of(instance.gpu),
        gpu_count=instance.gpu_count,
    )


def _scaled(value: Decimal | None, factor: float) -> float | None:
    return None if value is None else float(value) * factor
