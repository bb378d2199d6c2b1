"""The words on the chart: line names, the card of the crossing, full hosts, workload, watermark."""

from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import Any, TypeAlias

from costing import HOURS_PER_MONTH, Crossing, Price
from dashboard.figures.scene import Scene
from dashboard.figures.shapes import wall_loads

Note: TypeAlias = dict[str, Any]
LABEL_HEIGHT = 0.055


def notes(scene: Scene) -> list[Note]:
    """All notes of a chart."""
    return [
        *_end_labels(scene),
        *_wall_labels(scene),
        *_workload_label(scene),
        *_card(scene),
        *_watermark(scene),
    ]


def _wall_labels(scene: Scene) -> list[Note]:
    labels = []
    for line, wall in wall_loads(scene):
        count = line.instances(wall)
        text = scene.texts("chart.wall", count=str(count))
        labels.append(
            _note(
                scene,
                wall,
                1.075 if not scene.view.narrow else 1.0,
                text,
                scene.colors.wall,
                anchor="center",
            )
        )
    return labels


def _workload_label(scene: Scene) -> list[Note]:
    load = max(scene.answer.at_workload.requests_per_hour, scene.axis.low)
    text = f"<b>{scene.texts('chart.workload')}</b>"
    return [_note(scene, load, 1.0, text, scene.colors.workload, anchor="center")]


def _note(scene: Scene, load: Decimal, y: float, text: str, color: str, *, anchor: str) -> Note:
    return {
        "xref": "x",
        "yref": "y domain",
        "x": scene.x(load),
        "y": y,
        "yanchor": "bottom",
        "xanchor": anchor,
        "text": text,
        "showarrow": False,
        "font": {"color": color, "size": 12},
    }


def _end_labels(scene: Scene) -> list[Note]:
    """Names at the right ends, pushed apart so that none covers another."""
    if scene.view.narrow:
        return []
    ends = []
    for index, line in enumerate(scene.drawn):
        point = line.outline.points[-1]
        y = scene.y(point.requests_per_hour, point.cost_per_hour) / scene.top
        ends.append([min(max(y, 0.0), 1.0), index])
    ends.sort()
    for lower, upper in pairwise(ends):
        upper[0] = max(upper[0], lower[0] + LABEL_HEIGHT)
    overflow = max(0.0, (ends[-1][0] if ends else 0.0) - 1.0)
    return [
        {
            "xref": "paper",
            "yref": "y domain",
            "x": 1.008,
            "y": y - overflow,
            "xanchor": "left",
            "yanchor": "middle",
            "align": "left",
            "text": f"<b>{_wrapped(scene.drawn[int(index)].name)}</b>",
            "showarrow": False,
            "font": {"color": scene.colors.lines[int(index)], "size": 13},
        }
        for y, index in ends
    ]


def _card(scene: Scene) -> list[Note]:
    """What the crossing next to the workload means, in the free corner at the upper left."""
    in_sight = [c for c in scene.answer.crossings if c.requests_per_hour <= scene.axis.high]
    if not in_sight or scene.view.narrow:
        return []
    load = scene.answer.at_workload.requests_per_hour
    crossing = min(in_sight, key=lambda c: abs(c.requests_per_hour - load))
    return [
        {
            "xref": "x",
            "yref": "y",
            "x": scene.x(crossing.requests_per_hour),
            "y": scene.y(crossing.requests_per_hour, crossing.cost_per_hour),
            "axref": "pixel",
            "ayref": "pixel",
            "ax": -150,
            "ay": -88,
            "text": _card_text(scene, crossing),
            "align": "left",
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": scene.colors.ink,
            "standoff": 7,
            "bordercolor": scene.colors.grid,
            "borderpad": 7,
            "bgcolor": scene.colors.paper,
            "font": {"size": 12, "color": scene.colors.ink},
        }
    ]


def _card_text(scene: Scene, crossing: Crossing) -> str:
    requests = scene.fmt.count(crossing.requests_per_hour * HOURS_PER_MONTH)
    cost = scene.fmt.money(crossing.cost_per_hour * HOURS_PER_MONTH)
    tokens = scene.texts(
        "result.break_even.tokens",
        input=scene.fmt.count(crossing.input_tokens_per_hour),
        output=scene.fmt.count(crossing.output_tokens_per_hour),
    )
    hosts = (
        ""
        if crossing.instances is None
        else " · " + scene.texts("chart.hosts", count=str(crossing.instances))
    )
    unit = scene.texts("chart.requests_per_month")
    title = f"<b>{scene.texts('chart.break_even')}: {requests} {unit}</b>"
    return f"{title}<br>{tokens}<br>{cost} {scene.texts('chart.a_month')}{hosts}<br>{_dates(scene)}"


def _dates(scene: Scene) -> str:
    prices: list[Price] = [p for option in scene.answer.question.options for p in option.prices]
    days = sorted({p.provenance.as_of for p in prices if p.provenance.as_of is not None})
    if not days:
        return scene.texts("chart.no_dates")
    shown = scene.fmt.date(days[0])
    if days[-1] != days[0]:
        shown = f"{shown} – {scene.fmt.date(days[-1])}"
    return scene.texts("chart.price_dates", dates=shown)


def _watermark(scene: Scene) -> list[Note]:
    if not any(n.code in ("historical", "host_retired") for n in scene.answer.notices):
        return []
    return [
        {
            "xref": "paper",
            "yref": "y domain",
            "x": 0.5,
            "y": 0.12,
            "text": scene.texts("chart.watermark"),
            "showarrow": False,
            "font": {"size": 13 if scene.view.narrow else 22, "color": scene.colors.watermark},
        }
    ]


def _wrapped(name: str, width: int = 16) -> str:
    """A long name on up to two lines, cut with an ellipsis, safe as text."""
    if len(name) <= width:
        return escape(name)
    cut = name.rfind(" ", 0, width + 1)
    head, tail = (name[:cut], name[cut + 1 :]) if cut > 0 else (name[:width], name[width:])
    tail = tail if len(tail) <= width else f"{tail[: width - 1]}…"
    return f"{escape(head)}<br>{escape(tail)}"
