"""How every decision stands, worked out beside the requests and kept while prices stay the same.

To hold one decision against today takes from a hundredth of a second to some seconds, so a list of
thousands cannot wait for it. Whoever lists asks here, gets what is known at once, and the rest is
judged by a thread of its own in the order in which it was asked for. A judgement belongs to one
version, one state of the catalog (`facts_digest`), one day and one method: when any of them is
another, it is made anew and the old one is not shown.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeAlias

from catalog.database import Database
from catalog.decision_heads import DecisionHead, newest_versions
from catalog.facts_digest import facts_digest
from costing import method
from dashboard.decisions.judgement import FAILED, Judgement, judgement_of
from dashboard.decisions.today import today_of

LOG: Final = logging.getLogger("modelcost.decisions")
BREATH_SECONDS: Final = 0.005
"""Between two judgements, so that requests are served meanwhile."""
LONGEST_WAIT_SECONDS: Final = 60.0
"""At once; who waits without end asks again, because no clock of a lock counts to infinity."""
Key: TypeAlias = tuple[str, int, str]
State: TypeAlias = tuple[str, date, str]


def now_in_utc() -> datetime:
    """The clock of a service."""
    return datetime.now(UTC)


class Standings:
    """The judgements of one service; used from any thread. clock: for tests of another day."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now_in_utc) -> None:
        self._database = database
        self._clock = clock
        self._changed = threading.Condition()
        self._known: dict[Key, Judgement] = {}
        self._asked: dict[Key, None] = {}
        self._state: State | None = None
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def known(self, heads: Sequence[DecisionHead], *, ask: bool = True) -> dict[str, Judgement]:
        """What is known of these by today's prices, by id. ask: the others are judged from now
        on, the first ones first, before anything that was asked for earlier."""
        state = self._state_now()
        keys = [one.version_key for one in heads]
        with self._changed:
            if state != self._state:
                self._state, self._known, self._asked = state, {}, {}
            if ask:
                missing = dict.fromkeys(key for key in keys if key not in self._known)
                self._asked = missing | {key: None for key in self._asked if key not in missing}
                self._work()
            return {key[0]: self._known[key] for key in keys if key in self._known}

    def awaited(self, heads: Sequence[DecisionHead], seconds: float) -> dict[str, Judgement]:
        """The same, after waiting until all of these are known, or for so long at most."""
        self.known(heads)
        keys = [one.version_key for one in heads]
        end = time.monotonic() + seconds
        with self._changed:
            while any(key in self._asked for key in keys) and not self._closing.is_set():
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, LONGEST_WAIT_SECONDS))
            return {key[0]: self._known[key] for key in keys if key in self._known}

    def forget(self, head: DecisionHead) -> None:
        """Judge a version anew: its record was seen to be another than the one that was judged."""
        with self._changed:
            self._known.pop(head.version_key, None)

    def close(self) -> None:
        """End the thread; what it has in hand is finished first."""
        self._closing.set()
        with self._changed:
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _state_now(self) -> State:
        with self._database.read() as session:
            digest = facts_digest(session)
        return digest, self._clock().date(), method.METHOD_VERSION

    def _work(self) -> None:
        """Begin where there is work and nobody at it. The caller holds the lock."""
        if self._asked and self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._run, name="standings", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._asked or self._closing.is_set():
                    self._thread = None
                    return
                key, state = next(iter(self._asked)), self._state
            judged = self._judged(key)
            with self._changed:
                if state == self._state:
                    self._asked.pop(key, None)
                    if judged is not None:
                        self._known[key] = judged
                self._changed.notify_all()
            self._closing.wait(BREATH_SECONDS)

    def _judged(self, key: Key) -> Judgement | None:
        """None where the decision has another newest version by now."""
        try:
            with self._database.read() as session:
                found = newest_versions(session, [key[0]]).get(key[0])
            if found is None or (found[0].number, found[0].sha256) != key[1:]:
                return None
            return judgement_of(today_of(self._database, *found, self._clock()))
        except Exception:
            LOG.exception("decision %s could not be judged", key[0])
            return FAILED
