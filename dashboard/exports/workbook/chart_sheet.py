"""The sheet with the native chart and the numbers that it draws, live."""

from typing import Final

from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import Chart, Formula, Series, Sheet
from dashboard.exports.workbook.inputs import Inputs
from dashboard.exports.workbook.summary import cost_at
from dashboard.exports.workbook.turning_points import Turns
from dashboard.figures.palette import palette

POINTS: Final = 60
MOST_LINES: Final = 4
TOP: Final = 30
"""Rows above the numbers, where the chart stands."""


def chart_sheet(
    paper: Paper, inputs: Inputs, turns: Turns | None, curves: dict[str, dict[str, str]]
) -> Sheet:
    """Cost a month over requests a month: from 0 to twice the workload, or beyond the next
    break-even."""
    texts = paper.texts
    sheet = Sheet(texts("papers.sheet.chart"), (22, *[22] * max(len(curves), 1)))
    sheet.add((paper.sentences.headline(paper.answer), "title"))
    sheet.add((texts("papers.seal", seal=paper.seal), "quiet"))
    sheet.add((texts("papers.chart.hint", points=str(POINTS)), "quiet"))
    sheet.row = TOP
    hours, load = inputs.hours_per_month(), inputs.load
    near = "0"
    if turns is not None:
        near = f"IF({turns.next_above}>=1E+90,{turns.last_below},{turns.next_above})"
    farthest = Formula(f"MAX(2*{load},1.3*{near},1)")
    end = sheet.add(texts("papers.chart.end"), (farthest, "number"))
    high = sheet.ref(end, 1)
    sheet.add((texts("input.requests_per_month"), "head"), *[(name, "head") for name in curves])
    first = sheet.row
    for point in range(POINTS + 1):
        # In requests an hour: what is shown is a month, which would round twice.
        at = f"({high}*{point}/{POINTS})"
        costs = [cost_at(curve, at) for curve in curves.values()]
        cells = [Formula(f"IF({cost}>=1E+90,NA(),({cost})*{hours})") for cost in costs]
        sheet.add((Formula(f"{at}*{hours}"), "number"), *[(cell, "money") for cell in cells])
    sheet.charts.append(_chart(paper, sheet, first, curves))
    return sheet


def _chart(paper: Paper, sheet: Sheet, first: int, curves: dict[str, dict[str, str]]) -> Chart:
    kinds = {one.name: one.kind for one in paper.answer.at_workload.estimates}
    drawn = _drawn(paper, list(curves))
    colors = palette([kinds[name] for name in drawn], dark=False).lines
    last, names = first + POINTS, list(curves)
    return Chart(
        title=sheet.ref(0, 0),
        x_title=paper.texts("input.requests_per_month"),
        y_title=paper.texts("chart.per_month", currency=paper.currency),
        series=tuple(
            Series(
                name=sheet.ref(first - 1, names.index(name) + 1),
                loads=sheet.span((first, 0), (last, 0)),
                costs=sheet.span((first, names.index(name) + 1), (last, names.index(name) + 1)),
                color=color,
            )
            for name, color in zip(drawn, colors, strict=True)
        ),
        at=(3, 0),
    )


def _drawn(paper: Paper, names: list[str]) -> list[str]:
    """At most four: the cheapest and its runner-up first, then who wins anywhere."""
    at = paper.answer.at_workload
    wanted = [at.cheapest, at.second, *[one.cheapest for one in paper.answer.intervals], *names]
    return [name for name in dict.fromkeys(wanted) if name in names][:MOST_LINES]
