"""What the sync job keeps: runs, pages, what each source said last, changes, unread rows, a lease.

Only new tables, so nothing of an older database is touched.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
BYTES = sa.LargeBinary()


def upgrade() -> None:
    """Make the new tables."""
    op.create_table(
        "sync_run",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("target_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("cursor", TEXT, nullable=True),
        sa.Column("pages", COUNT, nullable=False),
        sa.Column("requests", COUNT, nullable=False),
        sa.Column("rows_read", COUNT, nullable=False),
        sa.Column("rows_new", COUNT, nullable=False),
        sa.Column("rows_changed", COUNT, nullable=False),
        sa.Column("rows_gone", COUNT, nullable=False),
        sa.Column("rows_unread", COUNT, nullable=False),
        sa.Column("rows_held", COUNT, nullable=False),
        sa.Column("message", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sync_run"),
        sa.CheckConstraint("mode IN ('full', 'incremental')", name=op.f("ck_sync_run_mode_known")),
        sa.CheckConstraint(
            "state IN ('running', 'complete', 'unconfirmed', 'failed')",
            name=op.f("ck_sync_run_state_known"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_sync_run_source", "sync_run", ["source", "started_at"])
    op.create_table(
        "sync_page",
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("number", COUNT, nullable=False, autoincrement=False),
        sa.Column("keys", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_sync_page"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "source_row",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("hash", COUNT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("first_run", TEXT, nullable=False),
        sa.Column("changed_run", TEXT, nullable=False),
        sa.Column("gone_run", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("source", "kind", "key", name="pk_source_row"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "source_change",
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("old", TEXT, nullable=True),
        sa.Column("new", TEXT, nullable=True),
        sa.PrimaryKeyConstraint(
            "run_id", "source", "kind", "key", "field", name="pk_source_change"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_source_change_row", "source_change", ["source", "kind", "key"])
    op.create_table(
        "unread_row",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("raw", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("source", "key", "reason", name="pk_unread_row"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_price",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("old_amount", TEXT, nullable=False),
        sa.Column("new_amount", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_held_price"),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused')", name=op.f("ck_held_price_state_known")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "sync_lease",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sync_lease"),
        sa.CheckConstraint("name = 'sync'", name=op.f("ck_sync_lease_only_one")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
