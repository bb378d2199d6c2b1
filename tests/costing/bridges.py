"""Pairs of scenarios of one option, and the bridge between them by another way, in plain data.

Nothing of the code under test is used here: costs come from the brute computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from tests.costing.brute import (
    each_hour,
    host_parts,
    paid_add_ons,
    read,
    rounded,
    whole_factor,
)
from tests.costing.scenarios import (
    PlainAddOn,
    PlainDedicated,
    PlainOption,
    PlainPrice,
    PlainProvisioned,
    PlainServerless,
    PlainShape,
    Scenario,
    random_scenario,
)

PlainCost = Callable[[Scenario], Fraction | None]
"""Money an hour at the workload of a scenario of one option; None where there is none."""

OPTION_FIELDS: dict[type[PlainOption], list[tuple[str, tuple[str, ...]]]] = {
    PlainServerless: [
        ("input_price", ("input",)),
        ("cached_input_price", ("cached_input",)),
        ("output_price", ("output",)),
        ("hosting_price", ("hosting",)),
    ],
    PlainDedicated: [("host_price", ("price",))],
    PlainProvisioned: [("unit_price", ("price",))],
}
SIZING: dict[type[PlainOption], tuple[str, ...]] = {
    PlainServerless: (),
    PlainDedicated: ("capacity",),
    PlainProvisioned: ("input_tokens_per_minute", "output_token_weight", "step"),
}
RENTED: dict[type[PlainOption], tuple[str, ...]] = {
    PlainServerless: (),
    PlainDedicated: ("minimum", "spare", "interruption"),
    PlainProvisioned: ("minimum",),
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two scenarios of one option of one kind, with the rate of each moment."""

    first: Scenario
    last: Scenario
    rates: tuple[Fraction, Fraction]


def cost_of(scenario: Scenario) -> Fraction | None:
    """Money an hour at the workload, by the brute computation."""
    reading = read(scenario, scenario.options[0])
    load = Fraction(scenario.requests) / Fraction(scenario.period_hours)
    return None if reading is None else reading.cost(load)


def random_pair(random: Random) -> Pair:
    """Each part of the second scenario is, by a coin, that of the first or of another one."""
    while True:
        first, other = random_scenario(random), random_scenario(random)
        old = first.options[0]
        twins = [option for option in other.options if type(option) is type(old)]
        if twins:
            break
    own = old.shape or first.shape
    one = replace(first, options=(old,), add_ons=_paid_by(first, old.name), shape=own)
    new = replace(twins[0], name=old.name)
    two = replace(other, options=(new,), add_ons=_paid_by(other, new.name))
    two = replace(two, shape=new.shape or other.shape)
    for part in ("requests", "shape", "peak_to_mean", "add_ons", "support", "tax", "marginal"):
        if random.random() < 0.5:
            two = replace(two, **_values(one, part))
    for field in vars(new):
        if field not in ("name", "shape") and random.random() < 0.5:
            new = replace(new, **{field: getattr(old, field)})
    new = _possible(new)
    two = replace(two, options=(replace(new, shape=None),))
    rates = Fraction(random.randint(1, 300), 2), Fraction(random.randint(1, 300), 2)
    return Pair(first=one, last=two, rates=rates if random.random() < 0.5 else (rates[0],) * 2)


def plain_bridge(
    pair: Pair, old_cost: PlainCost
) -> tuple[list[tuple[str, Fraction | None]], Fraction | None, Fraction | None]:
    """The parts of a month by their codes, and the cost before and after; methods differ."""
    pair = replace(pair, first=_counted(pair.first), last=_counted(pair.last))
    state = pair.first
    costs, codes = [_times(old_cost(state), 730 * pair.rates[0])], list[str]()
    changes = list(_changes(pair))
    for number, (code, state) in enumerate(changes, start=1):
        at_end = number == len(changes)
        rate = pair.rates[1] if at_end else pair.rates[0]
        seen = pair.last if at_end else _without_maximum(state)
        costs.append(_times(old_cost(seen), 730 * rate))
        codes.append(code)
    codes.append("method")
    costs.append(_times(cost_of(pair.last), 730 * pair.rates[1]))
    parts = [
        (code, None if one is None or other is None else other - one)
        for code, one, other in zip(codes, costs, costs[1:], strict=False)
    ]
    return parts, costs[0], costs[-1]


def _changes(pair: Pair) -> Iterator[tuple[str, Scenario]]:
    """Code of each change, and the scenario after it."""
    state, end = pair.first, pair.last
    old, new = replace(state.options[0], shape=None), end.options[0]
    state = replace(state, options=(old,))
    per_hour = [Fraction(one.requests) / Fraction(one.period_hours) for one in (state, end)]
    if per_hour[0] != per_hour[1]:
        state = replace(state, requests=end.requests, period_hours=end.period_hours)
        yield "volume", state
    for code, fields in _shape_fields(state.shape, end.shape):
        state = replace(state, shape=_taken(state.shape, end.shape, fields))
        yield code, state
    for code, fields in OPTION_FIELDS[type(old)]:
        if _money(getattr(old, fields[0])) != _money(getattr(new, fields[0])):
            state = replace(state, options=(_taken(state.options[0], new, fields),))
            yield code, state
    for name in dict.fromkeys(one.name for one in (*pair.first.add_ons, *end.add_ons)):
        mine = [one for one in end.add_ons if one.name == name]
        was = [one for one in pair.first.add_ons if one.name == name]
        if [_paid_for(one) for one in mine] != [_paid_for(one) for one in was]:
            rest = tuple(one for one in state.add_ons if one.name != name)
            state = replace(state, add_ons=(*rest, *mine))
            yield f"add_on_price {name}", state
    sizing = SIZING[type(old)]
    peaks = {state.peak_to_mean, end.peak_to_mean}
    if sizing and (len(peaks) > 1 or _differ(old, new, sizing)):
        option = _taken(state.options[0], new, sizing)
        state = replace(state, options=(option,), peak_to_mean=end.peak_to_mean)
        yield "capacity", state
    rented = RENTED[type(old)]
    if rented and _differ(old, new, (*rented, "maximum")):
        state = replace(state, options=(_taken(state.options[0], new, rented),))
        yield "hosts", state
    if whole_factor(state) != whole_factor(end):
        state = replace(state, support=end.support, tax=end.tax)
        yield "surcharges", state
    if pair.rates[0] != pair.rates[1]:
        yield "currency", end


def _shape_fields(old: PlainShape, new: PlainShape) -> Iterator[tuple[str, tuple[str, ...]]]:
    if old.output_tokens == 0 and new.input_tokens == 0:
        yield "tokens", ("input_tokens", "output_tokens")
    else:
        for field in ("input_tokens", "output_tokens"):
            if getattr(old, field) != getattr(new, field):
                yield field, (field,)
    if old.cached_input_share != new.cached_input_share:
        yield "cached_input_share", ("cached_input_share",)


def _taken(old: Any, new: Any, fields: tuple[str, ...]) -> Any:
    return replace(old, **{field: getattr(new, field) for field in fields})


def _differ(old: PlainOption, new: PlainOption, fields: tuple[str, ...]) -> bool:
    return any(getattr(old, field) != getattr(new, field) for field in fields)


def _money(price: PlainPrice | None) -> tuple[str, Fraction] | None:
    if price is None:
        return None
    kind = "time" if price.unit in ("hour", "month") else price.unit
    return kind, each_hour(price)


def _paid_for(add_on: PlainAddOn) -> tuple[object, Decimal]:
    return _money(add_on.price), add_on.quantity


def _counted(scenario: Scenario) -> Scenario:
    """Only the add-ons that count, and owned hosts at the price of a rented one that costs the
    same."""
    option = scenario.options[0]
    add_ons = tuple(replace(one, paid=False) for one in paid_add_ons(scenario, option))
    if isinstance(option, PlainDedicated) and option.owned is not None:
        parts, life = host_parts(option), option.owned.life or 1
        price = None
        if parts is not None:
            amount = sum(parts, Fraction(0)) * 730 * life
            price = PlainPrice(amount=rounded(amount), per=Decimal(life), unit="month")
        option = replace(option, owned=None, price=price)
    return replace(scenario, options=(option,), add_ons=add_ons, marginal=False)


def _without_maximum(scenario: Scenario) -> Scenario:
    option = scenario.options[0]
    if isinstance(option, PlainServerless):
        return scenario
    return replace(scenario, options=(replace(option, maximum=None),))


def _paid_by(scenario: Scenario, name: str) -> tuple[PlainAddOn, ...]:
    return tuple(
        replace(one, applies_to=None)
        for one in scenario.add_ons
        if one.applies_to is None or name in one.applies_to
    )


def _values(scenario: Scenario, part: str) -> dict[str, Any]:
    fields = ("requests", "period_hours") if part == "requests" else (part,)
    return {field: getattr(scenario, field) for field in fields}


def _possible(option: PlainOption) -> PlainOption:
    """A maximum that fits what else was drawn, and no interruptions of owned hosts."""
    if isinstance(option, PlainDedicated) and option.owned is not None:
        option = replace(option, interruption=None)
    if isinstance(option, PlainServerless) or option.maximum is None:
        return option
    if isinstance(option, PlainDedicated):
        return replace(option, maximum=max(option.maximum, option.minimum, 1 + option.spare))
    steps = -(-max(option.maximum, option.minimum) // option.step)
    return replace(option, maximum=steps * option.step)


def _times(cost: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if cost is None else cost * factor
