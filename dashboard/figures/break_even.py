"""The break-even chart: costs over load, crossings, full hosts, the winner at each load.

It draws what the answer holds and computes nothing of its own but positions. Method: dashboard
README, "The chart".
"""

from html import escape
from typing import Any, TypeAlias

from costing import BreakEven, decimal_text
from dashboard.figures.axes import (
    View,
    axis_title,
    comparable_tokens,
    cost_at,
    log_ticks,
    money_range,
    tick_texts,
    ticks,
    tokens_per_request,
)
from dashboard.figures.band import bands
from dashboard.figures.labels import notes
from dashboard.figures.lines import CostLine, drawn_points
from dashboard.figures.readout import readout
from dashboard.figures.scene import Scene, make_scene
from dashboard.figures.shapes import shapes
from dashboard.format import Format
from dashboard.texts import Texts

Figure: TypeAlias = dict[str, Any]
RIBBON = (0.0, 0.035)
PLOT = (0.09, 1.0)
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans JP', "
    "'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif"
)


def break_even_figure(answer: BreakEven, *, view: View, fmt: Format, texts: Texts) -> Figure:
    """The chart of an answer as a plain dictionary that any Plotly can draw."""
    if view.cost_axis == "per_million_tokens" and not comparable_tokens(answer):
        view = View(load_axis=view.load_axis, narrow=view.narrow, dark=view.dark)
    scene = make_scene(answer, view, fmt, texts)
    data = bands(scene)  # first, so that the lines lie on them
    data += [_line(scene, index, line) for index, line in enumerate(scene.drawn)]
    if scene.drawn:
        data.append(readout(scene))
    data += [_crossing_marks(scene), _ribbon_anchor()]
    return {"data": data, "layout": _layout(scene)}


def _line(scene: Scene, index: int, line: CostLine) -> Figure:
    tokens = tokens_per_request(scene.answer)
    points = drawn_points(line, scene.axis, scene.view)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(line.name, quote=False),
        "x": [scene.axis.at(point.requests_per_hour) for point in points],
        "y": [cost_at(point, scene.view, tokens) for point in points],
        "line": {
            "color": scene.colors.lines[index],
            "width": 3,
            "dash": scene.colors.dashes[index],
            "shape": "linear",
        },
        "hoverinfo": "skip",
        "showlegend": scene.view.narrow,
        "cliponaxis": True,
    }


def _crossing_marks(scene: Scene) -> Figure:
    axis = scene.axis
    seen = [c for c in scene.answer.crossings if axis.low < c.requests_per_hour <= axis.high]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": scene.texts("chart.break_even"),
        "x": [axis.at(crossing.requests_per_hour) for crossing in seen],
        "y": [scene.y(c.requests_per_hour, c.cost_per_hour) for c in seen],
        "customdata": [
            [decimal_text(c.requests_per_hour), c.from_option, c.to_option] for c in seen
        ],
        "marker": {
            "size": 12,
            "color": scene.colors.paper,
            "line": {"width": 3, "color": scene.colors.ink},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _ribbon_anchor() -> Figure:
    """Plotly drops an axis that no trace uses, and the ribbon's shapes with it."""
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "yaxis": "y2",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _layout(scene: Scene) -> Figure:
    narrow, colors = scene.view.narrow, scene.colors
    return {
        "autosize": True,
        "margin": {"l": 56 if narrow else 72, "r": 14 if narrow else 150, "t": 64, "b": 56},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12 if narrow else 13, "color": colors.ink},
        "hovermode": "x",
        "hoverlabel": {
            "align": "left",
            "bgcolor": colors.paper,
            "bordercolor": colors.grid,
            "font": {"color": colors.ink, "family": FONT},
        },
        "dragmode": "pan",
        "showlegend": narrow,
        "legend": {
            "orientation": "h",
            "x": 0,
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "xanchor": "left",
        },
        "xaxis": _x_axis(scene),
        "yaxis": _y_axis(scene),
        "yaxis2": {"domain": list(RIBBON), "range": [0, 1], "visible": False, "fixedrange": True},
        "shapes": shapes(scene),
        "annotations": notes(scene),
        "meta": {"crossings": [decimal_text(c.requests_per_hour) for c in scene.answer.crossings]},
    }


def _x_axis(scene: Scene) -> Figure:
    axis = scene.axis
    most = 5 if scene.view.narrow else 9
    low, high = axis.at(axis.low), axis.at(axis.high)
    values = log_ticks(low, high, most) if axis.is_log else ticks(low, high, most)
    return {
        "type": "log" if axis.is_log else "linear",
        "range": axis.range,
        "tickvals": values,
        "ticktext": tick_texts(values, scene.fmt),
        "title": {"text": axis_title(axis, scene.texts), "standoff": 8},
        "anchor": "y2",
        "gridcolor": scene.colors.grid,
        "zeroline": False,
    }


def _y_axis(scene: Scene) -> Figure:
    label = scene.texts(f"chart.{scene.view.cost_axis}", currency=scene.fmt.currency)
    return {
        "domain": list(PLOT),
        **money_range(0, scene.top, 6, scene.fmt),
        "title": {"text": "" if scene.view.narrow else label, "standoff": 8},
        "gridcolor": scene.colors.grid,
        "zeroline": True,
        "zerolinecolor": scene.colors.grid,
        "fixedrange": True,
    }
