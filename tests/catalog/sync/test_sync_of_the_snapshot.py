"""The sources that the snapshot was built of, synced over it: nothing may differ."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from catalog.database import Database
from catalog.sources.bundled import make_bundled
from catalog.sources.genai_prices_library import make_genai_prices
from catalog.sources.reading import Source
from catalog.sync.job import SyncOptions, run_sync
from catalog.tables import MODEL, MODEL_LINK, OFFER, PRICE
from tests.catalog.sync.scripted import Heard

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_the_bundled_sources_synced_over_the_snapshot_leave_it_as_it_was(
    stocked: Database,
) -> None:
    """No model, link or price more, and every offer with the model that it had: a live reading of
    the same facts goes the same way through identity and history."""
    before = _facts(stocked)

    sources: list[Source] = [make_bundled(), make_genai_prices(now=NOW)]
    runs = run_sync(stocked, sources, SyncOptions(), lambda: NOW, Heard())

    assert ["complete", "complete"] == [run.state for run in runs]
    assert before == _facts(stocked)
    assert 13 == runs[1].rows_unread


def _facts(database: Database) -> tuple[object, ...]:
    with database.read() as session:
        counts = [
            session.execute(select(func.count()).select_from(table)).scalar()
            for table in (MODEL, MODEL_LINK, PRICE)
        ]
        current = session.execute(
            select(func.count()).select_from(PRICE).where(PRICE.c.valid_to.is_(None))
        ).scalar()
        offers = session.execute(select(OFFER.c.id, OFFER.c.model_id).order_by(OFFER.c.id)).all()
    return (*counts, current, [tuple(offer) for offer in offers])
