"""The tables, declared once with SQLModel for SQLite (STRICT) and PostgreSQL.

The classes only declare. Rows are written and read by SQLAlchemy core through the ``Table``
objects at the end, because a ``table=True`` class validates nothing and is slow in bulk: values
are checked before, by :mod:`catalog.records`. None always means unknown or not applicable, never 0.
The database gets its tables from the migrations, not from here; a test holds the two together.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, MetaData, Table, text
from sqlmodel import Field, SQLModel

from catalog.columns import DecimalText, ExactText, IsoDate, TrueFalse, UtcDateTime, WholeNumber
from catalog.vocabulary import BASES, DEPLOYMENTS, DERIVATIONS, EVIDENCE, KINDS, TERMS, UNITS

STRICT = {"sqlite_strict": True}


def _text(**options: Any) -> Any:
    return Field(sa_type=ExactText, **options)


def _count(**options: Any) -> Any:
    return Field(sa_type=WholeNumber, **options)


def _exact(**options: Any) -> Any:
    return Field(sa_type=DecimalText, **options)


def _moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


def _day(**options: Any) -> Any:
    return Field(sa_type=IsoDate, **options)


def _flag(**options: Any) -> Any:
    return Field(sa_type=TrueFalse, **options)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _check(name: str, rule: str) -> CheckConstraint:
    return CheckConstraint(rule, name=name)


class CatalogTable(SQLModel):
    """Base of the tables: their own collection, with predictable constraint names."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class ProviderRow(CatalogTable, table=True):
    """Who sells: a cloud or a model service."""

    __tablename__ = "provider"
    __table_args__ = STRICT

    id: str = _text(primary_key=True)
    name: str = _text()
    url: str | None = _text(default=None)


class ModelRow(CatalogTable, table=True):
    """A language model, by its Hugging Face id."""

    __tablename__ = "model"
    __table_args__ = (Index("ix_model_publisher", "publisher"), STRICT)

    id: str = _text(primary_key=True)
    publisher: str = _text()
    name: str = _text()
    license: str | None = _text(default=None)
    license_source: str | None = _text(default=None)
    source: str = _text()
    source_url: str | None = _text(default=None)
    as_of: date | None = _day(default=None)


class ModelArchitectureRow(CatalogTable, table=True):
    """What config.json says about the shape of a model, and how well we know it (tier 1 to 5)."""

    __tablename__ = "model_architecture"
    __table_args__ = (_check("tier_known", "tier BETWEEN 1 AND 5"), STRICT)

    model_id: str = _text(primary_key=True, foreign_key="model.id")
    tier: int = _count()
    model_type: str | None = _text(default=None)
    architectures: str | None = _text(default=None)
    total_params: int | None = _count(default=None)
    total_params_source: str | None = _text(default=None)
    active_params: int | None = _count(default=None)
    active_params_source: str | None = _text(default=None)
    computed_params_dense_gated_mlp: int | None = _count(default=None)
    computed_active_params: int | None = _count(default=None)
    layers: int | None = _count(default=None)
    hidden_size: int | None = _count(default=None)
    attention_heads: int | None = _count(default=None)
    kv_heads: int | None = _count(default=None)
    head_dim: int | None = _count(default=None)
    kv_lora_rank: int | None = _count(default=None)
    q_lora_rank: int | None = _count(default=None)
    qk_nope_head_dim: int | None = _count(default=None)
    qk_rope_head_dim: int | None = _count(default=None)
    v_head_dim: int | None = _count(default=None)
    intermediate_size: int | None = _count(default=None)
    n_experts: int | None = _count(default=None)
    experts_per_tok: int | None = _count(default=None)
    n_shared_experts: int | None = _count(default=None)
    moe_intermediate_size: int | None = _count(default=None)
    shared_expert_intermediate_size: int | None = _count(default=None)
    first_k_dense: int | None = _count(default=None)
    vocab_size: int | None = _count(default=None)
    max_context: int | None = _count(default=None)
    rope_scaling: str | None = _text(default=None)
    rope_factor: Decimal | None = _exact(default=None)
    rope_original_ctx: int | None = _count(default=None)
    sliding_window: int | None = _count(default=None)
    layer_types: str | None = _text(default=None)
    hybrid_pattern: str | None = _text(default=None)
    tie_word_embeddings: bool | None = _flag(default=None)
    torch_dtype: str | None = _text(default=None)
    quant_method: str | None = _text(default=None)
    source: str = _text()
    also: str | None = _text(default=None)
    conflicts: str | None = _text(default=None)


class ModelAliasRow(CatalogTable, table=True):
    """A name that leads to a model. One alias may lead to several: then a person has to pick."""

    __tablename__ = "model_alias"
    __table_args__ = (
        _one_of("evidence", EVIDENCE),
        Index("ix_model_alias_model_id", "model_id"),
        STRICT,
    )

    alias_folded: str = _text(primary_key=True)
    model_id: str = _text(primary_key=True, foreign_key="model.id")
    alias: str = _text()
    evidence: str = _text()
    source: str | None = _text(default=None)


class GpuRow(CatalogTable, table=True):
    """One kind of GPU: dense peak figures (no sparsity) of one whole GPU."""

    __tablename__ = "gpu"
    __table_args__ = STRICT

    key: str = _text(primary_key=True)
    architecture: str | None = _text(default=None)
    memory_gb: Decimal | None = _exact(default=None)
    memory_bandwidth_gb_per_second: Decimal | None = _exact(default=None)
    fp16_bf16_dense_tflops: Decimal | None = _exact(default=None)
    fp8_dense_tflops: Decimal | None = _exact(default=None)
    int8_dense_tops: Decimal | None = _exact(default=None)
    fp4_dense_tflops: Decimal | None = _exact(default=None)
    gpu_link_gb_per_second_one_direction: Decimal | None = _exact(default=None)
    pcie_gb_per_second_one_direction: Decimal | None = _exact(default=None)
    tdp_watts: Decimal | None = _exact(default=None)
    interconnect: str | None = _text(default=None)
    bf16_native: bool | None = _flag(default=None)
    azure_series: str | None = _text(default=None)
    source: str = _text()
    confidence: str = _text()


class InstanceRow(CatalogTable, table=True):
    """One kind of rented machine. ``id`` is ``provider/sku``."""

    __tablename__ = "instance"
    __table_args__ = (
        Index("ix_instance_sku_folded", "provider_id", "sku_folded"),
        _check("gpu_count_positive", "CAST(gpu_count AS NUMERIC) > 0"),
        STRICT,
    )

    id: str = _text(primary_key=True)
    provider_id: str = _text(foreign_key="provider.id")
    sku: str = _text()
    sku_folded: str = _text()
    gpu_model: str | None = _text(default=None)
    gpu_key: str | None = _text(default=None, foreign_key="gpu.key")
    gpu_count: Decimal | None = _exact(default=None)
    gpu_memory_gib_each: Decimal | None = _exact(default=None)
    vcpus: int | None = _count(default=None)
    ram_gib: Decimal | None = _exact(default=None)
    retired_on: date | None = _day(default=None)
    flags: str = _text()


class PriceRow(CatalogTable, table=True):
    """One price, as published, over the time it was true. Never overwritten: closed and followed.

    ``series`` groups the readings of one priced thing from one source; at most one row of a
    series is open (``valid_to`` null).
    """

    __tablename__ = "price"
    __table_args__ = (
        Index(
            "uq_price_open_series",
            "series",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_price_series", "series", "valid_from"),
        Index("ix_price_instance", "instance_id", "region", "term", "rank"),
        Index("ix_price_model", "model_id", "kind"),
        Index("ix_price_offer", "offer_id"),
        _check("amount_not_negative", "CAST(amount AS NUMERIC) >= 0"),
        _check("per_positive", "CAST(per AS NUMERIC) > 0"),
        _one_of("kind", KINDS),
        _one_of("unit", UNITS),
        _one_of("term", TERMS),
        _one_of("deployment", DEPLOYMENTS),
        _one_of("basis", BASES),
        _one_of("derived", DERIVATIONS),
        _check("interval", "valid_to > valid_from"),
        _check("unit_of_kind", "(unit = 'hour') = (kind IN ('hosting', 'instance'))"),
        _check("instance_priced", "(kind = 'instance') = (instance_id IS NOT NULL)"),
        _check("term_of_instance", "(kind = 'instance') = (term IS NOT NULL)"),
        _check("deployment_of_model", "(kind = 'instance') = (deployment IS NULL)"),
        _check("model_priced", "kind = 'instance' OR model_id IS NOT NULL OR offer_id IS NOT NULL"),
        STRICT,
    )

    id: str = _text(primary_key=True)
    series: str = _text()
    offer_id: str | None = _text(default=None)
    model_id: str | None = _text(default=None, foreign_key="model.id")
    instance_id: str | None = _text(default=None, foreign_key="instance.id")
    provider_id: str = _text(foreign_key="provider.id")
    region: str | None = _text(default=None)
    deployment: str | None = _text(default=None)
    kind: str = _text()
    term: str | None = _text(default=None)
    amount: Decimal = _exact()
    per: Decimal = _exact()
    unit: str = _text()
    currency: str = _text()
    basis: str = _text()
    derived: str = _text()
    valid_from: datetime = _moment()
    valid_to: datetime | None = _moment(default=None)
    as_of: date | None = _day(default=None)
    fetched_at: datetime = _moment()
    source: str = _text()
    source_key: str = _text()
    url: str | None = _text(default=None)
    license: str | None = _text(default=None)
    flags: str = _text()
    rank: int = _count()


class SnapshotLoadRow(CatalogTable, table=True):
    """One bundled snapshot that was loaded, so that it is loaded once."""

    __tablename__ = "snapshot_load"
    __table_args__ = (_check("state_known", "state IN ('loaded')"), STRICT)

    id: str = _text(primary_key=True)
    manifest_sha256: str = _text(unique=True)
    loaded_at: datetime = _moment()
    rows: int = _count()
    state: str = _text()


class ScenarioRow(CatalogTable, table=True):
    """A saved question: the scenario document as JSON text under a random id."""

    __tablename__ = "scenario"
    __table_args__ = STRICT

    id: str = _text(primary_key=True)
    document: str = _text()
    created_at: datetime = _moment()
    updated_at: datetime = _moment()


PROVIDER: Table = CatalogTable.metadata.tables["provider"]
MODEL: Table = CatalogTable.metadata.tables["model"]
MODEL_ARCHITECTURE: Table = CatalogTable.metadata.tables["model_architecture"]
MODEL_ALIAS: Table = CatalogTable.metadata.tables["model_alias"]
GPU: Table = CatalogTable.metadata.tables["gpu"]
INSTANCE: Table = CatalogTable.metadata.tables["instance"]
PRICE: Table = CatalogTable.metadata.tables["price"]
SNAPSHOT_LOAD: Table = CatalogTable.metadata.tables["snapshot_load"]
SCENARIO: Table = CatalogTable.metadata.tables["scenario"]
