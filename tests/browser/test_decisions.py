"""Decisions in a browser: saved, opened after prices moved, tampered with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.service import open_catalog
from tests.browser.checks import require_accessible
from tests.browser.conftest import NewPage
from tests.dashboard.commands import fill_folder
from tests.dashboard.decisions.questions import (
    CONTRACT,
    decision,
    scale_price,
    set_rate,
    yen_scenario,
)
from tests.servers import running_server

MONEY = re.compile(r"[¥￥]([\d,]+)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server with a filled catalog and a rate of today."""
    made = tmp_path_factory.mktemp("decided")
    fill_folder(made / "data")
    database = opened(made)
    set_rate(database, datetime.now(UTC).date(), "150")
    database.close()
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The program, serving it."""
    with running_server(folder) as found:
        yield found


def opened(folder: Path) -> Database:
    """The catalog that the server serves."""
    return open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder / "data")}))


def saved(url: str, **changes: Any) -> dict[str, Any]:
    """A decision that was saved by another client."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        response = client.post(f"{url}/api/v1/decisions", json=decision(**changes))
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_sealed_link_shows_the_same_figures_after_prices_and_rate_moved(
    folder: Path, url: str, new_page: NewPage
) -> None:
    """In a fresh browser: figures and hash as sealed, today beside, bridges that sum to the yen."""
    made = saved(url, scenario=yen_scenario(), evidence=[])
    link = f"{url}/decisions/{made['id']}"
    first = new_page()
    first.goto(link)
    expect(first.locator("#decision-figures tbody tr")).to_have_count(2)
    before = first.locator("#decision-figures tbody tr td:nth-of-type(1)").all_inner_texts()
    database = opened(folder)
    with httpx.Client(trust_env=False, timeout=60) as client:
        prices = client.get(f"{url}/api/v1/decisions/{made['id']}").json()["prices"]
    for one, factor in zip(prices[:3], ("1.13", "0.917", "1.31"), strict=True):
        scale_price(database, one["price"]["id"], factor)
    with database.write() as session:
        session.execute(text("UPDATE rate SET rate = '190.625' WHERE quote = 'JPY'"))
    database.close()
    page = new_page()
    page.goto(link)
    expect(page.locator("#decision-figures tbody tr")).to_have_count(2)
    expect(page.locator("#seal")).to_contain_text("The record is as it was sealed.")
    expect(page.locator("#seal")).to_contain_text(made["sha256"])
    after = page.locator("#decision-figures tbody tr td:nth-of-type(1)").all_inner_texts()
    assert after == before
    for bridge in page.locator("#bridge table").all():
        lines = [yen(one) for one in bridge.locator("tbody td").all_inner_texts()]
        assert sum(lines[:-1]) == lines[-1]
        assert len(lines) > 2
    expect(page.locator("#bridge")).to_contain_text("Exchange rate")
    published = page.locator("#decision-prices")
    expect(published).to_contain_text("$0.55 an hour")
    expect(published).not_to_contain_text("¥")
    expect(page.locator("#decision-assumptions")).to_contain_text("No limit")
    require_accessible(page)


def yen(shown: str) -> Decimal:
    """An amount of yen with its sign."""
    found = MONEY.search(shown)
    assert found is not None, shown
    amount = Decimal(found[1].replace(",", ""))
    return -amount if shown.startswith("-") else amount


def test_a_record_that_was_touched_says_so_in_red(folder: Path, url: str, page: Page) -> None:
    """And names what was touched."""
    made = saved(url, title="Touched")
    database = opened(folder)
    with database.write() as session:
        session.execute(
            text("UPDATE decision_version SET evidence = '[]' WHERE decision_id = :id"),
            {"id": made["id"]},
        )
    database.close()
    page.goto(f"{url}/decisions/{made['id']}")
    seal = page.locator("#seal.broken")
    expect(seal).to_contain_text("Changed since: the evidence")
    assert page.evaluate("getComputedStyle(document.querySelector('#seal b')).color") == (
        "rgb(180, 35, 24)"
    )
    require_accessible(page)


def test_an_answer_is_saved_from_decide_and_others_do_not_see_its_prices(
    url: str, new_page: NewPage
) -> None:
    """The dialog names what is missing; its link shows the prices in this browser only."""
    page = new_page()
    page.goto(f"{url}/?scenario=article")
    expect(page.locator("#summary")).to_contain_text("Per token")
    page.click("#save-open")
    expect(page.locator("#save-title")).to_have_value(re.compile("Llama"))
    page.fill("#save-title", "Hosts or <b>tokens</b>")
    page.click("#save-send")
    expect(page.locator("#save-result")).to_contain_text("owner: Expected some text, found none.")
    page.fill("#save-owner", "Aoi Tanaka")
    page.click("#save-send")
    link = page.get_attribute("#saved-link", "href") or ""
    assert re.fullmatch(r"/decisions/[\w-]{20,30}", link)
    page.goto(url + link)
    expect(page.locator("h1")).to_have_text("Hosts or <b>tokens</b>")
    expect(page.locator("#decision-prices")).to_contain_text("0.00067")
    other = new_page(locale="ja-JP", width=390)
    other.goto(url + link)
    expect(other.locator("#decision-prices")).to_contain_text("価格は非公開")
    assert "0.00067" not in other.content()
    assert CONTRACT not in other.content()
    require_accessible(other)


def test_filters_and_order_of_the_list_stay_in_the_link(url: str, new_page: NewPage) -> None:
    """A status, an owner and words narrow all decisions; a fresh browser shows the same."""
    for number in range(3):
        saved(url, title=f"Listed {number}", owner="Rin Sato")
    page = new_page()
    page.goto(f"{url}/decisions")
    page.fill("#decisions-q", "listed")
    page.press("#decisions-q", "Enter")
    page.wait_for_url(re.compile("q=listed"))
    page.locator("input#decisions-owner").click()
    page.get_by_role("option", name="Rin Sato").click()
    page.wait_for_url(re.compile("owner=Rin"))
    page.get_by_role("link", name="Margin today").click()
    page.wait_for_url(re.compile("sort=margin"))
    page.get_by_role("navigation", name="Filter").get_by_role("link", name="Still holds").click()
    page.wait_for_url(re.compile("status=holds"))
    expect(page.locator(".decisions-list tbody tr")).to_have_count(3)
    expect(page.locator("th[aria-sort]")).to_contain_text("Margin today")
    expect(page.locator("#decisions-progress")).to_contain_text("Still holds: 3")
    require_accessible(page)
    other = new_page(locale="ja-JP", width=390)
    other.goto(page.url)
    expect(other.locator(".decisions-list tbody tr")).to_have_count(3)
    expect(other.locator("#decisions-q")).to_have_value("listed")
    require_accessible(other)
    other.goto(page.url.replace("status=holds", "status=flipped"))
    expect(other.locator("#decisions-found")).to_contain_text("該当する決定はありません")


@pytest.mark.parametrize(
    ("locale", "summary", "button", "empty", "wrong", "stopped"),
    [
        (
            "en-US",
            "I hold the key of this decision",
            "Show the prices",
            "Expected the owner's key, found nothing.",
            "This is not the key of this decision.",
            "Try again in 10 minutes.",
        ),
        (
            "ja-JP",
            "この決定のキーを持っている",
            "価格を表示",
            "所有者キーが入力されていません。",
            "この決定のキーではありません。",
            "10 分後に再度お試しください。",
        ),
    ],
)
def test_who_types_the_key_sees_the_prices_and_it_stands_nowhere(
    url: str,
    new_page: NewPage,
    locale: str,
    summary: str,
    button: str,
    empty: str,
    wrong: str,
    stopped: str,
) -> None:
    """In a fresh browser: nothing typed, a wrong key, the right one; too many wrong ones wait."""
    made = saved(url, title="Held elsewhere")
    page = new_page(locale=locale, expected_console=("status of 403",))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto(f"{url}/decisions/{made['id']}")
    page.get_by_text(summary, exact=True).click()
    field, send = page.locator("input#decision-key"), page.get_by_role("button", name=button)
    require_accessible(page)
    send.click()
    expect(page.locator("#decision-key-form")).to_contain_text(empty)
    for typed in ("鍵の写し", "another key"):
        field.fill(typed)
        send.click()
        expect(page.locator("#decision-key-form")).to_contain_text(wrong)
        expect(field).to_have_value("")
    assert CONTRACT not in page.content()
    field.fill(f" {made['key']} ")
    field.press("Enter")
    expect(page.locator("#decision-prices")).to_contain_text(CONTRACT)
    expect(page.locator("#decision-hidden")).to_have_count(0)
    assert made["key"] not in page.content()
    assert made["key"] not in page.url
    assert not [one for one in asked if made["key"] in one]
    with httpx.Client(trust_env=False, timeout=60) as client:
        for _ in range(10):
            path = f"{url}/api/v1/decisions/{made['id']}/holders"
            client.post(path, headers={"X-Decision-Key": "wrong"})
    other = new_page(locale=locale, expected_console=("status of 429",))
    other.goto(f"{url}/decisions/{made['id']}")
    other.get_by_text(summary, exact=True).click()
    other.fill("input#decision-key", made["key"])
    other.get_by_role("button", name=button).click()
    expect(other.locator("#decision-key-form")).to_contain_text(stopped)
