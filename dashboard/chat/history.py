"""The chats of one session: questions, answers with what they used, and what a person thought.

One SQLite file, so that deleting it deletes them. Passages are kept by id alone: their text goes
when its document goes. No key and no address of an endpoint is written here.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dashboard.chat.sqlite_file import SqliteFile

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS turn (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    settings TEXT NOT NULL,
    passages TEXT NOT NULL,
    replaced_by INTEGER REFERENCES turn (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turn_of_chat ON turn (chat_id, id);
CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    turn_id INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    facts TEXT NOT NULL,
    accepted INTEGER,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS answer_of_turn ON answer (turn_id, id);
"""
LAYOUT: Final = 1
TITLE_LETTERS: Final = 80


class AnswerState(StrEnum):
    """How an answer stands. What was received is kept in each of them."""

    STREAMING = "streaming"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    CUT_OFF = "cut_off"
    """The program ended while it streamed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatLine:
    """One chat in the list. title: the start of its first question."""

    id: int
    title: str
    turns: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One model's answer to a question.

    Attributes:
        endpoint: its name with the operator.
        facts: tokens, seconds and the reason of its end, as plain data.
        accepted: what a person said of it; None where nobody said.
    """

    id: int
    turn_id: int
    endpoint: str
    state: AnswerState
    text: str
    facts: Mapping[str, Any]
    accepted: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One question with its answers.

    Attributes:
        settings: with which it was asked, as plain data.
        passages: ids in the data source, in the order of their citations.
        replaced_by: the turn that asks it anew, edited or tried again.
    """

    id: int
    chat_id: int
    question: str
    settings: Mapping[str, Any]
    passages: tuple[int, ...]
    replaced_by: int | None
    answers: tuple[Answer, ...]


class History:
    """The chats in the file at `path`, made where there is none. Safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, SCHEMA, LAYOUT)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def begin_chat(self, now: datetime) -> int:
        """A new chat; its id."""
        with self._file.connection() as connection:
            made = connection.execute(
                "INSERT INTO chat (created_at) VALUES (?)", (now.isoformat(),)
            )
            return _made(made)

    def chats(self) -> tuple[ChatLine, ...]:
        """All chats with a question, the newest first."""
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT c.id, c.created_at, count(t.id), "
                "(SELECT question FROM turn WHERE chat_id = c.id ORDER BY id LIMIT 1) "
                "FROM chat c JOIN turn t ON t.chat_id = c.id AND t.replaced_by IS NULL "
                "GROUP BY c.id ORDER BY c.id DESC"
            )
            return tuple(
                ChatLine(
                    id=id_,
                    title=" ".join(question.split())[:TITLE_LETTERS],
                    turns=turns,
                    created_at=datetime.fromisoformat(created_at),
                )
                for id_, created_at, turns, question in rows
            )

    def remove_chat(self, chat_id: int) -> bool:
        """Delete a chat with all that was said in it; False where there is none of that id."""
        with self._file.connection() as connection:
            gone = connection.execute("DELETE FROM chat WHERE id = ?", (chat_id,))
        self._file.forget_log()
        return gone.rowcount == 1

    def has_chat(self, chat_id: int) -> bool:
        """True where there is a chat of this id."""
        with self._file.connection() as connection:
            found = connection.execute("SELECT 1 FROM chat WHERE id = ?", (chat_id,)).fetchone()
            return found is not None

    def add_turn(
        self,
        chat_id: int,
        question: str,
        *,
        settings: Mapping[str, Any],
        passages: tuple[int, ...],
        now: datetime,
        replaces: int | None = None,
    ) -> int:
        """A question of a chat; its id. replaces: the turn that it asks anew; what came after
        that one is no longer part of the talk, but stays in the file with its costs."""
        with self._file.writing() as connection:
            made = _made(
                connection.execute(
                    "INSERT INTO turn (chat_id, question, settings, passages, created_at) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (
                        chat_id,
                        question,
                        json.dumps(settings),
                        json.dumps(passages),
                        now.isoformat(),
                    ),
                )
            )
            if replaces is not None:
                connection.execute(
                    "UPDATE turn SET replaced_by = ? WHERE chat_id = ? AND id >= ? AND id < ? "
                    "AND replaced_by IS NULL",
                    (made, chat_id, replaces, made),
                )
            return made

    def begin_answer(self, turn_id: int, endpoint: str, now: datetime) -> int:
        """An answer of which nothing has come yet; its id."""
        with self._file.connection() as connection:
            made = connection.execute(
                "INSERT INTO answer (turn_id, endpoint, state, text, facts, created_at) "
                "VALUES (?, ?, ?, '', '{}', ?)",
                (turn_id, endpoint, AnswerState.STREAMING, now.isoformat()),
            )
            return _made(made)

    def keep_answer(
        self, answer_id: int, text: str, state: AnswerState, facts: Mapping[str, Any]
    ) -> None:
        """What an answer says so far, or in the end."""
        with self._file.connection() as connection:
            connection.execute(
                "UPDATE answer SET text = ?, state = ?, facts = ? WHERE id = ?",
                (text, state, json.dumps(facts), answer_id),
            )

    def judge(self, answer_id: int, accepted: bool | None) -> bool:
        """Thumb up, down, or taken back; False where there is no answer of that id."""
        with self._file.connection() as connection:
            changed = connection.execute(
                "UPDATE answer SET accepted = ? WHERE id = ?", (accepted, answer_id)
            )
            return changed.rowcount == 1

    def turns(self, chat_id: int, *, replaced: bool = False) -> tuple[Turn, ...]:
        """The questions of a chat in order; replaced: also those that were asked anew."""
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT id, chat_id, question, settings, passages, replaced_by FROM turn "
                "WHERE chat_id = ? AND (replaced_by IS NULL OR ?) ORDER BY id",
                (chat_id, replaced),
            ).fetchall()
            return tuple(
                Turn(
                    id=id_,
                    chat_id=chat,
                    question=question,
                    settings=json.loads(settings),
                    passages=tuple(json.loads(passages)),
                    replaced_by=replaced_by,
                    answers=_answers(connection, id_),
                )
                for id_, chat, question, settings, passages, replaced_by in rows
            )

    def mark_cut_off(self) -> int:
        """At the start of the program nothing streams: what says so was cut off; how many."""
        with self._file.connection() as connection:
            cut = connection.execute(
                "UPDATE answer SET state = ? WHERE state = ?",
                (AnswerState.CUT_OFF, AnswerState.STREAMING),
            )
            return cut.rowcount


def _made(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _answers(connection: sqlite3.Connection, turn_id: int) -> tuple[Answer, ...]:
    rows = connection.execute(
        "SELECT id, endpoint, state, text, facts, accepted FROM answer "
        "WHERE turn_id = ? ORDER BY id",
        (turn_id,),
    )
    return tuple(
        Answer(
            id=id_,
            turn_id=turn_id,
            endpoint=endpoint,
            state=AnswerState(state),
            text=text,
            facts=json.loads(facts),
            accepted=None if accepted is None else bool(accepted),
        )
        for id_, endpoint, state, text, facts, accepted in rows
    )
