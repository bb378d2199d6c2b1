"""Cost lines as numbers to draw: exact corners, points between them where a line looks curved."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from costing import BreakEven, Outline, OutlinePoint, outline
from dashboard.figures.axes import LoadAxis, View

POINTS_BETWEEN = 24
CLOSE = Decimal("1.1")


@dataclass(frozen=True, kw_only=True, slots=True)
class CostLine:
    """One option's outline over the range of the chart, with its kind for color and dash."""

    name: str
    kind: str
    outline: Outline

    def cost(self, load: Decimal) -> Decimal | None:
        """Money an hour at a load (at a step: before it); None past the end of the line."""
        points = self.outline.points
        index = bisect_left([point.requests_per_hour for point in points], load)
        if index == len(points):
            return None
        right = points[index]
        if right.requests_per_hour == load or index == 0:
            return right.cost_per_hour
        left = points[index - 1]
        share = (load - left.requests_per_hour) / (right.requests_per_hour - left.requests_per_hour)
        return left.cost_per_hour + share * (right.cost_per_hour - left.cost_per_hour)

    def instances(self, load: Decimal) -> int | None:
        """Paid hosts at a load; None for an option without hosts or past the end."""
        loads = [point.requests_per_hour for point in self.outline.points]
        index = bisect_left(loads, load)
        return None if index == len(loads) else self.outline.points[index].instances


def cost_lines(answer: BreakEven, axis: LoadAxis) -> list[CostLine]:
    """The line of every option whose cost is known, in the order of the options."""
    lines: list[CostLine] = []
    for option, estimate in zip(answer.question.options, answer.at_workload.estimates, strict=True):
        corners = outline(answer.question, option, to_requests_per_hour=axis.high)
        if corners is not None and corners.points:
            lines.append(CostLine(name=option.name, kind=estimate.kind, outline=corners))
    return lines


def drawn_points(line: CostLine, axis: LoadAxis, view: View) -> list[OutlinePoint]:
    """The corners within the range, with points between them where axes are not both linear."""
    corners = list(line.outline.points)
    if not axis.is_log and view.cost_axis != "per_million_tokens":
        return corners
    points: list[OutlinePoint] = []
    least = axis.low if axis.is_log else axis.high / 400
    for left, right in zip(corners[::2], corners[1::2], strict=True):
        low, high = max(left.requests_per_hour, least), right.requests_per_hour
        if low >= high:
            continue
        ratio = float(high / low)
        loads = [low * Decimal(ratio ** (i / POINTS_BETWEEN)) for i in range(POINTS_BETWEEN)]
        slope = (right.cost_per_hour - left.cost_per_hour) / (
            right.requests_per_hour - left.requests_per_hour
        )
        points += [
            OutlinePoint(
                requests_per_hour=load,
                cost_per_hour=left.cost_per_hour + slope * (load - left.requests_per_hour),
                instances=left.instances,
            )
            for load in loads
        ]
        points.append(right)
    return points


def close_stretches(lines: Sequence[CostLine], high: Decimal) -> list[tuple[Decimal, Decimal]]:
    """Loads from 0 to `high` where the second cheapest costs less than 10 % more than the cheapest.

    Between two corners all lines are straight, so the ends follow from c2 = 1.1 x c1, not from
    samples.
    """
    if len(lines) < 2:
        return []
    corners = {point.requests_per_hour for line in lines for point in line.outline.points}
    edges = sorted(load for load in corners | {Decimal(0), high} if load <= high)
    found: list[tuple[Decimal, Decimal]] = []
    for low, top in pairwise(edges):
        straight = [
            (at_low, at_top)
            for line in lines
            if (at_top := line.cost(top)) is not None
            and (at_low := _just_above(line, low)) is not None
        ]
        for start, end in _close_parts(straight, low, top):
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found


def _just_above(line: CostLine, load: Decimal) -> Decimal | None:
    """The cost right above a load: after the step, where one stands there."""
    points = [point for point in line.outline.points if point.requests_per_hour == load]
    return points[-1].cost_per_hour if points else line.cost(load)


def _close_parts(
    straight: Sequence[tuple[Decimal, Decimal]], low: Decimal, top: Decimal
) -> list[tuple[Decimal, Decimal]]:
    if len(straight) < 2:
        return []
    shares = {Decimal(0), Decimal(1)}
    for one in straight:
        for other in straight:
            for factor in (Decimal(1), CLOSE):
                at_low, at_top = one[0] - factor * other[0], one[1] - factor * other[1]
                if at_low * at_top < 0:
                    shares.add(at_low / (at_low - at_top))
    found: list[tuple[Decimal, Decimal]] = []
    ordered = sorted(shares)
    for start, end in pairwise(ordered):
        middle = (start + end) / 2
        costs = sorted(at_low + middle * (at_top - at_low) for at_low, at_top in straight)
        if costs[1] < CLOSE * costs[0] or costs[1] == costs[0]:
            width = top - low
            found.append((low + start * width, low + end * width))
    return found
