"""The catalog page in a real browser: search, filters, order, address, deep lists, comparing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from catalog.database import open_database
from catalog.settings import load_settings
from tests.browser.checks import require_accessible, require_japanese
from tests.browser.conftest import NewPage
from tests.browser.grids import row_facts
from tests.catalog.search.catalogs import NOW, Entry, fill
from tests.dashboard.commands import fill_folder
from tests.servers import running_server

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
ATTACK = "<img src=x onerror=console.error(1)>"


def open_catalog(page: Page, server_url: str, query: str = "") -> None:
    page.goto(f"{server_url}/catalog{query}")
    expect(page.locator("#catalog-status")).to_have_text(re.compile(r"\d"))


def all_ids(server_url: str, **asked: str) -> list[str]:
    """Every model of a list, page by page, by REST."""
    found: list[str] = []
    after: dict[str, str] = {}
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client:
        while True:
            query = {"limit": "200", **asked, **after}
            page = client.get("/api/v1/models", params=query).json()
            found += [one["id"] for one in page["items"]]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}


@pytest.mark.parametrize(
    ("locale", "region", "chips"),
    [
        ("en-US", "eastus", ["Region: East US", "Task: Chat", "Retired hidden"]),
        ("ja-JP", "japaneast", ["リージョン: 東日本", "用途: チャット", "提供終了を除く"]),
    ],
)
def test_the_first_view_is_chat_models_with_a_price_in_the_region_of_the_language(
    new_page: NewPage, server_url: str, locale: str, region: str, chips: list[str]
) -> None:
    """It says which region, and that this was a guess; the count is that of REST."""
    page = new_page(locale=locale)
    open_catalog(page, server_url)
    expected = all_ids(
        server_url, task="chat-completion", how="token", region=region, retired="false"
    )

    for chip in chips:
        expect(page.locator("#catalog-chips")).to_contain_text(chip)
    expect(page.locator("#catalog-status")).to_contain_text(str(len(expected)))
    expect(page.locator("#catalog-remark")).not_to_be_empty()
    assert [region] == parse_qs(urlsplit(page.url).query)["region"]


def test_a_region_is_remembered_and_asked_for_no_more(page: Page, server_url: str) -> None:
    """Chosen once, it is the region of a fresh visit, of a model's page and of the hosts."""
    open_catalog(page, server_url)
    page.get_by_label("Region", exact=True).select_option(value="swedencentral")
    expect(page).to_have_url(re.compile("region=swedencentral"))

    open_catalog(page, server_url)
    expect(page.locator("#catalog-chips")).to_contain_text("Sweden Central")
    expect(page.locator("#catalog-remark")).to_be_empty()
    page.get_by_role("link", name="Hosts", exact=True).click()
    expect(page).to_have_url(re.compile("region=swedencentral"))


def test_search_filters_and_order_are_in_the_address_and_back_after_a_reload(
    page: Page, server_url: str
) -> None:
    """A link that is sent to somebody else shows the same list."""
    open_catalog(page, server_url, "?sort=popularity")
    page.get_by_label("Search models").fill("mistral")
    expect(page).to_have_url(re.compile("q=mistral"))
    page.get_by_role("button", name=re.compile("^apache-2.0")).click()
    expect(page).to_have_url(re.compile("license=apache-2.0"))
    page.get_by_role("columnheader", name="Model").click()
    expect(page).to_have_url(re.compile("sort=name"))
    expected = all_ids(server_url, q="mistral", license="apache-2.0", retired="false", sort="name")
    # Awaited, not read: the address is written before the list of it has come.
    expect(page.locator("#catalog-status")).to_have_text(f"{len(expected)} models")

    page.reload()

    expect(page.get_by_label("Search models")).to_have_value("mistral")
    expect(page.locator("#catalog-chips")).to_contain_text("Licence: apache-2.0")
    expect(page.locator("#catalog-status")).to_have_text(f"{len(expected)} models")
    names = page.locator(".ag-pinned-left-cols-container .cell-link")
    expect(names).to_have_text([one.partition("/")[2] for one in expected])


def test_the_back_button_undoes_a_filter(page: Page, server_url: str) -> None:
    """And forward does it again; the page follows the address."""
    open_catalog(page, server_url, "?sort=popularity")
    page.get_by_role("button", name=re.compile("^mit")).click()
    expect(page.locator("#catalog-chips")).to_contain_text("Licence: mit")

    page.go_back()
    expect(page.locator("#catalog-chips")).not_to_contain_text("Licence: mit")
    expect(page.locator(".cell-link").first).to_be_visible()
    page.go_forward()
    expect(page.locator("#catalog-chips")).to_contain_text("Licence: mit")


def test_jumping_about_in_a_long_list_loses_no_row(page: Page, server_url: str) -> None:
    """Thirty jumps over all models, retired ones too: at each place stands the model of that
    place."""
    open_catalog(page, server_url, "?retired=any&sort=popularity")
    expected = all_ids(server_url)
    expect(page.locator("#catalog-status")).to_contain_text(f"{len(expected):,}")
    random = Random(7)

    for place in [len(expected) - 1, 0, *random.sample(range(len(expected)), 28)]:
        page.evaluate(
            "place => window.dash_ag_grid.getApi('models').ensureIndexVisible(place, 'middle')",
            place,
        )
        link = page.locator(
            f".ag-pinned-left-cols-container .ag-row[row-index='{place}'] .cell-link"
        )
        expect(link).to_have_text(expected[place].partition("/")[2])


@pytest.mark.parametrize(
    "typed",
    ['"', "' OR 1=1 --", "llama AND NOT (gpt", "NEAR/2 *", "%_\\", "\x00\x01", "a" * 10_000],
    ids=["quote", "sql", "operators", "near", "wildcards", "control", "long"],
)
def test_nonsense_in_the_search_is_a_search_for_it(page: Page, server_url: str, typed: str) -> None:
    """Signs mean themselves; no error, no crash, and the way back is open."""
    open_catalog(page, server_url, "?sort=popularity")
    before = page.locator("#catalog-status").text_content()
    assert before is not None

    page.get_by_label("Search models").fill(typed)
    expect(page.locator("#catalog-status")).not_to_have_text(before)
    expect(page.locator("#catalog-status")).to_have_text(re.compile(r"^[\d,]+ models?"))
    page.get_by_label("Search models").fill("")
    expect(page.locator("#catalog-status")).to_have_text(before)


def test_one_japanese_letter_finds_models_by_their_task(new_page: NewPage, server_url: str) -> None:
    """The index holds single Japanese letters; a task is found by its Japanese name."""
    page = new_page(locale="ja-JP")
    open_catalog(page, server_url, "?sort=popularity")
    page.get_by_label("モデルを検索").fill("訳")

    expect(page.locator("#catalog-status")).to_have_text(
        f"{len(all_ids(server_url, q='訳', retired='false'))}件のモデル"
    )


def test_an_empty_list_says_which_filter_to_drop_and_drops_it(page: Page, server_url: str) -> None:
    """No Llama of Japan East is under the MIT licence: without the licence there is one."""
    open_catalog(page, server_url, "?q=llama-3.3&license=mit&region=japaneast&sort=popularity")
    empty = page.locator("#catalog-empty")
    expect(empty).to_contain_text("No model fits all of this")
    page.locator("#catalog-empty").get_by_role("button", name="Without Licence: mit: 1").click()

    expect(empty).to_be_hidden()
    expect(page.locator(".cell-link")).to_have_text(["Llama-3.3-70B-Instruct"])
    expect(page.locator("#catalog-chips")).not_to_contain_text("mit")


def test_what_is_not_known_is_a_dash_and_a_word_never_a_zero(page: Page, server_url: str) -> None:
    """The licence of DeepSeek-R1 stands in no source."""
    open_catalog(page, server_url, "?q=DeepSeek-R1&publisher=deepseek-ai&sort=popularity")
    cell = row_facts(page, "DeepSeek-R1").locator("[col-id=license]")

    expect(cell).to_have_text("–unknown")
    expect(cell.locator(".unseen")).to_have_text("unknown")


def test_at_most_five_models_are_chosen_and_compared_side_by_side(
    page: Page, server_url: str
) -> None:
    """The sixth is refused with the reason; the five stand side by side."""
    open_catalog(page, server_url, "?how=token&region=japaneast&sort=popularity")
    boxes = page.locator(".compare-box")
    for index in range(6):
        boxes.nth(index).click()
    bar = page.locator("#catalog-compare")
    expect(bar).to_contain_text("At most 5")
    expect(page.locator(".compare-box:checked")).to_have_count(5)
    page.reload()
    expect(page.locator(".compare-box:checked")).to_have_count(5)

    bar.get_by_role("link", name="Compare").click()
    expect(page.locator(".figures.compare thead th")).to_have_count(6)
    expect(page.locator(".figures.compare tbody tr").first.locator("td")).to_have_count(5)


def test_more_than_five_models_in_a_link_are_named_as_left_out(page: Page, server_url: str) -> None:
    """Unknown names too; nothing is dropped without a word."""
    names = ["a/1", LLAMA, "mistralai/Mixtral-8x7B-Instruct-v0.1", "microsoft/phi-4", "x", "y"]
    query = "&".join(f"model={name}" for name in names)
    page.goto(f"{server_url}/compare?{query}&region=japaneast")
    expect(page.locator(".figures.compare thead th")).to_have_count(4)
    alerts = page.get_by_role("alert")

    expect(alerts.filter(has_text="At most 5 models")).to_contain_text("y")
    expect(alerts.filter(has_text="knows no model called a/1")).to_have_count(1)
    expect(page.locator(".figures.compare")).to_contain_text("$0.71 in · $0.71 out per 1M")
    require_accessible(page)


def test_a_row_opens_by_enter_and_a_box_is_ticked_by_space(page: Page, server_url: str) -> None:
    """The list needs no mouse."""
    open_catalog(page, server_url, "?q=llama-3.3&license=llama3.3&publisher=meta-llama")
    page.locator("[col-id=compare] .compare-box").first.wait_for()
    page.evaluate("window.dash_ag_grid.getApi('models').setFocusedCell(0, 'compare')")
    page.keyboard.press("Space")
    expect(page.locator(".compare-box:checked")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/model/meta-llama%2FLlama-3.3-70B-Instruct"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Llama-3.3-70B-Instruct")


def test_the_chosen_columns_are_remembered_until_they_are_reset(
    page: Page, server_url: str
) -> None:
    """Kept in this browser, not in the address."""
    open_catalog(page, server_url, "?sort=popularity")
    head = page.get_by_role("columnheader", name="Licence")
    expect(head).to_be_visible()
    page.get_by_text("Columns", exact=True).click()
    page.locator("#catalog-tools").get_by_label("Licence").uncheck()
    expect(head).to_have_count(0)
    page.reload()
    expect(page.locator(".cell-link").first).to_be_visible()
    expect(head).to_have_count(0)

    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("button", name="As it was at first").click()
    expect(head).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="As it was at first")).to_be_hidden()


@pytest.fixture(scope="module")
def stocked_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program on a catalog that also holds a model with markup for a name."""
    folder = tmp_path_factory.mktemp("stocked")
    fill_folder(folder / "data")
    database = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder / "data")}), NOW)
    with database.write() as session:
        fill(
            session,
            [Entry(id=f"evil/{ATTACK}", license=ATTACK, task=ATTACK, input="1", region="eastus")],
        )
    database.close()
    with running_server(folder) as url:
        yield url


def test_a_model_whose_name_is_markup_is_shown_as_text(page: Page, stocked_url: str) -> None:
    """In the list, the filters, its own page, its title and the comparison nothing of it runs."""
    open_catalog(page, stocked_url, "?publisher=evil&sort=popularity")
    expect(page.locator(".cell-link")).to_have_text([ATTACK])
    expect(page.locator("#catalog-facets")).to_contain_text(ATTACK)
    page.locator(".compare-box").click()
    expect(page.locator(".compare-names")).to_have_text(ATTACK)
    page.locator(".cell-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ATTACK)
    assert f"evil/{ATTACK} · modelcost" == page.title()
    page.goto(f"{stocked_url}/compare?model=evil/{ATTACK}&model={ATTACK}")
    expect(page.locator(".figures.compare thead")).to_contain_text(ATTACK)
    expect(page.locator("#page img")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_catalog_and_nothing_sticks_out(
    new_page: NewPage, server_url: str, locale: str, scheme: str, width: int
) -> None:
    """Accessible in both languages and schemes and on a telephone, with filters open."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_catalog(page, server_url)
    expect(page.locator(".cell-link").first).to_be_visible()
    if width < 1000:
        page.locator("#catalog-filters > summary").click()
    expect(page.locator("#catalog-facets fieldset").first).to_be_visible()
    page.locator(".compare-box").first.click()
    require_accessible(page)
    if locale == "ja-JP":
        require_japanese(page)
