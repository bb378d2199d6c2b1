"""Planned cost, the steps that led away from it, and what was paid: bars that add up. A plain
dictionary, no Plotly object."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.actuals import ActualLine
from dashboard.figures.axes import View
from dashboard.figures.palette import palette
from dashboard.figures.study_parts import Figure, frame, still_axis
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

STEPS = ("volume", "length", "price")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar: a whole amount from zero, or a step from where the bar before it ended."""

    name: str
    start: Decimal
    amount: Decimal

    @property
    def is_step(self) -> bool:
        """It says a difference."""
        return self.name in STEPS


def cost_bars(cost: ActualLine) -> tuple[Bar, ...]:
    """The bars as far as they are known: without a plan none, without what was paid no price."""
    if cost.planned is None:
        return ()
    bars, at = [Bar(name="planned", start=Decimal(0), amount=cost.planned)], cost.planned
    for name in STEPS:
        amount = getattr(cost, name)
        if amount is None:
            return tuple(bars)
        bars.append(Bar(name=name, start=at, amount=amount))
        at += amount
    if cost.actual is not None:
        bars.append(Bar(name="actual", start=Decimal(0), amount=cost.actual))
    return tuple(bars)


def actual_cost_figure(bars: Sequence[Bar], *, view: View, fmt: Format, texts: Texts) -> Figure:
    """The chart, a month of cost; money from zero."""
    colors = palette(["serverless", "dedicated"], dark=view.dark)
    layout = frame(colors, view, left=70, right=10, top=24, bottom=44)
    layout["xaxis"] = still_axis(colors, type="category")
    layout["yaxis"] = still_axis(
        colors, rangemode="tozero", title={"text": texts("actual.chart.axis")}
    )
    layout["showlegend"] = False
    written = [fmt.money(one.amount) for one in bars]
    signed = [
        f"+{text}" if one.is_step and one.amount > 0 else text
        for one, text in zip(bars, written, strict=True)
    ]
    figure: Figure = {
        "data": [
            {
                "type": "bar",
                "x": [texts(f"actual.column.{one.name}") for one in bars],
                "y": [float(one.amount) for one in bars],
                "base": [float(one.start) for one in bars],
                "marker": {"color": [colors.lines[1 if one.is_step else 0] for one in bars]},
                "text": signed,
                "textposition": "outside",
                "cliponaxis": False,
                "hovertemplate": "%{x}: <b>%{text}</b><extra></extra>",
            }
        ]
        if bars
        else [],
        "layout": layout,
    }
    heads = (texts("actual.column.part"), f"{texts('actual.column.line')} ({fmt.currency})")
    rows = [(texts(f"actual.column.{one.name}"), one.amount) for one in bars]
    return tabled(figure, heads, rows)
