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
    for load in _loads(scene.axis):
        costs = [(cost, line) for line in scene.lines if (cost := line.cost(load)) is not None]
        if not costs:
            continue
        costs.sort(key=lambda pair: pair[0])
        xs.append(scene.axis.at(load))
        ys.append(scene.y(load, costs[0][0]))
        words.append(_words(scene, load, costs))
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


def _words(scene: Scene, load: Decimal, costs: Sequence[tuple[Decimal, CostLine]]) -> str:
    fmt, texts = scene.fmt, scene.texts
    rows = [
        f"<b>{fmt.count(load * scene.axis.scale)}</b> {axis_title(scene.axis, texts)}",
    ]
    for cost, line in costs:
        count = line.instances(load)
        hosts = "" if count is None else f" ({texts.counted('chart.hosts', count)})"
        money = f"{fmt.money(cost * HOURS_PER_MONTH)} {texts('chart.a_month')}"
        rows.append(f"{escape(line.name, quote=False)}: {money}{hosts}")
    if len(costs) > 1:
        gap = costs[1][0] - costs[0][0]
        money = f"{fmt.money(gap * HOURS_PER_MONTH)} {texts('chart.a_month')}"
        name = escape(costs[0][1].name, quote=False)
        rows.append(
            texts("chart.hover.cheaper", option=name, money=money)
            if gap
            else texts("chart.hover.equal")
        )
    return "<br>".join(rows)
