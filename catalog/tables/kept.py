"""What people keep here: saved questions; and which snapshots were loaded."""

from __future__ import annotations

from datetime import datetime

from catalog.tables.base import STRICT, CatalogTable, check, count, moment, words


class SnapshotLoadRow(CatalogTable, table=True):
    """One bundled snapshot that was loaded, so that it is loaded once."""

    __tablename__ = "snapshot_load"
    __table_args__ = (check("state_known", "state IN ('loaded')"), STRICT)

    id: str = words(primary_key=True)
    manifest_sha256: str = words(unique=True)
    loaded_at: datetime = moment()
    rows: int = count()
    state: str = words()


class ScenarioRow(CatalogTable, table=True):
    """A saved question: the scenario document as JSON text under a random id."""

    __tablename__ = "scenario"
    __table_args__ = STRICT

    id: str = words(primary_key=True)
    document: str = words()
    created_at: datetime = moment()
    updated_at: datetime = moment()
