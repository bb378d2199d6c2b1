"""Wrong owner's keys are counted, so that a key cannot be found by trying.

Keys are too long to be guessed as they are; the count also covers one that was shortened or partly
seen. It is of a decision, not of a browser, because who tries begins a new session each time.
"""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from catalog.database import Database
from catalog.decisions import is_held, key_secret
from catalog.errors import DecisionKeysTried
from dashboard.decisions.standings import now_in_utc

MOST_WRONG: Final = 10
WINDOW: Final = timedelta(minutes=10)
MOST_DECISIONS: Final = 10_000
"""Whose tries are remembered at once; the ones tried longest ago are forgotten first."""


class KeyTries:
    """The wrong keys of one service in the last minutes; used from any thread. No key is kept."""

    def __init__(self, clock: Callable[[], datetime] = now_in_utc) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: dict[str, deque[datetime]] = {}

    def require(self, database: Database, decision_id: str, key: str) -> bool:
        """Whether this is the key of the decision; a wrong one is counted.

        Raises DecisionKeysTried where too many wrong ones were tried before, even for the right
        one, so that nobody learns by the answer which it was.
        """
        now = self._clock()
        with self._lock:
            tried = self._recent(decision_id, now)
            if len(tried) >= MOST_WRONG:
                raise _too_many(tried[0] + WINDOW - now)
        with database.read() as session:
            if is_held(session, decision_id, [key_secret(key).sha256]):
                return True
        with self._lock:
            tried = self._recent(decision_id, now)
            tried.append(now)
            self._wrong[decision_id] = tried
            while len(self._wrong) > MOST_DECISIONS:
                self._wrong.pop(next(iter(self._wrong)))
        return False

    def _recent(self, decision_id: str, now: datetime) -> deque[datetime]:
        """Tries within the window; taken out, so that the newest stands last when put back."""
        tried = self._wrong.pop(decision_id, deque())
        while tried and tried[0] <= now - WINDOW:
            tried.popleft()
        if tried:
            self._wrong[decision_id] = tried
        return tried


def _too_many(left: timedelta) -> DecisionKeysTried:
    seconds = max(1, int(left.total_seconds()))
    minutes = -(-seconds // 60)
    return DecisionKeysTried(
        f"Expected at most {MOST_WRONG} wrong keys in {WINDOW.seconds // 60} minutes for a "
        f"decision, found more. Try again in {minutes} minute{'s' if minutes > 1 else ''}.",
        seconds=seconds,
    )
