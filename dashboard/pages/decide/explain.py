"""Behind every number: the formula, what went in, and the price with its source and date."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.answer import Document
from dashboard.format import Format
from dashboard.texts import Texts

SAFE_SCHEMES = ("https://", "http://")


def number(key: str, text: str, texts: Texts, *, kind: str = "number") -> Component:
    """A figure on the page as a button that opens its explanation. Keys: see `explanation`.

    kind: `study-number` in a tab, where a number of the tables may stand again. `still.js` hears
    the click.
    """
    return html.Button(
        text,
        id={"type": kind, "key": key},
        className="number",
        title=texts("explain.open"),
        type="button",
    )


def explanation(answer: Document, key: str, texts: Texts) -> Component:
    """What stands behind the number of this key.

    estimate|LOAD|OPTION (LOAD: 0 the workload, 1 and on the volumes), crossing|N, paper|N. A word
    after these tells two buttons of one number apart.
    """
    fmt = Format(texts.language, answer["currency"])
    kind, *indices = key.split("|")
    places = [int(index) for index in indices if index.isdigit()]
    if kind == "estimate":
        return _estimate(answer, places[0], places[1], texts, fmt)
    crossing = answer["crossings" if kind == "crossing" else "paper_crossings"][places[0]]
    return _crossing(crossing, kind, texts, fmt)


def _estimate(answer: Document, load: int, option: int, texts: Texts, fmt: Format) -> Component:
    verdict = answer["at_workload"] if load == 0 else answer["volumes"][load - 1]
    estimate = verdict["estimates"][option]
    total = texts(
        "explain.total",
        option=estimate["name"],
        hourly=fmt.money(Decimal(estimate["cost_per_hour"])),
        monthly=fmt.money(Decimal(estimate["cost_per_month"])),
        requests=fmt.exact_count(Decimal(verdict["requests_per_hour"])),
    )
    items = [line_item(item, texts, fmt) for item in estimate["line_items"]]
    return html.Div([html.P(total), *items], className="explain")


def line_item(item: Document, texts: Texts, fmt: Format) -> Component:
    """A part of a cost: money an hour, formula, what went in, the price with its source."""
    named = item["code"] in ("add_on", "one_off_work")
    name = item["name"] if named else texts(f"explain.item.{item['code']}")
    return html.Div(
        [
            html.H3(
                f"{name}: {fmt.money(Decimal(item['cost_per_hour']))} {texts('explain.per_hour')}"
            ),
            html.Div(f"{item['formula']} = {item['cost_per_hour']}", className="formula"),
            _pairs(_inputs(item["inputs"], texts)),
            _price(item["price"], texts, fmt),
        ],
        className="line-item",
    )


def _crossing(crossing: Document, kind: str, texts: Texts, fmt: Format) -> Component:
    names = (
        texts("explain.crossing", before=crossing["from"], after=crossing["to"])
        if kind == "crossing"
        else texts("explain.paper", option=crossing["option"], against=crossing["against"])
    )
    return html.Div(
        [
            html.P(names),
            html.Div(
                f"{crossing['formula']} = {crossing['requests_per_hour']}", className="formula"
            ),
            _pairs(_inputs(crossing["inputs"], texts)),
        ],
        className="explain",
    )


def _price(price: Document, texts: Texts, fmt: Format) -> Component:
    source = price["source"] or texts("explain.source.none")
    url = price["url"]
    rows: list[tuple[str, Any]] = [
        (
            texts("explain.price"),
            f"{price['amount']} {price['currency']} / {price['per']} "
            f"{texts('unit.' + price['unit'])}",
        ),
        (texts("explain.source"), _link(source, url)),
        (texts("explain.as_of"), price["as_of"] or texts("explain.as_of.none")),
        (texts("explain.read_on"), price["fetched_at"] or texts("explain.read_on.typed")),
        (texts("explain.basis"), texts(f"explain.basis.{price['basis']}")),
        (texts("explain.derived"), texts(f"explain.derived.{price['derived']}")),
    ]
    if (exchange := price.get("exchange")) is not None:
        rows += _exchange(exchange, texts)
    if price["id"]:
        rows.append((texts("explain.row"), price["id"]))
    if price["owner"]:
        rows.append((texts("explain.owner"), price["owner"]))
    return _pairs(rows)


def _exchange(exchange: Document, texts: Texts) -> list[tuple[str, Any]]:
    """What was published, and each rate with its day and source."""
    legs = "; ".join(f"1 {leg['base']} = {leg['rate']} {leg['quote']}" for leg in exchange["legs"])
    days = " - ".join(day for day in (exchange["as_of"], exchange["valid_to"]) if day)
    source = exchange["owner"] or exchange["source"] or texts("explain.source.none")
    told = ", ".join((legs, days or texts("explain.as_of.none"), source))
    published = f"{exchange['amount']} {exchange['currency']} / {exchange['per']}"
    return [
        (texts("explain.published"), published),
        (texts("explain.rate"), told),
        (texts("explain.rate.kind"), texts(f"explain.rate.{exchange['kind']}")),
    ]


def _link(label: str, url: str | None) -> Component | str:
    # A scheme such as javascript: in a typed address must never become a link.
    if url and url.startswith(SAFE_SCHEMES):
        return html.A(label, href=url, target="_blank", rel="noopener noreferrer")
    return label


def _inputs(inputs: Mapping[str, str], texts: Texts) -> list[tuple[str, Any]]:
    return [
        (texts.optional(f"input.{name}") or name, html.Span([html.Code(name), f" = {value}"]))
        for name, value in inputs.items()
    ]


def _pairs(rows: Sequence[tuple[str, Any]]) -> Component:
    return html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value))])


def drawer(texts: Texts) -> Component:
    """The panel at the side in which an explanation opens; Escape closes it."""
    return dmc.Drawer(
        id="explain",
        title=texts("explain.title"),
        position="right",
        size="lg",
        padding="md",
        children=html.Div(id="explanation"),
        closeButtonProps={"aria-label": texts("explain.close")},
    )
