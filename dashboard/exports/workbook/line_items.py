"""The sheet of line items: what each option costs at the workload, part by part, live."""

from dataclasses import dataclass
from typing import Final

from costing import LineItem
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import Formula, Sheet
from dashboard.exports.workbook.inputs import SURCHARGES, Inputs, item_label
from dashboard.exports.workbook.structure import Structure, is_of_hosts, paid_hosts
from dashboard.exports.workbook.translated import translated

WIDTHS: Final = (34, 18, 14, 16, 18, 20, 70, 30, 14)
HEADS: Final = ("item", "quantity", "unit", "unit_price", "per_hour", "per_month", "formula")
COST, MONTH = 4, 5
NOTHING: Final = "1E+99"
"""A cost that wins nothing: of an option that is unknown or above its maximum."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionCells:
    """Where an option's totals stand. cost: money an hour, 1E+99 where there is none; shown: the
    same, or in words why there is none; hosts: None where it has none."""

    name: str
    cost: str
    shown: str
    month: str
    hosts: str | None
    known: bool


def line_item_sheet(
    paper: Paper, structures: list[Structure], inputs: Inputs
) -> tuple[Sheet, list[OptionCells]]:
    """The sheet, and where the totals of each option stand."""
    texts = paper.texts
    sheet = Sheet(texts("papers.sheet.items"), WIDTHS)
    sheet.add((texts("papers.items.title"), "title"))
    sheet.add((texts("papers.seal", seal=paper.seal), "quiet"))
    sheet.row += 1
    heads = (*HEADS, "source", "as_of")
    sheet.add(*[(texts(f"papers.column.{name}"), "head") for name in heads])
    sheet.frozen_rows = sheet.row
    return sheet, [_block(paper, one, inputs, sheet) for one in structures]


def _block(paper: Paper, found: Structure, inputs: Inputs, sheet: Sheet) -> OptionCells:
    texts = paper.texts
    head = sheet.add((found.option.name, "bold"))
    first = sheet.row
    for item in found.items:
        _item(paper, found, item, inputs, sheet, first)
    total = sheet.row
    paid = paid_hosts(found, inputs)
    hosts = None if paid is None else sheet.put(total, 1, Formula(paid), "integer")
    cost = _cost(found, sheet, (first, total - 1), hosts)
    missing = _missing(paper, found)
    shown = sheet.ref(total, COST)
    sheet.add((texts("papers.total"), "bold"))
    if hosts is not None:
        what = "papers.units_paid" if item_is_unit(found) else "papers.hosts_paid"
        sheet.put(total, 2, texts(what))
    hidden = sheet.put(total, 9, Formula(cost), "quiet_number")
    words = _quoted(texts("no_cost.above_maximum") if found.items else missing)
    for column, times in ((COST, ""), (MONTH, f"*{inputs.hours_per_month()}")):
        live = f'IF({hidden}>=1E+90,"{words}",{hidden}{times})'
        sheet.put(total, column, Formula(live), "money_bold")
    sheet.row += 1
    return OptionCells(
        name=sheet.ref(head, 0),
        cost=hidden,
        shown=shown,
        month=sheet.ref(total, MONTH),
        hosts=hosts,
        known=bool(found.items),
    )


def item_is_unit(found: Structure) -> bool:
    """Whether what is paid are units of throughput and no hosts."""
    return any(item.code == "units" for item in found.items)


def _item(
    paper: Paper, found: Structure, item: LineItem, inputs: Inputs, sheet: Sheet, first: int
) -> None:
    words = inputs.words(found.option, item, inputs.load)
    origin, row = item.price.provenance, sheet.row
    before = sheet.span((first, COST), (max(row - 1, first), COST))
    if item.code in SURCHARGES:
        quantity = f"SUM({before})" if row > first else "0"
    elif is_of_hosts(item):
        assert found.hosts is not None
        paid = paid_hosts(found, inputs) or "0"
        whole = item.quantity_formula == found.hosts
        quantity = paid if whole else _lost(item, found, inputs, paid)
    else:
        quantity = translated(item.quantity_formula, words)
    amount = sheet.ref(row, 1)
    if inputs.unit_price(item):
        month = f"/{inputs.hours_per_month()}" if "hours_per_month" in item.inputs else ""
        each = f"{words.cells['amount']}/{words.cells['per']}{month}"
    else:  # a part of an owned host, which follows from assumptions
        each = translated(item.formula.replace(found.hosts or "", "1", 1), words)
    sheet.add(
        item_label(paper, item),
        (Formula(quantity), "number"),
        paper.texts.optional(f"papers.unit.{item.unit}") or item.unit,
        (Formula(each), "unit_price"),
        (Formula(f"{amount}*{sheet.ref(row, 3)}"), "money"),
        (Formula(f"{sheet.ref(row, COST)}*{inputs.hours_per_month()}"), "money"),
        item.formula,
        origin.source or paper.texts("explain.source.none"),
        paper.texts("explain.as_of.none") if origin.as_of is None else origin.as_of.isoformat(),
    )


def _lost(item: LineItem, found: Structure, inputs: Inputs, paid: str) -> str:
    """Paid hours that serve nothing, as hosts."""
    words = inputs.words(found.option, item, inputs.load)
    rest = translated(item.quantity_formula.replace(found.hosts or "", "1", 1), words)
    return f"{paid}*({rest})"


def _cost(found: Structure, sheet: Sheet, rows: tuple[int, int], hosts: str | None) -> str:
    if not found.items:
        return NOTHING
    summed = f"SUM({sheet.span((rows[0], COST), (rows[1], COST))})"
    if found.maximum is None or hosts is None:
        return summed
    return f"IF({hosts}>{found.maximum},{NOTHING},{summed})"


def _quoted(text: str) -> str:
    """A text as a formula holds it: 255 letters at most."""
    return text[:250].replace('"', "'")


def _missing(paper: Paper, found: Structure) -> str:
    estimates = paper.answer.at_workload.estimates
    own = next(one for one in estimates if one.name == found.option.name)
    return paper.sentences.no_cost(own)
