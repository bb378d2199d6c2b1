"""Every number of a hybrid as a tree, as `trace.py` has them of a single option.

What is paid is read from the line items; the requests of each side from the hours of the profile
above and below what the base serves; the size of the base was chosen as the cheapest of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from costing.columns import Columns
from costing.hybrid import Hybrid, HybridSize, best_hybrid, curve_of_sizes
from costing.hybrid_curve import HybridCurve
from costing.hybrid_items import load_of_one, requests_of_sides
from costing.line_items import WrittenLoad
from costing.options import Dedicated, Option, Provisioned, Serverless
from costing.profile import LoadProfile
from costing.question import Question
from costing.trace_lines import LineTrees, leaf, load_tree, names_in
from costing.trace_nodes import Origin, Trace, computed, given, tree_columns
from costing.units import decimal_text

OF_THE_PROFILE = frozenset(
    {"hours_above", "hours_in_profile", "weights_above", "weights_below", "total_of_weights"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridTrace:
    """The trees of one hybrid.

    numbers: by the names that they have in the hybrid (cost_per_month, base_instances, base_share,
    line_items.0.cost_per_hour, ...). What it does not have is left out: a utilization of a base
    without limit, and all but the load where something is lacking.
    """

    hybrid: Hybrid
    numbers: Mapping[str, Trace]

    def columns(self) -> Columns:
        """A row a number of a tree."""
        return tree_columns(f"{self.hybrid.base} + {self.hybrid.overflow}", self.numbers)


def hybrid_trace(
    question: Question,
    base: Option,
    overflow: Option,
    profile: LoadProfile,
    load: Fraction | None = None,
) -> HybridTrace:
    """The trees of what `best_hybrid` answers for the same arguments; raises as it does."""
    found = best_hybrid(question, base, overflow, profile, load)
    at = question.workload.requests_per_hour if load is None else load
    numbers = {"requests_per_hour": load_tree(question, at)}
    if found.base_instances is not None:
        assert isinstance(base, Dedicated | Provisioned)  # `best_hybrid` has said so
        assert isinstance(overflow, Serverless)
        tracer = _Tracer(
            question=question,
            base=base,
            profile=profile,
            found=found,
            curve=curve_of_sizes(question, base, overflow, profile, at),
        )
        numbers |= tracer.numbers()
    return HybridTrace(hybrid=found, numbers=numbers)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tracer:
    question: Question
    base: Dedicated | Provisioned
    profile: LoadProfile
    found: Hybrid
    curve: HybridCurve

    def numbers(self) -> dict[str, Trace]:
        """All but the load."""
        trees = LineTrees(currency=self.question.currency, read=self._read)
        found = trees.numbers(self.found.line_items)
        found["base_instances"] = self._always_on()
        found["serving_instances"] = self._serving()
        if self.found.base_share is not None:
            found["base_share"] = self._share()
        if self.found.base_utilization is not None:
            found["base_utilization"] = self._utilization()
        return found

    def _share(self) -> Trace:
        served = self._served()
        assert served.value is not None  # of a known hybrid
        return computed(
            "base_share",
            served.value / self.curve.load,
            "requests_of_base / mean_load",
            [served, replace(load_tree(self.question, self.curve.load), name="mean_load")],
            unit="share",
        )

    def _utilization(self) -> Trace:
        one, inputs = load_of_one(self.base, self.question.shape_of(self.base))
        each = self.curve.stairs.load_per_instance
        served, paid = self._served(), self._always_on()
        assert each is not None  # there is a utilization
        assert served.value is not None  # of a known hybrid
        assert paid.value is not None
        children = [self._read(name, inputs[name]) for name in names_in(one)]
        carried = computed("load_of_one", each, one, children, unit="requests/hour")
        return computed(
            "base_utilization",
            served.value / (paid.value * each),
            "requests_of_base / (always_on * load_of_one)",
            [served, paid, carried],
            unit="share",
        )

    def _served(self) -> Trace:
        """Requests of the base, the mean of its hours."""
        own = self._requests_of_base()
        return computed(
            "requests_of_base",
            own.exact,
            own.formula,
            [self._read(name, own.inputs[name]) for name in names_in(own.formula)],
            unit="requests/hour",
        )

    def _requests_of_base(self) -> WrittenLoad:
        size = self.curve.best_size()
        return requests_of_sides(self.question, self.base, self.profile, self.curve, size)[0]

    def _always_on(self) -> Trace:
        """Chosen: the cheapest size, beside which its neighbors are named with what they cost."""
        assert self.found.base_instances is not None  # of a known hybrid
        beside = [_written(one) for one in (self.found.fewer, self.found.more) if one is not None]
        paid = given("always_on", Decimal(self.found.base_instances), Origin.CHOSEN)
        return replace(paid, evidence="; ".join(beside) or None)

    def _serving(self) -> Trace:
        """Of hosts those that are no standby ones; of units the whole steps."""
        serving, paid = self.found.serving_instances, self.found.base_instances
        assert serving is not None  # of a known hybrid
        assert paid is not None
        value, spare = Fraction(serving), self.curve.stairs.spare
        if serving == paid - spare:
            children = [self._always_on()]
            if spare:
                children.append(given("spare_instances", Decimal(spare)))
            formula = " - ".join(child.name for child in children)
            return computed("serving", value, formula, children, unit="instances")
        return given("serving", Decimal(serving), Origin.CHOSEN)

    def _read(self, name: str, value: Decimal) -> Trace:
        if name == "always_on":
            return self._always_on()
        if name == "serving":
            return self._serving()
        if name in OF_THE_PROFILE:
            counted = given(name, value, Origin.PROFILE)
            source = () if self.profile.source is None else (self.profile.source,)
            return replace(counted, evidence=self.profile.name, sources=source)
        return leaf(self.base, name, value)


def _written(size: HybridSize) -> str:
    return f"{size.instances}: {decimal_text(size.cost_per_hour)} per hour"
