"""A plan counted another way: a ledger of payments, in plain fractions, from the rules alone.

Nothing of the code under test is used here. The rules, as they are agreed:

- month i has the workload times a factor; a share a year compounds by the twelfth root, a factor is
  rounded to 12 places, a tie upwards; money a month is money an hour times 730;
- a commitment is signed in the first month, and again at its end where it renews; each signing pays
  the upfront share at once and the rest in equal payments, one a month, for whoever uses it;
- hosts beyond the committed ones cost the price of the option;
- an owned host is bought in the month that needs it and kept for its life; each month of it bears
  its share of purchase less residual value, which comes back in the month after; power, people and
  fee are paid for the hosts that run;
- work that is paid once is paid in the first month and borne over its months;
- support and tax are shares of all cash of a month, and of all that it bears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from tests.costing.brute import (
    depreciation,
    each_hour,
    host_parts,
    item_costs,
    paid_add_ons,
    read,
    whole_factor,
)
from tests.costing.scenarios import (
    PlainDedicated,
    PlainOption,
    PlainOwned,
    PlainPrice,
    Scenario,
)

HOURS = 730


@dataclass(frozen=True, kw_only=True)
class PlainCommitment:
    """So many hosts of an option for a term; hosts None: those paid at the workload."""

    option: str
    term: int
    price: PlainPrice
    upfront: Decimal
    hosts: int | None
    renews: bool


@dataclass(frozen=True, kw_only=True)
class PlainPlan:
    """A horizon in plain data. growth: ("month" or "year", share) or factors, None for none."""

    year: int
    month: int
    months: int
    growth: tuple[str, Decimal] | tuple[Decimal, ...] | None
    year_starts_in: int
    commitments: tuple[PlainCommitment, ...]
    one_offs: tuple[tuple[str, Decimal, int], ...]
    """Option, amount, month counted from 0."""


@dataclass(frozen=True, kw_only=True)
class PlainMonth:
    """One option in one month; cash None: no cost."""

    cash: Fraction | None
    amortized: Fraction | None
    owed: Fraction | None
    prepaid: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One commitment signed: (month, amount) of each payment, the first one included."""

    first: int
    last: int
    payments: tuple[tuple[int, Fraction], ...]
    upfront: Fraction


def random_plan(random: Random, scenario: Scenario) -> PlainPlan:
    """A plan for a scenario; the same state of `random` gives the same plan."""
    months = random.choice([1, 2, 5, 12, 12, 13, 24, 36])
    growth = random.choice(
        [
            None,
            ("month", Decimal(random.choice(["0", "0.05", "0.5", "-0.1", "-1", "0.0333"]))),
            ("year", Decimal(random.choice(["0.2", "1", "-0.5", "-1", "0.37", "4095"]))),
            tuple(Decimal(random.choice(["0", "0.5", "1", "2", "3.7"])) for _ in range(months)),
        ]
    )
    hosts = [
        one
        for one in scenario.options
        if isinstance(one, PlainDedicated) and one.owned is None and not one.interruption
    ]
    return PlainPlan(
        year=random.choice([2024, 2027, 2099]),
        month=random.randint(1, 12),
        months=months,
        growth=growth,
        year_starts_in=random.randint(1, 12),
        commitments=tuple(
            PlainCommitment(
                option=one.name,
                term=random.choice([1, 3, 7, 12, 12, 36, 60]),
                price=random.choice(
                    [
                        PlainPrice(amount=Decimal(random.randint(0, 40)) / 20, unit="hour"),
                        PlainPrice(amount=Decimal(700), per=Decimal(3), unit="month"),
                    ]
                ),
                upfront=Decimal(random.choice(["0", "0", "0.3", "1"])),
                hosts=random.choice([None, 1, 2, 6]) if _pays_at_workload(scenario, one) else 2,
                renews=random.random() < 0.4,
            )
            for one in hosts
            if random.random() < 0.6
        ),
        one_offs=tuple(
            (one.name, Decimal(random.randint(0, 900)) / 7 * 7, random.randrange(months))
            for one in scenario.options
            if random.random() < 0.3
        ),
    )


def factors_of(plan: PlainPlan, given: Sequence[Fraction]) -> list[str]:
    """What is wrong with the factors of an answer, by the definition of a root."""
    wrong, half = [], Fraction(1, 2 * 10**12)
    for index, factor in enumerate(given):
        if plan.growth is None:
            right = factor == 1
        elif plan.growth[0] == "month":
            power = (1 + Fraction(plan.growth[1])) ** index
            right = -half <= power - factor < half
        elif plan.growth[0] == "year":
            power = (1 + Fraction(plan.growth[1])) ** index
            low = max(factor - half, Fraction(0))
            right = low**12 <= power < (factor + half) ** 12
        else:
            right = factor == Fraction(plan.growth[index])
        if not right or (factor * 10**12).denominator != 1:
            wrong.append(f"month {index}: factor {factor}")
    return wrong


def months_of(
    scenario: Scenario, plan: PlainPlan, name: str, factors: Sequence[Fraction]
) -> list[PlainMonth]:
    """Every month of one option at these factors."""
    option = next(one for one in scenario.options if one.name == name)
    commitment = next((one for one in plan.commitments if one.option == name), None)
    reading, workload = read(scenario, option), _workload(scenario)
    hosts = None if commitment is None else commitment.hosts
    if commitment is not None and hosts is None and reading is not None:
        hosts = reading.paid_hosts(workload)
    signings = [] if commitment is None or hosts is None else _signings(plan, commitment, hosts)
    owns = isinstance(option, PlainDedicated) and _buys(option)
    needs = [
        0
        if reading is None or reading.cost(workload * one) is None
        else reading.paid_hosts(workload * one)
        for one in factors
    ]
    stock = Stock.filled(option, [need or 0 for need in needs]) if owns else Stock(months=())
    found = []
    for index, factor in enumerate(factors):
        load = workload * factor
        cash = amortized = owed = prepaid = None
        if commitment is None or hosts is not None:
            running = [one for one in signings if one.first <= index <= one.last]
            owed = sum(
                (amount for one in running for when, amount in one.payments if when > index),
                Fraction(0),
            )
            prepaid = sum(
                (one.upfront * (one.last - index) / (one.last - one.first + 1) for one in running),
                Fraction(0),
            )
        if reading is not None and reading.cost(load) is not None:
            parts = _unshared(scenario, option, load)
            work_paid = work_borne = Fraction(0)
            for add_on in paid_add_ons(scenario, option):
                if add_on.once:
                    whole = Fraction(add_on.quantity) * Fraction(add_on.price.amount)
                    parts.remove(whole / Fraction(add_on.price.per) / HOURS)
                    work_paid += whole if index == 0 else 0
                    work_borne += whole / Fraction(add_on.price.per) * (index < add_on.price.per)
            if owns and isinstance(option, PlainDedicated) and option.owned is not None:
                parts[0] = Fraction(0)
                work_paid += stock.paid(option.owned, index)
                work_borne += stock.borne(option.owned, index)
            if isinstance(option, PlainDedicated) and any(
                one.first <= index <= one.last for one in signings
            ):
                assert option.price is not None
                assert hosts is not None
                beyond = (reading.paid_hosts(load) or 0) - hosts
                parts[0] = max(beyond, 0) * each_hour(option.price)
            usage = sum(parts, Fraction(0)) * HOURS
            once = sum(
                (
                    Fraction(cost)
                    for who, cost, when in plan.one_offs
                    if (who, when) == (name, index)
                ),
                Fraction(0),
            )
            paid = [amount for one in signings for when, amount in one.payments if when == index]
            borne = [
                sum((amount for _, amount in one.payments), Fraction(0))
                / (one.last - one.first + 1)
                for one in signings
                if one.first <= index <= one.last
            ]
            cash = (usage + once + sum(paid, Fraction(0)) + work_paid) * whole_factor(scenario)
            amortized = usage + once + sum(borne, Fraction(0)) + work_borne
            amortized *= whole_factor(scenario)
        if owns and isinstance(option, PlainDedicated) and option.owned is not None:
            prepaid = stock.left(option.owned, index)
        found.append(PlainMonth(cash=cash, amortized=amortized, owed=owed, prepaid=prepaid))
    return found


@dataclass(frozen=True, kw_only=True)
class Stock:
    """The hosts of one's own: for each the month in which it was bought."""

    months: tuple[int, ...]

    @classmethod
    def filled(cls, option: PlainOption, needs: Sequence[int]) -> Stock:
        """Bought one by one, whenever fewer are there than needed."""
        assert isinstance(option, PlainDedicated)
        assert option.owned is not None
        life, months = option.owned.life or 0, list[int]()
        for index, need in enumerate(needs):
            there = sum(1 for month in months if index < month + life)
            months += [index] * max(0, need - there)
        return cls(months=tuple(months))

    def paid(self, own: PlainOwned, index: int) -> Fraction:
        """Purchases of a month less the residual values of the hosts that left before it."""
        bought, gone = self.months.count(index), self.months.count(index - (own.life or 0))
        return bought * Fraction(own.purchase or 0) - gone * Fraction(own.residual or 0)

    def borne(self, own: PlainOwned, index: int) -> Fraction:
        """What the hosts that are there lose in a month."""
        there = sum(1 for month in self.months if month <= index < month + (own.life or 0))
        return there * (depreciation(own) or Fraction(0))

    def left(self, own: PlainOwned, index: int) -> Fraction:
        """What the hosts that are there will lose in the months after this one."""
        later = range(index + 1, index + (own.life or 0))
        there = Stock(months=tuple(month for month in self.months if month <= index))
        return sum((there.borne(own, month) for month in later), Fraction(0))


def _buys(option: PlainDedicated) -> bool:
    return option.owned is not None and not option.owned.sunk and host_parts(option) is not None


def _unshared(scenario: Scenario, option: PlainOption, load: Fraction) -> list[Fraction]:
    """The parts of an hour without support and tax."""
    return item_costs(replace(scenario, support=Decimal(0), tax=Decimal(0)), option, load)


def payback_of(mine: Sequence[PlainMonth], theirs: Sequence[PlainMonth]) -> int | str:
    """Months until one option stays at or under another, by looking at every end; or why not."""
    if any(month.cash is None for month in (*mine, *theirs)):
        return "cost_unknown"
    ahead = [
        sum(one.cash or 0 for one in mine[: end + 1])
        <= sum(other.cash or 0 for other in theirs[: end + 1])
        for end in range(len(mine))
    ]
    for first in range(len(mine)):
        if all(ahead[first:]):
            return first + 1
    return "never_within_horizon"


def _signings(plan: PlainPlan, commitment: PlainCommitment, hosts: int) -> list[Signing]:
    whole = hosts * each_hour(commitment.price) * HOURS * commitment.term
    upfront = whole * Fraction(commitment.upfront)
    starts = range(0, plan.months, commitment.term) if commitment.renews else [0]
    return [
        Signing(
            first=start,
            last=start + commitment.term - 1,
            payments=(
                (start, upfront),
                *(
                    (start + index, (whole - upfront) / commitment.term)
                    for index in range(commitment.term)
                ),
            ),
            upfront=upfront,
        )
        for start in starts
    ]


def _dated(
    one_offs: Sequence[tuple[str, Decimal, int]],
) -> Iterator[tuple[str, int, Decimal]]:
    for option, amount, month in one_offs:
        yield option, month, amount


def _workload(scenario: Scenario) -> Fraction:
    return Fraction(scenario.requests) / Fraction(scenario.period_hours)


def _pays_at_workload(scenario: Scenario, option: PlainDedicated) -> bool:
    """Whether a commitment without a number of hosts says anything."""
    reading, load = read(scenario, option), _workload(scenario)
    if reading is None:
        return True
    return reading.cost(load) is not None and bool(reading.paid_hosts(load))
