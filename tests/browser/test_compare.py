"""The comparison of models in a browser: both languages, on a telephone, without a mouse trap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import require_accessible

MODELS = "model=meta-llama/Llama-3.3-70B-Instruct&model=microsoft/phi-4&region=japaneast"


def test_a_typed_workload_and_a_metric_stand_in_the_address(page: Page, server_url: str) -> None:
    """Back leads to the metric before."""
    page.goto(f"{server_url}/compare?{MODELS}")
    page.locator("#compare-requests_per_month").fill("1000")
    page.locator("#compare-output_tokens").fill("1000")
    page.get_by_role("button", name="Apply").click()

    page.wait_for_url("**requests_per_month=1000**")
    expect(page.locator(".figures.compare")).to_contain_text("$1.42 a month")
    page.get_by_role("link", name="First token", exact=True).click()
    expect(page.locator(".metric[aria-current]")).to_have_text(["First token", "Published runs"])
    page.get_by_role("link", name="Your batch test", exact=True).click()
    expect(page.locator(".metric[aria-current]")).to_have_text(["First token", "Your batch test"])
    expect(page.locator("#worth")).to_contain_text("Time to the first token is not compared")
    page.go_back()
    page.go_back()
    expect(page.locator(".metric[aria-current]")).to_have_text(["Quality"])


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("ja", 390)])
def test_the_page_is_accessible_and_no_wider_than_the_screen(
    page: Page, server_url: str, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server_url}/compare?{MODELS}&lang={language}")
    expect(page.locator(".figures.compare tr.differs").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    require_accessible(page)


def test_compared_models_stand_on_decide_as_an_option_each(page: Page, server_url: str) -> None:
    """With the workload of the comparison."""
    page.goto(f"{server_url}/compare?{MODELS.replace('japaneast', 'eastus')}&input_tokens=1500")
    page.get_by_role("link", name="Take 2 models to Decide, an option each").click()

    expect(page.locator(".option-card")).to_have_count(2)
    expect(page.get_by_label("Input tokens").first).to_have_value("1500")
