"""The exactness check on many scenarios: each answer against the brute computation of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from time import monotonic
from typing import TypeVar

from tests.costing.agreement import disagreements
from tests.costing.profile_agreement import disagreements_over_profile
from tests.costing.profile_brute import random_case
from tests.costing.scenarios import random_scenario

MOST_SHOWN = 10
SECONDS_BETWEEN_REPORTS = 5.0

T = TypeVar("T")


def run(count: int, seed: int) -> int:
    """Check `count` random scenarios and as many random hybrids; how many disagree.

    The same seed gives the same ones. Progress, and the first disagreements with what shows them,
    go to stderr.
    """
    return _run("scenario", count, seed, random_scenario, disagreements) + _run(
        "hybrid", count, seed, random_case, disagreements_over_profile
    )


def _run(
    what: str,
    count: int,
    seed: int,
    draw: Callable[[Random], T],
    check: Callable[[T], list[str]],
) -> int:
    random, wrong = Random(seed), 0
    started = reported = monotonic()
    for done in range(1, count + 1):
        drawn = draw(random)
        if found := check(drawn):
            wrong += 1
            if wrong <= MOST_SHOWN:
                sys.stderr.write(f"{what} {done} of seed {seed}: {found}\n{drawn}\n")
        if done == count or monotonic() - reported >= SECONDS_BETWEEN_REPORTS:
            reported = monotonic()
            seconds = f"{reported - started:.0f} s"
            sys.stderr.write(f"{done:,} of {count:,} {what}s, {wrong} disagree, {seconds}\n")
    return wrong
