"""Hosts that a load needs: exact stairs at slow, middle and fast of the estimate."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from costing import HOURS_PER_MONTH, Workload
from dashboard.figures.axes import View, tick_texts, ticks
from dashboard.figures.capacity_parts import (
    Figure,
    Shades,
    axis,
    axis_title,
    layout,
    shades,
    spaced,
    upright,
)
from dashboard.figures.palette import transparent
from dashboard.figures.tabled import points, tabled
from dashboard.format import Format
from dashboard.texts import Texts

if TYPE_CHECKING:  # they load NumPy
    from costing.capacity import CapacityEstimate
    from costing.capacity_hosts import Percentile

ENDS: "Final[tuple[Percentile, ...]]" = ("p10", "p50", "p90")
MOST_STEPS = 1_000
"""Steps of one staircase at most; it ends there."""
LOOK_BEYOND = 1.5
UNKNOWN_LOAD = 1_000.0
HEADROOM = 1.18
DASHES = {"p10": "dot", "p50": "solid", "p90": "dash"}
LABEL_HEIGHT = 0.075
LEGEND_ROOM = 64
Corner = tuple[float, float]


def host_stairs(
    answer: "CapacityEstimate", percentile: "Percentile", load: Workload, to: float
) -> list[Corner]:
    """Corners of the hosts that serve the peak of a mean load in requests an hour, from 0 up to it.

    Empty where hosts at this end of the estimate serve nothing within the targets.
    """
    from costing.capacity_hosts import usable_requests_per_hour

    peak, corners, start = float(load.peak_to_mean), list[Corner](), 0.0
    if usable_requests_per_hour(answer, percentile) <= 0:
        return corners
    for hosts in range(1, MOST_STEPS + 1):
        served = hosts * usable_requests_per_hour(answer, percentile, hosts) / peak
        end = min(served, to)
        corners += [(start, float(hosts)), (end, float(hosts))]
        if served >= to:
            break
        start = end
    return corners


def hosts_figure(
    answer: "CapacityEstimate", load: Workload, *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """Three stairs, the light range between them, and the workload."""
    colors, month = shades(view), float(HOURS_PER_MONTH)
    mean = float(load.requests_per_hour)
    to = mean * LOOK_BEYOND or UNKNOWN_LOAD
    stairs = {end: host_stairs(answer, end, load, to) for end in ENDS}
    top = max((corners[-1][1] for corners in stairs.values() if corners), default=1.0) * HEADROOM
    monthly = {
        end: [(at * month, hosts) for at, hosts in corners] for end, corners in stairs.items()
    }
    figure = layout(colors, view, left=44, right=16 if view.narrow else 112)
    figure["showlegend"] = view.narrow
    figure["legend"] = {"orientation": "h", "x": 0, "y": 1.08, "yanchor": "bottom"}
    if view.narrow:
        figure["margin"]["t"] = LEGEND_ROOM
    marks = ticks(0, to * month, 4 if view.narrow else 5)
    figure["xaxis"] = axis(
        colors,
        range=[0, to * month],
        tickvals=marks,
        ticktext=tick_texts(marks, fmt),
        title=axis_title(texts("chart.requests_per_month")),
    )
    counts = [value for value in ticks(0, top, 6) if value == int(value)]
    figure["yaxis"] = axis(
        colors,
        range=[0, top],
        tickvals=counts,
        ticktext=[fmt.exact_count(Decimal(int(value))) for value in counts],
    )
    figure["shapes"] = [upright(mean * month, colors.base.workload)]
    figure["annotations"] = [
        _workload_label(mean * month, colors, texts),
        *([] if view.narrow else _end_labels(monthly, top, colors, texts)),
    ]
    lines = [_stair(end, corners, colors, texts) for end, corners in monthly.items() if corners]
    marked = _marks(monthly, mean * month, colors, fmt)
    drawn = {"data": [*_range(monthly, colors), *lines, marked], "layout": figure}
    heads = [texts(f"columns.{name}") for name in ("estimate", "requests_a_month", "hosts")]
    return tabled(drawn, heads, points(drawn))


def hosts_at(corners: list[Corner], load: float) -> float | None:
    """The height of a staircase at a load; None past its end or where there is none."""
    return next((hosts for at, hosts in corners if at >= load), None)


def _range(monthly: dict["Percentile", list[Corner]], colors: Shades) -> list[Figure]:
    slow, fast = monthly["p10"], monthly["p90"]
    if not slow or not fast:
        return []
    around = [*fast, *reversed(slow)]
    return [
        {
            "type": "scatter",
            "mode": "none",
            "fill": "toself",
            "fillcolor": transparent(colors.host, 0.16),
            "x": [at for at, _ in around],
            "y": [hosts for _, hosts in around],
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _stair(end: "Percentile", corners: list[Corner], colors: Shades, texts: Texts) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": texts(f"capacity.end.{end}"),
        "x": [at for at, _ in corners],
        "y": [hosts for _, hosts in corners],
        "line": {
            "color": colors.host,
            "width": 3 if end == "p50" else 2,
            "dash": DASHES[end],
        },
        "hoverinfo": "skip",
    }


def _marks(
    monthly: dict["Percentile", list[Corner]], load: float, colors: Shades, fmt: Format
) -> Figure:
    """A dot on each staircase at the workload, with its number of hosts."""
    found = [(end, hosts_at(monthly[end], load)) for end in ENDS]
    counts = sorted({hosts for _, hosts in found if hosts is not None})
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [load] * len(counts),
        "y": counts,
        "text": [f"<b>{fmt.exact_count(Decimal(int(count)))}</b>" for count in counts],
        "textposition": "top left",
        "textfont": {"color": colors.base.workload},
        "marker": {
            "size": 9,
            "color": colors.base.paper,
            "line": {"width": 2.5, "color": colors.base.workload},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _workload_label(load: float, colors: Shades, texts: Texts) -> Figure:
    return {
        "xref": "x",
        "yref": "paper",
        "x": load,
        "y": 1.0,
        "xanchor": "center",
        "yanchor": "bottom",
        "text": f"<b>{texts('chart.workload')}</b>",
        "showarrow": False,
        "font": {"color": colors.base.workload, "size": 12},
    }


def _end_labels(
    monthly: dict["Percentile", list[Corner]], top: float, colors: Shades, texts: Texts
) -> list[Figure]:
    """The name of each staircase at its right end, pushed apart."""
    ends = sorted((corners[-1][1] / top, end) for end, corners in monthly.items() if corners)
    places = spaced([height for height, _ in ends], [LABEL_HEIGHT] * len(ends))
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 1.01,
            "y": place,
            "xanchor": "left",
            "yanchor": "middle",
            "text": texts(f"capacity.end.{end}"),
            "showarrow": False,
            "font": {"color": colors.host, "size": 12},
        }
        for place, (_, end) in zip(places, ends, strict=True)
    ]
