"""The exactness check on many scenarios: each answer against the brute computation of it."""

from __future__ import annotations

import sys
from random import Random
from time import monotonic

from tests.costing.agreement import disagreements
from tests.costing.scenarios import random_scenario

MOST_SHOWN = 10
SECONDS_BETWEEN_REPORTS = 5.0


def run(count: int, seed: int) -> int:
    """Check `count` random scenarios; how many disagree. The same seed gives the same scenarios.

    Progress, and the first disagreements with the scenario that shows them, go to stderr.
    """
    random, wrong = Random(seed), 0
    started = reported = monotonic()
    for done in range(1, count + 1):
        scenario = random_scenario(random)
        if found := disagreements(scenario):
            wrong += 1
            if wrong <= MOST_SHOWN:
                sys.stderr.write(f"scenario {done} of seed {seed}: {found}\n{scenario}\n")
        if done == count or monotonic() - reported >= SECONDS_BETWEEN_REPORTS:
            reported = monotonic()
            seconds = f"{reported - started:.0f} s"
            sys.stderr.write(f"{done:,} of {count:,} scenarios, {wrong} disagree, {seconds}\n")
    return wrong
