"""Plans about one small sheet, and runs of them by a clock that waits for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.database import Database
from dashboard.chat.batch.estimate import estimate
from dashboard.chat.batch.kept import Kept, ResultFile
from dashboard.chat.batch.plan import Plan, Setting
from dashboard.chat.batch.question_file import Question, QuestionSet
from dashboard.chat.batch.run import Ended, Run, RunClock, Step
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.events import Clock
from dashboard.chat.index import PassageIndex
from dashboard.chat.parameters import Parameters
from dashboard.chat.passages import Passage
from tests.dashboard.chat.asking import NOON, endpoint_at
from tests.emulators.chat_faults import Answer, FaultServer, Rule, fault_server
from tests.emulators.clock import SetClock

SHEET = "The kettle costs $20 and holds 2 litres."
TOP = Setting(top_n=5, strictness=3)


def plan_of(folder: Path, endpoints: Sequence[Endpoint], count: int = 3, **changed: Any) -> Plan:
    """So many questions about the sheet. A right answer says $20."""
    index = PassageIndex(folder / "sheet.sqlite")
    if not index.documents():
        index.add("Kettle", "txt", [Passage(number=1, text=SHEET, places=())])
    questions = tuple(
        Question(line=number + 2, question=f"What does kettle {number} cost?", expected="$20")
        for number in range(count)
    )
    given: dict[str, Any] = {
        "questions": QuestionSet(name="kettles.csv", questions=questions),
        "endpoints": tuple(endpoints),
        "settings": (TOP,),
        "repeats": 1,
        "index": index,
        "system": "",
        "parameters": Parameters(),
        "region": "eastus",
    }
    return Plan(**(given | changed))


@dataclass(kw_only=True)
class Ran:
    """What a run of a plan did. seen: questions at the server."""

    ended: Ended | None
    kept: tuple[Kept, ...]
    spent: Decimal
    steps: list[Step]
    waits: list[float]
    seen: int
    clock: SetClock = field(default_factory=SetClock)


def ran(
    database: Database,
    folder: Path,
    *faults: str,
    count: int = 3,
    changed: dict[str, Any] | None = None,
    during: Callable[[Run, FaultServer], None] | None = None,
    **more: Answer | Rule,
) -> Ran:
    """Run a plan whose endpoints, named as the faults, are one raw server.

    during: called with the run at each step.
    """
    clock, steps = SetClock(), list[Step]()

    async def let_pass(seconds: float) -> None:
        clock.waits.append(seconds)
        clock.move(seconds)

    async def run() -> Ran:
        async with fault_server(tls=None, **more) as server:
            plan = plan_of(
                folder,
                [endpoint_at(server.base(name), name=name, label=name) for name in faults],
                count,
            )
            found = estimate(plan, database, NOON.date())
            with closing(ResultFile(folder / "kept.sqlite", plan)) as file:
                given: dict[str, Any] = {
                    "cap": Decimal(1),
                    "clock": RunClock(
                        clock=Clock(monotonic=clock.monotonic, now=lambda: NOON), let_pass=let_pass
                    ),
                }

                def told(step: Step) -> None:
                    steps.append(step)
                    if during is not None:
                        during(one, server)

                one = Run(
                    plan=plan,
                    estimate=found,
                    file=file,
                    database=database,
                    told=told,
                    **(given | (changed or {})),
                )
                ended = await one.run()
                return Ran(
                    ended=ended,
                    kept=file.answers(),
                    spent=file.spent(),
                    steps=steps,
                    waits=clock.waits,
                    seen=len(server.seen),
                )

    return asyncio.run(run())
