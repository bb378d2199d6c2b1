"""What leaves the scope of the sync is not gone: the real client of the Hub against its emulator,
through the whole job, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.sync.canonical import canonical_digest
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run
from catalog.sync_records import NOT_ASKED, OUT_OF_SCOPE
from catalog.tables import MODEL_DETAIL, SOURCE_CHANGE, SOURCE_ROW, UNREAD_ROW
from tests.catalog.sources.hub_reading import Reading
from tests.catalog.sync.running import rows
from tests.catalog.sync.scripted import NOON, Heard
from tests.emulators.hub import HubEmulator, hub_row
from tests.emulators.loopback import Reply

FLOOR = 1_000
BY_NAME = "/api/models/org"
OTHER_TASK = {"pipeline_tag": "feature-extraction"}


@pytest.fixture
def hub() -> Iterator[HubEmulator]:
    """Thirty models, all above the floor, at one address for all runs of a test."""
    with HubEmulator(all_rows()) as opened:
        yield opened


def all_rows(**changed: Any) -> list[Any]:
    """The thirty; of ``model_N`` fields are others, and None is not there."""
    found = []
    for number in range(30):
        other = changed.get(f"model_{number}", {})
        if other is not None:
            found.append(hub_row(number, **other))
    return found


def synced(
    database: Database,
    hub: HubEmulator,
    hours: int = 0,
    *,
    full: bool = True,
    most_requests: int | None = None,
    **config: Any,
) -> Run:
    """The job; requests that it sends are counted from here on."""
    hub.seen.clear()
    with Reading(hub, most_requests=most_requests) as reading:
        source = reading.source(fewest_downloads=FLOOR, **config)
        now = NOON + timedelta(hours=hours)
        [run] = run_sync(database, [source], SyncOptions(full=full), lambda: now, Heard())
    return run


def kept(database: Database, number: int) -> tuple[int | None, list[str], bool]:
    """Downloads and flags of a model as it is kept, and whether it counts as gone."""
    query = select(SOURCE_ROW.c.document, SOURCE_ROW.c.gone_run).where(
        SOURCE_ROW.c.kind == "hub_model", SOURCE_ROW.c.key == hub_row(number)["_id"]
    )
    [row] = rows(database, query)
    document = json.loads(row.document)
    return document["downloads"], document["flags"], row.gone_run is not None


def told(database: Database, run: Run) -> list[tuple[str, str | None]]:
    """What a run wrote into the history: field, and its value after."""
    query = select(SOURCE_CHANGE.c.field, SOURCE_CHANGE.c.new).where(
        SOURCE_CHANGE.c.run_id == run.id
    )
    return sorted(map(tuple, rows(database, query)))


def test_a_model_that_falls_below_the_floor_is_kept_with_its_downloads_of_today(
    database: Database, hub: HubEmulator
) -> None:
    """The list still names it, so nothing more is asked; it is out of scope, and not gone."""
    synced(database, hub)
    hub.rows = all_rows(model_4={"downloads": 7})
    run = synced(database, hub, 1)

    assert ("complete", 0, 1, None) == (run.state, run.rows_gone, run.rows_changed, run.message)
    assert (7, [OUT_OF_SCOPE], False) == kept(database, 4)
    assert [("downloads", "7"), ("flags", f'["{OUT_OF_SCOPE}"]')] == told(database, run)
    query = select(MODEL_DETAIL.c.downloads).where(MODEL_DETAIL.c.model_id == "org/model-4")
    assert [(7,)] == rows(database, query)
    assert [] == hub.paths(BY_NAME)


def test_a_model_below_the_floor_stays_so_without_a_change_and_comes_back_without_the_word(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub)
    hub.rows = all_rows(model_4={"downloads": 7})
    synced(database, hub, 1)
    with database.read() as session:
        before = canonical_digest(session)
    same = synced(database, hub, 2)
    with database.read() as session:
        assert before == canonical_digest(session)
    hub.rows = all_rows()
    back = synced(database, hub, 3)

    assert (0, 0, 0) == (same.rows_changed, same.rows_gone, back.rows_gone)
    assert (10_004, [], False) == kept(database, 4)


def test_a_model_that_never_was_above_the_floor_is_not_taken_up(
    database: Database, hub: HubEmulator
) -> None:
    hub.rows = all_rows(model_4={"downloads": 7})
    run = synced(database, hub)

    assert (29, 29) == (run.rows_read, run.rows_new)


def test_what_changed_below_the_floor_is_met_by_a_run_since_the_last_one_too(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub)
    hub.rows = all_rows(model_4={"downloads": 7, "lastModified": "2026-11-26T12:30:00.000Z"})
    run = synced(database, hub, 1, full=False)

    assert ("incremental", 7, [OUT_OF_SCOPE], False) == (run.mode, *kept(database, 4))


def test_a_model_that_is_not_there_any_more_is_gone_once_the_hub_was_asked(
    database: Database, hub: HubEmulator
) -> None:
    """One request for it; and where it is listed again, below the floor too, it is here again."""
    synced(database, hub)
    hub.rows = all_rows(model_4=None)
    run = synced(database, hub, 1)
    asked = hub.paths(BY_NAME)
    later = synced(database, hub, 2)
    quiet = hub.paths(BY_NAME)
    hub.rows = all_rows(model_4={"downloads": 7})
    back = synced(database, hub, 3)

    assert ("complete", 1, 0) == (run.state, run.rows_gone, later.rows_gone)
    assert ([f"{BY_NAME}/model-4"], []) == (asked, quiet)
    assert (1, 7, [OUT_OF_SCOPE], False) == (back.rows_new, *kept(database, 4))


def test_a_model_that_the_list_lost_and_the_hub_still_has_is_out_of_scope(
    database: Database, hub: HubEmulator
) -> None:
    """Its task is another one now; each later run asks again, until it is gone indeed."""
    synced(database, hub)
    hub.rows = all_rows(model_4=OTHER_TASK | {"downloads": 20_000})
    run = synced(database, hub, 1)
    first = kept(database, 4)
    hub.rows = all_rows(model_4=OTHER_TASK | {"downloads": 30_000})
    again = synced(database, hub, 2)
    second = kept(database, 4)
    hub.rows = all_rows(model_4=None)
    last = synced(database, hub, 3)

    assert (20_000, [OUT_OF_SCOPE], False) == first
    assert (30_000, [OUT_OF_SCOPE], False) == second
    assert [0, 0, 1] == [one.rows_gone for one in (run, again, last)]


def test_another_model_under_the_name_of_one_that_was_deleted_does_not_keep_it(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub)
    hub.rows = all_rows(model_4={"_id": "64f000000000000000000999", **OTHER_TASK})
    run = synced(database, hub, 1)

    assert (1, True) == (run.rows_gone, kept(database, 4)[2])
    assert 30 == len(rows(database, select(SOURCE_ROW.c.key)))


def test_a_renamed_model_that_left_the_list_is_followed_to_its_new_name(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub)
    hub.rows = all_rows(model_4={"id": "org/model-new", **OTHER_TASK})
    hub.renamed["org/model-4"] = "org/model-new"
    run = synced(database, hub, 1)

    assert (0, [OUT_OF_SCOPE]) == (run.rows_gone, kept(database, 4)[1])
    assert ("id", '"org/model-new"') in told(database, run)


def test_more_than_may_be_asked_for_is_marked_as_not_asked_and_comes_first_the_next_time(
    database: Database, hub: HubEmulator
) -> None:
    """Three are missing and one may be asked for: after three runs all are known to be gone."""
    synced(database, hub)
    hub.rows = all_rows(model_4=None, model_5=None, model_6=None)
    runs = []
    marked = []
    for hours in (1, 2, 3):
        runs.append(synced(database, hub, hours, most_asked=1))
        marked.append(sorted(tuple(kept(database, number)[1:]) for number in (4, 5, 6)))

    assert [1, 1, 1] == [run.rows_gone for run in runs]
    assert ["complete"] * 3 == [run.state for run in runs]
    assert "2 models that the list no longer holds were not asked for by name" in str(
        runs[0].message
    )
    assert [([], True), ([NOT_ASKED], False), ([NOT_ASKED], False)] == marked[0]
    assert [2, 1, 0] == [sum(not gone for _, gone in found) for found in marked]


def test_a_hub_that_cannot_be_asked_makes_nothing_gone(
    database: Database, hub: HubEmulator
) -> None:
    """The requests of the run are used up: the list was whole, so the run is, and says what it does
    not know. What the catalog said of the model stands."""
    synced(database, hub)
    details = rows(database, select(MODEL_DETAIL).order_by(MODEL_DETAIL.c.model_id))
    hub.rows = all_rows(model_4=None)
    run = synced(database, hub, most_requests=2)

    assert ("complete", 0) == (run.state, run.rows_gone)
    assert "1 models that the list no longer holds" in str(run.message)
    assert (10_004, [NOT_ASKED], False) == kept(database, 4)
    assert details == rows(database, select(MODEL_DETAIL).order_by(MODEL_DETAIL.c.model_id))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=401, content={}, headers=(("X-Error-Code", "GatedRepo"),)), "gated"),
        (Reply(content={"id": "org/model-4"}), "invalid"),
    ],
)
def test_a_model_of_which_the_hub_gives_nothing_readable_is_not_gone(
    database: Database, hub: HubEmulator, reply: Reply, reason: str
) -> None:
    """What was read before stands, and the reason is kept with the rows that could not be read."""
    synced(database, hub)
    hub.rows = all_rows(model_4=None)
    hub.fail(reply, path=BY_NAME)
    run = synced(database, hub, 1)

    assert ("complete", 0) == (run.state, run.rows_gone)
    assert (10_004, [], False) == kept(database, 4)
    query = select(UNREAD_ROW.c.key, UNREAD_ROW.c.reason)
    assert [(hub_row(4)["_id"], reason)] == rows(database, query)


def test_of_a_list_that_is_doubted_nothing_is_asked_by_name(
    database: Database, hub: HubEmulator
) -> None:
    synced(database, hub)
    hub.rows = all_rows()[:5]
    run = synced(database, hub, 1)

    assert ("unconfirmed", []) == (run.state, hub.paths(BY_NAME))


def test_what_is_known_to_be_out_of_scope_casts_no_doubt_on_later_lists(
    database: Database, hub: HubEmulator
) -> None:
    """Most of the models change their task, a few a run; a list without them is a whole list."""
    synced(database, hub)
    for hours, number in ((1, 12), (2, 24)):
        hub.rows = all_rows(**{f"model_{one}": OTHER_TASK for one in range(number)})
        run = synced(database, hub, hours)
        assert ("complete", 0, number) == (run.state, run.rows_gone, len(hub.paths(BY_NAME)))


def test_a_shape_that_is_no_longer_asked_for_is_not_gone(
    database: Database, hub: HubEmulator
) -> None:
    """Once the layers of a model are known its config.json is not read again."""
    hub.configs["org/model-1"] = {"model_type": "llama", "num_hidden_layers": 32}
    synced(database, hub, config_of={"org/model-1": None})
    run = synced(database, hub, 1)

    assert ("complete", 0, 0) == (run.state, run.rows_gone, run.rows_changed)
    assert [] == hub.paths(BY_NAME)
