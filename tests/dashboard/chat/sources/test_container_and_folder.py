"""Folders and containers of Azure Blob become copies that are read anew only where they changed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.chat.addresses import read_target
from dashboard.chat.endpoints import Endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.chat.retrieval import RetrievalSettings
from dashboard.chat.sources.defined import Container, Folder, Holder, Service, Source, SourceAuth
from dashboard.chat.sources.shelf import Shelf
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import HERE
from tests.emulators.azure.blobs import ACCOUNT, KEY, SAS, Blob, BlobAccount
from tests.emulators.azure.loopback import Loopback, Reply, serving

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
QUESTION = "What does the tent cost?"


def shelf_of(folder: Path, holder: Holder) -> tuple[Shelf, Source]:
    source = Source(name="docs", label="Documents", holder=holder)
    return Shelf(folder=folder, endpoints=Endpoints(sources=(source,))), source


def container_at(server: Loopback, auth: SourceAuth = "none", key: str | None = None) -> Container:
    service = Service(
        target=read_target(f"{server.base}/{ACCOUNT}", HERE),
        auth=auth,
        key=None if key is None else SecretStr(key),
        allowed=HERE,
    )
    return Container(service=service, name="docs")


def account() -> BlobAccount:
    blobs = {
        "prices.csv": Blob(content=b"item,price\nTent,480\n"),
        "../../escape.txt": Blob(content=b"outside"),
        "=cmd().txt": Blob(content=b"a formula as a name"),
        "huge.txt": Blob(content=b"x", size=20_000_000),
        "old.txt": Blob(content=b"old", tier="Archive"),
    }
    return BlobAccount(containers={"docs": blobs})


def texts_found(shelf: Shelf) -> list[str]:
    library = shelf.library("docs", lambda: pytest.fail("no service is asked"))
    found = library.retrieve(QUESTION, RetrievalSettings())
    return [one.hit.passage.text for one in found.kept]


@pytest.mark.parametrize(("auth", "key"), [("key", KEY), ("sas", SAS), ("none", None)])
def test_a_container_is_read_with_each_way_of_saying_who_asks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, auth: SourceAuth, key: str | None
) -> None:
    """The signature, the SAS and nothing at all, each judged by the service; none is logged."""
    caplog.set_level(logging.DEBUG)
    service = account()
    service.auth = "open" if auth == "none" else auth
    with serving(service) as server:
        shelf, _ = shelf_of(tmp_path, container_at(server, auth, key))
        shelf.read("docs", NOW)
        found = texts_found(shelf)
        shelf.close()

    assert ["item: Tent\nprice: 480"] == found
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for secret in ("canary", KEY):
        assert secret not in caplog.text
        assert secret.encode() not in written


def test_what_is_not_read_is_told_with_the_reason_in_both_languages(tmp_path: Path) -> None:
    with serving(account()) as server:
        shelf, source = shelf_of(tmp_path, container_at(server))
        shelf.read("docs", NOW)
        count, left_out = shelf.copy(source).skips()
        asked = [one.target for one in server.asked]
        shelf.close()

    assert 3 == count
    codes = {one.code for one in left_out}
    assert {"source_bad_name", "too_large", "source_archived"} == codes
    for language in ("en", "ja"):
        texts = load_texts(language)
        told = [texts(f"chat.refused.{one.code}", **one.facts) for one in left_out]
        assert all(told)
    assert not [target for target in asked if "escape" in target or "huge" in target]


def test_only_what_changed_is_asked_for_again(tmp_path: Path) -> None:
    service = account()
    with serving(service) as server:
        shelf, source = shelf_of(tmp_path, container_at(server))
        shelf.read("docs", NOW)
        server.asked.clear()
        service.containers["docs"]["prices.csv"] = Blob(content=b"item,price\nTent,500\n")
        del service.containers["docs"]["=cmd().txt"]
        shelf.read("docs", NOW)
        fetched = [one.target for one in server.asked if "comp=list" not in one.target]
        found, told = texts_found(shelf), shelf.told(source)
        shelf.close()

    assert [f"/{ACCOUNT}/docs/prices.csv"] == fetched
    assert ["item: Tent\nprice: 500"] == found
    assert (1, 3, 1) == (told["added"], told["unchanged"], told["removed"])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=403, body={}), "source_key_refused"),
        (Reply(status=404, body={}), "source_not_found"),
        (Reply(status=429, body={}, headers={"Retry-After": "7"}), "source_busy_for"),
        (Reply(status=503, body={}), "source_busy"),
        (Reply(status=500, body={}), "source_failed"),
        (Reply(status=307, headers={"Location": "http://127.0.0.1:9/"}), "source_redirected"),
        (Reply(raw=b"<html>", headers={"Content-Type": "text/html"}), "source_not_understood"),
    ],
)
def test_a_service_that_fails_says_so_and_loses_nothing(
    tmp_path: Path, reply: Reply, code: str
) -> None:
    with serving(account()) as server:
        shelf, source = shelf_of(tmp_path, container_at(server))
        shelf.read("docs", NOW)
        server.fail("comp=list", reply)
        with pytest.raises(ChatRefused) as caught:
            shelf.read("docs", NOW)
        found, kept = texts_found(shelf), shelf.failure(source)
        shelf.close()

    assert code == caught.value.code
    assert caught.value.sentence(load_texts("ja"))
    assert kept is not None
    assert code == kept["code"]
    assert ["item: Tent\nprice: 480"] == found


def test_an_address_that_nobody_opened_is_never_called(tmp_path: Path) -> None:
    """The same judge as for model servers; the key goes nowhere."""
    with serving(account()) as server:
        container = container_at(server, "key", KEY)
        closed = replace(container, service=replace(container.service, allowed=()))
        shelf, _ = shelf_of(tmp_path, closed)
        with pytest.raises(ChatRefused) as caught:
            shelf.read("docs", NOW)
        shelf.close()

    assert "address_here" == caught.value.code
    assert [] == server.asked


def test_a_folder_is_read_without_following_a_link_out_of_it(tmp_path: Path) -> None:
    inside = tmp_path / "documents"
    (inside / "below").mkdir(parents=True)
    (inside / "below" / "prices.csv").write_text("item,price\nTent,480\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("the tent costs a secret", encoding="utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "around").symlink_to(tmp_path)
    shelf, source = shelf_of(tmp_path / "data", Folder(path=inside.resolve()))

    shelf.read("docs", NOW)

    assert ["item: Tent\nprice: 480"] == texts_found(shelf)
    _, left_out = shelf.copy(source).skips()
    assert ["source_link", "source_link"] == [one.code for one in left_out]
    shelf.close()


def test_a_source_that_was_taken_out_leaves_no_copy(tmp_path: Path) -> None:
    inside = tmp_path / "documents"
    inside.mkdir()
    (inside / "a.txt").write_text("tent", encoding="utf-8")
    shelf, _ = shelf_of(tmp_path / "data", Folder(path=inside))
    shelf.read("docs", NOW)
    shelf.close()

    Shelf(folder=tmp_path / "data", endpoints=Endpoints()).tidy()

    assert [] == list((tmp_path / "data" / "sources").iterdir())


def test_a_source_is_asked_only_after_it_was_read(tmp_path: Path) -> None:
    shelf, _ = shelf_of(tmp_path, Folder(path=tmp_path))

    with pytest.raises(ChatRefused) as unread:
        texts_found(shelf)
    with pytest.raises(ChatRefused) as unknown:
        shelf.named("nobody")
    shelf.close()

    assert ("source_not_read", "source_unknown") == (unread.value.code, unknown.value.code)
    assert "docs" in unknown.value.sentence(load_texts("en"))
