"""Providers, models, GPUs, machines: what exists, and how we know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Index

from catalog.tables.base import STRICT, CatalogTable, check, count, day, exact, flag, one_of, words
from catalog.vocabulary import EVIDENCE


class ProviderRow(CatalogTable, table=True):
    """Who sells: a cloud or a model service."""

    __tablename__ = "provider"
    __table_args__ = STRICT

    id: str = words(primary_key=True)
    name: str = words()
    url: str | None = words(default=None)


class ModelRow(CatalogTable, table=True):
    """A language model, by its Hugging Face id."""

    __tablename__ = "model"
    __table_args__ = (Index("ix_model_publisher", "publisher"), STRICT)

    id: str = words(primary_key=True)
    publisher: str = words()
    name: str = words()
    license: str | None = words(default=None)
    license_source: str | None = words(default=None)
    source: str = words()
    source_url: str | None = words(default=None)
    as_of: date | None = day(default=None)


class ModelArchitectureRow(CatalogTable, table=True):
    """What config.json says about the shape of a model, and how well we know it (tier 1 to 5)."""

    __tablename__ = "model_architecture"
    __table_args__ = (check("tier_known", "tier BETWEEN 1 AND 5"), STRICT)

    model_id: str = words(primary_key=True, foreign_key="model.id")
    tier: int = count()
    model_type: str | None = words(default=None)
    architectures: str | None = words(default=None)
    total_params: int | None = count(default=None)
    total_params_source: str | None = words(default=None)
    active_params: int | None = count(default=None)
    active_params_source: str | None = words(default=None)
    computed_params_dense_gated_mlp: int | None = count(default=None)
    computed_active_params: int | None = count(default=None)
    layers: int | None = count(default=None)
    hidden_size: int | None = count(default=None)
    attention_heads: int | None = count(default=None)
    kv_heads: int | None = count(default=None)
    head_dim: int | None = count(default=None)
    kv_lora_rank: int | None = count(default=None)
    q_lora_rank: int | None = count(default=None)
    qk_nope_head_dim: int | None = count(default=None)
    qk_rope_head_dim: int | None = count(default=None)
    v_head_dim: int | None = count(default=None)
    intermediate_size: int | None = count(default=None)
    n_experts: int | None = count(default=None)
    experts_per_tok: int | None = count(default=None)
    n_shared_experts: int | None = count(default=None)
    moe_intermediate_size: int | None = count(default=None)
    shared_expert_intermediate_size: int | None = count(default=None)
    first_k_dense: int | None = count(default=None)
    vocab_size: int | None = count(default=None)
    max_context: int | None = count(default=None)
    rope_scaling: str | None = words(default=None)
    rope_factor: Decimal | None = exact(default=None)
    rope_original_ctx: int | None = count(default=None)
    sliding_window: int | None = count(default=None)
    layer_types: str | None = words(default=None)
    hybrid_pattern: str | None = words(default=None)
    tie_word_embeddings: bool | None = flag(default=None)
    torch_dtype: str | None = words(default=None)
    quant_method: str | None = words(default=None)
    source: str = words()
    also: str | None = words(default=None)
    conflicts: str | None = words(default=None)


class ModelAliasRow(CatalogTable, table=True):
    """A name that leads to a model. One alias may lead to several: then a person has to pick."""

    __tablename__ = "model_alias"
    __table_args__ = (
        one_of("evidence", EVIDENCE),
        Index("ix_model_alias_model_id", "model_id"),
        STRICT,
    )

    alias_folded: str = words(primary_key=True)
    model_id: str = words(primary_key=True, foreign_key="model.id")
    alias: str = words()
    evidence: str = words()
    source: str | None = words(default=None)


class GpuRow(CatalogTable, table=True):
    """One kind of GPU: dense peak figures (no sparsity) of one whole GPU."""

    __tablename__ = "gpu"
    __table_args__ = STRICT

    key: str = words(primary_key=True)
    architecture: str | None = words(default=None)
    memory_gb: Decimal | None = exact(default=None)
    memory_bandwidth_gb_per_second: Decimal | None = exact(default=None)
    fp16_bf16_dense_tflops: Decimal | None = exact(default=None)
    fp8_dense_tflops: Decimal | None = exact(default=None)
    int8_dense_tops: Decimal | None = exact(default=None)
    fp4_dense_tflops: Decimal | None = exact(default=None)
    gpu_link_gb_per_second_one_direction: Decimal | None = exact(default=None)
    pcie_gb_per_second_one_direction: Decimal | None = exact(default=None)
    tdp_watts: Decimal | None = exact(default=None)
    interconnect: str | None = words(default=None)
    bf16_native: bool | None = flag(default=None)
    azure_series: str | None = words(default=None)
    source: str = words()
    confidence: str = words()


class InstanceRow(CatalogTable, table=True):
    """One kind of rented machine. ``id`` is ``provider/sku``."""

    __tablename__ = "instance"
    __table_args__ = (
        Index("ix_instance_sku_folded", "provider_id", "sku_folded"),
        check("gpu_count_positive", "CAST(gpu_count AS NUMERIC) > 0"),
        STRICT,
    )

    id: str = words(primary_key=True)
    provider_id: str = words(foreign_key="provider.id")
    sku: str = words()
    sku_folded: str = words()
    gpu_model: str | None = words(default=None)
    gpu_key: str | None = words(default=None, foreign_key="gpu.key")
    gpu_count: Decimal | None = exact(default=None)
    gpu_memory_gib_each: Decimal | None = exact(default=None)
    vcpus: int | None = count(default=None)
    ram_gib: Decimal | None = exact(default=None)
    retired_on: date | None = day(default=None)
    flags: str = words()
