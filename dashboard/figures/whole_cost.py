"""What each option's month is made of: one bar an option, one piece a kind of cost."""

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import Final

from costing import BreakEven, Estimate
from dashboard.figures.axes import View, money_range
from dashboard.figures.palette import palette
from dashboard.figures.study_parts import Figure, frame, legend, note, still_axis, wrapped
from dashboard.figures.tabled import tabled
from dashboard.format import Format
from dashboard.texts import Texts

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "input": ("input", "cached_input"),
    "output": ("output",),
    "hosting": ("hosting",),
    "hosts": ("instances", "interruption", "cold_start", "units", "owned_depreciation"),
    "running": ("owned_power", "owned_people", "owned_colocation"),
    "beside": ("add_on", "one_off_work"),
    "support": ("support",),
    "tax": ("tax",),
}
"""The pieces of a bar, and the codes of line items in each."""
LIGHT: Final = {
    "input": "#1d4ed8", "output": "#7da2f0", "hosting": "#0e7490", "hosts": "#b45309",
    "running": "#e0a458", "beside": "#64748b", "support": "#9aa7b8", "tax": "#c9d1db",
}  # fmt: skip
DARK: Final = {
    "input": "#7aa7ff", "output": "#3b64b8", "hosting": "#67d5e8", "hosts": "#f0a35e",
    "running": "#8a5a24", "beside": "#94a3b8", "support": "#64748b", "tax": "#475569",
}  # fmt: skip
BAR_HEIGHT = 54
LEAST_SHARE_WITH_TEXT = 0.12


def part_of(code: str) -> str:
    """The piece that a line item belongs to. Raises KeyError for a code that nobody placed."""
    for part, codes in PARTS.items():
        if code in codes:
            return part
    raise KeyError(code)


def parts_per_month(estimate: Estimate) -> dict[str, Decimal]:
    """Money a month of each piece that the option has, in the order of `PARTS`."""
    sums: dict[str, Decimal] = {}
    for item in estimate.line_items:
        part = part_of(item.code)
        sums[part] = sums.get(part, Decimal(0)) + item.cost_per_month
    return {part: sums[part] for part in PARTS if part in sums}


def whole_cost_figure(answer: BreakEven, *, view: View, fmt: Format, texts: Texts) -> Figure:
    """Bars from zero, the cheapest on top; options without a cost are in the table only."""
    priced = [one for one in answer.at_workload.estimates if one.cost_per_month is not None]
    priced.sort(key=lambda one: one.cost_per_month or Decimal(0))
    colors = palette([], dark=view.dark)
    hues = DARK if view.dark else LIGHT
    top = max((float(one.cost_per_month or 0) for one in priced), default=0.0) or 1.0
    split = [parts_per_month(one) for one in priced]
    names = [wrapped(escape(one.name, quote=False), 16 if view.narrow else 22) for one in priced]
    left = 104 if view.narrow else 168
    layout = frame(colors, view, left=left, right=24, top=58 if view.narrow else 36, bottom=40)
    layout |= {
        "barmode": "stack",
        "bargap": 0.38,
        "height": 110 + BAR_HEIGHT * max(len(priced), 1),
        "showlegend": True,
        "legend": {**legend(y=1.0), "traceorder": "normal"},
    }
    right = top * (1.36 if view.narrow else 1.18)
    layout["xaxis"] = still_axis(colors, **money_range(0, right, 3 if view.narrow else 6, fmt))
    layout["yaxis"] = still_axis(
        colors,
        range=[len(priced) - 0.5, -0.5],
        tickvals=list(range(len(priced))),
        ticktext=names,
        showgrid=False,
    )
    layout["annotations"] = [
        note(
            float(one.cost_per_month or 0),
            place,
            f"<b>{fmt.money_short(one.cost_per_month or Decimal(0))}</b>",
            xanchor="left",
            xshift=6,
        )
        for place, one in enumerate(priced)
    ]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": texts(f"study.part.{part}"),
            "y": [place for place, sums in enumerate(split) if part in sums],
            "x": [float(sums[part]) for sums in split if part in sums],
            "customdata": [
                [escape(one.name, quote=False), fmt.money(sums[part])]
                for one, sums in zip(priced, split, strict=True)
                if part in sums
            ],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: <b>%{customdata[1]}</b>"
            "<extra></extra>",
            "marker": {"color": hues[part], "line": {"color": colors.paper, "width": 1}},
        }
        for part in PARTS
        if any(part in sums for sums in split)
    ]
    heads = [texts("columns.option"), texts("columns.part")]
    heads.append(texts("columns.cost_a_month", currency=fmt.currency))
    rows = [
        (one.name, texts(f"study.part.{part}"), cost)
        for one, sums in zip(priced, split, strict=True)
        for part, cost in sums.items()
    ]
    return tabled({"data": data, "layout": layout}, heads, rows)
