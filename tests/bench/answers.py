"""Single answers a second beside calls of genai-prices: prepared ones, and whole break-evens.

    scripts/bench --answers

genai-prices finds its model and multiplies two counts by two prices; it knows no other option, no
host and no load. A prepared question has its prices found and its envelope walked before, and says
who is cheapest, at what cost and with how many hosts; its loads differ from call to call and lie on
both sides of every end. What the walk itself takes is told beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import cycle
from random import Random
from statistics import median
from typing import Final

from costing import Dedicated, Question, TypedCapacity, Unit, break_even, prepare
from tests.bench.questions import article
from tests.bench.rates import Ratio, calls_per_second, compare

LEAST_OF_ANSWERS: Final = 10
LOADS: Final = 1_000


def run(rounds: int, seconds: float) -> int:
    """Print the rates; 1 where prepared answers are under ten times the calls of genai-prices."""
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=1000, output_tokens=1000)

    def yardstick() -> float:
        return calls_per_second(
            lambda: calc_price(usage, model_ref="gpt-4o", provider_id="openai"), seconds
        )

    def prepared(name: str, asked: Question) -> Ratio:
        answers = _answers(asked)
        return compare(
            f"prepared answers ({name}) against genai-prices calc_price",
            "calls/s",
            lambda: calls_per_second(answers, seconds),
            yardstick,
            rounds,
        )

    plain, stairs = article(), _with_stairs()
    ratios = []
    for name, asked in (("two lines", plain), ("174 host counts, costs without end", stairs)):
        ratios.append(prepared(name, asked))
        spent = median(_seconds_to_prepare(asked) for _ in range(rounds))
        sys.stdout.write(f"{ratios[-1].line()}; prepared in {spent * 1e3:.3g} ms\n")
        sys.stdout.flush()
    whole = compare(
        "break-even answers against genai-prices calc_price",
        "calls/s",
        lambda: calls_per_second(lambda: break_even(plain), seconds),
        yardstick,
        rounds,
    )
    sys.stdout.write(whole.line() + "\n")
    sys.stdout.flush()
    return int(min(ratio.ratio for ratio in ratios) < LEAST_OF_ANSWERS)


def _answers(asked: Question) -> Callable[[], object]:
    prepared = prepare(asked)
    random = Random(2026)
    most = int(prepared.searched_to_requests_per_hour)
    loads = cycle([Decimal(random.randint(0, most * 100)) / 100 for _ in range(LOADS)])
    return lambda: prepared.at(next(loads))


def _with_stairs() -> Question:
    """The example with hosts that fill, rented by the month: no cost of them terminates."""
    asked = article()
    tokens, hosts = asked.options
    assert isinstance(hosts, Dedicated)
    assert hosts.price is not None
    filling = replace(
        hosts,
        price=replace(hosts.price, amount=Decimal(1000), unit=Unit.MONTH),
        capacity=TypedCapacity(output_tokens_per_second=Decimal(800)),
    )
    return replace(asked, options=(tokens, filling))


def _seconds_to_prepare(asked: Question) -> float:
    start = time.perf_counter()
    prepare(asked)
    return time.perf_counter() - start
