"""Pages in the real browser that fail their test when they complain or reach outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import Watch, running_browser

WAIT_MILLISECONDS = 30_000
# A busy machine draws slowly; what never comes is still found.
expect.set_options(timeout=WAIT_MILLISECONDS)


class NewPage(Protocol):
    """What the fixture ``new_page`` gives."""

    def __call__(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        locale: str = "en-US",
        expected_console: tuple[str, ...] = (),
    ) -> Page:
        """Open an empty page in a fresh browser profile.

        Args:
            width: of the window, in CSS pixels.
            height: of the window, in CSS pixels.
            color_scheme: what the reader's system prefers.
            locale: the reader's language, such as ``ja-JP``.
            expected_console: texts of console messages that this test provokes on purpose.
        """


# Of this package, not of the session: while Playwright runs, no other event loop can.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The one Chromium of all browser tests."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens pages; at the end the test fails if one complained or reached outside."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        locale: str = "en-US",
        expected_console: tuple[str, ...] = (),
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            locale=locale,
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        context.set_default_timeout(WAIT_MILLISECONDS)
        watch = Watch(expected=expected_console)
        watch.follow(context)
        opened.append((context, watch))
        return context.new_page()

    yield open_page
    for context, _ in opened:
        context.close()
    complaints = [line for _, watch in opened for line in watch.complaints]
    assert [] == complaints


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page at 1440 x 900, light, English."""
    return new_page()
