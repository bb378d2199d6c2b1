"""The passages of an index file that are nearest to a question, by SQLite's own BM25.

On an open connection and with nothing but the standard library, because a program that a person
takes along reads its index with these very lines (`exports/python_program.py`).
"""

import sqlite3
from typing import Final

from dashboard.chat.words import asked_words, match_expression

TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
ASKED: Final = f"""
CREATE VIRTUAL TABLE temp.asked USING fts5 (word, tokenize = '{TOKENIZER}');
CREATE VIRTUAL TABLE temp.asked_stem USING fts5vocab (temp, asked, instance);
"""
"""The words of a question, stemmed by FTS5 itself, so that they can be looked up in its counts."""
MOST_SCORED: Final = 8_000
"""So many occurrences are scored at most, so that a question takes no longer the more documents
there are. The words in most passages are left out first: they tell passages apart least."""
LEAST_WORDS: Final = 2

FoundRow = tuple[int, int, str, int, str, str, float]
"""Id of the passage and of its document, title, number, text, places as JSON, rank of FTS5."""


def nearest_rows(connection: sqlite3.Connection, question: str, limit: int) -> tuple[FoundRow, ...]:
    """The passages nearest to a question by its words, best first, at most `limit`.

    connection: a new one; what is looked up is kept in its temporary tables.
    """
    words = asked_words(question)
    if words:
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
    return tuple(rows)


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
