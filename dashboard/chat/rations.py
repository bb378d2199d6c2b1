"""How much a session, and all together, may ask: questions a minute, answers at once, money a day.

Kept in memory: what was spent before a restart counts no more.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from dashboard.chat.errors import ChatRefused
from dashboard.chat.sessions import SessionId

MINUTE: Final = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ration:
    """What one may have. usd_a_day None: no limit on money, as where no price is known."""

    questions_a_minute: int
    answers_at_once: int
    usd_a_day: Decimal | None


SESSION: Final = Ration(questions_a_minute=20, answers_at_once=3, usd_a_day=Decimal(5))
SERVICE: Final = Ration(questions_a_minute=200, answers_at_once=40, usd_a_day=Decimal(50))


@dataclass(slots=True)
class _Taken:
    asked_at: deque[float] = field(default_factory=deque)
    streaming: int = 0
    day: date | None = None
    usd: Decimal = Decimal(0)

    def refresh(self, seconds: float, day: date) -> None:
        while self.asked_at and self.asked_at[0] <= seconds - MINUTE:
            self.asked_at.popleft()
        if self.day != day:
            self.day, self.usd = day, Decimal(0)

    @property
    def is_idle(self) -> bool:
        return not self.asked_at and not self.streaming and not self.usd


class Rations:
    """Counts what is taken. One for the service, used from its event loop alone."""

    def __init__(self, session: Ration = SESSION, service: Ration = SERVICE) -> None:
        self._limits = {"session": session, "service": service}
        self._all = _Taken()
        self._sessions: dict[SessionId, _Taken] = defaultdict(_Taken)

    @contextmanager
    def question(self, session: SessionId, answers: int, now: datetime) -> Iterator[None]:
        """Take a question with so many answers, which stream until the context ends.

        Raises ChatRefused, naming the limit, where a ration is used up; then nothing is taken.
        """
        self._forget_idle(now)
        both = {"session": self._sessions[session], "service": self._all}
        for name, taken in both.items():
            self._require(name, taken, answers, now)
        for taken in both.values():
            taken.asked_at.append(now.timestamp())
            taken.streaming += answers
        try:
            yield
        finally:
            for taken in both.values():
                taken.streaming -= answers

    def spend(self, session: SessionId, usd: Decimal, now: datetime) -> None:
        """Count what an answer cost."""
        for taken in (self._sessions[session], self._all):
            taken.refresh(now.timestamp(), now.date())
            taken.usd += usd

    def _require(self, name: str, taken: _Taken, answers: int, now: datetime) -> None:
        limit, seconds = self._limits[name], now.timestamp()
        taken.refresh(seconds, now.date())
        if len(taken.asked_at) >= limit.questions_a_minute:
            wait = taken.asked_at[0] + MINUTE - seconds
            raise ChatRefused(
                f"questions_a_minute.{name}",
                most=str(limit.questions_a_minute),
                seconds=f"{max(1, round(wait))}",
            )
        if taken.streaming + answers > limit.answers_at_once:
            raise ChatRefused(f"answers_at_once.{name}", most=str(limit.answers_at_once))
        if limit.usd_a_day is not None and taken.usd >= limit.usd_a_day:
            raise ChatRefused(f"usd_a_day.{name}", most=f"{limit.usd_a_day:f}")

    def _forget_idle(self, now: datetime) -> None:
        """Sessions that hold nothing any more, so that memory does not grow with visitors."""
        for session, taken in list(self._sessions.items()):
            taken.refresh(now.timestamp(), now.date())
            if taken.is_idle:
                del self._sessions[session]
