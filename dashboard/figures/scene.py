"""What all parts of one chart share: the answer, the range, the drawn lines, their colors."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import log10

from costing import HOURS_PER_MONTH, BreakEven
from dashboard.figures.axes import LoadAxis, View, load_axis, tokens_per_request
from dashboard.figures.lines import CostLine, cost_lines
from dashboard.figures.palette import Palette, palette
from dashboard.format import Format
from dashboard.texts import Texts

MOST_LINES = 4
HEADROOM = 1.4


@dataclass(frozen=True, slots=True)
class Scene:
    """One chart under construction. lines: all options with a cost; drawn: at most four of them."""

    answer: BreakEven
    view: View
    fmt: Format
    texts: Texts
    axis: LoadAxis
    lines: list[CostLine]
    drawn: list[CostLine]
    colors: Palette

    @property
    def top(self) -> float:
        """The highest cost in sight with room above; per token the steep start is left out."""
        per_token = self.view.cost_axis == "per_million_tokens"
        at = max(self.axis.low, self.axis.high / 12) if per_token else self.axis.high
        costs = [self.y(at, cost) for line in self.drawn if (cost := line.cost(at)) is not None]
        if not per_token:
            ends = (line.outline.points[-1] for line in self.drawn)
            costs += [self.y(end.requests_per_hour, end.cost_per_hour) for end in ends]
        return max(costs, default=1.0) * HEADROOM or 1.0

    def y(self, load: Decimal, cost_per_hour: Decimal) -> float:
        """A cost on the y axis at a load."""
        if self.view.cost_axis == "per_hour":
            return float(cost_per_hour)
        if self.view.cost_axis == "per_million_tokens":
            tokens = load * tokens_per_request(self.answer)
            return float(cost_per_hour / tokens * 1_000_000)
        return float(cost_per_hour * HOURS_PER_MONTH)

    def x(self, load: Decimal) -> float:
        """A load as Plotly places notes: the exponent of ten on a logarithmic axis."""
        at = self.axis.at(load)
        return log10(at) if self.axis.is_log else at

    def share(self, load: Decimal) -> float:
        """Where a load stands between the left end of the x axis (0) and the right end (1)."""
        low, high = self.axis.range
        return (self.x(load) - low) / (high - low)

    def at_share(self, share: float) -> float:
        """The place of such a share, as Plotly places notes."""
        low, high = self.axis.range
        return low + share * (high - low)


def make_scene(answer: BreakEven, view: View, fmt: Format, texts: Texts) -> Scene:
    """Choose the range, the lines and the colors of a chart."""
    axis = load_axis(answer, view)
    lines = cost_lines(answer, axis)
    drawn = _chosen(answer, lines)
    colors = palette([line.kind for line in drawn], dark=view.dark)
    return Scene(answer, view, fmt, texts, axis, lines, drawn, colors)


def _chosen(answer: BreakEven, lines: list[CostLine]) -> list[CostLine]:
    """At most four lines: winners and the runner-up at the workload first; the table has all."""
    wanted = [answer.at_workload.cheapest, answer.at_workload.second]
    wanted += [interval.cheapest for interval in answer.intervals]
    order = {name: place for place, name in reversed(list(enumerate(wanted)))}
    ranked = sorted(lines, key=lambda line: order.get(line.name, len(order)))
    kept = {line.name for line in ranked[:MOST_LINES]}
    return [line for line in lines if line.name in kept]
