"""The row of tabs, and which study fills the open one."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.problems import Refused
from catalog.scenario import parse_scenario
from dashboard.answer import Document
from dashboard.figures.axes import View
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.decide.address import TABS
from dashboard.pages.decide.result import problem_text
from dashboard.pages.decide.studies.parts import Study
from dashboard.service import answer
from dashboard.texts import Texts


def study_tabs(texts: Texts, opened: str) -> Component:
    """All tabs, each drawn when it is opened."""
    panels = [dmc.TabsPanel(html.Div(id=place_of(name)), value=name) for name in TABS]
    return html.Section(
        [
            html.H2(texts("study.title"), className="unseen"),
            dmc.Tabs(
                [
                    dmc.TabsList(
                        [dmc.TabsTab(texts(f"study.tab.{name}"), value=name) for name in TABS],
                        **aria(label=texts("study.title")),
                    ),
                    *panels,
                ],
                id="study",
                value=opened,
                keepMounted=True,
                className="studies",
            ),
            dcc.Store(id="study-shown"),
            dcc.Store(id="hybrid-chosen"),
        ],
        id="studies",
        className="panel studies-panel",
    )


def place_of(name: str) -> str:
    """The id of where a tab is drawn."""
    return f"study-place-{name}"


def asked_of(
    database: Database,
    document: Document,
    view: View,
    texts: Texts,
    fiscal_month: int | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Study:
    """The answer that is on the screen, to be looked at more closely; chosen: what was picked in
    the tab of the hybrid. Raises Refused."""
    scenario = parse_scenario(document)
    shown = answer(database, scenario, own_prices=True)
    return Study(
        database=database,
        scenario=scenario,
        content=json.dumps(document).encode(),
        answer=shown,
        view=view,
        fmt=Format(texts.language, shown.question.currency),
        texts=texts,
        fiscal_month=fiscal_month,
        chosen=chosen or {},
    )


def study(asked: Study, name: str) -> Any:
    """What stands in a tab, or why it cannot."""
    try:
        return _draw(name)(asked)
    except Refused as refused:
        return refused_study(refused, asked.texts)


def chosen_hybrid(
    database: Database, document: Document, view: View, texts: Texts, chosen: Mapping[str, str]
) -> list[Component]:
    """What stands beneath the fields of the tab Base and overflow, for what was picked there."""
    from dashboard.pages.decide.studies.hybrid import case_of, hybrid_answer

    try:
        asked = asked_of(database, document, view, texts, chosen=chosen)
        return hybrid_answer(asked, case_of(asked))
    except Refused as refused:
        return refused_study(refused, texts)


def refused_study(refused: Refused, texts: Texts) -> list[Component]:
    """What stands in a tab where the question has no answer of its kind."""
    reasons = [html.Li(problem_text(one, texts)) for one in refused.problems]
    return [
        html.P(texts("study.refused"), className="finding"),
        html.Ul(reasons, className="remarks"),
    ]


def _draw(name: str) -> Callable[[Study], list[Component]]:
    """The function of a tab; loaded when it is first opened, because some of them load NumPy."""
    if name == "whole_cost":
        from dashboard.pages.decide.studies.whole_cost import whole_cost

        return whole_cost
    if name == "over_time":
        from dashboard.pages.decide.studies.over_time import over_time

        return over_time
    if name == "how_sure":
        from dashboard.pages.decide.studies.how_sure import how_sure

        return how_sure
    if name == "hybrid":
        from dashboard.pages.decide.studies.hybrid import hybrid

        return hybrid
    if name == "capacity":
        from dashboard.pages.decide.studies.host_capacity import host_capacity

        return host_capacity
    from dashboard.pages.decide.studies.where import where

    return where


def view_of(look: Mapping[str, Any] | None) -> View:
    """How the screen is: narrow, dark."""
    seen = look or {}
    return View(narrow=bool(seen.get("narrow")), dark=bool(seen.get("dark")))
