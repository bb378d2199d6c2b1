"""Bringing the bundled snapshot into a database, once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select
from sqlmodel import Session

from catalog.database import Database
from catalog.price_store import merge_price_history
from catalog.search.listing import rebuild_listing
from catalog.snapshot.layout import SNAPSHOT_FOLDER
from catalog.snapshot.read import read_manifest, read_snapshot
from catalog.store import save_records
from catalog.tables import SNAPSHOT_LOAD


class SnapshotLoad(BaseModel):
    """What :func:`load_snapshot` did.

    Attributes:
        loaded: False where this very snapshot had been loaded before.
        rows: rows written now.
        manifest_sha256: which snapshot it is.
    """

    model_config = ConfigDict(frozen=True)

    loaded: bool
    rows: int
    manifest_sha256: str


def load_snapshot(
    database: Database, now: datetime, folder: Path = SNAPSHOT_FOLDER
) -> SnapshotLoad:
    """Load the snapshot unless the same one (by SHA-256 of its manifest) is loaded already.

    All files are checked before anything is written, and everything is written in one
    transaction: a process that is killed half-way leaves nothing. A newer snapshot updates facts
    and continues price histories; stored prices stay.

    Args:
        database: an open database.
        now: current time in UTC, kept with the load.
        folder: where the snapshot lies.

    Raises:
        SnapshotDamaged: a file is missing or changed, or holds a bad row.
        DatabaseUnavailable: the database cannot be written.
    """
    _, manifest_sha256 = read_manifest(folder)
    with database.read() as session:
        if _is_loaded(session, manifest_sha256):
            return SnapshotLoad(loaded=False, rows=0, manifest_sha256=manifest_sha256)
    content = read_snapshot(folder)
    with database.write() as session:
        if _is_loaded(session, manifest_sha256):  # another process was quicker
            return SnapshotLoad(loaded=False, rows=0, manifest_sha256=manifest_sha256)
        rows = sum(
            save_records(session, records)
            for records in (
                content.providers,
                content.gpus,
                content.instances,
                content.models,
                content.architectures,
                content.aliases,
                content.links,
                content.details,
                content.azure_models,
                content.azure_model_hosts,
                content.offers,
                content.managed_fees,
                content.ptu_sizing,
                content.measurements,
            )
        )
        rows += merge_price_history(session, content.prices)
        rebuild_listing(session)
        session.execute(
            insert(SNAPSHOT_LOAD).values(
                id=f"snapshot-{manifest_sha256[:16]}",
                manifest_sha256=manifest_sha256,
                loaded_at=now,
                rows=rows,
                state="loaded",
            )
        )
    return SnapshotLoad(loaded=True, rows=rows, manifest_sha256=manifest_sha256)


def _is_loaded(session: Session, manifest_sha256: str) -> bool:
    query = select(SNAPSHOT_LOAD.c.id).where(SNAPSHOT_LOAD.c.manifest_sha256 == manifest_sha256)
    return session.execute(query).first() is not None
