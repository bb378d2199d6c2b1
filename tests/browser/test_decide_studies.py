"""The tabs under the chart in a real browser: opened, kept, never of another answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.test_decide import field, open_decide

TABS = ("whole_cost", "over_time", "how_sure", "where")
JAPANESE_NAMES = ("総コスト", "期間の推移", "確からしさ", "条件の範囲")


def shown(page: Page) -> Locator:
    """The sentence above the first chart of the open tab."""
    return page.locator("#study [role=tabpanel]:visible .finding").first


def test_each_tab_is_drawn_by_keyboard_and_stands_in_the_address(
    page: Page, server_url: str
) -> None:
    """Arrow keys walk the row; a reload opens the same tab."""
    open_decide(page, server_url, "?scenario=article-with-capacity")
    tabs = page.locator("#study").get_by_role("tab")
    expect(shown(page)).to_contain_text("Per token costs $6,599 a month")

    tabs.first.focus()
    for place, words in enumerate(
        ("Over 12 months", "is the cheapest in 100 %", "is the cheapest at every mix"), start=1
    ):
        page.keyboard.press("ArrowRight")
        expect(tabs.nth(place)).to_have_attribute("aria-selected", "true")
        expect(shown(page)).to_contain_text(words)
        expect(page).to_have_url(re.compile(f"tab={TABS[place]}"))
        expect(page.locator("#study .js-plotly-plot:visible .main-svg").first).to_be_visible()

    page.reload()
    expect(shown(page)).to_contain_text("is the cheapest at every mix")
    assert "tab=where" in page.url


def test_a_new_load_draws_the_open_tab_anew(page: Page, server_url: str) -> None:
    """And the tab stays in the address when the answer changes."""
    open_decide(page, server_url, "?scenario=article-with-capacity&tab=whole_cost")
    page.fill(field(page, "workload.requests_per_hour"), "10000")

    expect(shown(page)).to_contain_text("$10,943 a month")
    page.locator("#study").get_by_role("tab", name="Where").click()
    expect(page).to_have_url(re.compile("tab=where"))
    page.fill(field(page, "workload.requests_per_hour"), "13200")
    expect(page).to_have_url(re.compile(r"requests_per_hour=13200.*tab=where"))
    expect(shown(page)).to_contain_text("changes with the mix of output tokens")


def test_a_horizon_typed_left_moves_the_tab(page: Page, server_url: str) -> None:
    """Folded until it is used; a missing first month is said at its field."""
    open_decide(page, server_url, "?scenario=article-with-capacity&tab=over_time")
    expect(shown(page)).to_contain_text("Over 12 months")
    page.locator(".time-fields > summary").click()
    page.fill(field(page, "plan.months"), "36")
    expect(page.locator("#problems")).to_contain_text("First month")
    expect(shown(page)).to_contain_text("Over 12 months")

    page.fill(field(page, "plan.start"), "2027-04")

    expect(shown(page)).to_contain_text("Over 36 months")
    expect(page.locator("#problems")).to_be_empty()


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_tab_is_accessible_and_fits_its_window(
    new_page: NewPage, server_url: str, locale: str, width: int, scheme: str
) -> None:
    """Charts and tables, in both languages and schemes, wide and narrow."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_decide(page, server_url, "?scenario=article-with-capacity")
    for place in range(len(TABS)):
        page.locator("#study").get_by_role("tab").nth(place).click()
        expect(page.locator("#study .js-plotly-plot:visible .main-svg").first).to_be_visible()
        require_accessible(page)
        if locale == "ja-JP":
            expect(page.locator("#study").get_by_role("tab").nth(place)).to_have_text(
                JAPANESE_NAMES[place]
            )
