"""What one option costs over a load profile: tokens by the mean, hosts by the hour.

Formulas: README, "Over the hours of a day".
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.billing import (
    ALWAYS_ON,
    Billing,
    BillingMode,
    HostHours,
    host_hours,
    require_hourly_host,
)
from costing.curve import CostCurve, cost_curve
from costing.errors import InvalidQuestion
from costing.estimate import Status, kind_of
from costing.host_items import WrittenCount, host_items, interruption_items
from costing.line_items import (
    LineItem,
    WrittenLoad,
    add_on_item,
    hourly_item,
    paid_instances,
    paid_units,
    priced_item,
    token_items,
    written_load,
)
from costing.notices import Notice
from costing.options import Dedicated, Missing, Option, Provisioned, Serverless, missing
from costing.profile import LoadProfile, peak_formula, require_no_peak
from costing.question import Question
from costing.surcharges import with_surcharges
from costing.units import HOURS_PER_MONTH, MINUTES_PER_HOUR, decimal_text, exact, to_decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileCost:
    """The cost of an option over a profile, the mean of its hours. Costs are None unless known.

    billing: what counted, None for serverless. instances_by_hour: paid (of provisioned throughput
    its units), spare ones included, starts not; above the maximum what the load would need; None
    for serverless and unknown. utilization: mean load over what all paid host hours could serve,
    starts included; None where unlimited or none is paid. hours_above_maximum, starts_from_zero:
    in one run of the profile.
    """

    name: str
    kind: str
    profile: LoadProfile
    billing: Billing | None
    status: Status
    missing: tuple[Missing, ...]
    requests_per_hour: Decimal
    cost_per_hour: Decimal | None
    cost_per_month: Decimal | None
    line_items: tuple[LineItem, ...]
    instances_by_hour: tuple[int, ...] | None
    peak_instances: int | None
    utilization: Decimal | None
    hours_above_maximum: int
    starts_from_zero: int
    notices: tuple[Notice, ...]


def profile_cost(
    question: Question,
    option: Option,
    profile: LoadProfile,
    billing: Billing,
    load: Fraction | None = None,
) -> ProfileCost:
    """Price an option over a profile at a mean load (requests an hour; default: the workload).

    billing counts for dedicated hosts: tokens have none, and provisioned units are always on.
    Raises InvalidQuestion for an option that is not asked about, a peak_to_mean beside the
    profile, a negative load, or hosts that cannot be given back by the hour.
    """
    case = _case(question, option, profile, billing, load)
    hosts = case.hosts
    total, status = case.cost, Status.UNKNOWN
    if case.curve is not None:
        status = Status.ABOVE_MAXIMUM if total is None else Status.KNOWN
    return ProfileCost(
        name=option.name,
        kind=kind_of(option),
        profile=profile,
        billing=case.billing,
        status=status,
        missing=missing(option, question.shape_of(option)),
        requests_per_hour=to_decimal(case.load),
        cost_per_hour=None if total is None else to_decimal(total),
        cost_per_month=None if total is None else to_decimal(total * exact(HOURS_PER_MONTH)),
        line_items=() if total is None else _line_items(question, option, case),
        instances_by_hour=None if hosts is None else hosts.by_hour,
        peak_instances=None if hosts is None else max(hosts.by_hour),
        utilization=_utilization(case),
        hours_above_maximum=0 if hosts is None else hosts.hours_above_maximum,
        starts_from_zero=0 if hosts is None else hosts.starts,
        notices=_notices(option, case),
    )


def exact_profile_cost(
    question: Question,
    option: Option,
    profile: LoadProfile,
    billing: Billing,
    load: Fraction | None = None,
) -> Fraction | None:
    """Money an hour over a profile, unrounded; None where unknown or above the maximum.

    Raises as profile_cost does.
    """
    return _case(question, option, profile, billing, load).cost


def require_case(question: Question, option: Option, field: str) -> None:
    """Refuse an option that the question does not hold, whose currency and add-ons nobody checked,
    and a peak beside the profile (InvalidQuestion)."""
    if option not in question.options:
        raise InvalidQuestion(
            field=field, reason=f"expected an option of the question, found {option.name!r}"
        )
    require_no_peak(question)


def mean_load(question: Question, load: Fraction | None) -> Fraction:
    """The load asked about, the workload's for None; InvalidQuestion for a negative one."""
    if load is None:
        return question.workload.requests_per_hour
    if load < 0:
        raise InvalidQuestion(field="load", reason=f"expected a number of 0 or more, found {load}")
    return load


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One option at one mean load over a profile; curve None: unknown, hosts None: none of them."""

    profile: LoadProfile
    load: Fraction
    billing: Billing | None
    curve: CostCurve | None
    hosts: HostHours | None

    @property
    def cost(self) -> Fraction | None:
        """fixed + slope * mean load + price * host hours / hours of the profile."""
        if self.curve is None:
            return None
        tokens = self.curve.fixed + self.curve.slope * self.load
        if self.curve.stairs is None or self.hosts is None:
            return tokens
        if self.hosts.hours_above_maximum:
            return None
        return tokens + self.curve.stairs.price * self.hosts.total / self.profile.hours


def _case(
    question: Question,
    option: Option,
    profile: LoadProfile,
    billing: Billing,
    load: Fraction | None,
) -> _Case:
    require_case(question, option, "option")
    at, counts = mean_load(question, load), _billing_of(option, billing)
    curve = hosts = None
    if not missing(option, question.shape_of(option)):
        curve = cost_curve(question, option)
        if curve.stairs is not None and counts is not None:
            hosts = host_hours(curve.stairs, [at * one for one in profile.factors], counts)
    return _Case(profile=profile, load=at, billing=counts, curve=curve, hosts=hosts)


def _billing_of(option: Option, billing: Billing) -> Billing | None:
    if isinstance(option, Serverless):
        return None
    if isinstance(option, Provisioned):
        return ALWAYS_ON
    require_hourly_host(option, billing)
    return billing


def _utilization(case: _Case) -> Decimal | None:
    if case.curve is None or case.curve.stairs is None or case.hosts is None:
        return None
    each = case.curve.stairs.load_per_instance
    if each is None or not case.hosts.total:
        return None
    return to_decimal(case.load * case.profile.hours / (case.hosts.total * each))


def _notices(option: Option, case: _Case) -> tuple[Notice, ...]:
    """Starts from zero are flagged: until a host is ready its first requests wait. So are hosts
    that are given back without a word on what a start costs."""
    minutes = None if case.billing is None else case.billing.cold_start_minutes
    if minutes is None and case.hosts is not None and 0 in case.hosts.by_hour:
        empty = sum(not paid for paid in case.hosts.by_hour)
        if empty < case.profile.hours:
            facts = {"hours": str(empty), "hours_in_profile": str(case.profile.hours)}
            return (Notice(code="cold_starts_not_counted", option=option.name, facts=facts),)
    if minutes is None or case.hosts is None or not case.hosts.starts:
        return ()
    facts = {
        "starts": str(case.hosts.starts),
        "hours_in_profile": str(case.profile.hours),
        "cold_start_minutes": decimal_text(minutes),
    }
    return (Notice(code="cold_starts", option=option.name, facts=facts),)


def _line_items(question: Question, option: Option, case: _Case) -> tuple[LineItem, ...]:
    shape, load = question.shape_of(option), written_load(question, case.load)
    items: list[LineItem] = []
    if isinstance(option, Serverless):
        items += token_items(option, shape, load)
        if option.hosting is not None:
            items.append(hourly_item("hosting", "Hosting fee", option.hosting))
    elif (
        isinstance(option, Dedicated)
        and case.billing is not None
        and case.billing.mode is BillingMode.HOURLY
    ):
        items += _hourly_hosts(option, case)
    else:
        items += _hosts_always_on(question, option, case, load)
    items += [add_on_item(add_on, shape, load) for add_on in question.add_ons_of(option)]
    return with_surcharges(question, items)


def _hosts_always_on(
    question: Question, option: Dedicated | Provisioned, case: _Case, load: WrittenLoad
) -> list[LineItem]:
    """Sized like any load without a peak, at the load of the highest hour."""
    assert case.hosts is not None
    shape, quantity = question.shape_of(option), exact(case.hosts.by_hour[0])
    formula, inputs = peak_formula(case.profile)
    highest = WrittenLoad(
        exact=case.load * case.profile.peak_to_mean,
        formula=f"{load.formula} * {formula}",
        inputs={**load.inputs, **inputs},
    )
    if isinstance(option, Provisioned):
        assert option.price is not None  # only options with a cost reach this
        formula, inputs = paid_units(option, shape, highest, Decimal(1))
        return [priced_item("units", "Units", quantity, option.price, formula, inputs)]
    formula, inputs = paid_instances(option, shape, highest, Decimal(1))
    hosts = WrittenCount(exact=quantity, formula=formula, inputs=inputs)
    return [*host_items(option, hosts), *interruption_items(option, hosts)]


def _hourly_hosts(option: Dedicated, case: _Case) -> list[LineItem]:
    """Host hours of the profile over its hours; they add up from instances_by_hour."""
    assert option.price is not None
    assert case.hosts is not None
    hours, total = case.profile.hours, sum(case.hosts.by_hour)
    in_profile = {"hours_in_profile": Decimal(hours)}
    running = WrittenCount(
        exact=Fraction(total, hours),
        formula="instance_hours / hours_in_profile",
        inputs={"instance_hours": Decimal(total), **in_profile},
    )
    items = host_items(option, running)
    minutes = None if case.billing is None else case.billing.cold_start_minutes
    if minutes is None:
        return [*items, *interruption_items(option, running)]
    starting = WrittenCount(
        exact=case.hosts.starting_hours / hours,
        formula="starting_instances * cold_start_minutes / minutes_per_hour / hours_in_profile",
        inputs={
            "starting_instances": Decimal(case.hosts.starting),
            "cold_start_minutes": minutes,
            "minutes_per_hour": Decimal(MINUTES_PER_HOUR),
            **in_profile,
        },
    )
    items.append(
        priced_item(
            "cold_start",
            "Cold starts",
            starting.exact,
            option.price,
            starting.formula,
            starting.inputs,
        )
    )
    both = WrittenCount(
        exact=running.exact + starting.exact,
        formula=f"({running.formula} + {starting.formula})",
        inputs={**running.inputs, **starting.inputs},
    )
    return [*items, *interruption_items(option, both)]
