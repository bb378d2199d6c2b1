"""Cost a month against quality or latency: which of a few models or options nothing else beats, the
finding in words, and the chart with the same numbers as rows. Plain dictionaries, no Plotly
object."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from html import escape
from math import log10
from typing import Any, Final

from dashboard.figures.break_even import FONT
from dashboard.figures.frontier import unbeaten
from dashboard.figures.labels import wrapped
from dashboard.figures.palette import Palette, palette
from dashboard.figures.study_parts import wrapped as wrapped_to
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

Figure = dict[str, Any]
ROOM = 0.18
"""Free at both ends of the axis of cost, in powers of ten."""
TICKS = (1, 2, 5)


class Metric(StrEnum):
    """What cost is held against."""

    QUALITY = "quality"
    """Share of right answers; more is better."""
    FIRST_TOKEN = "first_token"
    """Seconds to the first token; less is better."""
    TOKEN_TIME = "token_time"
    """Milliseconds a further token; less is better."""
    SPEED = "speed"
    """Output tokens a second; more is better."""


LESS_IS_BETTER = frozenset({Metric.FIRST_TOKEN, Metric.TOKEN_TIME})
PLACES = {Metric.FIRST_TOKEN: 2, Metric.TOKEN_TIME: 1, Metric.SPEED: 0}
"""Digits after the point."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoPoint:
    """One model or option. cost: a month; value with low and high: of the metric. None: not known.

    how: how the value is known, and under which conditions. because: why it is not; no_cost: why
    there is no cost. Empty where there is nothing to say.
    """

    label: str
    cost: Decimal | None
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    how: str = ""
    because: str = ""
    no_cost: str = ""

    @property
    def is_known(self) -> bool:
        """Both cost and value are."""
        return self.cost is not None and self.value is not None

    @property
    def is_drawn(self) -> bool:
        """It has a place on the chart; an axis of powers of ten has none for a cost of zero."""
        return self.is_known and bool(self.cost)


def frontier(points: Sequence[ParetoPoint], metric: Metric) -> tuple[ParetoPoint, ...]:
    """Those that no other beats in cost and metric, the cheapest first; equal ones stay."""
    sign = _sign(metric)

    def place(one: ParetoPoint) -> tuple[Decimal, Decimal] | None:
        return None if one.cost is None or one.value is None else (one.cost, sign * one.value)

    return unbeaten(points, place)


def ties(points: Sequence[ParetoPoint]) -> tuple[tuple[ParetoPoint, ...], ...]:
    """Groups of known points with equal cost and value."""
    alike: dict[tuple[Decimal | None, Decimal | None], list[ParetoPoint]] = {}
    for one in points:
        if one.is_known:
            alike.setdefault((one.cost, one.value), []).append(one)
    return tuple(tuple(group) for group in alike.values() if len(group) > 1)


def overlapping(points: Sequence[ParetoPoint], metric: Metric) -> tuple[ParetoPoint, ...]:
    """Beaten ones whose range reaches that of one that beats them: they may be as good."""
    best = frontier(points, metric)
    sign = _sign(metric)
    return tuple(
        one
        for one in points
        if one.is_known
        and one not in best
        and all(
            _best_end(one, sign) >= _worst_end(other, sign)
            for other in best
            if other.cost is not None and one.cost is not None and other.cost <= one.cost
        )
    )


def pareto_finding(
    points: Sequence[ParetoPoint], metric: Metric, texts: Texts, *, things: str = "model"
) -> str:
    """What the points say, in one sentence: how many are worth a look, and which. things: what they
    are, model or option."""
    known = [one for one in points if one.is_known]
    if not known:
        return texts(f"pareto.nothing.{metric}{'' if things == 'model' else f'.{things}'}")
    best = frontier(points, metric)
    names = texts("model.list_comma").join(one.label for one in best)
    facts = {"names": names, "count": str(len(best)), "known": str(len(known))}
    if len(known) == 1:
        return texts("pareto.only", **facts)
    which = "one" if len(best) == 1 else "all" if len(best) == len(known) else "some"
    return texts(f"pareto.{which}.{metric}", **facts)


def value_text(value: Decimal, metric: Metric, texts: Texts) -> str:
    """A value of the metric with its unit."""
    fmt = Format(texts.language, "USD")
    if metric is Metric.QUALITY:
        return fmt.share(value)
    return texts(f"pareto.value.{metric}", value=fmt.to_places(value, PLACES[metric]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a chart is of.

    things: model or option. currency: of the costs. basis: how the values are known, which a
    picture that is taken away must say too; empty: as the axis says.
    """

    things: str = "model"
    currency: str = "USD"
    basis: str = ""


MODELS = Subject()


TITLE_WIDTH: Final = 30
"""Letters on a line of the title of the turned axis."""


def pareto_figure(
    points: Sequence[ParetoPoint],
    metric: Metric,
    *,
    dark: bool,
    texts: Texts,
    subject: Subject = MODELS,
) -> Figure:
    """The chart: cost on powers of ten, the metric from zero, ranges as bars, the frontier as steps
    with names, all others grey."""
    fmt, colors = Format(texts.language, subject.currency), palette(["serverless"], dark=dark)
    best = [one for one in frontier(points, metric) if one.is_drawn]
    drawn = [one for one in points if one.is_drawn]
    costs = [float(one.cost or 0) for one in drawn] or [1.0]
    low, high = log10(min(costs)) - ROOM, log10(max(costs)) + ROOM
    marks = {
        **_marks(drawn, best, (low + high) / 2, colors),
        "hovertemplate": [_hover(one, metric, fmt, texts) for one in drawn],
    }
    quantity = texts(f"pareto.axis.{metric}")
    if subject.basis:
        quantity = texts("pareto.axis.by", axis=quantity, basis=subject.basis)
    # The plot is as high on a telephone: so much of a turned title fits beside it.
    title = wrapped_to(quantity, TITLE_WIDTH)
    axis = {"gridcolor": colors.grid, "tickfont": {"color": colors.ink}, "fixedrange": True}
    ticks = _ticks(low, high)
    layout = {
        "autosize": True,
        "margin": {"l": 60 + 16 * title.count("<br>"), "r": 16, "t": 14, "b": 56},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colors.ink},
        "dragmode": False,
        "xaxis": {
            **axis,
            "type": "log",
            "range": [low, high],
            "tickvals": [float(one) for one in ticks],
            "ticktext": [fmt.money_short(one) for one in ticks],
            "title": {"text": cost_words(subject.currency, texts), "standoff": 8},
        },
        "yaxis": {
            **axis,
            "range": [0, _top(drawn, metric)],
            "tickformat": ".0%" if metric is Metric.QUALITY else "",
            "title": {"text": title, "standoff": 4},
        },
    }
    figure = {"data": [_steps(best, high, colors), marks], "layout": layout}
    return tabled(figure, *_numbers(points, quantity, subject, texts))


def _top(drawn: Sequence[ParetoPoint], metric: Metric) -> float:
    """The end of the axis of values."""
    tops = [float(one.high or one.value or 0) for one in drawn] or [1.0]
    return 1.08 if metric is Metric.QUALITY else (max(tops) or 1.0) * 1.2


def _steps(best: Sequence[ParetoPoint], high: float, colors: Palette) -> Figure:
    """The frontier, up to the end of the axis of cost."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*[float(one.cost or 0) for one in best], 10**high] if best else [],
        "y": [float(one.value or 0) for one in [*best, *best[-1:]]],
        "line": {"shape": "hv", "color": colors.workload, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _marks(
    drawn: Sequence[ParetoPoint], best: Sequence[ParetoPoint], middle: float, colors: Palette
) -> Figure:
    """A mark a point; names stand on the side of the middle where there is room."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [float(one.cost or 0) for one in drawn],
        "y": [float(one.value or 0) for one in drawn],
        "text": [f"<b>{wrapped(one.label)}</b>" if one in best else "" for one in drawn],
        "textposition": [
            "bottom left" if log10(float(one.cost or 1)) > middle else "bottom right"
            for one in drawn
        ],
        "textfont": {"color": colors.ink, "size": 13},
        "cliponaxis": False,
        "marker": {
            "size": 12,
            "color": [colors.workload if one in best else colors.watermark for one in drawn],
            "symbol": ["diamond" if one in best else "circle" for one in drawn],
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_above(one) for one in drawn],
            "arrayminus": [_below(one) for one in drawn],
            "color": colors.watermark,
            "thickness": 1.5,
        },
        "showlegend": False,
    }


def cost_words(currency: str, texts: Texts) -> str:
    """What the axis of cost shows."""
    if currency == "USD":
        return texts("pareto.cost")
    return texts("pareto.cost.in", currency=currency)


def cost_head(currency: str, texts: Texts) -> str:
    """The head of the column of costs."""
    if currency == "USD":
        return texts("pareto.head.cost")
    return texts("pareto.head.cost.in", currency=currency)


def _numbers(
    points: Sequence[ParetoPoint], quantity: str, subject: Subject, texts: Texts
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Heads and rows of the same numbers; how they are known where any says it."""
    heads = [texts(f"pareto.head.{subject.things}"), cost_head(subject.currency, texts), quantity]
    heads += [texts(f"pareto.head.{name}") for name in ("low", "high")]
    rows: list[tuple[Any, ...]] = [
        (one.label, one.cost, one.value, one.low, one.high) for one in points
    ]
    if any(one.how for one in points):
        heads.append(texts("pareto.head.how"))
        rows = [(*row, one.how) for row, one in zip(rows, points, strict=True)]
    return heads, rows


def _sign(metric: Metric) -> int:
    return -1 if metric in LESS_IS_BETTER else 1


def _ticks(low: float, high: float) -> list[Decimal]:
    """Round amounts in sight."""
    exponents = range(int(low) - 1, int(high) + 2)
    tried = [Decimal(first).scaleb(power) for power in exponents for first in TICKS]
    return [one for one in tried if low <= log10(float(one)) <= high]


def _best_end(one: ParetoPoint, sign: int) -> Decimal:
    ends = [end for end in (one.low, one.value, one.high) if end is not None]
    return max(sign * end for end in ends)


def _worst_end(one: ParetoPoint, sign: int) -> Decimal:
    ends = [end for end in (one.low, one.value, one.high) if end is not None]
    return min(sign * end for end in ends)


def _above(one: ParetoPoint) -> float:
    return 0.0 if one.high is None or one.value is None else float(one.high - one.value)


def _below(one: ParetoPoint) -> float:
    return 0.0 if one.low is None or one.value is None else float(one.value - one.low)


def _hover(one: ParetoPoint, metric: Metric, fmt: Format, texts: Texts) -> str:
    value = value_text(one.value or Decimal(0), metric, texts)
    cost = texts("pareto.a_month", money=fmt.money(one.cost or Decimal(0)))
    return f"{_markup(one.label)}<br>{cost}<br>{value}<extra></extra>"


def _markup(text: str) -> str:
    """Text as Plotly shows it unchanged: neither its markup nor its templates."""
    return escape(text, quote=False).replace("%{", "%\u200b{")
