"""The tab Base and overflow in a real browser: chosen by keyboard, kept, accessible."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.test_decide import field, open_decide
from tests.dashboard.exports.test_hybrid_choice import pair_of

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


def test_the_workbook_is_about_the_pair_that_was_chosen(new_page: NewPage, server_url: str) -> None:
    """And about the default once the question has it no more."""
    page = new_page()
    open_decide(page, server_url, EVERY_WAY)
    expect(page.locator("#study-base-size .main-svg").first).to_be_visible()
    base = page.get_by_role("combobox", name="Base, always running").or_(
        page.get_by_role("textbox", name="Base, always running")
    )
    base.click()
    page.get_by_role("option", name="PTU for a year").click()
    expect(finding(page)).to_contain_text("PTU for a year with Per token, global")

    chosen = pair_of(taken(page))
    page.fill(field(page, "options.6.name"), "PTU renamed")
    expect(page.locator("#tables")).to_contain_text("PTU renamed")
    renamed = pair_of(taken(page))

    assert chosen.startswith("Base: PTU for a year. Overflow: Per token, global.")
    assert renamed.startswith("Base: PTU by the hour. Overflow: Per token, global.")


def taken(page: Page) -> bytes:
    """The workbook that the menu of papers saves."""
    page.locator("#export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem").first.click()
    return Path(saved.value.path()).read_bytes()
