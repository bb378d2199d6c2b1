"""CPU time of the uncertainty of one question: three options, beside the same as a plain loop.

    scripts/bench --draws

The yardstick counts the same draws one after the other in plain float arithmetic: the cost of each
option at the drawn load and at each load of the grid, the cheapest, the regret. It is timed on a
part of the draws and finds no break-even.
"""

from __future__ import annotations

import math
import sys
import time
from decimal import Decimal
from statistics import median
from typing import Final

from costing import (
    Dedicated,
    EstimatedCapacity,
    Price,
    Question,
    RequestShape,
    Serverless,
    Unit,
    Workload,
)
from costing.cost_terms import terms_of
from costing.distributions import Lognormal, Uncertainty
from costing.draws import Draws, Lines, lines_of
from costing.uncertainty import PLACES, drawn_world, risk

SAMPLE: Final = 2_000
MOST_SECONDS: Final = 0.3
LOAD: Final = 5_000.0


def run(draws: int, rounds: int, seed: int) -> int:
    """Print medians of so many rounds; 1 where the CPU time is over the aim (20,000 draws)."""
    asked, stated = _question(), _uncertainty()
    risk(asked, stated, seed=seed, draws=draws)
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        risk(asked, stated, seed=seed, draws=draws)
        spent.append(time.process_time() - start)
    world = drawn_world(asked, stated, seed, SAMPLE)
    lines = [lines_of(terms_of(asked, one), world, i) for i, one in enumerate(asked.options)]
    start = time.process_time()
    _plain(lines, world)
    plain = (time.process_time() - start) * draws / SAMPLE
    seconds = median(spent)
    sys.stdout.write(
        f"{draws:,} draws of {len(asked.options)} options at {len(PLACES) + 1} loads:"
        f" {seconds:.3f} s CPU; plain loop {plain:.2f} s: {plain / seconds:,.0f} times as long\n"
    )
    return int(draws <= 20_000 and seconds > MOST_SECONDS)


def _plain(lines: list[Lines], world: Draws) -> tuple[list[int], list[float]]:
    wins, regret = [0] * len(lines), [0.0] * len(lines)
    for draw in range(SAMPLE):
        for place in (None, *PLACES):
            load = float(world.load.values[draw]) if place is None else LOAD * float(place)
            costs = [_cost(one, draw, load) for one in lines]
            lowest = min(costs)
            if place is None:
                wins[costs.index(lowest)] += 1
                regret = [sum_ + cost - lowest for sum_, cost in zip(regret, costs, strict=True)]
    return wins, regret


def _cost(lines: Lines, draw: int, load: float) -> float:
    cost = float(lines.fixed[draw]) + float(lines.slope[draw]) * load
    hosts = lines.terms.hosts
    if hosts is None or lines.takes is None:
        return cost
    needed = math.ceil(load * float(lines.takes[draw]))
    return cost + float(lines.host_price[draw]) * max(hosts.minimum, needed + hosts.spare)


def _question() -> Question:
    def price(amount: str, unit: Unit, per: str = "1") -> Price:
        return Price(amount=Decimal(amount), per=Decimal(per), unit=unit, currency="USD")

    def hosts(name: str, amount: str, rate: str, minimum: int) -> Dedicated:
        return Dedicated(
            name=name,
            price=price(amount, Unit.HOUR),
            minimum_instances=minimum,
            spare_instances=1,
            capacity=EstimatedCapacity(
                output_tokens_per_second=Decimal(rate),
                low_share=Decimal("0.6"),
                high_share=Decimal("1.6"),
            ),
        )

    return Question(
        currency="USD",
        workload=Workload(
            requests=Decimal(5000),
            shape=RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000)),
            peak_to_mean=Decimal(3),
        ),
        options=(
            Serverless(
                name="tokens",
                input=price("0.67", Unit.TOKEN, "1000000"),
                output=price("2.52", Unit.TOKEN, "1000000"),
                hosting=price("3.09", Unit.HOUR),
            ),
            hosts("large hosts", "6.12", "2400", 1),
            hosts("small hosts", "3.4", "1100", 2),
        ),
    )


def _uncertainty() -> Uncertainty:
    def around(middle: int, share: str) -> Lognormal:
        return Lognormal(p10=middle * (1 - Decimal(share)), p90=middle * (1 + Decimal(share)))

    return Uncertainty(
        load=around(5000, "0.3"),
        output_tokens=around(1000, "0.25"),
        drift={"tokens": around(1, "0.2")},
    )
