"""The Decide page as components: toolbar and question left, summary, chart and tables right."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.decide.address import COST_AXES, LOAD_AXES, Address, write_address
from dashboard.pages.decide.asked import first_heard, marked
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.explain import drawer
from dashboard.pages.decide.export_menu import export_menu, export_texts
from dashboard.pages.decide.fields import Choice
from dashboard.pages.decide.form import Lists, form
from dashboard.pages.decide.measured import measured_note
from dashboard.pages.decide.saving import save_button, save_dialog
from dashboard.pages.decide.studies.tabs import study_tabs
from dashboard.pages.graph import graph
from dashboard.pages.shell import header
from dashboard.pages.visit import COMPARE
from dashboard.texts import Texts


def page(
    address: Address,
    search: str,
    draft: Draft,
    *,
    texts: Texts,
    lists: Lists,
    examples: Sequence[Choice],
    remark: str | None,
) -> Component:
    """The whole page for one state. `remark`: what of the address could not be followed."""
    fields = form(draft, texts, lists)
    heard = first_heard(fields)
    return html.Div(
        [
            dcc.Store(id="draft", data=draft),
            dcc.Store(id="history", data=[draft]),
            dcc.Store(id="asked"),
            dcc.Store(id="heard", data=dict(heard)),
            dcc.Store(id="saved", data={"scenario": address.scenario}),
            dcc.Store(id="answer-data"),
            dcc.Store(id="still-first"),
            dcc.Store(id="still-rest"),
            dcc.Store(id="rest-of"),
            dcc.Store(id="explain-asked"),
            dcc.Store(id="field-errors"),
            dcc.Store(id="address-next"),
            dcc.Store(id="address-now"),
            dcc.Store(id="export-texts", data=export_texts(texts)),
            dcc.Store(id="copy-texts", data=[texts("answer.copied"), texts("answer.copy_refused")]),
            header(texts, search),
            html.Main(
                [
                    _question(address, marked(heard, fields), texts, examples),
                    _answer(address, texts, remark),
                ],
                className="columns",
            ),
            drawer(texts),
            save_dialog(texts),
        ]
    )


def _question(
    address: Address, fields: Sequence[Component], texts: Texts, examples: Sequence[Choice]
) -> Component:
    known = {choice["value"] for choice in examples}
    is_example = address.scenario in known and not (address.use or address.also)
    toolbar = html.Div(
        [
            dmc.Select(
                id="example",
                label=texts("form.example"),
                data=list(examples),
                value=address.scenario if is_example else None,
                placeholder=texts("form.example.own"),
                size="sm",
            ),
            dmc.Button(texts("form.undo"), id="undo", variant="default", size="sm", disabled=True),
        ],
        className="toolbar",
    )
    return html.Section(
        [
            html.H1(texts("form.title"), className="form-section"),
            toolbar,
            dmc.Stack(fields, gap=0, id="form"),
        ],
        className="question",
        **aria(label=texts("form.title")),
    )


def _answer(address: Address, texts: Texts, remark: str | None) -> Component:
    axes = html.Div(
        [
            _axis("load-axis", "axis.load", LOAD_AXES, address.load_axis, texts),
            _axis("cost-axis", "axis.cost", COST_AXES, address.cost_axis, texts),
        ],
        className="axis-switches",
    )
    chart = html.Section(
        [
            axes,
            html.Div(graph("chart", texts, has_menu=True), id="chart-frame", role="group"),
            html.Div(id="basis"),
        ],
        className="panel",
        **aria(label=texts("answer.chart")),
    )
    return html.Div(
        [
            html.Div(
                [] if remark is None else html.Div(remark, className="problems", role="alert")
            ),
            html.Div(measured_note(address, texts)),
            html.Div(id="problems", role="alert"),
            html.Div(
                [
                    html.Section(
                        [html.Div(id="summary"), _link_row(address, texts)], className="panel"
                    ),
                    *_with_card(chart, address),
                    study_tabs(texts, address.tab),
                    html.Div(id="tables", className="result"),
                ],
                className="result",
            ),
        ],
        id="answer",
        className="answer",
        tabIndex=-1,
    )


def _with_card(chart: Component, address: Address) -> tuple[Component, ...]:
    """The chart and the budget card; whoever comes with measured tokens sees the card first."""
    card = html.Div(id="budget-card")
    return (card, chart) if address.measured else (chart, card)


def _link_row(address: Address, texts: Texts) -> Component:
    """A copied link stays as it is: what is typed afterwards goes into a question of its own."""
    return html.Div(
        [
            save_button(texts),
            dmc.Button(texts("answer.copy"), id="copy-link", variant="default", size="compact-sm"),
            html.Span(id="copied", className="small", role="status"),
            export_menu(texts),
            html.Span(id="exported", className="small", role="status"),
            html.A(texts("answer.actual"), href="/actual", id="to-actual", className="text-link"),
            html.A(
                texts("options.link"),
                href=COMPARE + write_address(address),
                id="to-options",
                className="text-link",
            ),
        ],
        className="link-row",
    )


def _axis(name: str, label: str, choices: Sequence[str], value: str, texts: Texts) -> Component:
    return html.Div(
        [
            html.Span(texts(label), className="switch-label", id=f"{name}-label"),
            dmc.SegmentedControl(
                id=name,
                value=value,
                data=[{"value": choice, "label": texts(f"{label}.{choice}")} for choice in choices],
                size="xs",
                **aria(labelledby=f"{name}-label"),
            ),
        ],
        className="axis-switch",
    )
