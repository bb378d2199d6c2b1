"""What is sold and who is who: offers, links between ids, Azure's own models, fees, own prices.

Only new tables, so nothing of an older database is touched.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    """Make the new tables."""
    op.create_table(
        "model_detail",
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("task", TEXT, nullable=True),
        sa.Column("task_source", TEXT, nullable=True),
        sa.Column("context_tokens", COUNT, nullable=True),
        sa.Column("context_source", TEXT, nullable=True),
        sa.Column("max_output_tokens", COUNT, nullable=True),
        sa.Column("max_output_source", TEXT, nullable=True),
        sa.Column("downloads", COUNT, nullable=True),
        sa.Column("downloads_as_of", DAY, nullable=True),
        sa.PrimaryKeyConstraint("model_id", name="pk_model_detail"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_detail_model_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "model_link",
        sa.Column("system", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("system", "key", "model_id", "relation", name="pk_model_link"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_link_model_id"),
        sa.CheckConstraint(
            "evidence IN ('exact', 'typed', 'stated', 'rule')",
            name=op.f("ck_model_link_evidence_known"),
        ),
        sa.CheckConstraint(
            "relation IN ('same', 'base')", name=op.f("ck_model_link_relation_known")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_model_link_model_id", "model_link", ["model_id"])
    _azure()
    _sold()
    _own()


def _azure() -> None:
    op.create_table(
        "azure_model",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=True),
        sa.Column("publisher", TEXT, nullable=True),
        sa.Column("license", TEXT, nullable=True),
        sa.Column("task", TEXT, nullable=True),
        sa.Column("stated_hf_id", TEXT, nullable=True),
        sa.Column("min_vcpus", COUNT, nullable=True),
        sa.Column("min_gpus", COUNT, nullable=True),
        sa.Column("min_ram_gib", COUNT, nullable=True),
        sa.Column("min_disk_gib", COUNT, nullable=True),
        sa.Column("context_tokens", COUNT, nullable=True),
        sa.Column("max_output_tokens", COUNT, nullable=True),
        sa.Column("serving_engines", TEXT, nullable=True),
        sa.Column("can_finetune", FLAG, nullable=True),
        sa.Column("archived", FLAG, nullable=True),
        sa.Column("inference_deprecated_on", DAY, nullable=True),
        sa.Column("inference_retired_on", DAY, nullable=True),
        sa.Column("finetune_retired_on", DAY, nullable=True),
        sa.Column("as_of", DAY, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_url", TEXT, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_azure_model"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_azure_model_model_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_azure_model_model_id", "azure_model", ["model_id"])
    op.create_table(
        "azure_model_host",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("instance_id", TEXT, nullable=True),
        sa.Column("place", COUNT, nullable=False),
        sa.Column("recommended", FLAG, nullable=False),
        sa.Column("replicas", COUNT, nullable=True),
        sa.PrimaryKeyConstraint("name", "sku", name="pk_azure_model_host"),
        sa.ForeignKeyConstraint(["name"], ["azure_model.name"], name="fk_azure_model_host_name"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name="fk_azure_model_host_instance_id"
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_azure_model_host_instance_id", "azure_model_host", ["instance_id"])


def _sold() -> None:
    op.create_table(
        "offer",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=True),
        sa.Column("model_key", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=True),
        sa.Column("deployment", TEXT, nullable=False),
        sa.Column("variant", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=True),
        sa.Column("context_tier_tokens", COUNT, nullable=True),
        sa.Column("retired_on", DAY, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_offer_provider_id"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_offer_model_id"),
        sa.CheckConstraint(
            "deployment IN ('global', 'data_zone', 'regional', 'unknown')",
            name=op.f("ck_offer_deployment_known"),
        ),
        sa.CheckConstraint(
            "variant IN ('base', 'fine_tuned')", name=op.f("ck_offer_variant_known")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_offer_model_id", "offer", ["model_id", "region"])
    op.create_table(
        "managed_fee",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("product", TEXT, nullable=False),
        sa.Column("models", TEXT, nullable=True),
        sa.Column("deployment", TEXT, nullable=True),
        sa.Column("region_scope", TEXT, nullable=True),
        sa.Column("unit_of_measure", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=True),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("amount_per_hour", EXACT, nullable=False),
        sa.Column("as_of", DAY, nullable=True),
        sa.Column("as_of_text", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("license", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("flags", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_managed_fee"),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name="fk_managed_fee_provider_id"
        ),
        sa.CheckConstraint(
            "kind IN ('fine_tuned_hosting', 'ptu_hourly', 'ptu_reservation', "
            "'ptu_commitment_legacy')",
            name=op.f("ck_managed_fee_kind_known"),
        ),
        sa.CheckConstraint(
            "CAST(amount AS NUMERIC) > 0", name=op.f("ck_managed_fee_amount_positive")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "ptu_sizing",
        sa.Column("model_key", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=True),
        sa.Column("global_minimum_ptu", COUNT, nullable=True),
        sa.Column("global_step_ptu", COUNT, nullable=True),
        sa.Column("regional_minimum_ptu", COUNT, nullable=True),
        sa.Column("regional_step_ptu", COUNT, nullable=True),
        sa.Column("input_tokens_per_minute_per_ptu", COUNT, nullable=True),
        sa.Column("output_token_weight", EXACT, nullable=True),
        sa.Column("output_token_weight_basis", TEXT, nullable=False),
        sa.Column("as_of", DAY, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("model_key", name="pk_ptu_sizing"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_ptu_sizing_model_id"),
        sa.CheckConstraint(
            "output_token_weight_basis IN ('documented', 'assumed', 'unknown')",
            name=op.f("ck_ptu_sizing_output_token_weight_basis_known"),
        ),
        sqlite_strict=True,
    )


def _own() -> None:
    op.create_table(
        "own_price_file",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("rows", COUNT, nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_own_price_file"),
        sqlite_strict=True,
    )
    op.create_table(
        "own_price",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("line", COUNT, nullable=False),
        sa.Column("offer_id", TEXT, nullable=True),
        sa.Column("model_id", TEXT, nullable=True),
        sa.Column("instance_id", TEXT, nullable=True),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=True),
        sa.Column("deployment", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=True),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("per", EXACT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("as_of", DAY, nullable=True),
        sa.Column("valid_to", DAY, nullable=True),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_price"),
        sa.ForeignKeyConstraint(
            ["file_name"], ["own_price_file.name"], name="fk_own_price_file_name"
        ),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_own_price_model_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_own_price_instance_id"),
        sa.CheckConstraint(
            "kind IN ('input', 'cached_input', 'output', 'batch_input', 'batch_cached_input', "
            "'batch_output', 'hosting', 'instance')",
            name=op.f("ck_own_price_kind_known"),
        ),
        sa.CheckConstraint("unit IN ('token', 'hour')", name=op.f("ck_own_price_unit_known")),
        sa.CheckConstraint(
            "deployment IN ('global', 'data_zone', 'regional', 'unknown')",
            name=op.f("ck_own_price_deployment_known"),
        ),
        sa.CheckConstraint(
            "term IN ('on_demand', 'spot', 'savings_plan_1y', 'savings_plan_3y', "
            "'reserved_1y', 'reserved_3y')",
            name=op.f("ck_own_price_term_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('list', 'contracted')", name=op.f("ck_own_price_basis_known")
        ),
        sa.CheckConstraint(
            "CAST(amount AS NUMERIC) >= 0", name=op.f("ck_own_price_amount_not_negative")
        ),
        sa.CheckConstraint("CAST(per AS NUMERIC) > 0", name=op.f("ck_own_price_per_positive")),
        sqlite_strict=True,
    )
    op.create_index("ix_own_price_model_id", "own_price", ["model_id"])
    op.create_index("ix_own_price_instance_id", "own_price", ["instance_id"])
    op.create_index("ix_own_price_file_name", "own_price", ["file_name"])


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
