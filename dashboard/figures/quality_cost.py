"""Quality against cost: share of right answers over the cost of an answer, with the frontier of
those that nothing else beats. Plain dictionaries, no Plotly object."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from costing import decimal_text
from costing.units import to_decimal
from dashboard.chat.batch.results import Summary
from dashboard.figures.break_even import FONT
from dashboard.figures.frontier import unbeaten
from dashboard.figures.palette import palette
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

Figure = dict[str, Any]
MOST_NAMED = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityPoint:
    """One endpoint with one setting.

    Attributes:
        right, low, high: share of right answers of all asked, with its 90 % interval; None where
            nobody said what is right.
        cost: of a mean answer in US dollars; None where it is not known.
        questions: behind the share.
    """

    label: str
    setting: str
    right: Decimal | None
    low: Decimal | None
    high: Decimal | None
    cost: Decimal | None
    questions: int

    @property
    def is_drawn(self) -> bool:
        """Both are known."""
        return self.right is not None and self.cost is not None


def points_of(found: Iterable[tuple[str, str, Summary]]) -> tuple[QualityPoint, ...]:
    """A point a summary, with its label and its setting in words."""
    points = []
    for label, setting, one in found:
        share = one.right_of_asked
        interval = share.interval
        points.append(
            QualityPoint(
                label=label,
                setting=setting,
                right=None if share.share is None else to_decimal(share.share),
                low=None if interval is None else interval.low,
                high=None if interval is None else interval.high,
                cost=one.costs.an_answer,
                questions=share.questions,
            )
        )
    return tuple(points)


def frontier(points: Sequence[QualityPoint]) -> tuple[QualityPoint, ...]:
    """Those that nothing as cheap is right more often than, the cheapest first."""

    def place(one: QualityPoint) -> tuple[Decimal, Decimal] | None:
        return None if one.cost is None or one.right is None else (one.cost, one.right)

    return unbeaten(points, place)


def quality_finding(points: Sequence[QualityPoint], texts: Texts) -> str:
    """What the points say, in one sentence; no order is claimed where intervals overlap."""
    fmt, best = Format(texts.language, "USD"), frontier(points)
    if not best:
        reason = "no_price" if any(one.right is not None for one in points) else "no_expected"
        return texts(f"batch.chart.{reason}" if points else "batch.chart.nothing")
    cheap, top = best[0], best[-1]
    facts = {
        "top": _name(top), "right": fmt.share(top.right or Decimal(0)),
        "cost": fmt.money(top.cost or Decimal(0)), "cheap": _name(cheap),
        "cheap_right": fmt.share(cheap.right or Decimal(0)),
        "cheap_cost": fmt.money(cheap.cost or Decimal(0)), "questions": str(top.questions),
    }  # fmt: skip
    if len(best) == 1:
        only = sum(1 for one in points if one.is_drawn) == 1
        return texts("batch.chart.only" if only else "batch.chart.one_best", **facts)
    overlap = top.low is not None and cheap.high is not None and top.low <= cheap.high
    return texts("batch.chart.too_close" if overlap else "batch.chart.costs_more", **facts)


def quality_cost_document(
    points: Sequence[QualityPoint], *, dark: bool, narrow: bool, texts: Texts
) -> dict[str, Any]:
    """The finding, the figure and the same numbers as a table."""
    best = frontier(points)
    return {
        "title": quality_finding(points, texts),
        "figure": quality_cost_figure(points, dark=dark, narrow=narrow, texts=texts),
        "points": [
            {
                "label": one.label,
                "setting": one.setting,
                "right": None if one.right is None else decimal_text(one.right),
                "low": None if one.low is None else decimal_text(one.low),
                "high": None if one.high is None else decimal_text(one.high),
                "cost": None if one.cost is None else decimal_text(one.cost),
                "questions": one.questions,
                "unbeaten": one in best,
            }
            for one in points
        ],
    }


def quality_cost_figure(
    points: Sequence[QualityPoint], *, dark: bool, narrow: bool, texts: Texts
) -> Figure:
    """The chart: money from zero, shares from 0 to 100 %, intervals as bars, the frontier as
    steps."""
    fmt, colors = Format(texts.language, "USD"), palette(["serverless", "dedicated"], dark=dark)
    drawn, best = [one for one in points if one.is_drawn], frontier(points)
    highest = max((float(one.cost or 0) for one in drawn), default=0.0) or 0.001
    named = len(drawn) <= (MOST_NAMED if not narrow else MOST_NAMED // 2)
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [*[float(one.cost or 0) for one in best], highest * 1.2] if best else [],
            "y": [float(one.right or 0) for one in [*best, *best[-1:]]],
            "line": {"shape": "hv", "color": colors.workload, "width": 2, "dash": "dot"},
            "hoverinfo": "skip",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "markers+text" if named else "markers",
            "x": [float(one.cost or 0) for one in drawn],
            "y": [float(one.right or 0) for one in drawn],
            "text": [_markup(_name(one)) for one in drawn],
            "textposition": [
                "top left" if float(one.cost or 0) > highest * 0.6 else "top right" for one in drawn
            ],
            "marker": {
                "size": 12,
                "color": [colors.workload if one in best else colors.lines[0] for one in drawn],
                "symbol": ["diamond" if one in best else "circle" for one in drawn],
            },
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [float((one.high or 0) - (one.right or 0)) for one in drawn],
                "arrayminus": [float((one.right or 0) - (one.low or 0)) for one in drawn],
                "color": colors.ink,
                "thickness": 1,
            },
            "hovertemplate": [
                f"{_markup(_name(one))}<br>{fmt.share(one.right or Decimal(0))}<br>"
                f"{fmt.money(one.cost or Decimal(0))}<extra></extra>"
                for one in drawn
            ],
            "showlegend": False,
        },
    ]
    axis = {"gridcolor": colors.grid, "tickfont": {"color": colors.ink}, "fixedrange": True}
    layout = {
        "autosize": True,
        "margin": {"l": 56, "r": 16, "t": 14, "b": 56},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colors.ink},
        "dragmode": False,
        "xaxis": {
            **axis,
            "range": [0, highest * 1.2],
            "tickprefix": "$",
            "title": {"text": texts("batch.chart.x"), "standoff": 8},
        },
        "yaxis": {
            **axis,
            "range": [-0.03, 1.12],
            "tickformat": ".0%",
            "title": {"text": texts("batch.chart.y"), "standoff": 4},
        },
    }
    names = ("model_and_setting", "cost_an_answer", "right", "right_low", "right_high", "questions")
    rows = [(_name(one), one.cost, one.right, one.low, one.high, one.questions) for one in points]
    heads = [texts(f"columns.{name}") for name in names]
    return tabled({"data": data, "layout": layout}, heads, rows)


def _name(one: QualityPoint) -> str:
    return f"{one.label} ({one.setting})"


def _markup(text: str) -> str:
    """Text as Plotly shows it unchanged: neither its markup nor its templates."""
    return escape(text, quote=False).replace("%{", "%\u200b{")
