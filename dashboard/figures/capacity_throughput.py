"""Throughput and time a token of one replica against the requests in flight, with what binds.

Above: output tokens a second; below: the time of each further token, with the target where there
is one. The ring is the batch that the answer runs.
"""

from decimal import Decimal
from math import log2
from typing import TYPE_CHECKING

from dashboard.figures.axes import View, ticks
from dashboard.figures.capacity_parts import (
    Figure,
    Shades,
    axis,
    axis_title,
    layout,
    shades,
    upright,
)
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

if TYPE_CHECKING:  # they load NumPy
    from costing.capacity import CapacityEstimate
    from costing.capacity_scan import Targets

UPPER = (0.44, 1.0)
LOWER = (0.0, 0.32)
HEADROOM = 1.28
MILLISECONDS = 1000
MOST_TICKS = 9


def throughput_figure(
    answer: "CapacityEstimate", targets: "Targets", *, view: View, fmt: Format, texts: Texts
) -> Figure:
    """Both plots as one plain dictionary."""
    from costing.capacity import served_curve

    colors, points = shades(view), served_curve(answer)
    batch = [point[0] for point in points]
    tokens = [point[1] for point in points]
    milliseconds = [point[2] * MILLISECONDS for point in points]
    own = (
        answer.batch,
        answer.output_tokens_per_second.p50 / answer.replicas,
        answer.tpot_seconds * MILLISECONDS,
    )
    words = [
        texts(
            "capacity.throughput.hover",
            batch=fmt.exact_count(Decimal(repr(one))),
            tokens=fmt.about(Decimal(repr(many))),
            tpot=fmt.about(Decimal(repr(long))),
        )
        for one, many, long in zip(batch, tokens, milliseconds, strict=True)
    ]
    target = target_milliseconds(targets)
    upper = _line(batch, tokens, words, colors) | {"yaxis": "y"}
    lower = _line(batch, milliseconds, words, colors) | {"yaxis": "y2"}
    rings = [_ring(own[0], own[1], "y", colors), _ring(own[0], own[2], "y2", colors)]
    figure = layout(colors, view, left=58, right=16)
    figure["xaxis"] = _x_axis(batch, colors, texts, fmt)
    figure["yaxis"] = _y_axis(max(tokens), UPPER, 4, colors, fmt)
    figure["yaxis2"] = _y_axis(max([*milliseconds, target or 0]), LOWER, 2, colors, fmt)
    figure["shapes"] = [upright(own[0], colors.base.workload, dash="dot")]
    figure["annotations"] = [
        _title(1.0, texts("capacity.throughput.tokens"), colors, "y domain"),
        _title(1.0, texts("capacity.throughput.tpot"), colors, "y2 domain"),
        _own_label(own, batch[-1], colors, texts, fmt),
    ]
    if target is not None:
        figure["shapes"].append(_target_line(target, colors))
        figure["annotations"].append(_target_label(target, targets, colors, texts, fmt))
    names = ("in_flight", "tokens_a_second", "milliseconds_a_token")
    rows = zip(batch, tokens, milliseconds, strict=True)
    drawn = {"data": [upper, lower, *rings], "layout": figure}
    return tabled(drawn, [texts(f"columns.{name}") for name in names], rows)


def target_milliseconds(targets: "Targets") -> float | None:
    """The mean time a token at which the target, a 95th percentile, is just kept; None: none."""
    if targets.tpot_seconds is None:
        return None
    return targets.tpot_seconds / targets.margin * MILLISECONDS


def _line(x: list[float], y: list[float], words: list[str], colors: Shades) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "text": words,
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": colors.host, "width": 3},
    }


def _ring(x: float, y: float, yaxis: str, colors: Shades) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "yaxis": yaxis,
        "marker": {
            "size": 12,
            "color": colors.base.paper,
            "line": {"width": 3, "color": colors.ink},
        },
        "hoverinfo": "skip",
    }


def _x_axis(batch: list[float], colors: Shades, texts: Texts, fmt: Format) -> Figure:
    powers = [2.0**power for power in range(int(log2(batch[-1])) + 1)]
    while len(powers) > MOST_TICKS:
        powers = powers[::2]
    wide = max(log2(batch[-1]), 1.0) / log2(10)
    return axis(
        colors,
        type="log",
        range=[-0.02 * wide, 1.04 * wide],
        tickvals=powers,
        ticktext=[fmt.exact_count(Decimal(repr(value))) for value in powers],
        title=axis_title(texts("capacity.throughput.batch")),
        anchor="y2",
    )


def _y_axis(
    highest: float, domain: tuple[float, float], most: int, colors: Shades, fmt: Format
) -> Figure:
    top = highest * HEADROOM
    values = ticks(0, top, most)
    return axis(
        colors,
        domain=list(domain),
        range=[0, top],
        tickvals=values,
        ticktext=[fmt.count(Decimal(f"{value:.10g}")) for value in values],
    )


def _title(y: float, text: str, colors: Shades, yref: str) -> Figure:
    return {
        "xref": "paper",
        "yref": yref,
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"color": colors.ink, "size": 12},
    }


def _own_label(
    own: tuple[float, float, float], most: float, colors: Shades, texts: Texts, fmt: Format
) -> Figure:
    """At the ring, on the side where there is room."""
    right = log2(own[0]) < log2(most) / 2 if most > 1 else True
    text = texts("capacity.throughput.own", batch=fmt.exact_count(Decimal(repr(own[0]))))
    return {
        "xref": "x",
        "yref": "y",
        "x": log2(own[0]) / log2(10),
        "y": own[1],
        "xanchor": "left" if right else "right",
        "yanchor": "bottom",
        "xshift": 10 if right else -10,
        "yshift": 4,
        "text": f"<b>{text}</b>",
        "showarrow": False,
        "font": {"color": colors.base.workload, "size": 12},
    }


def _target_line(target: float, colors: Shades) -> Figure:
    return {
        "type": "line",
        "xref": "paper",
        "yref": "y2",
        "x0": 0,
        "x1": 1,
        "y0": target,
        "y1": target,
        "line": {"color": colors.base.wall, "width": 2, "dash": "dash"},
    }


def _target_label(
    target: float, targets: "Targets", colors: Shades, texts: Texts, fmt: Format
) -> Figure:
    assert targets.tpot_seconds is not None
    promised = targets.tpot_seconds * MILLISECONDS
    text = texts(
        "capacity.throughput.target",
        target=fmt.exact_count(Decimal(f"{promised:.6g}")),
        mean=fmt.about(Decimal(repr(target))),
    )
    return {
        "xref": "paper",
        "yref": "y2",
        "x": 0.01,
        "y": target,
        "xanchor": "left",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"color": colors.base.wall, "size": 12},
    }
