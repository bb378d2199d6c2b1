"""A click on a number while a tab draws numbers of its own: the explanation opens all the same."""

from __future__ import annotations

import re

from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.journeys.steps import IN_BOTH_LANGUAGES, money_row, settled
from tests.browser.test_decide import open_decide

UPDATE = re.compile("_dash-update-component")


def explains(request: Request) -> bool:
    """Whether a request asks what stands behind a number."""
    asked = request.post_data_json if UPDATE.search(request.url) else None
    return isinstance(asked, dict) and "explain.opened" in str(asked.get("output"))


@IN_BOTH_LANGUAGES
def test_a_click_on_a_number_is_not_cancelled_by_numbers_that_a_tab_draws_meanwhile(
    new_page: NewPage, server_url: str, locale: str
) -> None:
    """The request of the click is held back until the tab has drawn its numbers; the click must
    still be wanted. Numbers that are only drawn ask the server nothing."""
    page = new_page(locale=locale)
    open_decide(page, server_url, "?scenario=article-with-capacity&tab=where")
    settled(page)
    expect(page.locator("#study button.number")).to_have_count(0)
    held: list[Route] = []

    def hold_explanations(route: Route) -> None:
        if explains(route.request):
            held.append(route)
        else:
            route.continue_()

    page.route(UPDATE, hold_explanations)
    with page.expect_request(explains):
        money_row(page, 0, "GPU hosts").locator("button.number").first.click()
    page.locator("#study").get_by_role("tab").first.click()
    expect(page.locator("#study button.number")).not_to_have_count(0)
    [click] = held
    click.continue_()

    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("max(minimum_instances")
    expect(panel).to_contain_text("6.12")
