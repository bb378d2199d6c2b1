"""A run written down and played again: the same answers, no secret, nothing that was not asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from catalog.sources.recorded_wire import RecordingWire, ReplayingWire, recorded_moment
from catalog.sources.wire import Answer, Sent
from tests.catalog.sources.run_of_sources import NOW, ScriptedWire, answer, failure, get

SECRET = "hf_verysecretword"
URL = "https://host.example/a?limit=5"


def _record(folder: Path, *exchanges: tuple[Sent, Answer]) -> str:
    """The file of a run with these exchanges."""
    script = ScriptedWire(*(one for _, one in exchanges))
    wire = RecordingWire(script, folder, source="router", recorded_at=NOW)
    for sent, _ in exchanges:
        wire.send(sent, timeout_seconds=9)
    return (folder / "router.jsonl").read_text("utf-8")


def test_a_replay_gives_what_was_recorded_and_the_moment_of_it(tmp_path: Path) -> None:
    text = answer(body="気".encode(), link='<https://host.example/b>; rel="next"', server="x")
    binary = Answer(status=404, headers={"etag": '"e"'}, body=b"\xff\x00", requests=3)
    query = Sent(method="POST", url=URL, body=b'{"a":1}')
    _record(tmp_path, (get(URL), text), (query, binary))

    wire = ReplayingWire(tmp_path, source="router")
    found = [wire.send(one, timeout_seconds=9) for one in (query, get(URL))]

    assert binary == found[0]
    assert text.body == found[1].body
    assert {"link": text.headers["link"]} == dict(found[1].headers)
    assert NOW == recorded_moment(tmp_path)


def test_a_request_sent_again_gets_its_answers_in_their_order(tmp_path: Path) -> None:
    _record(tmp_path, (get(URL), answer(503)), (get(URL), answer(200)))

    wire = ReplayingWire(tmp_path, source="router")

    assert [503, 200, 200] == [wire.send(get(URL), timeout_seconds=9).status for _ in range(3)]


@pytest.mark.parametrize(
    "other",
    [
        get("https://host.example/a?limit=6"),
        Sent(method="POST", url=URL),
        Sent(method="GET", url=URL, body=b"x"),
    ],
)
def test_a_request_that_was_not_recorded_is_not_answered(tmp_path: Path, other: Sent) -> None:
    _record(tmp_path, (get(URL), answer()))

    wire = ReplayingWire(tmp_path, source="router")

    assert "not_recorded" == failure(partial(wire.send, other, timeout_seconds=9)).reason


def test_no_secret_is_written(tmp_path: Path) -> None:
    """Not of a header, a query, a user in the URL, a token in an answer, nor one repeated there."""
    sent = get(
        f"https://me:{SECRET}@host.example/a?token={SECRET}&sig={SECRET}",
        Authorization=f"Bearer {SECRET}",
    )
    given_out = answer(body=f'{{"access_token": "{SECRET}", "expires_in": 3}}'.encode())
    repeated = answer(
        401, body=f'{{"error": "bad token {SECRET}"}}'.encode(), x_error_message=f"no {SECRET}"
    )

    text = _record(tmp_path, (get(URL), given_out), (sent, repeated))

    assert SECRET not in text
    assert "authorization" not in text.casefold()
    replayed = ReplayingWire(tmp_path, source="router").send(sent, timeout_seconds=9)
    assert b'{"error": "bad token ***"}' == replayed.body


@pytest.mark.parametrize("content", [None, "no json\n", "[]\n", '{"method": "GET"}\n'])
def test_a_recording_that_cannot_be_read_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "router.jsonl").write_text(content)

    assert "not_recorded" == failure(lambda: ReplayingWire(tmp_path, source="router")).reason
    assert "not_recorded" == failure(lambda: recorded_moment(tmp_path)).reason


def test_two_runs_are_not_recorded_into_one_folder(tmp_path: Path) -> None:
    later = NOW.replace(hour=NOW.hour + 1)
    _record(tmp_path, (get(URL), answer()))

    failed = failure(
        lambda: RecordingWire(ScriptedWire(answer()), tmp_path, source="x", recorded_at=later)
    )

    assert "other_run" == failed.reason
