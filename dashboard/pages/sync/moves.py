"""Prices that moved: the finding, the chart, all of them as a table, and the saved questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.moved_questions import MovedQuestions
from catalog.price_moves import PriceMove
from dashboard.figures.price_moves import (
    MOST_DRAWN,
    MoveGroup,
    before_and_after,
    chart_height,
    group_moves,
    kinds_text,
    moves_finding,
    places_text,
    range_text,
)
from dashboard.pages.aria import aria
from dashboard.pages.graph import graph
from dashboard.pages.parts import source, table
from dashboard.pages.reader import Reader
from dashboard.pages.visit import HOST, SYNC, Visit, host_path, model_path

MOST_ROWS: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """How far back moves are shown; ``span`` None: as far as is known."""

    name: str
    span: timedelta | None


PERIODS: Final = (
    Period(name="30d", span=timedelta(days=30)),
    Period(name="90d", span=timedelta(days=90)),
    Period(name="1y", span=timedelta(days=365)),
    Period(name="all", span=None),
)
FIRST_TRIED: Final = PERIODS[1:]


def chosen_period(visit: Visit, moves: Sequence[PriceMove], now: datetime) -> Period:
    """The period of the address, else the shortest from 90 days on in which a price moved."""
    asked = dict(visit.parameters).get("period")
    for period in PERIODS:
        if period.name == asked:
            return period
    return next((one for one in FIRST_TRIED if in_period(moves, one, now)), PERIODS[1])


def in_period(moves: Sequence[PriceMove], period: Period, now: datetime) -> list[PriceMove]:
    """Moves of the period, newest first."""
    if period.span is None:
        return list(moves)
    return [move for move in moves if move.moved_at >= now - period.span]


def moves_panel(
    reader: Reader,
    moves: Sequence[PriceMove],
    period: Period,
    questions: MovedQuestions,
    now: datetime,
) -> Component:
    """The panel; where no price moved it says so, and when one did last."""
    texts = reader.texts
    shown = in_period(moves, period, now)
    body: list[Component] = [_periods(reader, moves, period, now)]
    if shown:
        body += _chart_and_table(reader, shown)
    else:
        body.append(html.P(_nothing(reader, moves, period), className="subline"))
    body.append(html.H3(texts("sync.questions"), className="sub-head"))
    body.append(html.P(_questions(reader, questions, bool(shown))))
    return html.Section(
        [html.H2(texts("sync.moves")), *body],
        className="panel",
        id="moves",
        **aria(label=texts("sync.moves")),
    )


def _periods(
    reader: Reader, moves: Sequence[PriceMove], period: Period, now: datetime
) -> Component:
    """Links, each with how many moves it would show."""
    texts, links = reader.texts, []
    for one in PERIODS:
        count = reader.fmt.exact_count(Decimal(len(in_period(moves, one, now))))
        current = one == period
        links.append(
            html.A(
                texts("sync.period.counted", period=texts(f"sync.period.{one.name}"), count=count),
                href=f"{reader.visit.link(SYNC, period=one.name)}#moves",
                className="chip-link current" if current else "chip-link",
                **(aria(current="true") if current else {}),
            )
        )
    return html.Nav(links, className="chips", **aria(label=texts("sync.period")))


def _chart_and_table(reader: Reader, shown: Sequence[PriceMove]) -> list[Component]:
    texts, groups = reader.texts, group_moves(shown)
    finding = moves_finding(shown, texts, reader.fmt)
    frame: dict[str, Any] = {"role": "group", "style": {"height": f"{chart_height(shown)}px"}}
    heads = [
        (texts("sync.what"), True),
        (texts("sync.move"), False),
        (texts("sync.before"), False),
        (texts("sync.after"), False),
        (texts("sync.where"), True),
        (texts("sync.when"), True),
        (texts("sync.told_by"), True),
    ]
    rows = [_row(reader, group) for group in groups[:MOST_ROWS]]
    numbers = table(heads, rows, caption=texts("sync.moves.caption"))
    left = len(groups) - MOST_ROWS
    note = []
    if left > 0:
        address = html.A("/api/v1/price-moves", href="/api/v1/price-moves", className="text-link")
        note = [html.P([texts.counted("sync.moves.left", left), " ", address], className="small")]
    drawn = []
    if len(groups) > MOST_DRAWN:
        told = texts("sync.moves.drawn", drawn=str(MOST_DRAWN), count=str(len(groups)))
        drawn = [html.P(told, className="small")]
    return [
        html.P(finding, className="finding"),
        *drawn,
        html.Div(graph("moves-chart", texts), **frame, **aria(label=finding)),
        html.Details([html.Summary(texts("model.history.table")), numbers, *note]),
    ]


def _row(reader: Reader, group: MoveGroup) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts, move = reader.texts, group.first
    pairs = [before_and_after(step, texts) for step in group.steps]
    hour = move.unit == "hour"
    unit = texts("model.history.per_hour" if hour else "model.history.per_million")
    detail = [move.provider_id, kinds_text(group, texts)]
    if move.deployment not in (None, "unknown", "regional"):
        detail.append(texts(f"catalog.deployment.{move.deployment}"))
    if move.term not in (None, "on_demand"):
        detail.append(texts(f"form.term.{move.term}"))
    flags = []
    if "ambiguous" in move.flags:
        flags = [html.Span(texts("model.flag.ambiguous"), className="tag")]
    return {}, (
        [_named(reader, move), html.Span(" · ".join(detail), className="small"), *flags],
        range_text(group, texts, reader.fmt),
        [*_lines(before for before, _ in pairs), html.Span(unit, className="small")],
        _lines(after for _, after in pairs),
        places_text(group, texts) or texts("model.no_region"),
        reader.fmt.date(group.day),
        html.Span(source(move.source, move.url), className="small", lang="en"),
    )


def _named(reader: Reader, move: PriceMove) -> Component:
    """The name, leading to the page of the host or model where there is one."""
    path = None
    if move.instance_id is not None:
        path = host_path(move.instance_id)
    elif move.model_id is not None:
        path = model_path(move.model_id)
    if path is None:
        return html.Span(move.name, lang="en")
    region = {"region": move.region} if move.region and path.startswith(HOST) else {}
    return html.A(move.name, href=reader.visit.link(path, **region), className="text-link")


def _lines(texts: Any) -> list[Component]:
    return [html.Div(text) for text in texts]


def _nothing(reader: Reader, moves: Sequence[PriceMove], period: Period) -> str:
    texts = reader.texts
    if not moves:
        return texts("sync.moves.never")
    last = reader.fmt.date(moves[0].moved_at.date())
    return texts("sync.moves.none", period=texts(f"sync.period.{period.name}"), day=last)


def _questions(reader: Reader, questions: MovedQuestions, has_moves: bool) -> str:
    """How many saved questions name what moved since they were saved."""
    texts = reader.texts
    if not questions.saved:
        return texts("sync.questions.none_saved")
    count = reader.fmt.exact_count(Decimal(questions.looked_at))
    if not has_moves or not questions.moved:
        return texts("sync.questions.unmoved", count=count)
    return texts.counted("sync.questions.moved", questions.moved, saved=count)
