"""What every page is held to: accessible, within its window, in one language."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

NOT_TRANSLATED = re.compile(r"\b(the|and|with|not|price|model|host|region|unknown|offer)s?\b", re.I)


def require_accessible(page: Page) -> None:
    """Axe finds nothing, and the page itself does not scroll sideways. What still shows an earlier
    answer is faded until it is drawn, so that is waited for."""
    expect(page.locator(".busy")).to_have_count(0)
    results = Axe().run(page)
    assert [] == [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in results.response["violations"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


def require_japanese(page: Page) -> None:
    """No English word is left but in what is marked as English, and in names from the data."""
    text = page.evaluate(
        """() => {
          const copy = document.querySelector("#page").cloneNode(true);
          for (const one of copy.querySelectorAll("[lang=en], a, code, .small, select, script")) {
            one.remove();
          }
          return copy.textContent;
        }"""
    )
    assert [] == NOT_TRANSLATED.findall(text)
    assert "ja" == page.evaluate("document.documentElement.lang")
