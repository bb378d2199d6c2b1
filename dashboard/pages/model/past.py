"""How the price of an offer went: a chart whose title is the finding, and the same as a table."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.price_past import PastLine, PastStep
from dashboard.figures.price_history import history_finding
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.parts import table
from dashboard.texts import Texts


def history(offer: str | None, lines: Sequence[PastLine], texts: Texts, fmt: Format) -> Component:
    """The panel; it says so where no earlier price is known."""
    if offer is None or not lines:
        body: list[Component] = [html.P(texts("model.history.none"), className="subline")]
    else:
        body = past_panel("past-chart", history_finding(lines, texts, fmt), offer, lines, texts, fmt)
    return html.Section(
        [html.H2(texts("model.history")), *body],
        className="panel",
        **aria(label=texts("model.history")),
    )


def past_panel(
    name: str, finding: str, what: str, lines: Sequence[PastLine], texts: Texts, fmt: Format
) -> list[Component]:
    """Finding, chart and table of some lines; the chart is filled by a callback."""
    rows: list[tuple[dict[str, Any], Sequence[Any]]] = [
        (
            {},
            (
                texts(f"model.history.{line.kind}"),
                _since(step, texts, fmt),
                texts("model.history.now") if step.until is None else fmt.date(step.until.date()),
                fmt.list_price(step.usd),
                html.Span(line.source, lang="en"),
            ),
        )
        for line in lines
        for step in reversed(line.steps)
    ]
    heads = [
        (texts("model.history.price"), True),
        (texts("model.history.from"), True),
        (texts("model.history.to"), True),
        (texts("model.history.amount"), False),
        (texts("model.history.source"), True),
    ]
    caption = texts("model.history.caption")
    frame: dict[str, Any] = {"className": "chart-box", "role": "group"}
    return [
        html.P(finding, className="finding"),
        html.P(what, className="small", lang="en"),
        html.Div(graph(name, texts), **frame, **aria(label=finding)),
        html.Details(
            [html.Summary(texts("model.history.table")), table(heads, rows, caption=caption)]
        ),
    ]


def _since(step: PastStep, texts: Texts, fmt: Format) -> str:
    if not step.start_known:
        return texts("model.history.start_unknown")
    return fmt.date(step.since.date())
