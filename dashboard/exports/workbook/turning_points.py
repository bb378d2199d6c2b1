"""The sheet of break-evens: a walk over the load from 0 on, each step a row of live formulas.

A row begins at a load. Just above it (by 1 part in 10^9) each option has a line: fixed money an
hour with the hosts it pays there, and money a request; the lowest line wins. The next row begins
where another option can be cheaper at the earliest:

    lines meet before either pays for another host         x = (F - F') / (S' - S)
    else, from the first added host on: where the other's lowest cost at any host count,
    F + S x + price (steps a request x + spare), comes under the highest of the winner,
    which has a whole step more

so that hosts which cannot win are not walked one by one. Where no option can be cheaper any more
the walk ends and the last winner holds for ever.
"""

from dataclasses import dataclass
from typing import Final

from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import Formula, Sheet
from dashboard.exports.workbook.inputs import Inputs
from dashboard.exports.workbook.line_items import NOTHING
from dashboard.exports.workbook.structure import Structure

STEPS: Final = 40
PARAMETERS: Final = (
    "fixed", "slope", "host_price", "steps", "minimum", "spare", "step", "maximum", "low_fixed",
    "low_slope", "high_fixed",
)  # fmt: skip
LEADING: Final = (
    "row", "load", "load_month", "cheapest", "hosts", "cost_month", "to", "changes", "above",
    "below", "turn", "place", "line", "slope", "full", "high_fixed", "low_slope",
)  # fmt: skip
"""Columns before those of the options: the load, who wins there at what cost, where that ends, and
the winner's own numbers."""
LEAD: Final = len(LEADING)
EACH: Final = 5
"""Columns of an option: hosts, line, cost, full at, next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turns:
    """Where the answer to the break-even stands. first, next_above, last_below: requests an hour,
    1E+99 or 0 where there is none. count: how often the cheapest changes."""

    first: str
    next_above: str
    last_below: str
    count: str
    complete: str


class _Walk:
    def __init__(self, paper: Paper, sheet: Sheet, known: list[Structure], inputs: Inputs) -> None:
        self._paper = paper
        self._sheet = sheet
        self._known = known
        self._inputs = inputs
        self._parameter: dict[tuple[int, str], str] = {}
        self._columns: dict[str, str] = {}

    def parameters(self) -> None:
        """A row an option: what its cost is made of."""
        texts, sheet = self._paper.texts, self._sheet
        heads = [texts("papers.column.option"), *[texts(f"papers.curve.{n}") for n in PARAMETERS]]
        sheet.add(*[(head, "head") for head in heads])
        top = sheet.row
        for index, one in enumerate(self._known):
            row = sheet.add(one.option.name)
            at = {name: sheet.ref(row, place + 1) for place, name in enumerate(PARAMETERS)}
            self._parameter |= {(index, name): cell for name, cell in at.items()}
            live = (
                one.fixed, one.slope, one.host_price, one.steps_per_request, one.minimum,
                one.spare, one.step, one.maximum or NOTHING,
                f"{at['fixed']}+{at['host_price']}*{at['spare']}*{at['step']}",
                f"{at['slope']}+{at['host_price']}*{at['step']}*{at['steps']}",
                f"{at['low_fixed']}+{at['host_price']}*{at['step']}",
            )  # fmt: skip
            for place, formula in enumerate(live):
                sheet.put(row, place + 1, Formula(formula), "curve")
        for place, name in enumerate(PARAMETERS):
            ends = ((top, place + 1), (sheet.row - 1, place + 1))
            self._columns[name] = sheet.span(*ends)
        self._columns["names"] = sheet.span((top, 0), (sheet.row - 1, 0))
        sheet.row += 1

    def steps(self) -> Turns:
        """The walk, row by row."""
        texts, sheet = self._paper.texts, self._sheet
        heads = [texts(f"papers.walk.{name}") for name in LEADING]
        for one in self._known:
            each = ("hosts", "line", "cost", "full", "next")
            heads += [f"{one.option.name}: {texts(f'papers.walk.{name}')}" for name in each]
        sheet.add(*[(head, "head") for head in heads])
        top = sheet.row
        for step in range(STEPS):
            self._step(step, sheet.row, first=step == 0)
            sheet.row += 1
        end = sheet.row - 1
        load, flag = (sheet.span((top, at), (end, at)) for at in (8, 9))
        changes = sheet.span((top, 7), (end, 7))
        loads = sheet.span((top, 10), (end, 10))
        return Turns(
            first=f"MIN({loads})",
            next_above=f"MIN({load})",
            last_below=f"MAX({flag})",
            count=f"SUM({changes})",
            complete=f"{sheet.ref(end, 1)}>=1E+90",
        )

    def _step(self, step: int, row: int, *, first: bool) -> None:
        sheet, ref, put = self._sheet, self._sheet.ref, self._sheet.put
        load, winner = self._lead(row, "load"), self._lead(row, "place")
        count = len(self._known)
        costs = [self._option(index, row, "cost") for index in range(count)]
        nexts = [self._option(index, row, "next") for index in range(count)]
        sheet.put(row, 0, step + 1, "integer")
        sheet.put(row, 1, Formula("0" if first else ref(row - 1, 6)), "load")
        sheet.put(row, 2, Formula(f"{load}*{self._inputs.hours_per_month()}"), "load")
        place = f"IF({winner}=1,{self._name(0)},"
        for index in range(1, count):
            place += f"IF({winner}={index + 1},{self._name(index)},"
        sheet.put(row, 3, Formula(f'{place}"–"{")" * count}'), "text")
        sheet.put(row, 4, Formula(self._chosen(row, winner, "hosts")), "integer")
        line, slope = self._lead(row, "line"), self._lead(row, "slope")
        month = f"({line}+{slope}*{load})*{self._inputs.hours_per_month()}"
        sheet.put(row, 5, Formula(f"IF({winner}=0,{NOTHING},{month})"), "money_or_dash")
        sheet.put(row, 6, Formula(f"MIN({','.join(nexts)})"), "load")
        changed = "0"
        if not first:
            before = ref(row - 1, 11)
            changed = f"IF(AND({winner}>0,{before}>0,{winner}<>{before}),1,0)"
        sheet.put(row, 7, Formula(changed), "integer")
        is_turn = f"{ref(row, 7)}=1"
        now = self._inputs.load
        sheet.put(row, 8, Formula(f"IF(AND({is_turn},{load}>={now}),{load},{NOTHING})"), "load")
        sheet.put(row, 9, Formula(f"IF(AND({is_turn},{load}<{now}),{load},0)"), "load")
        sheet.put(row, 10, Formula(f"IF({is_turn},{load},{NOTHING})"), "load")
        least = f"MIN({','.join(costs)})"
        found = f"IF({load}>=1E+90,0,IF({least}>=1E+90,0,"
        for index, cost in enumerate(costs[:-1]):
            found += f"IF({cost}={least},{index + 1},"
        sheet.put(row, 11, Formula(f"{found}{count}{')' * (count - 1)}))"), "integer")
        for what in ("line", "full"):
            put(row, LEADING.index(what), Formula(self._chosen(row, winner, what)), "load")
        for what in ("slope", "high_fixed", "low_slope"):
            picked = f"INDEX({self._columns[what]},MAX({winner},1))"
            put(row, LEADING.index(what), Formula(picked), "curve")
        for index in range(count):
            self._line(index, row, load, winner)

    def _line(self, index: int, row: int, load: str, winner: str) -> None:
        """The cells of one option in one row."""
        put, p = self._sheet.put, {name: self._parameter[index, name] for name in PARAMETERS}
        at = LEAD + index * EACH
        above = f"({load}*(1+1E-9)+1E-9)"
        hosts, line, full = (self._option(index, row, name) for name in ("hosts", "line", "full"))
        taken = f"IF({p['steps']}=0,1,INT({above}*{p['steps']})+1)"
        rented = f"MAX({p['minimum']},({taken}+{p['spare']})*{p['step']})"
        paid = f"IF({p['host_price']}=0,0,{rented})" if self._known[index].hosts is None else rented
        ended = f"OR({load}>=1E+90,{hosts}>{p['maximum']})"
        put(row, at, Formula(f"IF({load}>=1E+90,0,{paid})"), "integer")
        put(row, at + 1, Formula(f"{p['fixed']}+{hosts}*{p['host_price']}"), "curve")
        put(row, at + 2, Formula(f"IF({ended},{NOTHING},{line}+{p['slope']}*{above})"), "load")
        serves = f"(INT({hosts}/{p['step']})-{p['spare']})/{p['steps']}"
        put(row, at + 3, Formula(f"IF({p['steps']}=0,{NOTHING},{serves})"), "load")
        last = f"(INT({p['maximum']}/{p['step']})-{p['spare']})/{p['steps']}"
        own = f"IF(OR({p['steps']}=0,{p['maximum']}>=1E+90),{NOTHING},{last})"
        other = self._when_cheaper(index, row, above, full)
        gone = f"OR({winner}=0,{self._option(index, row, 'cost')}>=1E+90)"
        found = f"IF({gone},{NOTHING},IF({winner}={index + 1},{own},{other}))"
        put(row, at + 4, Formula(found), "load")

    def _when_cheaper(self, index: int, row: int, above: str, full: str) -> str:
        """The earliest load at which the option can be cheaper than the winner."""
        p = {name: self._parameter[index, name] for name in PARAMETERS}
        names = ("line", "slope", "full", "high_fixed", "low_slope")
        flat, slope, until, top, rise = (self._lead(row, name) for name in names)
        meet = f"({self._option(index, row, 'line')}-{flat})/({slope}-{p['slope']})"
        end = f"MIN({until},{full})"
        low = f"{p['low_fixed']}+{p['low_slope']}*{end}"
        touch = f"({p['low_fixed']}-{flat})/({slope}-{p['low_slope']})"
        reach = f"({p['low_fixed']}-{top})/({rise}-{p['low_slope']})"
        other_first = (
            f"IF({flat}+{slope}*{end}>{low},{end},"
            f"IF({slope}>{p['low_slope']}*(1+1E-12),MIN(MAX({end},{touch}),{until}),{until}))"
        )
        winner_first = (
            f"IF({top}+{rise}*{end}>{low},{end},"
            f"IF({rise}>{p['low_slope']}*(1+1E-12),MAX({end},{reach}),{NOTHING}))"
        )
        later = f"IF({end}>=1E+90,{NOTHING},IF({full}<{until},{other_first},{winner_first}))"
        meets = f"IF({slope}>{p['slope']}*(1+1E-12),IF(AND({meet}>{above},{meet}<={end}),1,0),0)"
        return f"IF({meets}=1,{meet},{later})"

    def _lead(self, row: int, what: str) -> str:
        return self._sheet.ref(row, LEADING.index(what))

    def _option(self, index: int, row: int, what: str) -> str:
        places = ("hosts", "line", "cost", "full", "next")
        return self._sheet.ref(row, LEAD + index * EACH + places.index(what))

    def _chosen(self, row: int, winner: str, what: str) -> str:
        """A cell of the winner in this row; of the first option where there is none."""
        text = self._option(len(self._known) - 1, row, what)
        for index in range(len(self._known) - 2, -1, -1):
            text = f"IF({winner}<={index + 1},{self._option(index, row, what)},{text})"
        return text

    def _name(self, index: int) -> str:
        return f"INDEX({self._columns['names']},{index + 1})"


def turning_sheet(
    paper: Paper, structures: list[Structure], inputs: Inputs
) -> tuple[Sheet, Turns | None, dict[str, dict[str, str]]]:
    """The sheet, where its answer stands (None where fewer than two options have a cost), and the
    cells of each option's curve by name."""
    texts = paper.texts
    sheet = Sheet(texts("papers.sheet.turns"), (24, *[20] * 16, *[16] * 45))
    sheet.add((texts("papers.turns.title"), "title"))
    sheet.add((texts("papers.seal", seal=paper.seal), "quiet"))
    sheet.add((texts("papers.turns.hint", steps=str(STEPS)), "quiet"))
    sheet.row += 1
    known = [one for one in structures if one.items]
    walk = _Walk(paper, sheet, known, inputs)
    walk.parameters()
    curves = {
        one.option.name: {name: walk._parameter[index, name] for name in PARAMETERS}
        for index, one in enumerate(known)
    }
    turns = walk.steps() if known else None
    return sheet, turns if len(known) > 1 else None, curves
