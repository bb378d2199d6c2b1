"""How a price went: steps over time, input solid, output dotted, a gap stays a gap.

Its title is a finding computed from the steps. Plain dictionaries, no Plotly object.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from catalog.price_past import PastLine, PastStep
from dashboard.figures.axes import ticks
from dashboard.figures.break_even import FONT
from dashboard.figures.palette import palette
from dashboard.figures.tabled import points, tabled
from dashboard.format import Format
from dashboard.texts import Texts

DASHES = {"input": "solid", "output": "dot", "instance": "solid"}
UNKNOWN_START_SHOWN = timedelta(days=60)
HEADROOM = 1.15
Figure = dict[str, Any]
WEEKS_4_MILLISECONDS: Final = 28 * 24 * 3600 * 1000
JAPANESE_DATES: Final = [
    {"dtickrange": [None, WEEKS_4_MILLISECONDS], "value": "%Y/%-m/%-d"},
    {"dtickrange": ["M1", None], "value": "%Y年%-m月"},
]
"""Ticks closer than a month name the day too, or two of them would read alike."""


def price_history_figure(
    lines: Sequence[PastLine], *, dark: bool, texts: Texts, fmt: Format
) -> Figure:
    """The chart. A price that still holds is drawn to the last day on which we know of it."""
    kind = "dedicated" if lines and lines[0].kind == "instance" else "serverless"
    colors = palette([kind] * min(len(lines), 4), dark=dark)
    data = [_line(line, colors.lines[index % 4], texts, fmt) for index, line in enumerate(lines)]
    top = max((float(step.usd) for line in lines for step in line.steps), default=1.0) * HEADROOM
    marks = ticks(0, top, 6)
    axis = {
        "gridcolor": colors.grid,
        "linecolor": colors.grid,
        "tickfont": {"color": colors.ink},
        "fixedrange": True,
        "zeroline": False,
    }
    unit = "model.history.per_hour" if kind == "dedicated" else "model.history.per_million"
    layout = {
        "autosize": True,
        "margin": {"l": 72, "r": 24, "t": 40, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colors.ink},
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": colors.paper,
            "bordercolor": colors.grid,
            "font": {"family": FONT},
        },
        "dragmode": False,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
        "xaxis": {
            **axis,
            "type": "date",
            "showgrid": False,
            **(
                {"tickformatstops": JAPANESE_DATES, "hoverformat": "%Y/%m/%d"}
                if texts.language == "ja"
                else {}
            ),
        },
        "yaxis": {
            **axis,
            "range": [0, top or 1],
            "tickvals": marks,
            "ticktext": [fmt.list_price(Decimal(f"{mark:.10g}")) for mark in marks],
            "title": {"text": texts(unit), "standoff": 8, "font": {"size": 12}},
        },
    }
    figure = {"data": data, "layout": layout}
    heads = [texts("columns.price"), texts("columns.day"), texts(unit)]
    rows = (row for row in points(figure) if row[1] is not None)
    return tabled(figure, heads, rows)


def history_finding(lines: Sequence[PastLine], texts: Texts, fmt: Format) -> str:
    """What the steps say, in one sentence a line: the last change, or that there was none."""
    found = [_finding(line, texts, fmt) for line in lines]
    return texts("space").join(dict.fromkeys(found))


def _finding(line: PastLine, texts: Texts, fmt: Format) -> str:
    name = texts(f"model.history.price_of.{line.kind}")
    last = line.steps[-1]
    now = fmt.list_price(last.usd)
    if last.until is not None:
        return texts("model.history.ended", name=name, price=now, day=fmt.date(last.until.date()))
    if len(line.steps) == 1:
        return texts("model.history.same", name=name, price=now, day=fmt.date(last.since.date()))
    before = line.steps[-2]
    facts = {
        "name": name,
        "price": now,
        "before": fmt.list_price(before.usd),
        "day": fmt.date(last.since.date()),
    }
    if before.usd == 0 or before.usd == last.usd:
        return texts("model.history.changed", **facts)
    share = fmt.share(abs(last.usd - before.usd) / before.usd)
    went = "fell" if last.usd < before.usd else "rose"
    return texts(f"model.history.{went}", **facts, share=share)


def _line(line: PastLine, color: str, texts: Texts, fmt: Format) -> Figure:
    x: list[str | None] = []
    y: list[float | None] = []
    words: list[str | None] = []
    last: datetime | None = None
    for step in line.steps:
        start, end = _shown(step)
        if last is not None and start > last:
            x, y, words = [*x, None], [*y, None], [*words, None]
        x += [start.isoformat(), end.isoformat()]
        y += [float(step.usd)] * 2
        words += [fmt.list_price(step.usd)] * 2
        last = end
    return {
        "type": "scatter",
        "mode": "lines",
        "name": texts(f"model.history.{line.kind}"),
        "x": x,
        "y": y,
        "customdata": words,
        "hovertemplate": "%{customdata}",
        "connectgaps": False,
        "line": {"color": color, "width": 3, "dash": DASHES[line.kind], "shape": "hv"},
    }


def _shown(step: PastStep) -> tuple[datetime, datetime]:
    end = step.until
    if end is None:
        start = step.since
        seen = datetime.combine(step.seen_on, time(), tzinfo=start.tzinfo)
        return start, max(seen, start)
    return (step.since if step.start_known else end - UNKNOWN_START_SHOWN), end
