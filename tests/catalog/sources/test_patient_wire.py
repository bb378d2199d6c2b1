"""Waiting and trying again, by a clock that is set by hand: no test here waits."""

from __future__ import annotations

from functools import partial

import pytest

from catalog.errors import SourceFailed
from catalog.sources.patient_wire import Patience, PatientWire, RunLimits
from tests.catalog.sources.run_of_sources import NOW, ScriptedWire, answer, failure, get, patient
from tests.emulators.clock import SetClock

URL = "https://host.example/a"
GOOD = answer()


def _broken(reason: str) -> SourceFailed:
    return SourceFailed("broken", reason=reason)


@pytest.mark.parametrize(
    "passing",
    [
        *(answer(status) for status in (408, 429, 500, 502, 503, 504)),
        *(_broken(reason) for reason in ("timeout", "refused", "cut")),
        answer(body=b'{"a": [1,', content_type="application/json"),
        answer(body=b"", content_type="application/json; charset=utf-8"),
    ],
)
def test_what_passes_by_itself_is_tried_again(passing: object) -> None:
    clock = SetClock()
    wire = ScriptedWire(passing, passing, GOOD)  # type: ignore[arg-type]

    found = patient(wire, clock).send(get(URL), timeout_seconds=9)

    assert (200, 3) == (found.status, found.requests)
    assert [1.0, 2.0] == clock.waits


@pytest.mark.parametrize("status", [200, 304, 400, 401, 403, 404, 501])
def test_an_answer_that_stands_is_handed_over_at_once(status: int) -> None:
    wire = ScriptedWire(answer(status))

    assert status == patient(wire).send(get(URL), timeout_seconds=9).status
    assert 1 == len(wire.sent)


@pytest.mark.parametrize("reason", ["other_host", "untrusted", "too_long"])
def test_a_failure_that_cannot_pass_is_not_tried_again(reason: str) -> None:
    wire = ScriptedWire(_broken(reason))

    assert reason == failure(partial(patient(wire).send, get(URL), timeout_seconds=9)).reason
    assert 1 == len(wire.sent)


def test_waits_double_up_to_a_limit_and_tries_end() -> None:
    clock = SetClock()
    patience = Patience(tries=6, longest_wait_seconds=5)
    wire = patient(ScriptedWire(_broken("refused")), clock, patience=patience)

    assert "refused" == failure(partial(wire.send, get(URL), timeout_seconds=9)).reason
    assert [1.0, 2.0, 4.0, 5.0, 5.0] == clock.waits


def test_a_server_error_that_stays_is_the_sources_to_judge() -> None:
    """The Hub answers 504 to pages that are too large: the source then asks for fewer rows."""
    found = patient(ScriptedWire(answer(504))).send(get(URL), timeout_seconds=9)

    assert (504, 5) == (found.status, found.requests)


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0"}, 0.0),
        ({"retry_after": "Thu, 26 Nov 2026 09:00:40 GMT"}, 40.0),
        ({"retry_after": "Thu, 26 Nov 2026 08:00:00 GMT"}, 0.0),
        (
            {
                "retry_after": "Fri, 01 Jan 2027 00:00:09 GMT",
                "date": "Fri, 01 Jan 2027 00:00:00 GMT",
            },
            9.0,
        ),
        ({"retry_after": "soon"}, 1.0),
        ({"retry_after": "-5"}, 1.0),
    ],
    ids=["seconds", "zero", "date", "past", "by the server's own clock", "words", "negative"],
)
def test_the_wait_that_a_server_asks_for_is_kept(headers: dict[str, str], waited: float) -> None:
    clock = SetClock()

    patient(ScriptedWire(answer(429, b"{}", **headers), GOOD), clock).send(
        get(URL), timeout_seconds=9
    )

    assert waited == sum(clock.waits)


@pytest.mark.parametrize("after", ["100000", "Thu, 26 Nov 2026 19:00:00 GMT"])
def test_a_wait_of_hours_is_not_waited_for(after: str) -> None:
    """The Hub's own client sleeps for as long as any server says."""
    clock = SetClock()
    wire = patient(ScriptedWire(answer(429, retry_after=after)), clock)

    failed = failure(partial(wire.send, get(URL), timeout_seconds=9))

    assert "limited" == failed.reason
    assert failed.retry_after_seconds is not None
    assert failed.retry_after_seconds >= 36_000
    assert [] == clock.waits


def test_a_limit_that_stays_ends_the_source_and_tells_when_to_go_on() -> None:
    failed = failure(
        partial(
            patient(ScriptedWire(answer(429, retry_after="60"))).send, get(URL), timeout_seconds=9
        )
    )

    assert ("limited", 60.0) == (failed.reason, failed.retry_after_seconds)


@pytest.mark.parametrize(
    ("left", "policy", "waited"),
    [
        ('"api";r=51;t=100', '"fixed window";"api";q=500;w=300', 0.0),
        ('"api";r=49;t=100', '"fixed window";"api";q=500;w=300', 2.0),
        ('"api";r=0;t=55', '"fixed window";"api";q=500;w=300', 56.0),
        ('"api";r=9;t=20', "", 2.0),
        ('"api";r=0;t=99999', "", 310.0),
        ("nonsense", "", 0.0),
    ],
)
def test_requests_slow_down_before_the_servers_limit_is_reached(
    left: str, policy: str, waited: float
) -> None:
    clock = SetClock()
    wire = patient(ScriptedWire(answer(ratelimit=left, ratelimit_policy=policy), GOOD), clock)

    wire.send(get(URL), timeout_seconds=9)
    before = list(clock.waits)
    wire.send(get(URL), timeout_seconds=9)

    assert [] == before
    assert waited == sum(clock.waits)


def test_one_hosts_limit_does_not_hold_another_host_back() -> None:
    clock = SetClock()
    wire = patient(ScriptedWire(answer(ratelimit='"api";r=0;t=55'), GOOD), clock)

    wire.send(get(URL), timeout_seconds=9)
    wire.send(get("https://other.example/"), timeout_seconds=9)

    assert [] == clock.waits


def test_the_requests_of_a_run_are_counted_over_all_its_wires() -> None:
    limits = RunLimits(SetClock(), started_at=NOW, most_requests=3)
    first = PatientWire(ScriptedWire(answer(500), GOOD), limits=limits)
    second = PatientWire(ScriptedWire(GOOD), limits=limits)

    first.send(get(URL), timeout_seconds=9)
    second.send(get(URL), timeout_seconds=9)
    failed = failure(partial(second.send, get(URL), timeout_seconds=9))

    assert ("budget", 3) == (failed.reason, limits.requests)


def test_a_run_past_its_deadline_sends_nothing_more() -> None:
    clock = SetClock()
    script = ScriptedWire(GOOD)
    wire = patient(script, clock, seconds=100)
    clock.move(100)

    assert "deadline" == failure(partial(wire.send, get(URL), timeout_seconds=9)).reason
    assert [] == script.sent


def test_a_wait_that_would_pass_the_deadline_is_not_begun() -> None:
    clock = SetClock()
    wire = patient(ScriptedWire(answer(503, retry_after="60")), clock, seconds=50)

    failed = failure(partial(wire.send, get(URL), timeout_seconds=9))

    assert ("deadline", 60.0) == (failed.reason, failed.retry_after_seconds)
    assert [] == clock.waits


def test_an_exchange_gets_no_more_time_than_the_run_has_left() -> None:
    clock = SetClock()
    script = ScriptedWire(_broken("timeout"))
    wire = patient(script, clock, seconds=5)

    assert "deadline" == failure(partial(wire.send, get(URL), timeout_seconds=30)).reason
    assert [5.0] == script.timeouts


def test_a_redirect_within_the_host_is_followed_with_its_headers() -> None:
    """The Hub redirects the old name of a model to its new one."""
    moved = answer(307, location="/api/models/new")
    script = ScriptedWire(moved, GOOD)

    found = patient(script).send(get(URL, authorization="Bearer word"), timeout_seconds=9)

    assert 2 == found.requests
    assert "https://host.example/api/models/new" == script.sent[1].url
    assert "Bearer word" == script.sent[1].headers["authorization"]


@pytest.mark.parametrize(
    "location",
    [
        "https://other.example/a",
        "http://host.example/a",
        "//other.example/a",
        "https://host.example:8443/a",
        "https://host.example@other.example/",
        "https://other.example\\@host.example/",
    ],
)
def test_a_redirect_to_another_host_is_refused_and_nothing_sent(location: str) -> None:
    script = ScriptedWire(answer(302, location=location))

    failed = failure(partial(patient(script).send, get(URL), timeout_seconds=9))

    assert "other_host" == failed.reason
    assert 1 == len(script.sent)


def test_redirects_without_end_are_a_loop() -> None:
    script = ScriptedWire(answer(302, location=URL))

    assert "loop" == failure(partial(patient(script).send, get(URL), timeout_seconds=9)).reason
    assert 6 == len(script.sent)
