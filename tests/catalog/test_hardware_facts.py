"""GPUs and machines of the catalog in the units of the capacity model."""

from __future__ import annotations

from decimal import Decimal

from catalog.database import Database
from catalog.hardware_facts import gpu_of, host_of
from catalog.instance_queries import find_instance
from catalog.records import GpuRecord
from costing.hardware import Generation, Host


def host(database: Database, name: str) -> Host:
    with database.read() as session:
        return host_of(find_instance(session, name))


def test_figures_of_a_data_sheet_become_bytes_and_operations(bundled: Database) -> None:
    """80 GB, 3,350 GB/s, 989 TFLOP/s, 450 GB/s a direction over NVLink."""
    found = host(bundled, "Standard_ND96isr_H100_v5")

    assert found.gpu_count == Decimal(8)
    assert found.joined
    gpu = found.gpu
    assert gpu is not None
    assert (gpu.name, gpu.generation) == ("H100-SXM", Generation.HOPPER)
    assert (gpu.memory_bytes, gpu.bandwidth_bytes_per_second) == (80e9, 3350e9)
    assert (gpu.flops_16_bit, gpu.flops_fp8) == (989e12, 1978e12)
    assert gpu.link_bytes_per_second == 450e9


def test_gpus_without_a_link_of_their_own_speak_over_the_slot(bundled: Database) -> None:
    """The V100 of the NCv3 series: PCIe, no 8-bit units, no bfloat16."""
    found = host(bundled, "Standard_NC12s_v3")

    assert not found.joined
    assert found.gpu is not None
    assert (found.gpu.flops_fp8, found.gpu.native_bf16) == (None, False)
    assert found.gpu.pcie_bytes_per_second == 16e9


def test_a_gpu_or_a_count_that_is_not_known_stays_unknown(bundled: Database) -> None:
    """An AMD V710 has no data sheet here; GB200 machines do not say how many GPUs they have."""
    assert host(bundled, "Standard_NV28adms_V710_v5").gpu is None
    assert host(bundled, "Standard_ND128isr_NDR_GB200_v6").gpu_count is None


def test_a_gpu_without_a_needed_figure_is_none() -> None:
    known = {"key": "X", "source": "test", "confidence": "documented"} | {
        "memory_gb": Decimal(80),
        "memory_bandwidth_gb_per_second": Decimal(2000),
        "fp16_bf16_dense_tflops": Decimal(300),
    }

    assert gpu_of(GpuRecord.model_validate(known)) is not None
    for name in ("memory_gb", "memory_bandwidth_gb_per_second", "fp16_bf16_dense_tflops"):
        assert gpu_of(GpuRecord.model_validate(known | {name: None})) is None
