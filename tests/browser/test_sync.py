"""The Sync page in a real browser: before any sync, afterwards, and while one runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalog.database import Database
from catalog.settings import load_settings
from catalog.sources.reading import UnreadRow
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.lease import held_lease
from catalog.sync.runs import begin_run
from dashboard.service import open_catalog
from tests.browser.checks import require_accessible, require_japanese
from tests.browser.conftest import NewPage
from tests.catalog.sync.scripted import Heard, Scripted, offer, price
from tests.dashboard.commands import fill_folder
from tests.servers import running_server

UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
MARKUP = "<img src=x onerror=alert(1)> & {x}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server whose catalog was synced a while ago."""
    made = tmp_path_factory.mktemp("synced")
    fill_folder(made / "data")
    database = opened(made)
    fill(database)
    database.close()
    return made


@pytest.fixture(scope="module")
def synced_url(folder: Path) -> Iterator[str]:
    """The program, serving that catalog."""
    with running_server(folder) as url:
        yield url


def opened(folder: Path) -> Database:
    """The catalog that a server of this folder serves."""
    return open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder / "data")}))


def fill(database: Database) -> None:
    """Two readings of a price list, in which one price fell and one rose a hundredfold; rows that
    were not read; a source that failed, and one that was cut off."""
    now = datetime.now(UTC)
    names = ("gpt-4o-2024-11-20", "o3-2025-04-16")
    unread = (
        *(
            UnreadRow(key=f"meter {number}", reason="unread_meter", detail="Turbo", raw='{"a": 1}')
            for number in range(12)
        ),
        UnreadRow(key=MARKUP, reason="left_out_windows", detail=MARKUP, raw=MARKUP),
    )
    for days, amounts in ((20, ("0.004", "0.003")), (10, ("0.0005", "0.3"))):
        at = now - timedelta(days=days)
        prices = [
            price(amount, name, valid_from=at, fetched_at=at, as_of=at.date())
            for name, amount in zip(names, amounts, strict=True)
        ]
        source = Scripted([*map(offer, names), *prices], name="azure_retail", unread=unread)
        run_sync(database, [source], SyncOptions(full=True), lambda at=at: at, Heard())  # type: ignore[misc]
    fails = Scripted([offer()], name="router", fails_after=0)
    run_sync(database, [fails], SyncOptions(), lambda: now - timedelta(hours=2), Heard())
    with database.write() as session:
        begin_run(session, "litellm", "all", "full", None, now - timedelta(hours=3))


def open_sync(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/sync{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_before_any_sync_the_page_says_what_the_catalog_is(page: Page, server_url: str) -> None:
    """The bundled snapshot with its day, and the commands that would change it."""
    page.goto(f"{server_url}/hosts")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Sync").click()

    expect(page).to_have_title("Sync · modelcost")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(
        re.compile(r"The catalog is the bundled snapshot of \w+ \d+, 20\d\d; nothing was synced")
    )
    expect(page.locator("code", has_text="modelcost sync router")).to_be_visible()
    expect(page.locator("#runs")).to_have_count(0)
    expect(page.locator(".nav-link.current").first).to_have_text("Sync")


def test_each_source_is_fresh_or_stale_with_the_reason(page: Page, synced_url: str) -> None:
    """In words: too old, failed with its message, cut off, never synced with the command."""
    open_sync(page, synced_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 8 live sources are fresh")

    def row(name: str) -> str:
        found = page.locator(".sync-sources tbody tr").filter(
            has=page.get_by_role("rowheader", name=re.compile(rf"^{name}"))
        )
        return found.text_content() or ""

    assert "The last complete reading is 1 week old." in row("azure_retail")
    assert "The source did not answer." in row("router")
    assert "Cut off; the next sync goes on from there" in row("litellm")
    assert "Never syncedmodelcost sync huggingface" in row("huggingface")


def test_a_command_is_copied_by_keyboard(page: Page, synced_url: str) -> None:
    """The button says so, and so does what a screen reader hears."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_sync(page, synced_url)
    button = page.get_by_role("button", name="Copy the command modelcost sync huggingface")
    button.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#sync-said")).to_have_text("Copied")
    assert "modelcost sync huggingface" == page.evaluate("navigator.clipboard.readText()")


def test_prices_that_moved_are_a_finding_a_chart_and_a_table(page: Page, synced_url: str) -> None:
    """Of the period that is chosen; which stands in the address."""
    open_sync(page, synced_url, "?period=30d")
    moves = page.locator("#moves")
    expect(moves.locator(".finding")).to_contain_text("openai/gpt-4o-2024-11-20 (input), −88 % on")
    expect(page.locator("#moves-chart .main-svg").first).to_be_visible()
    moves.locator("summary").click()
    row = moves.locator("tbody tr").filter(has_text="gpt-4o-2024-11-20")
    expect(row).to_contain_text("$4.00")
    expect(row).to_contain_text("$0.50")
    expect(row).to_contain_text("Japan East")
    expect(row.get_by_role("link", name="openai/gpt-4o-2024-11-20")).to_have_attribute(
        "href", "/model/openai%2Fgpt-4o-2024-11-20"
    )

    moves.get_by_role("link", name=re.compile("^all known")).click()

    expect(page).to_have_url(re.compile(r"period=all#moves$"))
    expect(moves.locator(".chip-link.current")).to_have_text(re.compile("^all known"))


def test_a_held_price_waits_with_the_commands_that_decide(page: Page, synced_url: str) -> None:
    """Both amounts for a million tokens."""
    open_sync(page, synced_url)
    panel = page.get_by_role("region", name="1 price waits for your decision").first

    expect(panel).to_contain_text("+9,900 %")
    expect(panel).to_contain_text("$300.00")
    for way in ("accept", "refuse"):
        expect(panel.locator("code", has_text=f"modelcost sync --{way} h-")).to_be_visible()


def test_unread_rows_are_searched_and_shown_as_text(page: Page, synced_url: str) -> None:
    """Words, source and reason stand in the address; more is read when asked; markup stays text."""
    open_sync(page, synced_url)
    status = page.locator("#unread-status")
    expect(status).to_have_text("5 of 13 rows")
    page.get_by_role("button", name="Show more").click()
    expect(status).to_have_text("10 of 13 rows")
    page.get_by_label("Words").fill("IMG onerror")
    expect(status).to_have_text("1 of 1 rows")
    expect(page.locator("#unread-found b")).to_have_text(MARKUP)
    expect(page).to_have_url(re.compile(r"q=IMG\+onerror"))
    page.reload()
    expect(status).to_have_text("1 of 1 rows")
    expect(page.get_by_label("Words")).to_have_value("IMG onerror")

    page.get_by_role("link", name="unread_meter").click()

    expect(status).to_have_text("5 of 12 rows")
    page.get_by_role("button", name="Reason: unread_meter").click()
    expect(status).to_have_text("5 of 13 rows")
    expect(page.get_by_label("Words")).to_be_focused()


def test_a_sync_that_runs_is_shown_until_it_ends(page: Page, tmp_path: Path) -> None:
    """With its source and rows; when it has ended the page says so by itself."""
    fill_folder(tmp_path / "data")
    database = opened(tmp_path)
    with running_server(tmp_path) as url:
        with held_lease(database, lambda: datetime.now(UTC)):
            with database.write() as session:
                begin_run(session, "router", "all", "full", None, datetime.now(UTC))
            open_sync(page, url)
            expect(page.locator(".sync-note.running")).to_contain_text("router: 0 rows read in")
            expect(page.locator("#sync-live")).to_contain_text("Running for")
        expect(page.get_by_text("The sync has ended.")).to_be_visible()
        page.get_by_role("link", name="Show what it brought").click()
        expect(page.locator("#runs")).to_contain_text("Cut off")
        page.close()  # it asks on, and the server goes first
    database.close()


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_sync_page(
    new_page: NewPage, server_url: str, synced_url: str, locale: str, scheme: str, width: int
) -> None:
    """Before any sync, and afterwards with everything unfolded."""
    page = new_page(
        width=width, locale=locale, color_scheme="dark" if scheme == "dark" else "light"
    )
    for url in (server_url, synced_url):
        open_sync(page, url)
        expect(page.locator("#moves-chart .main-svg").first).to_be_visible()
        if url == synced_url:
            expect(page.locator("#unread-found li").first).to_be_visible()
        page.evaluate(
            "document.querySelectorAll('main details').forEach(one => { one.open = true })"
        )
        require_accessible(page)
        if locale == "ja-JP":
            require_japanese(page)
