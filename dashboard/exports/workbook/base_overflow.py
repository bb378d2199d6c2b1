"""The sheet of base and overflow: what every size of the base costs over the hours, live.

    load of an hour = mean load * weight * hours / sum of weights
    overflow        = sum over the hours of what lies above what the base serves / hours
    cost            = fixed + paid * price + requests of the base and of the overflow at their price

A row a size: the smallest base, then sixty from a size on that a person may change. The cost is
convex over these, so that a least one inside is the least of all (`costing/hybrid_curve.py`).
"""

from dataclasses import dataclass
from typing import Final

from costing import PRESETS, Hybrid
from costing.hybrid import curve_of_sizes
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.base_sizes import Sizes, Terms
from dashboard.exports.workbook.book import Chart, Formula, Series, Sheet
from dashboard.exports.workbook.called import CLOSE, call_formula, staying
from dashboard.exports.workbook.inputs import Inputs
from dashboard.exports.workbook.line_items import NOTHING
from dashboard.exports.workbook.structure import Structure, fixed_in_both, steps_over_hours
from dashboard.figures.palette import palette
from dashboard.hybrid_case import (
    HybridAnswer,
    HybridCase,
    HybridRequest,
    bases,
    hybrid_case,
    overflows,
)
from dashboard.hybrid_text import cautions, finding_text, lacking_text

WIDTHS: Final = (52, *[18] * 7, 4, 8, 14, 18, 4)
ANSWER_ROWS: Final = 10
HOUR, WEIGHT, LOAD, CHART = 9, 10, 11, 13
"""Columns of the hours and of the chart, at the right of what is counted with them."""
HAIR: Final = "(1+1E-12)"
"""Costs are counted in float64: so little apart they are equal."""


def base_overflow_sheet(paper: Paper, structures: list[Structure], inputs: Inputs) -> Sheet | None:
    """The sheet of the pair and hours that the paper is about; None where the question has no pair
    and none was asked for. Raises Refused for a side or hours that are not there."""
    question, asked = paper.answer.question, paper.hybrid
    has_pair = bases(question) and overflows(question)
    if not has_pair and asked == HybridRequest():
        return None
    case = hybrid_case(paper.scenario, question, asked)
    answer = case.answer()
    found = answer.hybrid
    sheet = Sheet(paper.texts("papers.sheet.hybrid"), WIDTHS)
    _head(paper, sheet, found)
    if found.cost_per_month is None:
        sheet.add((lacking_text(found, paper.sentences), "bold"))
        return sheet
    sheet.add((finding_text(answer, paper.sentences), "bold"))
    for line in cautions(answer, paper.sentences):
        sheet.add(line)
    by_name = {one.option.name: one for one in structures}
    _Live(paper, sheet, inputs, case, answer).fill(by_name[found.base], by_name[found.overflow])
    return sheet


def _head(paper: Paper, sheet: Sheet, found: Hybrid) -> None:
    """Which pair over which hours, and whose hours these are."""
    texts, profile = paper.texts, found.profile
    sheet.add((texts("papers.hybrid.title"), "title"))
    sheet.add((texts("papers.seal", seal=paper.seal), "quiet"))
    hours = texts(f"hybrid.profile.{profile.name}")
    sheet.add(texts("papers.hybrid.pair", base=found.base, overflow=found.overflow, hours=hours))
    if profile.name in PRESETS:
        sheet.add(texts("hybrid.profile.ours"))
    else:
        source = profile.source or texts("papers.not_stated")
        sheet.add(texts("study.hybrid.hours_of", source=source))
    sheet.row += 1
    sheet.add((texts("papers.as_written"), "head"))


class _Live:
    """The formulas of one pair while they are filled in."""

    def __init__(
        self,
        paper: Paper,
        sheet: Sheet,
        inputs: Inputs,
        case: HybridCase,
        answer: HybridAnswer,
    ) -> None:
        self._paper = paper
        self._texts = paper.texts
        self._sheet = sheet
        self._inputs = inputs
        self._case = case
        self._found = answer

    def fill(self, base: Structure, overflow: Structure) -> None:
        """The answer on top, under it what it is made of and the sizes, the hours at the right."""
        sheet = self._sheet
        answer = sheet.row + 1
        loads = self._hours(answer)
        sheet.row = answer + ANSWER_ROWS
        terms = self._terms(base, overflow, loads)
        sheet.row += 1
        sizes = Sizes(self._texts, sheet, terms, self._inputs.hours_per_month())
        sizes.fill()
        sheet.row = answer
        self._answer(terms, sizes)
        sheet.charts.append(self._chart(sizes, (answer, CHART)))

    def _hours(self, top: int) -> str:
        """Weights that may be changed, and the load of each hour; gives where the loads stand."""
        sheet, weights = self._sheet, self._case.profile.weights
        for column, name in ((HOUR, "hour_of"), (WEIGHT, "weight"), (LOAD, "load_of")):
            sheet.put(top, column, self._texts(f"papers.hybrid.{name}"), "head")
        first, last = top + 1, top + len(weights)
        total = f"SUM({sheet.span((first, WEIGHT), (last, WEIGHT))})"
        for hour, weight in enumerate(weights):
            sheet.put(first + hour, HOUR, hour, "integer")
            cell = sheet.put(first + hour, WEIGHT, weight, "input")
            load = f"{self._inputs.load}*{cell}*{len(weights)}/{total}"
            sheet.put(first + hour, LOAD, Formula(load), "number")
        return sheet.span((first, LOAD), (last, LOAD))

    def _terms(self, base: Structure, overflow: Structure, loads: str) -> Terms:
        """A row a term, each a live formula."""
        both = fixed_in_both(base, overflow, self._inputs)
        live = {
            "load": self._inputs.load,
            "highest": f"MAX({loads})",
            "price": base.host_price,
            "own": base.slope,
            "other": overflow.slope,
            "fixed": f"{base.fixed}+{overflow.fixed}-{both}",
            "base_fixed": base.fixed,
            "overflow_fixed": overflow.fixed,
            "steps": steps_over_hours(base, self._inputs),
            "minimum": base.minimum,
            "spare": base.spare,
            "step": base.step,
            "maximum": base.maximum or NOTHING,
        }
        self._sheet.add((self._texts("papers.hybrid.terms"), "head"))
        cells = {name: self._term(name, Formula(text), "curve") for name, text in live.items()}
        cells["first"] = self._term("first", self._first_size(), "input")
        return Terms(**cells, loads=loads, hours=len(self._case.profile.weights))

    def _term(self, name: str, content: Formula | int, style: str) -> str:
        row = self._sheet.add(self._texts(f"papers.hybrid.{name}"), (content, style))
        return self._sheet.ref(row, 1)

    def _first_size(self) -> int:
        """So that the best stands in the middle of the rows, where it is not near the smallest."""
        case = self._case
        at = case.question.workload.requests_per_hour
        curve = curve_of_sizes(case.question, case.base, case.overflow, case.profile, at)
        return max(1, curve.best_size() - Sizes.COUNT // 2)

    def _answer(self, terms: Terms, sizes: Sizes) -> None:
        """The best size, each side alone, and which of the three ways is the cheapest now."""
        texts, sheet, case = self._texts, self._sheet, self._case
        sheet.add(
            (texts("papers.live"), "head"),
            *[(texts(f"papers.column.{name}"), "head") for name in ("per_hour", "per_month")],
            (texts("papers.column.hosts"), "head"),
        )
        paid = sheet.ref(sheet.row + 1, 3)
        alone = f"{terms.base_fixed}+{terms.own}*{terms.load}+{paid}*{terms.price}"
        ways = (
            (texts("hybrid.both"), sizes.least, sizes.best("paid")),
            (
                texts("hybrid.alone", option=case.base.name),
                f"IF({paid}>{terms.maximum},{NOTHING},{alone})",
                terms.paid_alone(),
            ),
            (
                texts("hybrid.alone", option=case.overflow.name),
                f"{terms.overflow_fixed}+{terms.other}*{terms.load}",
                None,
            ),
        )
        (both, base, tokens) = [self._way(*way) for way in ways]
        least = f"MIN({both.cost},{base.cost},{tokens.cost})*{HAIR}"
        named = f"IF({base.cost}<={least},{base.name},"
        named += f"IF({tokens.cost}<={least},{tokens.name},{both.name}))"
        cheapest = sheet.ref(sheet.row, 1)
        sheet.add(texts("papers.hybrid.cheapest"), (Formula(named), "bold"))
        served = sheet.ref(sheet.row, 1)
        sheet.add(texts("papers.hybrid.share"), (Formula(sizes.best("share")), "share"))
        # Without a base, or without overflow, both together are one of the other two.
        is_third = f"AND({sizes.best('paid')}>0,{served}<1-1E-12)"
        one, other = base.cost, tokens.cost
        middle = f"MAX(MIN({one},{other}),MIN(MAX({one},{other}),{both.cost}))"
        second = f"IF({is_third},{middle},MAX({one},{other}))"
        self._call(f"MIN({both.cost},{one},{other})", second, cheapest)
        words = [f'"{texts(f"papers.hybrid.{name}")}"' for name in ("cut_off", "complete")]
        sheet.add((Formula(f"IF({sizes.is_cut_off()},{words[0]},{words[1]})"), "quiet"))

    def _call(self, least: str, second: str, cheapest: str) -> None:
        """Whether the cheapest way can be called, now."""
        texts, sheet = self._texts, self._sheet
        stay = staying({one.code for one in self._found.call.reasons})
        close = f"OR({second}={least},{second}-{least}<{CLOSE}*{least})"
        sheet.add(texts("papers.call"), (call_formula(close, cheapest, stay, texts), "bold"))
        if stay:
            sheet.put(sheet.row - 1, 2, texts("papers.fixed.reasons"), "fixed_note")

    def _way(self, name: str, cost: str, paid: str | None) -> "_Way":
        sheet, hours = self._sheet, self._inputs.hours_per_month()
        row = sheet.row
        hour = sheet.ref(row, 1)
        month = f"IF({hour}>=1E+90,{hour},{hour}*{hours})"
        sheet.add(
            name,
            (Formula(cost), "money_or_dash"),
            (Formula(month), "money_or_dash"),
            None if paid is None else (Formula(paid), "integer"),
        )
        return _Way(name=sheet.ref(row, 0), cost=hour)

    def _chart(self, sizes: Sizes, at: tuple[int, int]) -> Chart:
        """Cost a month over the size of the base."""
        name = sizes.head("month")
        color = palette([], dark=False).ink
        series = Series(
            name=name, loads=sizes.column("paid"), costs=sizes.column("month"), color=color
        )
        return Chart(
            title=self._sheet.ref(0, 0),
            x_title=self._texts("papers.hybrid.paid"),
            y_title=self._texts("chart.per_month", currency=self._paper.currency),
            series=(series,),
            at=at,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """Where the name of a way and its cost an hour stand."""

    name: str
    cost: str
