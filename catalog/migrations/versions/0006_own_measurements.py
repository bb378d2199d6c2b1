"""Measured serving runs of one's own.

Only a new table, so nothing of an older database is touched.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "own_measurement",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("model_id", TEXT, nullable=False),
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
        sa.Column("tool", TEXT, nullable=False),
        sa.Column("tool_version", TEXT, nullable=True),
        sa.Column("file_name", TEXT, nullable=True),
        sa.Column("file_sha256", TEXT, nullable=True),
        sa.Column("run_number", COUNT, nullable=False),
        sa.Column("instance_id", TEXT, nullable=True),
        sa.Column("asked_requests_per_second", EXACT, nullable=True),
        sa.Column("mean_requests_in_flight", EXACT, nullable=True),
        sa.Column("requests_completed", COUNT, nullable=True),
        sa.Column("requests_failed", COUNT, nullable=True),
        sa.Column("measured_on", DAY, nullable=True),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("flags", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_own_measurement"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_own_measurement_model_id"),
        sa.ForeignKeyConstraint(["gpu_key"], ["gpu.key"], name="fk_own_measurement_gpu_key"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name="fk_own_measurement_instance_id"
        ),
        sa.CheckConstraint("gpus > 0", name=op.f("ck_own_measurement_gpus_positive")),
        sa.CheckConstraint(
            "load_mode IN ('static_batch', 'closed_loop', 'burst_all_at_once', "
            "'offline_saturated', 'poisson_server_slo')",
            name=op.f("ck_own_measurement_load_mode_known"),
        ),
        sa.CheckConstraint(
            "quality IN ('good', 'medium', 'low')", name=op.f("ck_own_measurement_quality_known")
        ),
        sa.CheckConstraint(
            "tool IN ('vllm-bench', 'guidellm', 'aiperf', 'aiconfigurator')",
            name=op.f("ck_own_measurement_tool_known"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_own_measurement_model_id", "own_measurement", ["model_id", "gpu_key"])
    op.create_index("ix_own_measurement_file_sha256", "own_measurement", ["file_sha256"])


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
