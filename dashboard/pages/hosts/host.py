"""The page of one GPU host: facts, price by region and term, how it went, models it is listed
for."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.errors import InstanceNotFound
from catalog.host_sheet import HostSheet, host_sheet
from catalog.instance_queries import instance_name
from catalog.price_past import host_past
from catalog.price_queries import all_regions
from catalog.views import Price
from catalog.vocabulary import TERMS
from dashboard.callback import offload
from dashboard.pages.aria import aria
from dashboard.pages.parts import (
    decide_button,
    facts,
    folded_table,
    gibibytes,
    known,
    plain,
    region_name,
    region_picker,
    source,
    table,
)
from dashboard.pages.past import past_figure, past_panel
from dashboard.pages.places import name_in
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import HOSTS, Visit, decide_link, host_path, model_path

FLAGS = (
    "facts_unknown",
    "fractional_gpu_count_unresolved",
    "gpu_count_rounded_share",
    "gpu_mem_as_published_suspect",
    "promo_meter",
    "series_retired_meter_still_listed",
    "sku_name_as_published_suspect",
    "vcpu_or_ram_is_low_end_of_range",
)
"""Warnings about a host that a reader must see; each has a text."""
MOST_SHOWN = 15


def register(app: dash.Dash, database: Database) -> None:
    """Attach the callback that draws the chart in the colors of the theme."""

    @app.callback(
        Output("host-chart", "figure"), Input("scheme", "data"), Input("host-chosen", "data")
    )
    @offload
    def draw_past(look: dict[str, Any] | None, chosen: dict[str, str]) -> Any:
        with database.read() as session:
            lines = host_past(session, chosen["host"], chosen["region"])[:1]
        return past_figure(lines, look, chosen["language"])


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address; a page of its own where no host has this name."""
    reader, asked = reader_of(visit), name_in(visit.path)
    with database.read() as session:
        try:
            sheet = host_sheet(session, asked)
        except InstanceNotFound as error:
            body = [_not_found(reader, asked, error.nearest)]
        else:
            lines = host_past(session, sheet.instance.id, visit.region)[:1]
            shown = f"{sheet.instance.sku} · {reader.place}"
            chosen = {
                "host": sheet.instance.id,
                "region": visit.region,
                "language": visit.language,
            }
            body = [
                _identity(reader, sheet, all_regions(session)),
                past_panel(reader, "host-chart", shown, lines),
                _prices(reader, sheet),
                _models(reader, sheet),
            ]
            body += [dcc.Store(id="host-chosen", data=chosen)] if lines else []
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _identity(reader: Reader, sheet: HostSheet, regions: Sequence[str]) -> Component:
    texts, host, visit = reader.texts, sheet.instance, reader.visit
    price = sheet.price_in(visit.region)
    tags = [texts(f"hosts.flag.{flag}") for flag in FLAGS if flag in host.flags]
    if host.retired_on is not None:
        tags.insert(0, reader.end(host.retired_on))
    if price is None:
        here: list[Any] = [html.Div(texts("model.no_price_there"), className="value")]
    else:
        money = reader.fmt.list_price(price.amount / price.per)
        name = instance_name(host.id)
        href = decide_link(visit, None, visit.region, instance=name)
        here = [
            html.Div(texts("model.answers.host", price=money), className="value"),
            html.P(
                texts("model.answers.date", day=reader.day(price.as_of), source=price.source),
                className="small",
            ),
            html.Div(decide_button(href, name, texts)),
        ]
    crumb: list[Any] = [html.A(texts("nav.hosts"), href=visit.link(HOSTS)), f" › {sheet.provider}"]
    return html.Section(
        [
            html.P(crumb, className="crumb"),
            html.Div(
                [
                    html.Div(
                        [
                            html.H1(host.sku, className="page-title"),
                            *[html.Span(text, className="tag") for text in tags],
                        ]
                    ),
                    region_picker(visit.region, regions, texts),
                ],
                className="head-row",
            ),
            facts(_facts(reader, sheet)),
            html.Div(
                html.Div(
                    [html.H2(texts("hosts.here", region=reader.place)), *here], className="fact"
                ),
                className="answers",
            ),
        ],
        className="panel",
        **aria(label=texts("hosts.identity")),
    )


def _facts(reader: Reader, sheet: HostSheet) -> list[tuple[str, Any]]:
    texts, host = reader.texts, sheet.instance
    each, count = host.gpu_memory_gib_each, host.gpu_count
    total = None if each is None or count is None else each * count
    return [
        (texts("hosts.column.gpu_model"), known(host.gpu_model, texts)),
        (texts("hosts.column.gpu_count"), known(None if count is None else plain(count), texts)),
        (texts("hosts.column.gpu_memory_gib"), gibibytes(total, texts)),
        (texts("hosts.column.vcpus"), known(None if host.vcpus is None else host.vcpus, texts)),
        (texts("hosts.column.ram_gib"), gibibytes(host.ram_gib, texts)),
        (texts("hosts.provider"), sheet.provider),
    ]


def _prices(reader: Reader, sheet: HostSheet) -> Component:
    """Current prices by term and region, cheapest first; other sources beneath."""
    texts = reader.texts
    body: list[Component] = []
    if not sheet.prices:
        body = [html.P(texts("hosts.no_price"), className="subline")]
    for term in TERMS:
        body += _of_term(reader, sheet, [one for one in sheet.prices if one.term == term], term)
    if sheet.further:
        others = [_price_row(reader, sheet, price, usable=False) for price in sheet.further]
        heads = _price_heads(reader, usable=False)
        shown = table(heads, others, caption=texts("hosts.further.caption"))
        body.append(html.Details([html.Summary(texts("hosts.further")), shown]))
    return html.Section(
        [html.H2(texts("hosts.prices")), *body],
        className="panel",
        id="prices",
        **aria(label=texts("hosts.prices")),
    )


def _of_term(
    reader: Reader, sheet: HostSheet, prices: Sequence[Price], term: str
) -> list[Component]:
    """One table a term; Decide takes over what is rented on demand."""
    if not prices:
        return []
    texts, usable = reader.texts, term == "on_demand"
    caption = texts("hosts.prices.caption", term=texts(f"form.term.{term}"))
    heads = _price_heads(reader, usable=usable)
    rows = [_price_row(reader, sheet, price, usable=usable) for price in prices]
    return folded_table(heads, rows, texts, caption=caption, most=MOST_SHOWN)


def _price_heads(reader: Reader, *, usable: bool) -> list[tuple[str, bool]]:
    texts = reader.texts
    return [
        (texts("hosts.region"), True),
        *([] if usable else [(texts("hosts.term"), True)]),
        (texts("hosts.an_hour"), False),
        (texts("model.price_date"), True),
        *([(texts("nav.decide"), False)] if usable else []),
    ]


def _price_row(
    reader: Reader, sheet: HostSheet, price: Price, *, usable: bool
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts = reader.texts
    cells: list[Any] = [region_name(price.region, texts)]
    if not usable:
        cells.append(texts(f"form.term.{price.term}"))
    cells += [
        reader.fmt.list_price(price.amount / price.per),
        [
            reader.day(price.as_of),
            html.Span(source(price.source, price.url), className="small", lang="en"),
        ],
    ]
    if usable:
        cells.append(_use(reader, sheet, price))
    chosen = price.region == reader.visit.region
    return {"className": "cheapest"} if chosen else {}, cells


def _use(reader: Reader, sheet: HostSheet, price: Price) -> Component:
    if price.region is None:
        return known(None, reader.texts)
    host = sheet.instance
    name = instance_name(host.id)
    href = decide_link(reader.visit, None, price.region, instance=name)
    place = region_name(price.region, reader.texts)
    return decide_button(href, f"{name} {place}", reader.texts, quiet=True)


def _models(reader: Reader, sheet: HostSheet) -> Component:
    texts = reader.texts
    if not sheet.models:
        body: Component = html.P(texts("hosts.no_models"), className="subline")
    else:
        body = html.Ul(
            [
                html.Li(
                    html.A(
                        one,
                        href=reader.visit.link(model_path(one), region=reader.visit.region),
                        className="text-link",
                    )
                )
                for one in sheet.models
            ],
            className="names",
        )
    title = texts("hosts.models.none")
    if sheet.models:
        title = texts.counted("hosts.models", len(sheet.models))
    return html.Section([html.H2(title), body], className="panel", **aria(label=title))


def _not_found(reader: Reader, asked: str, nearest: Sequence[str]) -> Component:
    texts, visit = reader.texts, reader.visit
    links = [
        html.Li(html.A(one, href=visit.link(host_path(one)), className="text-link"))
        for one in nearest
    ]
    back = html.A(texts("hosts.list_instead"), href=visit.link(HOSTS), className="text-link")
    return html.Section(
        [
            html.H1(texts("hosts.not_found", name=asked), className="page-title"),
            html.P(
                texts("model.not_found.hint" if links else "model.no_nearest"), className="subline"
            ),
            html.Ul(links, className="remarks"),
            html.P(back, className="subline"),
        ],
        className="panel",
    )
