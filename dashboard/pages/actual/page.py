"""The Actual page: a scenario, files of use, and estimate against actual. Files are read in the
browser and kept nowhere; see `assets/actual.js`."""

from dataclasses import dataclass
from typing import Any

import dash
import dash_mantine_components as dmc
import yaml
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from catalog.database import Database
from catalog.problems import Refused
from dashboard.actuals.actual_answer import Actual, measured_scenario
from dashboard.actuals.actual_run import actual_of_files
from dashboard.actuals.used import ActualsRefused
from dashboard.callback import offload
from dashboard.figures.actual_cost import actual_cost_figure, cost_bars
from dashboard.figures.axes import View
from dashboard.format import Format
from dashboard.pages.actual.answered import answer_parts, finding
from dashboard.pages.aria import aria
from dashboard.pages.decide import changes
from dashboard.pages.decide.address import read_address, write_address
from dashboard.pages.decide.document import scenario_of
from dashboard.pages.decide.result import problem_text
from dashboard.pages.decide.state import PageState, plain_draft
from dashboard.pages.graph import EMPTY, graph
from dashboard.pages.shell import header
from dashboard.pages.visit import Visit
from dashboard.texts import Texts, load_texts

ASKED = ("hours", "option", "model", "requests")
BROWSER_WORDS = ("files", "chosen", "not_text", "too_large")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """Parts of the page after a comparison, in the order of its outputs."""

    problem: list[Component]
    title: str = ""
    figure: Any = None
    parts: tuple[Component, ...] = ()
    hidden: bool = True


def register(app: dash.Dash, database: Database, state: PageState) -> None:
    """Attach the comparison, and what the browser takes over."""
    app.clientside_callback(
        ClientsideFunction("modelcost_actual", "start"),
        Output("actual-started", "data"),
        Input("actual-options", "data"),
    )

    @app.callback(
        Output("actual-problem", "children"),
        Output("actual-finding", "children"),
        Output("actual-chart", "figure"),
        Output("actual-parts", "children"),
        Output("actual-answer", "hidden"),
        Input("actual-compare", "n_clicks"),
        Input("scheme", "data"),
        State("actual-scenario", "value"),
        State("actual-files", "data"),
        State("actual-pasted", "value"),
        *[State(f"actual-{name}", "value") for name in ASKED],
        State("address", "search"),
        State("language-of-actual", "data"),
        prevent_initial_call=True,
    )
    @offload
    def compare(
        clicks: int | None, look: dict[str, Any] | None, scenario: str | None, *given: Any
    ) -> Any:
        if not clicks:
            return (no_update,) * 5
        files, pasted, *typed, search, language = given
        texts = load_texts(language)
        contents = [*(files or []), *([pasted] if pasted and pasted.strip() else [])]
        asked = {
            name: (value or "").strip() or None for name, value in zip(ASKED, typed, strict=True)
        }
        try:
            read, found = actual_of_files(
                database,
                ((scenario or "").encode(), "yaml", texts("actual.scenario")),
                [one.encode() for one in contents],
                asked,
                own_prices=True,
            )
        except ActualsRefused as refused:
            return _outputs(_refused([refused.sentence(texts)]))
        except Refused as refused:
            return _outputs(_refused([problem_text(one, texts) for one in refused.problems]))
        decide = _decide_address(state, found, read, search, language)
        return _outputs(_told(found, decide, look or {}, texts))


def _told(found: Actual, decide: str, look: dict[str, Any], texts: Texts) -> _Told:
    cost = next(line for line in found.lines if line.code == "cost")
    view = View(dark=bool(look.get("dark")), narrow=bool(look.get("narrow")))
    fmt = Format(texts.language, found.question.currency)
    return _Told(
        problem=[],
        title=finding(found, texts),
        figure=actual_cost_figure(cost_bars(cost), view=view, fmt=fmt, texts=texts),
        parts=tuple(answer_parts(found, decide, texts)),
        hidden=False,
    )


def _refused(lines: list[str]) -> _Told:
    return _Told(
        problem=[html.Div([html.P(one) for one in lines], role="alert", className="actual-problem")]
    )


def _outputs(told: _Told) -> tuple[Any, ...]:
    figure = EMPTY if told.figure is None else told.figure
    return told.problem, told.title, figure, list(told.parts), told.hidden


def _decide_address(
    state: PageState, found: Actual, scenario: Any, search: str | None, language: str
) -> str:
    """The Decide page with the same question and this use as its workload; a question of one's own
    is kept here under an id that cannot be guessed."""
    address = read_address(search, language=language)
    draft = changes.with_form_defaults(plain_draft(measured_scenario(found, scenario)))
    _, kept = state.keep(draft, {"scenario": address.scenario}, address)
    return "/" + write_address(kept)


def draw(visit: Visit, state: PageState) -> Component:
    """The page at an address, which may name a question as the Decide page does."""
    texts = load_texts(visit.language)
    address = read_address(visit.search, language=visit.language)
    draft, _ = state.open(address, texts)
    written = yaml.safe_dump(scenario_of(draft), sort_keys=False, allow_unicode=True)
    return html.Div(
        [
            dcc.Store(id="actual-options", data=_options(texts)),
            dcc.Store(id="actual-started"),
            dcc.Store(id="actual-files"),
            dcc.Store(id="language-of-actual", data=visit.language),
            header(texts, visit.search, visit.path),
            html.Main(
                [_form(texts, written), html.Div(id="actual-problem"), _answer(texts)],
                id="content",
                className="paper",
                tabIndex=-1,
            ),
            html.P(id="actual-said", className="unseen", role="status"),
        ],
        id="actual",
    )


def _options(texts: Texts) -> dict[str, Any]:
    return {"texts": {name: texts.messages[f"actual.browser.{name}"] for name in BROWSER_WORDS}}


def _form(texts: Texts, written: str) -> Component:
    fields = [
        dmc.TextInput(
            id=f"actual-{name}",
            label=texts(f"actual.field.{name}"),
            description=texts(f"actual.field.{name}.hint"),
            size="sm",
        )
        for name in ASKED
    ]
    return html.Section(
        [
            html.H1(texts("actual.page"), className="page-title"),
            html.P(texts("actual.intro"), className="subline"),
            html.Details(
                [
                    html.Summary(texts("actual.scenario")),
                    dmc.Textarea(
                        id="actual-scenario",
                        label=texts("actual.field.scenario"),
                        value=written,
                        autosize=True,
                        minRows=6,
                        maxRows=18,
                    ),
                ]
            ),
            html.Div(id="actual-picker"),
            dmc.Textarea(
                id="actual-pasted", label=texts("actual.field.pasted"), minRows=2, maxRows=8
            ),
            html.Div(fields, className="actual-fields"),
            dmc.Button(texts("actual.compare"), id="actual-compare", size="sm"),
        ],
        className="panel actual-form",
        **aria(label=texts("actual.page")),
    )


def _answer(texts: Texts) -> Component:
    """Hidden until something was compared; the chart keeps its place."""
    frame: dict[str, Any] = {"className": "chart-box", "role": "group"}
    return html.Section(
        [
            html.H2(texts("actual.result")),
            html.P(id="actual-finding", className="finding", role="status"),
            html.Div(graph("actual-chart", texts), **frame, **aria(label=texts("actual.chart"))),
            html.Div(id="actual-parts"),
        ],
        id="actual-answer",
        className="panel",
        hidden=True,
        **aria(label=texts("actual.result")),
    )
