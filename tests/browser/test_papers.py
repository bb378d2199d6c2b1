"""Papers in real Chromium: the page for paper printed, the menu by keyboard."""

from __future__ import annotations

import io

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("question", ["article", "every-way-to-buy"])
def test_a_printed_answer_has_two_to_four_pages_and_three_boxes(
    new_page: NewPage, server_url: str, question: str, language: str
) -> None:
    """Chromium prints it as a person would, A4 with the page's own margins."""
    page = new_page()
    page.goto(f"{server_url}/print?scenario={question}&lang={language}")

    printed = page.pdf(prefer_css_page_size=True, print_background=True)

    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    assert 2 <= len(pages) <= 4
    assert 3 == page.locator(".box").count()
    assert 1 == page.locator("svg[role=img]").count()
    words = ("Drafted", "Approved") if language == "en" else ("起案", "承認")
    assert all(word in page.locator("main").inner_text() for word in words)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_export_menu_opens_and_closes_by_keyboard(
    new_page: NewPage, server_url: str, language: str
) -> None:
    page = new_page()
    page.goto(f"{server_url}/?scenario=article&lang={language}")
    page.locator("#summary .headline").wait_for()

    page.locator("#export").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem").first.wait_for()
    shown = page.get_by_role("menuitem").count()
    page.keyboard.press("Escape")
    page.get_by_role("menuitem").first.wait_for(state="hidden")

    assert 7 == shown


@pytest.mark.parametrize(("place", "ending"), [(0, ".xlsx"), (5, ".svg"), (6, ".png")])
def test_a_choice_in_the_menu_gives_a_file(
    new_page: NewPage, server_url: str, place: int, ending: str
) -> None:
    """A paper from the server, and both pictures that the browser draws, by keyboard alone."""
    page = new_page()
    page.goto(f"{server_url}/?scenario=article")
    page.locator("#chart .main-svg").first.wait_for()
    page.locator("#export").focus()
    page.keyboard.press("Enter")
    page.locator("[role=menu]:focus-within, [role=menu]:focus").first.wait_for()

    with page.expect_download() as taken:
        for _ in range(place + 1):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    assert taken.value.suggested_filename.endswith(ending)
    assert "Saved." == page.locator("#exported").inner_text(timeout=5000)


def test_a_chart_of_a_tab_is_taken_away_as_numbers_and_as_pictures(
    server_url: str, new_page: NewPage
) -> None:
    """CSV for a spreadsheet in Japanese with its units; the drawing carries the finding."""
    page = new_page(locale="ja-JP")
    page.goto(f"{server_url}/?scenario=article&tab=over_time")
    box = page.locator(".chart-with-files:has(#study-over-time)")
    expect(box.locator(".js-plotly-plot")).to_be_visible()
    finding = page.locator("#studies .finding").first.inner_text()
    found: dict[str, bytes] = {}
    for kind in ("CSV", "SVG", "PNG"):
        with page.expect_download() as download:
            box.get_by_role("button", name="このグラフ").and_(page.get_by_text(kind)).click()
        assert download.value.suggested_filename == f"modelcost-study-over-time.{kind.lower()}"
        found[kind] = download.value.path().read_bytes()
    lines = found["CSV"].decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeff案,月末,累計支払額(USD)"
    assert len([line for line in lines if line.startswith("Per token,")]) == 13
    drawn = found["SVG"].decode("utf-8").replace("</tspan>", "")
    assert finding[:8] in drawn
    assert found["PNG"].startswith(b"\x89PNG")
    page.locator("#studies:not(.busy)").wait_for()
    require_accessible(page)
