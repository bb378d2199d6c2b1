"""Rates between currencies, by day.

Only a new table, so nothing of an older database is touched.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "rate",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("base", TEXT, nullable=False),
        sa.Column("quote", TEXT, nullable=False),
        sa.Column("rate", EXACT, nullable=False),
        sa.Column("as_of", DAY, nullable=False),
        sa.Column("valid_to", DAY, nullable=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate"),
        sa.CheckConstraint("CAST(rate AS NUMERIC) > 0", name=op.f("ck_rate_rate_positive")),
        sa.CheckConstraint("base <> quote", name=op.f("ck_rate_two_currencies")),
        sa.CheckConstraint("source IN ('ecb', 'own')", name=op.f("ck_rate_source_known")),
        sa.CheckConstraint(
            "(source = 'own') = (owner IS NOT NULL)", name=op.f("ck_rate_owner_of_own")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_rate_as_of", "rate", ["source", "as_of"])


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
