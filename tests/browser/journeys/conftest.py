"""Pictures of where a journey came to, kept where a person can look at them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.checks import require_accessible

FOLDER_VARIABLE = "MODELCOST_PICTURES"


@pytest.fixture
def arrived(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Checks the page that a journey came to, and keeps its picture: in the folder that
    `MODELCOST_PICTURES` names, else where pytest keeps the files of its last runs."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = tmp_path if named is None else Path(named)

    def check(page: Page, name: str) -> None:
        require_accessible(page)
        language = page.evaluate("document.documentElement.lang")
        test = request.node.originalname
        page.screenshot(path=folder / f"{test}-{name}-{language}.png", full_page=True)

    return check
