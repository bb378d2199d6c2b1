"""config.json of chosen models: at which commit, in how many requests, and what may be missing."""

from __future__ import annotations

from catalog.records import ArchitectureRecord
from tests.catalog.sources.hub_reading import Reading, ids
from tests.catalog.sources.run_of_sources import failure, records_of, unread_of
from tests.emulators.hub import HubEmulator, hub_row
from tests.emulators.loopback import Reply

CONFIG = {"model_type": "llama", "num_hidden_layers": 32, "rope_theta": 1e6}
OLD_SHA = "f" * 40


def test_the_file_of_the_commit_that_the_list_gave_is_read_in_one_request() -> None:
    """The library's own download asks twice the first time, and once more when it is kept."""
    with HubEmulator([hub_row(1), hub_row(2)]) as hub, Reading(hub) as reading:
        hub.configs["org/model-1"] = CONFIG
        pages = reading.pages(config_of={"org/model-1": OLD_SHA})

    assert [f"/org/model-1/resolve/{1:040x}/config.json"] == hub.paths("/resolve/")
    found = records_of(pages, ArchitectureRecord)
    assert [("org/model-1", 32, 1, 8_030_261_248)] == [
        (one.model_id, one.layers, one.tier, one.total_params) for one in found
    ]
    assert found[0].source.endswith(f"/org/model-1/resolve/{1:040x}/config.json")
    assert [True, False] == [page.cursor is not None for page in pages]


def test_the_given_commit_counts_where_no_list_was_read() -> None:
    with HubEmulator([hub_row(1)]) as hub, Reading(hub) as reading:
        hub.configs["org/model-1"] = CONFIG
        pages = reading.pages(tasks=(), config_of={"org/model-1": OLD_SHA})

    assert [f"/org/model-1/resolve/{OLD_SHA}/config.json"] == hub.paths("org")
    assert records_of(pages, ArchitectureRecord)[0].total_params is None


def test_without_any_commit_the_model_is_asked_for_it_first() -> None:
    with HubEmulator([hub_row(1)]) as hub, Reading(hub) as reading:
        hub.configs["org/model-1"] = CONFIG
        pages = reading.pages(tasks=(), config_of={"org/model-1": None})

    assert [
        "/api/models/org/model-1",
        f"/org/model-1/resolve/{1:040x}/config.json",
    ] == hub.paths("org")
    assert [] == ids(pages)


def test_a_count_of_packed_weights_is_never_taken_for_the_number_of_parameters() -> None:
    counts = {"parameters": {"U8": 9, "BF16": 1}, "total": 10}
    with HubEmulator([hub_row(1, safetensors=counts)]) as hub, Reading(hub) as reading:
        hub.configs["org/model-1"] = CONFIG
        pages = reading.pages(config_of={"org/model-1": None})

    assert [None] == [one.total_params for one in records_of(pages, ArchitectureRecord)]


def test_a_file_that_cannot_be_had_or_read_costs_that_model_only() -> None:
    rows = [hub_row(number) for number in range(6)]
    with HubEmulator(rows) as hub, Reading(hub) as reading:
        hub.configs |= {
            "org/model-0": CONFIG,
            "org/model-1": "gated",
            "org/model-3": b"{'no': json}",
            "org/model-4": [1],
            "org/model-5": CONFIG,
        }
        hub.fail(Reply(status=503, content={}), path="/resolve/", times=2)
        pages = reading.pages(config_of={row["id"]: None for row in rows})

    assert ["org/model-0", "org/model-5"] == [
        one.model_id for one in records_of(pages, ArchitectureRecord)
    ]
    assert {
        "org/model-1": "gated",
        "org/model-2": "not_found",
        "org/model-3": "invalid",
        "org/model-4": "invalid",
    } == {row.key: row.reason for row in unread_of(pages)}


def test_a_limit_of_the_files_ends_the_walk_and_not_the_models_one_by_one() -> None:
    with HubEmulator([hub_row(1)]) as hub, Reading(hub) as reading:
        hub.configs["org/model-1"] = CONFIG
        hub.fail(Reply(status=429, content={}), path="/resolve/", times=99)
        failed = failure(lambda: reading.pages(config_of={"org/model-1": None}))

    assert "limited" == failed.reason


def test_the_walk_through_files_goes_on_where_it_stood() -> None:
    rows = [hub_row(number) for number in range(60)]
    wanted = {row["id"]: row["sha"] for row in rows}
    with HubEmulator(rows) as hub, Reading(hub) as reading:
        hub.configs = dict.fromkeys(wanted, CONFIG)
        first = next(reading.source(tasks=(), config_of=wanted).fetch())
        rest = list(reading.source(tasks=(), config_of=wanted).fetch(cursor=first.cursor))

    found = records_of([first, *rest], ArchitectureRecord)
    assert 60 == len({one.model_id for one in found}) == len(found)
