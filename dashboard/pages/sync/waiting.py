"""What waits for a person: prices that moved too far, and prices on which sources disagree."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.disagreements import Disagreement, ToldPrice, list_disagreements
from catalog.sync.held import HeldNote, page_held
from dashboard.figures.price_moves import move_text
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.command import command
from dashboard.pages.parts import region_name, table
from dashboard.pages.reader import Reader

MOST_HELD: Final = 25
MOST_DISAGREEMENTS: Final = 12


def held_panel(reader: Reader, session: Session) -> Component:
    """Held prices with the commands that decide; a sentence where none waits."""
    texts, page = reader.texts, page_held(session, "waiting", MOST_HELD)
    body: list[Component] = [html.P(texts("sync.held.why"), className="subline")]
    if not page.total:
        body = [html.P(texts("sync.held.none"), className="subline")]
    else:
        heads = [
            (texts("sync.what"), True),
            (texts("sync.move"), False),
            (texts("sync.before"), False),
            (texts("sync.after"), False),
            (texts("sync.told_by"), True),
            (texts("sync.held.decide"), True),
        ]
        rows = [_held_row(reader, one) for one in page.items]
        body.append(table(heads, rows, caption=texts("sync.held.caption")))
        if page.total > len(page.items):
            body.append(command(texts, "modelcost sync --held"))
    title = texts.counted("sync.held", page.total) if page.total else texts("sync.held.title")
    return html.Section([html.H2(title), *body], className="panel", **aria(label=title))


def _held_row(reader: Reader, one: HeldNote) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts = reader.texts
    detail = [texts(f"sync.kind.{one.kind}")]
    if one.region is not None:
        detail.append(region_name(one.region, texts))
    decide = [
        html.Span(texts("sync.held.accept"), className="small"),
        command(texts, f"modelcost sync --accept {one.id}"),
        html.Span(texts("sync.held.refuse"), className="small"),
        command(texts, f"modelcost sync --refuse {one.id}"),
    ]
    return {}, (
        [html.Span(one.name, lang="en"), html.Span(" · ".join(detail), className="small")],
        move_text(one.move_share, texts, reader.fmt),
        [_each(reader, one, one.old_amount), _unit(reader, one.unit)],
        _each(reader, one, one.new_amount),
        html.Span(one.source, lang="en"),
        decide,
    )


def disagreements_panel(reader: Reader, session: Session) -> Component:
    """Prices of one thing that two sources tell differently, the widest gap first."""
    texts = reader.texts
    found = sorted(list_disagreements(session), key=lambda one: -abs(one.gap_share))
    body: list[Component] = [html.P(texts("sync.disagree.why"), className="subline")]
    if not found:
        body = [html.P(texts("sync.disagree.none"), className="subline")]
    else:
        heads = [
            (texts("sync.what"), True),
            (texts("sync.where"), True),
            (texts("sync.disagree.counts"), False),
            (texts("sync.disagree.other"), False),
            (texts("sync.disagree.gap"), False),
        ]
        rows = [_gap_row(reader, one) for one in found[:MOST_DISAGREEMENTS]]
        body.append(table(heads, rows, caption=texts("sync.disagree.caption")))
        if len(found) > MOST_DISAGREEMENTS:
            left = len(found) - MOST_DISAGREEMENTS
            more = [texts.counted("sync.disagree.left", left), " "]
            body.append(html.P(more, className="small"))
            body.append(command(texts, "modelcost prices --disagreements"))
    title = texts("sync.disagree.title")
    if found:
        title = texts.counted("sync.disagree", len(found))
    return html.Section([html.H2(title), *body], className="panel", **aria(label=title))


def _gap_row(reader: Reader, one: Disagreement) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts = reader.texts
    detail = [texts(f"sync.kind.{one.kind}")]
    if one.term not in (None, "on_demand"):
        detail.append(texts(f"form.term.{one.term}"))
    where = texts("model.no_region")
    if one.regions:
        where = texts.counted("sync.regions", len(one.regions))
    if len(one.regions) == 1:
        where = region_name(one.regions[0], texts)
    name = one.model_id or one.instance_id or ""
    return {}, (
        [html.Span(name, lang="en"), html.Span(" · ".join(detail), className="small")],
        where,
        _told(reader, one.counts),
        _told(reader, one.other),
        move_text(one.gap_share, texts, reader.fmt),
    )


def _told(reader: Reader, told: ToldPrice) -> list[Component]:
    texts = reader.texts
    each = told.amount / told.per * (1_000_000 if told.unit == "token" else 1)
    money = Format(texts.language, told.currency).list_price(each)
    return [
        html.Div(money),
        _unit(reader, told.unit),
        html.Span(
            [html.Span(told.source, lang="en"), f" · {reader.day(told.as_of)}"], className="small"
        ),
    ]


def _each(reader: Reader, one: HeldNote, amount: Decimal) -> Component:
    each = amount * (1_000_000 if one.unit == "token" else 1)
    return html.Div(Format(reader.texts.language, one.currency).list_price(each))


def _unit(reader: Reader, unit: str) -> Component:
    name = "model.history.per_hour" if unit == "hour" else "model.history.per_million"
    return html.Span(reader.texts(name), className="small")
