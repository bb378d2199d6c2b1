"""The words on the chart: line names, the card of the crossing, full hosts, workload, watermark."""

from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import Any, TypeAlias
from unicodedata import east_asian_width

from costing import HOURS_PER_MONTH, Crossing, Dedicated, Price
from dashboard.figures.band import wall_ranges
from dashboard.figures.lines import CostLine
from dashboard.figures.scene import Scene
from dashboard.figures.shapes import wall_loads

Note: TypeAlias = dict[str, Any]
LABEL_HEIGHT = 0.055
"""One line of an end label as a share of the plot's height."""
LABEL_WIDTH = 17
"""Letters that fit into the right margin; a Japanese one counts as two."""
CARD_WIDTH = 0.48
"""The card as a share of the plot's width: about 300 of 640 pixels."""
CARD_TOP = 0.985
NARROW_WALL_ROW = 0.93
WALL_ROW = 0.055
NARROW_RANGE_ROW = 0.14
WALL_RANGE_WIDTH = 0.32
"""A label with its range as a share of the plot's width: about 210 of 650 pixels."""


def notes(scene: Scene) -> list[Note]:
    """All notes of a chart."""
    return [
        *_end_labels(scene),
        *_wall_labels(scene),
        *_workload_label(scene),
        *_card(scene),
        *_watermark(scene),
        *_nothing_drawn(scene),
    ]


def _wall_labels(scene: Scene) -> list[Note]:
    labels: list[Note] = []
    rows: list[float] = []  # where the last label of each row ends, as a share of the width
    for line, wall in sorted(wall_loads(scene), key=lambda pair: pair[1]):
        text, room = _wall_text(scene, line, wall)
        label = _note(scene, wall, 1.075, text, scene.colors.wall, anchor="center")
        side = "right" if scene.share(wall) > 0.5 else "left"
        if scene.view.narrow:  # only one row above the plot there: beside its line, to the middle
            label |= {"y": NARROW_WALL_ROW, "xanchor": side}
        if label in labels:
            continue
        start = scene.share(wall) - room / 2
        row = next((place for place, end in enumerate(rows) if end <= start), len(rows))
        rows[row : row + 1] = [start + room]
        if scene.view.narrow and room:
            label |= {"y": CARD_TOP - row * NARROW_RANGE_ROW, "yanchor": "top", "align": side}
            label["bgcolor"] = scene.colors.paper
        else:
            label["y"] += row * WALL_ROW
        labels.append(label)
    return labels


def _wall_text(scene: Scene, line: CostLine, wall: Decimal) -> tuple[str, float]:
    """How many hosts are full, between which loads where that is estimated; and the share of the
    plot's width that the words take, 0 where two of them never met."""
    serving = (line.instances(wall) or 0) - _spare(scene, line.name)
    full = scene.texts.counted("chart.wall", serving)
    of = next((one for one in wall_ranges(scene) if one.name == line.name), None)
    if of is None:
        return full, 0.0
    low, high = (scene.fmt.about(load * scene.axis.scale) for load in (of.low, of.high))
    if scene.view.narrow:
        return f"{full}<br>{scene.texts('chart.between', low=low, high=high)}", 1.0
    text = scene.texts.counted("chart.wall.between", serving, low=low, high=high)
    return text, WALL_RANGE_WIDTH


def _spare(scene: Scene, name: str) -> int:
    """Standby hosts of an option: paid, but not among those that are full."""
    return sum(
        option.spare_instances
        for option in scene.answer.question.options
        if isinstance(option, Dedicated) and option.name == name
    )


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
    ends: list[tuple[float, int, str]] = []
    for index, line in enumerate(scene.drawn):
        point = line.outline.points[-1]
        y = scene.y(point.requests_per_hour, point.cost_per_hour) / scene.top
        ends.append((min(max(y, 0.0), 1.0), index, wrapped(line.name)))
    ends.sort()
    heights = [LABEL_HEIGHT * (1 + text.count("<br>")) for _, _, text in ends]
    places = [y for y, _, _ in ends]
    for lower, upper in pairwise(range(len(ends))):
        apart = (heights[lower] + heights[upper]) / 2
        places[upper] = max(places[upper], places[lower] + apart)
    overflow = max(0.0, max(places, default=0.0) - 1.0)
    return [
        {
            "xref": "paper",
            "yref": "y domain",
            "x": 1.008,
            "y": y - overflow,
            "xanchor": "left",
            "yanchor": "middle",
            "align": "left",
            "text": f"<b>{text}</b>",
            "showarrow": False,
            "font": {"color": scene.colors.lines[index], "size": 13},
        }
        for y, (_, index, text) in zip(places, ends, strict=True)
    ]


def _card(scene: Scene) -> list[Note]:
    """What the crossing next to the workload means, at the top where no wall stands."""
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
            "axref": "x",
            "ayref": "y",
            "ax": scene.at_share(_card_center(scene, crossing.requests_per_hour)),
            "ay": CARD_TOP * scene.top,
            "xanchor": "center",
            "yanchor": "top",
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


def _card_center(scene: Scene, load: Decimal) -> float:
    """Where the card's middle stands, as a share of the plot's width.

    As near to its crossing as may be, inside the plot, between the walls and the workload's line;
    where the card does not fit between all of them, it covers the workload's line, at last a wall.
    """
    own = scene.share(load)
    walls = [scene.share(wall) for _, wall in wall_loads(scene)]
    workload = scene.share(max(scene.answer.at_workload.requests_per_hour, scene.axis.low))
    centers: list[float] = []
    for lines in ([*walls, workload], walls, []):
        centers = [
            min(max(own - CARD_WIDTH / 2, left + CARD_WIDTH / 2), right - CARD_WIDTH / 2)
            for left, right in pairwise(sorted([0.0, *lines, 1.0]))
            if right - left >= CARD_WIDTH
        ]
        if centers:
            break
    return min(centers, key=lambda center: abs(center - own))


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
        else " · " + scene.texts.counted("chart.hosts", crossing.instances)
    )
    unit = scene.texts("chart.requests_per_month")
    title = f"<b>{scene.texts('chart.break_even')}: {requests} {unit}</b>"
    return f"{title}<br>{tokens}<br>{cost} {scene.texts('chart.a_month')}{hosts}<br>{_dates(scene)}"


def _dates(scene: Scene) -> str:
    question = scene.answer.question
    prices: list[Price] = [p for one in question.options for p in question.billed(one).prices]
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


def _nothing_drawn(scene: Scene) -> list[Note]:
    if scene.drawn:
        return []
    return [
        {
            "xref": "paper",
            "yref": "y domain",
            "x": 0.5,
            "y": 0.5,
            "text": scene.texts("chart.unknown"),
            "showarrow": False,
            "font": {"size": 14, "color": scene.colors.ink},
        }
    ]


def wrapped(name: str) -> str:
    """A long name on up to two lines, cut with an ellipsis, safe as text.

    Quotes stay as they are: Plotly would show their escapes.
    """
    fits = _fitting(name, LABEL_WIDTH)
    if fits == len(name):
        return escape(name, quote=False)
    cut = name.rfind(" ", 0, fits + 1)
    head, tail = (name[:cut], name[cut + 1 :]) if cut > 0 else (name[:fits], name[fits:])
    if _fitting(tail, LABEL_WIDTH) < len(tail):
        tail = f"{tail[: _fitting(tail, LABEL_WIDTH - 1)]}…"
    return f"{escape(head, quote=False)}<br>{escape(tail, quote=False)}"


def _fitting(name: str, width: int) -> int:
    """How many letters of a name fit."""
    used = 0
    for count, letter in enumerate(name):
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > width:
            return count
    return len(name)
