"""Up to five models side by side."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash
from dash import Input, Output, html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.database import Database
from catalog.dossier import Dossier, model_dossier
from catalog.errors import CatalogError
from catalog.instance_queries import instance_name
from catalog.price_queries import all_regions
from catalog.priced_instances import FittingHost, hosts_with_memory, weights_gib
from catalog.published_latency import PublishedLatency, Quantity
from dashboard.callback import offload
from dashboard.chat.batch.tested import BatchResults
from dashboard.comparison_latency import model_latencies
from dashboard.model_costs import ASSUMED, AskedLoad, MonthCost, load_of, month_cost
from dashboard.pages.aria import aria
from dashboard.pages.beside import beside
from dashboard.pages.decide.result import problem_text
from dashboard.pages.model.answers import cheapest_host
from dashboard.pages.model.gaps import gap_names
from dashboard.pages.model.identity import count_text, token_text
from dashboard.pages.model.measures import (
    Priced,
    Sources,
    charts,
    shown,
)
from dashboard.pages.model.offers import usable_offers, use_offer
from dashboard.pages.model.take import take_all
from dashboard.pages.model.worth import Worth, drawn, load_form, sources_of, worth_panel
from dashboard.pages.parts import (
    decide_button,
    known,
    region_name,
    region_picker,
    task_name,
)
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import CATALOG, COMPARE, Visit, decide_link, model_path

MOST = 5
MOST_NAMED = 4
Column = tuple[Dossier, Sequence[FittingHost]]
TestsOf = Callable[[Collection[str]], BatchResults | None]
"""What the reader's own batch tests say of models, by their ids."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What stands beside the facts: the workload, costs a month by id, the reader's test, and
    published runs by id."""

    load: AskedLoad
    costs: Mapping[str, MonthCost | None]
    tested: BatchResults | None
    published: Mapping[str, Mapping[Quantity, PublishedLatency]]


def register(app: dash.Dash) -> None:
    """Attach the callback that draws the chart in the colors of the theme."""

    @app.callback(
        Output("pareto-chart", "figure"), Input("scheme", "data"), Input("pareto-points", "data")
    )
    @offload
    def draw_chart(look: dict[str, Any] | None, stored: dict[str, Any]) -> Any:
        return drawn(stored, look)


def draw(visit: Visit, database: Database, tests_of: TestsOf = lambda _: None) -> Component:
    """The page at an address, which names each model by `model=`."""
    reader = reader_of(visit)
    load = load_of(
        {name: values[-1] for name in ASSUMED if (values := visit.all(name)) and values[-1]}
    )
    asked = list(dict.fromkeys(name for name in visit.all("model") if name))
    with database.read() as session:
        columns, unknown = _read(session, asked[:MOST], visit.region)
        costs = {
            dossier.model.id: month_cost(
                session, load, dossier.model.id, visit.region, usable_offers(reader, dossier)
            )
            for dossier, _ in columns
        }
        published = {} if load.shape is None else model_latencies(session, list(costs), load.shape)
        regions = all_regions(session)
    measured = Measured(load=load, costs=costs, tested=tests_of(costs), published=published)
    body = _page(reader, columns, unknown, regions, measured, left_out=asked[MOST:])
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _read(session: Session, names: Sequence[str], region: str) -> tuple[list[Column], list[str]]:
    """What is known of each model, one after the other: at most five; and names of none."""
    found: dict[str, Column] = {}
    unknown = []
    for name in names:
        try:
            dossier = model_dossier(session, name, region)
        except CatalogError:
            unknown.append(name)
            continue
        fitting: Sequence[FittingHost] = ()
        if not dossier.hosts and dossier.parameters:
            fitting = hosts_with_memory(session, region, weights_gib(dossier.parameters), most=1)
        found[dossier.model.id] = (dossier, fitting)
    return list(found.values()), unknown


def _page(
    reader: Reader,
    columns: Sequence[Column],
    unknown: Sequence[str],
    regions: Sequence[str],
    measured: Measured,
    *,
    left_out: Sequence[str],
) -> list[Component]:
    texts = reader.texts
    remarks = []
    if left_out:
        shown = texts("model.list_comma").join(left_out)
        remarks.append(texts("model.compare.most", most=str(MOST), names=shown))
    remarks += [texts("model.not_found", name=name) for name in unknown]
    remarks += [problem_text(one, texts) for one in measured.load.problems]
    crumb = html.A(texts("nav.catalog"), href=reader.visit.link(CATALOG))
    head = html.Section(
        [
            html.P(crumb, className="crumb"),
            html.Div(
                [
                    html.H1(texts("model.compare"), className="page-title"),
                    region_picker(reader.visit.region, regions, texts),
                ],
                className="head-row",
            ),
        ],
        className="panel",
    )
    notes = [html.Div(text, className="problems", role="alert") for text in remarks]
    if not columns:
        return [head, *notes, html.P(texts("model.compare.none"), className="panel subline")]
    facts = [load_form(reader, measured.load), _table(reader, columns, measured)]
    facts += take_all(
        reader,
        measured.load,
        [
            (one.model.id, None if found is None else found.sheet.offer.id)
            for one, _ in columns
            for found in [measured.costs[one.model.id]]
        ],
    )
    return [
        head,
        *notes,
        html.Section(facts, className="panel"),
        worth_panel(reader, _worth(reader, columns, measured)),
    ]


def _worth(reader: Reader, columns: Sequence[Column], measured: Measured) -> Worth:
    """Cost against what the address asks for, out of one's own test or published runs."""
    things = [
        Priced(
            label=one.model.name,
            model=one.model.id,
            cost=None if found is None else found.cost,
        )
        for one, _ in columns
        for found in [measured.costs[one.model.id]]
    ]
    runs = {one.label: measured.published.get(one.model or "", {}) for one in things}
    sources = Sources(tested=measured.tested, runs=runs)
    found = charts(things, sources, reader.texts)
    seen = shown(reader.visit, found)
    return Worth(
        shown=seen,
        points=found[seen.metric, seen.basis],
        tested=measured.tested,
        sources=sources_of(reader, seen, sources),
    )


def _table(reader: Reader, columns: Sequence[Column], measured: Measured) -> Component:
    """A row a fact; one whose values differ is marked, in words for a screen reader."""
    texts = reader.texts

    def cost(one: Reader, column: Column) -> Any:
        return _cost(one, measured.costs[column[0].model.id])

    def speed(one: Reader, column: Column) -> Any:
        return _speed(one, column, measured.tested)

    rows: list[tuple[str, Callable[[Reader, Column], Any]]] = [
        (texts("model.publisher"), lambda _, column: column[0].model.publisher),
        (texts("model.license"), _license),
        (texts("model.task"), _task),
        (texts("model.parameters"), lambda one, column: count_text(one, column[0])),
        (texts("model.context"), lambda one, column: token_text(one, column[0].context_tokens)),
        (texts("model.compare.token", region=reader.place), _token),
        (texts("model.compare.cost"), cost),
        (texts("model.compare.host", region=reader.place), _host),
        (texts("model.compare.speed"), speed),
        (texts("model.compare.providers"), _providers),
        (texts("model.compare.processed"), _processed),
        (texts("model.compare.offers"), _offers),
        (texts("model.compare.retired"), _retired),
        (texts("model.compare.unknown"), _unknown),
        (texts("nav.decide"), _use),
    ]
    heads = [_name(reader, column, columns) for column in columns]
    told = [(name, [cell(reader, one) for one in columns]) for name, cell in rows]
    caption = texts("model.compare.caption", region=reader.place)
    return beside(caption, heads, told, texts, unmarked=texts("nav.decide"))


def _name(reader: Reader, column: Column, columns: Sequence[Column]) -> list[Any]:
    texts, visit, model = reader.texts, reader.visit, column[0].model
    others = [("model", one.model.id) for one, _ in columns if one.model.id != model.id]
    kept = [(name, value) for name, value in visit.parameters if name != "model"]
    without = f"{COMPARE}?{urlencode([*others, *kept])}"
    href = visit.link(model_path(model.id), region=visit.region)
    return [
        html.A(model.name, href=href, className="text-link"),
        html.Span(
            html.A(
                texts("form.remove"),
                href=without,
                className="text-link",
                **aria(label=texts("form.remove_named", name=model.name)),
            ),
            className="small",
        ),
    ]


def _license(reader: Reader, column: Column) -> Any:
    return known(column[0].license, reader.texts)


def _task(reader: Reader, column: Column) -> Any:
    task = column[0].task
    return known(None if task is None else task_name(task, reader.texts), reader.texts)


def _token(reader: Reader, column: Column) -> Any:
    usable = usable_offers(reader, column[0])
    if not usable:
        return known(None, reader.texts)
    best, texts = usable[0], reader.texts
    money = {
        kind: reader.fmt.list_price(best.usd_per_million[kind]) for kind in ("input", "output")
    }
    return [
        html.Span(texts("model.compare.prices", **money), className="value"),
        html.Span(f"{best.provider} · {texts(f'deployment.{best.offer.deployment}')}"),
        html.Span(reader.day(best.prices["input"].as_of), className="small"),
    ]


def _cost(reader: Reader, found: MonthCost | None) -> Any:
    texts = reader.texts
    if found is None:
        return known(None, texts)
    return [
        html.Span(texts("pareto.a_month", money=reader.fmt.money(found.cost)), className="value"),
        html.Span(found.sheet.provider),
    ]


def _speed(reader: Reader, column: Column, tested: BatchResults | None) -> Any:
    """First token and tokens a second of the reader's own test, as ranges with their evidence."""
    texts = reader.texts
    found = None if tested is None else tested.models.get(column[0].model.id)
    if tested is None or found is None or found.first_token is None:
        return [known(None, texts), html.Span(texts("model.compare.speed.how"), className="small")]
    p95 = found.first_token if found.first_token_p95 is None else found.first_token_p95
    said = texts("model.compare.first_token", p50=f"{found.first_token:.2f}", p95=f"{p95:.2f}")
    lines = [html.Span(said, className="value")]
    if found.speed is not None:
        lines.append(html.Span(texts("pareto.value.speed", value=f"{found.speed:,.0f}")))
    day = reader.fmt.date(tested.created_at.date())
    lines.append(html.Span(texts("model.compare.own_test", day=day), className="small"))
    return lines


def _providers(reader: Reader, column: Column) -> Any:
    names = list(dict.fromkeys(sheet.provider for sheet in column[0].offers))
    return _several(reader, names)


def _processed(reader: Reader, column: Column) -> Any:
    """Deployments of the region's offers, else of all, and in which regions it is sold."""
    texts, offers = reader.texts, column[0].offers
    if not offers:
        return known(None, texts)
    here = column[0].offers_in(reader.visit.region) or offers
    kinds = sorted({sheet.offer.deployment for sheet in here})
    regions = sorted(
        {region_name(sheet.offer.region, texts) for sheet in offers if sheet.offer.region}
    )
    lines = [html.Span(texts(f"deployment.{kind}"), className="line") for kind in kinds]
    return [*lines, html.Span(_several(reader, regions), className="small")]


def _several(reader: Reader, names: Sequence[str]) -> Any:
    """The first few and how many more."""
    texts = reader.texts
    if not names:
        return known(None, texts)
    shown = texts("model.list_comma").join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return shown if more <= 0 else texts("model.compare.more", names=shown, more=str(more))


def _host(reader: Reader, column: Column) -> Any:
    texts, dossier = reader.texts, column[0]
    best = cheapest_host(reader, *column)
    if best is None:
        return known(None, texts)
    money = reader.fmt.list_price(best.usd_per_hour)
    why = "model.compare.listed" if dossier.hosts else "model.answers.computed"
    return [
        html.Span(texts("catalog.an_hour", money=money), className="value"),
        html.Span(instance_name(best.instance_id)),
        html.Span(f"{reader.day(best.as_of)} · {texts(why)}", className="small"),
    ]


def _offers(reader: Reader, column: Column) -> Any:
    dossier = column[0]
    here = len(dossier.offers_in(reader.visit.region))
    return reader.texts("model.compare.of", here=str(here), all=str(len(dossier.offers)))


def _retired(reader: Reader, column: Column) -> Any:
    end = column[0].retired_on
    return reader.texts("model.compare.no_end") if end is None else reader.end(end)


def _unknown(reader: Reader, column: Column) -> Any:
    names = gap_names(column[0], reader.visit.region)
    items = [html.Li(reader.texts(f"model.gap.{name}", region=reader.place)) for name in names]
    return html.Ul(items, className="tight")


def _use(reader: Reader, column: Column) -> Any:
    dossier, usable = column[0], usable_offers(reader, column[0])
    if usable:
        return use_offer(reader, dossier, usable[0], quiet=True)
    host = cheapest_host(reader, *column)
    if host is None:
        return known(None, reader.texts)
    name, region = instance_name(host.instance_id), reader.visit.region
    href = decide_link(reader.visit, dossier.model.id, region, instance=name)
    return decide_button(href, name, reader.texts, quiet=True)
