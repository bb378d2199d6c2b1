"""The derived list of models, the places where each is sold, and the index of its names.

Only new tables, empty until the list is built.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
COUNT = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
ORDERING: sa.types.TypeEngine[float] = sa.REAL().with_variant(sa.DOUBLE_PRECISION(), "postgresql")


def upgrade() -> None:
    """Make the new tables and the index."""
    op.create_table(
        "model_listing",
        sa.Column("position", COUNT, nullable=False, autoincrement=False),
        sa.Column("model_id", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sort_name", TEXT, nullable=False),
        sa.Column("task", TEXT, nullable=True),
        sa.Column("license", TEXT, nullable=True),
        sa.Column("parameters", COUNT, nullable=True),
        sa.Column("context_tokens", COUNT, nullable=True),
        sa.Column("downloads", COUNT, nullable=True),
        sa.Column("input_usd_per_million_tokens", ORDERING, nullable=True),
        sa.Column("input_price_id", TEXT, nullable=True),
        sa.Column("output_usd_per_million_tokens", ORDERING, nullable=True),
        sa.Column("output_price_id", TEXT, nullable=True),
        sa.Column("offers", COUNT, nullable=False),
        sa.Column("retired_on", DAY, nullable=True),
        sa.Column("has_price", FLAG, nullable=False),
        sa.Column("has_architecture", FLAG, nullable=False),
        sa.Column("has_host", FLAG, nullable=False),
        sa.Column("search_text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_model_listing"),
        sa.UniqueConstraint("model_id", name="uq_model_listing_model_id"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name="fk_model_listing_model_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_model_listing_task", "model_listing", ["task", "license", "position"])
    for name, column in (
        ("license", "license"),
        ("publisher", "publisher"),
        ("has_price", "has_price"),
        ("has_host", "has_host"),
        ("retired_on", "retired_on"),
        ("sort_name", "sort_name"),
        ("parameters", "parameters"),
        ("context_tokens", "context_tokens"),
        ("downloads", "downloads"),
        ("input", "input_usd_per_million_tokens"),
        ("output", "output_usd_per_million_tokens"),
    ):
        op.create_index(f"ix_model_listing_{name}", "model_listing", [column, "position"])
    op.create_index(
        "ix_model_listing_counted",
        "model_listing",
        [
            "position",
            "parameters",
            "context_tokens",
            "task",
            "license",
            "has_price",
            "has_host",
            "has_architecture",
            "retired_on",
        ],
    )
    op.create_table(
        "model_place",
        sa.Column("number", COUNT, nullable=False, autoincrement=False),
        sa.Column("position", COUNT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("deployment", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_model_place"),
        sa.ForeignKeyConstraint(
            ["position"], ["model_listing.position"], name="fk_model_place_position"
        ),
        sa.CheckConstraint("how IN ('token', 'host')", name=op.f("ck_model_place_how_known")),
        sa.CheckConstraint(
            "deployment IN ('global', 'data_zone', 'regional', 'unknown')",
            name=op.f("ck_model_place_deployment_known"),
        ),
        sa.CheckConstraint(
            "(how = 'token') = (deployment IS NOT NULL)",
            name=op.f("ck_model_place_deployment_of_tokens"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_model_place_region", "model_place", ["region", "how", "position"])
    op.create_index(
        "ix_model_place_country", "model_place", ["country", "how", "deployment", "position"]
    )
    op.create_index("ix_model_place_how", "model_place", ["how", "position"])
    op.create_table(
        "listing_column",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_listing_column"),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE model_term USING fts5"
            "(terms, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
    else:
        op.execute(
            "CREATE TABLE model_term ("
            "model_position BIGINT NOT NULL, terms TSVECTOR NOT NULL, "
            "CONSTRAINT pk_model_term PRIMARY KEY (model_position))"
        )
        op.execute("CREATE INDEX ix_model_term_terms ON model_term USING gin (terms)")


def downgrade() -> None:
    """Not offered: a backup is made before every upgrade."""
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
