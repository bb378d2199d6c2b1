"""The wire to real services: hosts, time, length, addresses, secrets; over real sockets."""

from __future__ import annotations

import json
import traceback
from functools import partial
from pathlib import Path

import pytest

from catalog.errors import SourceFailed
from catalog.sources.live_wire import Hosts, LiveWire, SystemClock, Way
from catalog.sources.origins import is_public, without_secrets
from tests.catalog.sources.run_of_sources import IN_TIME_SECONDS, failure, get, live_wire
from tests.emulators.clock import SetClock
from tests.emulators.loopback import Loopback, Reply, Seen

SECRET = "hf_verysecretword"


class Echo(Loopback):
    """Answers with what it was asked."""

    def answer(self, request: Seen) -> Reply:
        return Reply(content={"path": request.path, "headers": dict(request.headers)})


def test_an_answer_comes_with_status_small_header_names_and_body() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        found = wire.send(get(f"{echo.base}/a?b=c"), timeout_seconds=IN_TIME_SECONDS)

    assert (200, 1) == (found.status, found.requests)
    assert "application/json; charset=utf-8" == found.headers["content-type"]
    assert "/a?b=c" == json.loads(found.body)["path"]


def test_a_zipped_body_is_unpacked() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        echo.fail(Reply(content={"a": 1}, zipped=True))
        found = wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS)

    assert {"a": 1} == json.loads(found.body)


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/x",
        "http://huggingface.co/x",
        "https://huggingface.co:8443/x",
        "https://huggingface.co.other.example/x",
        "https://huggingface.co@other.example/x",
        "https://user:word@huggingface.co/x",
        "https://other.example\\@huggingface.co/x",
        "https://huggingface.co \n/x",
        "https://ｈuggingface.co/x",
        "file:///etc/passwd",
        "https://[::1/x",
        "https:///x",
        "",
    ],
)
def test_nothing_is_sent_to_a_host_that_was_not_named(url: str) -> None:
    with LiveWire(Hosts(public=("https://huggingface.co",)), clock=SetClock()) as wire:
        failed = failure(lambda: wire.send(get(url), timeout_seconds=IN_TIME_SECONDS))

    assert "other_host" == failed.reason


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://eastus.api.example.org/a", True),
        ("https://EastUS.API.example.org/a", True),
        ("https://api.example.org/", False),
        ("https://eviapi.example.org/", False),
        ("https://eastus.api.example.org:444/", False),
        ("https://no\x00.api.example.org", False),
    ],
)
def test_a_host_may_be_named_with_all_that_stand_under_it(url: str, expected: bool) -> None:
    with LiveWire(Hosts(public=("https://*.api.example.org",)), clock=SetClock()) as wire:
        assert expected is wire.may_reach(url)


def test_a_public_host_whose_name_leads_to_this_machine_gets_nothing() -> None:
    """What an attacker of name resolution would do; the connection is closed before a byte."""
    with Echo() as echo, LiveWire(Hosts(public=(echo.base,)), clock=SetClock()) as wire:
        failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS))

    assert "other_host" == failed.reason
    assert [] == echo.seen


def test_the_very_host_that_the_operator_typed_may_be_this_machine() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        assert 200 == wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS).status


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("13.107.246.1", True),
        ("2620:1ec:bdf::1", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("168.63.129.16", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("no address", False),
    ],
)
def test_private_addresses_are_known_however_they_are_written(address: str, expected: bool) -> None:
    assert expected is is_public(address)


def test_only_this_machine_may_be_asked_without_encryption() -> None:
    with pytest.raises(ValueError, match="an https URL"):
        LiveWire(Hosts(configured=("http://mirror.example",)), clock=SetClock())


def test_a_redirect_is_handed_over_and_not_followed() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        echo.fail(Reply(status=302, headers=(("Location", "/elsewhere"),)))
        found = wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS)

    assert (302, "/elsewhere") == (found.status, found.headers["location"])
    assert 1 == len(echo.seen)


def test_a_body_that_drips_ends_with_the_time_of_the_exchange() -> None:
    """Each byte comes in time; the clock, set by hand, says that all of them together do not."""
    with Echo() as echo, live_wire(echo.base, clock=SetClock(each_look_takes=3)) as wire:
        echo.fail(Reply(content={"a": "b" * 50}, breakage="drip_body"))
        failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=10))

    assert "timeout" == failed.reason


@pytest.mark.parametrize("seconds", [0.1, 0.5])
@pytest.mark.parametrize("breakage", ["drip_header", "drip_body", "silent"])
def test_no_way_of_dripping_holds_the_wire_for_longer_than_it_was_given(
    breakage: str, seconds: float
) -> None:
    """A status line cut by the deadline is none; headers cut by it look like a whole answer."""
    with Echo() as echo, live_wire(echo.base, clock=SystemClock()) as wire:
        content = {"a": "b" * 5000}
        echo.fail(Reply(content=content, breakage=breakage))  # type: ignore[arg-type]
        failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=seconds))

    assert "timeout" == failed.reason


def test_a_cut_body_and_a_reset_are_told_apart_from_an_answer() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        for breakage in ("cut", "cut_header", "reset"):
            echo.fail(Reply(content={"a": "b" * 500}, breakage=breakage))
            failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS))
            assert "cut" == failed.reason


def test_a_body_that_claims_to_be_zipped_and_is_not_is_cut() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        echo.fail(Reply(content=b"plain", headers=(("Content-Encoding", "gzip"),)))
        failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS))

    assert "cut" == failed.reason


@pytest.mark.parametrize(
    "reply",
    [
        Reply(content=b"x" * 2000),
        Reply(content=b"x" * 1_000_000, zipped=True),
    ],
    ids=["long", "long when unpacked"],
)
def test_a_body_that_is_too_long_is_not_read_to_its_end(reply: Reply) -> None:
    with Echo() as echo, live_wire(echo.base, way=Way(largest_body_bytes=1000)) as wire:
        echo.fail(reply)
        failed = failure(lambda: wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS))

    assert "too_long" == failed.reason


def test_a_host_that_is_not_there_is_refused() -> None:
    with Echo() as echo:
        base = echo.base
    with live_wire(base) as wire:
        failed = failure(lambda: wire.send(get(base), timeout_seconds=IN_TIME_SECONDS))

    assert "refused" == failed.reason


def test_no_failure_repeats_a_secret() -> None:
    """Neither of a header nor of a query, in the message or anywhere in what is printed of it."""
    told: list[SourceFailed] = []
    with Echo() as echo, live_wire(echo.base) as wire:
        sent = get(f"{echo.base}/x?token={SECRET}", Authorization=f"Bearer {SECRET}")
        broken = get(echo.base, Authorization=f"Bearer {SECRET}\r\nX: y")
        for one in (sent, sent, broken):
            echo.fail(Reply(content={"a": 1}, breakage="cut" if told else "reset"))
            told.append(failure(partial(wire.send, one, timeout_seconds=IN_TIME_SECONDS)))

    assert ["cut", "cut", "not_sendable"] == [one.reason for one in told]
    assert all(SECRET not in "".join(traceback.format_exception(one)) for one in told)


def test_nothing_of_the_environment_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy of the environment would see the requests, a .netrc would add a password."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Echo() as echo, live_wire(echo.base) as wire:
        found = wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS)

    assert "authorization" not in json.loads(found.body)["headers"]


def test_no_cookie_is_kept_from_one_request_to_the_next() -> None:
    with Echo() as echo, live_wire(echo.base) as wire:
        echo.fail(Reply(content={}, headers=(("Set-Cookie", "a=b; Path=/"),)))
        for _ in range(2):
            wire.send(get(echo.base), timeout_seconds=IN_TIME_SECONDS)

    assert all("cookie" not in seen.headers for seen in echo.seen)


def test_a_url_is_written_down_without_users_and_tokens() -> None:
    url = "https://me:word@host.example/a?api-key=abc&cursor=x%3D%3D&$skipToken=3&sig=s#part"

    assert (
        "https://host.example/a?api-key=***&cursor=x%3D%3D&$skipToken=3&sig=***"
        == without_secrets(url)
    )
