"""Reading a source into its copy: what is new or changed, and nothing twice.

A reading may end anywhere: every file is committed as it is read, and the next one goes on.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboard.chat.documents.names import shown_name
from dashboard.chat.embeddings import Embedded
from dashboard.chat.errors import ChatRefused
from dashboard.chat.sources.calls import SourceFailed
from dashboard.chat.sources.copy import Known, SourceCopy
from dashboard.chat.sources.files import MOST_LISTED, Listed, Opened, Skip
from dashboard.chat.uploads import MOST_DOCUMENTS, add_upload
from dashboard.texts import load_texts

CHUNK_TOKENS: Final = 1024
EMBEDDED_AT_ONCE: Final = 32
OF_THIS_COMPUTER: Final = ("took_too_long", "needs_too_much_memory", "not_started")
"""Reasons of this computer, not of the file: such a file is tried again at the next reading."""


@dataclass(kw_only=True)
class Progress:
    """How far a reading is. listed: None until all is listed."""

    listed: int | None = None
    done: int = 0
    added: int = 0
    unchanged: int = 0
    removed: int = 0
    is_cut: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict[str, Any]:
        """The counts as plain data."""
        names = ("listed", "done", "added", "unchanged", "removed", "is_cut")
        return {name: getattr(self, name) for name in names}


def read_source(
    opened: Opened,
    copy: SourceCopy,
    progress: Progress,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Bring a copy up to date. told: called as the progress moves.

    Raises SourceFailed where the source cannot be read; what was read before stays.
    """
    known = copy.known()
    listed = _listed(opened, progress)
    for name in known.keys() - listed.keys():
        if progress.is_cut:
            break  # it may stand behind what was looked at
        copy.forget(name, known[name])
        progress.removed += 1
    progress.listed = len(listed)
    told()
    documents = copy.sizes()[0]
    for file in listed.values():
        if progress.stop.is_set():
            raise SourceFailed("source_stopped")
        before = known.get(file.name)
        if before is not None and before.version == file.version and not _again(before):
            progress.unchanged += 1
        else:
            documents += _read(file, before, (opened, copy), progress, documents)
        progress.done += 1
        told()


def embed_copy(
    copy: SourceCopy,
    model: str,
    embed: Callable[[Sequence[str]], Embedded],
    stop: threading.Event,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Turn the passages that have no numbers yet into some, a few at a time, each kept at once.

    model: what names the numbers; those of another go. Raises ChatRefused.
    """
    copy.vectors.begin(model)
    there = copy.index.passage_ids()
    known = copy.vectors.known()
    copy.vectors.forget([one for one in known if one not in set(there)])
    missing = [one for one in there if one not in known]
    for start in range(0, len(missing), EMBEDDED_AT_ONCE):
        if stop.is_set():
            raise SourceFailed("source_stopped")
        hits = [copy.index.passage(one) for one in missing[start : start + EMBEDDED_AT_ONCE]]
        some = [hit for hit in hits if hit is not None]
        found = embed([f"{hit.title}\n{hit.passage.text}" for hit in some])
        numbers = {hit.passage_id: row for hit, row in zip(some, found.numbers, strict=True)}
        copy.vectors.add(numbers, found.tokens)
        told()


def _listed(opened: Opened, progress: Progress) -> dict[str, Listed]:
    listed: dict[str, Listed] = {}
    for file in opened.listed():
        if progress.stop.is_set():
            raise SourceFailed("source_stopped")
        if len(listed) >= MOST_LISTED:
            progress.is_cut = True
            break
        listed[file.name] = file
    return listed


def _again(before: Known) -> bool:
    return before.skip is not None and before.skip.code in (*OF_THIS_COMPUTER, "source_beyond")


def _read(
    file: Listed,
    before: Known | None,
    places: tuple[Opened, SourceCopy],
    progress: Progress,
    documents: int,
) -> int:
    """Read one file; by how many the documents of the copy grew."""
    opened, copy = places
    grown = 0
    if before is not None:
        copy.forget(file.name, before)
        grown -= before.document is not None
    skip = file.skip
    if skip is None and documents + grown >= MOST_DOCUMENTS:
        facts = {"name": shown_name(file.name), "most": str(MOST_DOCUMENTS)}
        skip = Skip(code="source_beyond", facts=facts)
    document = None
    if skip is None:
        try:
            document = _added(file, opened, copy)
        except SourceFailed:
            raise
        except ChatRefused as refused:
            skip = Skip(code=refused.code, facts=refused.facts)
    if document is not None:
        progress.added += 1
        grown += 1
    copy.keep(file.name, file.version, document, skip)
    return grown


def _added(file: Listed, opened: Opened, copy: SourceCopy) -> int:
    with tempfile.TemporaryDirectory(prefix="modelcost-") as folder:
        place = Path(folder) / "file"
        opened.fetch(file, place)
        added = add_upload(copy.index, place, file.name, CHUNK_TOKENS, load_texts("en"))
    return int(added["document"])
