"""What base and overflow cost a month over the size of the base, beside each of them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from costing import Hybrid, SizeCost
from dashboard.figures.axes import View, money_range, ticks
from dashboard.figures.palette import Palette, palette
from dashboard.figures.study_parts import Figure, frame, legend, note, still_axis
from dashboard.figures.tabled import Cell, tabled
from dashboard.format import Format
from dashboard.texts import Texts

HEADROOM = 1.12
MOST_WITH_MARKERS = 30
"""Sizes up to which each has a dot of its own; more would run together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseSizes:
    """What is drawn. sizes: one or more, smallest first. base_kind: dedicated or provisioned."""

    found: Hybrid
    base_kind: str
    sizes: Sequence[SizeCost]


def base_size_figure(drawn: BaseSizes, *, view: View, fmt: Format, texts: Texts) -> Figure:
    """A line over the sizes from zero money, the best marked; each side alone is a level line, left
    out where it is not to be had."""
    sizes = drawn.sizes
    colors = palette([drawn.base_kind, "serverless"], dark=view.dark)
    alone = _alone(drawn, colors, texts)
    top = max(float(one.cost_per_month) for one in sizes)
    top = max([top, *(float(one.cost) for one in alone)]) * HEADROOM or 1.0
    ends = (sizes[0].instances, max(sizes[-1].instances, sizes[0].instances + 1))
    best = next(one for one in sizes if one.is_best)
    axis = texts(f"study.hybrid.axis.{drawn.base_kind}")
    layout = frame(colors, view, left=66, right=24, top=76 if view.narrow else 40, bottom=52)
    layout |= {"showlegend": True, "legend": legend(y=1.01)}
    layout["xaxis"] = _count_axis(colors, ends, view, fmt, axis)
    layout["yaxis"] = still_axis(colors, **money_range(0, top, 5, fmt))
    layout["annotations"] = [_best_note(best, ends, fmt, texts)]
    data = [_curve(drawn, colors, fmt, texts), _mark(best, colors, texts)]
    data += [_level(one, ends, fmt) for one in alone]
    heads = [texts("columns.option"), axis]
    heads.append(texts("columns.cost_a_month", currency=fmt.currency))
    heads.append(texts("columns.base_share"))
    return tabled({"data": data, "layout": layout}, heads, _rows(drawn, alone, texts))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Alone:
    """A side on its own. name: as it is, without escapes; instances: None by the token."""

    name: str
    cost: Decimal
    instances: int | None
    color: str
    dash: str


def _alone(drawn: BaseSizes, colors: Palette, texts: Texts) -> list[_Alone]:
    found = drawn.found
    return [
        _Alone(
            name=texts("hybrid.alone", option=name),
            cost=pure.cost_per_month,
            instances=pure.peak_instances,
            color=color,
            dash=dash,
        )
        for name, pure, color, dash in (
            (found.base, found.pure_base, colors.lines[0], "dash"),
            (found.overflow, found.pure_overflow, colors.lines[1], "dot"),
        )
        if pure.cost_per_month is not None
    ]


def _count_axis(
    colors: Palette, ends: tuple[int, int], view: View, fmt: Format, title: str
) -> Figure:
    """Whole numbers only: half a host cannot be rented."""
    marks = [one for one in ticks(*ends, 4 if view.narrow else 8) if one == int(one)]
    pad = (ends[1] - ends[0]) * 0.03
    return still_axis(
        colors,
        range=[ends[0] - pad, ends[1] + pad],
        tickvals=marks,
        ticktext=[fmt.exact_count(Decimal(int(one))) for one in marks],
        title={"text": title, "font": {"size": 12 if view.narrow else 13}, "standoff": 6},
    )


def _curve(drawn: BaseSizes, colors: Palette, fmt: Format, texts: Texts) -> Figure:
    sizes = drawn.sizes
    few = len(sizes) <= MOST_WITH_MARKERS
    return {
        "type": "scatter",
        "mode": "lines+markers" if few else "lines",
        "name": texts("hybrid.both"),
        "x": [one.instances for one in sizes],
        "y": [float(one.cost_per_month) for one in sizes],
        "line": {"color": colors.ink, "width": 3},
        "marker": {"size": 5, "color": colors.ink},
        "customdata": [
            [
                fmt.exact_count(Decimal(one.instances)),
                fmt.money(one.cost_per_month),
                texts("hybrid.no_load") if one.base_share is None else fmt.share(one.base_share),
            ]
            for one in sizes
        ],
        "hovertemplate": f"%{{customdata[0]}} × {escape(drawn.found.base, quote=False)}: "
        f"<b>%{{customdata[1]}}</b><br>{texts('study.hybrid.share')}: %{{customdata[2]}}"
        "<extra></extra>",
    }


def _mark(best: SizeCost, colors: Palette, texts: Texts) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": texts("study.hybrid.best"),
        "x": [best.instances],
        "y": [float(best.cost_per_month)],
        "marker": {
            "size": 13,
            "color": colors.paper,
            "line": {"width": 3, "color": colors.workload},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _best_note(best: SizeCost, ends: tuple[int, int], fmt: Format, texts: Texts) -> Figure:
    """Above the mark, on the side where there is room."""
    is_right = best.instances * 2 > ends[0] + ends[1]
    said = texts(
        "study.hybrid.best_note",
        count=fmt.exact_count(Decimal(best.instances)),
        money=fmt.money_short(best.cost_per_month),
    )
    settings: dict[str, Any] = {
        "xanchor": "right" if is_right else "left", "yanchor": "top", "yshift": -10,
    }  # fmt: skip
    return note(best.instances, float(best.cost_per_month), f"<b>{said}</b>", **settings)


def _level(one: _Alone, ends: tuple[int, int], fmt: Format) -> Figure:
    money = fmt.money(one.cost)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(one.name, quote=False),
        "x": list(ends),
        "y": [float(one.cost)] * 2,
        "line": {"color": one.color, "width": 2, "dash": one.dash},
        "customdata": [money, money],
        "hovertemplate": "%{fullData.name}: <b>%{customdata}</b><extra></extra>",
    }


def _rows(drawn: BaseSizes, alone: Sequence[_Alone], texts: Texts) -> list[tuple[Cell, ...]]:
    found = drawn.found
    both = f"{found.base} + {found.overflow}"
    rows: list[tuple[Cell, ...]] = [
        (both, one.instances, one.cost_per_month, one.base_share) for one in drawn.sizes
    ]
    return rows + [(one.name, one.instances, one.cost, None) for one in alone]
