"""Options and hybrids over the hours of a profile by another way: hour by hour, in fractions.

Nothing of the code under test is used here. The rules beside those of brute.py:

- the load of an hour is mean load x weight / mean weight; hosts always on are sized by the highest;
- by the hour each hour has hosts of its own, scaled to zero none without load, and those of the
  first hour with load after one without are paid some minutes longer;
- a hybrid pays its base in every hour, whatever the load; of it spare hosts and parts of a step
  serve nothing; what it does not serve in an hour is paid by the token; fees by the hour of both
  sides count once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from random import Random

from tests.costing.brute import (
    Reading,
    each_hour,
    host_parts,
    read,
    token_parts,
    with_shares,
)
from tests.costing.scenarios import (
    PlainDedicated,
    PlainOption,
    PlainProvisioned,
    PlainServerless,
    PlainShape,
    Scenario,
    random_scenario,
)

MOST_SIZES = 20_000


@dataclass(frozen=True, kw_only=True)
class HybridCase:
    """A scenario, which of its options are base and overflow, and a profile."""

    scenario: Scenario
    base: PlainDedicated | PlainProvisioned
    overflow: PlainServerless
    weights: tuple[Decimal, ...]

    @property
    def load(self) -> Fraction:
        return Fraction(self.scenario.requests) / Fraction(self.scenario.period_hours)

    @cached_property
    def loads(self) -> list[Fraction]:
        mean = sum(map(Fraction, self.weights), Fraction(0)) / len(self.weights)
        return [self.load * Fraction(weight) / mean for weight in self.weights]


def random_case(random: Random) -> HybridCase:
    """A random scenario that has both sides, without a peak, over a day or a week."""
    while True:
        drawn = random_scenario(random)
        scenario = replace(
            drawn,
            peak_to_mean=Decimal(1),
            requests=drawn.requests * random.choice([1, 1, 4, 15]),
            options=tuple(_less(one, random) for one in drawn.options),
        )
        sides = [one for one in scenario.options if not isinstance(one, PlainServerless)]
        tokens = [one for one in scenario.options if isinstance(one, PlainServerless)]
        if not sides or not tokens:
            continue
        levels = random.choice(["1", "0 0 0 1", "0 1 1 2 3 6", "1 2 4", "0.1 0.25 0.7 1.3 2.9"])
        hours = random.choice([24, 24, 24, 24, 168])
        weights = tuple(Decimal(random.choice(levels.split())) for _ in range(hours))
        if not any(weights):
            weights = (Decimal(1), *weights[1:])
        return HybridCase(scenario=scenario, base=sides[0], overflow=tokens[0], weights=weights)


def _less(option: PlainOption, random: Random) -> PlainOption:
    """Hosts, most of the time, without a minimum and at half the price: else no base ever grows."""
    if isinstance(option, PlainServerless) or random.random() < 0.4:
        return option
    price = option.price and replace(option.price, amount=option.price.amount / 2)
    return replace(option, minimum=0, price=price)


def paid_by_hour(reading: Reading, loads: list[Fraction], *, billing: str) -> list[int]:
    """Hosts of every hour; billing: always_on, hourly or zero."""
    different = {load: reading.paid_hosts(load) or 0 for load in set(loads)}
    each = [different[load] for load in loads]
    if billing == "always_on":
        return [max(each) for _ in each]
    return [
        0 if billing == "zero" and load == 0 else n for n, load in zip(each, loads, strict=True)
    ]


def starts_of(loads: list[Fraction]) -> list[int]:
    """The hours with load after one without; the first hour comes after the last."""
    before = [loads[-1], *loads[:-1]]
    return [hour for hour, load in enumerate(loads) if load and not before[hour]]


def served(case: HybridCase, reading: Reading, paid: int) -> Fraction:
    """Requests an hour, in the mean, that so many paid hosts or units of the base serve."""
    if isinstance(case.base, PlainProvisioned):
        serving = sum(case.base.step for _ in range(paid // case.base.step))
    else:
        serving = paid - case.base.spare if paid > case.base.spare else 0
    if reading.hosts_per_request is None:
        return case.load if serving else Fraction(0)
    most = serving / reading.hosts_per_request
    hours = Counter(case.loads)
    return sum((min(load, most) * n for load, n in hours.items()), Fraction(0)) / hours.total()


def parts(case: HybridCase, base: Reading, paid: int) -> list[Fraction]:
    """Money an hour of everything a hybrid pays, in the order in which it is listed."""
    assert base.host_price is not None
    own, scenario = served(case, base, paid), case.scenario
    other = case.load - own
    tokens = token_parts(case.overflow, case.overflow.shape or scenario.shape) or {}
    found = [*base_parts(case.base, paid), *(part * other for part in tokens.values())]
    found += [each_hour(case.overflow.hosting)] if case.overflow.hosting else []
    for add_on in scenario.add_ons:
        if scenario.marginal and add_on.paid:
            continue
        price, quantity = add_on.price, Fraction(add_on.quantity)
        sides = [
            (side.shape or scenario.shape, requests)
            for side, requests in ((case.base, own), (case.overflow, other))
            if add_on.applies_to is None or side.name in add_on.applies_to
        ]
        if sides and price.unit in ("hour", "month"):
            found.append(each_hour(price) * quantity)
        elif price.unit in ("request", "token"):
            each = quantity * Fraction(price.amount) / Fraction(price.per)
            found += [requests * _uses(price.unit, shape) * each for shape, requests in sides]
    return with_shares(scenario, found)


def base_parts(base: PlainDedicated | PlainProvisioned, paid: int | Fraction) -> list[Fraction]:
    """Money an hour of so many hosts or units, part by part."""
    if isinstance(base, PlainProvisioned):
        return [paid * each_hour(base.price)] if base.price else []
    return [paid * part for part in host_parts(base) or []]


def sizes(case: HybridCase, base: Reading) -> list[int]:
    """Every number of hosts or units that may be paid, to two steps past the one that serves all;
    MOST_SIZES at most."""
    found: list[int] = []
    full = 0
    for paid in range(base.minimum, base.minimum + MOST_SIZES):
        if base.maximum is not None and paid > base.maximum:
            break
        if paid == base.minimum or paid % base.step == 0:
            found.append(paid)
            full += served(case, base, paid) == case.load
            if full == 3:
                break
    return found


@dataclass(frozen=True, kw_only=True)
class Tried:
    """All sizes with their costs, and the cheapest, the smallest of equal ones."""

    costs: dict[int, Fraction]
    best: int

    def next_to(self, offset: int) -> int | None:
        """The size before (-1) or after (1) the best."""
        order = list(self.costs)
        place = order.index(self.best) + offset
        return order[place] if 0 <= place < len(order) else None


def try_all(case: HybridCase) -> Tried | None:
    """The cost of every size; None where something of either side is unknown."""
    base, overflow = read(case.scenario, case.base), read(case.scenario, case.overflow)
    if base is None or overflow is None:
        return None
    costs = {paid: sum(parts(case, base, paid), Fraction(0)) for paid in sizes(case, base)}
    lowest = min(costs.values())
    return Tried(costs=costs, best=min(paid for paid, cost in costs.items() if cost == lowest))


def _uses(unit: str, shape: PlainShape) -> Fraction:
    if unit == "request":
        return Fraction(1)
    return Fraction(shape.input_tokens) + Fraction(shape.output_tokens)
