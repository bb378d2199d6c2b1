"""The form of the Decide page in a real browser: what is to be chosen, on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.test_decide import field

NEW = (
    "?use_model=meta-llama/Llama-3.3-70B-Instruct&use_region=japaneast"
    "&use_offer=azure/Llama-3.3-70B-Instruct/global/japaneast"
)


def test_a_new_question_on_a_phone_asks_for_choices_and_is_accessible(
    new_page: NewPage, server_url: str
) -> None:
    """A typed choice takes its proposal away; the empty answer takes no room until there is one."""
    page = new_page(width=390, locale="ja-JP")
    page.goto(f"{server_url}/{NEW}")
    expect(page.locator("#problems li")).to_have_count(3)
    expect(page.locator("#chart-frame")).to_be_hidden()
    require_accessible(page)
    peak = page.locator(".choice", has=page.locator(field(page, "workload.peak_to_mean")))
    expect(peak.locator(".proposal")).to_be_visible()
    page.fill(field(page, "workload.peak_to_mean"), "1.5")
    expect(peak.locator(".proposal")).to_be_hidden()
    expect(page.locator("#problems li")).to_have_count(2)
