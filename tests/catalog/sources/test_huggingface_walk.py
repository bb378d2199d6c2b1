"""Walking over the Hub's list: order, cursors, resuming, what ends a walk and what does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from huggingface_hub import HfApi, set_client_factory
from huggingface_hub.utils import close_session  # type: ignore[attr-defined]

from catalog.sources.hub_transport import hub_client
from catalog.sources.huggingface import HubConfig
from catalog.sources.reading import Page
from catalog.sync_records import HubModelRecord
from tests.catalog.sources.hub_reading import ANY_DOWNLOADS, Reading, ids, numbers
from tests.catalog.sources.run_of_sources import failure, records_of, unread_of
from tests.emulators.hub import HubEmulator, hub_row
from tests.emulators.loopback import Reply

TOKEN = "hf_verysecretword"


def _refused(reading: Reading, cursor: str) -> str:
    return failure(lambda: list(reading.source().fetch(cursor=cursor))).reason


def _hub(rows: int = 5, page_rows: int = 2) -> HubEmulator:
    return HubEmulator([hub_row(number) for number in range(rows)], page_rows=page_rows)


def test_a_full_walk_goes_by_creation_and_gives_every_model_once() -> None:
    with _hub() as hub, Reading(hub) as reading:
        pages = reading.pages()

    assert numbers(0, 1, 2, 3, 4) == ids(pages)
    assert [True, True, False] == [page.cursor is not None for page in pages]
    assert 4 == sum(page.requests for page in pages)  # the probe and three pages
    first = hub.paths("sort=")[0]
    assert "sort=createdAt" in first
    assert "pipeline_tag=text-generation" in first
    assert "limit=500" in first
    assert "expand=safetensors" in first


def test_nothing_is_asked_for_that_the_list_refuses() -> None:
    """One refused name costs the page a 400."""
    with _hub() as hub, Reading(hub) as reading:
        reading.pages()
        hub.fail(Reply(status=400, content={"error": "expand: x not allowed"}), path="sort=")
        failed = failure(reading.pages)

    assert "bad_status" == failed.reason
    assert "expand: x not allowed" in failed.message


def test_a_cursor_goes_on_in_a_later_process_where_models_were_made_meanwhile() -> None:
    """None is lost and none comes twice: the new one is above the cursor, for the next walk."""
    with _hub() as hub, Reading(hub) as reading:
        first = next(reading.source().fetch())
        hub.rows.append(hub_row(99, createdAt="2026-11-25T00:00:00.000Z"))
        rest = list(reading.source().fetch(cursor=first.cursor))

    assert numbers(0, 1) == ids([first])
    assert numbers(2, 3, 4) == ids(rest)


def test_a_walk_since_a_moment_stops_an_hour_before_it() -> None:
    """The list may lag behind; a model changed within the hour before is given again."""
    since = datetime(2026, 11, 26, 10, tzinfo=UTC)  # models 0, 1, 2 changed at 09:30 on 28, 27, 26
    with _hub(rows=12) as hub, Reading(hub) as reading:
        pages = reading.pages(since)
        later = reading.pages(since + timedelta(minutes=31))

    assert numbers(0, 1, 2) == ids(pages)
    assert numbers(0, 1) == ids(later)
    assert "sort=lastModified" in hub.paths("sort=")[0]
    assert 2 == len(pages)


def test_a_resumed_walk_since_a_moment_still_knows_that_moment() -> None:
    since = datetime(2026, 11, 26, 10, tzinfo=UTC)
    with _hub(rows=12) as hub, Reading(hub) as reading:
        first = next(reading.source().fetch(since))
        rest = list(reading.source().fetch(cursor=first.cursor))

    assert numbers(0, 1, 2) == ids([first, *rest])


def test_a_list_that_leads_back_to_a_page_is_a_loop() -> None:
    with _hub(rows=9) as hub, Reading(hub) as reading:
        list(reading.source().fetch())
        second = hub.paths("cursor=")[0]
        hub.heal()
        headers = (("Link", f'<{hub.base}{second}>; rel="next"'),)
        hub.fail(Reply(content=[hub_row(3)], headers=headers), path="cursor=", after=1, times=9)
        seen: list[Page] = []
        failed = failure(lambda: seen.extend(reading.source().fetch()))

    assert "loop" == failed.reason
    assert 2 == len(seen)


@pytest.mark.parametrize("page", [0, 1, 2])
def test_the_next_page_at_another_host_is_never_asked_for(page: int) -> None:
    """The Hub's own client would send the token there; a mirror may pass the Hub's links on."""
    with _hub() as hub, _hub() as other, Reading(hub) as reading:
        headers = (("Link", f'<{other.base}/api/models?cursor=x>; rel="next"'),)
        hub.fail(Reply(content=[], headers=headers), path="sort=", after=page)
        failed = failure(lambda: reading.pages(token=TOKEN))

    assert "other_host" == failed.reason
    assert [] == other.seen


def test_a_stored_cursor_of_another_host_is_refused() -> None:
    with _hub() as hub, Reading(hub) as reading:
        first = next(reading.source().fetch())
        assert first.cursor is not None
        moved = first.cursor.replace(hub.base, "https://other.example")
        failed = failure(lambda: list(reading.source().fetch(cursor=moved)))

    assert "other_host" == failed.reason


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"stage": "other"},
        {"task": "0"},
        {"task": -1},
        {"url": 5},
        {"stop_before": "2026-11-26"},
        {"more": 1},
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(change: dict[str, object]) -> None:
    with _hub() as hub, Reading(hub) as reading:
        first = next(reading.source().fetch())
        assert first.cursor is not None
        changed = json.dumps({**json.loads(first.cursor), **change})
        found = [_refused(reading, cursor) for cursor in (changed, "[]", "no json")]

    assert ["bad_cursor"] * 3 == found


def test_a_mirror_with_links_without_a_host_is_read_through() -> None:
    with _hub() as hub, Reading(hub) as reading:
        hub.relative_links = True
        pages = reading.pages()

    assert numbers(0, 1, 2, 3, 4) == ids(pages)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, content={"error": "no route"}),
        Reply(status=404, content=[]),
        Reply(content={"detail": "Not Found"}),
        Reply(content=b"<html>files</html>", content_type="text/html"),
    ],
)
def test_a_mirror_without_the_list_is_told_at_once(reply: Reply) -> None:
    with _hub() as hub, Reading(hub) as reading:
        hub.fail(reply, path="/api/models", times=99)
        failed = failure(reading.pages)

    assert "no_list" == failed.reason
    assert "MODELCOST_HUGGINGFACE_URL" in failed.message
    assert 1 == len(hub.seen)


def test_a_page_that_the_hub_gives_up_on_is_asked_for_with_fewer_rows() -> None:
    """504 on deep cursors; tried again first, then halved, with the same cursor."""
    with _hub() as hub, Reading(hub) as reading:
        hub.fail(Reply(status=504, content={}), path=r"cursor=.*", times=10, after=0)
        pages = reading.pages()

    asked = [path.partition("limit=")[2][:3] for path in hub.paths("cursor=")]
    assert ["500"] * 5 + ["250"] * 5 + ["125"] == asked[:11]
    assert numbers(0, 1, 2, 3, 4) == ids(pages)


def test_a_page_that_fails_at_every_size_ends_the_walk() -> None:
    with _hub() as hub, Reading(hub) as reading:
        hub.fail(Reply(status=504, content={}), path="cursor=", times=999)
        failed = failure(reading.pages)

    assert "bad_status" == failed.reason
    assert "504" in failed.message


def test_the_token_goes_with_every_request_and_into_no_message() -> None:
    with _hub() as hub, Reading(hub) as reading:
        reading.pages(token=TOKEN)
        told = {seen.headers.get("authorization") for seen in hub.seen}
        hub.fail(Reply(status=401, content={"error": f"Invalid credentials {TOKEN}"}), times=9)
        failed = failure(lambda: reading.pages(token=TOKEN))

    assert {f"Bearer {TOKEN}"} == told
    assert "unauthorized" == failed.reason
    assert "MODELCOST_HUGGINGFACE_TOKEN" in failed.message
    assert TOKEN not in failed.message
    assert TOKEN not in repr(HubConfig(token=TOKEN))


def test_no_token_saved_on_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with _hub() as hub, Reading(hub) as reading:
        reading.pages()

    assert all("authorization" not in seen.headers for seen in hub.seen)


def test_models_of_few_downloads_are_passed_over_unless_they_are_named() -> None:
    rows = [
        hub_row(0, downloads=5),
        hub_row(1, downloads=5),
        hub_row(2, downloads=1000),
        {key: value for key, value in hub_row(3).items() if key != "downloads"},
    ]
    with HubEmulator(rows) as hub, Reading(hub) as reading:
        pages = reading.pages(fewest_downloads=1000, named_ids=("org/model-1",))
        scope = reading.source(fewest_downloads=1000).scope

    assert numbers(1, 2, 3) == ids(pages)
    assert "downloads>=1000" in scope
    assert [] == hub.paths("/api/models/org")


def test_each_task_has_a_list_of_its_own() -> None:
    rows = [hub_row(0), hub_row(1, pipeline_tag="image-text-to-text"), hub_row(2), hub_row(3)]
    with HubEmulator(rows, page_rows=2) as hub, Reading(hub) as reading:
        pages = reading.pages(tasks=("text-generation", "any-to-any", "image-text-to-text"))

    assert numbers(0, 2, 3, 1) == ids(pages)
    assert [True, True, True, False] == [page.cursor is not None for page in pages]


def test_named_models_are_read_one_by_one_where_no_list_has_them() -> None:
    rows = [hub_row(0), hub_row(7, pipeline_tag="feature-extraction", cardData={"language": "ja"})]
    with HubEmulator(rows) as hub, Reading(hub) as reading:
        hub.renamed["org/old"] = "org/model-7"
        named = ("org/model-7", "org/model-0", "org/old", "org/gone", "../../etc")
        pages = reading.pages(named_ids=named)

    assert numbers(0, 7, 7) == ids(pages)
    assert ["ja"] == list(records_of(pages, HubModelRecord)[1].languages)
    assert ["together:live:org/model"] == list(records_of(pages, HubModelRecord)[1].served_by)
    assert {"../../etc": "invalid", "org/gone": "not_found"} == {
        row.key: row.reason for row in unread_of(pages)
    }
    assert all("etc" not in path for path in hub.paths())


def test_a_single_model_is_tried_again_though_the_library_does_not() -> None:
    with _hub(rows=1) as hub, Reading(hub) as reading:
        hub.rows.append(hub_row(7, pipeline_tag="other"))
        hub.fail(Reply(status=503, content={}), path="/api/models/org", times=2)
        pages = reading.pages(named_ids=("org/model-7",))

    assert numbers(0, 7) == ids(pages)
    assert 5 == sum(page.requests for page in pages)


def test_a_walk_through_named_models_goes_on_where_it_stood() -> None:
    rows = [hub_row(number, pipeline_tag="other") for number in range(60)]
    config = {"tasks": (), "named_ids": tuple(row["id"] for row in rows)}
    with HubEmulator(rows) as hub, Reading(hub) as reading:
        first = next(reading.source(ANY_DOWNLOADS, **config).fetch())
        rest = list(reading.source(ANY_DOWNLOADS, **config).fetch(cursor=first.cursor))

    assert (50, 10) == (len(first.records), len(ids(rest)))
    assert 60 == len({*ids([first]), *ids(rest)})


def test_a_budget_that_ends_leaves_the_pages_before_and_their_cursor() -> None:
    seen: list[Page] = []
    with _hub() as hub, Reading(hub, most_requests=3) as reading, Reading(hub) as later:
        failed = failure(lambda: seen.extend(reading.source().fetch()))
        rest = list(later.source().fetch(cursor=seen[-1].cursor))

    assert "budget" == failed.reason
    assert numbers(0, 1, 2, 3) == ids(seen)
    assert numbers(4) == ids(rest)


def test_the_whole_library_runs_over_a_wire() -> None:
    """The transport is good for huggingface-hub's own calls too, not only for ours."""
    with _hub() as hub, Reading(hub) as reading:
        set_client_factory(lambda: hub_client(reading.wire))
        try:
            info = HfApi(endpoint=hub.base, token=False).model_info("org/model-1")
            listed = [one.id for one in HfApi(endpoint=hub.base, token=False).list_models()]
        finally:
            from huggingface_hub.utils._http import default_client_factory

            close_session()
            set_client_factory(default_client_factory)

    assert "manual" == info.gated
    assert numbers(0, 1, 2, 3, 4) == listed
