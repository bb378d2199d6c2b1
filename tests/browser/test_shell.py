"""The frame of the pages: navigation, titles, language and theme that go along, real 404s."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

MODEL = "/model/meta-llama%2FLlama-3.3-70B-Instruct"


@pytest.mark.parametrize(
    ("path", "title", "titled"),
    [
        ("/", "modelcost: by the token", "modelcost: トークン課金か"),
        ("/catalog", "Catalog · modelcost", "カタログ · modelcost"),
        ("/hosts", "GPU hosts · modelcost", "GPUサーバー · modelcost"),
        ("/compare", "Side by side · modelcost", "並べて比較 · modelcost"),
        (MODEL, "meta-llama/Llama-3.3-70B-Instruct ·", "meta-llama/Llama-3.3-70B-Instruct ·"),
        ("/model/%3Ci%3E%7B%25config%25%7D", "&lt;i&gt;&#123;%config%}", "&lt;i&gt;"),
    ],
)
def test_the_first_html_carries_title_and_language(
    server_url: str, path: str, title: str, titled: str
) -> None:
    """Before any script runs; what an address says is text."""
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client:
        english, japanese = client.get(path), client.get(f"{path}?lang=ja")

    assert f"<title>{title}" in english.text
    assert f"<title>{titled}" in japanese.text
    assert '<html lang="ja"' in japanese.text
    assert (200, 200) == (english.status_code, japanese.status_code)


@pytest.mark.parametrize("path", ["/model", "/model/", "/catalog/x", "/hosts/1", "/host/", "/x"])
def test_a_path_without_a_page_is_a_real_404(server_url: str, path: str) -> None:
    """Not a page that says so with status 200."""
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client:
        answer = client.get(path)

    assert 404 == answer.status_code
    assert "react-entry-point" not in answer.text


def test_only_pages_with_a_grid_load_the_grid(server_url: str) -> None:
    """Its 1.3 MB of script would slow down the first page for nothing."""
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client:
        loads = {
            path: "/dash_ag_grid/" in client.get(path).text
            for path in ("/", "/compare", MODEL, "/catalog", "/hosts")
        }

    assert {"/": False, "/compare": False, MODEL: False, "/catalog": True, "/hosts": True} == loads


@pytest.mark.parametrize(
    ("path", "name", "current"),
    [
        ("/", "Decide", "page"),
        ("/catalog", "Catalog", "page"),
        ("/hosts", "Hosts", "page"),
        (MODEL, "Catalog", "true"),
        ("/host/azure%2FStandard_NC24ads_A100_v4", "Hosts", "true"),
    ],
)
def test_the_navigation_marks_where_one_is(
    page: Page, server_url: str, path: str, name: str, current: str
) -> None:
    """Exactly one entry, also on pages that are reached through another."""
    page.goto(f"{server_url}{path}")
    marked = page.get_by_role("navigation", name="Pages").locator("[aria-current]")

    expect(marked).to_have_text([name])
    expect(marked).to_have_attribute("aria-current", current)


def test_the_language_link_keeps_path_and_state(page: Page, server_url: str) -> None:
    """A filter that was set after the page was drawn is kept too."""
    page.goto(f"{server_url}/catalog?sort=popularity")
    page.get_by_role("button", name=re.compile("^mit")).click()
    expect(page).to_have_url(re.compile("license=mit"))
    page.get_by_role("link", name="日本語").click()

    expect(page).to_have_url(re.compile(r"/catalog\?(?=.*license=mit)(?=.*lang=ja)"))
    expect(page.locator("#catalog-chips")).to_contain_text("ライセンス: mit")
    page.locator(".cell-link").first.click()
    expect(page).to_have_url(re.compile(r"/model/.*lang=ja"))
    expect(page.locator("#offers h2")).to_have_text("トークン従量課金の提供一覧")


def test_the_chosen_theme_goes_along_to_the_next_page(page: Page, server_url: str) -> None:
    """Its first HTML is dark already, so that nothing flashes."""
    page.goto(f"{server_url}/hosts")
    page.get_by_role("button", name="Light / dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("theme=dark"))
    page.get_by_role("link", name="Catalog", exact=True).click()

    expect(page).to_have_url(re.compile("/catalog.*theme=dark"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("path", ["/", "/catalog", "/hosts", MODEL, "/compare", "/sync"])
def test_the_first_tab_stop_leads_to_the_content(
    new_page: NewPage, server_url: str, path: str
) -> None:
    """On a telephone too, where the navigation stands above it. The address stays as it is: were
    it to change, the page would be drawn anew and the focus lost with what had it."""
    page = new_page(width=390)
    page.goto(f"{server_url}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.evaluate("window.addEventListener('popstate', () => { window.drawnAnew = true; })")
    page.keyboard.press("Enter")
    expect(page.locator("#answer" if path == "/" else "#content")).to_be_focused()
    assert "#" not in page.url
    assert page.evaluate("window.drawnAnew") is None
