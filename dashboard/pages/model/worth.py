"""Which of the compared models are worth a look: cost a month against quality or latency."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.chat.batch.tested import BatchResults, ModelResult
from dashboard.figures.pareto import (
    Metric,
    ParetoPoint,
    frontier,
    overlapping,
    pareto_figure,
    pareto_finding,
    ties,
    value_text,
)
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.model.compare_cost import ASSUMED, AskedLoad
from dashboard.pages.parts import table, unknown
from dashboard.pages.reader import Reader
from dashboard.pages.visit import BATCH, COMPARE, Visit
from dashboard.texts import load_texts

Ends = tuple[Decimal | None, Decimal | None, Decimal | None]
NOT_ASKED: Final = "pareto.because.not_asked"
NO_TEST: Final = "pareto.because.no_test"
NO_VALUE: Final = "pareto.because.no_value"


def metric_of(visit: Visit) -> Metric:
    """The metric that an address asks for; quality where it asks for none that there is."""
    asked = [one for one in visit.all("metric") if one in set(Metric)]
    return Metric(asked[-1]) if asked else Metric.QUALITY


def points_of(
    costs: Sequence[tuple[str, str, Decimal | None]], tested: BatchResults | None, metric: Metric
) -> list[ParetoPoint]:
    """A point a model. costs: id, name, US dollars a month."""
    points = []
    for model, label, cost in costs:
        found = None if tested is None else tested.models.get(model)
        value, low, high = (None, None, None) if found is None else _values(found, metric)
        why = NO_TEST if tested is None else NOT_ASKED if found is None else NO_VALUE
        points.append(
            ParetoPoint(
                label=label,
                cost=cost,
                value=value,
                low=low,
                high=high,
                because="" if value is not None else why,
            )
        )
    return points


def worth_panel(
    reader: Reader,
    points: Sequence[ParetoPoint],
    tested: BatchResults | None,
    metric: Metric,
) -> Component:
    """The panel: toggle, finding, chart, source, what is not drawn, and the same as a table."""
    texts = reader.texts
    finding = pareto_finding(points, metric, texts)
    body: list[Component] = [_toggle(reader, metric), html.P(finding, className="finding")]
    if any(one.is_drawn for one in points):
        frame: dict[str, Any] = {"className": "pareto-frame", "role": "group"}
        body.append(html.Div(graph("pareto-chart", texts), **frame, **aria(label=finding)))
        body.append(dcc.Store(id="pareto-points", data=_stored(points, metric, texts.language)))
    body += [html.P(line, className="small") for line in _notes(reader, points, tested, metric)]
    if tested is None:
        href = reader.visit.link(BATCH)
        body.append(html.P(html.A(texts("pareto.run_test"), href=href, className="text-link")))
    body += [_not_drawn(reader, points), _table(reader, points, metric)]
    return html.Section(
        [html.H2(texts("pareto.title")), *body],
        className="panel",
        id="worth",
        **aria(label=texts("pareto.title")),
    )


def load_form(reader: Reader, load: AskedLoad) -> Component:
    """The workload whose cost is shown; the browser puts it into the address."""
    texts = reader.texts
    kept = [(name, value) for name, value in reader.visit.parameters if name not in ASSUMED]
    hidden = [dcc.Input(type="hidden", name=name, value=value) for name, value in kept]
    fields = [
        html.Div(
            [
                html.Label(texts(f"form.{name}"), htmlFor=f"compare-{name}"),
                dcc.Input(
                    id=f"compare-{name}",
                    name=name,
                    value=load.fields[name],
                    autoComplete="off",
                ),
            ],
            className="load-field",
        )
        for name in ASSUMED
    ]
    said = "pareto.assumed" if load.is_assumed else "pareto.typed"
    return html.Form(
        [
            *hidden,
            *fields,
            html.Button(texts("pareto.apply"), type="submit", className="button"),
            html.P(texts(said), className="small"),
        ],
        action=COMPARE,
        method="get",
        className="load-form",
        **aria(label=texts("pareto.load")),
    )


def drawn(stored: Mapping[str, Any], look: Mapping[str, Any] | None) -> Any:
    """The chart of the panel in the colors of the reader's theme. look: the browser's answer."""
    points = [
        ParetoPoint(
            label=one["label"],
            cost=_number(one["cost"]),
            value=_number(one["value"]),
            low=_number(one["low"]),
            high=_number(one["high"]),
        )
        for one in stored["points"]
    ]
    dark = bool((look or {}).get("dark"))
    texts = load_texts(stored["language"])
    return pareto_figure(points, Metric(stored["metric"]), dark=dark, texts=texts)


def _values(
    found: ModelResult, metric: Metric
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    if metric is Metric.QUALITY:
        return found.right, found.low, found.high
    if metric is Metric.FIRST_TOKEN:
        return found.first_token, None, found.first_token_p95
    return found.speed, None, None


def _toggle(reader: Reader, metric: Metric) -> Component:
    texts, visit = reader.texts, reader.visit
    kept = [(name, value) for name, value in visit.parameters if name != "metric"]
    links = []
    for one in Metric:
        href = f"{COMPARE}?{urlencode([*kept, ('metric', one.value)])}"
        current: dict[str, Any] = aria(current="true") if one is metric else {}
        links.append(
            html.A(texts(f"pareto.metric.{one}"), href=href, className="metric", **current)
        )
    label: dict[str, Any] = aria(label=texts("pareto.metric"))
    return html.Div(links, className="metrics", role="group", **label)


def _notes(
    reader: Reader, points: Sequence[ParetoPoint], tested: BatchResults | None, metric: Metric
) -> list[str]:
    texts, comma = reader.texts, reader.texts("model.list_comma")
    notes = []
    if tested is not None:
        day = reader.fmt.date(tested.created_at.date())
        facts = {"file": tested.questions, "questions": str(tested.asked), "day": day}
        notes.append(texts(f"pareto.source.{metric}", **facts))
    notes += [
        texts("pareto.tie", names=comma.join(one.label for one in group)) for group in ties(points)
    ]
    near = overlapping(points, metric)
    if near:
        notes.append(texts("pareto.overlap", names=comma.join(one.label for one in near)))
    return notes


def _not_drawn(reader: Reader, points: Sequence[ParetoPoint]) -> Component:
    texts = reader.texts
    items = []
    for one in points:
        reasons = [texts(one.because)] if one.because else []
        if one.cost is None:
            reasons.insert(0, texts("pareto.because.no_cost", region=reader.place))
        elif not one.cost:
            reasons.insert(0, texts("pareto.because.free"))
        if reasons:
            items.append(html.Li([html.B(one.label), ": ", texts("space").join(reasons)]))
    if not items:
        return html.Div()
    return html.Div([html.P(texts("pareto.not_drawn")), html.Ul(items)], className="not-drawn")


def _table(reader: Reader, points: Sequence[ParetoPoint], metric: Metric) -> Component:
    texts, fmt, best = reader.texts, reader.fmt, frontier(points, metric)

    def value(one: Decimal | None) -> Any:
        return unknown(texts) if one is None else value_text(one, metric, texts)

    heads = [(texts("pareto.head.model"), True), (texts("pareto.head.cost"), False)]
    heads += [(texts(f"pareto.axis.{metric}"), False), (texts("pareto.head.low"), False)]
    heads += [(texts("pareto.head.high"), False), (texts("pareto.head.worth"), True)]
    rows: list[tuple[Mapping[str, Any], Sequence[Any]]] = []
    for one in points:
        cost = unknown(texts) if one.cost is None else fmt.money(one.cost)
        state = "yes" if one in best else "no" if one.is_known else "unknown"
        said = texts(f"pareto.worth.{state}")
        rows.append(
            ({}, (one.label, cost, value(one.value), value(one.low), value(one.high), said))
        )
    numbers = table(heads, rows, caption=texts("pareto.caption"))
    return html.Details([html.Summary(texts("pareto.table")), numbers])


def _stored(points: Sequence[ParetoPoint], metric: Metric, language: str) -> dict[str, Any]:
    def text(number: Decimal | None) -> str | None:
        return None if number is None else str(number)

    each = [
        {
            "label": one.label,
            "cost": text(one.cost),
            "value": text(one.value),
            "low": text(one.low),
            "high": text(one.high),
        }
        for one in points
    ]
    return {"points": each, "metric": metric.value, "language": language}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
