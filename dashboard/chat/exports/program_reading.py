"""Reads, inside the exported program, the index file that lies beside it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.chat.index_search import nearest_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPassage:
    """The text of a passage, and where in its document it stands."""

    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A passage that holds words of the question. score: BM25, larger is nearer."""

    passage_id: int
    document_id: int
    title: str
    passage: FoundPassage
    score: float


class PassageIndex:
    """The index in the file at `path`, which is only read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def search(self, question: str, limit: int) -> tuple[Hit, ...]:
        """The passages nearest to a question by its words, best first, at most `limit`."""
        with self._connection() as connection:
            rows = nearest_rows(connection, question, limit)
        return tuple(
            Hit(
                passage_id=passage_id,
                document_id=document_id,
                title=title,
                passage=FoundPassage(text=text, places=tuple(json.loads(places))),
                score=-rank,
            )
            for passage_id, document_id, title, _, text, places, rank in rows
        )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            yield connection
        finally:
            connection.close()
