"""The trees of line items: each part of a cost, their sum, and the month made of it.

A part is its quantity times what each of it costs; both read the numbers that its formulas name.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from costing.line_items import LineItem, written_load
from costing.options import Dedicated, EstimatedCapacity, Option, Provisioned, TypedCapacity
from costing.question import Question
from costing.surcharges import SURCHARGES
from costing.trace_nodes import Origin, Trace, computed, given, hours_per_month, paid
from costing.units import HOURS_PER_MONTH, MINUTES_PER_HOUR, SECONDS_PER_HOUR, Unit, exact

CONSTANTS: Final[Mapping[str, int]] = {
    "seconds_per_hour": SECONDS_PER_HOUR,
    "minutes_per_hour": MINUTES_PER_HOUR,
}
NAME: Final = re.compile(r"[a-z_]+")
SHARES: Final = tuple(code for code, _ in SURCHARGES)
SERVED: Final = (
    "input_tokens_per_second",
    "output_tokens_per_second",
    "input_tokens_per_minute_per_unit",
    "output_token_weight",
)
"""What says how much an instance carries."""
PER: Final[Mapping[Unit, str]] = {
    Unit.TOKEN: "tokens",
    Unit.HOUR: "hours",
    Unit.MONTH: "months",
    Unit.REQUEST: "requests",
    Unit.MONEY: "money",
}
QUANTITIES: Final[Mapping[str, str]] = {
    "instance": "instances",
    "unit": "units",
    "token": "tokens/hour",
    "request": "requests/hour",
    "hour": "times",
    "month": "times",
}
"""Units of the quantities of line items; a fee is paid once, whatever the load."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTrees:
    """Trees of line items in one currency. read: a number that a formula names, by name and
    value."""

    currency: str
    read: Callable[[str, Decimal], Trace]

    def lines(self, items: Sequence[LineItem]) -> list[Trace]:
        """A tree a part, in order, each with a name of its own."""
        found: list[Trace] = []
        for item, name in zip(items, _names(items), strict=True):
            found.append(self._line(item, name, found))
        return found

    def total(self, items: Sequence[LineItem], lines: list[Trace]) -> Trace:
        """The sum of the parts, an hour."""
        total = sum((item.unrounded_cost_per_hour for item in items), Fraction())
        formula = " + ".join(line.name for line in lines) or "0"
        return computed("cost_per_hour", total, formula, lines, unit=f"{self.currency}/hour")

    def month(self, hour: Trace) -> Trace:
        """What it is a month."""
        assert hour.value is not None  # of a known cost
        return computed(
            "cost_per_month",
            hour.value * exact(HOURS_PER_MONTH),
            f"{hour.name} * hours_per_month",
            [hour, hours_per_month()],
            unit=f"{self.currency}/month",
            label=hour.label,
        )

    def numbers(self, items: Sequence[LineItem]) -> dict[str, Trace]:
        """The trees of a whole cost by the names that estimates have for them."""
        lines = self.lines(items)
        hour = self.total(items, lines)
        found = {"cost_per_hour": hour, "cost_per_month": self.month(hour)}
        for place, line in enumerate(lines):
            path = f"line_items.{place}"
            found[f"{path}.quantity_per_hour"] = line.children[0]
            found[f"{path}.cost_per_hour"] = line
            found[f"{path}.cost_per_month"] = self.month(line)
        return found

    def _line(self, item: LineItem, name: str, before: list[Trace]) -> Trace:
        """before: the parts in front of it, of which support and tax are shares."""
        quantity = self._quantity(item, before if item.code in SHARES else [])
        each = item.formula.removeprefix(f"{item.quantity_formula} * ")
        children = [quantity, *(self._of_the_price(item, part) for part in names_in(each))]
        cost, unit = item.unrounded_cost_per_hour, f"{self.currency}/hour"
        formula = f"quantity_per_hour * {each}"
        return computed(name, cost, formula, children, unit=unit, label=item.name)

    def _of_the_price(self, item: LineItem, name: str) -> Trace:
        price = item.price
        match name:
            case "amount":
                return paid("amount", self.currency, price.amount, price)
            case "per":
                return paid("per", PER[price.unit], price.per, price)
            case "hours_per_month":
                return hours_per_month()
        return self.read(name, item.inputs[name])

    def _quantity(self, item: LineItem, parts: list[Trace]) -> Trace:
        """parts: what it is the sum of; none where it is counted."""
        quantity, formula = item.unrounded_quantity_per_hour, item.quantity_formula
        unit = QUANTITIES.get(item.unit, f"{self.currency}/hour")
        if parts:
            formula, children = " + ".join(part.name for part in parts), parts
        else:
            children = [self.read(name, item.inputs[name]) for name in names_in(formula)]
        return computed("quantity_per_hour", quantity, formula, children, unit=unit)


def load_tree(question: Question, load: Fraction) -> Trace:
    """The load: as the count of a period that was typed, else as it was asked for."""
    workload = question.workload
    if load == workload.requests_per_hour and workload.period_hours != 1:
        inputs = {"requests": workload.requests, "period_hours": workload.period_hours}
    else:
        inputs = dict(written_load(question, load).inputs)
    leaves = [given(name, value) for name, value in inputs.items()]
    if len(leaves) == 1:
        return leaves[0]
    formula = "requests / period_hours"
    return computed("requests_per_hour", load, formula, leaves, unit="requests/hour")


def leaf(option: Option, name: str, value: Decimal) -> Trace:
    """A number that was given, a constant, or what a host or unit of the option carries."""
    if name in CONSTANTS:
        return given(name, value, Origin.CONSTANT)
    if name.removeprefix("base_") not in SERVED:
        return given(name, value)
    evidence, sources = _evidence(option, name.removeprefix("base_"))
    served = given(name, value, Origin.CAPACITY)
    return replace(served, evidence=evidence, sources=sources)


def names_in(formula: str) -> list[str]:
    """The numbers that a formula reads, each once, in order."""
    return [name for name in dict.fromkeys(NAME.findall(formula)) if name not in ("ceil", "max")]


def _names(items: Sequence[LineItem]) -> list[str]:
    """Codes of line items; several of one code are counted."""
    several, seen = Counter(item.code for item in items), Counter[str]()
    names = []
    for item in items:
        seen[item.code] += 1
        alone = several[item.code] == 1
        names.append(item.code if alone else f"{item.code}_{seen[item.code]}")
    return names


def _evidence(option: Option, name: str) -> tuple[str | None, tuple[str, ...]]:
    """How it is known what an instance carries, and from where."""
    if isinstance(option, Provisioned):
        return (option.weight_basis if name == "output_token_weight" else None), ()
    assert isinstance(option, Dedicated)  # nothing else carries a load
    assert isinstance(option.capacity, TypedCapacity)  # the others have no rates
    capacity = option.capacity
    sources = capacity.sources if isinstance(capacity, EstimatedCapacity) else ()
    return capacity.evidence, sources
