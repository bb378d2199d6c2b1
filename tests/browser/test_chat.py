"""The test chat in the browser: from a question to the tokens that a comparison is made with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.browser.journeys.steps import choose_what_is_open
from tests.dashboard.chat.service import chat_service
from tests.dashboard.chat.talking import KUTSU, NEDAN, PRICE, SHOES


@pytest.fixture(scope="module")
def chat_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Chat page of a service with real model servers."""
    with chat_service(tmp_path_factory.mktemp("chat")) as url:
        yield f"{url}/chat"


def choose(page: Page, *labels: str) -> None:
    """Let just these endpoints answer."""
    for label in ("In English", "In Japanese", "Without end"):
        page.get_by_role("checkbox", name=re.compile(label)).set_checked(label in labels)


def ask(page: Page, question: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("Your question|質問"))
    box.fill(question)
    box.press("Enter")


def test_the_first_question_is_filled_in_and_answered_with_a_citation(
    page: Page, chat_url: str
) -> None:
    page.goto(chat_url)
    choose(page, "In English")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value(SHOES)

    page.get_by_role("button", name="Ask", exact=True).click()

    answer = page.get_by_role("article")
    expect(answer.locator(".chat-text")).to_contain_text("The TrailWalker Hiking Shoes cost $110")
    expect(answer).to_contain_text("By the token: $0.")
    expect(answer).to_contain_text("On a host kept full: $0.")
    answer.locator("[data-citation='1']").click()
    lit = page.locator(".chat-passages li.lit")
    expect(lit).to_contain_text("[doc1] TrailWalker Hiking Shoes")
    expect(lit).to_contain_text("$110")


def test_the_measured_tokens_land_in_the_question_of_cost(page: Page, chat_url: str) -> None:
    page.goto(chat_url)
    choose(page, "In English")
    ask(page, SHOES)
    measured = page.locator(".chat-workload")
    expect(measured).to_contain_text("Measured with In English")
    told = re.search(r"([\d,]+) input tokens.* ([\d,]+) output tokens", measured.inner_text())
    assert told is not None

    page.get_by_role("link", name="Judge the cost with these tokens").click()

    expect(page.get_by_role("note")).to_contain_text("measured in the test chat, on one question")
    for label, number in (("Input tokens", told[1]), ("Output tokens", told[2])):
        field = page.get_by_role("textbox", name=re.compile(label)).first
        expect(field).to_have_value(number.replace(",", ""))
    expect(page.get_by_role("textbox", name=re.compile("^Model")).first).to_have_value(
        re.compile("Llama-3.3-70B-Instruct")
    )
    choose_what_is_open(page, peak="2", standby="0")
    card = page.get_by_role("region", name="Budget card")
    expect(card).to_contain_text(f"{told[1]} in, {told[2]} out")
    expect(card).to_contain_text("from 1 question, spread unknown")
    expect(card).to_contain_text("Cost of an accepted answer: unknown, nobody has judged")


WAYS = {
    "en": (
        "In English", SHOES, "Yes", "Judge the cost with these tokens", "Budget card",
        r"([\d,]+) input tokens.* ([\d,]+) output tokens", "{} in, {} out",
        "from 1 question, spread unknown", "(1 of 1 judged answers accepted)",
        "You are at", "input tokens = rest + k x passage",
    ),
    "ja": (
        "In Japanese", KUTSU, "はい", "このトークン数でコストを判断する", "予算カード",
        r"入力 ([\d,]+) トークン.*出力 ([\d,]+) トークン", "入力{}、出力{}",
        "質問1件から、ばらつきは不明", "(評価1件のうち承認1件)",
        "現在は分岐点の", "入力トークン = その他 + k x 参照文",
    ),
}  # fmt: skip
"""What a person reads and presses on the way, by language."""


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1440, "light"), ("ja", 390, "dark")]
)
def test_from_an_accepted_answer_to_the_budget_card_with_just_its_tokens(
    new_page: NewPage, chat_url: str, language: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """A thumb, the tokens, the break-even in answers, and the table of prompts arrive in both
    languages; a reload keeps them; a changed number is no longer called measured."""
    label, question, yes, use, title, pattern, shown, spread, accepted, at, formula = WAYS[language]
    page = new_page(width=width, color_scheme=scheme)
    page.goto(f"{chat_url}?lang={language}")
    choose(page, label)
    ask(page, question)
    page.get_by_role("button", name=yes, exact=True).click()
    expect(page.get_by_role("button", name=yes, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    told = re.search(pattern, page.locator(".chat-workload").inner_text())
    assert told is not None

    link = page.get_by_role("link", name=use)
    expect(link).to_have_attribute("href", re.compile("measured_accepted=1&measured_judged=1"))
    link.click()
    choose_what_is_open(page, peak="2", standby="0")

    card = page.get_by_role("region", name=title)
    expect(card).to_contain_text(shown.format(told[1], told[2]))
    for words in (spread, accepted, at, formula):
        expect(card).to_contain_text(words)
    expect(card.locator("tr.cheapest").last.locator("td").nth(1)).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    require_accessible(page)
    page.reload()
    expect(card).to_contain_text(shown.format(told[1], told[2]))
    expect(card).to_contain_text(spread)

    field = page.get_by_role("textbox", name=re.compile("Input tokens|入力トークン")).first
    field.fill("4321")
    field.blur()
    expect(card).to_contain_text(shown.format("4,321", told[2]))
    expect(card).not_to_contain_text(spread)


def test_a_japanese_planner_is_answered_in_japanese(new_page: NewPage, chat_url: str) -> None:
    page = new_page(locale="ja-JP", color_scheme="dark")
    page.goto(f"{chat_url}?lang=ja")
    choose(page, "In Japanese")
    expect(page.get_by_role("textbox", name="質問")).to_have_value(KUTSU)

    ask(page, KUTSU)

    answer = page.get_by_role("article")
    expect(answer.locator(".chat-text")).to_contain_text(NEDAN.partition(" ")[0])
    expect(answer).to_contain_text("トークン課金: $0.")
    require_accessible(page)


def test_two_models_are_compared_on_one_prompt(page: Page, chat_url: str) -> None:
    page.goto(chat_url)
    choose(page, "In English", "In Japanese")
    ask(page, SHOES)

    answers = page.get_by_role("article")
    expect(answers).to_have_count(2)
    expect(answers.nth(0).locator(".chat-facts")).to_be_visible()
    expect(answers.nth(1).locator(".chat-facts")).to_be_visible()
    expect(answers.nth(1)).to_contain_text("Numbers that stand in no passage")
    expect(page.locator(".chat-workload")).to_have_count(2)


def test_an_answer_that_is_stopped_keeps_what_came(page: Page, chat_url: str) -> None:
    page.goto(chat_url)
    choose(page, "Without end")
    ask(page, SHOES)
    answer = page.get_by_role("article")
    expect(answer.locator(".chat-text")).to_contain_text("word word word")

    page.locator("#chat-send").click()

    expect(answer).to_contain_text("Stopped. What came is kept")
    page.reload()
    page.locator("#chat-chats").get_by_role("button", name=SHOES, exact=True).first.click()
    expect(answer).to_contain_text("Stopped. What came is kept")
    expect(answer.locator(".chat-text")).to_contain_text("word word word")


def test_an_answer_that_still_comes_is_followed_until_it_ends(page: Page, chat_url: str) -> None:
    """Opened in a second tab: it says so, without a cost or a judgement, and then how it ended."""
    page.goto(chat_url)
    page.get_by_text("Passages, system message, sampling").click()
    page.get_by_role("textbox", name="Longest answer, in tokens").fill("100000")
    choose(page, "Without end")
    ask(page, SHOES)
    expect(page.get_by_role("article").locator(".chat-text")).to_contain_text("word word word")
    second = page.context.new_page()
    second.goto(chat_url)
    second.locator("#chat-chats").get_by_role("button", name=SHOES, exact=True).first.click()
    answer = second.get_by_role("article")
    expect(answer).to_contain_text("Still coming.")
    expect(answer).not_to_contain_text("no cost is shown")
    expect(answer).not_to_contain_text("Was it a good answer?")
    passages = second.locator(".chat-passages")
    passages.locator("summary").click()

    page.locator("#chat-send").click()

    expect(answer).to_contain_text("Stopped. What came is kept")
    expect(answer.locator(".chat-text")).to_contain_text("word word word")
    expect(passages).to_have_attribute("open", "")


def test_without_a_model_nothing_is_generated_and_the_page_says_so(
    page: Page, chat_url: str
) -> None:
    page.goto(chat_url)
    choose(page)
    expect(page.locator("#chat-banner")).to_contain_text("Nothing below is generated")

    ask(page, SHOES)

    expect(page.get_by_role("article")).to_contain_text("No model connected, nothing is generated")
    expect(page.get_by_role("table")).to_contain_text("meta-llama/Llama-3.3-70B-Instruct")
    expect(page.locator(".chat-passages")).to_contain_text("TrailWalker Hiking Shoes")
    require_accessible(page)


def test_an_edited_question_takes_the_place_of_the_old_one(page: Page, chat_url: str) -> None:
    page.goto(chat_url)
    choose(page, "In English")
    ask(page, SHOES)
    expect(page.locator(".chat-facts")).to_be_visible()

    page.get_by_role("button", name="Edit").click()
    expect(page.locator("#chat-composer")).to_contain_text("Editing")
    ask(page, "And in wide?")

    expect(page.locator(".chat-question")).to_have_text(["And in wide?"])
    expect(page.locator(".chat-text")).to_contain_text(PRICE.partition(" [")[0])


def test_the_page_can_be_used_on_a_telephone(new_page: NewPage, chat_url: str) -> None:
    page = new_page(width=390, height=844)
    page.goto(chat_url)
    choose(page, "In English")
    ask(page, SHOES)

    expect(page.locator(".chat-facts")).to_be_visible()
    page.get_by_text("Export").click()
    menu = page.locator(".chat-export > div").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_uploaded_file_and_a_refused_one_stand_in_the_list(
    new_page: NewPage, chat_url: str
) -> None:
    page = new_page(expected_console=("422 (Unprocessable",))
    page.goto(chat_url)
    choose(page, "In English")
    page.get_by_text("My documents").click()
    prices = FilePayload(name="prices.csv", mimeType="text/csv", buffer=b"item,price\nTent,480\n")
    picture = b"\x89PNG\r\n\x1a\n" + bytes(50)
    bad = FilePayload(name="bad.pdf", mimeType="application/pdf", buffer=picture)
    page.locator("#chat-documents .chat-drop input").set_input_files([prices, bad])

    listed = page.locator("#chat-uploads li")
    expect(listed).to_have_count(2)
    expect(listed.nth(1)).to_contain_text("bad.pdf: the name ends in .pdf, but")
    expect(listed.nth(0)).to_contain_text("1 passage")
    expect(page.locator("#chat-documents")).to_contain_text("sent to: In English, japaneast")
    ask(page, "What does the tent cost?")
    expect(page.locator(".chat-passages")).to_contain_text("price: 480")


def test_no_word_of_the_program_is_on_the_page(page: Page, chat_url: str) -> None:
    """Not a `false` that stood for nothing to show, nor a key of a text that is missing."""
    page.goto(chat_url)
    choose(page, "In English")
    ask(page, SHOES)
    expect(page.locator(".chat-facts")).to_be_visible()
    page.locator("#chat-settings summary").first.click()
    page.get_by_text("Export").click()

    said = page.locator("#chat").inner_text()
    assert [] == re.findall(r"\b(?:false|true|null|undefined|NaN|page\.\w+)\b", said)
