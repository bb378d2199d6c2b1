"""The range of estimated capacities on the chart: a light band of costs, a light strip at the wall.

Both are drawn between the answers at the ends of the estimate, all hosts slow and all hosts fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from costing import BreakEven, Dedicated, EstimatedCapacity, Option, Outline, outline
from dashboard.figures.axes import cost_at, tokens_per_request
from dashboard.figures.lines import CostLine, drawn_points
from dashboard.figures.palette import transparent
from dashboard.figures.scene import Scene

BAND_OPACITY = 0.14
STRIP_OPACITY = 0.06
DARK_STRIP_OPACITY = 0.12


@dataclass(frozen=True, kw_only=True, slots=True)
class WallRange:
    """Where the fewest hosts of an option are full, slow ones and fast ones: requests an hour."""

    name: str
    low: Decimal
    high: Decimal


def bands(scene: Scene) -> list[dict[str, Any]]:
    """One closed area for each drawn option with an estimated capacity; none where an end of the
    estimate has no cost."""
    found: list[dict[str, Any]] = []
    for index, line in enumerate(scene.drawn):
        ends = _ends(scene, line.name, scene.axis.high)
        if ends is None:
            continue
        # Where slow hosts run out, the band ends: beyond it there is no cost to draw.
        until = min(end.ends_at or scene.axis.high for end in ends)
        cut = _ends(scene, line.name, until)
        if cut is not None:
            found.append(_area(scene, index, cut))
    return found


def wall_ranges(scene: Scene) -> list[WallRange]:
    """The walls in sight of options whose capacity is estimated, with the ends of their range. A
    slow host that serves nothing within the targets is full at once: its end is 0."""
    found: list[WallRange] = []
    for line in scene.drawn:
        wall, capacity = line.outline.wall, _estimated(scene.answer, line.name)
        if wall is None or capacity is None or not scene.axis.low < wall < scene.axis.high:
            continue
        low, high = wall * capacity.low_share, wall * capacity.high_share
        found.append(WallRange(name=line.name, low=low, high=high))
    return found


def wall_strips(scene: Scene) -> list[dict[str, Any]]:
    """The range of each wall as a light strip around its dotted line."""
    axis = scene.axis
    opacity = DARK_STRIP_OPACITY if scene.view.dark else STRIP_OPACITY
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "y domain",
            "x0": axis.at(max(wall.low, axis.low)),
            "x1": axis.at(min(wall.high, axis.high)),
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 0},
            "fillcolor": transparent(scene.colors.wall, opacity),
        }
        for wall in wall_ranges(scene)
    ]


def _area(scene: Scene, index: int, ends: Sequence[Outline]) -> dict[str, Any]:
    """Along the costs of fast hosts and back along those of slow ones."""
    tokens = tokens_per_request(scene.answer)
    fast, slow = (
        drawn_points(
            CostLine(name=end.name, kind=scene.drawn[index].kind, outline=end),
            scene.axis,
            scene.view,
        )
        for end in reversed(ends)
    )
    points = [*fast, *reversed(slow)]
    return {
        "type": "scatter",
        "mode": "none",
        "fill": "toself",
        "fillcolor": transparent(scene.colors.lines[index], BAND_OPACITY),
        "name": scene.texts("term.band"),
        "x": [scene.axis.at(point.requests_per_hour) for point in points],
        "y": [cost_at(point, scene.view, tokens) for point in points],
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": True,
    }


def _ends(scene: Scene, name: str, to: Decimal) -> tuple[Outline, Outline] | None:
    """The costs of an option with slow and with fast hosts; None where one is not known."""
    low, high = scene.answer.low, scene.answer.high
    if low is None or high is None or _estimated(scene.answer, name) is None:
        return None
    slow, fast = (_outline(end, name, to) for end in (low, high))
    if slow is None or fast is None or not slow.points or not fast.points:
        return None
    return slow, fast


def _outline(answer: BreakEven, name: str, to: Decimal) -> Outline | None:
    return outline(answer.question, _named(answer, name), to_requests_per_hour=to)


def _estimated(answer: BreakEven, name: str) -> EstimatedCapacity | None:
    option = _named(answer, name)
    capacity = option.capacity if isinstance(option, Dedicated) else None
    return capacity if isinstance(capacity, EstimatedCapacity) else None


def _named(answer: BreakEven, name: str) -> Option:
    return next(option for option in answer.question.options if option.name == name)
