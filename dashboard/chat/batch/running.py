"""Batch tests that run inside the service: begun, watched, stopped and gone on with by a session.

They run on the service's own event loop, so that the rations are counted there alone. One that the
service leaves behind when it ends keeps all answers and can be resumed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from costing import decimal_text
from dashboard.chat.batch.estimate import Estimate, estimate
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.plan import Plan
from dashboard.chat.batch.record import Record, Records, plan_of
from dashboard.chat.desk import Desk, Visitor
from dashboard.chat.errors import ChatRefused
from dashboard.texts import Texts

if TYPE_CHECKING:
    from dashboard.chat.batch.run import Run, RunClock, Step

MOST_OF_SESSION: Final = 2
MOST_OF_SERVICE: Final = 10
MOST_NOTES: Final = 20
COMPLETE: Final = "complete"
CUT_OFF: Final = "cut_off"


@dataclass(kw_only=True)
class Ration:
    """The operator's limits for the runs of one session; implements `Allowance`."""

    desk: Desk
    visitor: Visitor

    def take(self) -> bool:
        """Take one answer; False where none is left."""
        try:
            self.desk.rations.take_answer(self.visitor.session, datetime.now(UTC))
        except ChatRefused:
            return False
        return True

    def give_back(self) -> None:
        """One that its server did not begin."""
        self.desk.rations.give_back(self.visitor.session, datetime.now(UTC))

    def paid(self, usd: Decimal) -> None:
        """An answer has cost so much."""
        self.desk.rations.spend(self.visitor.session, usd, datetime.now(UTC))


@dataclass(kw_only=True)
class Running:
    """One run. file: open for it alone; read through it while it lasts."""

    record: Record
    records: Records
    plan: Plan
    file: ResultFile
    visitor: Visitor
    done: int
    started: float
    begun_with: int
    run: Run | None = None
    task: asyncio.Task[None] | None = None
    spent: Decimal = Decimal(0)
    notes: list[Step] = field(default_factory=list)

    def told(self, step: Step) -> None:
        """Keep how far it is, and what is worth a remark."""
        self.done, self.spent = step.done, step.spent
        if step.failure is not None or step.given_up or step.wait_seconds is not None:
            self.notes = [*self.notes, step][-MOST_NOTES:]


class Batches:
    """All runs of a service, found by session and id together. Used from its event loop alone."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], Running] = {}

    def of(self, visitor: Visitor, id_: str) -> Running | None:
        """The run of a session's batch test; None where it does not run."""
        return self._running.get((visitor.session.folder, id_))

    def begin(
        self, desk: Desk, visitor: Visitor, record: Record, clock: RunClock, *, retry: bool = False
    ) -> Running:
        """Begin or go on. Raises ChatRefused where it runs already, too many do, no answer is left
        of the limits, or it does not fit its results any more."""
        from dashboard.chat.batch.run import Run  # loads the client, which no page waits for

        key = (visitor.session.folder, record.id)
        own = sum(1 for session, _ in self._running if session == visitor.session.folder)
        if key in self._running:
            raise ChatRefused("batch_runs")
        if own >= MOST_OF_SESSION or len(self._running) >= MOST_OF_SERVICE:
            raise ChatRefused("batch_runs_many", most=str(MOST_OF_SESSION))
        now = datetime.now(UTC)
        desk.rations.require_left(visitor.session, now)
        space = desk.space(visitor, now)
        records = Records(space.folder)
        plan = plan_of(record.body, record.questions, desk, space.documents)
        found = estimate(plan, desk.database, now.date())
        file = ResultFile(records.results(record), plan)
        done = len(file.done(retry_failed=retry))
        running = Running(
            record=replace(record, ended=None),
            records=records,
            plan=plan,
            file=file,
            visitor=visitor,
            done=done,
            started=clock.clock.monotonic(),
            begun_with=done,
            spent=file.spent(),
        )
        records.keep(running.record)
        running.run = Run(
            plan=plan,
            estimate=found,
            file=file,
            database=desk.database,
            clock=clock,
            cap=record.cap,
            told=running.told,
            retry_failed=retry,
            allowance=Ration(desk=desk, visitor=visitor),
        )
        self._running[key] = running
        running.task = asyncio.create_task(self._finish(key, running))
        return running

    def stop(self, visitor: Visitor, id_: str) -> None:
        """Begin nothing more; what is being answered is awaited and kept."""
        running = self.of(visitor, id_)
        if running is not None and running.run is not None:
            running.run.stop()

    async def leave(self, visitor: Visitor, id_: str | None = None) -> None:
        """End the runs of a session, or one of them, at once."""
        mine = [
            one
            for (session, key), one in self._running.items()
            if session == visitor.session.folder and id_ in (None, key)
        ]
        await _cancelled(mine)

    async def close(self) -> None:
        """End all runs; each keeps its answers."""
        await _cancelled(list(self._running.values()))

    async def _finish(self, key: tuple[str, str], running: Running) -> None:
        assert running.run is not None
        ended: str | None = CUT_OFF
        try:
            reason = await running.run.run()
            ended = COMPLETE if reason is None else str(reason)
        except* sqlite3.Error:
            ended = "unwritable"
        finally:
            running.file.close()
            del self._running[key]
            with suppress(OSError):  # its session was deleted meanwhile, or the disk is full
                running.records.keep(replace(running.record, ended=ended))


async def _cancelled(runs: list[Running]) -> None:
    tasks = [one.task for one in runs if one.task is not None]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def estimate_document(found: Estimate, plan: Plan, texts: Texts) -> dict[str, Any]:
    """What a plan is about to take, as plain data."""
    return {
        "answers": plan.answers,
        "questions": len(plan.questions.questions),
        "input_tokens": sum(one.input_tokens for one in found.endpoints),
        "output_tokens": sum(one.output_tokens for one in found.endpoints),
        "cost": decimal_text(found.cost),
        "without_price": list(found.unpriced),
        "flags": [
            texts(f"chat.batch.flag.{flag}", file=plan.questions.name)
            for flag in plan.questions.flags
        ],
        "endpoints": [
            {
                "endpoint": one.endpoint,
                "answers": one.answers,
                "cost": None if one.cost is None else decimal_text(one.cost),
            }
            for one in found.endpoints
        ],
    }


def state_document(
    record: Record, running: Running | None, kept: tuple[int, Decimal], now: float, texts: Texts
) -> dict[str, Any]:
    """How far a batch test is. kept: done and spent where it does not run. now: monotonic."""
    body = record.body
    each = len(body.top_n) * len(body.strictness) * max(1, len(body.chunk_tokens)) * body.repeats
    total = len(record.questions.questions) * each * len(body.endpoints)
    done, spent = kept if running is None else (running.done, running.spent)
    rate, left = None, None
    if running is not None and running.done > running.begun_with and now > running.started:
        rate = (running.done - running.begun_with) / (now - running.started)
        left = (total - done) / rate
    state = "running" if running is not None else record.ended or CUT_OFF
    return {
        "batch": record.id,
        "title": record.questions.name,
        "created_at": record.created_at,
        "settings": body.model_dump(),
        "state": state,
        "sentence": texts(f"chat.batch.state.{state}"),
        "done": done,
        "of": total,
        "spent": decimal_text(spent),
        "cost_cap": decimal_text(record.cap),
        "answers_per_second": rate,
        "seconds_left": left,
        "notes": [] if running is None else [_note(one, texts) for one in running.notes],
    }


def _note(step: Step, texts: Texts) -> str:
    if step.wait_seconds is not None:
        seconds = f"{step.wait_seconds:.0f}"
        return texts("chat.batch.waiting", name=step.endpoint, seconds=seconds)
    if step.given_up:
        return texts("chat.batch.given_up", name=step.endpoint)
    assert step.failure is not None
    sentence = step.failure.sentence(texts)
    return texts("chat.batch.failed", number=str(step.question), sentence=sentence)
