"""How sure the answer is: the share of draws each option wins over the load, and the tornado."""

from decimal import Decimal
from html import escape
from typing import Final

from costing import HOURS_PER_MONTH
from costing.changes import Input
from costing.sensitivity import SwingAnswer
from dashboard.figures.axes import View, log_ticks, money_range, tick_texts
from dashboard.figures.palette import transparent
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
from dashboard.figures.tabled import points, tabled
from dashboard.format import Format
from dashboard.risk_run import RiskFindings
from dashboard.risk_words import RiskWords
from dashboard.texts import Texts

ROW_HEIGHT = 44
MOST_ROWS = 8
ENDS: Final = {False: ("#475569", "#a9b4c2"), True: ("#c3ccd8", "#65717f")}
"""Two greys, low and high end: the colors of the options would say which one gains."""


def probability_figure(
    found: RiskFindings, cast: Cast, *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """Shares of the draws from 0 to 100 % over the mean load, on a logarithmic axis."""
    colors, month = cast.colors, HOURS_PER_MONTH
    loads = [one for one in found.risk.by_load if one.requests_per_hour > 0]
    at = [float(one.requests_per_hour * month) for one in loads]
    layout = frame(colors, view, left=52, right=14 if view.narrow else 132, top=48, bottom=52)
    low, high = (at[0], at[-1]) if at else (1.0, 10.0)
    marks = log_ticks(low, high, 4 if view.narrow else 8)
    layout["xaxis"] = still_axis(
        colors,
        type="log",
        autorange=True,
        tickvals=marks,
        ticktext=tick_texts(marks, fmt),
        title={"text": texts("chart.requests_per_month"), "standoff": 6, "font": {"size": 12}},
    )
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    layout["yaxis"] = still_axis(
        colors,
        range=[0, 1.03],
        tickvals=shares,
        ticktext=[fmt.share(Decimal(repr(one))) for one in shares],
    )
    layout["showlegend"] = True
    layout["legend"] = legend(y=1.08)
    layout["margin"]["r"] = 16
    workload = float(found.tornado.base.at_workload.requests_per_hour * month)
    if low <= workload <= high:
        layout["shapes"] = uprights([workload], colors.workload, "solid")
        # Plotly takes the place of a note on a logarithmic axis as the exponent of ten.
        layout["annotations"] = [
            note(
                float(Decimal(repr(workload)).log10()),
                1.0,
                f"<b>{texts('chart.workload')}</b>",
                yref="paper",
                yanchor="bottom",
                font={"color": colors.workload, "size": 12},
            )
        ]
    data = []
    for place, option in enumerate(found.risk.options):
        if option.name not in cast.names:
            continue
        values = [one.probabilities[place] for one in loads]
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": escape(option.name, quote=False),
                "x": at,
                "y": [float(value) for value in values],
                "line": {
                    "color": cast.line_of(option.name),
                    "width": 3,
                    "dash": cast.dash_of(option.name),
                    "shape": "linear",
                },
                "fill": "tozeroy",
                "fillcolor": transparent(cast.line_of(option.name), 0.08),
                "customdata": [
                    [fmt.count(one.requests_per_hour * month), fmt.share(value)]
                    for one, value in zip(loads, values, strict=True)
                ],
                "hovertemplate": "%{fullData.name}<br>%{customdata[0]}: <b>%{customdata[1]}</b>"
                "<extra></extra>",
            }
        )
    figure = {"data": data, "layout": layout}
    names = ("option", "requests_a_month", "share_of_draws")
    return tabled(figure, [texts(f"columns.{name}") for name in names], points(figure))


def drawn_swings(found: RiskFindings) -> list[SwingAnswer]:
    """The inputs that a tornado draws: those with a known effect, the largest first."""
    known = [one for one in found.tornado.swings if one.effect_per_hour]
    return known[:MOST_ROWS]


def tornado_figure(found: RiskFindings, *, view: View, words: RiskWords, cast: Cast) -> Figure:
    """A bar an input: the gap between the two cheapest (a month) at its low and its high end,
    beside the gap as it stands. Left of zero the runner-up has become the cheaper."""
    colors, fmt, texts = cast.colors, words.fmt, words.texts
    rows, month = drawn_swings(found), float(HOURS_PER_MONTH)
    base = float(found.tornado.gap_per_hour or 0) * month
    ends = [
        tuple(float(end.gap_per_hour or 0) * month for end in (one.low, one.high)) for one in rows
    ]
    values = [base, 0.0, *(value for pair in ends for value in pair)]
    reach = (max(values) - min(values)) or 1.0
    room = reach * (0.3 if view.narrow else 0.16)
    low, high = min(values) - room, max(values) + room
    left = 118 if view.narrow else 230
    layout = frame(colors, view, left=left, right=16, top=46, bottom=52)
    layout |= {"height": 120 + ROW_HEIGHT * max(len(rows), 1), "barmode": "overlay", "bargap": 0.42}
    layout["xaxis"] = still_axis(
        colors,
        **money_range(low, high, 3 if view.narrow else 6, fmt),
        title={"text": texts("study.sure.gap_axis"), "standoff": 6, "font": {"size": 12}},
    )
    layout["yaxis"] = still_axis(
        colors,
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[
            wrapped(
                escape(words.input(one.swing.input, one.swing.option), quote=False),
                16 if view.narrow else 32,
            )
            for one in rows
        ],
        showgrid=False,
    )
    layout["showlegend"] = True
    layout["legend"] = legend(y=1.02)
    layout["shapes"] = uprights([base], colors.ink, "solid") + uprights([0], colors.wall, "dot")
    layout["annotations"] = [
        mark
        for place, (one, pair) in enumerate(zip(rows, ends, strict=True))
        for mark in _end_notes(one, pair, base, place, words)
    ]
    shades = ENDS[view.dark]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": texts(f"study.sure.{side}"),
            "y": list(range(len(rows))),
            "base": [base] * len(rows),
            "x": [pair[place] - base for pair in ends],
            "marker": {"color": shades[place]},
            "hoverinfo": "skip",
        }
        for place, side in enumerate(("low", "high"))
    ]
    heads = [texts("columns.input"), texts("columns.end")]
    heads.append(texts("columns.gap", currency=fmt.currency))
    told = [
        (words.input(one.swing.input, one.swing.option), texts(f"study.sure.{side}"), value)
        for one, pair in zip(rows, ends, strict=True)
        for side, value in zip(("low", "high"), pair, strict=True)
    ]
    return tabled({"data": data, "layout": layout}, heads, told)


def _end_notes(
    one: SwingAnswer, pair: tuple[float, ...], base: float, place: int, words: RiskWords
) -> list[Figure]:
    """The value of the input at each end of its bar; both on one side stand apart by their bars."""
    notes = []
    same_side = (pair[0] - base) * (pair[1] - base) > 0
    inner = min((0, 1), key=lambda index: abs(pair[index] - base))
    for index, end in enumerate((one.low, one.high)):
        if pair[index] == base or (same_side and index == inner):
            continue  # it would lie on the other bar; the table has it
        right = pair[index] >= base
        notes.append(
            note(
                pair[index],
                place,
                _value(one.swing.input, end.value, words),
                xanchor="left" if right else "right",
                xshift=5 if right else -5,
                font={"size": 12},
            )
        )
    return notes


def _value(which: Input, value: Decimal, words: RiskWords) -> str:
    return words.value(which, value)
