"""The first sheet: who is cheapest at the workload, by how much, and where that turns, live."""

from typing import Final

from costing import Call, Verdict
from dashboard import __version__
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import Content, Formula, Sheet
from dashboard.exports.workbook.called import CLOSE, call_formula, quoted, staying
from dashboard.exports.workbook.inputs import Inputs
from dashboard.exports.workbook.line_items import OptionCells
from dashboard.exports.workbook.turning_points import Turns

WIDTHS: Final = (46, 24, 24, 24, 24, 24)


class _Summary:
    def __init__(self, paper: Paper, options: list[OptionCells], inputs: Inputs) -> None:
        self.sheet = Sheet(paper.texts("papers.sheet.summary"), WIDTHS)
        self._paper = paper
        self._texts = paper.texts
        self._options = options
        self._inputs = inputs

    def head(self) -> None:
        """What was asked and found when this was written, in the words of the answer."""
        paper, sheet = self._paper, self.sheet
        sheet.add((paper.title, "title"))
        sheet.add((self._texts("papers.seal", seal=paper.seal), "quiet"))
        sheet.add((self._texts("papers.made_by", version=__version__), "quiet"))
        sheet.row += 1
        sheet.add((self._texts("papers.as_written"), "head"))
        sheet.add((paper.sentences.headline(paper.answer), "bold"))
        sheet.add(paper.sentences.subline(paper.answer))
        sheet.add(paper.sentences.verdict(paper.answer, paper.answer.at_workload))
        sheet.add(paper.sentences.break_even(paper.answer))
        sheet.add((paper.valid_until(), "quiet"))
        sheet.row += 1

    def verdict(self) -> None:
        """The option that is cheapest now, the gap to the next, and the call."""
        texts, sheet = self._texts, self.sheet
        sheet.add((texts("papers.live"), "head"))
        costs = [one.cost for one in self._options if one.known]
        load = self._inputs.load
        sheet.add(texts("input.requests_per_hour"), (Formula(load), "number"))
        hours = self._inputs.hours_per_month()
        sheet.add(texts("input.requests_per_month"), (Formula(f"{load}*{hours}"), "number"))
        if not costs:
            sheet.add(texts("papers.cheapest"), self._paper.sentences.call(self._at))
            return
        least = f"MIN({','.join(costs)})"
        winner = '"–"'
        for one in reversed([one for one in self._options if one.known]):
            winner = f"IF({one.cost}={least},{one.name},{winner})"
        winner = f'IF({least}>=1E+90,"–",{winner})'
        named = sheet.add(texts("papers.cheapest"), (Formula(winner), "bold"))
        if len(costs) < 2:
            self._call_alone()
            return
        self._call(costs, least, sheet.ref(named, 1))

    @property
    def _at(self) -> Verdict:
        return self._paper.answer.at_workload

    def _call_alone(self) -> None:
        self.sheet.add(self._texts("papers.call"), (self._paper.sentences.call(self._at), "bold"))
        self._fixed("papers.fixed.unknown")

    def _call(self, costs: list[str], least: str, named: str) -> None:
        texts, sheet = self._texts, self.sheet
        row = sheet.add(texts("papers.least"), (Formula(least), "money_or_dash"))
        least = sheet.ref(row, 1)
        row = sheet.add(texts("papers.second"), (Formula(_second(costs, least)), "money_or_dash"))
        second = sheet.ref(row, 1)
        only = f"{second}>=1E+90"
        hours = self._inputs.hours_per_month()
        difference = f"IF({only},0,({second}-{least})*{hours})"
        gap = sheet.add(texts("papers.gap"), (Formula(difference), "money"))
        part = f"IF(OR({only},{least}=0),0,({second}-{least})/{least})"
        share = sheet.add(texts("papers.gap_share"), (Formula(part), "share"))
        reasons = {reason.code for reason in self._at.reasons}
        stay = staying(reasons)
        if self._at.call is Call.UNKNOWN:
            sheet.add(texts("papers.call"), (self._paper.sentences.call(self._at), "bold"))
            self._fixed("papers.fixed.unknown")
            return
        tight = f"OR({sheet.ref(gap, 1)}=0,AND({least}>0,{sheet.ref(share, 1)}<{CLOSE}))"
        close = f"IF({only},0,IF({tight},1,0))=1"
        sheet.add(texts("papers.call"), (call_formula(close, named, stay, texts), "bold"))
        if stay:
            self._fixed("papers.fixed.reasons")

    def _fixed(self, why: str) -> None:
        self.sheet.put(self.sheet.row - 1, 2, self._texts(why), "fixed_note")

    def options(self) -> None:
        """A row an option: cost and hosts at the workload and at each volume."""
        texts, sheet = self._texts, self.sheet
        sheet.row += 1
        heads = ("option", "per_hour", "per_month", "hosts")
        sheet.add(*[(texts(f"papers.column.{name}"), "head") for name in heads])
        for one in self._options:
            sheet.add(
                (Formula(one.name), "text"),
                (Formula(one.shown), "money"),
                (Formula(one.month), "money"),
                None if one.hosts is None else (Formula(one.hosts), "integer"),
            )

    def volumes(self, curves: dict[str, dict[str, str]]) -> None:
        """What each option costs a month at the further volumes."""
        texts, sheet, paper = self._texts, self.sheet, self._paper
        question = paper.answer.question
        if not question.volumes:
            return
        sheet.row += 1
        sheet.add(
            (texts("papers.volumes"), "head"),
            (texts("input.requests_per_month"), "head"),
            *[(option.name, "head") for option in question.options],
        )
        hours = self._inputs.hours_per_month()
        for volume in question.volumes:
            at = f"{self._inputs.load}*{self._inputs.volume(volume.name)}"
            cells: list[tuple[Content, str]] = []
            for option in question.options:
                curve = curves.get(option.name)
                if curve is None:
                    cells.append((texts("no_cost.short"), "quiet"))
                    continue
                cells.append((Formula(f"{cost_at(curve, f'({at})')}*{hours}"), "money_or_dash"))
            sheet.add(volume.name, (Formula(f"{at}*{hours}"), "number"), *cells)

    def turn(self, turns: Turns | None) -> None:
        """Where the cheapest option changes, next to the workload."""
        texts, sheet = self._texts, self.sheet
        sheet.row += 1
        sheet.add((texts("result.break_even"), "head"))
        if turns is None:
            sheet.add(self._paper.sentences.break_even(self._paper.answer))
            self._fixed("papers.fixed.unknown")
            return
        hours, load = self._inputs.hours_per_month(), self._inputs.load
        count = sheet.add(texts("papers.turns.count"), (Formula(turns.count), "integer"))
        first = sheet.ref(sheet.add(texts("papers.turns.first"), (Formula(turns.first), "load")), 1)
        none = f"IF({first}>=1E+90,{first},"
        sheet.add(texts("papers.turns.first_month"), (Formula(f"{none}{first}*{hours})"), "load"))
        for name in ("input_tokens", "output_tokens"):
            tokens = Formula(f"{none}{first}*{self._inputs.shared(name)})")
            sheet.add(texts(f"papers.turns.{name}"), (tokens, "load"))
        above = sheet.add(texts("papers.turns.above"), (Formula(turns.next_above), "load"))
        below = sheet.add(texts("papers.turns.below"), (Formula(turns.last_below), "load"))
        near = f"IF({sheet.ref(above, 1)}<1E+90,{sheet.ref(above, 1)},{sheet.ref(below, 1)})"
        share = f"IF({sheet.ref(count, 1)}=0,0,{load}/MAX({near},1E-9))"
        sheet.add(texts("papers.turns.share"), (Formula(share), "share"))
        words = [f'"{quoted(texts(f"papers.turns.{name}"))}"' for name in ("complete", "cut_off")]
        sheet.add((Formula(f"IF({turns.complete},{words[0]},{words[1]})"), "quiet"))

    def basis(self) -> None:
        """What the answer rests on, what it leaves out, and what is no live formula."""
        texts, sheet, paper = self._texts, self.sheet, self._paper
        for title, lines in (
            ("result.flips", paper.sentences.flips(paper.answer)),
            ("result.remarks", paper.remarks()),
            ("result.not_included", [paper.sentences.not_included(paper.answer.question)]),
            ("papers.fixed.title", self._fixed_values()),
        ):
            sheet.row += 1
            sheet.add((texts(title), "head"))
            for line in lines:
                sheet.add(line)

    def _fixed_values(self) -> list[str]:
        names = ["words", "float", "as_of"]
        if any(getattr(option, "steps", ()) for option in self._paper.options):
            names.append("steps")
        if self._paper.answer.low is not None:
            names.append("band")
        if self._paper.scenario.profile is not None:
            names.append("hours")
        return [self._texts(f"papers.fixed.{name}") for name in names]


def cost_at(curve: dict[str, str], load: str) -> str:
    """What an option costs an hour at a load, out of the cells of its curve."""
    p = curve
    needed = f"IF({p['steps']}=0,IF({load}>0,1,0),ROUNDUP(ROUND({load}*{p['steps']},9),0))"
    paid = f"MAX({p['minimum']},({needed}+{p['spare']})*{p['step']})"
    cost = f"{p['fixed']}+{p['slope']}*{load}+IF({p['host_price']}=0,0,{p['host_price']}*{paid})"
    return f"IF({paid}>{p['maximum']},1E+99,{cost})"


def summary_sheet(
    paper: Paper,
    options: list[OptionCells],
    inputs: Inputs,
    turns: Turns | None,
    curves: dict[str, dict[str, str]],
) -> Sheet:
    """The sheet on top of the workbook."""
    summary = _Summary(paper, options, inputs)
    summary.head()
    summary.verdict()
    summary.options()
    summary.volumes(curves)
    summary.turn(turns)
    summary.basis()
    return summary.sheet


def _second(costs: list[str], least: str) -> str:
    """The second lowest cost: that of the lowest where two are the same."""
    text = "1E+99"
    for index in range(len(costs)):
        others = [cost for place, cost in enumerate(costs) if place != index]
        text = f"IF({costs[index]}={least},MIN({','.join(others)}),{text})"
    return text
