"""Passages as numbers, kept beside their text, and which of them are nearest to a question.

All numbers of a source are looked at for each question: at the most that a source may hold that
takes milliseconds, and nothing is missed. Each row has length 1, so that a product is the cosine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.chat.sqlite_file import SqliteFile

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vector (passage_id INTEGER PRIMARY KEY, numbers BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS made_by (
    id INTEGER PRIMARY KEY CHECK (id = 1), model TEXT NOT NULL, tokens INTEGER
);
"""
LAYOUT: Final = 1
AT_ONCE: Final = 500


class Vectors:
    """The numbers in the file at `path`, made where there is none; all of one model."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, SCHEMA, LAYOUT)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def begin(self, model: str) -> None:
        """Numbers of another model go: they cannot be compared with those of this one."""
        with self._file.writing() as connection:
            row = connection.execute("SELECT model FROM made_by").fetchone()
            if row is not None and row[0] == model:
                return
            connection.execute("DELETE FROM vector")
            connection.execute(
                "INSERT OR REPLACE INTO made_by (id, model, tokens) VALUES (1, ?, 0)", (model,)
            )

    def model(self) -> str | None:
        """The model that made them; None where none did."""
        with self._file.connection() as connection:
            row = connection.execute("SELECT model FROM made_by").fetchone()
        return None if row is None else str(row[0])

    def tokens(self) -> int | None:
        """Tokens that the server counted for all of them; None where it once told none."""
        with self._file.connection() as connection:
            row = connection.execute("SELECT tokens FROM made_by").fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def known(self) -> set[int]:
        """Ids of the passages that have numbers."""
        with self._file.connection() as connection:
            return {row[0] for row in connection.execute("SELECT passage_id FROM vector")}

    def add(self, numbers: Mapping[int, Sequence[float]], tokens: int | None) -> None:
        """Keep the numbers of some passages, all or none. tokens: what they took."""
        rows = [(one, _unit(found).tobytes()) for one, found in numbers.items()]
        with self._file.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vector (passage_id, numbers) VALUES (?, ?)", rows
            )
            connection.execute("UPDATE made_by SET tokens = tokens + ?", (tokens,))

    def forget(self, passages: Sequence[int]) -> None:
        """Take out the numbers of these passages: text can be guessed from them."""
        with self._file.writing() as connection:
            connection.executemany(
                "DELETE FROM vector WHERE passage_id = ?", [(one,) for one in passages]
            )
        self._file.forget_log()

    def nearest(self, question: Sequence[float], limit: int) -> tuple[tuple[int, float], ...]:
        """Passages and their cosine, the nearest first; of one length with the question only."""
        asked = _unit(question)
        ids: list[int] = []
        found: list[NDArray[np.float32]] = []
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT passage_id, numbers FROM vector WHERE length(numbers) = ? "
                "ORDER BY passage_id",
                (asked.nbytes,),
            )
            while part := rows.fetchmany(AT_ONCE):
                ids += [one for one, _ in part]
                whole = b"".join(numbers for _, numbers in part)
                found.append(np.frombuffer(whole, np.float32).reshape(len(part), -1) @ asked)
        if not ids:
            return ()
        cosines = np.concatenate(found)
        best = np.argsort(-cosines, kind="stable")[:limit]
        return tuple((ids[at], float(cosines[at])) for at in best)


def _unit(numbers: Sequence[float]) -> NDArray[np.float32]:
    """The same direction with length 1; all zeros stay so, and are near to nothing."""
    found = np.asarray(numbers, np.float32)
    length = float(np.linalg.norm(found))
    return found if length == 0 else (found / np.float32(length)).astype(np.float32)
