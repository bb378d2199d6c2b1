"""Own measurements in the database: stored file by file, asked for by model, forgotten by id.

They lie in a table of their own that no snapshot and no sync writes. The records carry the names of
`MeasurementRecord`, so that what reads published runs reads these too; `calibrates` says which.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rapidfuzz import process
from sqlalchemy import RowMapping, delete, select
from sqlmodel import Session

from catalog.database import Database
from catalog.errors import BenchmarkRefused, OwnMeasurementNotFound
from catalog.folding import safe_text
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.store import flags_text, write_rows
from catalog.tables import OWN_MEASUREMENT

MEASUREMENT = OWN_MEASUREMENT.c


def store_measurements(
    database: Database, records: Sequence[OwnMeasurementRecord], *, again: bool = False
) -> int:
    """Store the runs of one file, or points computed elsewhere, in one transaction.

    Args:
        database: where to.
        records: of one file; at least one.
        again: replace what the same file gave before: one run must not count twice.

    Returns:
        Number of runs.

    Raises:
        BenchmarkRefused: the same bytes were imported before, under whatever name.
    """
    sha256 = records[0].file_sha256
    with database.write() as session:
        if sha256 is not None:
            same = MEASUREMENT.file_sha256 == sha256
            known = session.execute(
                select(MEASUREMENT.id, MEASUREMENT.file_name, MEASUREMENT.imported_at).where(same)
            ).all()
            if known and not again:
                raise BenchmarkRefused(
                    f"Expected a file that was not imported yet, found the bytes of "
                    f"{known[0].file_name}, imported on {known[0].imported_at:%Y-%m-%d} as "
                    f"{', '.join(one.id for one in known)}. Give --again to replace these runs.",
                    field="file",
                )
            session.execute(delete(OWN_MEASUREMENT).where(same))
        write_rows(session, OWN_MEASUREMENT, [_row(record) for record in records])
    return len(records)


def own_measurements(session: Session, model_id: str) -> list[OwnMeasurementRecord]:
    """All own measurements of a model, oldest import first, whether they calibrate or not."""
    return list_own_measurements(session, model_id)


def list_own_measurements(
    session: Session, model_id: str | None = None
) -> list[OwnMeasurementRecord]:
    """Own measurements, of one model or of all, oldest import first."""
    query = select(OWN_MEASUREMENT).order_by(
        MEASUREMENT.imported_at, MEASUREMENT.file_name, MEASUREMENT.run_number, MEASUREMENT.id
    )
    if model_id is not None:
        query = query.where(MEASUREMENT.model_id == safe_text(model_id))
    return [own_measurement_of(row) for row in session.execute(query).mappings()]


def remove_own_measurement(database: Database, measurement_id: str) -> None:
    """Forget one own measurement.

    Raises:
        OwnMeasurementNotFound: there is none of this id; carries the nearest ids.
    """
    with database.write() as session:
        known = list(session.execute(select(MEASUREMENT.id).order_by(MEASUREMENT.id)).scalars())
        if measurement_id not in known:
            nearest = [found[0] for found in process.extract(measurement_id, known, limit=3)]
            hint = f"Nearest: {', '.join(nearest)}." if nearest else "None is stored."
            raise OwnMeasurementNotFound(
                f"Expected the id of an own measurement, found {measurement_id!r}. {hint} "
                "`modelcost measurements list` shows them.",
                name=measurement_id,
                nearest=nearest,
            )
        session.execute(delete(OWN_MEASUREMENT).where(MEASUREMENT.id == measurement_id))


def _row(record: OwnMeasurementRecord) -> dict[str, Any]:
    return {**dict(record), "flags": flags_text(record.flags)}


def own_measurement_of(row: RowMapping) -> OwnMeasurementRecord:
    """A row of the table as its record."""
    return OwnMeasurementRecord.model_validate({**row, "flags": tuple(json.loads(row["flags"]))})
