"""One row in a hundred is poison: each is kept out with its reason, and no good row is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.sources.hub_rows import hub_model
from catalog.sources.raw_rows import json_of
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run
from catalog.tables import (
    MODEL,
    MODEL_DETAIL,
    SOURCE_CHANGE,
    SOURCE_ROW,
    UNREAD_ROW,
)
from tests.catalog.sources.hub_reading import Reading
from tests.catalog.sources.test_hub_rows import POISON
from tests.catalog.sync.running import count, rows
from tests.catalog.sync.scripted import NOON, Heard
from tests.emulators.hub import HubEmulator, hub_row

GOOD = 2_970
KINDS = 30
"""A row of each kind in 3,000: one in a hundred."""


def good_row(number: int, **changes: Any) -> dict[str, Any]:
    """A row as the Hub writes it, of so many."""
    return hub_row(
        number,
        _id=f"64a{number:021x}",
        id=f"maker-{number % 90}/model-{number}",
        createdAt=f"2025-{1 + number % 12:02}-{1 + number % 28:02}T08:{number % 60:02}:00.000Z",
        lastModified=f"2026-{1 + number % 11:02}-{1 + number % 28:02}T09:30:00.000Z",
        **changes,
    )


def mixed() -> list[Any]:
    """Good rows with all kinds of poison spread among them."""
    found: list[Any] = [good_row(number) for number in range(GOOD)]
    for place, (poison, _) in enumerate(POISON.values()):
        found.insert(place * 99, poison)
    return found


@pytest.fixture
def hub() -> Iterator[HubEmulator]:
    """One address for all runs of a test, so that they are of one scope."""
    with HubEmulator(page_rows=500) as opened:
        yield opened


def synced(database: Database, hub: HubEmulator, listed: list[Any], hours: int = 0) -> Run:
    """The whole job on a Hub that lists these rows."""
    hub.rows = listed
    with Reading(hub) as reading:
        now = NOON + timedelta(hours=hours)
        [run] = run_sync(database, [reading.source()], SyncOptions(full=True), lambda: now, Heard())
    return run


def test_poison_in_a_hundred_rows_is_quarantined_and_every_good_row_is_stored(
    database: Database, hub: HubEmulator
) -> None:
    """Thirty kinds, through the whole job into the database; each good row as it would be alone."""
    assert len(POISON) == KINDS
    run = synced(database, hub, mixed())

    assert ("complete", GOOD, KINDS) == (run.state, run.rows_read, run.rows_unread)
    expected = {}
    for number in range(GOOD):
        record = hub_model(json_of(json.dumps(good_row(number)).encode(), "row"))
        expected[record.hub_key] = record.model_dump_json()
    kept = rows(database, select(SOURCE_ROW.c.key, SOURCE_ROW.c.document))
    assert expected == {row.key: row.document for row in kept}
    models = rows(
        database,
        select(MODEL.c.id, MODEL.c.license, MODEL_DETAIL.c.downloads).join_from(
            MODEL, MODEL_DETAIL, MODEL.c.id == MODEL_DETAIL.c.model_id
        ),
    )
    assert sorted(
        (f"maker-{number % 90}/model-{number}", "apache-2.0", 10_000 + number)
        for number in range(GOOD)
    ) == sorted(map(tuple, models))


def test_every_poison_row_is_kept_with_the_field_that_is_wrong(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub, mixed())

    unread = rows(database, select(UNREAD_ROW.c.reason, UNREAD_ROW.c.detail, UNREAD_ROW.c.raw))
    assert KINDS == len(unread)
    assert {"invalid"} == {row.reason for row in unread}
    for name, (_, start) in POISON.items():
        assert any(row.detail.startswith(start) for row in unread), name
    assert all(row.raw for row in unread)


def test_a_row_that_turns_to_poison_is_neither_gone_nor_overwritten(
    database: Database, hub: HubEmulator
) -> None:
    """It is still listed: what was read of it before stands, and the reason says why it is old."""
    listed = [good_row(number) for number in range(50)]
    synced(database, hub, listed)
    before = rows(database, select(SOURCE_ROW).order_by(SOURCE_ROW.c.key))
    run = synced(database, hub, [good_row(0, downloads="many"), *listed[1:]], 1)

    assert ("complete", 0, 1) == (run.state, run.rows_gone, run.rows_unread)
    assert before == rows(database, select(SOURCE_ROW).order_by(SOURCE_ROW.c.key))
    assert [(listed[0]["_id"], run.id)] == rows(
        database, select(UNREAD_ROW.c.key, UNREAD_ROW.c.run_id)
    )
    assert 50 == count(database, SOURCE_CHANGE)


def test_a_poison_row_that_is_mended_is_no_longer_kept_as_unread(
    database: Database, hub: HubEmulator
) -> None:
    """And one that is gone from the list is gone from there too."""
    listed = [good_row(number) for number in range(5)]
    synced(database, hub, [good_row(0, downloads="many"), good_row(9, likes=-1), *listed[1:]])
    run = synced(database, hub, listed, 1)

    assert ("complete", 1) == (run.state, run.rows_new)
    assert 0 == count(database, UNREAD_ROW)


def test_a_row_that_was_poison_for_a_while_and_then_vanishes_is_gone(
    database: Database, hub: HubEmulator
) -> None:
    listed = [good_row(number) for number in range(50)]
    synced(database, hub, listed)
    synced(database, hub, [good_row(0, downloads="many"), *listed[1:]], 1)
    run = synced(database, hub, listed[1:], 2)

    assert ("complete", 1) == (run.state, run.rows_gone)
    gone = select(SOURCE_ROW.c.key).where(SOURCE_ROW.c.gone_run == run.id)
    assert [(listed[0]["_id"],)] == rows(database, gone)
