"""The whole path without a mouse: from the skip link to a saved decision that is opened."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.journeys.steps import IN_BOTH_LANGUAGES, break_even, settled, texts_of
from tests.browser.test_decide import field

MOST_STOPS = 150


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there; a person gives up some time."""
    for _ in range(MOST_STOPS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by {MOST_STOPS} stops: {target}")


def tab_back_to(page: Page, target: Locator) -> None:
    """The same backwards."""
    for _ in range(MOST_STOPS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"not reached by {MOST_STOPS} stops: {target}")


@IN_BOTH_LANGUAGES
def test_a_decision_is_made_saved_and_opened_without_a_mouse(
    new_page: NewPage, server_url: str, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """Skip link, navigation, an example, another load, the tabs by arrows, the Export menu, the
    dialog that saves, and the link to what was saved."""
    texts = texts_of(locale)
    page = new_page(locale=locale)
    page.goto(f"{server_url}/hosts")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    tab_to(page, page.get_by_role("link", name=texts("nav.decide"), exact=True))
    page.keyboard.press("Enter")
    settled(page)

    example = page.locator("#example")
    tab_to(page, example)
    page.keyboard.press("ArrowDown")
    wanted = page.get_by_role("option", name=texts("example.article-with-capacity"), exact=True)
    expect(wanted).to_be_visible()
    for _ in range(page.get_by_role("option").count()):
        if wanted.get_attribute("data-combobox-selected"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#basis")).to_contain_text(re.compile("1,250.*1,250"))
    load = page.locator(field(page, "workload.requests_per_hour"))
    tab_to(page, load)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("13200")
    expect(page).to_have_url(re.compile("requests_per_hour=13200"))
    expect(page.locator("#tables tr.cheapest").first).to_contain_text("GPU hosts")
    expect(load).to_be_focused()

    number = break_even(page).locator("button.number").first
    tab_to(page, number)
    page.keyboard.press("Enter")
    explained = page.get_by_role("dialog")
    expect(explained).to_be_visible()
    page.keyboard.press("Escape")
    expect(explained).not_to_be_visible()
    expect(number).to_be_focused()

    tabs = page.locator("#study").get_by_role("tab")
    tab_to(page, tabs.first)
    for place in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        expect(tabs.nth(place)).to_have_attribute("aria-selected", "true")
        expect(page.locator("#study [role=tabpanel]:visible .finding").first).not_to_be_empty()

    menu = page.locator("#export")
    tab_back_to(page, menu)
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem").first).not_to_be_visible()
    expect(menu).to_be_focused()

    opener = page.locator("#save-open")
    tab_back_to(page, opener)
    page.keyboard.press("Enter")
    title = page.locator("#save-title")
    expect(title).not_to_have_value("")
    tab_to(page, title)
    tab_to(page, page.locator("#save-owner"))
    page.keyboard.type("Aoi Tanaka")
    tab_to(page, page.locator("#save-send"))
    page.keyboard.press("Enter")
    link = page.locator("#saved-link")
    expect(link).to_be_visible()
    arrived(page, "saved")
    tab_back_to(page, link)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/decisions/"))
    expect(page.locator("#seal")).to_contain_text(texts("decisions.verified"))
    expect(page.locator("#decision-figures tbody tr")).to_have_count(2)
    arrived(page, "opened")
