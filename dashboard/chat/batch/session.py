"""A batch test from what a person asks for to its report: plan, estimate, run, table."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import anyio

from dashboard.chat.asked import DEFAULT_PARAMETERS
from dashboard.chat.batch.answer_table import answer_table
from dashboard.chat.batch.estimate import (
    Estimate,
    estimate,
    read_cap,
    read_threshold,
    require_allowed,
)
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.places import (
    open_questions,
    require_table_place,
    result_path,
    write_table,
)
from dashboard.chat.batch.plan import Plan, settings_of
from dashboard.chat.batch.progress_lines import ProgressLines
from dashboard.chat.batch.question_file import QuestionSet
from dashboard.chat.batch.report import Report, report_of
from dashboard.chat.batch.run import Ended, Run, RunClock
from dashboard.chat.desk import Desk
from dashboard.chat.errors import ChatRefused
from dashboard.chat.events import Clock
from dashboard.chat.example_file import read_example_file
from dashboard.chat.index import PassageIndex
from dashboard.chat.parameters import read_parameters
from dashboard.chat.prompt import PromptSettings
from dashboard.chat.retrieval import RetrievalSettings
from dashboard.chat.sources.libraries import Asked
from dashboard.format import Format
from dashboard.texts import Texts

CHUNK_TOKENS: Final = 1024
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a person asks for, as typed; `modelcost evaluate --help` says what each is."""

    questions: str
    endpoints: tuple[str, ...]
    documents: tuple[Path, ...] = ()
    source: str | None = None
    top_n: tuple[int, ...] = (5,)
    strictness: tuple[int, ...] = (3,)
    repeats: int = 1
    system: str = ""
    examples: Path | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    region: str = "eastus"
    out: Path | None = None
    resume: Path | None = None
    retry_failed: bool = False
    cost_cap: str | None = None
    threshold: str | None = None
    concurrency: int = 4
    judge: str | None = None
    chunk_tokens: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A batch test that is about to run. write: takes lines for the person, to stderr."""

    wanted: Wanted
    desk: Desk
    texts: Texts
    write: Callable[[str], None]
    clock: RunClock

    def run(self) -> tuple[Report, Path]:
        """Ask, keep, summarize; the report and the result file.

        Raises ChatRefused for anything that is wrong, before anything is asked.
        """
        wanted = self.wanted
        cap = None if wanted.cost_cap is None else read_cap(wanted.cost_cap)
        examples = () if wanted.examples is None else read_example_file(wanted.examples)
        prompt = PromptSettings(examples=examples)
        threshold = None if wanted.threshold is None else read_threshold(wanted.threshold)
        questions = open_questions(wanted.questions)
        self._check(questions, threshold)
        with self._documents() as (index, cuts):
            plan = self._plan(questions, index, cuts, prompt)
            found = estimate(plan, self.desk.database, self._now().date())
            allowed = require_allowed(found, cap)
            path = result_path(
                wanted.resume, self.desk.settings.data_dir, questions.name, self._now()
            )
            file = ResultFile(path, plan)
            try:
                self._announce(plan, found, file, allowed)
                ended = self._ask(plan, found, file, allowed)
                return self._report(plan, found, file, ended, threshold), path
            finally:
                file.close()

    # --- before anything is asked ---------------------------------------------------------------

    def _check(self, questions: QuestionSet, threshold: Decimal | None) -> None:
        wanted = self.wanted
        if threshold is not None and not any(one.expected for one in questions.questions):
            raise ChatRefused("batch_nothing_expected", file=questions.name)
        others = [Path(wanted.questions), *wanted.documents]
        require_table_place(
            wanted.out, others if wanted.resume is None else [*others, wanted.resume]
        )
        for flag in questions.flags:
            self.write(self.texts(f"chat.batch.flag.{flag}", file=questions.name))

    @contextmanager
    def _documents(self) -> Iterator[tuple[Asked, dict[int, PassageIndex]]]:
        """The bundled catalogue, a connected source, or an index of the files that is gone
        afterwards; and the same in each other length of passages."""
        lengths = self.wanted.chunk_tokens
        for length in lengths:
            RetrievalSettings(chunk_tokens=length)
        if self.wanted.source is not None:
            if lengths:
                raise ChatRefused("batch_chunk_of_source")
            yield from self._connected(self.wanted.source)
            return
        if not self.wanted.documents:
            yield self.desk.sample(), {one: self.desk.sample_of(one) for one in lengths}
            return
        from dashboard.chat.uploads import add_upload

        with TemporaryDirectory(prefix="modelcost-") as folder:
            found = {}
            for length in {CHUNK_TOKENS, *lengths}:
                index = PassageIndex(Path(folder) / f"documents-{length}.sqlite")
                for file in self.wanted.documents:
                    add_upload(index, file, file.name, length, self.texts)
                found[length] = index
            yield found[CHUNK_TOKENS], found

    def _connected(self, name: str) -> Iterator[tuple[Asked, dict[int, PassageIndex]]]:
        from dashboard.chat.sources.told import read_aloud
        from dashboard.chat.spaces import Space

        if self.wanted.documents:
            raise ChatRefused("batch_one_source")
        read_aloud(self.desk.shelf, name, self.texts, self.write)
        with TemporaryDirectory(prefix="modelcost-") as folder:
            space = Space(Path(folder))
            library = self.desk.sources(space).named(name)
            if library is None:
                raise ChatRefused("source_unknown", found=name, known="sample")
            try:
                yield library, {}
            finally:
                space.close()

    def _plan(
        self,
        questions: QuestionSet,
        index: Asked,
        cuts: Mapping[int, PassageIndex],
        prompt: PromptSettings,
    ) -> Plan:
        wanted = self.wanted
        return Plan(
            questions=questions,
            endpoints=tuple(self.desk.endpoints.named(name) for name in wanted.endpoints),
            settings=settings_of(wanted.top_n, wanted.strictness, wanted.chunk_tokens),
            repeats=wanted.repeats,
            index=index,
            system=wanted.system,
            prompt_settings=prompt,
            parameters=read_parameters({**DEFAULT_PARAMETERS, **wanted.parameters}),
            region=wanted.region,
            judge=None if wanted.judge is None else self.desk.endpoints.named(wanted.judge),
            cuts=cuts,
        )

    def _announce(self, plan: Plan, found: Estimate, file: ResultFile, cap: Decimal) -> None:
        texts, fmt = self.texts, Format(self.texts.language, "USD")
        done = len(file.done(retry_failed=self.wanted.retry_failed))
        tokens = sum(one.input_tokens for one in found.endpoints)
        self.write(
            texts(
                "chat.batch.begins",
                answers=f"{plan.answers:,}",
                done=f"{done:,}",
                tokens=fmt.about(Decimal(tokens)),
                cost=fmt.money(found.cost),
                cap=fmt.money(cap),
            )
        )
        if found.unpriced:
            self.write(texts("chat.batch.unpriced", names=", ".join(found.unpriced)))
        self.write(texts("chat.batch.kept_in", file=str(file.path)))

    # --- asking ---------------------------------------------------------------------------------

    def _ask(self, plan: Plan, found: Estimate, file: ResultFile, cap: Decimal) -> Ended | None:
        lines = ProgressLines(write=self.write, texts=self.texts)

        async def ask() -> Ended | None:
            run = Run(
                plan=plan,
                estimate=found,
                file=file,
                database=self.desk.database,
                clock=self.clock,
                cap=cap,
                told=lines.told,
                concurrency=self.wanted.concurrency,
                retry_failed=self.wanted.retry_failed,
            )
            ended: Ended | None = Ended.STOPPED
            async with anyio.create_task_group() as both:
                both.start_soon(self._watch, run, both.cancel_scope)
                ended = await run.run()
                both.cancel_scope.cancel()
            return ended

        failed: list[BaseException] = []
        ended: Ended | None = None
        try:
            ended = anyio.run(ask)
        except* sqlite3.Error as errors:
            failed += errors.exceptions
        if failed:
            raise ChatRefused("batch_file_unwritable", file=file.path.name)
        return ended

    async def _watch(self, run: Run, scope: anyio.CancelScope) -> None:
        """The first Ctrl-C begins nothing more, the second leaves what is being answered."""
        if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            return  # Python's own way: the first Ctrl-C leaves
        with anyio.open_signal_receiver(*SIGNALS) as signals:
            async for _ in signals:
                if run.is_stopped:
                    scope.cancel()
                else:
                    run.stop()
                    self.write(self.texts("chat.batch.stopping"))

    # --- afterwards -----------------------------------------------------------------------------

    def _report(
        self,
        plan: Plan,
        found: Estimate,
        file: ResultFile,
        ended: Ended | None,
        threshold: Decimal | None,
    ) -> Report:
        kept = file.answers()
        if self.wanted.out is not None:
            write_table(answer_table(plan, kept, self.texts), self.wanted.out)
        report = report_of(plan, found, file, (self.desk.database, self._now().date()), self.texts)
        return replace(report, ended=ended, threshold=threshold)

    def _now(self) -> datetime:
        return self.clock.clock.now()


def clock_of_machine() -> RunClock:
    """The clock of this machine."""
    return RunClock(
        clock=Clock(monotonic=time.monotonic, now=lambda: datetime.now(UTC)), let_pass=anyio.sleep
    )
