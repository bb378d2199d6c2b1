"""The first catalog: providers, models, GPUs, instances, prices, snapshots, scenarios.

The types are spelled out here and not taken from ``catalog.columns``: a migration says what was
true on its day and must not change when the code does.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    """Make all tables in an empty database."""
    op.create_table(
        "gpu",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("architecture", TEXT, nullable=True),
        sa.Column("memory_gb", EXACT, nullable=True),
        sa.Column("memory_bandwidth_gb_per_second", EXACT, nullable=True),
        sa.Column("fp16_bf16_dense_tflops", EXACT, nullable=True),
        sa.Column("fp8_dense_tflops", EXACT, nullable=True),
        sa.Column("int8_dense_tops", EXACT, nullable=True),
        sa.Column("fp4_dense_tflops", EXACT, nullable=True),
        sa.Column("gpu_link_gb_per_second_one_direction", EXACT, nullable=True),
        sa.Column("pcie_gb_per_second_one_direction", EXACT, nullable=True),
        sa.Column("tdp_watts", EXACT, nullable=True),
        sa.Column("interconnect", TEXT, nullable=True),
        sa.Column("bf16_native", FLAG, nullable=True),
        sa.Column("azure_series", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("confidence", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_gpu"),
        sqlite_strict=True,
    )
    op.create_table(
        "model",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("license", TEXT, nullable=True),
        sa.Column("license_source", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_url", TEXT, nullable=True),
        sa.Column("as_of", DAY, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_model"),
        sqlite_strict=True,
    )
    op.create_index("ix_model_publisher", "model", ["publisher"])
    op.create_table(
        "provider",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_provider"),
        sqlite_strict=True,
    )
    op.create_table(
        "scenario",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scenario"),
        sqlite_strict=True,
    )
    op.create_table(
        "snapshot_load",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("manifest_sha256", TEXT, nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.Column("rows", COUNT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot_load"),
        sa.UniqueConstraint("manifest_sha256", name="uq_snapshot_load_manifest_sha256"),
        sa.CheckConstraint("state IN ('loaded')", name=op.f("ck_snapshot_load_state_known")),
        sqlite_strict=True,
    )
    op.create_table(
        "instance",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("sku_folded", TEXT, nullable=False),
        sa.Column("gpu_model", TEXT, nullable=True),
        sa.Column("gpu_key", TEXT, nullable=True),
        sa.Column("gpu_count", EXACT, nullable=True),
        sa.Column("gpu_memory_gib_each", EXACT, nullable=True),
        sa.Column("vcpus", COUNT, nullable=True),
        sa.Column("ram_gib", EXACT, nullable=True),
        sa.Column("retired_on", DAY, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_instance_provider_id"),
        sa.ForeignKeyConstraint(["gpu_key"], ["gpu.key"], name="fk_instance_gpu_key"),
        sa.CheckConstraint(
            "CAST(gpu_count AS NUMERIC) > 0", name=op.f("ck_instance_gpu_count_positive")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_instance_sku_folded", "instance", ["provider_id", "sku_folded"])
    op.create_table(
        "model_alias",
        sa.Column("alias_folded", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("alias", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("alias_folded", "model_id", name="pk_model_alias"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_alias_model_id"),
        sa.CheckConstraint(
            "evidence IN ('exact', 'typed', 'stated', 'rule')",
            name=op.f("ck_model_alias_evidence_known"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_model_alias_model_id", "model_alias", ["model_id"])
    op.create_table(
        "model_architecture",
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("tier", COUNT, nullable=False),
        sa.Column("model_type", TEXT, nullable=True),
        sa.Column("architectures", TEXT, nullable=True),
        sa.Column("total_params", COUNT, nullable=True),
        sa.Column("total_params_source", TEXT, nullable=True),
        sa.Column("active_params", COUNT, nullable=True),
        sa.Column("active_params_source", TEXT, nullable=True),
        sa.Column("computed_params_dense_gated_mlp", COUNT, nullable=True),
        sa.Column("computed_active_params", COUNT, nullable=True),
        sa.Column("layers", COUNT, nullable=True),
        sa.Column("hidden_size", COUNT, nullable=True),
        sa.Column("attention_heads", COUNT, nullable=True),
        sa.Column("kv_heads", COUNT, nullable=True),
        sa.Column("head_dim", COUNT, nullable=True),
        sa.Column("kv_lora_rank", COUNT, nullable=True),
        sa.Column("q_lora_rank", COUNT, nullable=True),
        sa.Column("qk_nope_head_dim", COUNT, nullable=True),
        sa.Column("qk_rope_head_dim", COUNT, nullable=True),
        sa.Column("v_head_dim", COUNT, nullable=True),
        sa.Column("intermediate_size", COUNT, nullable=True),
        sa.Column("n_experts", COUNT, nullable=True),
        sa.Column("experts_per_tok", COUNT, nullable=True),
        sa.Column("n_shared_experts", COUNT, nullable=True),
        sa.Column("moe_intermediate_size", COUNT, nullable=True),
        sa.Column("shared_expert_intermediate_size", COUNT, nullable=True),
        sa.Column("first_k_dense", COUNT, nullable=True),
        sa.Column("vocab_size", COUNT, nullable=True),
        sa.Column("max_context", COUNT, nullable=True),
        sa.Column("rope_scaling", TEXT, nullable=True),
        sa.Column("rope_factor", EXACT, nullable=True),
        sa.Column("rope_original_ctx", COUNT, nullable=True),
        sa.Column("sliding_window", COUNT, nullable=True),
        sa.Column("layer_types", TEXT, nullable=True),
        sa.Column("hybrid_pattern", TEXT, nullable=True),
        sa.Column("tie_word_embeddings", FLAG, nullable=True),
        sa.Column("torch_dtype", TEXT, nullable=True),
        sa.Column("quant_method", TEXT, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("also", TEXT, nullable=True),
        sa.Column("conflicts", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("model_id", name="pk_model_architecture"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_architecture_model_id"),
        sa.CheckConstraint("tier BETWEEN 1 AND 5", name=op.f("ck_model_architecture_tier_known")),
        sqlite_strict=True,
    )
    op.create_table(
        "price",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("series", TEXT, nullable=False),
        sa.Column("offer_id", TEXT, nullable=True),
        sa.Column("model_id", TEXT, nullable=True),
        sa.Column("instance_id", TEXT, nullable=True),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=True),
        sa.Column("deployment", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=True),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("per", EXACT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("derived", TEXT, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=True),
        sa.Column("as_of", DAY, nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_key", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("license", TEXT, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.Column("rank", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_price_model_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_price_instance_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_price_provider_id"),
        sa.CheckConstraint(
            "(unit = 'hour') = (kind IN ('hosting', 'instance'))",
            name=op.f("ck_price_unit_of_kind"),
        ),
        sa.CheckConstraint(
            "deployment IN ('global', 'data_zone', 'regional', 'unknown')",
            name=op.f("ck_price_deployment_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'instance') = (term IS NOT NULL)", name=op.f("ck_price_term_of_instance")
        ),
        sa.CheckConstraint(
            "(kind = 'instance') = (deployment IS NULL)",
            name=op.f("ck_price_deployment_of_model"),
        ),
        sa.CheckConstraint(
            "term IN ('on_demand', 'spot', 'savings_plan_1y', 'savings_plan_3y', "
            "'reserved_1y', 'reserved_3y')",
            name=op.f("ck_price_term_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'instance') = (instance_id IS NOT NULL)",
            name=op.f("ck_price_instance_priced"),
        ),
        sa.CheckConstraint(
            "kind = 'instance' OR model_id IS NOT NULL OR offer_id IS NOT NULL",
            name=op.f("ck_price_model_priced"),
        ),
        sa.CheckConstraint(
            "CAST(amount AS NUMERIC) >= 0", name=op.f("ck_price_amount_not_negative")
        ),
        sa.CheckConstraint("CAST(per AS NUMERIC) > 0", name=op.f("ck_price_per_positive")),
        sa.CheckConstraint(
            "kind IN ('input', 'cached_input', 'output', 'batch_input', 'batch_cached_input', "
            "'batch_output', 'hosting', 'instance')",
            name=op.f("ck_price_kind_known"),
        ),
        sa.CheckConstraint("basis IN ('list', 'contracted')", name=op.f("ck_price_basis_known")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_price_interval")),
        sa.CheckConstraint(
            "derived IN ('published', 'computed', 'assumed', 'typed')",
            name=op.f("ck_price_derived_known"),
        ),
        sa.CheckConstraint("unit IN ('token', 'hour')", name=op.f("ck_price_unit_known")),
        sqlite_strict=True,
    )
    op.create_index("ix_price_instance", "price", ["instance_id", "region", "term", "rank"])
    op.create_index("ix_price_model", "price", ["model_id", "kind"])
    op.create_index("ix_price_offer", "price", ["offer_id"])
    op.create_index("ix_price_series", "price", ["series", "valid_from"])
    op.create_index(
        "uq_price_open_series",
        "price",
        ["series"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
