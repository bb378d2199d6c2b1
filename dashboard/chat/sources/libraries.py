"""What a question is asked of, whatever the source: passages for it, and each of them later on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from dashboard.chat.index import Hit, PassageIndex
from dashboard.chat.passages import Passage
from dashboard.chat.retrieval import (
    SHOWN_BEYOND,
    Dropped,
    DropReason,
    Kept,
    RetrievalSettings,
    Retrieved,
    choose,
    retrieve,
)
from dashboard.chat.sources.defined import SearchIndex
from dashboard.chat.sources.search_schema import Mapped
from dashboard.chat.sources.search_service import FoundThere, SearchService
from dashboard.chat.sources.vectors import Vectors
from dashboard.chat.sqlite_file import SqliteFile

Numbers: TypeAlias = Callable[[str], Sequence[float]]
"""Turns a question into numbers. Raises ChatRefused."""

RANK_CONSTANT: Final = 60
"""Of reciprocal rank fusion, as its authors (Cormack, Clarke, Buettcher 2009) set it."""
CANDIDATES: Final = 50
FOUND_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS found (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (source, key, title, url, text)
);
"""
LAYOUT: Final = 1


class Library(Protocol):
    """A data source that can be asked."""

    def retrieve(self, question: str, settings: RetrievalSettings) -> Retrieved:
        """The passages for a question, and those left out with the reason. Raises ChatRefused."""
        ...

    def passage(self, passage_id: int) -> Hit | None:
        """One passage; None where there is none of that id any more."""
        ...

    def fingerprint(self) -> str:
        """Another text means that other passages may be found."""
        ...


Asked: TypeAlias = PassageIndex | Library


def retrieve_from(source: Asked, question: str, settings: RetrievalSettings) -> Retrieved:
    """The passages of an index or a library for a question."""
    if isinstance(source, PassageIndex):
        return retrieve(source, question, settings)
    return source.retrieve(question, settings)


@dataclass(frozen=True, kw_only=True, slots=True)
class HybridLibrary:
    """A copy that is searched by words and by meaning at once."""

    index: PassageIndex
    vectors: Vectors
    numbers: Numbers

    def retrieve(self, question: str, settings: RetrievalSettings) -> Retrieved:
        """By the sum of 1 / (60 + rank) over both lists, which need no common scale."""
        by_words = self.index.search(question, CANDIDATES)
        by_meaning = self.vectors.nearest(self.numbers(question), CANDIDATES)
        scores: dict[int, float] = {}
        for ranked in ([hit.passage_id for hit in by_words], [one for one, _ in by_meaning]):
            for rank, passage in enumerate(ranked, start=1):
                scores[passage] = scores.get(passage, 0.0) + 1 / (RANK_CONSTANT + rank)
        best = sorted(scores, key=lambda passage: (-scores[passage], passage))
        hits = []
        for passage in best[: settings.top_n + SHOWN_BEYOND]:
            hit = self.index.passage(passage)
            if hit is not None:
                hits.append(replace(hit, score=scores[passage]))
        return choose(hits, settings)

    def passage(self, passage_id: int) -> Hit | None:
        """One passage of the copy."""
        return self.index.passage(passage_id)

    def fingerprint(self) -> str:
        """Of the texts and the model."""
        return f"{self.index.fingerprint()} {self.vectors.model()}"


class FoundPassages:
    """Passages that a search service told, kept with the chats of one session for its citations."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, FOUND_SCHEMA, LAYOUT)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def keep(self, source: str, found: Sequence[FoundThere]) -> tuple[int, ...]:
        """Their ids, each passage under one."""
        ids = []
        with self._file.writing() as connection:
            for one in found:
                told = (source, one.key, one.title, one.url, one.text)
                connection.execute(
                    "INSERT OR IGNORE INTO found (source, key, title, url, text) "
                    "VALUES (?, ?, ?, ?, ?)",
                    told,
                )
                row = connection.execute(
                    "SELECT id FROM found WHERE source = ? AND key = ? AND title = ? "
                    "AND url = ? AND text = ?",
                    told,
                ).fetchone()
                ids.append(int(row[0]))
        return tuple(ids)

    def passage(self, source: str, passage_id: int) -> Hit | None:
        """One passage; None where there is none of that id and source."""
        with self._file.connection() as connection:
            row = connection.execute(
                "SELECT key, title, url, text FROM found WHERE id = ? AND source = ?",
                (passage_id, source),
            ).fetchone()
        if row is None:
            return None
        key, title, url, text = row
        return _hit(
            passage_id, FoundThere(key=key, title=title, url=url, text=text, score=0, rerank=None)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchLibrary:
    """An index of Azure AI Search. identity: of its source; numbers: None: its own vectorizer."""

    identity: str
    index: SearchIndex
    service: SearchService
    mapped: Callable[[], Mapped]
    found: FoundPassages
    numbers: Numbers | None = None

    def retrieve(self, question: str, settings: RetrievalSettings) -> Retrieved:
        """What the service finds, chosen as everywhere; by its ranker's own scale where asked."""
        wants = self.numbers is not None and self.index.query_type.startswith("vector")
        numbers = self.numbers(question) if wants and self.numbers is not None else None
        told = self.service.search(self.mapped(), question, settings.top_n + SHOWN_BEYOND, numbers)
        told = tuple(one for one in told if one.text.strip())
        ids = self.found.keep(self.identity, told)
        hits = [_hit(id_, one) for id_, one in zip(ids, told, strict=True)]
        if told and all(one.rerank is not None for one in told):
            return choose_reranked(hits, [one.rerank or 0.0 for one in told], settings)
        if self.index.query_type == "vector":
            hits = [replace(hit, score=_cosine(hit.score)) for hit in hits]
        return choose(hits, settings)

    def passage(self, passage_id: int) -> Hit | None:
        """One passage as it was when it was found."""
        return self.found.passage(self.identity, passage_id)

    def fingerprint(self) -> str:
        """The place alone: what stands in the index now, nobody here knows."""
        return self.identity


def choose_reranked(
    hits: Sequence[Hit], scores: Sequence[float], settings: RetrievalSettings
) -> Retrieved:
    """Strictness s keeps what the ranker gives at least s - 1 of 4, as Microsoft translates it."""
    able = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
    able.sort(key=lambda hit: -hit.score)
    best = max((hit.score for hit in able), default=0.0)
    least = settings.strictness - 1
    near = [hit for hit in able if hit.score >= least]
    chosen = choose(near, replace(settings, strictness=1))
    far = tuple(
        Dropped(
            hit=hit,
            reason=DropReason.BELOW_STRICTNESS,
            share_of_best=hit.score / best if best > 0 else 0.0,
        )
        for hit in able
        if hit.score < least
    )
    kept: tuple[Kept, ...] = chosen.kept
    return Retrieved(kept=kept, dropped=(*chosen.dropped, *far))


def _cosine(score: float) -> float:
    """The service tells 1 / (1 + distance), and the distance is 1 - cosine."""
    return max(0.0, 2 - 1 / score) if score > 0 else 0.0


def _hit(passage_id: int, one: FoundThere) -> Hit:
    places = (one.url,) if one.url else ()
    return Hit(
        passage_id=passage_id,
        document_id=passage_id,
        title=one.title or one.key,
        passage=Passage(number=1, text=one.text, places=places),
        score=one.score,
    )
