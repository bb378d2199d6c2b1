"""The same answers by another way, in plain fractions, straight from the rules of the scenario.

Nothing of the code under test is used here. The rules, as they are agreed:

- paid units of provisioned throughput = max(minimum, needed rounded up to the step);
- paid hosts = max(minimum, needed + spare); needed = ceil(mean x peak / what one host carries),
  of input and output the tighter one; unlimited capacity needs one host for any load;
- prices that step up with the length of a request are those of the mean length, of all of it;
- of spot hosts whose time is lost to a share, 1 / (1 - share) hours are paid for each that serves;
- an owned host costs a month (purchase - residual) / life + kilowatts x 730 x effectiveness x price
  + hours x money + fee; where anything is unknown, so is the option; a sunk purchase is left out;
- add-ons count so many times as their quantity says; marginally, those that are paid are left out;
- support is a share of everything before it, tax of everything and the support;
- the mean pays for tokens; a month is 730 hours; cached input without a price of its own is billed
  as input; an option with a maximum of hosts does not exist above it.

Method: every load where anything can change is either the end of a host count or the point where
the cost lines of two host counts meet. All of them are written down; between two neighbors the
cheapest option cannot change, so one look at any point between them settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from tests.costing.scenarios import (
    PlainAddOn,
    PlainDedicated,
    PlainOption,
    PlainOwned,
    PlainPrice,
    PlainProvisioned,
    PlainServerless,
    PlainShape,
    Scenario,
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One option read for calculation; host fields are None where it has no hosts.

    hosts_per_request: how much of a host one mean request an hour takes at the peak; None where
    capacity is unlimited.
    """

    name: str
    per_hour: Fraction
    per_request: Fraction
    host_price: Fraction | None = None
    hosts_per_request: Fraction | None = None
    minimum: int = 0
    spare: int = 0
    maximum: int | None = None
    step: int = 1

    def paid_hosts(self, load: Fraction) -> int | None:
        """Hosts paid at a mean load; None where the option has no hosts."""
        if self.host_price is None:
            return None
        if self.hosts_per_request is None:
            needed = 1 if load > 0 else 0
        else:
            needed = ceil(load * self.hosts_per_request)
        return self.rented(needed)

    def rented(self, needed: int) -> int:
        """So many serve; rented are whole steps, spare ones too, and at least the minimum."""
        steps = -(-(needed + self.spare) // self.step)
        return max(self.minimum, steps * self.step)

    def cost(self, load: Fraction) -> Fraction | None:
        """Money an hour at a mean load; None above the maximum of hosts."""
        hosts = self.paid_hosts(load)
        total = self.per_hour + self.per_request * load
        if hosts is None or self.host_price is None:
            return total
        if self.maximum is not None and hosts > self.maximum:
            return None
        return total + hosts * self.host_price

    def utilization(self, load: Fraction) -> Fraction | None:
        """Share of what the paid hosts carry through the peak; None where there is no limit."""
        hosts = self.paid_hosts(load)
        if not hosts or self.hosts_per_request is None:
            return None
        return load * self.hosts_per_request / hosts


def read(scenario: Scenario, option: PlainOption) -> Reading | None:
    """An option ready for calculation; None where a price or the capacity is unknown."""
    reading, factor = _read(scenario, option), whole_factor(scenario)
    if reading is None:
        return None
    return replace(
        reading,
        per_hour=reading.per_hour * factor,
        per_request=reading.per_request * factor,
        host_price=None if reading.host_price is None else reading.host_price * factor,
    )


def whole_factor(scenario: Scenario) -> Fraction:
    """What support and tax make of one unit of money."""
    supported = 1 + Fraction(scenario.support)
    return supported + Fraction(scenario.tax) * supported


def paid_add_ons(scenario: Scenario, option: PlainOption) -> list[PlainAddOn]:
    """The add-ons of an option that count."""
    return [
        one
        for one in scenario.add_ons
        if (one.applies_to is None or option.name in one.applies_to)
        and not (scenario.marginal and one.paid)
    ]


def _read(scenario: Scenario, option: PlainOption) -> Reading | None:
    shape = option.shape or scenario.shape
    per_hour = per_request = Fraction(0)
    for add_on in paid_add_ons(scenario, option):
        if add_on.price.unit in ("hour", "month"):
            per_hour += each_hour(add_on.price) * Fraction(add_on.quantity)
        else:
            per_request += _add_on_per_request(add_on, shape)
    if isinstance(option, PlainServerless):
        parts = token_parts(option, shape)
        if parts is None:
            return None
        hosting = each_hour(option.hosting) if option.hosting else Fraction(0)
        return Reading(
            name=option.name,
            per_hour=per_hour + hosting,
            per_request=per_request + sum(parts.values(), Fraction(0)),
        )
    peak = Fraction(scenario.peak_to_mean)
    if isinstance(option, PlainProvisioned):
        units = _units_per_request(option, shape, peak)
        if option.price is None or units is None:
            return None
        return Reading(
            name=option.name,
            per_hour=per_hour,
            per_request=per_request,
            host_price=each_hour(option.price),
            hosts_per_request=units or None,
            minimum=option.minimum,
            maximum=option.maximum,
            step=option.step,
        )
    taken, host = _hosts_per_request(option, shape, peak), host_parts(option)
    if host is None or taken == "unknown":
        return None
    return Reading(
        name=option.name,
        per_hour=per_hour,
        per_request=per_request,
        host_price=sum(host, Fraction(0)),
        hosts_per_request=None if isinstance(taken, str) else taken,
        minimum=option.minimum,
        spare=option.spare,
        maximum=option.maximum,
    )


def host_parts(option: PlainDedicated) -> list[Fraction] | None:
    """Money an hour of one host, part by part as they are listed; None where it is unknown."""
    own = option.owned
    if own is None:
        if option.price is None:
            return None
        rent = each_hour(option.price)
        if option.interruption is None:
            return [rent]
        return [rent, rent / (1 - Fraction(option.interruption)) - rent]
    bought = None if own.sunk else depreciation(own)
    running = (
        own.kilowatts, own.effectiveness, own.per_kilowatt_hour,
        own.hours, own.per_work_hour, own.fee,
    )  # fmt: skip
    if (bought is None and not own.sunk) or None in running:
        return None
    kilowatts, effectiveness, energy, hours, work, fee = (Fraction(one or 0) for one in running)
    parts = [kilowatts * effectiveness * energy * 730, hours * work, fee]
    return [part / 730 for part in ([] if bought is None else [bought]) + parts]


def depreciation(own: PlainOwned) -> Fraction | None:
    """Money a month that a host loses over its life; None where unknown."""
    if own.purchase is None or own.residual is None or own.life is None:
        return None
    return (Fraction(own.purchase) - Fraction(own.residual)) / own.life


def with_shares(scenario: Scenario, parts: list[Fraction]) -> list[Fraction]:
    """The parts, and support and tax on them where there are any."""
    found = list(parts)
    for share in (scenario.support, scenario.tax):
        if share:
            found.append(sum(found, Fraction(0)) * Fraction(share))
    return found


def each_hour(price: PlainPrice) -> Fraction:
    """An hourly or monthly price as money an hour."""
    hours = 730 if price.unit == "month" else 1
    return Fraction(price.amount) / Fraction(price.per) / hours


def token_parts(option: PlainServerless, shape: PlainShape) -> dict[str, Fraction] | None:
    """Money for the tokens of one request by kind of token; None where a price is unknown."""
    longer = [step for step in option.steps if Fraction(shape.input_tokens) > Fraction(step.above)]
    if longer:  # of the whole request, not only of what lies beyond
        last = max(longer, key=lambda step: step.above)
        option = replace(
            option, input=last.input, output=last.output, cached_input=last.cached_input, steps=()
        )
    parts: dict[str, Fraction] = {}
    share = Fraction(shape.cached_input_share)
    if option.input is not None:
        fresh = _each(option.input) * Fraction(shape.input_tokens) * (1 - share)
        stored = _each(option.cached_input or option.input) * Fraction(shape.input_tokens) * share
        parts |= {"input": fresh} | ({"cached_input": stored} if share else {})
    elif shape.input_tokens > 0:
        return None
    if option.output is not None:
        parts["output"] = _each(option.output) * Fraction(shape.output_tokens)
    elif shape.output_tokens > 0:
        return None
    return parts


def item_costs(scenario: Scenario, option: PlainOption, load: Fraction) -> list[Fraction]:
    """Money an hour of every part of an option at a load, in the order in which they are listed."""
    shape, found = option.shape or scenario.shape, []
    if isinstance(option, PlainServerless):
        found += [part * load for part in (token_parts(option, shape) or {}).values()]
        found += [each_hour(option.hosting)] if option.hosting else []
    elif isinstance(option, PlainProvisioned):
        reading = _read(scenario, option)
        assert reading is not None
        assert reading.host_price is not None
        found.append((reading.paid_hosts(load) or 0) * reading.host_price)
    else:
        reading = _read(scenario, option)
        assert reading is not None
        hosts = reading.paid_hosts(load) or 0
        found += [hosts * part for part in host_parts(option) or []]
    return with_shares(scenario, found + add_on_parts(scenario, option, load))


def add_on_parts(scenario: Scenario, option: PlainOption, load: Fraction) -> list[Fraction]:
    """Money an hour of every add-on of an option."""
    shape = option.shape or scenario.shape
    return [
        each_hour(add_on.price) * Fraction(add_on.quantity)
        if add_on.price.unit in ("hour", "month")
        else load * _add_on_per_request(add_on, shape)
        for add_on in paid_add_ons(scenario, option)
    ]


def candidates(
    readings: Sequence[Reading], low: Fraction, high: Fraction, step_ends: int = 10**6
) -> list[Fraction]:
    """Every load in [low, high] where the cheapest option can change, with low and high.

    Stops before `high` where an option has more host counts than `step_ends` in between.
    """
    for reading in readings:
        if reading.hosts_per_request:
            high = min(high, low + step_ends / reading.hosts_per_request)
    lines = [_lines(reading, low, high) for reading in readings]
    found = {low, high}
    for option in lines:
        found |= {end for line in option for end in line[:2] if low < end < high}
    for mine, theirs in combinations(lines, 2):
        for from_one, to_one, fixed_one, slope_one in mine:
            for from_other, to_other, fixed_other, slope_other in theirs:
                if slope_one == slope_other or to_one <= from_other or to_other <= from_one:
                    continue
                load = (fixed_other - fixed_one) / (slope_one - slope_other)
                if max(from_one, from_other, low) < load < min(to_one, to_other, high):
                    found.add(load)
    return sorted(found)


def cheapest(readings: Sequence[Reading], load: Fraction) -> list[str]:
    """Names of the options with the lowest cost at a load, in their order; none: none exists."""
    costs = [(reading.cost(load), reading.name) for reading in readings]
    lowest = min((cost for cost, _ in costs if cost is not None), default=None)
    return [name for cost, name in costs if cost is not None and cost == lowest]


def limit_from_right(reading: Reading, load: Fraction, inside: Fraction) -> Fraction:
    """The cost just above `load`, read off a line through two loads up to `inside`."""
    middle = (load + inside) / 2
    one, two = reading.cost(middle), reading.cost(inside)
    assert one is not None
    assert two is not None
    return one - (two - one) / (inside - middle) * (middle - load)


def rounded(value: Fraction) -> Decimal:
    """A fraction as Decimal: in full where it terminates, else to 28 digits, half-even."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext() as context:
        context.prec = 28 if rest > 1 else 5_000
        context.rounding = ROUND_HALF_EVEN
        return Decimal(value.numerator) / Decimal(value.denominator)


def _each(price: PlainPrice) -> Fraction:
    return Fraction(price.amount) / Fraction(price.per)


def _add_on_per_request(add_on: PlainAddOn, shape: PlainShape) -> Fraction:
    each = _each(add_on.price) * Fraction(add_on.quantity)
    if add_on.price.unit == "request":
        return each
    return each * (Fraction(shape.input_tokens) + Fraction(shape.output_tokens))


def _hosts_per_request(option: PlainDedicated, shape: PlainShape, peak: Fraction) -> Fraction | str:
    """Hosts that one mean request an hour takes: tokens x peak / (3600 x tokens a second)."""
    if option.capacity is None:
        return "unknown"
    into = option.capacity.input_tokens_per_second
    out = option.capacity.output_tokens_per_second
    if into is None and out is None:
        return "unlimited"
    takes = [
        peak * Fraction(tokens) / 3600 / Fraction(rate)
        for tokens, rate in ((shape.input_tokens, into), (shape.output_tokens, out))
        if rate is not None and tokens > 0
    ]
    return max(takes) if takes else "unknown"


def _units_per_request(
    option: PlainProvisioned, shape: PlainShape, peak: Fraction
) -> Fraction | None:
    """Units that one mean request an hour takes: weighed tokens x peak / (60 x tokens a minute);
    None where throughput or weight is not known."""
    if option.input_tokens_per_minute is None:
        return None
    weighed = Fraction(shape.input_tokens) * (1 - Fraction(shape.cached_input_share))
    if shape.output_tokens > 0:
        if option.output_token_weight is None:
            return None
        weighed += Fraction(shape.output_tokens) * Fraction(option.output_token_weight)
    return weighed * peak / 60 / Fraction(option.input_tokens_per_minute)


Line = tuple[Fraction, Fraction, Fraction, Fraction]
"""From a load, up to a load, fixed money an hour, money a request."""


def _lines(reading: Reading, low: Fraction, high: Fraction) -> list[Line]:
    """The cost lines of every host count in [low, high], each with the loads where it holds."""
    if reading.host_price is None or reading.hosts_per_request is None:
        fixed = reading.per_hour
        if reading.host_price is not None:
            fixed += reading.rented(1) * reading.host_price
        return [(low, high, fixed, reading.per_request)]
    one = 1 / reading.hosts_per_request
    return [
        (
            (needed - 1) * one,
            needed * one,
            reading.per_hour + reading.rented(needed) * reading.host_price,
            reading.per_request,
        )
        for needed in range(floor(low / one) + 1, ceil(high / one) + 1)
        if reading.maximum is None or reading.rented(needed) <= reading.maximum
    ]
