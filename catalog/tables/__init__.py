"""The tables, declared once with SQLModel for SQLite (STRICT) and PostgreSQL.

The classes only declare. Rows are written and read by SQLAlchemy core through the ``Table``
objects at the end, because a ``table=True`` class validates nothing and is slow in bulk: values
are checked before, by :mod:`catalog.records`. None always means unknown or not applicable, never 0.
The database gets its tables from the migrations, not from here; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import Table

from catalog.tables import (
    decisions,
    facts,
    identity,
    kept,
    listing,
    measured,
    own,
    prices,
    rates,
    sync,
)
from catalog.tables.base import CatalogTable

__all__ = [
    "AZURE_MODEL",
    "AZURE_MODEL_HOST",
    "DECISION",
    "DECISION_HOLDER",
    "DECISION_NOTE",
    "DECISION_REMOVAL",
    "DECISION_VERSION",
    "GPU",
    "HELD_PRICE",
    "INSTANCE",
    "LISTING_COLUMN",
    "MANAGED_FEE",
    "MEASUREMENT",
    "MODEL",
    "MODEL_ALIAS",
    "MODEL_ARCHITECTURE",
    "MODEL_DETAIL",
    "MODEL_LINK",
    "MODEL_LISTING",
    "MODEL_PLACE",
    "OFFER",
    "OWN_MEASUREMENT",
    "OWN_PRICE",
    "OWN_PRICE_FILE",
    "PRICE",
    "PROVIDER",
    "PTU_SIZING",
    "RATE",
    "SCENARIO",
    "SNAPSHOT_LOAD",
    "SOURCE_CHANGE",
    "SOURCE_ROW",
    "SYNC_LEASE",
    "SYNC_PAGE",
    "SYNC_RUN",
    "UNREAD_ROW",
    "CatalogTable",
]

MODULES = (decisions, facts, identity, kept, listing, measured, own, prices, rates, sync)
"""Importing them is what fills the collection."""

PROVIDER: Table = CatalogTable.metadata.tables["provider"]
MODEL: Table = CatalogTable.metadata.tables["model"]
MODEL_ARCHITECTURE: Table = CatalogTable.metadata.tables["model_architecture"]
MODEL_ALIAS: Table = CatalogTable.metadata.tables["model_alias"]
GPU: Table = CatalogTable.metadata.tables["gpu"]
INSTANCE: Table = CatalogTable.metadata.tables["instance"]
PRICE: Table = CatalogTable.metadata.tables["price"]
SNAPSHOT_LOAD: Table = CatalogTable.metadata.tables["snapshot_load"]
SCENARIO: Table = CatalogTable.metadata.tables["scenario"]
OFFER: Table = CatalogTable.metadata.tables["offer"]
MANAGED_FEE: Table = CatalogTable.metadata.tables["managed_fee"]
PTU_SIZING: Table = CatalogTable.metadata.tables["ptu_sizing"]
MODEL_DETAIL: Table = CatalogTable.metadata.tables["model_detail"]
MODEL_LINK: Table = CatalogTable.metadata.tables["model_link"]
AZURE_MODEL: Table = CatalogTable.metadata.tables["azure_model"]
AZURE_MODEL_HOST: Table = CatalogTable.metadata.tables["azure_model_host"]
OWN_PRICE_FILE: Table = CatalogTable.metadata.tables["own_price_file"]
OWN_PRICE: Table = CatalogTable.metadata.tables["own_price"]
MODEL_LISTING: Table = CatalogTable.metadata.tables["model_listing"]
MODEL_PLACE: Table = CatalogTable.metadata.tables["model_place"]
LISTING_COLUMN: Table = CatalogTable.metadata.tables["listing_column"]
SYNC_RUN: Table = CatalogTable.metadata.tables["sync_run"]
SYNC_PAGE: Table = CatalogTable.metadata.tables["sync_page"]
SOURCE_ROW: Table = CatalogTable.metadata.tables["source_row"]
SOURCE_CHANGE: Table = CatalogTable.metadata.tables["source_change"]
UNREAD_ROW: Table = CatalogTable.metadata.tables["unread_row"]
HELD_PRICE: Table = CatalogTable.metadata.tables["held_price"]
SYNC_LEASE: Table = CatalogTable.metadata.tables["sync_lease"]
MEASUREMENT: Table = CatalogTable.metadata.tables["measurement"]
OWN_MEASUREMENT: Table = CatalogTable.metadata.tables["own_measurement"]
RATE: Table = CatalogTable.metadata.tables["rate"]
DECISION: Table = CatalogTable.metadata.tables["decision"]
DECISION_VERSION: Table = CatalogTable.metadata.tables["decision_version"]
DECISION_NOTE: Table = CatalogTable.metadata.tables["decision_note"]
DECISION_REMOVAL: Table = CatalogTable.metadata.tables["decision_removal"]
DECISION_HOLDER: Table = CatalogTable.metadata.tables["decision_holder"]
