"""The areas and lines behind the costs: close calls, who wins where, full hosts, the workload."""

from decimal import Decimal
from typing import Any, TypeAlias

from dashboard.figures.band import wall_strips
from dashboard.figures.lines import CostLine, close_stretches
from dashboard.figures.scene import Scene

Shape: TypeAlias = dict[str, Any]
LEAST_RIBBON_SHARE = 0.003
"""The least width of a stretch in the ribbon: 3 of 1,000 pixels, so that none is invisible."""


def shapes(scene: Scene) -> list[Shape]:
    """All shapes of a chart, those that lie below first."""
    return [
        *_hatches(scene),
        *wall_strips(scene),
        *_ribbon(scene),
        *_walls(scene),
        _workload_line(scene),
    ]


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
    colors = {line.name: scene.colors.lines[index] for index, line in enumerate(scene.drawn)}
    found: list[Shape] = []
    for interval in scene.answer.intervals:
        low = max(interval.from_requests_per_hour, scene.axis.low)
        end = interval.to_requests_per_hour
        high = scene.axis.high if end is None else min(end, scene.axis.high)
        if low >= high:
            continue
        start, stop = _visible(scene, low, high)
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


def _visible(scene: Scene, low: Decimal, high: Decimal) -> tuple[float, float]:
    """The ends of a stretch on the axis, widened where it would be too narrow to be seen."""
    start, stop = scene.share(low), scene.share(high)
    if stop - start >= LEAST_RIBBON_SHARE:
        return scene.axis.at(low), scene.axis.at(high)
    stop = min(start + LEAST_RIBBON_SHARE, 1.0)
    ends = [scene.at_share(share) for share in (stop - LEAST_RIBBON_SHARE, stop)]
    left, right = [10.0**end for end in ends] if scene.axis.is_log else ends
    return left, right


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
