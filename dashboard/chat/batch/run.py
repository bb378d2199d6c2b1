"""Asks a plan's questions and keeps each answer at once.

Several answers come at a time, over all endpoints together. An endpoint that says to wait (429, or
503 with a time) is left alone for as long as it says, while others go on; nothing else is asked
again, because an answer is paid for. A run ends by itself, to be gone on with, when its cost
reaches the cap, and leaves an endpoint alone that does nothing but fail.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol, TypeAlias

import anyio
import anyio.to_thread

from catalog.database import Database
from costing.units import exact, to_decimal
from dashboard.chat.batch.endpoint_work import EndpointWork
from dashboard.chat.batch.estimate import Estimate
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.plan import Job, Plan
from dashboard.chat.batch.purse import Purse
from dashboard.chat.events import Clock, Failed

CONCURRENCY: Final = 4


class Ended(StrEnum):
    """Why a run ended before all was asked."""

    COST_CAP = "cost_cap"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"
    LIMIT = "limit"
    """The operator's limits leave no further answer now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunClock:
    """Time as an argument, and how to let it pass."""

    clock: Clock
    let_pass: Callable[[float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a progress line tells.

    Attributes:
        done: answers and failures so far, earlier runs included, of how many.
        spent: in US dollars, as it counts against the cap.
        question, failure: the number of a question from 1, and how it failed; None where it did
            not.
        wait_seconds: nothing is done yet, the endpoint asked to wait.
        given_up: the endpoint is asked no more.
    """

    endpoint: str
    done: int
    of: int
    spent: Decimal
    question: int | None = None
    failure: Failed | None = None
    wait_seconds: float | None = None
    given_up: bool = False


class Allowance(Protocol):
    """What an operator lets be asked, of all runs and chats together."""

    def take(self) -> bool:
        """Take one answer; False where none is left."""

    def give_back(self) -> None:
        """One that was taken was not begun by its server."""

    def paid(self, usd: Decimal) -> None:
        """An answer has cost so much."""


class Unlimited:
    """Whoever runs the command pays for it: only the cap holds."""

    def take(self) -> bool:
        """Always."""
        return True

    def give_back(self) -> None:
        """Nothing is counted."""

    def paid(self, usd: Decimal) -> None:
        """Nothing is counted."""


Told: TypeAlias = Callable[[Step], None]


@dataclass(kw_only=True)
class Run:
    """One run of a plan into a result file.

    Attributes:
        cap: in US dollars; no answer is begun once the cost of all runs on this file reaches it.
        told: takes each step.
        concurrency: answers at a time.
        retry_failed: failures of earlier runs are asked again.
        allowance: the operator's limits.
    """

    plan: Plan
    estimate: Estimate
    file: ResultFile
    database: Database
    clock: RunClock
    cap: Decimal
    told: Told
    concurrency: int = CONCURRENCY
    retry_failed: bool = False
    allowance: Allowance = field(default_factory=Unlimited)
    _stop: anyio.Event = field(default_factory=anyio.Event, init=False)
    _changed: anyio.Event = field(default_factory=anyio.Event, init=False)
    _purse: Purse = field(init=False)
    _done: int = field(default=0, init=False)
    _is_capped: bool = field(default=False, init=False)
    _is_limited: bool = field(default=False, init=False)

    async def run(self) -> Ended | None:
        """Ask all that is not done; why it ended early, None where all was asked."""
        known = self.file.done(retry_failed=self.retry_failed)
        self._done = len(known)
        self._purse = Purse(cap=self.cap, spent=exact(self.file.spent()))
        limit = anyio.Semaphore(self.concurrency)
        async with anyio.create_task_group() as asking:
            for endpoint in self.plan.endpoints:
                jobs = (job for job in self.plan.jobs(endpoint.name) if job not in known)
                work = EndpointWork(run=self, endpoint=endpoint, jobs=jobs, limit=limit)
                asking.start_soon(work.work)
        if self._is_capped:
            return Ended.COST_CAP
        if self._done == self.plan.answers:
            return None
        if self._is_limited:
            return Ended.LIMIT
        return Ended.STOPPED if self.is_stopped else Ended.GIVEN_UP

    @property
    def is_stopped(self) -> bool:
        """A person has had enough."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Begin nothing more; what is being answered is awaited and kept."""
        self._stop.set()
        self.change()

    def change(self) -> None:
        """Wake those that wait for what is in flight."""
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    async def pause(self, seconds: float) -> None:
        """Let time pass, unless the run is stopped meanwhile."""
        async with anyio.create_task_group() as waiting:

            async def until_stopped() -> None:
                await self._stop.wait()
                waiting.cancel_scope.cancel()

            waiting.start_soon(until_stopped)
            await self.clock.let_pass(seconds)
            waiting.cancel_scope.cancel()

    async def may_begin(self, job: Job, planned: Decimal | None) -> bool:
        """Whether a job may be asked; its planned cost is reserved then. Waits for answers in
        flight where they may reach the cap."""
        while not self.is_stopped:
            if self._purse.is_empty:
                self._is_capped = True
                return False
            if self._purse.has_room:
                if not self.allowance.take():
                    self._is_limited = True
                    return False
                self._purse.reserve(job, planned)
                return True
            await self._changed.wait()
        return False

    def postponed(self, job: Job) -> None:
        """The server of a job has not begun; it is asked later."""
        self._purse.release(job)
        self.allowance.give_back()
        self.change()

    def landed(self, job: Job, counted: Fraction) -> None:
        """A job is done, and counts for so much against the cap."""
        self._purse.pay(job, counted)
        if counted:
            self.allowance.paid(to_decimal(counted))
        self._done += 1
        self.change()

    def step(self, endpoint: str) -> Step:
        """How far the run is."""
        return Step(
            endpoint=endpoint,
            done=self._done,
            of=self.plan.answers,
            spent=self._purse.spent_usd,
        )
