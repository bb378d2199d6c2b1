"""Which of the compared models or options are worth a look: cost a month against quality or
latency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dash import dcc, html
from dash.development.base_component import Component

from catalog.published_latency import Conditions
from dashboard.chat.batch.tested import BatchResults
from dashboard.figures.pareto import (
    Metric,
    ParetoPoint,
    Subject,
    cost_head,
    frontier,
    overlapping,
    pareto_figure,
    pareto_finding,
    ties,
    value_text,
)
from dashboard.format import Format
from dashboard.model_costs import ASSUMED, AskedLoad
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.model.measures import QUANTITY, Basis, Shown, Sources
from dashboard.pages.parts import table, unknown
from dashboard.pages.reader import Reader
from dashboard.pages.visit import BATCH, COMPARE
from dashboard.texts import Texts, load_texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """What the panel shows. sources: sentences on where the values come from. things: what the
    points are, model or option; currency: of their costs. tested: one's own test, where there is
    one."""

    shown: Shown
    points: Sequence[ParetoPoint]
    tested: BatchResults | None
    sources: Sequence[str] = ()
    things: str = "model"
    currency: str = "USD"


def worth_panel(reader: Reader, worth: Worth) -> Component:
    """The panel: toggles, finding, chart, source, what is not drawn, and the same as a table."""
    texts, points, metric = reader.texts, worth.points, worth.shown.metric
    finding = pareto_finding(points, metric, texts, things=worth.things)
    body: list[Component] = [*_toggles(reader, worth.shown)]
    body.append(html.P(finding, className="finding"))
    if any(one.is_drawn for one in points):
        frame: dict[str, Any] = {"className": "pareto-frame", "role": "group"}
        body.append(html.Div(graph("pareto-chart", texts), **frame, **aria(label=finding)))
        body.append(dcc.Store(id="pareto-points", data=_stored(worth, texts.language)))
    body += [html.P(line, className="small") for line in _notes(reader, worth)]
    if worth.tested is None:
        href = reader.visit.link(BATCH)
        body.append(html.P(html.A(texts("pareto.run_test"), href=href, className="text-link")))
    body += [_not_drawn(reader, points), _table(reader, worth)]
    title = texts("pareto.title" if worth.things == "model" else "pareto.title.option")
    return html.Section([html.H2(title), *body], className="panel", id="worth", **aria(label=title))


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
            how=one["how"],
        )
        for one in stored["points"]
    ]
    texts, basis = load_texts(stored["language"]), Basis(stored["basis"])
    subject = Subject(
        things=stored["things"],
        currency=stored["currency"],
        basis="" if basis is Basis.TEST else texts(f"pareto.basis.{basis}"),
    )
    dark = bool((look or {}).get("dark"))
    return pareto_figure(points, Metric(stored["metric"]), dark=dark, texts=texts, subject=subject)


def _toggles(reader: Reader, shown: Shown) -> list[Component]:
    """The metrics; and where a latency is known in several ways, these."""
    metrics = _toggle(reader, "metric", "pareto.metric", Metric, shown.metric)
    if len(shown.offered) < 2:
        return [metrics]
    return [metrics, _toggle(reader, "latency", "pareto.basis", shown.offered, shown.basis)]


def _toggle(
    reader: Reader, name: str, message: str, choices: Iterable[StrEnum], chosen: StrEnum
) -> Component:
    """Links that put a choice into the address. message: the id of the label, and with a word the
    ids of the choices."""
    texts, visit = reader.texts, reader.visit
    pairs = parse_qsl(visit.search.lstrip("?"), keep_blank_values=True, errors="replace")
    kept = [(key, value) for key, value in pairs if key != name]
    links = []
    for one in choices:
        href = f"{COMPARE}?{urlencode([*kept, (name, one.value)])}"
        current: dict[str, Any] = aria(current="true") if one is chosen else {}
        links.append(html.A(texts(f"{message}.{one}"), href=href, className="metric", **current))
    label: dict[str, Any] = aria(label=texts(message))
    return html.Div(links, className="metrics", role="group", **label)


def sources_of(reader: Reader, shown: Shown, sources: Sources) -> list[str]:
    """Sentences on where the values of a chart come from; nothing where there are none."""
    texts, tested = reader.texts, sources.tested
    if shown.basis is Basis.MODELLED:
        return [texts("pareto.source.modelled")]
    if shown.basis is Basis.PUBLISHED:
        found = (runs.get(QUANTITY[shown.metric]) for runs in sources.runs.values())
        run = next((one for one in found if one is not None), None)
        return [] if run is None else [_published_source(run.conditions, sources, texts)]
    if tested is None:
        return []
    day = reader.fmt.date(tested.created_at.date())
    facts = {"file": tested.questions, "questions": str(tested.asked), "day": day}
    said = [texts(f"pareto.source.{shown.metric}", **facts)]
    return said if sources.latencies is None else [*said, texts("pareto.source.of_models")]


def _published_source(at: Conditions, sources: Sources, texts: Texts) -> str:
    """The conditions that all shown runs share, which source tells them, and what they are not."""
    fmt = Format(texts.language, "USD")
    in_flight = at.concurrency
    kind = "models" if sources.latencies is None else "options"
    return texts(
        f"pareto.source.published.{kind}",
        source=at.source,
        input=fmt.exact_count(at.input_tokens),
        output=fmt.exact_count(at.output_tokens),
        batch=texts("catalog.unknown") if in_flight is None else fmt.exact_count(in_flight),
    )


def _notes(reader: Reader, worth: Worth) -> list[str]:
    texts, comma, points = reader.texts, reader.texts("model.list_comma"), worth.points
    notes = list(worth.sources)
    known = sum(one.is_known for one in points)
    if 0 < known < len(points):
        facts = {"known": str(known), "count": str(len(points))}
        notes.append(texts("pareto.partly", **facts))
    notes += [
        texts("pareto.tie", names=comma.join(one.label for one in group)) for group in ties(points)
    ]
    near = overlapping(points, worth.shown.metric)
    if near and worth.shown.basis is Basis.TEST:
        notes.append(texts("pareto.overlap", names=comma.join(one.label for one in near)))
    return notes


def _not_drawn(reader: Reader, points: Sequence[ParetoPoint]) -> Component:
    texts = reader.texts
    items = []
    for one in points:
        reasons = [one.because] if one.because else []
        if one.cost is None:
            no_cost = one.no_cost or texts("pareto.because.no_cost", region=reader.place)
            reasons.insert(0, no_cost)
        elif not one.cost:
            reasons.insert(0, texts("pareto.because.free"))
        if reasons:
            items.append(html.Li([html.B(one.label), ": ", texts("space").join(reasons)]))
    if not items:
        return html.Div()
    return html.Div([html.P(texts("pareto.not_drawn")), html.Ul(items)], className="not-drawn")


def _table(reader: Reader, worth: Worth) -> Component:
    texts, points, metric = reader.texts, worth.points, worth.shown.metric
    fmt, best = Format(texts.language, worth.currency), frontier(points, metric)

    def value(one: Decimal | None) -> Any:
        return unknown(texts) if one is None else value_text(one, metric, texts)

    heads = [(texts(f"pareto.head.{worth.things}"), True)]
    heads += [(cost_head(worth.currency, texts), False), (texts(f"pareto.axis.{metric}"), False)]
    heads += [(texts("pareto.head.low"), False), (texts("pareto.head.high"), False)]
    heads += [(texts("pareto.head.worth"), True), (texts("pareto.head.how"), True)]
    rows: list[tuple[Mapping[str, Any], Sequence[Any]]] = []
    for one in points:
        cost = unknown(texts) if one.cost is None else fmt.money(one.cost)
        state = "yes" if one in best else "no" if one.is_known else "unknown"
        ends = (value(one.low), value(one.high))
        how = one.how or one.because or texts(f"pareto.basis.{worth.shown.basis}")
        said = texts(f"pareto.worth.{state}")
        rows.append(({}, (one.label, cost, value(one.value), *ends, said, how)))
    numbers = table(heads, rows, caption=texts(f"pareto.caption.{worth.things}"))
    return html.Details([html.Summary(texts("pareto.table")), numbers])


def _stored(worth: Worth, language: str) -> dict[str, Any]:
    def text(number: Decimal | None) -> str | None:
        return None if number is None else str(number)

    each = [
        {
            "label": one.label,
            "cost": text(one.cost),
            "value": text(one.value),
            "low": text(one.low),
            "high": text(one.high),
            "how": one.how,
        }
        for one in worth.points
    ]
    return {
        "points": each,
        "metric": worth.shown.metric.value,
        "basis": worth.shown.basis.value,
        "language": language,
        "currency": worth.currency,
        "things": worth.things,
    }


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
