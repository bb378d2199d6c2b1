"""What one endpoint is asked in a run: its questions in order, several at a time, with patience
where it says to wait and an end where it does nothing but fail.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from costing.units import exact
from dashboard.chat.batch.asking import Asking, Came
from dashboard.chat.batch.judge import Judge
from dashboard.chat.batch.kept import counted_cost
from dashboard.chat.batch.plan import Job
from dashboard.chat.client import open_client
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.events import Failed

if TYPE_CHECKING:
    from dashboard.chat.batch.run import Run

MOST_WAITS: Final = 6
LONGEST_WAIT_SECONDS: Final = 900.0
UNTOLD_WAIT_SECONDS: Final = 15.0
"""Where a server says 429 and not for how long; doubled each time."""
GIVE_UP_AFTER: Final = 8
"""So many failures in a row, and an endpoint is asked no more in this run."""
OF_ONE_QUESTION: Final = (
    "too_long", "prompt_filtered", "prompt_filtered_category", "question_refused",
    "question_refused_code",
)  # fmt: skip
"""Failures that say nothing of the next question."""


@dataclass(kw_only=True, slots=True)
class EndpointWork:
    """The work of one endpoint. limit: answers at a time, of all endpoints together."""

    run: Run
    endpoint: Endpoint
    jobs: Iterator[Job]
    limit: anyio.Semaphore
    failed_in_a_row: int = 0
    quiet_until: float = field(default=float("-inf"))

    async def work(self) -> None:
        """Ask until nothing is left, or the run or this endpoint is over."""
        async with (
            open_client(self.endpoint) as client,
            self._judge() as judge,
            anyio.create_task_group() as workers,
        ):
            asking = Asking(
                judge=judge,
                plan=self.run.plan,
                endpoint=self.endpoint,
                client=client,
                database=self.run.database,
                clock=self.run.clock.clock,
            )
            for _ in range(self.run.concurrency):
                workers.start_soon(self._take_jobs, asking)

    @asynccontextmanager
    async def _judge(self) -> AsyncIterator[Judge | None]:
        """The judge with a client of its own, where the plan has one."""
        plan = self.run.plan
        if plan.judge is None:
            yield None
            return
        async with open_client(plan.judge) as client:
            yield Judge(
                endpoint=plan.judge,
                client=client,
                database=self.run.database,
                clock=self.run.clock.clock,
                region=plan.region,
            )

    async def _take_jobs(self, asking: Asking) -> None:
        while not self._is_given_up:
            job = next(self.jobs, None)
            if job is None or not await self._do(job, asking):
                return

    async def _do(self, job: Job, asking: Asking) -> bool:
        """Ask for one answer until it comes, fails, or the run is over (False)."""
        waits = 0
        while not self.run.is_stopped:
            await self._keep_quiet()
            async with self.limit:
                if self._quiet_seconds > 0:
                    continue  # another answer was told to wait meanwhile
                planned = self._planned_cost(job)
                if self._is_given_up or not await self.run.may_begin(job, planned):
                    return False
                if await self._attempt(job, asking, planned, waits):
                    return True
            waits += 1
        return False

    async def _attempt(self, job: Job, asking: Asking, planned: Decimal | None, waits: int) -> bool:
        """One attempt; False where the server told to wait, and nothing is kept of it."""
        run, plan = self.run, self.run.plan
        question = plan.question(job)
        prompt = await anyio.to_thread.run_sync(plan.prompt, question, job.setting)
        now = run.clock.clock.now()
        attempt = await anyio.to_thread.run_sync(run.file.begin, job, planned, now)
        came = await asking.ask(prompt)
        seconds = _seconds_to_wait(came, waits)
        if seconds is not None:
            self._quieten(seconds)
            await anyio.to_thread.run_sync(run.file.forget, attempt)
            run.postponed(job)
            return False
        verdict = await asking.verdict(came, question)
        facts, cost = await anyio.to_thread.run_sync(asking.judged, came, question, prompt, verdict)
        await anyio.to_thread.run_sync(run.file.keep, attempt, came.state, came.text, facts, cost)
        counted = counted_cost(came.state, came.text, cost, planned)
        if verdict is not None and verdict.cost is not None:
            counted += exact(verdict.cost)
        run.landed(job, counted)
        self._count(job, came.failure)
        return True

    def _planned_cost(self, job: Job) -> Decimal | None:
        tokens = self.run.plan.input_tokens[job.question, job.setting]
        return self.run.estimate.of(job.endpoint).cost_of(tokens)

    @property
    def _is_given_up(self) -> bool:
        return self.failed_in_a_row >= GIVE_UP_AFTER

    def _count(self, job: Job, failure: Failed | None) -> None:
        if failure is None:
            self.failed_in_a_row = 0
        elif failure.code not in OF_ONE_QUESTION:
            self.failed_in_a_row += 1
        step = self.run.step(self.endpoint.name)
        if failure is not None:
            step = replace(step, question=job.question + 1, failure=failure)
        self.run.told(replace(step, given_up=self.failed_in_a_row == GIVE_UP_AFTER))

    # --- patience ------------------------------------------------------------------------------

    @property
    def _quiet_seconds(self) -> float:
        return self.quiet_until - self.run.clock.clock.monotonic()

    def _quieten(self, seconds: float) -> None:
        """Told once for all answers that were refused at the same time."""
        until = self.run.clock.clock.monotonic() + seconds
        is_news = self._quiet_seconds <= 0
        self.quiet_until = max(until, self.quiet_until)
        if is_news:
            step = self.run.step(self.endpoint.name)
            self.run.told(replace(step, wait_seconds=seconds))

    async def _keep_quiet(self) -> None:
        while (seconds := self._quiet_seconds) > 0 and not self.run.is_stopped:
            await self.run.pause(seconds)


def _seconds_to_wait(came: Came, waits: int) -> float | None:
    """How long a server asks to wait before the same question, after so many waits.

    None where it does not ask, has begun to answer, or asks for longer or more often than anybody
    would wait.
    """
    failure = came.failure
    if failure is None or came.text or waits >= MOST_WAITS:
        return None
    if failure.code == "busy":
        return UNTOLD_WAIT_SECONDS * 2.0**waits
    seconds = failure.retry_after_seconds
    return seconds if seconds is not None and seconds <= LONGEST_WAIT_SECONDS else None
