"""Saved decisions: sealed versions, notes, removals, and who may see their typed prices.

Only new tables, so nothing of an older database is touched.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
TRUTH = sa.Integer().with_variant(sa.Boolean(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the new tables."""
    op.create_table(
        "decision",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_created_at", "decision", ["created_at", "id"])
    op.create_table(
        "decision_version",
        *_key("decision_version"),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("engine", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("scenario", TEXT, nullable=False),
        sa.Column("facts", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("section_hashes", TEXT, nullable=False),
        sa.Column("previous_sha256", TEXT, nullable=True),
        sa.Column("sha256", TEXT, nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (previous_sha256 IS NULL)",
            name=op.f("ck_decision_version_first_has_none_before"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "decision_note",
        *_key("decision_note"),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("field", TEXT, nullable=True),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "url IS NULL OR field IS NOT NULL",
            name=op.f("ck_decision_note_address_of_evidence"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "decision_removal",
        *_key("decision_removal"),
        sa.Column("removed", TRUTH, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "decision_holder",
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("secret_sha256", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "secret_sha256", name="pk_decision_holder"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_decision_holder_decision_id"
        ),
        sa.CheckConstraint(
            "kind IN ('session', 'key')", name=op.f("ck_decision_holder_kind_known")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")


def _key(table: str) -> list[sa.Column[object] | sa.Constraint]:
    """What the tables of numbered rows share: the decision, and the number among its rows."""
    return [
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=f"fk_{table}_decision_id"),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{table}_number_positive")),
    ]
