"""The pages by their paths: which exist, what they are called, what their first HTML needs."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from dashboard.pages.visit import BATCH, CATALOG, CHAT, COMPARE, HOST, HOSTS, MODEL, SYNC
from dashboard.texts import Texts

NAVIGATION: Final[Mapping[str, str]] = {
    "decide": "/",
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
}
"""Pages that are not in the navigation, by the entry that leads to them."""
ROUTES: Final = (
    "catalog",
    "compare",
    "hosts",
    "chat",
    "batch",
    "sync",
    "model/{name:path}",
    "host/{name:path}",
)
"""Paths that are served beside `/`, without their first slash."""
WITH_GRID: Final = frozenset({"catalog", "hosts"})
GRID_SCRIPT: Final = re.compile(r'<script src="[^"]*/dash_ag_grid/[^"]*"></script>\s*')
LONGEST_TITLE: Final = 120


def place_of(path: str) -> str | None:
    """The page at a path, such as `catalog`; None where there is none."""
    for place, its_path in (*NAVIGATION.items(), ("compare", COMPARE), ("batch", BATCH)):
        if path.rstrip("/") == its_path.rstrip("/"):
            return place
    for place, start in (("model", MODEL), ("host", HOST)):
        if path.startswith(start) and name_in(path):
            return place
    return None


def name_in(path: str) -> str:
    """The id of the model or host that a path names, decoded."""
    start = MODEL if path.startswith(MODEL) else HOST
    return unquote(path[len(start) :], errors="replace").strip()


def page_title(path: str, texts: Texts) -> str:
    """The title of the window, in the language of the page."""
    place = place_of(path) or "decide"
    if place in ("model", "host"):
        return texts("nav.title.of", name=name_in(path)[:LONGEST_TITLE])
    return texts(f"nav.title.{place}")
