"""Rows of a grid, whose first columns stand in a part of their own."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def row_facts(page: Page, name: str) -> Locator:
    """The columns that scroll, of the row whose name is this."""
    named = page.locator(".ag-pinned-left-cols-container .ag-row").filter(
        has=page.get_by_role("link", name=name, exact=True)
    )
    expect(named).to_have_count(1)
    index = named.get_attribute("row-index")
    return page.locator(f".ag-center-cols-container .ag-row[row-index='{index}']")
