"""Capacity on the Decide page in a real browser: chosen, seen, narrowed, and where nothing fits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.test_decide import field, open_decide

JAPANESE = re.compile("[ぁ-ん]")


def estimate(page: Page, words: str = "Estimate it") -> None:
    """Choose the third way to say what a host can serve; the form is drawn anew before it returns,
    or what is typed next would be lost."""
    page.locator(".option-dedicated").get_by_text(words, exact=True).click()
    open_tab(page)
    expect(page.locator(field(page, "options.1.serving.weights"))).to_have_count(1)


def open_tab(page: Page) -> None:
    """The tab that holds the capacity; the last of the row in every language."""
    page.locator("#study").get_by_role("tab").last.click()


def test_estimating_the_hosts_of_the_article_shows_how_many_its_load_takes(
    page: Page, server_url: str
) -> None:
    """Three hosts are paid in the article; the estimate says that five are needed."""
    open_decide(page, server_url)
    estimate(page)

    panel = page.locator("#capacity-panel")
    expect(panel).to_contain_text("takes 5 hosts, likely 3 to 11")
    expect(panel.locator(".main-svg").first).to_be_visible()
    expect(panel.locator(".js-plotly-plot")).to_have_count(3)
    expect(page.locator("#basis")).to_contain_text("Light band")
    expect(page.locator("#chart .annotation", has_text="hosts full, between")).to_have_count(1)


def test_how_it_is_served_is_typed_warned_of_and_there_after_a_reload(
    page: Page, server_url: str
) -> None:
    """Eight bits serve more and want a look at the quality; the link brings them back."""
    open_decide(page, server_url)
    estimate(page)
    page.get_by_text("How it is served").click()
    page.locator(field(page, "options.1.serving.weights")).click()
    page.get_by_role("option", name="8 bits (int8)").click()

    expect(page.locator(".option-dedicated .caution")).to_contain_text("check the quality")
    expect(page.locator("#capacity-panel .caution")).to_be_visible()
    expect(page.locator("#capacity-panel")).to_contain_text("Weights 8 bits (int8)")
    expect(page).to_have_url(re.compile(r"scenario=(?!article)"))
    page.reload()
    expect(page.locator(field(page, "options.1.serving.weights"))).to_have_value("8 bits (int8)")
    expect(page.locator("#capacity-panel")).to_contain_text("Weights 8 bits (int8)")


def test_a_target_of_each_further_token_binds_and_stands_in_the_link(
    page: Page, server_url: str
) -> None:
    """A public number of the workload: no saved question is needed for it."""
    open_decide(page, server_url)
    page.fill(field(page, "workload.tpot_seconds"), "0.02")

    expect(page).to_have_url(re.compile(r"scenario=article&.*tpot_seconds=0.02"))
    open_tab(page)
    page.locator("#capacity-panel").get_by_text("What stands behind this").click()
    expect(page.locator("#capacity-panel")).to_contain_text(
        "Your target of 20 ms for each further token binds"
    )
    expect(page.locator("#capacity-panel .main-svg").first).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "chosen", "sentence"),
    [
        ("en-US", "Estimate it", "No number of these hosts can serve this model as asked."),
        ("ja-JP", "見積もる", "このサーバーを何台並べても、この条件ではこのモデルを動かせません。"),
    ],
)
def test_a_model_that_does_not_fit_gets_a_plain_sentence(
    new_page: NewPage, server_url: str, locale: str, chosen: str, sentence: str
) -> None:
    """What is missing and what would lift it, instead of a number."""
    page = new_page(locale=locale)
    open_decide(page, server_url)
    estimate(page, chosen)
    model = page.locator(field(page, "model"))
    model.click()
    model.fill("Llama-3.3-70B-Instruct")
    page.get_by_role("option", name="meta-llama/Llama-3.3-70B-Instruct", exact=True).click()

    panel = page.locator("#capacity-panel")
    expect(panel).to_contain_text(sentence)
    expect(panel).to_contain_text("53.7 GiB")
    expect(panel.locator(".js-plotly-plot")).to_have_count(0)
    if locale == "ja-JP":
        expect(panel.locator(".remarks").first).to_contain_text(JAPANESE)


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_unfolded_panel_is_accessible_and_fits_its_window(
    new_page: NewPage, server_url: str, locale: str, width: int, scheme: str
) -> None:
    """Charts, tables and folds, in both languages and schemes, wide and narrow."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_decide(page, server_url)
    estimate(page, "Estimate it" if locale == "en-US" else "見積もる")
    panel = page.locator("#capacity-panel")
    expect(panel.locator("details")).to_have_count(2)  # the article's own had them in a third
    expect(panel.locator(".js-plotly-plot")).to_have_count(3)
    for fold in panel.locator("details > summary").all():
        fold.click()

    require_accessible(page)
