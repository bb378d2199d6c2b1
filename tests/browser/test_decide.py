"""The Decide page in a real browser on the running program, walked as a newcomer would."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage

ARTICLE_TOKENS = "12.83M input + 12.83M output tokens an hour"


def open_decide(page: Page, server_url: str, query: str = "") -> None:
    page.goto(f"{server_url}/{query}")
    expect(page.locator("#chart .main-svg").first).to_be_visible()
    expect(page.locator("#summary h2")).not_to_be_empty()


def field(page: Page, path: str) -> str:
    """CSS selector of the input that edits a path of the scenario."""
    return f'[id=\'{{"path":"{path}","type":"field"}}\']'


def test_a_newcomer_sees_the_break_even_of_the_article_and_what_it_leaves_out(
    page: Page, server_url: str
) -> None:
    """12.83M tokens each way, with the missing capacity named beside it, not in a footnote."""
    open_decide(page, server_url)
    summary = page.locator("#summary")
    expect(summary).to_contain_text(ARTICLE_TOKENS)
    expect(summary.locator(".fact", has_text=ARTICLE_TOKENS)).to_contain_text(
        "capacity not considered"
    )


def test_a_changed_price_moves_the_answer_and_never_stands_in_the_address(
    page: Page, server_url: str
) -> None:
    """2 x 3 hosts at 3.06 cost half, so the break-even falls to (9.18 - 3.09) / 0.00119."""
    open_decide(page, server_url)
    page.fill(field(page, "options.1.price.amount"), "3.06")
    expect(page.locator("#summary")).to_contain_text("5.118M input + 5.118M output")
    expect(page).to_have_url(re.compile(r"scenario=(?!article)"))
    assert "3.06" not in unquote(page.url)
    page.reload()
    expect(page.locator("#summary")).to_contain_text("5.118M input + 5.118M output")
    expect(page.locator(field(page, "options.1.price.amount"))).to_have_value("3.06")


def test_a_changed_load_is_in_the_address_and_back_after_a_reload(
    page: Page, server_url: str
) -> None:
    """The link of a changed load carries the load itself, no saved question."""
    open_decide(page, server_url)
    page.fill(field(page, "workload.requests_per_hour"), "20,000")
    expect(page).to_have_url(re.compile(r"scenario=article&requests_per_hour=20000"))
    page.reload()
    expect(page.locator(field(page, "workload.requests_per_hour"))).to_have_value("20000")
    expect(page.locator("#summary")).to_contain_text("Three hosts")


@pytest.mark.parametrize(
    "typed", ["-1", "NaN", "inf", "1e400", "true", "many", "5,0", "0x10", "<b>1</b>"]
)
def test_nonsense_in_a_number_is_refused_at_its_own_field(
    page: Page, server_url: str, typed: str
) -> None:
    """The message stands at the field; the last answer stays in sight but faded, never a 0."""
    open_decide(page, server_url)
    page.fill(field(page, "workload.requests_per_hour"), typed)
    expect(page.locator("#answer")).to_have_class(re.compile("stale"))
    wrong = page.locator(field(page, "workload.requests_per_hour"))
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problems")).to_contain_text("One thing to put right")
    page.fill(field(page, "workload.requests_per_hour"), "5000")
    expect(page.locator("#answer")).not_to_have_class(re.compile("stale"))


def test_every_number_opens_to_formula_inputs_price_source_and_date(
    page: Page, server_url: str
) -> None:
    """A reviewer clicks a cost and finds where it comes from."""
    open_decide(page, server_url)
    page.locator("#tables tr", has_text="Three hosts").locator("button.number").first.click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("max(minimum_instances, 1 + spare_instances) * amount / per")
    expect(panel).to_contain_text("6.12")
    expect(panel).to_contain_text("the article")
    expect(panel).to_contain_text("2024-03-17")
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()


def test_the_capacity_example_shows_several_intervals(page: Page, server_url: str) -> None:
    """With 9M tokens an hour per host the hosts win in two narrow stretches only."""
    open_decide(page, server_url, "?scenario=article-with-capacity")
    rows = page.locator("#tables section", has_text="Where each option is the cheapest").locator(
        "tbody tr"
    )
    expect(rows).to_have_count(5)


def test_an_option_can_be_added_taken_from_the_catalog_and_undone(
    page: Page, server_url: str
) -> None:
    """Add a host, pick its price from the catalog, undo: the form follows each step."""
    open_decide(page, server_url)
    page.get_by_role("button", name="GPU host option").click()
    expect(page.locator(".option-card")).to_have_count(3)
    expect(page.locator("#problems")).to_contain_text("to choose")
    page.locator(field(page, "options.2.instance")).click()
    page.locator(field(page, "options.2.instance")).fill("NC24ads_A100")
    page.get_by_role("option", name=re.compile("Standard_NC24ads_A100_v4")).click()
    page.get_by_role("button", name="Propose 1", exact=True).click()
    expect(page.locator("#undo[data-loading]")).to_have_count(0)
    expect(page.locator(field(page, "options.2.spare_instances"))).to_have_value("1")
    people = page.locator("""[id='{"path":"people","type":"mode"}']""")
    people.locator("input[value=none] + label").click()
    expect(people.locator("input[value=none]")).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("Option 1")
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(page.locator(".option-card")).to_have_count(2)
    expect(page.locator("#summary")).to_contain_text(ARTICLE_TOKENS)


def test_an_unknown_scenario_in_the_address_is_named_and_the_example_shown(
    page: Page, server_url: str
) -> None:
    """A stale link must say so instead of showing other numbers as if they were asked for."""
    open_decide(page, server_url, "?scenario=nobody&colour=red")
    expect(page.locator("#answer [role=alert]").first).to_contain_text("nobody")
    expect(page.locator("#answer [role=alert]").first).to_contain_text("colour=red")


def test_a_name_with_markup_is_shown_as_text(page: Page, server_url: str) -> None:
    """What a person types into a name must never run: neither in the page nor in the chart."""
    open_decide(page, server_url)
    attack = "<img src=x onerror=\"console.error('run')\">"
    page.fill(field(page, "options.0.name"), attack)
    expect(page.locator("#tables")).to_contain_text("<img src=x")
    expect(page.locator("#answer img")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_sticks_out(
    new_page: NewPage, server_url: str, locale: str, scheme: str, width: int
) -> None:
    """Accessible in both languages and schemes; at 390 px the page itself never scrolls
    sideways."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    open_decide(page, server_url)
    require_accessible(page)
    assert locale[:2] == page.evaluate("document.documentElement.lang")


def test_the_language_link_keeps_the_changed_load(page: Page, server_url: str) -> None:
    """Switching to Japanese must not throw away what was typed."""
    open_decide(page, server_url)
    page.fill(field(page, "workload.requests_per_hour"), "7000")
    expect(page).to_have_url(re.compile("requests_per_hour=7000"))
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("#summary h2")).to_contain_text(re.compile("[ぁ-ん]"))
    expect(page.locator(field(page, "workload.requests_per_hour"))).to_have_value("7000")


def test_the_page_can_be_used_by_keyboard_from_the_skip_link_on(
    page: Page, server_url: str
) -> None:
    """The first tab stop leads past the form to the answer."""
    open_decide(page, server_url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()


def test_what_is_wrong_still_stands_at_its_field_when_the_form_is_drawn_anew(
    page: Page, server_url: str
) -> None:
    """A button that changes the form must not hide why there is no answer."""
    open_decide(page, server_url)
    load = page.locator(field(page, "workload.requests_per_hour"))
    load.fill("many")
    expect(load).to_have_attribute("aria-invalid", "true")
    cards = page.locator(".option-card").count()
    page.get_by_role("button", name="Per-token option").click()
    expect(page.locator(".option-card")).to_have_count(cards + 1)
    expect(load).to_have_attribute("aria-invalid", "true")
    expect(load).to_have_value("many")
