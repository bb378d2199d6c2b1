"""What the Decide page shows for a question, by the names of its places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from catalog.settings import load_settings
from dashboard.pages.decide.address import Address
from dashboard.pages.decide.result import answer_outputs
from dashboard.pages.decide.state import Judged, PageState
from dashboard.service import open_catalog

PATHS = (
    "workload.requests_per_hour",
    "workload.peak_to_mean",
    "options.0.name",
    "options.0.prices.input.amount",
    "options.1.price.amount",
    "options.1.price.as_of",
)


class Shown(NamedTuple):
    """What the page gets, by the names of its places."""

    summary: Any
    figure: Any
    basis: Any
    budget_card: Any
    capacity: Any
    tables: Any
    problems: Any
    class_name: str
    errors: list[str | None]
    data: Any


@contextmanager
def page_state(folder: Path) -> Iterator[PageState]:
    """The page's view of the bundled catalog, in a database of its own in this folder."""
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    try:
        yield PageState(database)
    finally:
        database.close()


def show(judged: Judged, *, language: str = "en") -> Shown:
    """What the page gets at the address of the article."""
    return Shown(*answer_outputs(judged, Address(language=language), {}, PATHS))


def vars_of(node: Any) -> Mapping[str, Any]:
    """The properties of a component; none for a text."""
    return vars(node) if hasattr(node, "__dict__") else {}
