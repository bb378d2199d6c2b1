"""The list of models, derived from all other tables so that a search reads one place.

Made by :mod:`catalog.search.listing` and by nothing else; never a source of facts. Beside the
tables stands the index ``model_term``: an FTS5 table in SQLite, a table with a tsvector under a GIN
index in PostgreSQL. Both hold the same terms, made by :mod:`catalog.search.grams`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import DDL, Index, Table, event

from catalog.tables.base import (
    STRICT,
    CatalogTable,
    check,
    count,
    day,
    flag,
    one_of,
    ordering,
    raw,
    words,
)
from catalog.vocabulary import DEPLOYMENTS, WAYS


class ModelListingRow(CatalogTable, table=True):
    """One model as a row of the list.

    ``position`` is its rank by downloads, then having a price, then id; 1 is the most popular. The
    two columns in USD per million tokens are for ordering only: what is shown is computed from the
    prices named beside them. ``search_text``: the folded names, one a line.
    """

    __tablename__ = "model_listing"
    __table_args__ = (
        Index("ix_model_listing_task", "task", "license", "position"),
        Index("ix_model_listing_license", "license", "position"),
        Index("ix_model_listing_publisher", "publisher", "position"),
        Index("ix_model_listing_has_price", "has_price", "position"),
        Index("ix_model_listing_has_host", "has_host", "position"),
        Index("ix_model_listing_retired_on", "retired_on", "position"),
        Index(
            "ix_model_listing_counted",
            "position",
            "parameters",
            "context_tokens",
            "task",
            "license",
            "has_price",
            "has_host",
            "has_architecture",
            "retired_on",
        ),
        Index("ix_model_listing_sort_name", "sort_name", "position"),
        Index("ix_model_listing_parameters", "parameters", "position"),
        Index("ix_model_listing_context_tokens", "context_tokens", "position"),
        Index("ix_model_listing_downloads", "downloads", "position"),
        Index("ix_model_listing_input", "input_usd_per_million_tokens", "position"),
        Index("ix_model_listing_output", "output_usd_per_million_tokens", "position"),
        STRICT,
    )

    position: int = count(primary_key=True)
    model_id: str = words(unique=True, foreign_key="model.id")
    publisher: str = words()
    name: str = words()
    sort_name: str = words()
    task: str | None = words(default=None)
    license: str | None = words(default=None)
    parameters: int | None = count(default=None)
    context_tokens: int | None = count(default=None)
    downloads: int | None = count(default=None)
    input_usd_per_million_tokens: float | None = ordering(default=None)
    input_price_id: str | None = words(default=None)
    output_usd_per_million_tokens: float | None = ordering(default=None)
    output_price_id: str | None = words(default=None)
    offers: int = count()
    retired_on: date | None = day(default=None)
    has_price: bool = flag()
    has_architecture: bool = flag()
    has_host: bool = flag()
    search_text: str = words()


class ModelPlaceRow(CatalogTable, table=True):
    """A place where a model can be bought today: by the token, or on a host that has a price there.

    ``country`` is that of the region; requests stay in it only for a host, or where ``deployment``
    is regional.
    """

    __tablename__ = "model_place"
    __table_args__ = (
        one_of("how", WAYS),
        one_of("deployment", DEPLOYMENTS),
        check("deployment_of_tokens", "(how = 'token') = (deployment IS NOT NULL)"),
        Index("ix_model_place_region", "region", "how", "position"),
        Index("ix_model_place_country", "country", "how", "deployment", "position"),
        Index("ix_model_place_how", "how", "position"),
        STRICT,
    )

    number: int = count(primary_key=True)
    position: int = count(foreign_key="model_listing.position")
    how: str = words()
    region: str | None = words(default=None)
    country: str | None = words(default=None)
    deployment: str | None = words(default=None)


class ListingColumnRow(CatalogTable, table=True):
    """One column of the list in order of position, packed as numbers, for counting.

    ``words``: JSON list of the texts that the numbers stand for; empty where they are numbers
    themselves. Layout: :mod:`catalog.search.packed`.
    """

    __tablename__ = "listing_column"
    __table_args__ = STRICT

    name: str = words(primary_key=True)
    words: str = words()
    packed: bytes = raw()


_INDEX_IN_SQLITE = (
    "CREATE VIRTUAL TABLE model_term USING fts5"
    "(terms, content='', columnsize=0, detail=none, tokenize='ascii')"
)
_INDEX_IN_POSTGRESQL = (
    "CREATE TABLE model_term ("
    "model_position BIGINT NOT NULL, terms TSVECTOR NOT NULL, "
    "CONSTRAINT pk_model_term PRIMARY KEY (model_position))",
    "CREATE INDEX ix_model_term_terms ON model_term USING gin (terms)",
)


def _attach_index(table: Table) -> None:
    """Let the index be made and dropped together with the list."""
    made: Any = DDL  # without types in SQLAlchemy
    for statement in _INDEX_IN_POSTGRESQL:
        event.listen(table, "after_create", made(statement).execute_if(dialect="postgresql"))
    event.listen(table, "after_create", made(_INDEX_IN_SQLITE).execute_if(dialect="sqlite"))
    event.listen(table, "before_drop", made("DROP TABLE model_term"))


_attach_index(CatalogTable.metadata.tables["model_listing"])
