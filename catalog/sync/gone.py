"""What a source no longer lists: told only by a complete run, against the complete run before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlmodel import Session

from catalog.sync.bulk import upsert
from catalog.sync.entries import seen_mark
from catalog.sync.ledger import WHOLE_ROW
from catalog.sync.runs import Run, last_complete
from catalog.tables import SOURCE_CHANGE, SOURCE_ROW, SYNC_PAGE, SYNC_RUN

MOST_GONE_SHARE: Final = 0.1
FEW_GONE: Final = 20
MARK = np.dtype("<u8")
Marks = NDArray[np.uint64]


def absent_spots(session: Session, run: Run) -> list[tuple[str, str]]:
    """Kind and key of the rows that the complete run of this scope before had seen, or a later run,
    and this one has not; none where this is the first of its scope."""
    missing = set(_absent_marks(session, run).tolist())
    if not missing:
        return []
    query = select(SOURCE_ROW.c.kind, SOURCE_ROW.c.key).where(
        SOURCE_ROW.c.source == run.source, SOURCE_ROW.c.gone_run.is_(None)
    )
    return [
        (row.kind, row.key)
        for row in session.execute(query)
        if int.from_bytes(seen_mark(row.kind, row.key), "little") in missing
    ]


def _absent_marks(session: Session, run: Run) -> Marks:
    before = last_complete(session, run.source, run.scope, "full")
    if before is None:
        return np.empty(0, dtype=MARK)
    earlier = select(SYNC_RUN.c.id).where(
        SYNC_RUN.c.source == run.source,
        SYNC_RUN.c.scope == run.scope,
        SYNC_RUN.c.started_at >= before.started_at,
        SYNC_RUN.c.id != run.id,
    )
    ids = session.execute(earlier).scalars().all()
    return np.setdiff1d(_marks(session, list(ids)), _marks(session, [run.id]))


def is_shrunken(gone: int, seen: int) -> bool:
    """Whether so much is missing that the list itself is doubted: over a tenth, and over 20."""
    return gone > FEW_GONE and gone > MOST_GONE_SHARE * (gone + seen)


def newly_unread(session: Session, run: Run) -> int:
    """How many more rows this run could not read than the run of everything before it."""
    before = (
        select(SYNC_RUN.c.rows_unread)
        .where(
            SYNC_RUN.c.source == run.source,
            SYNC_RUN.c.scope == run.scope,
            SYNC_RUN.c.mode == "full",
            SYNC_RUN.c.state.in_(("complete", "unconfirmed")),
            SYNC_RUN.c.id != run.id,
        )
        .order_by(SYNC_RUN.c.started_at.desc(), SYNC_RUN.c.id.desc())
        .limit(1)
    )
    return run.rows_unread - (session.execute(before).scalar() or 0)


def seen_rows(session: Session, run: Run) -> int:
    """How many different rows a run has seen."""
    return len(_marks(session, [run.id]))


def mark_gone(session: Session, run: Run, spots: Sequence[tuple[str, str]]) -> None:
    """Note rows as gone, with a change each."""
    for kind, key in spots:
        session.execute(
            update(SOURCE_ROW)
            .where(
                SOURCE_ROW.c.source == run.source,
                SOURCE_ROW.c.kind == kind,
                SOURCE_ROW.c.key == key,
            )
            .values(gone_run=run.id)
        )
    upsert(
        session,
        SOURCE_CHANGE,
        [(run.id, run.source, kind, key, WHOLE_ROW, '"here"', '"gone"') for kind, key in spots],
    )


def _marks(session: Session, run_ids: list[str]) -> Marks:
    query = select(SYNC_PAGE.c["keys"]).where(SYNC_PAGE.c.run_id.in_(run_ids))
    parts: list[Any] = [
        np.frombuffer(keys, dtype=MARK) for keys in session.execute(query).scalars()
    ]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=MARK)
