"""What a hybrid costs over the size of its base, for a chart: few sizes of many, each exact."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.hybrid import best_hybrid, curve_of_sizes
from costing.hybrid_curve import HybridCurve
from costing.options import Dedicated, Provisioned, Serverless
from costing.profile import LoadProfile
from costing.profile_cost import mean_load
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, to_decimal

BESIDE_BEST = 3
"""Sizes on each side of the best one that are never left out."""
FEWEST_ABOVE = 2
"""Sizes above the best one, and above the one that serves all, where the maximum allows them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeCost:
    """The hybrid with one size of its base, the mean of its hours.

    instances, serving_instances: as `Hybrid` has them. base_share: requests served by the base
    over all, 0 to 1; None without load. is_best: the size that `best_hybrid` answers.
    """

    instances: int
    serving_instances: int
    cost_per_hour: Decimal
    cost_per_month: Decimal
    base_share: Decimal | None
    is_best: bool


def hybrid_sizes(
    question: Question,
    base: Dedicated | Provisioned,
    overflow: Serverless,
    profile: LoadProfile,
    load: Fraction | None = None,
    *,
    most: int = 60,
) -> tuple[SizeCost, ...]:
    """The smallest base, the one that serves all and a little more, and sizes between, evenly apart
    where they are more than about `most`; the best and those beside it always. Empty where
    something is lacking. Raises as best_hybrid."""
    if best_hybrid(question, base, overflow, profile, load).lacking:
        return ()
    curve = curve_of_sizes(question, base, overflow, profile, mean_load(question, load))
    best = curve.best_size()
    return tuple(_of(curve, size, best) for size in _sizes(curve, best, most))


def _sizes(curve: HybridCurve, best: int, most: int) -> list[int]:
    wanted = max(best, curve.size_that_serves_all()) + FEWEST_ABOVE
    last = max(best, min(wanted, curve.largest_size(wanted)))
    beside = range(max(0, best - BESIDE_BEST), min(last, best + BESIDE_BEST) + 1)
    places = min(last, most)
    even = {round(Fraction(last * place, places)) for place in range(places + 1)} if last else {0}
    return sorted(even | set(beside))


def _of(curve: HybridCurve, size: int, best: int) -> SizeCost:
    cost = curve.cost(size)
    served = curve.load - curve.overflow(size).requests
    return SizeCost(
        instances=curve.paid(size),
        serving_instances=curve.serving(size),
        cost_per_hour=to_decimal(cost),
        cost_per_month=to_decimal(cost * exact(HOURS_PER_MONTH)),
        base_share=to_decimal(served / curve.load) if curve.load else None,
        is_best=size == best,
    )
