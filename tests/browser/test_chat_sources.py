"""A data source of the operator in the browser: chosen, read, asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import require_accessible
from tests.dashboard.commands import fill_folder
from tests.servers import running_server


@pytest.fixture(scope="module")
def chat_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service with one folder as a source, and no model."""
    folder: Path = tmp_path_factory.mktemp("sources")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "prices.csv").write_text("item,price\nTent,480\n", encoding="utf-8")
    (documents / "picture.png").write_bytes(b"\x89PNG")
    fill_folder(folder / "data")
    written = (
        f"allowed_folders: ['{folder}']\nsources:\n"
        f"  - {{name: shop, label: The shop, kind: folder, path: '{documents}'}}\n"
    )
    (folder / "data" / "endpoints.yaml").write_text(written, encoding="utf-8")
    with running_server(folder) as url:
        yield f"{url}/chat"


def test_a_source_is_read_after_its_lines_were_shown_and_then_asked(
    page: Page, chat_url: str
) -> None:
    page.goto(chat_url)
    page.get_by_text("Connected sources").click()
    part = page.locator("#chat-sources")
    expect(part).to_contain_text("until the operator removes the source")
    expect(part).to_contain_text("Not read yet. Nothing has been copied.")

    part.get_by_role("button", name="Read it").click()

    expect(part).to_contain_text("1 document, 1 passage.")
    expect(part).to_contain_text("1 file was not read")
    require_accessible(page)
    box = page.get_by_role("textbox", name="Your question")
    box.fill("What does the tent cost?")
    box.press("Enter")
    expect(page.locator(".chat-passages")).to_contain_text("price: 480")
