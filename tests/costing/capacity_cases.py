"""Models, GPUs and hosts of the capacity tests, with the figures they are known by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from costing.architecture import CompressedCache, Experts, ModelShape, Precision
from costing.capacity_cases import Arrangement, Case, Engine, EngineName, Traffic
from costing.hardware import Generation, Gpu, Host, Width

FP16 = Precision.of(Width.FP16)
BF16 = Precision.of(Width.BF16)
FP8 = Precision.of(Width.FP8)


def model(**changes: Any) -> ModelShape:
    """Llama-3-8B: 32 layers of 4,096, 32 query and 8 KV heads of 128."""
    known: dict[str, Any] = {
        "name": "Llama-3-8B",
        "parameters": 8_030_000_000,
        "active_parameters": 8_030_000_000,
        "layers": 32,
        "hidden_size": 4096,
        "attention_heads": 32,
        "kv_heads": 8,
        "head_dim": 128,
    }
    return ModelShape(**(known | changes))


LLAMA_3_8B = model()
LLAMA_2_7B = model(
    name="Llama-2-7b",
    parameters=6_740_000_000,
    active_parameters=6_740_000_000,
    kv_heads=32,
    max_context_tokens=4096,
)
LLAMA_3_70B = model(
    name="Llama-3.1-70B",
    parameters=70_550_000_000,
    active_parameters=70_550_000_000,
    layers=80,
    hidden_size=8192,
    attention_heads=64,
)
MIXTRAL = model(
    name="Mixtral-8x7B",
    parameters=46_700_000_000,
    active_parameters=12_880_000_000,
    experts=Experts(count=8, per_token=2, parameters=45_100_000_000),
)
DEEPSEEK = model(
    name="DeepSeek-V3",
    parameters=671_000_000_000,
    active_parameters=37_500_000_000,
    layers=61,
    hidden_size=7168,
    attention_heads=128,
    kv_heads=128,
    experts=Experts(count=256, per_token=8, parameters=653_900_000_000),
    compressed=CompressedCache(latent_rank=512, rope_dim=64),
)
GPT_OSS = model(
    name="gpt-oss-120b",
    parameters=116_830_000_000,
    active_parameters=5_130_000_000,
    layers=36,
    hidden_size=2880,
    attention_heads=64,
    head_dim=64,
    experts=Experts(count=128, per_token=4, parameters=114_660_000_000),
    full_attention_share=0.5,
    window_tokens=128,
    native=Precision(rest=Width.BF16, experts=Width.MXFP4),
)

V100_16 = Gpu(
    name="V100-PCIe-16",
    generation=Generation.VOLTA,
    memory_bytes=16e9,
    bandwidth_bytes_per_second=900e9,
    flops_16_bit=112e12,
    pcie_bytes_per_second=16e9,
    native_bf16=False,
)
A100_80 = Gpu(
    name="A100-SXM-80",
    generation=Generation.AMPERE,
    memory_bytes=80e9,
    bandwidth_bytes_per_second=2039e9,
    flops_16_bit=312e12,
    ops_int8=624e12,
    link_bytes_per_second=300e9,
)
H100 = Gpu(
    name="H100-SXM",
    generation=Generation.HOPPER,
    memory_bytes=80e9,
    bandwidth_bytes_per_second=3350e9,
    flops_16_bit=989e12,
    flops_fp8=1978e12,
    ops_int8=1978e12,
    link_bytes_per_second=450e9,
    pcie_bytes_per_second=64e9,
)
H200 = Gpu(
    name="H200-SXM",
    generation=Generation.HOPPER,
    memory_bytes=141e9,
    bandwidth_bytes_per_second=4800e9,
    flops_16_bit=989e12,
    flops_fp8=1978e12,
    ops_int8=1978e12,
    link_bytes_per_second=450e9,
    pcie_bytes_per_second=64e9,
)


def host(gpu: Gpu | None = H100, count: str | None = "1", **changes: Any) -> Host:
    """A host of so many GPUs."""
    name = f"{count} x {gpu.name if gpu else 'unknown'}"
    known = None if count is None else Decimal(count)
    return Host(name=name, gpu=gpu, gpu_count=known, **changes)


NC12S_V3 = Host(name="Standard_NC12s_v3", gpu=V100_16, gpu_count=Decimal(2), nvlink=False)


def case(**changes: Any) -> Case:
    """Llama-3-8B in 16 bits on one H100 under a tuned TensorRT-LLM, 1,000 tokens in, 300 out."""
    known: dict[str, Any] = {
        "shape": LLAMA_3_8B,
        "host": host(),
        "arrangement": Arrangement(),
        "precision": FP16,
        "engine": Engine(name=EngineName.TENSORRT_LLM, tuned=True),
        "traffic": Traffic(input_tokens=1000, output_tokens=300),
    }
    return Case(**(known | changes))
