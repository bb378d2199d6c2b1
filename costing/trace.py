"""Every number of an estimate as a tree: its formula, the numbers that it reads, their sources.

A formula is arithmetic (+ - * / ceil max) over the names of the children, and a number without one
was given: typed, a price of a row, what a host serves, or a constant. What a tree holds is exact:
evaluating it gives the number itself, which the estimate shows rounded (README, "Rounding").
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.curve import cost_curve
from costing.estimate import Estimate, Status, estimate
from costing.line_items import paid_instances, paid_units, written_load
from costing.options import Dedicated, Option, Provisioned
from costing.question import Question
from costing.trace_lines import CONSTANTS, QUANTITIES, LineTrees, leaf, load_tree
from costing.trace_nodes import (
    EstimateTrace,
    Origin,
    Trace,
    computed,
    paid,
)
from costing.units import exact


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
        trees = LineTrees(currency=self.question.currency, read=self._read)
        numbers |= trees.numbers(self.estimate.line_items)
        if self.estimate.instances is not None:
            numbers["instances"] = self._instances()
        if self.estimate.utilization is not None:
            numbers["utilization"] = self._utilization()
        return EstimateTrace(estimate=self.estimate, numbers=numbers)

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
        return leaf(self.option, name, value)

    def _requests(self) -> Trace:
        return load_tree(self.question, self.load)

    def _undated(self) -> Trace:
        """1 for each price without a date."""
        children = [
            paid(f"undated_{place}", "prices", Decimal(price.provenance.as_of is None), price)
            for place, price in enumerate(self.option.prices)
        ]
        total = exact(self.estimate.undated_prices)
        formula = " + ".join(one.name for one in children) or "0"
        return computed("undated_prices", total, formula, children, unit="prices")
