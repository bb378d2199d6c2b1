"""Estimate against actual in the browser: from Decide, by files, and back as its workload."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.dashboard.actuals.scrapes import AZURE, metrics

EARLIER, LATER = metrics(), metrics(1120, 1_008_000, 1_232_000)


def payload(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer=content)


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("#actual-picker input[type=file]").set_input_files(list(files))
    expect(page.locator("#actual-chosen li")).to_have_count(len(files))


def test_two_scrapes_are_held_against_the_question_of_decide_and_become_its_workload(
    page: Page, server_url: str
) -> None:
    page.goto(f"{server_url}/?scenario=article&input_tokens=800")
    page.get_by_role("link", name="Hold it against real use").click()
    page.get_by_text("The question that was planned").click()
    expect(page.get_by_label("Scenario, YAML or JSON")).to_have_value(re.compile("'800'|800"))
    choose(page, payload("a.txt", EARLIER.encode()), payload("b.txt", LATER.encode()))
    page.get_by_label("Hours that the use took").fill("2")

    page.get_by_role("button", name="Compare").click()

    expect(page.locator("#actual-finding")).to_contain_text("What was paid is not known")
    table = page.locator("#actual-parts table")
    expect(table).to_contain_text("3.65M")
    expect(table).to_contain_text("365,000")
    expect(page.locator("#actual-chart .main-svg").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Table as CSV").click()
    lines = saved.value.path().read_text("utf-8").splitlines()
    assert "line_a_month,currency,planned,actual,volume,length,price" == lines[0]
    assert lines[1].startswith("requests,,3650000,365000,")
    require_accessible(page)
    page.get_by_role("link", name="Use this as workload").click()
    expect(page).to_have_url(re.compile(r"/\?v=1"))
    fields = page.locator("input[id*='workload']")
    expect(fields.first).to_be_visible()
    assert {"500", "900", "1100"} <= {one.input_value() for one in fields.all()}


def test_empty_wrong_and_huge_files_have_their_lines(page: Page, server_url: str) -> None:
    page.goto(f"{server_url}/actual")
    compare = page.get_by_role("button", name="Compare")
    problem = page.locator("#actual-problem")
    page.get_by_label("Hours that the use took").fill("24")

    compare.click()
    expect(problem).to_contain_text("found 0 files")
    choose(page, payload("huge.csv", b"x" * 12_000_001), payload("odd.csv", b"\xff\xfe\x00"))
    expect(page.locator("#actual-chosen")).to_contain_text("huge.csv: larger than 12 MB.")
    expect(page.locator("#actual-chosen")).to_contain_text("odd.csv: expected text in UTF-8.")
    choose(page, payload("use.csv", b"color,size\nred,3\n"))
    compare.click()
    expect(problem).to_contain_text("Expected the columns of one of these")
    choose(page, payload("bill.csv", AZURE.encode()))
    compare.click()
    expect(problem).to_contain_text("Say how many requests there were.")
    page.get_by_text("The question that was planned").click()
    page.get_by_label("Scenario, YAML or JSON").fill("version: 1\ntitel: x\n")
    compare.click()
    expect(problem).to_contain_text("titel")


def test_a_bill_is_split_in_japanese_on_a_dark_phone(new_page: NewPage, server_url: str) -> None:
    page = new_page(width=390, color_scheme="dark", locale="ja-JP")
    page.goto(f"{server_url}/actual?lang=ja")
    choose(page, payload("bill.csv", AZURE.encode()))
    page.get_by_label("利用した時間数").fill("24")
    page.get_by_label("リクエスト数").fill("120")

    page.get_by_role("button", name="比較する").click()

    expect(page.locator("#actual-finding")).to_contain_text("支払額は月")
    expect(page.locator("#actual-chart .main-svg").first).to_be_visible()
    require_accessible(page)
