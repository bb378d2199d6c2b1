"""A click on a number while a tab draws numbers of its own: the explanation opens all the same."""

from __future__ import annotations

import re

from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.journeys.steps import IN_BOTH_LANGUAGES, money_row, settled
from tests.browser.test_decide import open_decide

UPDATE = re.compile("_dash-update-component")
CLICK = re.compile(r'"n_clicks","value":\s*[1-9]')


def explains(request: Request) -> bool:
    """Whether a request asks what stands behind a number."""
    asked = request.post_data_json if UPDATE.search(request.url) else None
    return isinstance(asked, dict) and "explain.opened" in str(asked.get("output"))


def clicked(request: Request) -> bool:
    """Whether it asks because of a click; a number that was only drawn has no clicks."""
    return explains(request) and CLICK.search(request.post_data or "") is not None


def drawn_in_the_tab(request: Request) -> bool:
    """Whether it asks because the tab with the whole cost was drawn."""
    return explains(request) and not clicked(request) and "|whole" in (request.post_data or "")


@IN_BOTH_LANGUAGES
def test_a_click_on_a_number_is_not_cancelled_by_numbers_that_a_tab_draws_meanwhile(
    new_page: NewPage, server_url: str, locale: str
) -> None:
    """The request of the click is held back until the tab has drawn its numbers, and what these
    ask of the server by being drawn is answered; the click must still be wanted."""
    page = new_page(locale=locale)
    open_decide(page, server_url, "?scenario=article-with-capacity&tab=where")
    settled(page)
    expect(page.locator("#study button.number")).to_have_count(0)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if clicked(route.request) and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(UPDATE, hold_the_first)
    with page.expect_request(clicked):
        money_row(page, 0, "GPU hosts").locator("button.number").first.click()
    with page.expect_response(lambda one: drawn_in_the_tab(one.request)):
        page.locator("#study").get_by_role("tab").first.click()
    expect(page.locator("#study button.number")).not_to_have_count(0)
    [click] = held
    click.continue_()

    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("max(minimum_instances")
    expect(panel).to_contain_text("6.12")
