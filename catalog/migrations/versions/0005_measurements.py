"""Measured serving runs.

Only a new table, so nothing of an older database is touched.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "measurement",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=True),
        sa.Column("gpu_key", TEXT, nullable=False),
        sa.Column("gpus", COUNT, nullable=False),
        sa.Column("tensor_parallel", COUNT, nullable=True),
        sa.Column("pipeline_parallel", COUNT, nullable=True),
        sa.Column("attention_data_parallel", COUNT, nullable=True),
        sa.Column("expert_parallel", COUNT, nullable=True),
        sa.Column("weight_precision", TEXT, nullable=False),
        sa.Column("kv_precision", TEXT, nullable=True),
        sa.Column("engine", TEXT, nullable=False),
        sa.Column("engine_version", TEXT, nullable=True),
        sa.Column("load_mode", TEXT, nullable=False),
        sa.Column("input_tokens", EXACT, nullable=False),
        sa.Column("output_tokens", EXACT, nullable=False),
        sa.Column("concurrency", EXACT, nullable=True),
        sa.Column("output_tokens_per_second", EXACT, nullable=False),
        sa.Column("ttft_ms", EXACT, nullable=True),
        sa.Column("tpot_ms", EXACT, nullable=True),
        sa.Column("ttft_target_ms", EXACT, nullable=True),
        sa.Column("tpot_target_ms", EXACT, nullable=True),
        sa.Column("value_kind", TEXT, nullable=False),
        sa.Column("quality", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("license", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_measurement"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_measurement_model_id"),
        sa.ForeignKeyConstraint(["gpu_key"], ["gpu.key"], name="fk_measurement_gpu_key"),
        sa.CheckConstraint("gpus > 0", name=op.f("ck_measurement_gpus_positive")),
        sa.CheckConstraint(
            "load_mode IN ('static_batch', 'closed_loop', 'burst_all_at_once', "
            "'offline_saturated', 'poisson_server_slo')",
            name=op.f("ck_measurement_load_mode_known"),
        ),
        sa.CheckConstraint(
            "quality IN ('good', 'medium', 'low')", name=op.f("ck_measurement_quality_known")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_measurement_model_id", "measurement", ["model_id", "gpu_key"])


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
