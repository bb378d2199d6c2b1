"""The areas and lines behind the costs: close calls, who wins where, full hosts, the workload."""

from decimal import Decimal
from typing import Any, TypeAlias

from dashboard.figures.lines import CostLine, close_stretches
from dashboard.figures.scene import Scene

Shape: TypeAlias = dict[str, Any]
LEAST_RIBBON_SHARE = 0.003
"""The least width of a stretch in the ribbon: 3 of 1,000 pixels, so that none is invisible."""


def shapes(scene: Scene) -> list[Shape]:
    """All shapes of a chart, those that lie below first."""
    return [*_hatches(scene), *_ribbon(scene), *_walls(scene), _workload_line(scene)]


def _hatches(scene: Scene) -> list[Shape]:
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "y domain",
            "x0": scene.axis.at(max(low, scene.axis.low)),
            "x1": scene.axis.at(high),
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 0},
            "fillcolor": scene.colors.close,
        }
        for low, high in close_stretches(scene.lines, scene.axis.high)
        if high > scene.axis.low
    ]


def _ribbon(scene: Scene) -> list[Shape]:
    low, high = scene.axis.at(scene.axis.low), scene.axis.at(scene.axis.high)
    least = (high - low) * LEAST_RIBBON_SHARE
    colors = {line.name: scene.colors.lines[index] for index, line in enumerate(scene.drawn)}
    found: list[Shape] = []
    for interval in scene.answer.intervals:
        start = max(scene.axis.at(interval.from_requests_per_hour), low)
        end = interval.to_requests_per_hour
        stop = high if end is None else min(scene.axis.at(end), high)
        if start >= high or stop <= low:
            continue
        if not scene.axis.is_log:
            stop = min(max(stop, start + least), high)
        found.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "y2 domain",
                "x0": start,
                "x1": stop,
                "y0": 0,
                "y1": 1,
                "line": {"width": 0},
                "fillcolor": colors.get(interval.cheapest or "", scene.colors.grid),
            }
        )
    return sorted(found, key=lambda shape: shape["x0"] - shape["x1"])  # the narrow on top


def _walls(scene: Scene) -> list[Shape]:
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "y domain",
            "x0": scene.axis.at(wall),
            "x1": scene.axis.at(wall),
            "y0": 0,
            "y1": 1,
            "line": {"color": scene.colors.wall, "width": 2, "dash": "dot"},
        }
        for _, wall in wall_loads(scene)
    ]


def wall_loads(scene: Scene) -> list[tuple[CostLine, Decimal]]:
    """The drawn options whose hosts are full within the range, with the load where they are."""
    return [
        (line, line.outline.wall)
        for line in scene.drawn
        if line.outline.wall is not None and scene.axis.low < line.outline.wall < scene.axis.high
    ]


def _workload_line(scene: Scene) -> Shape:
    at = scene.axis.at(max(scene.answer.at_workload.requests_per_hour, scene.axis.low))
    return {
        "type": "line",
        "xref": "x",
        "yref": "y domain",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": scene.colors.workload, "width": 2},
    }
