"""Whether the cheapest way of a hybrid can be called, by the rules of every verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.band import UNSURE_CAPACITY
from costing.hybrid import Hybrid
from costing.question import Question
from costing.units import exact
from costing.verdict import Call, Reason, reasons_not_to_call


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridCall:
    """reasons: why the cheapest way cannot be called; empty of a clear one, and of an unknown one,
    whose hybrid says what is lacking."""

    call: Call
    reasons: tuple[Reason, ...] = ()


def hybrid_call(found: Hybrid, pair: Question, ends: Sequence[Hybrid] = ()) -> HybridCall:
    """pair: the question with both sides, for the dates of their prices. ends: the hybrid with
    hosts as slow, and as fast, as an estimate of them allows; where another way wins there, the
    capacity decides."""
    if found.cheapest is None:
        return HybridCall(call=Call.UNKNOWN)
    costs = sorted(exact(cost) for cost in _ways(found) if cost is not None)
    reasons: tuple[Reason, ...] = ()
    if len(costs) > 1:
        gap = costs[1] - costs[0]
        reasons = reasons_not_to_call(pair, gap, gap / costs[0] if costs[0] > 0 else None)
    if any(end.cheapest is not found.cheapest for end in ends):
        reasons += (Reason(code=UNSURE_CAPACITY),)
    return HybridCall(call=Call.TOO_CLOSE if reasons else Call.CLEAR, reasons=reasons)


def _ways(found: Hybrid) -> tuple[Decimal | None, ...]:
    alone = (found.pure_base.cost_per_hour, found.pure_overflow.cost_per_hour)
    # Without a base it is the overflow alone, and without overflow the base alone: no third way.
    is_third = found.base_instances != 0 and found.base_share != 1
    return (*alone, found.cost_per_hour) if is_third else alone
