"""The largest throughput under the targets, found by trying batches finely, for many cases at once.

Batches of the grid are all whole numbers to 16, then 8 a doubling, and the largest batch that
memory and engine allow: a grid without that limit itself loses up to a quarter of the throughput.
Between the best batch and the next one the scan is refined, to whole requests below 128.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.capacity_cases import Cases, Column, Facts, facts_of
from costing.capacity_constants import Constants
from costing.capacity_memory import Memory, memory_of
from costing.capacity_speed import StepCosts, step_costs
from costing.errors import InvalidValue

LARGEST_BATCH: Final = 131_072
"""End of the grid; the largest deployments run a few thousand requests at once."""

CASES_AT_ONCE: Final = 256
"""Cases a block, so that a block's arrays stay in the cache of a core."""

REFINEMENT: Final = np.arange(1, 16) / 16


class Limit(StrEnum):
    """What keeps the throughput of a replica from being higher."""

    MEMORY = "memory"
    ENGINE = "engine"
    TPOT = "tpot"
    TTFT = "ttft"
    DOES_NOT_FIT = "does_not_fit"
    UNREACHABLE_TPOT = "unreachable_tpot"
    UNREACHABLE_TTFT = "unreachable_ttft"


LIMITS: Final[tuple[Limit, ...]] = tuple(Limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Latency targets in seconds, None: none.

    margin: how much longer than the mean the promised percentile is, on TPOT (1.1 to 1.2 for a
    95th percentile; 1 takes the targets as means). Raises InvalidValue for a target of 0 or less,
    or a margin below 1.
    """

    ttft_seconds: float | None = None
    tpot_seconds: float | None = None
    margin: float = 1.0

    def __post_init__(self) -> None:
        for name in ("ttft_seconds", "tpot_seconds"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InvalidValue(field=name, expected="a number above 0", found=value)
        if not 1 <= self.margin < np.inf:
            raise InvalidValue(field="margin", expected="1 or more", found=self.margin)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """The best point of each case, of one replica; columns (n,). Seconds, requests a second.

    batch 0 and rate 0 where nothing fits or no batch meets the targets; then TPOT and TTFT are
    those of one request alone (infinite where it does not fit). limit: place in LIMITS.
    """

    batch: Column
    requests_per_second: Column
    tpot_seconds: Column
    ttft_seconds: Column
    limit: NDArray[np.intp]

    def limit_of(self, case: int) -> Limit:
        """What binds in one case."""
        return LIMITS[int(self.limit[case])]


def largest_batch(cases: Cases, memory: Memory, facts: Facts) -> Column:
    """Requests of a replica that memory and the engine allow."""
    return np.minimum(memory.sequences, facts.sequences * cases.data)


def scan(cases: Cases, constants: Constants, targets: Targets, speed: Column | float = 1.0) -> Scan:
    """The best batch of every case under the same targets.

    speed: how much faster than the constants say, where a measurement is known; column or number.
    """
    facts = facts_of(cases)
    memory = memory_of(cases, constants, facts)
    costs = step_costs(cases, constants, facts)
    costs = replace(costs, speed=costs.speed * speed)
    most = largest_batch(cases, memory, facts)
    found = np.zeros((4, len(cases)))
    code = np.zeros(len(cases), np.intp)
    for start in range(0, len(cases), CASES_AT_ONCE):
        block = slice(start, start + CASES_AT_ONCE)
        *numbers, code[block] = _scan_block(costs.rows(block), most[block, np.newaxis], targets)
        found[:, block] = numbers
    batch, rate, tpot, ttft = found
    by_engine = (code == LIMITS.index(Limit.MEMORY)) & (most < memory.sequences)
    code = np.where(by_engine, LIMITS.index(Limit.ENGINE), code)
    return Scan(
        batch=batch, requests_per_second=rate, tpot_seconds=tpot, ttft_seconds=ttft, limit=code
    )


def at_batch(costs: StepCosts, batch: Column) -> tuple[Column, Column, Column]:
    """Requests a second, TPOT and TTFT of a replica at these batches (broadcast with the costs)."""
    step = costs.step(batch)
    rate = costs.requests_per_second(batch, step)
    return rate, batch / (rate * costs.output_tokens), costs.ttft(rate, step)


@cache
def _grid(most: int) -> Column:
    """Batches to try up to `most`: whole numbers to 16, then 8 a doubling, shape (1, points)."""
    doublings = max(0.0, np.ceil(np.log2(max(most, 16) / 16)))
    beyond = np.rint(16 * 2 ** (np.arange(1, 8 * doublings + 1) / 8))
    return np.concatenate((np.arange(1, 17), beyond))[np.newaxis, :].astype(float)


def _scan_block(
    costs: StepCosts, most: Column, targets: Targets
) -> tuple[Column, Column, Column, Column, NDArray[np.intp]]:
    highest = min(float(most.max()), LARGEST_BATCH)
    batch = np.minimum(_grid(2 ** int(np.ceil(np.log2(max(highest, 16))))), np.maximum(most, 1))
    rate, tpot, ttft = at_batch(costs, batch)
    met = _met(tpot, ttft, targets)
    rows = np.arange(len(batch))
    best = np.argmax(np.where(met, rate, -1.0), axis=1)
    following = np.minimum(best + 1, batch.shape[1] - 1)
    low, high = batch[rows, best, np.newaxis], batch[rows, following, np.newaxis]
    between = np.maximum(low, np.floor(low + (high - low) * REFINEMENT[np.newaxis, :]))
    tried = np.concatenate((low, between), axis=1)
    rate_tried, tpot_tried, ttft_tried = at_batch(costs, tried)
    met_tried = _met(tpot_tried, ttft_tried, targets)
    chosen = np.argmax(np.where(met_tried, rate_tried, -1.0), axis=1)
    found = met_tried[rows, chosen] & (most[:, 0] >= 1)
    fits = most[:, 0] >= 1
    # Where nothing is found, the first point of the grid is one request alone.
    at_least = np.where(found, tried[rows, chosen], 1.0)[:, np.newaxis]
    rate_best, tpot_best, ttft_best = (part[:, 0] for part in at_batch(costs, at_least))
    # The next batch that was tried misses a target: which one, its TPOT tells.
    step = np.maximum(1.0, np.ceil((high - low) * REFINEMENT[0]))
    next_tpot = at_batch(costs, np.minimum(at_least + step, np.maximum(most, 1)))[1][:, 0]
    code = _codes(fits, found, at_least[:, 0] >= most[:, 0], (tpot_best, next_tpot), targets)
    return (
        np.where(found, at_least[:, 0], 0.0),
        np.where(found, rate_best, 0.0),
        np.where(fits, tpot_best, np.inf),
        np.where(fits, ttft_best, np.inf),
        code,
    )


def _met(tpot: Column, ttft: Column, targets: Targets) -> NDArray[np.bool_]:
    return (tpot * targets.margin <= _or_none(targets.tpot_seconds)) & (
        ttft <= _or_none(targets.ttft_seconds)
    )


def _or_none(seconds: float | None) -> float:
    return np.inf if seconds is None else seconds


def _codes(
    fits: NDArray[np.bool_],
    found: NDArray[np.bool_],
    full: NDArray[np.bool_],
    tpot: tuple[Column, Column],
    targets: Targets,
) -> NDArray[np.intp]:
    """What binds; `tpot` is that of the batch found and that of the next one tried."""
    longest = _or_none(targets.tpot_seconds)
    here, following = (part * targets.margin > longest for part in tpot)
    chosen = np.select(
        [~fits, ~found & here, ~found, full, following],
        [
            LIMITS.index(Limit.DOES_NOT_FIT),
            LIMITS.index(Limit.UNREACHABLE_TPOT),
            LIMITS.index(Limit.UNREACHABLE_TTFT),
            LIMITS.index(Limit.MEMORY),
            LIMITS.index(Limit.TPOT),
        ],
        LIMITS.index(Limit.TTFT),
    )
    return chosen.astype(np.intp)
