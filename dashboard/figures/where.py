"""Where each option is the cheapest: over load and mix, and on the plane of tokens in and out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise
from math import log10
from typing import Final

from costing import HOURS_PER_MONTH
from dashboard.figures.axes import View, load_axis, log_ticks, tick_texts, ticks
from dashboard.figures.palette import transparent
from dashboard.figures.study_parts import Cast, Figure, frame, legend, note, still_axis
from dashboard.figures.tabled import points, tabled
from dashboard.format import Format
from dashboard.mixes import EqualLine, Mix, Plane
from dashboard.texts import Texts

AROUND: Final = Decimal(3)
"""The map goes from a third of the least load of interest to three times the largest."""
LEAST_SPAN: Final = Decimal(30)
MONTH = float(HOURS_PER_MONTH)
ROOM = 1.12


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """A rectangle of the map: loads (requests an hour) and shares with one cheapest option, None
    where no option serves or nobody searched."""

    cheapest: str | None
    low: float
    high: float
    bottom: float
    top: float


def loads_of(mixes: Sequence[Mix], view: View) -> tuple[float, float]:
    """The loads of the map in requests an hour: the workload and the crossings of its own mix, with
    room on both sides."""
    own = next(mix.answer for mix in mixes if mix.own)
    axis = load_axis(own, view)
    high = axis.high if axis.is_log else axis.high * AROUND
    low = axis.low if axis.is_log else high / (LEAST_SPAN * AROUND)
    return float(low), float(high)


def strips(mixes: Sequence[Mix], low: float, high: float) -> list[Strip]:
    """One row a mix, from half way to the mix below to half way to the one above; along a row the
    ends are the exact crossings. Nothing is drawn beyond where was searched."""
    shares = [float(mix.output_share) for mix in mixes]
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(shares)), 1.0]
    found = []
    for mix, (bottom, top) in zip(mixes, pairwise(edges), strict=True):
        answer = mix.answer
        last = float(answer.searched_to_requests_per_hour)
        for interval in answer.intervals:
            start = max(float(interval.from_requests_per_hour), low)
            to = interval.to_requests_per_hour
            end = high if to is None and not answer.truncated else last if to is None else float(to)
            if start < min(end, high):
                found.append(
                    Strip(
                        cheapest=interval.cheapest,
                        low=start,
                        high=min(end, high),
                        bottom=bottom,
                        top=top,
                    )
                )
    return found


def winner_map_figure(
    mixes: Sequence[Mix], cast: Cast, *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """Filled strips in the color of the cheapest option; the ring is the workload."""
    own = next(mix for mix in mixes if mix.own)
    low, high = loads_of(mixes, view)
    rows, colors = strips(mixes, low, high), cast.colors
    left = 52
    layout = frame(colors, view, left=left, right=14, top=52, bottom=52)
    marks = log_ticks(low * MONTH, high * MONTH, 4 if view.narrow else 8)
    layout["xaxis"] = still_axis(
        colors,
        type="log",
        range=[log10(low * MONTH), log10(high * MONTH)],
        tickvals=marks,
        ticktext=tick_texts(marks, fmt),
        title={"text": texts("chart.requests_per_month"), "standoff": 6, "font": {"size": 12}},
        showgrid=False,
    )
    quarters = [0.0, 0.25, 0.5, 0.75, 1.0]
    layout["yaxis"] = still_axis(
        colors,
        range=[0, 1],
        tickvals=quarters,
        ticktext=[fmt.share(Decimal(repr(one))) for one in quarters],
        showgrid=False,
    )
    layout["showlegend"] = True
    layout["legend"] = legend(y=1.01)
    data: list[Figure] = []
    for name in cast.names:
        mine = [one for one in rows if one.cheapest == name]
        if mine:
            data.append(_filled(name, mine, cast.line_of(name)))
    others = [one for one in rows if one.cheapest is not None and one.cheapest not in cast.names]
    if others:
        data.append(_filled(texts("study.where.others"), others, colors.grid))
    nobody = [one for one in rows if one.cheapest is None]
    if nobody:
        data.append(_filled(texts("table.no_option"), nobody, colors.wall))
    load = float(own.answer.at_workload.requests_per_hour)
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": texts("chart.workload"),
            "x": [load * MONTH] if low <= load <= high else [],
            "y": [float(own.output_share)] if low <= load <= high else [],
            "marker": {
                "size": 13,
                "color": colors.paper,
                "line": {"width": 3.5, "color": colors.workload},
            },
            "hoverinfo": "skip",
        }
    )
    figure = {"data": data, "layout": layout}
    names = ("area", "requests_a_month", "output_share")
    return tabled(figure, [texts(f"columns.{name}") for name in names], points(figure))


def _filled(name: str, rows: Sequence[Strip], color: str) -> Figure:
    """Rectangles of one color as one trace; a gap of None parts them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for one in rows:
        xs += [one.low * MONTH, one.high * MONTH, one.high * MONTH, one.low * MONTH, None]
        ys += [one.bottom, one.bottom, one.top, one.top, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(name, quote=False),
        "x": xs[:-1],
        "y": ys[:-1],
        "fill": "toself",
        "fillcolor": transparent(color, 0.55),
        "line": {"width": 0},
        "hoveron": "fills",
        "hoverinfo": "name",
    }


def plane_figure(
    plane: Plane, mixes: Sequence[Mix], cast: Cast, *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """Input tokens an hour across, output tokens an hour up: a line of equal cost a host count, the
    loads that the fewest hosts serve shaded, and the workload."""
    colors = cast.colors
    own = next(mix.answer for mix in mixes if mix.own)
    shape, load = own.question.workload.shape, float(own.at_workload.requests_per_hour)
    here = (load * float(shape.input_tokens), load * float(shape.output_tokens))
    lines = [one for one in plane.lines if one.per_input > 0 and one.per_output > 0]
    reach = [(float(one.fixed / one.per_input), float(one.fixed / one.per_output)) for one in lines]
    nearest = reach[:1]
    wide = max([here[0] * 1.5, *(x for x, _ in nearest)]) * ROOM or 1.0
    tall = max([here[1] * 1.5, *(y for _, y in nearest)]) * ROOM or 1.0
    layout = frame(colors, view, left=60, right=20, top=52, bottom=52)
    across, up = ticks(0, wide, 3 if view.narrow else 7), ticks(0, tall, 5)
    layout["xaxis"] = still_axis(
        colors,
        range=[0, wide],
        tickvals=across,
        ticktext=tick_texts(across, fmt),
        title={"text": texts("study.plane.input"), "standoff": 6, "font": {"size": 12}},
    )
    layout["yaxis"] = still_axis(colors, range=[0, tall], tickvals=up, ticktext=tick_texts(up, fmt))
    layout["showlegend"] = True
    layout["legend"] = legend(y=1.01)
    host_color = cast.line_of(plane.hosts) if plane.hosts in cast.names else colors.ink
    data: list[Figure] = []
    if plane.full:
        data.append(_served(plane, host_color, texts))
    data += [_equal(one, place, host_color, wide, tall, texts) for place, one in enumerate(lines)]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": texts("chart.workload"),
            "x": [here[0]],
            "y": [here[1]],
            "marker": {
                "size": 13,
                "color": colors.paper,
                "line": {"width": 3.5, "color": colors.workload},
            },
            "hoverinfo": "skip",
        }
    )
    layout["annotations"] = [
        note(0, 1, texts("study.plane.output"), xref="paper", yref="paper", xanchor="left",
             yanchor="top", xshift=6, font={"size": 12}),
    ]  # fmt: skip
    figure = {"data": data, "layout": layout}
    names = ("line", "input_tokens", "output_tokens")
    return tabled(figure, [texts(f"columns.{name}") for name in names], points(figure))


def _served(plane: Plane, color: str, texts: Texts) -> Figure:
    """What the fewest hosts serve, between the axes and the loads at which they are full."""
    corners = [(float(x), float(y)) for x, y in plane.full]
    first, last = corners[0], corners[-1]
    around = [(0.0, 0.0), (first[0], 0.0), *corners, (0.0, last[1])]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": texts.counted("study.plane.served", plane.lines[0].instances if plane.lines else 1),
        "x": [x for x, _ in around],
        "y": [y for _, y in around],
        "fill": "toself",
        "fillcolor": transparent(color, 0.14),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _equal(
    one: EqualLine, place: int, color: str, wide: float, tall: float, texts: Texts
) -> Figure:
    x, y = float(one.fixed / one.per_input), float(one.fixed / one.per_output)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": texts.counted("study.plane.line", one.instances),
        "x": [0.0, x],
        "y": [y, 0.0],
        "line": {
            "color": color,
            "width": 3 if place == 0 else 1.8,
            "dash": ("solid", "dash", "dot", "dashdot")[place % 4],
        },
        "hoverinfo": "skip",
        "visible": True if place == 0 or (x < wide * 2 and y < tall * 2) else "legendonly",
    }
