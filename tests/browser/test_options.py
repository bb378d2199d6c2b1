"""The comparison of options in a browser: from Decide and back, both languages, two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import require_accessible

MANY = "scenario=every-way-to-buy"


def test_the_question_goes_along_from_decide_and_back(page: Page, server_url: str) -> None:
    """With the workload that was typed there; and the choice of a latency stands in the address."""
    page.goto(f"{server_url}/?scenario=article")
    expect(page.locator("#summary .headline")).to_be_visible()
    load = page.get_by_label("Input tokens", exact=False).first
    load.fill("2000")
    page.wait_for_url("**input_tokens=2000**")
    page.locator("#to-options").click()

    page.wait_for_url("**/compare?**input_tokens=2000**")
    table = page.locator(".figures.compare")
    expect(table.locator("thead")).to_contain_text("Three hosts")
    expect(page.locator("#verdict")).to_contain_text("2,000 input")
    page.get_by_role("link", name="Further token", exact=True).press("Enter")
    page.get_by_role("link", name="Modelled", exact=True).press("Enter")
    page.wait_for_url("**latency=modelled**")
    page.locator("#to-decide").click()
    page.wait_for_url("**/?**input_tokens=2000**")
    expect(page.locator("#summary .headline")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_options_is_accessible_and_no_wider_than_the_screen(
    page: Page, server_url: str, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server_url}/compare?{MANY}&lang={language}&metric=token_time&latency=modelled")
    expect(page.locator(".figures.compare tr.differs").first).to_be_visible()
    expect(page.locator("#pareto-chart .scatterlayer .point").first).to_be_visible()
    for opened in ("#worth details > summary", "#adds-up details > summary"):
        page.locator(opened).first.click()

    require_accessible(page)
    expect(page.locator("#worth .chart-file")).to_have_count(3)
