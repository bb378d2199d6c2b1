"""The version of the arithmetic says when a cost of the same question has changed."""

from __future__ import annotations

import hashlib
from random import Random

from costing.bridge import exact_cost_at_workload
from costing.method import METHOD_VERSION, METHODS, earlier_method
from tests.costing.questions import question_of
from tests.costing.scenarios import random_scenario

COSTS_OF_VERSION = {"1": "c93ea0664844dab673bfb98ad612be9c9dcc35db2d6c575f4cab267ebe3444c0"}
"""SHA-256 of the costs of 500 random questions. Never edited: a new arithmetic is a new version."""


def test_a_cost_that_changes_needs_a_new_version() -> None:
    """Where this fails: raise METHOD_VERSION, keep the old arithmetic in METHODS, add a line."""
    random, digest = Random(1905), hashlib.sha256()
    for _ in range(500):
        asked = question_of(random_scenario(random))
        for option in asked.options:
            digest.update(f"{exact_cost_at_workload(asked, option)}\n".encode())

    assert {METHOD_VERSION} <= set(COSTS_OF_VERSION) == set(METHODS)
    assert COSTS_OF_VERSION[METHOD_VERSION] == digest.hexdigest()


def test_todays_arithmetic_is_no_earlier_one_and_an_unknown_one_is_none() -> None:
    assert METHODS[METHOD_VERSION] is exact_cost_at_workload
    assert earlier_method(METHOD_VERSION) is None
    assert earlier_method("0.9 of somebody else") is None
