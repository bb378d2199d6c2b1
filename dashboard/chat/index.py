"""The index of one data source: its documents and passages in one SQLite file with FTS5.

The file holds nothing else, so deleting it deletes what was uploaded.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from dashboard.chat.index_search import TOKENIZER, FoundRow, nearest_rows
from dashboard.chat.passages import Passage
from dashboard.chat.sqlite_file import SqliteFile
from dashboard.chat.words import indexed_words

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    kind TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES document (id),
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    places TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passage_of_document ON passage (document_id, number);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (words, tokenize = '{tokenizer}');
CREATE VIRTUAL TABLE IF NOT EXISTS passage_vocabulary USING fts5vocab (passage_words, row);
"""
LAYOUT: Final = 1
"""`user_version` of the file; another number is a file of another version of the program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One document of a data source. title: its name as text, never a path."""

    id: int
    title: str
    kind: str
    passages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A passage that holds words of the question.

    Attributes:
        passage_id: names the passage within its data source.
        score: BM25, larger is nearer; no scale of its own.
    """

    passage_id: int
    document_id: int
    title: str
    passage: Passage
    score: float


class HoldsPassages(Protocol):
    """Whatever knows passages by their ids."""

    def passage(self, passage_id: int) -> Hit | None:
        """One passage; None where there is none of that id."""
        ...


class PassageIndex:
    """The index in the file at `path`, made where there is none. Safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, SCHEMA.format(tokenizer=TOKENIZER), LAYOUT)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def add(self, title: str, kind: str, passages: Sequence[Passage]) -> int:
        """Add a document whole, or nothing; its id.

        The title counts as words of each passage: a sheet names its product once, at the top.
        """
        with self._file.writing() as connection:
            made = connection.execute(
                "INSERT INTO document (title, kind) VALUES (?, ?)", (title, kind)
            )
            document_id = made.lastrowid
            assert document_id is not None
            title_words = indexed_words(title)
            for passage in passages:
                row = connection.execute(
                    "INSERT INTO passage (document_id, number, text, places) VALUES (?, ?, ?, ?)",
                    (document_id, passage.number, passage.text, json.dumps(passage.places)),
                )
                connection.execute(
                    "INSERT INTO passage_words (rowid, words) VALUES (?, ?)",
                    (row.lastrowid, f"{title_words} {indexed_words(passage.text)}"),
                )
        return document_id

    def remove(self, document_id: int) -> bool:
        """Take a document out with all its passages, so that no word of it is left in the file.

        False where there is none of that id.
        """
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM passage_words WHERE rowid IN "
                "(SELECT id FROM passage WHERE document_id = ?)",
                (document_id,),
            )
            connection.execute("DELETE FROM passage WHERE document_id = ?", (document_id,))
            gone = connection.execute("DELETE FROM document WHERE id = ?", (document_id,))
            # FTS5 keeps the words of what was deleted until its parts are merged.
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
        self._file.forget_log()
        return gone.rowcount == 1

    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order in which they were added."""
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT d.id, d.title, d.kind, count(p.id) FROM document d "
                "LEFT JOIN passage p ON p.document_id = d.id GROUP BY d.id ORDER BY d.id"
            )
            return tuple(
                Document(id=id_, title=title, kind=kind, passages=passages)
                for id_, title, kind, passages in rows
            )

    def passage_ids(self, document_id: int | None = None) -> tuple[int, ...]:
        """Ids of the passages of a document, or of all, in order."""
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT id FROM passage WHERE ? IS NULL OR document_id = ? ORDER BY id",
                (document_id, document_id),
            )
            return tuple(row[0] for row in rows)

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        """The passages nearest to a question by its words, best first, at most `limit`."""
        with self._file.connection() as connection:
            return tuple(_hit(row) for row in nearest_rows(connection, question, limit))

    def passage(self, passage_id: int) -> Hit | None:
        """One passage with its document, score 0; None where there is none of that id."""
        with self._file.connection() as connection:
            row = connection.execute(
                "SELECT p.id, p.document_id, d.title, p.number, p.text, p.places, 0.0 "
                "FROM passage p JOIN document d ON d.id = p.document_id WHERE p.id = ?",
                (passage_id,),
            ).fetchone()
        return None if row is None else _hit(row)

    def passages_of(self, document_id: int) -> tuple[Passage, ...]:
        """All passages of a document in order; none where there is no document of that id."""
        with self._file.connection() as connection:
            rows = connection.execute(
                "SELECT number, text, places FROM passage WHERE document_id = ? ORDER BY number",
                (document_id,),
            )
            return tuple(
                Passage(number=number, text=text, places=tuple(json.loads(places)))
                for number, text, places in rows
            )

    def copy_to(self, path: Path) -> None:
        """Write a copy of the index as one whole file, for a program that reads it elsewhere."""
        with self._file.connection() as connection:
            connection.execute("VACUUM INTO ?", (str(path),))

    def fingerprint(self) -> str:
        """SHA-256 of all titles and passages in order: two indexes with the same find the same."""
        digest = hashlib.sha256()
        with self._file.connection() as connection:
            for row in connection.execute(
                "SELECT d.title, p.number, p.text, p.places FROM passage p "
                "JOIN document d ON d.id = p.document_id ORDER BY d.id, p.number"
            ):
                digest.update(json.dumps(row).encode())
        return digest.hexdigest()


def _hit(row: FoundRow) -> Hit:
    passage_id, document_id, title, number, text, places, rank = row
    return Hit(
        passage_id=passage_id,
        document_id=document_id,
        title=title,
        passage=Passage(number=number, text=text, places=tuple(json.loads(places))),
        score=-rank,
    )
