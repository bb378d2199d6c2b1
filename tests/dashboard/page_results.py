"""What the Decide page shows for a question, by the names of its places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from dash import no_update

from catalog.scenario import scenario_document
from catalog.settings import load_settings
from dashboard.figures.axes import View
from dashboard.pages.decide.address import Address
from dashboard.pages.decide.capacity import capacity_panel
from dashboard.pages.decide.result import answer_outputs, rest_outputs
from dashboard.pages.decide.state import Judged, PageState
from dashboard.pages.decide.studies.tabs import asked_of
from dashboard.service import open_catalog
from dashboard.texts import load_texts
from tests.dashboard.commands import fill_folder

PATHS = (
    "workload.requests_per_hour",
    "workload.peak_to_mean",
    "options.0.name",
    "options.0.prices.input.amount",
    "options.1.price.amount",
    "options.1.price.as_of",
)


class First(NamedTuple):
    """What the page gets first, by the names of its places."""

    figure: Any
    summary: Any
    problems: Any
    class_name: str
    errors: list[str | None]
    data: Any


class Shown(NamedTuple):
    """All that the page gets: first the first six, and the rest where there is an answer."""

    figure: Any
    summary: Any
    problems: Any
    class_name: str
    errors: list[str | None]
    data: Any
    basis: Any
    budget_card: Any
    tables: Any


@contextmanager
def page_state(folder: Path) -> Iterator[PageState]:
    """The page's view of the bundled catalog, in a database of its own in this folder."""
    fill_folder(folder)
    database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    try:
        yield PageState(database)
    finally:
        database.close()


def show(judged: Judged, *, language: str = "en", paths: Sequence[str] = PATHS) -> Shown:
    """What the page gets at the address of the article. paths: its fields."""
    address = Address(language=language)
    first = First(*answer_outputs(judged, address, {}, paths))
    if judged.answer is None or judged.scenario is None:
        return Shown(**first._asdict(), basis=no_update, budget_card=no_update, tables=no_update)
    basis, budget_card, tables = rest_outputs(judged.answer, judged.scenario, address)
    return Shown(**first._asdict(), basis=basis, budget_card=budget_card, tables=tables)


def capacity_of(state: PageState, judged: Judged, *, language: str = "en") -> Any:
    """The panel of the capacity, which stands in a tab of its own."""
    assert judged.scenario is not None
    document = json.loads(json.dumps(scenario_document(judged.scenario), default=str))
    return capacity_panel(asked_of(state.database, document, View(), load_texts(language)))


def vars_of(node: Any) -> Mapping[str, Any]:
    """The properties of a component; none for a text."""
    return vars(node) if hasattr(node, "__dict__") else {}
