"""The pages by their paths: which exist, what they are called, what their first HTML needs."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from dashboard.pages.visit import (
    ACTUAL,
    BATCH,
    CATALOG,
    CHAT,
    COMPARE,
    DECISIONS,
    HOST,
    HOSTS,
    MODEL,
    SETTINGS,
    SYNC,
)
from dashboard.texts import Texts

NAVIGATION: Final[Mapping[str, str]] = {
    "decide": "/",
    "decisions": DECISIONS,
    "catalog": CATALOG,
    "hosts": HOSTS,
    "chat": CHAT,
    "sync": SYNC,
}
"""What the navigation shows, in order."""
PART_OF: Final[Mapping[str, str]] = {
    "model": "catalog",
    "compare": "catalog",
    "host": "hosts",
    "batch": "chat",
    "actual": "decide",
    "decision": "decisions",
}
"""Pages that are not in the navigation, by the entry that leads to them."""
ROUTES: Final = (
    "catalog",
    "compare",
    "hosts",
    "chat",
    "batch",
    "actual",
    "sync",
    "settings",
    "decisions",
    "decisions/{name:path}",
    "model/{name:path}",
    "host/{name:path}",
)
"""Paths that are served beside `/`, without their first slash."""
WITH_GRID: Final = frozenset({"catalog", "hosts"})
GRID_SCRIPT: Final = re.compile(r'<script src="[^"]*/dash_ag_grid/[^"]*"></script>\s*')
LONGEST_TITLE: Final = 120
_STARTS: Final[Mapping[str, str]] = {
    "model": MODEL,
    "host": HOST,
    "decision": f"{DECISIONS}/",
}
"""Pages of one thing, by what their paths begin with."""


def place_of(path: str) -> str | None:
    """The page at a path, such as `catalog`; None where there is none."""
    for place, its_path in (
        *NAVIGATION.items(),
        ("compare", COMPARE),
        ("batch", BATCH),
        ("actual", ACTUAL),
        ("settings", SETTINGS),
    ):
        if path.rstrip("/") == its_path.rstrip("/"):
            return place
    for place, start in _STARTS.items():
        if path.startswith(start) and name_in(path):
            return place
    return None


def name_in(path: str) -> str:
    """The id of the model, host or decision that a path names, decoded."""
    start = next((one for one in _STARTS.values() if path.startswith(one)), "")
    return unquote(path[len(start) :], errors="replace").strip()


def page_title(path: str, texts: Texts) -> str:
    """The title of the window, in the language of the page."""
    place = place_of(path) or "decide"
    if place in ("model", "host"):
        return texts("nav.title.of", name=name_in(path)[:LONGEST_TITLE])
    return texts(f"nav.title.{place}")
