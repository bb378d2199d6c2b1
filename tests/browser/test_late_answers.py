"""An answer that was overtaken by a newer one is never shown on Decide, however late it comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_decide import field, open_decide
from tests.browser.test_decide_hybrid import EVERY_WAY, finding
from tests.browser.test_decide_typing import REQUESTS, Held


def choose(page: Page, label: str, option: str) -> None:
    """Pick one line of a list of the tab Base and overflow."""
    page.get_by_role("combobox", name=label).or_(page.get_by_role("textbox", name=label)).click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.parametrize("output", ["chart.figure", "still-rest.data"], ids=["answer", "tables"])
def test_the_answer_to_an_older_question_is_not_drawn_over_a_newer_one(
    page: Page, server_url: str, output: str
) -> None:
    """The first of two is held back until the second stands there."""
    open_decide(page, server_url)
    held = Held(page, output, most=1)
    with page.expect_request(held.is_meant):
        page.fill(field(page, REQUESTS), "7000")
    page.fill(field(page, REQUESTS), "9000")
    tables = page.locator("#tables")
    expect(tables).to_contain_text("9,000 requests an hour")

    with page.expect_response(lambda response: held.is_meant(response.request)) as late:
        held.let_go()
    late.value.finished()
    # Another question to the service and back: what came before it has been drawn, or dropped.
    tables.locator("button.number").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("9,000")

    expect(tables).to_contain_text("9,000 requests an hour")
    expect(tables).not_to_contain_text("7,000")


def test_a_tab_opened_before_the_tables_followed_does_not_keep_them_back(
    page: Page, server_url: str
) -> None:
    """The call for the tab takes the place of the one for the tables."""
    open_decide(page, server_url)
    held = Held(page, "still-rest.data", most=1)
    with page.expect_request(held.is_meant):
        page.fill(field(page, REQUESTS), "9000")
    page.get_by_role("tab", name="Over time").click()

    expect(page.locator("#tables")).to_contain_text("9,000 requests an hour")
    held.let_go()


def test_two_choices_at_once_are_both_in_the_answer(page: Page, server_url: str) -> None:
    """The browser drops the answer to the first; the second is about both."""
    open_decide(page, server_url, EVERY_WAY)
    expect(page.locator("#study-base-size .main-svg").first).to_be_visible()
    held = Held(page, """{\\"name\\":[\\"ALL\\"],\\"type\\":\\"hybrid-shown""", most=1)
    with page.expect_request(held.is_meant):
        choose(page, "Base, always running", "PTU for a year")
    choose(page, "Overflow", "Batch")

    expect(finding(page)).to_contain_text("PTU for a year with Batch for the overflow")
    with page.expect_response(lambda response: held.is_meant(response.request)) as late:
        held.let_go()
    late.value.finished()
    page.fill(field(page, REQUESTS), "40000")
    expect(page.locator("#tables")).to_contain_text("40,000 requests an hour")
    expect(finding(page)).to_contain_text("PTU for a year with Batch for the overflow")


def test_a_choice_about_an_older_question_is_not_drawn_under_a_newer_one(
    page: Page, server_url: str
) -> None:
    """The question changes while the answer to a choice is held back."""
    open_decide(page, server_url, EVERY_WAY)
    expect(page.locator("#study-base-size .main-svg").first).to_be_visible()
    held = Held(page, """{\\"name\\":[\\"ALL\\"],\\"type\\":\\"hybrid-shown""", most=1)
    with page.expect_request(held.is_meant):
        choose(page, "Base, always running", "PTU for a year")
    before = finding(page).inner_text()
    page.fill(field(page, REQUESTS), "40000")
    expect(page.locator("#tables")).to_contain_text("40,000 requests an hour")
    expect(finding(page)).not_to_have_text(before)
    now = finding(page).inner_text()

    with page.expect_response(lambda response: held.is_meant(response.request)) as late:
        held.let_go()
    late.value.finished()
    page.locator("#tables button.number").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("730 hours")

    assert now == finding(page).inner_text()
