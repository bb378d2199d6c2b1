"""The Settings page as a whole. It changes nothing for others: what a person changes there is a
command it shows; only the fiscal year is chosen here, for this browser."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.own_prices import OwnPriceFile, list_own_price_files
from catalog.rates import Rate, RateFilter
from catalog.sample_rates import sample_rates
from catalog.settings import SettingLine, describe
from catalog.views import Page
from costing import decimal_text
from dashboard.chat.desk import Desk
from dashboard.chat.limits import limits_of
from dashboard.pages.aria import aria
from dashboard.pages.command import command
from dashboard.pages.parts import known, region_name, table
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import Visit
from dashboard.rates import listed_rates

MOST_RATES = 20
JANUARY: Final = 1
USUAL_FISCAL_MONTH: Final[Mapping[str, int]] = {"ja": 4}
"""What is proposed to readers of a language; January to others. Nothing counts unless chosen."""
Row = tuple[dict[str, Any], Sequence[Any]]


def register(app: dash.Dash) -> None:
    """Attach what the browser does: it keeps the month in which fiscal years start."""
    app.clientside_callback(
        ClientsideFunction("modelcost_settings", "fiscalMonth"),
        Output("fiscal-said", "children"),
        Input("fiscal-month", "value"),
        State("fiscal-words", "data"),
        prevent_initial_call=True,
    )


def draw(visit: Visit, database: Database, desk: Desk) -> Component:
    """The page at an address. It is the person's own, on their own machine: own rates are shown;
    own prices by the names of their files, since a screen is looked at by others too."""
    reader = reader_of(visit)
    with database.read() as session:
        rates = listed_rates(session, RateFilter(own=True), MOST_RATES)
        files = list_own_price_files(session)
    texts = reader.texts
    head = html.Section(
        [
            html.H1(texts("settings.title"), className="page-title"),
            html.P(texts("settings.intro"), className="subline"),
        ],
        className="panel",
        **aria(label=texts("settings.title")),
    )
    body = [
        head,
        _look(reader),
        _fiscal(reader),
        _rates(reader, rates),
        _own_prices(reader, files),
        _endpoints(reader, desk),
        _environment(reader, desk),
    ]
    return html.Div(
        [
            header(texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
            html.P(id="settings-said", className="unseen", role="status"),
        ],
        id="settings",
    )


def _panel(reader: Reader, name: str, children: Sequence[Component]) -> Component:
    title = reader.texts(f"settings.{name}")
    return html.Section(
        [html.H2(title), *children],
        className="panel",
        id=f"settings-{name}",
        **aria(label=title),
    )


def _look(reader: Reader) -> Component:
    texts, visit = reader.texts, reader.visit
    said = texts(
        "settings.look.text",
        region=region_name(visit.region, texts),
        why=texts(f"settings.region.{visit.region_from}"),
    )
    return _panel(reader, "look", [html.P(said)])


def _fiscal(reader: Reader) -> Component:
    """The month in which fiscal years start, kept in this browser; what is usual is proposed."""
    texts, fmt, chosen = reader.texts, reader.fmt, reader.visit.fiscal_month
    usual = USUAL_FISCAL_MONTH.get(reader.visit.language, JANUARY)
    months = [
        texts("settings.fiscal.usual", month=fmt.month_name(month))
        if month == usual
        else fmt.month_name(month)
        for month in range(1, 13)
    ]
    said = (
        texts("settings.fiscal.none", month=fmt.month_name(JANUARY))
        if chosen is None
        else texts("settings.fiscal.chosen", month=fmt.month_name(chosen))
    )
    return _panel(
        reader,
        "fiscal",
        [
            html.P(texts("settings.fiscal.text")),
            dmc.Select(
                id="fiscal-month",
                label=texts("settings.fiscal.month"),
                data=[{"value": str(at), "label": name} for at, name in enumerate(months, 1)],
                value=None if chosen is None else str(chosen),
                placeholder=texts("settings.fiscal.placeholder"),
                clearable=True,
                clearButtonProps=aria(label=texts("settings.fiscal.clear")),
                maw=320,
            ),
            html.P(said, id="fiscal-said", className="small", role="status"),
            dcc.Store(
                id="fiscal-words",
                data={
                    "chosen": texts("settings.fiscal.chosen", month="{month}"),
                    "none": texts("settings.fiscal.none", month=fmt.month_name(JANUARY)),
                    "months": [fmt.month_name(month) for month in range(1, 13)],
                },
            ),
        ],
    )


def _rates(reader: Reader, page: Page[Rate]) -> Component:
    texts = reader.texts
    if page.items:
        heads = [(texts(f"settings.rates.{name}"), True) for name in ("pair", "rate", "day")]
        heads.append((texts("settings.rates.source"), True))
        shown: list[Component] = [
            table(
                heads,
                [_rate(reader, one) for one in page.items],
                caption=texts("settings.rates.caption"),
            )
        ]
    else:
        newest = max(one.as_of for one in sample_rates())
        shown = [html.P(texts("settings.rates.none", day=reader.fmt.date(newest)))]
    if page.total > len(page.items):
        more = reader.fmt.exact_count(Decimal(page.total - len(page.items)))
        shown.append(html.P(texts("settings.rates.more", count=more), className="small"))
    return _panel(
        reader,
        "rates",
        [
            html.P(texts("settings.rates.text")),
            *shown,
            *_how(reader, "rates.ecb", "modelcost sync ecb"),
            *_how(reader, "rates.own", "modelcost rates import FILE"),
        ],
    )


def _rate(reader: Reader, one: Rate) -> Row:
    days = reader.fmt.date(one.as_of)
    if one.valid_to is not None:
        days = f"{days} – {reader.fmt.date(one.valid_to)}"
    origin = one.source if one.owner is None else f"{one.source} · {one.owner}"
    pair = f"1 {one.base} → {one.quote}"
    return {}, (
        html.Span(pair, lang="en"),
        decimal_text(one.rate),
        days,
        html.Span(origin, lang="en"),
    )


def _own_prices(reader: Reader, files: Sequence[OwnPriceFile]) -> Component:
    texts, fmt = reader.texts, reader.fmt
    shown: Component = html.P(texts("settings.prices.none"))
    if files:
        heads = [
            (texts("settings.prices.file"), True),
            (texts("settings.prices.count"), False),
            (texts("settings.prices.loaded"), True),
        ]
        rows: list[Row] = [
            ({}, (one.name, fmt.exact_count(Decimal(one.rows)), fmt.moment(one.loaded_at)))
            for one in files
        ]
        shown = table(heads, rows, caption=texts("settings.prices.caption"))
    return _panel(
        reader,
        "prices",
        [shown, *_how(reader, "prices.load", "modelcost own-prices load FILE")],
    )


def _endpoints(reader: Reader, desk: Desk) -> Component:
    texts = reader.texts
    items = [one.described(texts) for one in desk.endpoints.items]
    if not items:
        return _panel(reader, "endpoints", [html.P(texts("settings.endpoints.none"))])
    names = ("name", "kind", "model", "catalog", "region", "state")
    heads = [(texts(f"settings.endpoints.{name}"), True) for name in names]
    rows: list[Row] = [
        (
            {},
            (
                html.Span(one["label"] or one["name"], lang="en"),
                html.Span(one["kind"], lang="en"),
                html.Span(one["model"], lang="en"),
                known(one["catalog_model"], texts),
                known(one["region"], texts),
                texts("settings.endpoints.ready") if one["ready"] else one["not_ready"],
            ),
        )
        for one in items
    ]
    return _panel(
        reader, "endpoints", [table(heads, rows, caption=texts("settings.endpoints.caption"))]
    )


def _environment(reader: Reader, desk: Desk) -> Component:
    texts = reader.texts
    limits = {one.variable: one for one in limits_of(desk.settings, desk.endpoints.limits)}
    heads = [(texts(f"settings.environment.{name}"), True) for name in ("name", "value", "origin")]
    rows: list[Row] = []
    for line in describe(desk.settings):
        limit = limits.get(line.name)
        value, origin = (line.value, line.origin) if limit is None else (limit.text, limit.origin)
        rows.append(({}, _setting(reader, line, value, origin)))
    return _panel(
        reader,
        "environment",
        [table(heads, rows, caption=texts("settings.environment.caption"), is_stacked=True)],
    )


def _setting(reader: Reader, line: SettingLine, value: str, origin: str) -> Sequence[Any]:
    said = reader.texts.optional(f"settings.origin.{origin}") or origin
    return html.Code(line.name), html.Span(value, lang="en"), said


def _how(reader: Reader, name: str, text: str) -> list[Component]:
    return [
        html.P(reader.texts(f"settings.{name}"), className="small"),
        command(reader.texts, text),
    ]
