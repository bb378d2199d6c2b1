"""The tab Base and overflow in a real browser: chosen by keyboard, kept, accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.test_decide import field, open_decide

EVERY_WAY = "?scenario=every-way-to-buy&tab=hybrid"


def finding(page: Page) -> Locator:
    """The sentence that stands first in the open tab."""
    return page.locator("#study [role=tabpanel]:visible .finding").first


@pytest.mark.parametrize(
    ("locale", "width", "scheme", "labels", "said"),
    [
        (
            "en-US", 1440, "light", ("Base, always running", "Load over the hours"),
            "PTU for a year with Per token, global for the overflow",
        ),
        (
            "ja-JP", 390, "dark", ("常時稼働する案", "時間帯ごとの負荷"),
            "「PTU for a year」×",
        ),
    ],
)  # fmt: skip
def test_a_base_and_hours_are_chosen_kept_and_accessible(
    new_page: NewPage,
    server_url: str,
    locale: str,
    width: int,
    scheme: str,
    labels: tuple[str, str],
    said: str,
) -> None:
    """Another base changes the sentence, keeps the focus, and stays when the load changes."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_decide(page, server_url, EVERY_WAY)
    base = page.get_by_role("combobox", name=labels[0]).or_(
        page.get_by_role("textbox", name=labels[0])
    )
    expect(base).to_have_value("PTU by the hour")
    expect(page.locator("#study-base-size .main-svg").first).to_be_visible()
    require_accessible(page)

    base.click()
    page.get_by_role("option", name="PTU for a year").click()

    expect(finding(page)).to_contain_text(said)
    expect(base).to_have_value("PTU for a year")
    require_accessible(page)
    before = finding(page).inner_text()
    page.fill(field(page, "workload.requests_per_hour"), "40000")
    expect(finding(page)).not_to_have_text(before)
    expect(base).to_have_value("PTU for a year")
    expect(page.locator("#study").get_by_text(labels[1])).to_be_visible()
