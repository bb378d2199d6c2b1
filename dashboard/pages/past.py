"""How a price went: a finding, the chart under it, and the same as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.price_past import PastLine, PastStep
from dashboard.figures.price_history import history_finding, price_history_figure
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.parts import table
from dashboard.pages.reader import Reader
from dashboard.texts import load_texts


def past_panel(reader: Reader, name: str, what: str | None, lines: Sequence[PastLine]) -> Component:
    """The panel. name: id of the chart, which a callback fills. what: offer or host that is
    shown. Without lines it says that no earlier price is known."""
    texts = reader.texts
    if not lines or what is None:
        body: list[Component] = [html.P(texts("model.history.none"), className="subline")]
    else:
        body = _chart_and_table(reader, name, what, lines)
    return html.Section(
        [html.H2(texts("model.history")), *body],
        className="panel",
        **aria(label=texts("model.history")),
    )


def past_figure(lines: Sequence[PastLine], look: Mapping[str, Any] | None, language: str) -> Any:
    """The chart of the panel, in the colors of the reader's theme; look: the browser's answer."""
    texts = load_texts(language)
    dark, fmt = bool((look or {}).get("dark")), Format(texts.language, "USD")
    return price_history_figure(lines, dark=dark, texts=texts, fmt=fmt)


def _chart_and_table(
    reader: Reader, name: str, what: str, lines: Sequence[PastLine]
) -> list[Component]:
    texts = reader.texts
    finding = history_finding(lines, texts, reader.fmt)
    frame: dict[str, Any] = {"className": "chart-box", "role": "group"}
    heads = [
        (texts("model.history.price"), True),
        (texts("model.history.from"), True),
        (texts("model.history.to"), True),
        (texts("model.history.amount"), False),
        (texts("model.history.source"), True),
    ]
    rows = [_row(reader, line, step) for line in lines for step in reversed(line.steps)]
    numbers = table(heads, rows, caption=texts("model.history.caption"))
    return [
        html.P(finding, className="finding"),
        html.P(what, className="small", lang="en"),
        html.Div(graph(name, texts), **frame, **aria(label=finding)),
        html.Details([html.Summary(texts("model.history.table")), numbers]),
    ]


def _row(reader: Reader, line: PastLine, step: PastStep) -> tuple[dict[str, Any], Sequence[Any]]:
    texts, fmt = reader.texts, reader.fmt
    since = fmt.date(step.since.date())
    until = texts("model.history.now") if step.until is None else fmt.date(step.until.date())
    return {}, (
        texts(f"model.history.{line.kind}"),
        since if step.start_known else texts("model.history.start_unknown"),
        until,
        fmt.list_price(step.usd),
        html.Span(line.source, lang="en"),
    )
