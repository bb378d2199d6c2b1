"""How much a session, and all together, may ask: questions a minute, answers at once, and answers
and money an hour and a day.

Hours and days are those of UTC. Kept in memory: what was taken before a restart counts no more.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from dashboard.chat.errors import ChatRefused
from dashboard.chat.sessions import SessionId

MINUTE: Final = 60.0
PERIODS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
ANSWERS: Final = {"hour": "answers_an_hour", "day": "answers_a_day"}
USD: Final = {"hour": "usd_an_hour", "day": "usd_a_day"}
LIMITS: Final = (*ANSWERS.values(), *USD.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Ration:
    """What one may have.

    Attributes:
        questions_a_minute, answers_at_once: of the chat; a batch test goes by its own pace.
        answers_an_hour, answers_a_day, usd_an_hour, usd_a_day: of chat and batch tests together;
            None: no limit. Money counts only where the price of an answer is known.
    """

    questions_a_minute: int
    answers_at_once: int
    answers_an_hour: int | None = None
    answers_a_day: int | None = None
    usd_an_hour: Decimal | None = None
    usd_a_day: Decimal | None = None

    def most(self, limit: str) -> int | Decimal | None:
        """The value of one of `LIMITS`."""
        found: int | Decimal | None = getattr(self, limit)
        return found


SESSION: Final = Ration(questions_a_minute=20, answers_at_once=3, usd_a_day=Decimal(5))
SERVICE: Final = Ration(questions_a_minute=200, answers_at_once=40, usd_a_day=Decimal(50))


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of one limit. back_at: when it is whole again."""

    whose: str
    limit: str
    most: int | Decimal
    left: int | Decimal
    back_at: datetime


@dataclass(slots=True)
class _Taken:
    asked_at: deque[float] = field(default_factory=deque)
    streaming: int = 0
    begun: dict[str, datetime] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PERIODS, 0))
    usd: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(PERIODS, Decimal(0)))

    def refresh(self, now: datetime) -> None:
        while self.asked_at and self.asked_at[0] <= now.timestamp() - MINUTE:
            self.asked_at.popleft()
        for period in PERIODS:
            beginning = _beginning(period, now)
            if self.begun.get(period) != beginning:
                self.begun[period] = beginning
                self.answers[period], self.usd[period] = 0, Decimal(0)

    def left(self, ration: Ration, whose: str) -> Iterator[Left]:
        for names, taken in ((ANSWERS, self.answers), (USD, self.usd)):
            for period, limit in names.items():
                most = ration.most(limit)
                if most is not None:
                    rest = max(type(most)(0), most - taken[period])
                    back_at = self.begun[period] + PERIODS[period]
                    yield Left(whose=whose, limit=limit, most=most, left=rest, back_at=back_at)

    @property
    def is_idle(self) -> bool:
        counts = (*self.answers.values(), *self.usd.values())
        return not self.asked_at and not self.streaming and not any(counts)


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
        both = self._both(session)
        for name, taken in both.items():
            self._require_pace(name, taken, answers, now)
            self._require_left(name, taken, answers, now)
        for name, taken in both.items():
            taken.asked_at.append(now.timestamp())
            taken.streaming += answers
            self._count(name, taken, answers)
        try:
            yield
        finally:
            for taken in both.values():
                taken.streaming -= answers

    def take_answer(self, session: SessionId, now: datetime) -> None:
        """Take one answer of a batch test. Raises ChatRefused where none is left."""
        self.require_left(session, now)
        for name, taken in self._both(session).items():
            self._count(name, taken, 1)

    def require_left(self, session: SessionId, now: datetime) -> None:
        """Raise ChatRefused where not one answer is left."""
        self._forget_idle(now)
        for name, taken in self._both(session).items():
            self._require_left(name, taken, 1, now)

    def give_back(self, session: SessionId, now: datetime) -> None:
        """An answer that was taken and that its server did not begin."""
        for name, taken in self._both(session).items():
            taken.refresh(now)
            for period in PERIODS:
                if taken.answers[period]:
                    self._count_in(name, taken, period, -1)

    def spend(self, session: SessionId, usd: Decimal, now: datetime) -> None:
        """Count what an answer cost."""
        for taken in self._both(session).values():
            taken.refresh(now)
            for period in PERIODS:
                taken.usd[period] += usd

    def left(self, session: SessionId, now: datetime) -> tuple[Left, ...]:
        """What is left of each limit: the session's own first, those of the service after."""
        found: list[Left] = []
        self._forget_idle(now)
        for name, taken in self._both(session).items():
            taken.refresh(now)
            found += taken.left(self._limits[name], name)
        return tuple(found)

    def _both(self, session: SessionId) -> dict[str, _Taken]:
        return {"session": self._sessions[session], "service": self._all}

    def _count(self, name: str, taken: _Taken, answers: int) -> None:
        for period in PERIODS:
            self._count_in(name, taken, period, answers)

    def _count_in(self, name: str, taken: _Taken, period: str, answers: int) -> None:
        """Only where there is a limit, so that other sessions can be forgotten."""
        if self._limits[name].most(ANSWERS[period]) is not None:
            taken.answers[period] += answers

    def _require_pace(self, name: str, taken: _Taken, answers: int, now: datetime) -> None:
        limit = self._limits[name]
        taken.refresh(now)
        if len(taken.asked_at) >= limit.questions_a_minute:
            wait = taken.asked_at[0] + MINUTE - now.timestamp()
            raise ChatRefused(
                f"questions_a_minute.{name}",
                most=str(limit.questions_a_minute),
                seconds=f"{max(1, round(wait))}",
            )
        if taken.streaming + answers > limit.answers_at_once:
            raise ChatRefused(f"answers_at_once.{name}", most=str(limit.answers_at_once))

    def _require_left(self, name: str, taken: _Taken, answers: int, now: datetime) -> None:
        """Refuse where fewer answers are left than asked for, or no money."""
        taken.refresh(now)
        for one in taken.left(self._limits[name], name):
            wanted = answers if one.limit in ANSWERS.values() else 0
            if one.left < wanted or (not one.left and answers):
                raise ChatRefused(
                    f"{one.limit}.{name}",
                    most=f"{one.most:f}" if isinstance(one.most, Decimal) else str(one.most),
                    left=str(one.left),
                    at=f"{one.back_at:%Y-%m-%d %H:%M} UTC",
                    seconds=str(max(1, round((one.back_at - now).total_seconds()))),
                )

    def _forget_idle(self, now: datetime) -> None:
        """Sessions that hold nothing any more, so that memory does not grow with visitors."""
        for session, taken in list(self._sessions.items()):
            taken.refresh(now)
            if taken.is_idle:
                del self._sessions[session]


def _beginning(period: str, now: datetime) -> datetime:
    """When the hour or day of a moment began, in its own zone."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour if period == "hour" else hour.replace(hour=0)
