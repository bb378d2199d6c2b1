"""What fills one GPU of a replica: weights, cache of the requests in flight, what is left free.

One bar to scale, each part named under it; all GPUs of a replica are filled alike.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.figures.axes import View
from dashboard.figures.capacity_parts import Figure, Shades, layout, shades, spaced
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

if TYPE_CHECKING:  # it loads NumPy
    from costing.capacity import CapacityEstimate

GIBIBYTE = 2**30
BAR = 0.5
LABEL_ROOM = 0.14
NARROW_LABEL_ROOM = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryPart:
    """One part of a GPU's memory: name in the locales (`capacity.memory.NAME`), and its size."""

    name: str
    gibibytes: float


def memory_parts(answer: "CapacityEstimate") -> tuple[MemoryPart, ...]:
    """The parts in the order of the bar; together the memory of one GPU as sold."""
    memory, host = answer.memory, answer.case.host
    assert host.gpu is not None  # else there were no estimate
    sold = host.gpu.memory_bytes * host.share
    sizes = {
        "weights": memory.weight_bytes,
        "cache": memory.cache_bytes,
        "free": max(memory.free_bytes, 0.0),
        "kept": max(sold - memory.usable_bytes, 0.0),
    }
    return tuple(MemoryPart(name=name, gibibytes=size / GIBIBYTE) for name, size in sizes.items())


def memory_figure(answer: "CapacityEstimate", *, view: View, fmt: Format, texts: Texts) -> Figure:
    """The bar as a plain dictionary."""
    colors, parts = shades(view), memory_parts(answer)
    total = sum(part.gibibytes for part in parts)
    usable = answer.memory.usable_bytes / GIBIBYTE
    figure = layout(colors, view, left=4, right=4, bottom=0)
    figure["barmode"] = "stack"
    figure["bargap"] = 0
    figure["xaxis"] = {"range": [0, total], "visible": False, "fixedrange": True}
    figure["yaxis"] = {"range": [-1.15, BAR], "visible": False, "fixedrange": True}
    figure["shapes"] = [_limit_line(usable, colors)]
    figure["annotations"] = [
        _limit_label(usable, total, colors, texts, fmt),
        *_labels(parts, total, colors, view, (texts, fmt)),
    ]
    drawn = {"data": [_bar(part, colors, texts) for part in parts], "layout": figure}
    rows = [(texts(f"capacity.memory.{part.name}"), part.gibibytes) for part in parts]
    return tabled(drawn, [texts("columns.memory"), texts("columns.gib")], rows)


def gib_text(gibibytes: float, texts: Texts, fmt: Format) -> str:
    """An amount of memory as a reader meets it: 32.9 GiB."""
    return texts("catalog.gib", number=fmt.gibibytes(Decimal(repr(gibibytes))))


def _bar(part: MemoryPart, colors: Shades, texts: Texts) -> Figure:
    fill = {
        "weights": colors.weights,
        "cache": colors.cache,
        "free": colors.free,
        "kept": colors.free,
    }[part.name]
    marker: dict[str, Any] = {"color": fill, "line": {"width": 1, "color": colors.base.paper}}
    if part.name == "kept":
        marker["pattern"] = {"shape": "/", "fgcolor": colors.kept, "size": 6, "solidity": 0.35}
    return {
        "type": "bar",
        "orientation": "h",
        "name": texts(f"capacity.memory.{part.name}"),
        "x": [part.gibibytes],
        "y": [0],
        "width": [2 * BAR],
        "marker": marker,
        "hoverinfo": "skip",
    }


def _limit_line(usable: float, colors: Shades) -> Figure:
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": usable,
        "x1": usable,
        "y0": -BAR,
        "y1": BAR + 0.25,
        "line": {"color": colors.base.wall, "width": 2, "dash": "dot"},
    }


def _limit_label(usable: float, total: float, colors: Shades, texts: Texts, fmt: Format) -> Figure:
    text = texts(
        "capacity.memory.usable",
        usable=gib_text(usable, texts, fmt),
        total=gib_text(total, texts, fmt),
    )
    return {
        "xref": "x",
        "yref": "paper",
        "x": usable,
        "y": 1,
        "xanchor": "right",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"color": colors.base.wall, "size": 12},
    }


def _labels(
    parts: tuple[MemoryPart, ...],
    total: float,
    colors: Shades,
    view: View,
    words: tuple[Texts, Format],
) -> list[Figure]:
    """A name and a size under each part, pushed apart, joined to their part by a fine line."""
    texts, fmt = words
    centers, start = [], 0.0
    for part in parts:
        centers.append((start + part.gibibytes / 2) / total)
        start += part.gibibytes
    room = NARROW_LABEL_ROOM if view.narrow else LABEL_ROOM
    places = spaced(centers, [room] * len(parts))
    return [
        {
            "xref": "x",
            "yref": "y",
            "axref": "x",
            "ayref": "y",
            "x": center * total,
            "y": -BAR,
            "ax": place * total,
            "ay": -BAR - 0.12,
            "yanchor": "top",
            "text": f"{texts(f'capacity.memory.{part.name}')}<br>"
            f"<b>{gib_text(part.gibibytes, texts, fmt)}</b>",
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": colors.kept,
            "font": {"color": colors.ink, "size": 12},
        }
        for part, center, place in zip(parts, centers, places, strict=True)
    ]
