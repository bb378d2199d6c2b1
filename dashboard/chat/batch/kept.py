"""The result file of a batch test: one SQLite file, written answer by answer, that a run goes on
from.

It names what it belongs to, so that answers of another set, endpoint or setting never mix in. One
run has it at a time. No key and no address of an endpoint is written here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from costing import decimal_text
from costing.units import exact, to_decimal
from dashboard.chat.batch.plan import Job, Plan, Setting
from dashboard.chat.endpoints import shown
from dashboard.chat.errors import ChatRefused

LAYOUT: Final = 2
SCHEMA: Final = """
CREATE TABLE part (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    question INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    top_n INTEGER NOT NULL,
    strictness INTEGER NOT NULL,
    chunk_tokens INTEGER NOT NULL,
    repeat INTEGER NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT '{}',
    cost TEXT,
    planned_cost TEXT,
    asked_at TEXT NOT NULL
);
CREATE UNIQUE INDEX one_answer ON answer
    (question, endpoint, top_n, strictness, chunk_tokens, repeat)
    WHERE state IN ('answered', 'failed');
"""
JOB: Final = "question, endpoint, top_n, strictness, chunk_tokens, repeat"
IS_JOB: Final = " AND ".join(f"{part} = ?" for part in JOB.split(", "))
AS_ADDED: Final = 0
"""`chunk_tokens` of passages that are as long as they were cut when the documents were added."""
ENDPOINT: Final = "endpoint "
HASH_LETTERS: Final = 12


class State(StrEnum):
    """How an attempt stands."""

    ASKED = "asked"
    """Sent, and nothing kept of it: the program ended in between. The server may have billed it."""
    ANSWERED = "answered"
    FAILED = "failed"
    FAILED_BEFORE = "failed_before"
    """Failed, and asked for again since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One answer of the file.

    Attributes:
        state: answered or failed.
        facts: tokens, seconds, score, prices or the failure, as plain data.
        cost: in US dollars; None where it is not known.
        asked_at: in UTC.
    """

    job: Job
    state: State
    text: str
    facts: Mapping[str, Any]
    cost: Decimal | None
    asked_at: datetime


class ResultFile:
    """The open file. Safe from several threads; `close` lets others have it.

    Raises ChatRefused: it is no result file, of another version, in use, or of another plan (the
    first part that differs is named).
    """

    def __init__(self, path: Path, plan: Plan | None) -> None:
        """plan: what the file belongs to or is made for; None: only to read it."""
        self.path = path
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error:
            raise ChatRefused("batch_file_unopened", file=path.name) from None
        try:
            if plan is None:
                if not self._require_result_file():
                    raise ChatRefused("batch_file_other", file=path.name)
            else:
                self._take(plan)
        except sqlite3.OperationalError as error:
            self.close()
            code = "in_use" if "locked" in str(error) else "unopened"
            raise ChatRefused(f"batch_file_{code}", file=path.name) from None
        except sqlite3.DatabaseError:
            self.close()
            raise ChatRefused("batch_file_other", file=path.name) from None
        except ChatRefused:
            self.close()
            raise

    def close(self) -> None:
        """Give it back."""
        self._connection.close()

    def begin(self, job: Job, planned_cost: Decimal | None, now: datetime) -> int:
        """Note that a job is about to be asked; the id of the attempt."""
        with self._writing() as connection:
            connection.execute(
                f"UPDATE answer SET state = ? WHERE state = ? AND {IS_JOB}",
                (State.FAILED_BEFORE, State.FAILED, *_values(job)),
            )
            made = connection.execute(
                f"INSERT INTO answer ({JOB}, state, planned_cost, asked_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_values(job), State.ASKED, _text(planned_cost), now.isoformat()),
            )
        assert made.lastrowid is not None
        return made.lastrowid

    def keep(
        self, attempt: int, state: State, text: str, facts: Mapping[str, Any], cost: Decimal | None
    ) -> None:
        """Keep how an attempt ended; it is on the disk when this returns."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE answer SET state = ?, text = ?, facts = ?, cost = ? WHERE id = ?",
                (state, text, json.dumps(facts), _text(cost), attempt),
            )

    def forget(self, attempt: int) -> None:
        """Take back an attempt that a server refused to begin."""
        with self._writing() as connection:
            connection.execute("DELETE FROM answer WHERE id = ?", (attempt,))

    def done(self, *, retry_failed: bool = False) -> frozenset[Job]:
        """Jobs that need not be asked any more. retry_failed: those that failed need to."""
        states = [State.ANSWERED] if retry_failed else [State.ANSWERED, State.FAILED]
        return frozenset(one.job for one in self.answers() if one.state in states)

    def answers(self) -> tuple[Kept, ...]:
        """All answers and failures, in order of question, setting, endpoint and repeat."""
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {JOB}, state, text, facts, cost, asked_at FROM answer "
                f"WHERE state IN (?, ?) ORDER BY {JOB}",
                (State.ANSWERED, State.FAILED),
            ).fetchall()
        return tuple(_kept(row) for row in rows)

    def cut_off(self) -> int:
        """Attempts of which nothing was kept, because the program ended before."""
        with self._lock:
            row = self._connection.execute(
                "SELECT count(*) FROM answer WHERE state = ?", (State.ASKED,)
            ).fetchone()
        return int(row[0])

    def spent(self) -> Decimal:
        """What all attempts cost in US dollars, those that failed or were cut off included.

        Where a cost is not known and the server may have billed, the planned cost stands for it.
        """
        with self._lock:
            rows = self._connection.execute(
                "SELECT state, text, cost, planned_cost, "
                "json_extract(facts, '$.judge.cost') FROM answer"
            ).fetchall()
        each = (
            counted_cost(State(state), text, _amount(cost), _amount(planned))
            + exact(_amount(judging) or Decimal(0))
            for state, text, cost, planned, judging in rows
        )
        return to_decimal(sum(each, Fraction(0)))

    def _take(self, plan: Plan) -> None:
        connection = self._connection
        self._require_result_file()
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN EXCLUSIVE")
        parts = identity(plan)
        if self._require_result_file():
            kept = dict(connection.execute("SELECT name, value FROM part").fetchall())
            _require_same(self.path.name, kept, parts)
        else:
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.executemany("INSERT INTO part VALUES (?, ?)", parts.items())
            connection.execute(f"PRAGMA user_version = {LAYOUT}")
        connection.execute("COMMIT")

    def _require_result_file(self) -> bool:
        """Whether there is one: False for an empty file; ChatRefused for one of something else.

        Asked before the file is locked as well, so that a database in use is not taken for ours.
        """
        connection = self._connection
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {name for (name,) in rows}
        if layout == 0 and not tables:
            return False
        if layout != LAYOUT or not {"part", "answer"} <= tables:
            raise ChatRefused("batch_file_other", file=self.path.name)
        return True

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection


def identity(plan: Plan) -> dict[str, str]:
    """What a result file belongs to, part by part, as text. An address is kept as a hash."""
    settings = plan.parameters
    parts: dict[str, object] = {
        "questions": _named(plan.questions.sha256, plan.questions.name),
        "documents": _fingerprint(plan),
        "top_n": sorted({one.top_n for one in plan.settings}),
        "strictness": sorted({one.strictness for one in plan.settings}),
        "chunk_tokens": sorted({one.chunk_tokens or AS_ADDED for one in plan.settings}),
        "repeats": plan.repeats,
        "system": plan.system,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "max_output_tokens": settings.max_output_tokens,
        "region": plan.region,
    }
    for one in plan.endpoints:
        address = hashlib.sha256(one.target.url.encode()).hexdigest()[:HASH_LETTERS]
        parts[f"{ENDPOINT}{one.name}"] = {
            "model": one.model,
            "catalog_model": one.catalog_model,
            "region": one.region,
            "address": address,
        }
    if plan.prompt_settings.examples:
        parts["examples"] = [asdict(one) for one in plan.prompt_settings.examples]
    if plan.judge is not None:
        parts["judge"] = f"{plan.judge.name} {plan.judge.model}"
    return {
        name: part if isinstance(part, str) else json.dumps(part) for name, part in parts.items()
    }


def counted_cost(
    state: State, text: str, cost: Decimal | None, planned: Decimal | None
) -> Fraction:
    """What an attempt counts for against the cap: its cost, else what was planned for it, because
    the server may have billed it. A failure before the first letter counts for nothing."""
    if cost is not None:
        return exact(cost)
    is_nothing = state in (State.FAILED, State.FAILED_BEFORE) and not text
    return Fraction(0) if is_nothing or planned is None else exact(planned)


def _require_same(file: str, kept: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Raise ChatRefused for the first part in which a file and a plan differ."""
    for name in dict.fromkeys([*wanted, *kept]):
        found, expected = kept.get(name, "-"), wanted.get(name, "-")
        if name == "questions":
            found_hash, expected_hash = found.split(" ")[0], expected.split(" ")[0]
            same = found_hash == expected_hash
        else:
            same = found == expected
        if same:
            continue
        kind = "endpoint" if name.startswith(ENDPOINT) else name
        code = kind if kind in ("questions", "documents", "endpoint") else "setting"
        raise ChatRefused(
            f"batch_other.{code}",
            file=file,
            name=name.removeprefix(ENDPOINT),
            found=shown(found),
            expected=shown(expected),
        )


def _fingerprint(plan: Plan) -> str:
    """Of the documents in all lengths that are asked about."""
    used = {one.chunk_tokens: plan.index_of(one) for one in plan.settings}
    each = [used[length].fingerprint() for length in sorted(used, key=lambda one: one or AS_ADDED)]
    whole = each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()
    return whole[:HASH_LETTERS]


def _named(digest: str, name: str) -> str:
    return f"{digest[:HASH_LETTERS]} {name}"


def _values(job: Job) -> tuple[int, str, int, int, int, int]:
    setting = job.setting
    chunk_tokens = AS_ADDED if setting.chunk_tokens is None else setting.chunk_tokens
    return job.question, job.endpoint, setting.top_n, setting.strictness, chunk_tokens, job.repeat


def _text(cost: Decimal | None) -> str | None:
    return None if cost is None else decimal_text(cost)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _kept(row: tuple[Any, ...]) -> Kept:
    question, endpoint, top_n, strictness, chunk_tokens, repeat, *rest = row
    state, text, facts, cost, asked_at = rest
    return Kept(
        job=Job(
            question=question,
            endpoint=endpoint,
            setting=Setting(top_n=top_n, strictness=strictness, chunk_tokens=chunk_tokens or None),
            repeat=repeat,
        ),
        state=State(state),
        text=text,
        facts=json.loads(facts),
        cost=_amount(cost),
        asked_at=datetime.fromisoformat(asked_at),
    )
