"""A base of hosts or units that always runs, and by the token what it cannot serve.

Formulas: README, "Base and overflow"; the size of the base: hybrid_curve.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.billing import ALWAYS_ON
from costing.columns import Columns
from costing.curve import cost_curve
from costing.errors import InvalidQuestion
from costing.estimate import Status, item_columns, kind_of
from costing.hybrid_curve import HybridCurve, hybrid_curve
from costing.hybrid_items import hybrid_items
from costing.line_items import LineItem
from costing.options import Dedicated, Missing, Option, Provisioned, Serverless, missing
from costing.profile import LoadProfile
from costing.profile_cost import (
    ProfileCost,
    exact_profile_cost,
    mean_load,
    profile_cost,
    require_case,
)
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, to_decimal


class Way(StrEnum):
    """The ways that a hybrid is held against: base alone, overflow alone, both."""

    BASE = "base"
    OVERFLOW = "overflow"
    HYBRID = "hybrid"


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridSize:
    """A size of the base next to the best one, and its cost."""

    instances: int
    cost_per_hour: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacking:
    """What an option lacks, so that the hybrid has no cost."""

    option: str
    missing: Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class Hybrid:
    """The cheapest hybrid of a base and an overflow over a profile, the mean of its hours.

    All but the first six and the pure ones is None or empty where something is lacking.
    base_instances: paid in every hour (of provisioned throughput its units); serving_instances:
    without spare ones. base_share: requests served by the base over all, None without load.
    base_utilization: those over what the paid base could serve; None where unlimited or none.
    fewer, more: a host (or step) less and more; None where the minimum or maximum forbids it.
    cheapest: None where something is lacking; of equal costs a pure way, the base first.
    """

    base: str
    overflow: str
    profile: LoadProfile
    requests_per_hour: Decimal
    currency: str
    lacking: tuple[Lacking, ...]
    pure_base: ProfileCost
    pure_overflow: ProfileCost
    status: Status
    base_instances: int | None = None
    serving_instances: int | None = None
    cost_per_hour: Decimal | None = None
    cost_per_month: Decimal | None = None
    line_items: tuple[LineItem, ...] = ()
    base_share: Decimal | None = None
    base_utilization: Decimal | None = None
    fewer: HybridSize | None = None
    more: HybridSize | None = None
    cheapest: Way | None = None

    def columns(self) -> Columns:
        """A row a line item, as estimates have them: `pandas.DataFrame(hybrid.columns())`."""
        name = f"{self.base} + {self.overflow}"
        return item_columns(self.line_items, self.currency, name, "hybrid")


def best_hybrid(
    question: Question,
    base: Option,
    overflow: Option,
    profile: LoadProfile,
    load: Fraction | None = None,
) -> Hybrid:
    """The cheapest size of the base, exact, at a mean load (requests an hour; default: workload).

    Both sides are kept whatever the size: fees and add-ons by the hour of either are paid, once
    where an add-on is on both; add-ons by the request or token go with the requests of their side.
    A pure way beside it carries its own only. Of equal costs the smaller base wins. Raises
    InvalidQuestion where base is not dedicated or provisioned, overflow not serverless, one of
    them is not asked about, for a peak_to_mean beside the profile, and for a negative load.
    """
    if not isinstance(base, Dedicated | Provisioned):
        raise _wrong_kind("base", "a dedicated or provisioned option", base)
    if not isinstance(overflow, Serverless):
        raise _wrong_kind("overflow", "a serverless option", overflow)
    require_case(question, base, "base")
    require_case(question, overflow, "overflow")
    at = mean_load(question, load)
    lacking = tuple(
        Lacking(option=option.name, missing=what)
        for option in (base, overflow)
        for what in missing(option, question.shape_of(option))
    )
    pure = [profile_cost(question, one, profile, ALWAYS_ON, at) for one in (base, overflow)]
    if lacking:
        return Hybrid(
            base=base.name,
            overflow=overflow.name,
            profile=profile,
            requests_per_hour=to_decimal(at),
            currency=question.currency,
            lacking=lacking,
            pure_base=pure[0],
            pure_overflow=pure[1],
            status=Status.UNKNOWN,
        )
    curve = curve_of_sizes(question, base, overflow, profile, at)
    size = curve.best_size()
    cost, left_over = curve.cost(size), curve.overflow(size)
    served = at - left_over.requests
    each, paid = curve.stairs.load_per_instance, curve.paid(size)
    ways = [
        (exact_profile_cost(question, base, profile, ALWAYS_ON, at), Way.BASE),
        (exact_profile_cost(question, overflow, profile, ALWAYS_ON, at), Way.OVERFLOW),
        (cost, Way.HYBRID),
    ]
    possible = [(money, way) for money, way in ways if money is not None]
    return Hybrid(
        base=base.name,
        overflow=overflow.name,
        profile=profile,
        requests_per_hour=to_decimal(at),
        currency=question.currency,
        lacking=(),
        pure_base=pure[0],
        pure_overflow=pure[1],
        status=Status.KNOWN,
        base_instances=paid,
        serving_instances=curve.serving(size),
        cost_per_hour=to_decimal(cost),
        cost_per_month=to_decimal(cost * exact(HOURS_PER_MONTH)),
        line_items=hybrid_items(question, base, overflow, profile, curve, size),
        base_share=to_decimal(served / at) if at else None,
        base_utilization=to_decimal(served / (paid * each)) if each and paid else None,
        fewer=_size(curve, size - 1),
        more=_size(curve, size + 1),
        cheapest=min(possible, key=lambda pair: pair[0])[1],
    )


def hybrid_over(
    question: Question,
    base: Option,
    overflow: Option,
    profile: LoadProfile,
    loads: Sequence[Fraction],
) -> tuple[Hybrid, ...]:
    """The cheapest hybrid at each of these mean loads (requests an hour); raises as best_hybrid."""
    return tuple(best_hybrid(question, base, overflow, profile, load) for load in loads)


def _wrong_kind(field: str, expected: str, found: Option) -> InvalidQuestion:
    return InvalidQuestion(
        field=field, reason=f"expected {expected}, found {found.name!r}: {kind_of(found)}"
    )


def _size(curve: HybridCurve, size: int) -> HybridSize | None:
    if not curve.exists(size):
        return None
    return HybridSize(instances=curve.paid(size), cost_per_hour=to_decimal(curve.cost(size)))


def curve_of_sizes(
    question: Question,
    base: Dedicated | Provisioned,
    overflow: Serverless,
    profile: LoadProfile,
    load: Fraction,
) -> HybridCurve:
    """Fees and slopes as each side alone has them, but an add-on by the hour on both only once."""
    alone, tokens = cost_curve(question, base), cost_curve(question, overflow)
    assert alone.stairs is not None
    on_base, on_overflow = question.add_ons_of(base), question.add_ons_of(overflow)
    on_both = [
        one.per_hour()
        for one in question.add_ons
        if one in on_base and one in on_overflow and one.hourly
    ]
    fixed = alone.fixed + tokens.fixed - question.surcharge_factor * sum(on_both)
    return hybrid_curve(profile, alone.stairs, load, fixed, (alone.slope, tokens.slope))
