"""A figure of the house as SVG, drawn here without a browser: for paper, and for a file.

It knows what our figures use: lines, areas and markers, rectangles and lines as shapes, notes as
text. Colors and dashes are attributes, so that no style needs to be allowed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from math import log10
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from dashboard.exports.harmless_cells import printable

WIDTH, HEIGHT = 1100, 470
MARGINS: Final = {"l": 84, "r": 170, "t": 64, "b": 60}
DASHES: Final[Mapping[str, str]] = {"dash": "9 5", "dot": "2 4", "dashdot": "9 4 2 4"}
FONT: Final = "system-ui, 'Noto Sans CJK JP', 'Noto Sans', 'Yu Gothic', sans-serif"
LINE_HEIGHT: Final = 1.3
Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a figure's numbers stand on the paper."""

    layout: Mapping[str, Any]

    @property
    def is_log(self) -> bool:
        return bool(self.layout["xaxis"].get("type") == "log")

    def x(self, value: float) -> float:
        """Of a number on the x axis."""
        return self.at_exponent(log10(value) if self.is_log else value)

    def at_exponent(self, value: float) -> float:
        """Of a place as notes have it: an exponent of ten on a logarithmic axis."""
        low, high = self.layout["xaxis"]["range"]
        return self.across((value - low) / (high - low))

    def across(self, share: float) -> float:
        """Of a share of the width of the plot."""
        return MARGINS["l"] + share * (WIDTH - MARGINS["l"] - MARGINS["r"])

    def y(self, value: float) -> float:
        """Of a number on the y axis."""
        low, high = self.layout["yaxis"]["range"]
        return self.up((value - low) / (high - low), "yaxis")

    def up(self, share: float, axis: str) -> float:
        """Of a share of the height of an axis."""
        bottom, top = self.layout[axis]["domain"]
        inside = bottom + share * (top - bottom)
        return float(MARGINS["t"] + (1 - inside) * (HEIGHT - MARGINS["t"] - MARGINS["b"]))


def drawing(figure: Figure, label: str) -> str:
    """The figure as one SVG element. label: what it shows, for those who do not see it."""
    frame = _Frame(figure["layout"])
    shapes = figure["layout"].get("shapes", [])
    parts = [
        *_axes(frame),
        *[_shape(frame, one) for one in shapes if one.get("layer") == "below"],
        *[_trace(frame, one) for one in figure["data"]],
        *[_shape(frame, one) for one in shapes if one.get("layer") != "below"],
        *[_note(frame, one) for one in figure["layout"].get("annotations", [])],
    ]
    clip = (
        f'<clipPath id="plot"><rect x="{frame.across(0):.1f}" y="{frame.up(1, "yaxis"):.1f}" '
        f'width="{frame.across(1) - frame.across(0):.1f}" '
        f'height="{frame.up(0, "yaxis") - frame.up(1, "yaxis"):.1f}"/></clipPath>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f"aria-label={quoteattr(printable(label))} font-family={quoteattr(FONT)}>"
    )
    return f"{head}<defs>{clip}</defs>{''.join(part for part in parts if part)}</svg>"


def _axes(frame: _Frame) -> Iterator[str]:
    across, up = frame.layout["xaxis"], frame.layout["yaxis"]
    left, right = frame.across(0), frame.across(1)
    top, bottom = frame.up(1, "yaxis"), frame.up(0, "yaxis")
    floor = HEIGHT - MARGINS["b"]
    for value, text in zip(across["tickvals"], across["ticktext"], strict=True):
        at = frame.x(value)
        yield _line((at, top, at, bottom), across["gridcolor"], 1)
        yield _text((at, floor + 18), text, size=12, anchor="middle")
    for value, text in zip(up["tickvals"], up["ticktext"], strict=True):
        at = frame.y(value)
        yield _line((left, at, right, at), up["gridcolor"], 1)
        yield _text((left - 8, at + 4), text, size=12, anchor="end")
    yield _text(((left + right) / 2, floor + 44), across["title"]["text"], size=13, anchor="middle")
    yield _text((left - 70, top - 40), up["title"]["text"], size=13, anchor="start")


def _trace(frame: _Frame, trace: Figure) -> str:
    points = [
        (frame.x(x), frame.y(y))
        for x, y in zip(trace["x"], trace["y"], strict=True)
        if x is not None and y is not None and (x > 0 or not frame.is_log)
    ]
    if not points:
        return ""
    if trace["mode"] == "markers":
        if "line" not in trace["marker"]:
            return ""  # what a mouse is shown has no place on paper
        return "".join(_ring(point, trace["marker"]) for point in points)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if trace.get("fill") == "toself":
        return (
            f'<polygon points="{path}" fill={_color(trace["fillcolor"])} clip-path="url(#plot)"/>'
        )
    line = trace.get("line", {})
    if "color" not in line or not line.get("width"):
        return ""
    dash = DASHES.get(line.get("dash", ""), "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{path}" fill="none" stroke={_color(line["color"])} '
        f'stroke-width="{line["width"]}"{dashed} clip-path="url(#plot)"/>'
    )


def _ring(at: tuple[float, float], marker: Figure) -> str:
    rim = marker["line"]
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{marker["size"] / 2}" '
        f"fill={_color(marker['color'])} stroke={_color(rim['color'])} "
        f'stroke-width="{rim["width"]}"/>'
    )


def _shape(frame: _Frame, shape: Figure) -> str:
    axis = "yaxis2" if shape["yref"].startswith("y2") else "yaxis"
    left, right = frame.x(shape["x0"]), frame.x(shape["x1"])
    bottom, top = frame.up(shape["y0"], axis), frame.up(shape["y1"], axis)
    if shape["type"] == "line":
        line = shape["line"]
        dash = DASHES.get(line.get("dash", ""), "")
        return _line((left, bottom, right, top), line["color"], line["width"], dash)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 0):.1f}" '
        f'height="{bottom - top:.1f}" fill={_color(shape["fillcolor"])}/>'
    )


def _note(frame: _Frame, note: Figure) -> str:
    size = note["font"].get("size", 12)
    lines = str(note["text"]).split("<br>")
    if "ax" in note:  # a card at the end of an arrow
        return _card(frame, note, lines)
    x = frame.across(note["x"]) if note["xref"] == "paper" else frame.at_exponent(note["x"])
    y = frame.up(note["y"], "yaxis")
    height = size * LINE_HEIGHT
    rise = {"bottom": len(lines) - 1, "middle": (len(lines) - 1) / 2}
    first = y - rise.get(note.get("yanchor", "middle"), 0) * height
    first += {"bottom": -4, "top": size}.get(note.get("yanchor", "middle"), size / 3)
    anchor = {"left": "start", "right": "end"}.get(note.get("xanchor", "center"), "middle")
    return _words((x, first), lines, note["font"], anchor)


def _card(frame: _Frame, note: Figure, lines: Sequence[str]) -> str:
    size = note["font"]["size"]
    height = len(lines) * size * LINE_HEIGHT + 14
    width = 0.48 * (frame.across(1) - frame.across(0))
    center, top = frame.at_exponent(note["ax"]), frame.y(note["ay"])
    foot = (frame.at_exponent(note["x"]), frame.y(note["y"]) - 8)
    left = center - width / 2
    return (
        _line((center, top + height, *foot), note["arrowcolor"], 1)
        + f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f"fill={_color(note['bgcolor'])} stroke={_color(note['bordercolor'])}/>"
        + _words((left + 8, top + 7 + size), lines, note["font"], "start")
    )


def _words(at: tuple[float, float], lines: Sequence[str], font: Figure, anchor: str) -> str:
    size = font.get("size", 12)
    steps = [at[1] + index * size * LINE_HEIGHT for index in range(len(lines))]
    return "".join(
        _text((at[0], y), line, size=size, anchor=anchor, font=font)
        for y, line in zip(steps, lines, strict=True)
    )


def _text(
    at: tuple[float, float], text: str, *, size: float, anchor: str, font: Figure | None = None
) -> str:
    """One line: our own <b> becomes a weight, what a person typed stays text."""
    weight = ' font-weight="bold"' if text.startswith("<b>") else ""
    plain = unescape(re.sub(r"</?b>", "", text))
    color = (font or {}).get("color", "#16202e")
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f"fill={_color(color)}{weight}>{escape(printable(plain))}</text>"
    )


def _line(ends: tuple[float, float, float, float], color: str, width: float, dash: str = "") -> str:
    x1, y1, x2, y2 = (f"{end:.1f}" for end in ends)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke={_color(color)} '
        f'stroke-width="{width}"{dashed}/>'
    )


def _color(color: str) -> str:
    return quoteattr(color)
