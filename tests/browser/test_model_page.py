"""The page of a model in a real browser: names, offers, hosts, past prices, what is unknown."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests import snapshot_csv
from tests.browser.checks import require_accessible, require_japanese
from tests.browser.conftest import NewPage

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
MIXTRAL = "mistralai/Mixtral-8x7B-Instruct-v0.1"
MISTRAL = "mistralai/mistral-large-4"


def open_model(page: Page, server_url: str, name: str, query: str = "?region=japaneast") -> None:
    page.goto(f"{server_url}/model/{quote(name, safe='')}{query}")
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()


def test_an_alias_in_the_address_leads_to_the_canonical_model(page: Page, server_url: str) -> None:
    """A name of another system, in other capitals."""
    open_model(page, server_url, "AZURE_AI/llama-3.3-70b-instruct")

    expect(page.get_by_role("heading", level=1)).to_have_text("Llama-3.3-70B-Instruct")
    expect(page.locator("main .panel").first).to_contain_text(LLAMA)


def test_an_unknown_name_is_said_to_be_unknown_and_the_nearest_are_offered(
    page: Page, server_url: str
) -> None:
    """Nothing is guessed; a click leads on."""
    open_model(page, server_url, "mixtral-8x7b")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The catalog knows no model called mixtral-8x7b"
    )
    page.get_by_role("link", name=MIXTRAL, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mixtral-8x7B-Instruct-v0.1")


def test_every_offer_is_on_the_page_with_price_place_date_and_source(
    page: Page, server_url: str
) -> None:
    """As many rows as the files have offers with a current price; the region's own come first."""
    priced = {row["offer_id"] for row in snapshot_csv.rows("token_prices") if not row["valid_to"]}
    expected = {
        row["id"]
        for row in snapshot_csv.rows("offers")
        if row["model_id"] == LLAMA and row["id"] in priced
    }

    open_model(page, server_url, LLAMA)
    rows = page.locator("#offers tbody tr")

    expect(rows).to_have_count(len(expected))
    first = rows.first
    for text in ("Microsoft Azure", "azure/Llama-3.3-70B-Instruct/global/japaneast", "$0.71"):
        expect(first).to_contain_text(text)
    expect(first).to_contain_text("Japan East")
    expect(first).to_contain_text("global: may be processed anywhere")
    expect(first).to_contain_text("Aug 25, 2025")
    expect(first.get_by_role("link", name="Azure Retail Prices API")).to_have_attribute(
        "rel", "noopener noreferrer"
    )


def test_an_offer_and_a_host_lead_to_decide_by_public_ids_only(page: Page, server_url: str) -> None:
    """No price stands in a link."""
    open_model(page, server_url, LLAMA)
    offer = page.locator("#offers tbody tr").first.get_by_role("link", name="Use")
    expect(offer).to_have_attribute(
        "href",
        "/?use_model=meta-llama%2FLlama-3.3-70B-Instruct"
        "&use_offer=azure%2FLlama-3.3-70B-Instruct%2Fglobal%2Fjapaneast&use_region=japaneast",
    )
    host = page.locator("#hosts-of-model tbody tr").first.get_by_role("link", name="Use")
    expect(host).to_have_attribute(
        "href",
        "/?use_model=meta-llama%2FLlama-3.3-70B-Instruct"
        "&use_instance=Standard_NC48ads_A100_v4&use_region=japaneast",
    )


def test_another_region_draws_its_prices_and_is_undone_by_going_back(
    page: Page, server_url: str
) -> None:
    """West Europe sells it regionally; the choice is in the address and remembered."""
    open_model(page, server_url, LLAMA)
    page.get_by_role("textbox", name="Prices for").click()
    page.get_by_role("textbox", name="Prices for").fill("West Europe")
    page.get_by_role("option", name=re.compile("West Europe")).click()
    expect(page).to_have_url(re.compile("region=westeurope"))
    expect(page.locator("#cheapest h2")).to_contain_text("West Europe")
    expect(page.locator("#offers tbody tr").first).to_contain_text("West Europe")

    page.go_back()
    expect(page.locator("#cheapest h2")).to_contain_text("Japan East")


def test_a_listed_host_without_a_price_says_so(page: Page, server_url: str) -> None:
    """Azure lists three sizes for Mixtral; one has no price in Japan East."""
    open_model(page, server_url, MIXTRAL)
    rows = page.locator("#hosts-of-model tbody tr")

    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Standard_ND96asr_v4")).to_contain_text("no price known there")
    expect(rows.filter(has_text="Standard_NC96ads_A100_v4")).to_contain_text("$21.303 an hour")


def test_the_past_is_told_drawn_and_tabled_alike(page: Page, server_url: str) -> None:
    """The finding names the last change; the table has every step, newest first."""
    offer = next(row["id"] for row in snapshot_csv.rows("offers") if row["model_id"] == MISTRAL)
    steps = [
        row
        for row in snapshot_csv.rows("token_prices")
        if row["offer_id"] == offer and row["kind"] in ("input", "output")
    ]
    open_model(page, server_url, MISTRAL)
    expect(page.locator("#past-chart .main-svg").first).to_be_visible()
    expect(page.locator(".finding")).to_contain_text("The input price fell by 49 % on Oct 29, 2026")
    page.get_by_text("The same as a table").click()
    rows = page.locator("section", has_text="How the price went").locator("tbody tr")

    expect(rows).to_have_count(len(steps))
    expect(rows.first).to_contain_text("still")
    expect(rows.nth(2)).to_contain_text("beginning not known")


def test_what_is_not_known_comes_with_the_way_to_supply_it(page: Page, server_url: str) -> None:
    """No price by the token in Japan East: the command that loads one's own."""
    open_model(page, server_url, MIXTRAL)
    gaps = page.locator("#unknown")

    expect(gaps).to_contain_text("No price by the token in Japan East")
    expect(gaps).to_contain_text("modelcost own-prices template")
    expect(gaps).to_contain_text("A measurement of what one host sustains")
    expect(gaps).not_to_contain_text("Licence")


def test_every_name_stands_with_its_evidence_and_doubts(page: Page, server_url: str) -> None:
    """The name that may mean the base model too says so, and links to it."""
    links = [row for row in snapshot_csv.rows("model_links") if row["model_id"] == MIXTRAL]
    open_model(page, server_url, MIXTRAL)
    page.get_by_text("All its names, and why they are joined").click()
    rows = page.locator("section", has_text="All its names").locator("tbody tr")

    expect(rows).to_have_count(len(links))
    doubt = rows.filter(has_text="genai_prices/mistral")
    expect(doubt).to_contain_text("may also mean")
    expect(doubt.get_by_role("link")).to_have_text("mistralai/Mixtral-8x7B-v0.1")


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", [LLAMA, MISTRAL])
def test_axe_finds_nothing_on_the_page_of_a_model(
    new_page: NewPage, server_url: str, locale: str, scheme: str, width: int, name: str
) -> None:
    """With everything unfolded: hosts and tables, the chart, the names."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_model(page, server_url, name)
    expect(page.locator("#past-chart .main-svg").first).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    require_accessible(page)
    if locale == "ja-JP":
        require_japanese(page)
