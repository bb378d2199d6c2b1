"""A plan counted another way: a ledger of payments, in plain fractions, from the rules alone.

Nothing of the code under test is used here. The rules, as they are agreed:

- month i has the workload times a factor; a share a year compounds by the twelfth root, a factor is
  rounded to 12 places, a tie upwards; money a month is money an hour times 730;
- a commitment is signed in the first month, and again at its end where it renews; each signing pays
  the upfront share at once and the rest in equal payments, one a month, for whoever uses it;
- hosts beyond the committed ones cost the price of the option.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

from tests.costing.brute import each_hour, item_costs, read
from tests.costing.scenarios import PlainDedicated, PlainPrice, Scenario

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
    hosts = [one for one in scenario.options if isinstance(one, PlainDedicated)]
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
            parts = item_costs(scenario, option, load)
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
            cash = usage + once + sum(paid, Fraction(0))
            amortized = usage + once + sum(borne, Fraction(0))
        found.append(PlainMonth(cash=cash, amortized=amortized, owed=owed, prepaid=prepaid))
    return found


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
