"""Where costs over a profile and the hour-by-hour computation of them disagree, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from costing import (
    ALWAYS_ON,
    Billing,
    BillingMode,
    Hybrid,
    LineItem,
    LoadProfile,
    ProfileCost,
    Question,
    Status,
    best_hybrid,
    profile_cost,
)
from tests.costing.brute import (
    Reading,
    add_on_parts,
    item_costs,
    read,
    rounded,
    with_shares,
)
from tests.costing.formulas import evaluate, names_in
from tests.costing.profile_brute import (
    HybridCase,
    Tried,
    base_parts,
    paid_by_hour,
    parts,
    served,
    starts_of,
    try_all,
)
from tests.costing.questions import question_of
from tests.costing.scenarios import (
    PlainDedicated,
    PlainOption,
    PlainProvisioned,
    PlainServerless,
)

MINUTES = Decimal("7.5")
BILLINGS = {
    "always_on": ALWAYS_ON,
    "hourly": Billing(mode=BillingMode.HOURLY),
    "zero": Billing(mode=BillingMode.HOURLY, scale_to_zero=True, cold_start_minutes=MINUTES),
}


def profile_of(case: HybridCase) -> LoadProfile:
    return LoadProfile(name="random", weights=case.weights)


def disagreements_over_profile(case: HybridCase) -> list[str]:
    """The hybrid of the case, and each of its sides in every way of billing; empty: nothing."""
    asked = question_of(case.scenario)
    found = list(_on_hybrid(case, asked))
    found += _on_option(case, asked, case.overflow, "always_on")
    for billing in BILLINGS:
        if _may(case.base, billing):
            found += _on_option(case, asked, case.base, billing)
    return found


def _may(base: PlainDedicated | PlainProvisioned, billing: str) -> bool:
    """Hosts by the month are not given back by the hour, nor a minimum scaled to zero."""
    if billing == "always_on" or isinstance(base, PlainProvisioned):
        return True
    monthly = base.price is not None and base.price.unit == "month"
    if base.owned is not None:
        return False
    return not monthly and (billing == "hourly" or base.minimum == 0)


def _on_option(
    case: HybridCase, asked: Question, option: PlainOption, billing: str
) -> Iterator[str]:
    found = profile_cost(
        asked,
        next(one for one in asked.options if one.name == option.name),
        profile_of(case),
        BILLINGS[billing],
    )
    reading, at = read(case.scenario, option), f"{option.name} {billing}"
    if reading is None:
        yield from _expect((Status.UNKNOWN, None), (found.status, found.cost_per_hour), at)
        return
    if reading.host_price is None:
        cost = reading.cost(case.load)
        assert cost is not None
        yield from _expect(
            (rounded(cost), None), (found.cost_per_hour, found.instances_by_hour), f"cost of {at}"
        )
        yield from _on_items(item_costs(case.scenario, option, case.load), cost, found.line_items)
        return
    used = billing if isinstance(option, PlainDedicated) else "always_on"
    yield from _on_hosts(case, reading, used, found)


def _on_hosts(
    case: HybridCase, reading: Reading, billing: str, found: ProfileCost
) -> Iterator[str]:
    at, hours = f"{reading.name} {billing}", len(case.weights)
    paid = paid_by_hour(reading, case.loads, billing=billing)
    starts = starts_of(case.loads) if billing == "zero" else []
    waiting = sum(paid[hour] for hour in starts) * Fraction(MINUTES) / 60
    most = reading.maximum
    above = (
        0 if most is None else sum((reading.paid_hosts(load) or 0) > most for load in case.loads)
    )
    yield from _expect(tuple(paid), found.instances_by_hour, f"hosts of {at}")
    yield from _expect(max(paid), found.peak_instances, f"peak of {at}")
    yield from _expect(above, found.hours_above_maximum, f"hours above of {at}")
    yield from _expect(len(starts), found.starts_from_zero, f"starts of {at}")
    free = billing == "hourly" and 0 in paid and any(paid)
    yield from _expect(bool(starts) or free, bool(found.notices), f"notices of {at}")
    total = sum(paid) + waiting
    busy = None
    if reading.hosts_per_request is not None and total:
        busy = rounded(sum(case.loads) * reading.hosts_per_request / total)
    yield from _expect(busy, found.utilization, f"utilization of {at}")
    if above:
        yield from _expect((Status.ABOVE_MAXIMUM, None), (found.status, found.cost_per_hour), at)
        return
    assert reading.host_price is not None
    option = next(one for one in case.scenario.options if one.name == reading.name)
    assert not isinstance(option, PlainServerless)
    hosts = base_parts(option, Fraction(sum(paid), hours))
    starting = base_parts(option, waiting / hours)
    if billing == "zero":
        rest = [one + other for one, other in zip(hosts[1:], starting[1:], strict=True)]
        hosts = [hosts[0], starting[0], *rest]
    cost = reading.per_hour + reading.per_request * case.load
    cost += (sum(paid) + waiting) * reading.host_price / hours
    rest = add_on_parts(case.scenario, option, case.load)
    yield from _expect(rounded(cost), found.cost_per_hour, f"cost of {at}")
    yield from _on_items(with_shares(case.scenario, [*hosts, *rest]), cost, found.line_items)


def _on_hybrid(case: HybridCase, asked: Question) -> Iterator[str]:
    by_name = {option.name: option for option in asked.options}
    found = best_hybrid(
        asked, by_name[case.base.name], by_name[case.overflow.name], profile_of(case)
    )
    tried = try_all(case)
    if tried is None:
        seen = (found.status, found.cost_per_hour, bool(found.lacking))
        yield from _expect((Status.UNKNOWN, None, True), seen, "an unknown hybrid")
        return
    yield from _on_size(case, tried, found)
    yield from _on_ways(case, tried.costs[tried.best], found)


def _on_size(case: HybridCase, tried: Tried, found: Hybrid) -> Iterator[str]:
    base, cost = read(case.scenario, case.base), tried.costs[tried.best]
    assert base is not None
    yield from _expect(tried.best, found.base_instances, "best size")
    yield from _expect(rounded(cost), found.cost_per_hour, "cost of the hybrid")
    yield from _expect(rounded(cost * 730), found.cost_per_month, "month of the hybrid")
    for offset, seen in ((-1, found.fewer), (1, found.more)):
        size = tried.next_to(offset)
        expected = None if size is None else (size, rounded(tried.costs[size]))
        stated = None if seen is None else (seen.instances, seen.cost_per_hour)
        yield from _expect(expected, stated, f"the size at {offset}")
    own = served(case, base, tried.best)
    share = rounded(own / case.load) if case.load else None
    yield from _expect(share, found.base_share, "share of the base")
    busy = None
    if base.hosts_per_request is not None and tried.best:
        busy = rounded(own * base.hosts_per_request / tried.best)
    yield from _expect(busy, found.base_utilization, "utilization of the base")
    yield from _on_items(parts(case, base, tried.best), cost, found.line_items)


def _on_ways(case: HybridCase, cost: Fraction, found: Hybrid) -> Iterator[str]:
    base, overflow = read(case.scenario, case.base), read(case.scenario, case.overflow)
    assert base is not None
    assert overflow is not None
    hosts = base.cost(max(case.loads))
    if hosts is not None:
        hosts -= base.per_request * (max(case.loads) - case.load)
    tokens = overflow.cost(case.load)
    assert tokens is not None
    stated = (found.pure_base.cost_per_hour, found.pure_overflow.cost_per_hour)
    expected = (None if hosts is None else rounded(hosts), rounded(tokens))
    yield from _expect(expected, stated, "the pure ways")
    lowest = min(one for one in (hosts, tokens, cost) if one is not None)
    cheapest = "base" if hosts == lowest else "overflow" if tokens == lowest else "hybrid"
    yield from _expect(cheapest, found.cheapest, "the cheapest way")


def _on_items(
    expected: Sequence[Fraction], cost: Fraction, items: Sequence[LineItem]
) -> Iterator[str]:
    costs = [item.cost_per_hour for item in items]
    yield from _expect([rounded(part) for part in expected], costs, "line items")
    total = Fraction(0)
    for item in items:
        value = evaluate(item.formula, item.inputs)
        total += value
        yield from _expect(set(item.inputs), names_in(item.formula), f"inputs of {item.name}")
        yield from _expect(item.cost_per_hour, rounded(value), f"formula of {item.name}")
        yield from _expect(item.cost_per_month, rounded(value * 730), f"month of {item.name}")
    yield from _expect(cost, total, "sum of the formulas")


def _expect(expected: object, found: object, what: str) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected}, found {found}"
