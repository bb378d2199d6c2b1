"""The owner's key: who tries wrong ones is stopped, and no key is in an address or a log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from catalog.database import Database
from catalog.decision_request import read_decision
from catalog.errors import DecisionKeysTried
from dashboard.decisions.key_tries import MOST_WRONG, WINDOW, KeyTries
from dashboard.decisions.opened import save_new
from tests.dashboard.decisions.questions import CONTRACT, SEALED, content, decision

DIGITS = CONTRACT.lstrip("0.")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = SEALED

    def __call__(self) -> Any:
        return self.now


def test_after_ten_wrong_keys_even_the_right_one_has_to_wait(catalog: Database) -> None:
    """It says for how long, and looks again when the time is over; other decisions go on."""
    saved = save_new(catalog, read_decision(content()), None, SEALED)
    other = save_new(catalog, read_decision(content()), None, SEALED)
    clock = Clock()
    tries = KeyTries(clock)
    name, key = saved.version.decision_id, saved.key or ""

    for number in range(MOST_WRONG):
        assert tries.require(catalog, name, f"wrong {number}") is False
    with pytest.raises(DecisionKeysTried, match="Try again in 10 minutes") as refused:
        tries.require(catalog, name, key)
    assert refused.value.seconds == 600
    assert tries.require(catalog, other.version.decision_id, other.key or "") is True
    clock.now += WINDOW - timedelta(seconds=30)
    with pytest.raises(DecisionKeysTried, match=r"Try again in 1 minute\."):
        tries.require(catalog, name, key)
    clock.now += timedelta(seconds=30)
    assert tries.require(catalog, name, key) is True


def test_right_keys_are_not_counted(catalog: Database) -> None:
    """A script that asks often with its key is not stopped."""
    saved = save_new(catalog, read_decision(content()), None, SEALED)
    tries = KeyTries(Clock())
    asked = [
        tries.require(catalog, saved.version.decision_id, saved.key or "")
        for _ in range(MOST_WRONG + 2)
    ]
    assert all(asked)


def test_only_so_many_decisions_are_remembered(
    catalog: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made-up ids cannot fill the memory; the one tried longest ago is forgotten."""
    monkeypatch.setattr("dashboard.decisions.key_tries.MOST_DECISIONS", 2)
    tries = KeyTries(Clock())

    for _ in range(MOST_WRONG):
        tries.require(catalog, "first", "wrong")
    for name in ("second", "third"):
        tries.require(catalog, name, "wrong")

    assert tries.require(catalog, "first", "wrong") is False


def test_over_rest_a_wrong_key_is_403_and_the_eleventh_429_with_the_time_to_wait(
    server_url: str,
) -> None:
    """On the route that lets a browser hold a decision, and on those that only show it."""
    with httpx.Client(base_url=f"{server_url}/api/v1", trust_env=False, timeout=60) as client:
        made = client.post("/decisions", json=decision(title="Tried")).json()
    path = f"{server_url}/api/v1/decisions/{made['id']}"
    with httpx.Client(trust_env=False, timeout=60) as other:
        wrong = {"X-Decision-Key": "wrong"}
        answers = [other.post(f"{path}/holders", headers=wrong) for _ in range(MOST_WRONG - 1)]
        answers.append(other.get(path, headers=wrong))
        stopped = other.get(path, headers={"X-Decision-Key": made["key"]})
        without = other.get(path)
    assert [403] * (MOST_WRONG - 1) + [200] == [one.status_code for one in answers]
    assert DIGITS not in answers[-1].text
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= WINDOW.seconds
    assert "Expected at most 10 wrong keys" in stopped.json()["detail"]
    assert made["key"] not in stopped.text
    assert without.status_code == 200
