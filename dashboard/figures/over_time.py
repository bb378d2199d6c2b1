"""What each option has cost by the end of each month: cumulative cash, where commitments end."""

from decimal import Decimal
from html import escape
from typing import Any

from costing import PlanAnswer, PlanMonth
from costing.plan import month_after, month_text
from dashboard.figures.axes import View, money_range
from dashboard.figures.study_parts import (
    Cast,
    Figure,
    frame,
    legend,
    note,
    still_axis,
    uprights,
    wrapped,
)
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

MOST_TICKS = 8
MOST_TICKS_NARROW = 4
HEADROOM = 1.12


def over_time_figure(
    answer: PlanAnswer, cast: Cast, *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """A line an option over the ends of the months, from zero; it stops at the first month without
    a cost. x counts months: 0 is the start, 1 the end of the first month."""
    colors, months = cast.colors, answer.plan.months
    shown = [one for one in answer.options if one.name in cast.names]
    sums = {one.name: _cumulative(one.months) for one in shown}
    top = max((float(values[-1]) for values in sums.values() if values), default=0.0)
    top = top * HEADROOM or 1.0
    layout = frame(colors, view, left=60, right=14 if view.narrow else 132, top=48, bottom=44)
    every = max(1, -(-months // (MOST_TICKS_NARROW if view.narrow else MOST_TICKS)))
    ends = list(range(0, months + 1, every))
    layout["xaxis"] = still_axis(
        colors,
        range=[0, months],
        tickvals=ends,
        ticktext=[month_text(month_after(answer.plan.start, end)) for end in ends],
    )
    layout["yaxis"] = still_axis(colors, **money_range(0, top, 5, fmt))
    layout["showlegend"] = view.narrow
    layout["legend"] = legend(y=1.01)
    paybacks = _paybacks(answer, sums)
    commitments = _commitment_ends(answer, months)
    layout["shapes"] = uprights([at for at, _ in commitments], colors.wall, "dot")
    layout["annotations"] = [
        *_commitment_notes(commitments, colors.wall, texts),
        *([] if view.narrow else _end_names(sums, top, cast)),
    ]
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape(name, quote=False),
            "x": list(range(len(values))),
            "y": [float(value) for value in values],
            "line": {"color": cast.line_of(name), "width": 3, "dash": cast.dash_of(name)},
            "customdata": [
                [month_text(month_after(answer.plan.start, max(at - 1, 0))), fmt.money(value)]
                for at, value in enumerate(values)
            ],
            "hovertemplate": "%{fullData.name}<br>%{customdata[0]}: <b>%{customdata[1]}</b>"
            "<extra></extra>",
        }
        for name, values in sums.items()
        if values
    ]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": texts("study.time.payback"),
            "x": [at for at, _ in paybacks],
            "y": [value for _, value in paybacks],
            "marker": {
                "size": 11,
                "color": colors.paper,
                "line": {"width": 3, "color": colors.ink},
            },
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    heads = [texts("columns.option"), texts("columns.month_end")]
    heads.append(texts("columns.paid_so_far", currency=fmt.currency))
    rows = [
        (name, month_text(month_after(answer.plan.start, at - 1)) if at else None, value)
        for name, values in sums.items()
        for at, value in enumerate(values)
    ]
    return tabled({"data": data, "layout": layout}, heads, rows)


def _cumulative(months: tuple[PlanMonth, ...]) -> list[Decimal]:
    """0 at the start, then the sum after each month up to the last that has one."""
    found = [Decimal(0)]
    for month in months:
        if month.cumulative_cash is None:
            break
        found.append(month.cumulative_cash)
    return found if len(found) > 1 else []


def _paybacks(answer: PlanAnswer, sums: dict[str, list[Decimal]]) -> list[tuple[int, float]]:
    """Where one drawn option has paid no more than the first, after more than one month."""
    first = answer.options[0].name
    return [
        (pair.months, float(sums[pair.option][pair.months]))
        for pair in answer.paybacks
        if pair.against == first
        and pair.months is not None
        and pair.months > 1
        and pair.months < len(sums.get(pair.option, ()))
    ]


def _commitment_ends(answer: PlanAnswer, months: int) -> list[tuple[int, str]]:
    return sorted(
        (one.term_months, one.option)
        for one in answer.plan.commitments
        if one.term_months <= months
    )


def _commitment_notes(ends: list[tuple[int, str]], color: str, texts: Texts) -> list[Figure]:
    return [
        note(
            at,
            1.0,
            texts("study.time.commitment_ends", option=escape(option, quote=False)),
            yref="paper",
            xanchor="right",
            yanchor="bottom",
            yshift=16 * (place % 2),
            font={"color": color, "size": 12},
        )
        for place, (at, option) in enumerate(ends)
    ]


def _end_names(sums: dict[str, list[Decimal]], top: float, cast: Cast) -> list[Figure]:
    """Each name at the end of its line, pushed apart where lines end close together."""
    ends = sorted((float(values[-1]) / top, name) for name, values in sums.items() if values)
    found: list[Figure] = []
    last = -1.0
    for height, name in ends:
        last = max(height, last + 0.11)
        settings: dict[str, Any] = {
            "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle",
            "align": "left", "font": {"color": cast.line_of(name), "size": 12},
        }  # fmt: skip
        found.append(
            note(1.01, last, f"<b>{wrapped(escape(name, quote=False), 18)}</b>", **settings)
        )
    return found
