"""What stands under the pointer: all costs at a load and who is cheaper by how much, in words."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any

from costing import HOURS_PER_MONTH
from dashboard.figures.axes import LoadAxis, axis_title
from dashboard.figures.lines import CostLine
from dashboard.figures.scene import Scene

POINTS = 160


def readout(scene: Scene) -> dict[str, Any]:
    """An invisible trace along the cheapest option whose hover text reads the chart."""
    xs: list[float] = []
    ys: list[float] = []
    words: list[str] = []
    written = _Words(scene)
    for load in _loads(scene.axis):
        costs = [(cost, line) for line in scene.lines if (cost := line.cost(load)) is not None]
        if not costs:
            continue
        costs.sort(key=lambda pair: pair[0])
        xs.append(scene.axis.at(load))
        ys.append(scene.y(load, costs[0][0]))
        words.append(written.at(load, costs))
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {"opacity": 0, "size": 1},
        "x": xs,
        "y": ys,
        "text": words,
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
        "name": "",
    }


def _loads(axis: LoadAxis) -> list[Decimal]:
    if axis.is_log:
        ratio = float(axis.high / axis.low)
        inner = [axis.low * Decimal(ratio ** (i / POINTS)) for i in range(POINTS)]
        return [*inner, axis.high]  # a rounded last step would lie beyond the ends of the lines
    return [axis.high * i / POINTS for i in range(1, POINTS + 1)]


class _Words:
    """What is the same at every load, looked up once."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._title = axis_title(scene.axis, scene.texts)
        self._a_month = scene.texts("chart.a_month")
        self._names = {line.name: escape(line.name, quote=False) for line in scene.lines}

    def at(self, load: Decimal, costs: Sequence[tuple[Decimal, CostLine]]) -> str:
        """The costs at a load, from the lowest, and the gap between the first two."""
        fmt, texts = self._scene.fmt, self._scene.texts
        rows = [f"<b>{fmt.count(load * self._scene.axis.scale)}</b> {self._title}"]
        for cost, line in costs:
            count = line.instances(load)
            hosts = "" if count is None else f" ({texts.counted('chart.hosts', count)})"
            rows.append(f"{self._names[line.name]}: {self._money(cost)}{hosts}")
        if len(costs) > 1:
            gap = costs[1][0] - costs[0][0]
            name = self._names[costs[0][1].name]
            rows.append(
                texts("chart.hover.cheaper", option=name, money=self._money(gap))
                if gap
                else texts("chart.hover.equal")
            )
        return "<br>".join(rows)

    def _money(self, cost: Decimal) -> str:
        return f"{self._scene.fmt.money(cost * HOURS_PER_MONTH)} {self._a_month}"
