"""Cells a second of a sweep beside the same formula written by hand, and two workers beside one.

    scripts/bench --sweep

The yardstick is plain NumPy in the same blocks, without unknowns, ties or exact rounding; it gives
the same arrays (cost of each option, cheapest, gap), and its answers are compared. Workers evaluate
a grid whose host counts differ in each cell, for winners and gaps.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from itertools import product
from math import prod
from multiprocessing import get_context
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing import TypedCapacity
from costing.sweep import Axis, Sweep, run_sweep
from tests.bench.rates import Ratio, compare
from tests.costing.questions import hosts, per_token, question, typed

LENGTHS: Final = (400, 100, 50)
LARGER: Final = (1600, 100, 100)
SAMPLE: Final = 20_000
COUNTED: Final = 1_000_000
LOADS_A_BLOCK: Final = 13
LEAST_OF_NUMPY: Final = 0.5
LEAST_OF_TWO: Final = 1.5

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a sweep gives."""

    costs: list[Array]
    winner: NDArray[np.intp]
    gap: Array


def run(rounds: int) -> int:
    """Print the rates; how many aims are missed. Where all is busy, so are the second workers."""
    sweep = _sweep(LENGTHS)
    _compare_answers(sweep)
    by_hand = compare(
        "cells of a sweep against hand-written NumPy, CPU",
        "M cells/s",
        lambda: _rate(lambda: run_sweep(sweep), time.process_time),
        lambda: _rate(_by_hand, time.process_time),
        rounds,
    )
    one_by_one = compare(
        "cells of a sweep against a Decimal loop, CPU",
        "M cells/s",
        lambda: _rate(lambda: run_sweep(sweep), time.process_time),
        _decimal_rate,
        rounds,
    )
    spawn, heavy = get_context("spawn"), _of_tokens()
    with ThreadPoolExecutor(2) as two, ThreadPoolExecutor(1) as one:
        none = _workers("two threads against no executor", heavy, (two, None), rounds)
        threads = _workers("two threads against one", heavy, (two, one), rounds)
    with (
        ProcessPoolExecutor(2, mp_context=spawn) as two_processes,
        ProcessPoolExecutor(1, mp_context=spawn) as one_process,
    ):
        pools = (two_processes, one_process)
        processes = _workers("two processes against one", heavy, pools, rounds)
        counting = _counting(two_processes, one_process, rounds)
    for ratio in (by_hand, one_by_one, none, threads, processes, counting):
        sys.stdout.write(ratio.line() + "\n")
    missed = [by_hand.ratio < LEAST_OF_NUMPY, max(threads.ratio, processes.ratio) < LEAST_OF_TWO]
    sys.stdout.write(f"aims missed: {sum(missed)} of {len(missed)}\n")
    return sum(missed)


def _sweep(lengths: tuple[int, int, int]) -> Sweep:
    """Tokens against two kinds of hosts over load, output tokens and the price of hosts."""
    asked = question(
        per_token(fee="3"),
        hosts(capacity=typed("3"), spare=1),
        hosts("Others", price="3", capacity=typed("2.5"), minimum=2),
    )
    loads, tokens, factors = lengths
    values = {
        "requests_per_hour": [Decimal(place + 1) for place in range(loads)],
        "output_tokens": [Decimal(100 + 37 * place) for place in range(tokens)],
        "host_price_factor": [Decimal(50 + place) / 100 for place in range(factors)],
    }
    axes = tuple(Axis(name=name, values=tuple(found)) for name, found in values.items())
    return Sweep(question=asked, axes=axes)


def _of_tokens() -> Sweep:
    """The same with capacities of input and output, over load and tokens of both kinds."""
    sweep = _sweep(LARGER)
    both = TypedCapacity(input_tokens_per_second=Decimal(3), output_tokens_per_second=Decimal(2))
    options = (
        per_token(fee="3"),
        hosts(capacity=both, spare=1),
        hosts("Others", price="3", capacity=both, minimum=2, maximum=10_000),
    )
    tokens = replace(sweep.axes[2], name="input_tokens")
    tokens = replace(tokens, values=tuple(value * 100 for value in tokens.values))
    return Sweep(question=question(*options), axes=(*sweep.axes[:2], tokens))


def _by_hand() -> Answer:
    every = np.arange(1.0, LENGTHS[0] + 1)[:, None, None]
    tokens = (100 + 37 * np.arange(float(LENGTHS[1])))[None, :, None]
    factor = ((50 + np.arange(float(LENGTHS[2]))) / 100)[None, None, :]
    costs, gap = np.empty((3, *LENGTHS)), np.empty(LENGTHS)
    winner = np.empty(LENGTHS, np.intp)
    for start in range(0, LENGTHS[0], LOADS_A_BLOCK):
        block = slice(start, start + LOADS_A_BLOCK)
        load, cost = every[block], costs[:, block]
        cost[0] = 3 + load * (tokens / 3600)
        cost[1] = np.maximum(1, np.ceil(load * tokens / 10_800) + 1) * (4 * factor)
        cost[2] = np.maximum(2, np.ceil(load * tokens / 9_000)) * (3 * factor)
        winner[block] = np.argmin(cost, axis=0)
        lowest, second = np.minimum(cost[0], cost[1]), np.maximum(cost[0], cost[1])
        second = np.minimum(second, np.maximum(lowest, cost[2]))
        gap[block] = second - np.minimum(lowest, cost[2])
    return Answer(costs=list(costs), winner=winner, gap=gap)


def _compare_answers(sweep: Sweep) -> None:
    """RuntimeError where the two say different things, ties apart."""
    ours, theirs = run_sweep(sweep), _by_hand()
    costs = zip(ours.costs.values(), theirs.costs, strict=True)
    same = all(np.allclose(one, other, rtol=1e-12, atol=0) for one, other in costs)
    clear = theirs.gap > 1e-9
    if not same or not np.array_equal(ours.winner[clear], theirs.winner[clear]):
        raise RuntimeError("expected the answers of the yardstick, found others")


def _rate(
    work: Callable[[], object], clock: Callable[[], float], cells: int = prod(LENGTHS)
) -> float:
    start = clock()
    work()
    return cells / (clock() - start) / 1e6


def _decimal_rate() -> float:
    """The same formula a cell at a time, of the first cells of the grid."""
    start, count = time.process_time(), 0
    for load, tokens, factor in product(
        range(1, LENGTHS[0] + 1), range(100, 100 + 37 * LENGTHS[1], 37), range(50, 50 + LENGTHS[2])
    ):
        asked, price = Decimal(load * tokens), Decimal(factor) / 100
        first = (asked / 10_800).to_integral_value(ROUND_CEILING) + 1
        other = (asked / 9_000).to_integral_value(ROUND_CEILING)
        hosted = (max(Decimal(1), first) * 4 * price, max(Decimal(2), other) * 3 * price)
        sorted((3 + asked / 3600, *hosted))
        count += 1
        if count == SAMPLE:
            break
    return count / (time.process_time() - start) / 1e6


def _counting(two: Executor, one: Executor, rounds: int) -> Ratio:
    """What a second process brings here at all: plain loops without any data."""

    def by(executor: Executor) -> float:
        start = time.perf_counter()
        done = sum(executor.map(_count, [COUNTED] * 8))
        return done / (time.perf_counter() - start) / 1e6

    name = "for comparison, two processes that only count against one"
    return compare(name, "M steps/s", lambda: by(two), lambda: by(one), rounds)


def _count(steps: int) -> int:
    found = 0
    for _ in range(steps):
        found += 1
    return found


def _workers(
    name: str, sweep: Sweep, pools: tuple[Executor, Executor | None], rounds: int
) -> Ratio:
    """By the clock, with workers that have started and imported before."""

    def by(executor: Executor | None) -> float:
        return _rate(
            lambda: run_sweep(sweep, executor, with_costs=False),
            time.perf_counter,
            prod(sweep.lengths),
        )

    by(pools[0]), by(pools[1])
    return compare(name, "M cells/s", lambda: by(pools[0]), lambda: by(pools[1]), rounds)
