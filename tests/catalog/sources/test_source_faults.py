"""Every fault of a service at three points of a walk, through real sockets and the real client."""

from __future__ import annotations

import pytest

from catalog.sources.reading import Page
from tests.catalog.sources.hub_reading import Reading, ids, numbers
from tests.catalog.sources.run_of_sources import failure, unread_of
from tests.emulators.hub import HubEmulator, hub_row
from tests.emulators.loopback import Reply

POINTS = {"first": 0, "middle": 1, "last": 2}
ELSEWHERE = (("Location", "https://other.example/api/models"),)

PASSING = {
    "429 without a wait": Reply(status=429, content={"error": "slow down"}),
    "429 with a wait": Reply(status=429, content={}, headers=(("Retry-After", "3"),)),
    "429 with a date": Reply(
        status=429, content={}, headers=(("Retry-After", "Thu, 26 Nov 2026 09:00:03 GMT"),)
    ),
    "429 with no request left": Reply(
        status=429, content={}, headers=(("RateLimit", '"api";r=0;t=5'),)
    ),
    "500": Reply(status=500, content={"error": "x"}),
    "502 as a page": Reply(status=502, content=b"<html>", content_type="text/html"),
    "503": Reply(status=503, content={}),
    "504": Reply(status=504, content={}),
    "reset": Reply(content=[], breakage="reset"),
    "headers cut": Reply(content=[hub_row(1)], breakage="cut_header"),
    "body cut": Reply(content=[hub_row(1)], breakage="cut"),
    "JSON cut": Reply(content=b'[{"_id": "a", "id": "org/a'),
    "zipped by half": Reply(content=b"\x1f\x8b\x08\x00", headers=(("Content-Encoding", "gzip"),)),
}
LASTING = {
    "another kind of JSON": (Reply(content={"a": 1}), "drift"),
    "a page for people": (Reply(content=b"<html>", content_type="text/html"), "not_json"),
    "redirect to another host": (Reply(status=302, headers=ELSEWHERE), "other_host"),
    "too long": (Reply(content=[], length=10**12), "too_long"),
    "JSON without bottom": (Reply(content=b"[" * 100_000), "not_json"),
    "no access": (Reply(status=403, content={"error": "no"}), "unauthorized"),
    "gone for good": (Reply(status=410, content={}), "bad_status"),
    "a wait of a day": (
        Reply(status=429, content={}, headers=(("Retry-After", "86400"),)),
        "limited",
    ),
}


def _hub() -> HubEmulator:
    return HubEmulator([hub_row(number) for number in range(6)], page_rows=2)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_requests_and_no_row(fault: str, point: str) -> None:
    with _hub() as hub, Reading(hub) as reading:
        hub.fail(PASSING[fault], path="sort=", after=POINTS[point], times=2)
        pages = reading.pages()

    assert numbers(*range(6)) == ids(pages)
    assert 6 == sum(page.requests for page in pages)  # the probe, three pages, two failures
    assert reading.clock.waits


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("fault", [*LASTING, "slow drip", *PASSING])
def test_a_fault_that_stays_ends_the_walk_and_the_pages_before_stand(
    fault: str, point: str
) -> None:
    """Never as if the list had ended there: that would make models disappear."""
    drip = Reply(content=[hub_row(0)], breakage="drip_body")
    reply, reason = LASTING.get(fault, (PASSING.get(fault, drip), ""))
    seen: list[Page] = []
    with _hub() as hub, Reading(hub) as reading:
        hub.fail(reply, path="sort=", after=POINTS[point], times=999)
        if fault == "slow drip":
            reading.clock.each_look_takes = 2
        failed = failure(lambda: seen.extend(reading.source().fetch()))
        hub.heal()
        reading.clock.each_look_takes = 0
        cursor = seen[-1].cursor if seen else None
        rest = list(reading.source().fetch(cursor=cursor))

    assert reason in ("", failed.reason)
    assert POINTS[point] == len(seen)
    assert numbers(*range(6)) == ids([*seen, *rest])


@pytest.mark.parametrize("point", POINTS)
def test_a_schema_that_drifts_in_one_page_costs_that_pages_rows_and_says_why(point: str) -> None:
    drifted = [{"_id": "a", "modelId": "org/a"}, {"_id": "b", "id": "org/b", "downloads": "1k"}]
    with _hub() as hub, Reading(hub) as reading:
        whole = reading.pages()
        link = f'<{hub.base}{hub.paths("cursor=")[-1]}>; rel="next"'
        hub.heal()
        reply = Reply(content=drifted, headers=(("Link", link),) if point == "first" else ())
        hub.fail(reply, path="sort=", after=POINTS[point])
        pages = reading.pages()

    assert len(whole) == 3
    assert ["id", "downloads"] == [row.detail.partition(":")[0] for row in unread_of(pages)]
    assert len(ids(pages)) in (2, 4)


def test_a_list_that_shrinks_meanwhile_gives_what_is_left_and_ends() -> None:
    """Whether rows are gone is told by holding two complete runs together, not by a source."""
    with _hub() as hub, Reading(hub) as reading:
        walk = reading.source().fetch()
        first = next(walk)
        del hub.rows[2:5]
        rest = list(walk)

    assert numbers(0, 1, 5) == ids([first, *rest])
    assert rest[-1].cursor is None
