"""The copy of a source on this computer: its text as an index, and which file each part is from.

Index and list are two files, and a program can be stopped between them; so the list is put right
when it is opened: a document that no file owns goes, and a file whose document is gone counts as
never read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from dashboard.chat.index import PassageIndex
from dashboard.chat.sources.files import Skip
from dashboard.chat.sources.vectors import Vectors
from dashboard.chat.sqlite_file import SqliteFile

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS file (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    document_id INTEGER,
    skip TEXT
);
CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY CHECK (id = 1), told TEXT NOT NULL);
"""
LAYOUT: Final = 1
SHOWN_SKIPS: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A file as it was read last. document: in the index; None: it was not read, see `skip`."""

    version: str
    document: int | None
    skip: Skip | None


class SourceCopy:
    """What is kept of one source below `folder`, under the identity of the source."""

    def __init__(self, folder: Path, identity: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._place = folder / identity
        self.index = PassageIndex(self._place.with_suffix(".sqlite"))
        self._files = SqliteFile(self._place.with_suffix(".files.sqlite"), SCHEMA, LAYOUT)
        self._put_right()

    @cached_property
    def vectors(self) -> Vectors:
        """The passages as numbers; a file that is made where it is asked for."""
        return Vectors(self._place.with_suffix(".vectors.sqlite"))

    @property
    def has_vectors(self) -> bool:
        """Whether passages were ever turned into numbers."""
        return self._place.with_suffix(".vectors.sqlite").exists()

    def close(self) -> None:
        """Let go of the files."""
        self.index.close()
        self._files.close()
        if "vectors" in self.__dict__:
            self.vectors.close()

    def known(self) -> dict[str, Known]:
        """All files as they were read last, by name."""
        with self._files.connection() as connection:
            rows = connection.execute(
                "SELECT name, version, document_id, skip FROM file"
            ).fetchall()
        return {
            name: Known(version=version, document=document, skip=_skip(skip))
            for name, version, document, skip in rows
        }

    def keep(self, name: str, version: str, document: int | None, skip: Skip | None) -> None:
        """Note how a file was read."""
        told = None if skip is None else json.dumps({"code": skip.code, "facts": dict(skip.facts)})
        with self._files.connection() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO file (name, version, document_id, skip) "
                "VALUES (?, ?, ?, ?)",
                (name, version, document, told),
            )

    def forget(self, name: str, known: Known) -> None:
        """Take a file out with all its words and numbers."""
        if known.document is not None:
            if self.has_vectors:
                self.vectors.forget(self.index.passage_ids(known.document))
            self.index.remove(known.document)
        with self._files.connection() as connection:
            connection.execute("DELETE FROM file WHERE name = ?", (name,))

    def skips(self) -> tuple[int, tuple[Skip, ...]]:
        """How many files were not read, and the first of them with the reason."""
        with self._files.connection() as connection:
            [count] = connection.execute(
                "SELECT count(*) FROM file WHERE skip IS NOT NULL"
            ).fetchone()
            rows = connection.execute(
                "SELECT skip FROM file WHERE skip IS NOT NULL ORDER BY name LIMIT ?", (SHOWN_SKIPS,)
            ).fetchall()
        return count, tuple(found for (told,) in rows if (found := _skip(told)) is not None)

    def sizes(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        documents = self.index.documents()
        return len(documents), sum(one.passages for one in documents)

    def told(self) -> dict[str, Any]:
        """What the last reading said of itself; nothing where there was none."""
        with self._files.connection() as connection:
            row = connection.execute("SELECT told FROM reading").fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    def tell(self, told: Mapping[str, Any]) -> None:
        """Keep what a reading says of itself."""
        with self._files.connection() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO reading (id, told) VALUES (1, ?)", (json.dumps(told),)
            )

    def _put_right(self) -> None:
        there = {one.id for one in self.index.documents()}
        owned = set()
        for name, known in self.known().items():
            if known.document is None:
                continue
            if known.document in there:
                owned.add(known.document)
            else:
                self.forget(name, Known(version="", document=None, skip=None))
        for document in there - owned:
            self.index.remove(document)


def _skip(told: str | None) -> Skip | None:
    if told is None:
        return None
    found = json.loads(told)
    return Skip(code=found["code"], facts=found["facts"])
