"""What the charts of the tabs share: which options they draw, their colors, an empty frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from unicodedata import east_asian_width

from costing import BreakEven, Estimate
from dashboard.figures.axes import View
from dashboard.figures.break_even import FONT
from dashboard.figures.palette import Palette, palette

Figure: TypeAlias = dict[str, Any]
MOST_OPTIONS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """The options that a chart draws, at most four, and their colors in the same order."""

    names: tuple[str, ...]
    colors: Palette

    def line_of(self, name: str) -> str:
        """The color of an option."""
        return self.colors.lines[self.names.index(name)]

    def dash_of(self, name: str) -> str:
        """The dash of an option."""
        return self.colors.dashes[self.names.index(name)]


def cast_of(answer: BreakEven, view: View) -> Cast:
    """The four cheapest options at the workload, in the order of the question; those without a cost
    last, so that a chart over loads or months can still draw them."""
    ranked = sorted(answer.at_workload.estimates, key=_cost)[:MOST_OPTIONS]
    kept = [one for one in answer.at_workload.estimates if one in ranked]
    colors = palette([one.kind for one in kept], dark=view.dark)
    return Cast(names=tuple(one.name for one in kept), colors=colors)


def _cost(one: Estimate) -> tuple[bool, float]:
    cost = one.cost_per_hour
    return (cost is None, 0.0 if cost is None else float(cost))


def frame(colors: Palette, view: View, *, left: int, right: int, top: int, bottom: int) -> Figure:
    """A layout without axes: transparent, nothing to drag, the house's font."""
    return {
        "autosize": True,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12 if view.narrow else 13, "color": colors.ink},
        "hovermode": "closest",
        "hoverlabel": {
            "align": "left",
            "bgcolor": colors.paper,
            "bordercolor": colors.grid,
            "font": {"color": colors.ink, "family": FONT},
        },
        "dragmode": False,
        "showlegend": False,
    }


def still_axis(colors: Palette, **settings: Any) -> Figure:
    """An axis that nobody can drag, with the grid of the house."""
    return {
        "gridcolor": colors.grid,
        "linecolor": colors.grid,
        "zeroline": False,
        "fixedrange": True,
        **settings,
    }


def legend(*, y: float = 1.0) -> Figure:
    """Names above the plot, in one row where they fit."""
    return {"orientation": "h", "x": 0, "y": y, "yanchor": "bottom", "xanchor": "left"}


def note(x: Any, y: Any, text: str, **settings: Any) -> Figure:
    """A text in the plot, without an arrow."""
    return {"x": x, "y": y, "text": text, "showarrow": False, **settings}


def wrapped(name: str, width: int) -> str:
    """A long name over at most three lines of about so many Latin letters, the rest cut; Japanese,
    whose letters are twice as wide, breaks between any two."""
    lines, line = list[str](), ""
    for piece in _pieces(name):
        if line and _width(line + piece.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += piece
    lines.append(line.strip())
    lines = [_cut(one, width) for one in lines if one]
    return "<br>".join(lines[:2] + ([f"{lines[2]}…"] if len(lines) > 3 else lines[2:3]))


def _pieces(name: str) -> list[str]:
    """Words with the space behind them; wide letters one by one."""
    found: list[str] = []
    for letter in name:
        wide = _is_wide(letter)
        if found and not wide and not found[-1].endswith(" ") and not _is_wide(found[-1][-1]):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _cut(line: str, width: int) -> str:
    if _width(line) <= width:
        return line
    while line and _width(line) > width - 1:
        line = line[:-1]
    return f"{line}…"


def _width(text: str) -> int:
    return sum(2 if _is_wide(letter) else 1 for letter in text)


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


def uprights(places: Sequence[Any], color: str, dash: str) -> list[Figure]:
    """Lines over the whole height of the plot."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": place,
            "x1": place,
            "y0": 0,
            "y1": 1,
            "line": {"color": color, "width": 2, "dash": dash},
        }
        for place in places
    ]
