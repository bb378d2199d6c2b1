"""What the charts of a capacity share: colors, the empty layout, axes, labels pushed apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from dashboard.figures.axes import View
from dashboard.figures.break_even import FONT
from dashboard.figures.palette import Palette, palette

Figure: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shades:
    """Colors of one scheme: those of the break-even chart, and the parts of a GPU's memory."""

    base: Palette
    host: str
    weights: str
    cache: str
    free: str
    kept: str

    @property
    def ink(self) -> str:
        """The color of text."""
        return self.base.ink


def shades(view: View) -> Shades:
    """The colors of a scheme."""
    base = palette(["dedicated"], dark=view.dark)
    return Shades(
        base=base,
        host=base.lines[0],
        weights="#8ea3bd" if view.dark else "#475569",
        cache="#3fb6c9" if view.dark else "#0e7490",
        free="#2a333f" if view.dark else "#e8edf3",
        kept="#4a5563" if view.dark else "#b9c3cf",
    )


def layout(colors: Shades, view: View, *, left: int, right: int, bottom: int = 48) -> Figure:
    """A layout without axes: transparent, no dragging, the house's font."""
    return {
        "autosize": True,
        "margin": {"l": left, "r": right, "t": 30, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12 if view.narrow else 13, "color": colors.ink},
        "hovermode": "closest",
        "hoverlabel": {
            "align": "left",
            "bgcolor": colors.base.paper,
            "bordercolor": colors.base.grid,
            "font": {"color": colors.ink, "family": FONT},
        },
        "dragmode": False,
        "showlegend": False,
    }


def axis(colors: Shades, **settings: Any) -> Figure:
    """An axis that nobody can drag, with the grid of the house."""
    return {
        "gridcolor": colors.base.grid,
        "linecolor": colors.base.grid,
        "zeroline": False,
        "fixedrange": True,
        **settings,
    }


def axis_title(text: str) -> Figure:
    """The title of an axis, no larger than its ticks."""
    return {"text": text, "standoff": 6, "font": {"size": 12}}


def upright(x: float, color: str, **settings: Any) -> Figure:
    """A line over the whole height of the plot."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "line": {"color": color, "width": 2, **settings},
    }


def spaced(centers: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Centers of labels in their order within 0 to 1, moved so that no two overlap.

    Where they need more than there is, they stand side by side from the left and run out right.
    """
    places = [max(center, width / 2) for center, width in zip(centers, widths, strict=True)]
    for left, right in pairwise(range(len(places))):
        apart = (widths[left] + widths[right]) / 2
        places[right] = max(places[right], places[left] + apart)
    edge = 1.0
    for index in reversed(range(len(places))):
        places[index] = min(places[index], edge - widths[index] / 2)
        edge = places[index] - widths[index] / 2
    short = max(0.0, -edge)
    return [place + short for place in places]
