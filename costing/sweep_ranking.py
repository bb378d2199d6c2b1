"""The cheapest options of one cell of a sweep, exactly: the arrays choose whom to look at.

A float64 cost is right to about 1e-15, so whoever could be among the cheapest lies within 1e-12 of
them in the array. Only these are computed again; their order is that of the fractions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from costing.errors import InvalidValue
from costing.estimate import Estimate, estimate, exact_cost_per_hour
from costing.options import Option
from costing.question import Question
from costing.sweep import SweepResult
from costing.sweep_cells import TIE
from costing.sweep_whole import Column


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """An option by its place in the question, and what it costs in the cell."""

    place: int
    estimate: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell: the question it asks, its load, and money an hour by option, NaN for none."""

    question: Question
    load: Fraction
    costs: Column

    def cheapest(self, count: int, among: Iterable[int] | None = None) -> tuple[Ranked, ...]:
        """The cheapest options with a cost, at most `count`, of equal ones the earlier first.

        among: places to choose from; None: all.
        """
        places = np.arange(len(self.costs)) if among is None else np.array([*among], int)
        places = places[~np.isnan(self.costs[places])]
        costs = self.costs[places]
        if 0 < count < len(costs):
            last = np.partition(costs, count - 1)[count - 1]
            places = places[costs <= last * (1 + TIE)]
        ranked = sorted(
            (cost, place)
            for place in places.tolist()
            if (cost := exact_cost_per_hour(self.question, self._option(place), self.load))
            is not None
        )
        return tuple(
            Ranked(place=place, estimate=self.at(place)) for _, place in ranked[: max(count, 0)]
        )

    def at(self, place: int) -> Estimate:
        """What the option at a place costs, as line items."""
        return estimate(self.question, self._option(place), self.load)

    def _option(self, place: int) -> Option:
        return self.question.options[place]


def cell_of(result: SweepResult, index: Sequence[int]) -> Cell:
    """One cell of a sweep. Raises InvalidValue where there is none, or costs were not kept."""
    question = result.sweep.question_at(index)
    if not result.costs:
        raise InvalidValue(field="with_costs", expected="a sweep with its costs", found="none kept")
    return Cell(
        question=question,
        load=question.workload.requests_per_hour,
        costs=np.array([cost[tuple(index)] for cost in result.costs.values()]),
    )
