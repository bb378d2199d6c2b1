"""How the test chat is asked, in the browser: examples, and a file of the playground taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.dashboard.chat.service import chat_service
from tests.dashboard.chat.test_old_playground import SAVED


@pytest.fixture(scope="module")
def chat_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Chat page of a service with real model servers."""
    with chat_service(tmp_path_factory.mktemp("chat")) as url:
        yield f"{url}/chat"


def open_settings(page: Page) -> None:
    page.locator("#chat-settings-more > summary").click()


def answer_tokens(page: Page) -> int:
    """Input tokens of the last answer."""
    facts = page.get_by_role("article").last.locator(".chat-facts")
    expect(facts).to_contain_text("in +")
    found = re.search(r"([\d,]+) in \+", facts.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


REFUSED = ("422 (Unprocessable",)


def test_examples_are_typed_by_keyboard_kept_and_sent(new_page: NewPage, chat_url: str) -> None:
    page = new_page(expected_console=REFUSED)
    page.goto(chat_url)
    expect(page.get_by_role("checkbox", name=re.compile("In English"))).to_be_checked()
    send = page.get_by_role("button", name="Ask", exact=True)
    send.click()
    bare = answer_tokens(page)
    page.get_by_text("What you may still ask").click()
    expect(page.locator("#chat-limits li")).to_contain_text("$5.00")
    open_settings(page)

    page.get_by_role("button", name="Add an example").press("Enter")
    page.keyboard.type("Is it waterproof?")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="New chat").click()
    send.click()

    expect(page.get_by_role("alert")).to_contain_text("Example 1: expected both what the user says")
    answer = page.get_by_label("Example 1: the bot answers")
    expect(page.get_by_label("Example 1: the user says")).to_have_value("Is it waterproof?")
    answer.fill("Yes, to 2,000 mm. " * 20)
    require_accessible(page)
    page.get_by_role("button", name="New chat").click()
    send.click()
    assert bare + 100 < answer_tokens(page)
    page.reload()
    open_settings(page)
    expect(answer).to_have_value(re.compile("2,000 mm"))
    page.get_by_role("button", name="Remove example 1").click()
    expect(page.get_by_role("button", name="Add an example")).to_be_focused()
    expect(answer).to_have_count(0)


def test_a_playground_file_is_taken_over_line_by_line(new_page: NewPage, chat_url: str) -> None:
    page = new_page(expected_console=REFUSED)
    page.goto(chat_url)
    expect(page.get_by_role("checkbox", name=re.compile("In English"))).to_be_checked()
    page.locator("#chat-playground > summary").click()
    part = page.locator("#chat-playground")
    part.get_by_label("Or paste its text").fill('{"systemPrompt": 3}')
    part.get_by_role("button", name="Take over what was pasted").click()
    expect(part.get_by_role("alert")).to_contain_text("systemPrompt: expected text or null")

    saved = SAVED.replace('"END"', r'"\n\\n"').replace("my-model", "tiny").encode()
    part.locator("input[type=file]").set_input_files(
        FilePayload(name="p.json", mimeType="application/json", buffer=saved)
    )

    expect(part).to_contain_text("System message, 15 characters")
    expect(part).to_contain_text("deploymentName tiny: In English answers.")
    open_settings(page)
    expect(page.get_by_label("System message", exact=True)).to_have_value("You sell shoes.")
    expect(page.get_by_label("Example 1: the bot answers")).to_have_value("No, shoes.")
    with page.expect_request("**/api/v1/chat?*") as asked:
        page.get_by_role("button", name="Ask", exact=True).click()
    sent = asked.value.post_data_json
    assert sent is not None
    assert ["\n\\n"] == sent["parameters"]["stop"]
    assert ("-0.5", "1") == (
        sent["parameters"]["frequency_penalty"],
        sent["parameters"]["presence_penalty"],
    )
    assert [{"user": "Do you sell tents?", "assistant": "No, shoes."}] == sent["examples"]
    expect(page.get_by_role("article").last).to_contain_text("In English")


def test_both_are_japanese_accessible_and_fit_a_phone_in_the_dark(
    new_page: NewPage, chat_url: str
) -> None:
    page = new_page(width=390, color_scheme="dark", locale="ja-JP")
    page.goto(f"{chat_url}?lang=ja")
    open_settings(page)
    page.get_by_role("button", name="例を追加").click()
    page.locator("#chat-playground > summary").click()
    page.locator("#chat-playground input[type=file]").set_input_files(
        FilePayload(name="p.json", mimeType="application/json", buffer=SAVED.encode())
    )
    expect(page.locator("#chat-playground")).to_contain_text("取り込まなかった設定:")

    require_accessible(page)
    page.locator("#chat-documents, #chat-models, #chat-chats").evaluate_all(
        "nodes => nodes.forEach((node) => node.remove())"
    )
    assert "例1" in page.locator("#chat-examples").inner_text()
    assert "Not taken" not in page.locator("#chat-playground").inner_text()
