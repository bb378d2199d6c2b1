"""The batch test in the browser, and the files that a chat's answer is taken along as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.dashboard.chat.service import chat_service
from tests.dashboard.chat.talking import SHOES
from tests.emulators.llama.server import KEY

OWN = "question,expected,must_cite\nHow much do the TrailWalker Hiking Shoes cost?,$110,true\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service with real model servers."""
    with chat_service(tmp_path_factory.mktemp("batch")) as found:
        yield found


def choose_file(page: Page, content: str) -> None:
    payload = FilePayload(name="own.csv", mimeType="text/csv", buffer=content.encode())
    page.locator(".chat-drop input").set_input_files([payload])


def run(page: Page) -> None:
    """Ask the one question and wait for the results."""
    expect(page.locator("#batch-estimate")).to_contain_text("$")
    choose_file(page, OWN)
    expect(page.locator("#batch-new")).to_contain_text("own.csv")
    page.locator("#batch-start").click()
    expect(page.locator("article[data-state=complete]")).to_be_visible()
    expect(page.locator("#batch-results")).to_be_visible()
    expect(page.locator("#batch-finding")).to_contain_text("In English")


def test_a_question_file_becomes_a_table_a_chart_and_a_workload(page: Page, url: str) -> None:
    page.goto(f"{url}/chat")
    page.get_by_role("link", name="Batch test").click()

    run(page)
    page.locator(".batch-rows .plain-button").first.click()

    expect(page.locator("#batch-answer")).to_contain_text("[doc1] TrailWalker Hiking Shoes")
    expect(page.locator("#batch-finding")).to_contain_text("100 % right")
    expect(page.locator("#batch-chart .scatterlayer .point").first).to_be_visible()
    require_accessible(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="All answers as CSV").click()
    assert "$110" in Path(saved.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Judge the cost with these tokens").click()
    expect(page.get_by_role("note")).to_contain_text("measured in the test chat, on one question")


def test_a_japanese_planner_runs_it_on_a_telephone_in_the_dark(new_page: NewPage, url: str) -> None:
    page = new_page(width=390, height=844, locale="ja-JP", color_scheme="dark")
    page.goto(f"{url}/batch?lang=ja")

    run(page)

    expect(page.locator("#batch-finding")).to_contain_text("正解 100")
    require_accessible(page)


def test_what_cannot_be_run_is_said_beside_the_button(new_page: NewPage, url: str) -> None:
    """A wrong file, and a cap of 0: nothing begins."""
    page = new_page(expected_console=("422 (Unprocessable",))
    page.goto(f"{url}/batch")
    expect(page.locator("#batch-estimate")).to_contain_text("$")

    choose_file(page, "frage\nx\n")
    expect(page.get_by_role("alert")).to_contain_text("Expected a column question")
    page.get_by_role("textbox", name=re.compile("Cost cap")).fill("0")
    page.locator("#batch-start").click()

    expect(page.get_by_role("alert")).to_contain_text("above 0")
    expect(page.locator("#batch-tests")).to_contain_text("No batch test yet")


def test_the_bot_that_is_tested_has_the_system_message_and_examples_of_the_page(
    page: Page, url: str
) -> None:
    """They are counted in the estimate and sent with the test; a pair that is
    being typed is not refused."""
    page.goto(f"{url}/batch")
    estimate = page.locator("#batch-estimate")
    expect(estimate).to_contain_text("$")
    before = estimate.inner_text()
    page.get_by_text("System message and examples").click()
    page.get_by_role("textbox", name="System message").fill("Answer in one sentence. " * 200)
    expect(estimate).to_contain_text("$")
    expect(estimate).not_to_have_text(before)
    page.get_by_role("button", name="Add an example").click()
    page.get_by_role("textbox", name="Example 1: the user says").fill("Is it dry?")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("textbox", name="Example 1: the bot answers").fill("Yes.")
    page.keyboard.press("Tab")

    with page.expect_request(lambda one: one.url.split("?")[0].endswith("/batches")) as asked:
        run(page)

    body: Any = asked.value.post_data_json
    assert [{"user": "Is it dry?", "assistant": "Yes."}] == body["examples"]
    assert body["system"].startswith("Answer in one sentence.")
    require_accessible(page)


@pytest.mark.parametrize(
    ("locale", "menu", "forms"),
    [
        ("en-US", "Export", ("Prompty file", "Python program", "curl command")),
        ("ja-JP", "エクスポート", ("Prompty ファイル", "Python プログラム", "curl コマンド")),
    ],
)
def test_an_answer_is_taken_along_in_each_form(
    new_page: NewPage, url: str, locale: str, menu: str, forms: tuple[str, ...]
) -> None:
    """Each link of the menu saves a file with something in it, and no key."""
    page = new_page(locale=locale)
    page.goto(f"{url}/chat?lang={locale[:2]}")
    page.get_by_role("checkbox", name=re.compile("In English")).check()
    box = page.get_by_role("textbox", name=re.compile("Your question|質問"))
    box.fill(SHOES)
    box.press("Enter")
    expect(page.locator(".chat-facts")).to_be_visible()
    page.get_by_text(menu, exact=True).click()

    names = []
    for form in forms:
        with page.expect_download() as saved:
            page.get_by_role("link", name=form).click()
        names.append(saved.value.suggested_filename)
        content = Path(saved.value.path()).read_bytes()
        assert content
        assert KEY.encode() not in content

    assert 3 == len(set(names))


def test_a_finished_test_gives_the_comparison_of_models_its_quality_and_speed(
    new_page: NewPage, url: str
) -> None:
    """For the session that ran it, and for no other."""
    page, stranger = new_page(width=1440), new_page(width=390, color_scheme="dark")
    models = "model=meta-llama/Llama-3.3-70B-Instruct&model=microsoft/phi-4&region=japaneast"
    page.goto(f"{url}/batch")
    run(page)

    page.goto(f"{url}/compare?{models}")
    stranger.goto(f"{url}/compare?{models}")

    expect(page.locator("#worth .finding")).to_contain_text("Only Llama-3.3-70B-Instruct has both")
    expect(page.locator("#pareto-chart .scatterlayer .point").first).to_be_visible()
    expect(page.locator("#worth")).to_contain_text("(own.csv, questions: 1)")
    expect(page.locator(".figures.compare")).to_contain_text("your batch test of")
    require_accessible(page)
    expect(stranger.locator("#worth .finding")).to_contain_text("Quality is not compared")
    page.get_by_role("link", name="First token", exact=True).click()
    expect(page.locator("#pareto-chart .ytitle")).to_have_text("Seconds to the first token")
