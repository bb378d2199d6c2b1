"""Every number of an estimate as a tree: its formula, the numbers that it reads, their sources.

A formula is arithmetic (+ - * / ceil max) over the names of the children, and a number without one
was given: typed, a price of a row, what a host serves, or a constant. What a tree holds is exact:
evaluating it gives the number itself, which the estimate shows rounded (README, "Rounding").
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from costing.curve import cost_curve
from costing.estimate import Estimate, Status, estimate
from costing.line_items import LineItem, paid_instances, paid_units, written_load
from costing.options import Dedicated, EstimatedCapacity, Option, Provisioned, TypedCapacity
from costing.question import Question
from costing.surcharges import SURCHARGES
from costing.trace_nodes import (
    EstimateTrace,
    Origin,
    Trace,
    computed,
    given,
    hours_per_month,
    paid,
)
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


def trace(question: Question, option: Option, load: Fraction | None = None) -> EstimateTrace:
    """The trees of what `estimate` answers for the same arguments."""
    found = estimate(question, option, load)
    at = question.workload.requests_per_hour if load is None else load
    return _Tracer(question=question, option=option, load=at, estimate=found).whole()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tracer:
    question: Question
    option: Option
    load: Fraction
    estimate: Estimate

    def whole(self) -> EstimateTrace:
        numbers = {"requests_per_hour": self._requests(), "undated_prices": self._undated()}
        if self.estimate.status is not Status.KNOWN:
            numbers |= {f"cost_per_{period}": self._unknown(period) for period in ("hour", "month")}
            return EstimateTrace(estimate=self.estimate, numbers=numbers)
        items = self.estimate.line_items
        lines: list[Trace] = []
        for item, name in zip(items, _names(items), strict=True):
            lines.append(self._line(item, name, lines))
        hour = self._sum(lines)
        numbers |= {"cost_per_hour": hour, "cost_per_month": self._month(hour)}
        if self.estimate.instances is not None:
            numbers["instances"] = self._instances()
        if self.estimate.utilization is not None:
            numbers["utilization"] = self._utilization()
        for place, line in enumerate(lines):
            path = f"line_items.{place}"
            numbers[f"{path}.quantity_per_hour"] = line.children[0]
            numbers[f"{path}.cost_per_hour"] = line
            numbers[f"{path}.cost_per_month"] = self._month(line)
        return EstimateTrace(estimate=self.estimate, numbers=numbers)

    # --- money -------------------------------------------------------------------------------

    def _line(self, item: LineItem, name: str, before: list[Trace]) -> Trace:
        """A part: its quantity, and what each of it costs. before: the parts in front of it, of
        which support and tax are shares."""
        quantity = self._quantity(item, before if item.code in SHARES else [])
        each = item.formula.removeprefix(f"{item.quantity_formula} * ")
        children = [quantity, *(self._of_the_price(item, part) for part in _names_in(each))]
        cost, unit = item.unrounded_cost_per_hour, f"{self.question.currency}/hour"
        formula = f"quantity_per_hour * {each}"
        return computed(name, cost, formula, children, unit=unit, label=item.name)

    def _of_the_price(self, item: LineItem, name: str) -> Trace:
        price = item.price
        match name:
            case "amount":
                return paid("amount", self.question.currency, price.amount, price)
            case "per":
                return paid("per", PER[price.unit], price.per, price)
            case "hours_per_month":
                return hours_per_month()
        return self._leaf(name, item.inputs[name])

    def _quantity(self, item: LineItem, parts: list[Trace]) -> Trace:
        """parts: what it is the sum of; none where it is counted."""
        quantity, formula = item.unrounded_quantity_per_hour, item.quantity_formula
        unit = QUANTITIES.get(item.unit, f"{self.question.currency}/hour")
        if parts:
            formula, children = " + ".join(part.name for part in parts), parts
        else:
            children = self._inputs(item)
        return computed("quantity_per_hour", quantity, formula, children, unit=unit)

    def _sum(self, lines: list[Trace]) -> Trace:
        total = sum((item.unrounded_cost_per_hour for item in self.estimate.line_items), Fraction())
        formula = " + ".join(line.name for line in lines) or "0"
        unit = f"{self.question.currency}/hour"
        return computed("cost_per_hour", total, formula, lines, unit=unit)

    def _month(self, hour: Trace) -> Trace:
        assert hour.value is not None  # of a known estimate
        return computed(
            "cost_per_month",
            hour.value * exact(HOURS_PER_MONTH),
            f"{hour.name} * hours_per_month",
            [hour, hours_per_month()],
            unit=f"{self.question.currency}/month",
            label=hour.label,
        )

    def _unknown(self, period: str) -> Trace:
        lacking = tuple(what.value for what in self.estimate.missing)
        return Trace(
            name=f"cost_per_{period}",
            unit=f"{self.question.currency}/{period}",
            value=None,
            origin=Origin.COMPUTED,
            missing=lacking or (self.estimate.status.value,),
        )

    # --- hosts and units ---------------------------------------------------------------------

    def _instances(self) -> Trace:
        """Paid hosts or units, in the numbers that were given."""
        option, load = self.option, written_load(self.question, self.load)
        shape, peak = self.question.shape_of(option), self.question.workload.peak_to_mean
        if isinstance(option, Provisioned):
            unit, (formula, inputs) = "unit", paid_units(option, shape, load, peak)
        else:
            assert isinstance(option, Dedicated)  # the others have no instances
            unit, (formula, inputs) = "instance", paid_instances(option, shape, load, peak)
        assert self.estimate.instances is not None
        counted = Fraction(self.estimate.instances)
        children = [self._read(name, value) for name, value in inputs.items()]
        return computed("instances", counted, formula, children, unit=QUANTITIES[unit])

    def _utilization(self) -> Trace:
        instances, each = self._instances(), self._load_per_instance()
        assert instances.value is not None  # of a known estimate
        assert each.value is not None  # there is a utilization
        return computed(
            "utilization",
            self.load / (instances.value * each.value),
            "requests_per_hour / (instances * load_per_instance)",
            [self._requests(), instances, each],
            unit="share",
        )

    def _load_per_instance(self) -> Trace:
        """What one carries through the peak, in the numbers that were given."""
        stairs = cost_curve(self.question, self.option).stairs
        assert stairs is not None  # there is a utilization
        formula, names = self._carried()
        return computed(
            "load_per_instance",
            stairs.load_per_instance,
            f"{formula} / peak_to_mean",
            [self._given(name) for name in (*names, "peak_to_mean")],
            unit="requests/hour",
        )

    def _carried(self) -> tuple[str, list[str]]:
        option, shape = self.option, self.question.shape_of(self.option)
        if isinstance(option, Provisioned):
            taken = "input_tokens * (1 - cached_input_share)"
            names = ["minutes_per_hour", "input_tokens_per_minute_per_unit"]
            formula = " * ".join(names)
            names += ["input_tokens", "cached_input_share"]
            if shape.output_tokens > 0:
                taken += " + output_token_weight * output_tokens"
                names += ["output_token_weight", "output_tokens"]
            return f"{formula} / ({taken})", names
        assert isinstance(option, Dedicated)  # the others have no instances
        sides = [
            side
            for side in ("input_tokens", "output_tokens")
            if getattr(shape, side) > 0
            and getattr(option.capacity, f"{side}_per_second") is not None
        ]
        seconds = [f"{side} / {side}_per_second" for side in sides]
        busy = f"max({', '.join(seconds)})" if len(seconds) > 1 else f"({seconds[0]})"
        names = [name for side in sides for name in (side, f"{side}_per_second")]
        return f"seconds_per_hour / {busy}", ["seconds_per_hour", *names]

    # --- what was given ----------------------------------------------------------------------

    def _inputs(self, item: LineItem) -> list[Trace]:
        """What the quantity of a line item reads, as its formula names it."""
        return [self._read(name, item.inputs[name]) for name in _names_in(item.quantity_formula)]

    def _read(self, name: str, value: Decimal) -> Trace:
        return self._requests() if name == "requests_per_hour" else self._leaf(name, value)

    def _given(self, name: str) -> Trace:
        """A number of the method, the request, the workload or the option, by its name."""
        if name in CONSTANTS:
            return self._leaf(name, Decimal(CONSTANTS[name]))
        option = self.option
        served = option.capacity if isinstance(option, Dedicated) else option
        places = (self.question.shape_of(option), self.question.workload, served)
        return self._leaf(name, next(getattr(one, name) for one in places if hasattr(one, name)))

    def _leaf(self, name: str, value: Decimal) -> Trace:
        if name in CONSTANTS:
            return given(name, value, Origin.CONSTANT)
        if name not in SERVED:
            return given(name, value)
        evidence, sources = _evidence(self.option, name)
        served = given(name, value, Origin.CAPACITY)
        return replace(served, evidence=evidence, sources=sources)

    def _requests(self) -> Trace:
        """The load: as the count of a period that was typed, else as it was asked for."""
        workload = self.question.workload
        if self.load == workload.requests_per_hour and workload.period_hours != 1:
            inputs = {"requests": workload.requests, "period_hours": workload.period_hours}
        else:
            inputs = dict(written_load(self.question, self.load).inputs)
        leaves = [given(name, value) for name, value in inputs.items()]
        if len(leaves) == 1:
            return leaves[0]
        formula = "requests / period_hours"
        return computed("requests_per_hour", self.load, formula, leaves, unit="requests/hour")

    def _undated(self) -> Trace:
        """1 for each price without a date."""
        children = [
            paid(f"undated_{place}", "prices", Decimal(price.provenance.as_of is None), price)
            for place, price in enumerate(self.option.prices)
        ]
        total = exact(self.estimate.undated_prices)
        formula = " + ".join(one.name for one in children) or "0"
        return computed("undated_prices", total, formula, children, unit="prices")


def _names_in(formula: str) -> list[str]:
    """The numbers that a formula reads, each once, in order."""
    return [name for name in dict.fromkeys(NAME.findall(formula)) if name not in ("ceil", "max")]


def _names(items: tuple[LineItem, ...]) -> list[str]:
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
