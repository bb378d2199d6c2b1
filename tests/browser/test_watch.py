"""The watch over pages catches what a good page never does. Pages here come from a real server."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Watch
from tests.browser.conftest import NewPage

ICON = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>t</title>'


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and keeps no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the URL that it is served at."""
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def complaints_about(
    browser: Browser, site: tuple[Path, str], body: str, **watch: str
) -> list[str]:
    folder, url = site
    (folder / "index.html").write_text(f"{ICON}<body>{body}", encoding="utf-8")
    seen = Watch(expected=tuple(watch.values()))
    with browser.new_context() as context:
        seen.follow(context)
        page = context.new_page()
        page.goto(url, wait_until="networkidle")
    return seen.complaints


def test_a_good_page_is_shown_without_a_complaint(
    new_page: NewPage, site: tuple[Path, str]
) -> None:
    folder, url = site
    (folder / "index.html").write_text(f"{ICON}<h1>Hello</h1>", encoding="utf-8")

    page = new_page(width=390, height=844, color_scheme="dark", locale="ja-JP")
    page.goto(url)

    assert "Hello" == page.locator("h1").inner_text()
    assert [390, True, "ja-JP"] == page.evaluate(
        "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, navigator.language]"
    )


@pytest.mark.parametrize("kind", ["error", "warn"])
def test_a_console_message_is_a_complaint(
    browser: Browser, site: tuple[Path, str], kind: str
) -> None:
    seen = complaints_about(browser, site, f"<script>console.{kind}('oh dear')</script>")

    assert 1 == len(seen)
    assert "oh dear" in seen[0]


def test_a_thrown_error_is_a_complaint(browser: Browser, site: tuple[Path, str]) -> None:
    seen = complaints_about(browser, site, "<script>throw new Error('broken')</script>")

    assert ["page error: broken"] == [line.partition("\n")[0] for line in seen]


def test_a_request_to_another_host_is_a_complaint_and_goes_nowhere(
    browser: Browser, site: tuple[Path, str]
) -> None:
    seen = complaints_about(browser, site, '<img alt="" src="http://example.org/a.png">')

    assert "outside request: http://example.org/a.png" in seen
    assert any("ERR_NAME_NOT_RESOLVED" in line for line in seen)


def test_a_message_that_the_test_expects_is_none(browser: Browser, site: tuple[Path, str]) -> None:
    body = "<script>console.error('no such row: 7')</script>"

    assert [] == complaints_about(browser, site, body, expected="no such row")
