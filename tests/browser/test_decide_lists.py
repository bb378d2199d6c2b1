"""Picking models, offers and hosts on the Decide page: lists that search the catalog."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_decide import field, open_decide

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
GLOBAL = "azure/Llama-3.3-70B-Instruct/global/japaneast"


def test_an_offer_is_found_by_words_and_priced(page: Page, server_url: str) -> None:
    """gpt-4o in Japan: typed as a person would, picked with its prices in sight."""
    open_decide(page, server_url)
    page.get_by_role("radiogroup", name="Prices").first.get_by_text("From the catalog").click()
    offer = page.locator(field(page, "options.0.offer"))
    offer.fill("gpt-4o japaneast regional")
    line = page.get_by_role("option").first
    expect(line).to_contain_text("gpt-4o-2024-11-20")
    expect(line).to_contain_text("in $3.025 · out $12.1 per 1M tokens")
    line.click()
    expect(page.locator("#basis")).to_contain_text("regional: processed in its region")
    expect(offer).to_have_value(re.compile("gpt-4o-2024-11-20"))


def test_nonsense_in_a_list_finds_nothing_and_says_so(page: Page, server_url: str) -> None:
    """Quotes, signs and markup are words like any others."""
    open_decide(page, server_url)
    page.locator(field(page, "model")).fill("\"' OR 1=1 --<img>")
    expect(page.get_by_text("Nothing of that name")).to_be_visible()
    page.locator(field(page, "model")).fill("llama 70b 3.3")
    expect(page.get_by_role("option", name=LLAMA)).to_be_visible()


def test_hosts_are_listed_with_their_price_in_the_region(page: Page, server_url: str) -> None:
    """The list names GPUs and price, so that nobody picks blindly."""
    open_decide(page, server_url, "?scenario=llama-3.3-70b-japan-east")
    page.locator(field(page, "options.1.instance")).fill("H100")
    line = page.get_by_role("option", name=re.compile("NC80adis_H100"))
    expect(line).to_contain_text("2 × H100")
    expect(line).to_contain_text("$20.242/h")


@pytest.mark.parametrize(("locale", "kind"), [("en-US", "Pay per token"), ("ja-JP", "トークン")])
def test_a_question_started_from_another_page_has_the_offer_and_a_host_beside_it(
    new_page: NewPage, server_url: str, locale: str, kind: str
) -> None:
    """Azure lists no host for Llama-3.3-70B, so the cheapest whose GPUs hold it is proposed."""
    page = new_page(locale=locale)
    page.goto(f"{server_url}/?use_model={LLAMA}&use_offer={GLOBAL}&use_region=japaneast")
    expect(page.locator(".option-card")).to_have_count(2)
    expect(page.locator(".option-card").first).to_contain_text(kind)
    expect(page.locator(field(page, "options.1.instance"))).to_have_value(
        re.compile("Standard_NC48ads_A100_v4")
    )
    expect(page.locator("#problems li")).to_have_count(3)
    expect(page.locator("#summary h2")).to_have_count(0)
    for count in (2, 1, 0):  # peak, standby, people: chosen with a click each
        page.locator(".proposal button:visible").first.click()
        expect(page.locator("#problems li")).to_have_count(count)
    expect(page.locator("#basis")).to_contain_text("Standard_NC48ads_A100_v4")
    expect(page).to_have_url(re.compile("scenario="))
    assert "use_" not in unquote(page.url)


def test_a_question_started_from_a_host_gets_an_offer_of_the_region(
    page: Page, server_url: str
) -> None:
    """The other way round: the host is given, the token price is found."""
    host = "Standard_ND96isr_H200_v5"
    page.goto(f"{server_url}/?use_model={LLAMA}&use_instance={host}&use_region=japaneast")
    expect(page.locator(field(page, "options.0.offer"))).to_have_value(re.compile("japaneast"))
    expect(page.locator(field(page, "options.1.instance"))).to_have_value(re.compile(host))


def test_an_option_of_another_model_shows_that_it_is_one(page: Page, server_url: str) -> None:
    """What an option overrides stands open in its card and can be changed there."""
    open_decide(page, server_url, "?scenario=gpt-4o-or-llama-japan-east")
    own = page.locator(field(page, "options.0.model"))
    expect(own).to_be_visible()
    expect(own).to_have_value("openai/gpt-4o-2024-11-20")
    expect(page.locator("#tables")).to_contain_text("Quality is not compared")
