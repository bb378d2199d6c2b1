"""The index of one data source: its documents and passages in one SQLite file with FTS5.

The file holds nothing else, so deleting it deletes what was uploaded.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.chat.passages import Passage
from dashboard.chat.words import asked_words, indexed_words, match_expression

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    kind TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passage (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES document (id),
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    places TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passage_of_document ON passage (document_id, number);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (words, tokenize = '{tokenizer}');
CREATE VIRTUAL TABLE IF NOT EXISTS passage_vocabulary USING fts5vocab (passage_words, row);
"""
TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
ASKED: Final = f"""
CREATE VIRTUAL TABLE temp.asked USING fts5 (word, tokenize = '{TOKENIZER}');
CREATE VIRTUAL TABLE temp.asked_stem USING fts5vocab (temp, asked, instance);
"""
"""The words of a question, stemmed by FTS5 itself, so that they can be looked up in its counts."""
MOST_SCORED: Final = 15_000
"""So many occurrences are scored at most, so that a question takes no longer the more documents
there are. The words in most passages are left out first: they tell passages apart least."""
LEAST_WORDS: Final = 2
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


class PassageIndex:
    """The index in the file at `path`, made where there is none. Safe from several threads: each
    call opens the file anew, and SQLite lets one write at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            if layout not in (0, LAYOUT):
                raise ValueError(f"expected an index of layout {LAYOUT}, found {layout}")
            connection.executescript(
                f"{SCHEMA.format(tokenizer=TOKENIZER)} PRAGMA user_version = {LAYOUT};"
            )

    def add(self, title: str, kind: str, passages: Sequence[Passage]) -> int:
        """Add a document whole, or nothing; its id.

        The title counts as words of each passage: a sheet names its product once, at the top.
        """
        with self._writing() as connection:
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
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM passage_words WHERE rowid IN "
                "(SELECT id FROM passage WHERE document_id = ?)",
                (document_id,),
            )
            connection.execute("DELETE FROM passage WHERE document_id = ?", (document_id,))
            gone = connection.execute("DELETE FROM document WHERE id = ?", (document_id,))
            # FTS5 keeps the words of what was deleted until its parts are merged.
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
        with self._connection() as connection:
            connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        return gone.rowcount == 1

    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order in which they were added."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT d.id, d.title, d.kind, count(p.id) FROM document d "
                "LEFT JOIN passage p ON p.document_id = d.id GROUP BY d.id ORDER BY d.id"
            )
            return tuple(
                Document(id=id_, title=title, kind=kind, passages=passages)
                for id_, title, kind, passages in rows
            )

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        """The passages nearest to a question by its words, best first, at most `limit`."""
        words = asked_words(question)
        if not words:
            return ()
        with self._connection() as connection:
            words = _rarest(connection, words)
            if not words:
                return ()
            # Scores first, texts of the best afterwards.
            rows = connection.execute(
                "SELECT p.id, p.document_id, d.title, p.number, p.text, p.places, found.rank "
                "FROM (SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ? "
                "ORDER BY rank LIMIT ?) AS found "
                "JOIN passage p ON p.id = found.rowid JOIN document d ON d.id = p.document_id "
                "ORDER BY found.rank, p.id",
                (match_expression(words), limit),
            )
            return tuple(_hit(row) for row in rows)

    def passage(self, passage_id: int) -> Hit | None:
        """One passage with its document, score 0; None where there is none of that id."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT p.id, p.document_id, d.title, p.number, p.text, p.places, 0.0 "
                "FROM passage p JOIN document d ON d.id = p.document_id WHERE p.id = ?",
                (passage_id,),
            ).fetchone()
        return None if row is None else _hit(row)

    def fingerprint(self) -> str:
        """SHA-256 of all titles and passages in order: two indexes with the same find the same."""
        digest = hashlib.sha256()
        with self._connection() as connection:
            for row in connection.execute(
                "SELECT d.title, p.number, p.text, p.places FROM passage p "
                "JOIN document d ON d.id = p.document_id ORDER BY d.id, p.number"
            ):
                digest.update(json.dumps(row).encode())
        return digest.hexdigest()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA secure_delete = ON")
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection


def _rarest(connection: sqlite3.Connection, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that stand in the fewest passages, as many as may be scored."""
    connection.executescript(ASKED)
    connection.executemany("INSERT INTO asked (rowid, word) VALUES (?, ?)", enumerate(words))
    counts = connection.execute(
        "SELECT s.doc, sum(coalesce(v.doc, 0)) AS passages FROM asked_stem s "
        "LEFT JOIN passage_vocabulary v ON v.term = s.term GROUP BY s.doc ORDER BY passages, s.doc"
    ).fetchall()
    chosen: list[str] = []
    scored = 0
    for place, passages in counts:
        scored += passages
        if scored > MOST_SCORED and len(chosen) >= LEAST_WORDS:
            break
        chosen.append(words[place])
    return tuple(chosen)


def _hit(row: tuple[int, int, str, int, str, str, float]) -> Hit:
    passage_id, document_id, title, number, text, places, rank = row
    return Hit(
        passage_id=passage_id,
        document_id=document_id,
        title=title,
        passage=Passage(number=number, text=text, places=tuple(json.loads(places))),
        score=-rank,
    )
