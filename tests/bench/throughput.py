"""Reads measured serving runs and the facts beside them into cases of the capacity model.

Columns of the runs: the README of the reference data; `model_arch.csv` and `gpu_specs.csv` lie in
the same folder. A row that cannot become a case carries the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from costing.architecture import CompressedCache, Experts, ModelShape, Precision
from costing.hardware import Generation, Gpu, Width

Row = Mapping[str, str]


def read_rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_models(path: Path) -> dict[str, ModelShape]:
    """Models of `model_arch.csv` by key."""
    return {row["model_key"]: _model(row) for row in read_rows(path)}


def read_gpus(path: Path) -> dict[str, Gpu]:
    """GPUs of `gpu_specs.csv` by key."""
    return {row["gpu"]: _gpu(row) for row in read_rows(path)}


def _model(row: Row) -> ModelShape:
    layers, head_dim = int(row["layers"]), int(row["head_dim"])
    kv_heads = int(row["kv_heads"])
    compressed = kv_heads == 1 and head_dim > 512
    each = kv_heads * head_dim * (1 if compressed else 2)
    caching = int(row["kv_elems_per_token"]) // each
    experts = int(row["experts"])
    mxfp4 = row["model_key"].startswith("gpt-oss")
    return ModelShape(
        name=row["model_key"],
        parameters=_billions(row["params_b"]),
        active_parameters=_billions(row["active_b"]),
        layers=layers,
        hidden_size=int(row["hidden"]),
        attention_heads=int(row["q_heads"]),
        kv_heads=kv_heads,
        head_dim=head_dim,
        experts=Experts(
            count=experts,
            per_token=int(row["topk"]),
            parameters=_billions(row["expert_params_b"]),
        )
        if experts
        else None,
        compressed=CompressedCache(latent_rank=head_dim - 64, rope_dim=64) if compressed else None,
        caching_layers=caching,
        full_attention_share=float(row["full_attn_frac"]),
        window_tokens=int(row["window"]) or None,
        native=Precision(rest=Width.BF16, experts=Width.MXFP4 if mxfp4 else Width.BF16),
    )


def _gpu(row: Row) -> Gpu:
    def scaled(name: str, factor: float) -> float | None:
        return float(row[name]) * factor if row[name] else None

    linked = row["interconnect"] != "PCIe"
    pcie = scaled("pcie_bw_gb_s_one_direction", 1e9) or 32e9
    return Gpu(
        name=row["gpu"],
        generation=Generation.named(row["arch"]),
        memory_bytes=float(row["mem_gb"]) * 1e9,
        bandwidth_bytes_per_second=float(row["mem_bw_gb_s"]) * 1e9,
        flops_16_bit=float(row["fp16_bf16_dense_tflops"]) * 1e12,
        flops_fp8=scaled("fp8_dense_tflops", 1e12),
        ops_int8=scaled("int8_dense_tops", 1e12),
        flops_fp4=scaled("fp4_dense_tflops", 1e12),
        link_bytes_per_second=scaled("gpu_gpu_bw_gb_s_one_direction", 1e9) if linked else None,
        pcie_bytes_per_second=pcie,
        native_bf16=row["bf16_native"] == "true",
    )


def _billions(text: str) -> int:
    return int(Decimal(text) * 10**9)


def count_of(row: Row, name: str) -> int | None:
    """A whole number of a row, None where it is blank."""
    return int(float(row[name])) if row.get(name) else None


def exact_of(row: Row, name: str) -> Decimal | None:
    """A number of a row, None where it is blank."""
    return Decimal(row[name]) if row.get(name) else None


def groups_of(rows: list[dict[str, str]], *names: str) -> Iterator[tuple[str, str]]:
    """Column and value of every group of rows."""
    for name in names:
        for value in sorted({row[name] for row in rows}):
            yield name, value
