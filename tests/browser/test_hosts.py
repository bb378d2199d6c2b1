"""The pages of GPU hosts in a real browser: the list with its filters, and one host."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import snapshot_csv
from tests.browser.checks import require_accessible, require_japanese
from tests.browser.conftest import NewPage
from tests.browser.grids import row_facts

MI300X = "azure/Standard_ND96is_MI300X_v5"


def open_hosts(page: Page, server_url: str, query: str = "?region=japaneast") -> None:
    page.goto(f"{server_url}/hosts{query}")
    expect(page.locator("#hosts-status")).to_have_text(re.compile(r"\d"))


def test_the_list_counts_every_host_and_hides_the_retired(page: Page, server_url: str) -> None:
    """Those that ended before today are there when asked for."""
    hosts = snapshot_csv.rows("instances")
    ended = [row for row in hosts if "" < row["retired_on"] <= "2026-11-24"]
    open_hosts(page, server_url)
    expect(page.locator("#hosts-status")).to_have_text(
        f"{len(hosts) - len(ended)} hosts of {len(hosts)}"
    )
    page.get_by_label("Retired ones too").check()

    expect(page.locator("#hosts-status")).to_have_text(f"{len(hosts)} hosts of {len(hosts)}")
    expect(page).to_have_url(re.compile("retired=any"))


def test_a_price_stands_with_its_day_and_the_cheapest_region_beside_it(
    page: Page, server_url: str
) -> None:
    """As the files have it."""
    name = "Standard_NC24ads_A100_v4"
    here = snapshot_csv.cheapest_host([f"azure/{name}"], "japaneast", "")
    assert here is not None
    open_hosts(page, server_url, f"?region=japaneast&q={name}")
    facts = row_facts(page, name)

    expect(facts.locator("[col-id=here_usd]")).to_have_text(f"${here.usd}Jun 18, 2026")
    expect(facts.locator("[col-id=cheapest_usd]")).to_contain_text("East US")
    expect(page.get_by_role("columnheader", name="An hour in Japan East")).to_be_visible()


def test_filters_stand_in_the_address_and_are_back_after_a_reload(
    page: Page, server_url: str
) -> None:
    """Memory, provider, price there and order; the rows are the same."""
    open_hosts(page, server_url)
    page.locator("#hosts-filters").get_by_label("GPU memory, all").select_option("320")
    page.locator("#hosts-filters").get_by_label("Provider").select_option("azure")
    page.get_by_label("With a price there").check()
    expect(page).to_have_url(re.compile("provider=azure&memory=320&priced=true"))
    names = page.locator(".ag-pinned-left-cols-container .cell-link")
    expect(names.first).to_have_text("Standard_NC96ads_A100_v4")
    before = names.all_text_contents()

    page.reload()

    expect(names).to_have_text(before)
    expect(page.locator("#hosts-filters").get_by_label("Provider")).to_have_value("azure")
    page.get_by_role("columnheader", name="An hour in Japan East").click()
    expect(page).to_have_url(re.compile("order=descending"))
    expect(names.first).to_have_text("Standard_ND96isr_H100_v5")


def test_what_has_no_price_stands_last_in_either_order(page: Page, server_url: str) -> None:
    """A host without a price here is neither the cheapest nor the dearest."""
    open_hosts(page, server_url)
    first = page.locator(".ag-center-cols-container .ag-row[row-index='0'] [col-id=here_usd]")
    expect(first).to_contain_text("$")
    page.get_by_role("columnheader", name="An hour in Japan East").click()
    expect(page).to_have_url(re.compile("order=descending"))
    expect(first).to_contain_text("$")


def test_an_empty_list_of_hosts_says_which_filter_to_drop(page: Page, server_url: str) -> None:
    """No T4 has 640 GiB."""
    open_hosts(page, server_url, "?region=japaneast&gpu=T4&memory=640")
    page.get_by_role("button", name=re.compile("Without GPU memory, all: ")).click()

    expect(page.locator("#hosts-empty")).to_be_hidden()
    expect(page.locator(".cell-link").first).to_contain_text("T4")


def test_one_host_has_prices_by_region_and_its_fall_as_a_finding(
    page: Page, server_url: str
) -> None:
    """From the list by Enter; its page says what one pays where, and how it went."""
    open_hosts(page, server_url, "?region=eastus2&q=Standard_ND96is_MI300X_v5")
    page.locator(".cell-link").first.wait_for()
    page.evaluate("window.dash_ag_grid.getApi('host-list').setFocusedCell(0, 'sku')")
    page.keyboard.press("Enter")
    expect(page.locator(".finding")).to_have_text(
        "The price of one host fell by 46 % on May 16, 2025, from $88.488 to $48.00."
    )
    expect(page.locator("#host-chart .main-svg").first).to_be_visible()
    regions = {
        row["region"]
        for row in snapshot_csv.rows("instance_prices")
        if row["instance_id"] == MI300X and not row["valid_to"]
    }
    expect(page.locator("#prices tbody tr")).to_have_count(len(regions))
    use = page.locator("#prices tbody tr").first.get_by_role("link", name="Use")
    expect(use).to_have_attribute(
        "href", "/?use_instance=Standard_ND96is_MI300X_v5&use_region=eastus2"
    )


def test_an_unknown_host_is_said_to_be_unknown_and_the_nearest_are_offered(
    page: Page, server_url: str
) -> None:
    """A misspelled size leads on."""
    page.goto(f"{server_url}/host/azure%2FStandard_NC96ads")
    expect(page.get_by_role("heading", level=1)).to_contain_text("knows no host called")
    page.get_by_role("link", name="azure/Standard_NC96ads_A100_v4").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Standard_NC96ads_A100_v4")


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_pages_of_hosts(
    new_page: NewPage, server_url: str, locale: str, scheme: str, width: int
) -> None:
    """The list, and one host with everything unfolded."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_hosts(page, server_url)
    expect(page.locator(".cell-link").first).to_be_visible()
    require_accessible(page)
    if locale == "ja-JP":
        require_japanese(page)
    page.goto(f"{server_url}/host/azure%2FStandard_NC96ads_A100_v4?region=eastus2")
    expect(page.locator("#host-chart .main-svg").first).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    require_accessible(page)
    if locale == "ja-JP":
        require_japanese(page)
