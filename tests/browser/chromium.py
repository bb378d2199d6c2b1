"""The real browser, and a watch over what its pages complain about or reach for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
HERE = "127.0.0.1"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HERE}",
]


def find_chromium() -> str:
    """Path of the installed browser, by the same rule as ``scripts/setup``."""
    names = [os.environ["MODELCOST_CHROMIUM"]] if os.environ.get("MODELCOST_CHROMIUM") else PROGRAMS
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"no browser found among {', '.join(names)}; run scripts/setup --test")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start headless Chromium, give it, close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), headless=True, args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(kw_only=True)
class Watch:
    """Collects what a good page never does: complain in the console, throw, reach outside.

    Attributes:
        expected: texts that a console message may hold without counting as a complaint.
        complaints: one line for each thing seen.
    """

    expected: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of this context from now on."""
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        wanted = any(text in message.text for text in self.expected)
        if message.type in ("error", "warning") and not wanted:
            url = message.location.get("url", "")
            self.complaints.append(f"console {message.type}: {message.text} ({url})")

    def _see(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname != HERE:
            self.complaints.append(f"outside request: {request.url}")
