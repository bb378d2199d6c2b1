"""A space: the folder of one session with its documents and chats, and nobody else's.

The folder is found by the session alone. So no id that a request names can lead into another's.
"""

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.chat.history import History
from dashboard.chat.index import PassageIndex
from dashboard.chat.sessions import KEEP_SECONDS, SessionId

if TYPE_CHECKING:
    from dashboard.chat.sources.libraries import FoundPassages

FOLDER: Final = "chat"
INDEX_FILE: Final = "documents.sqlite"
HISTORY_FILE: Final = "chats.sqlite"
FOUND_FILE: Final = "found.sqlite"
USED_FILE: Final = "used"
MOST_KEPT: Final = 100
"""Spaces whose files stay open, those used last."""


class Space:
    """What one session has here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def documents(self) -> PassageIndex:
        """Its uploaded documents."""
        return PassageIndex(self.folder / INDEX_FILE)

    @cached_property
    def history(self) -> History:
        """Its chats."""
        return History(self.folder / HISTORY_FILE)

    @cached_property
    def found(self) -> "FoundPassages":
        """Passages that a search service told it, for the citations of its chats."""
        from dashboard.chat.sources.libraries import FoundPassages

        return FoundPassages(self.folder / FOUND_FILE)

    def close(self) -> None:
        """Let go of its files; it can be used all the same, only slower."""
        for name in ("documents", "history", "found"):
            if name in self.__dict__:
                getattr(self, name).close()


class Spaces:
    """The spaces of all sessions, in the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / FOLDER
        self._kept: OrderedDict[str, Space] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: SessionId, now: datetime) -> Space:
        """The space of a session, made where there is none; it counts as used now."""
        folder = self._root / session.folder
        is_there = folder.is_dir()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = folder / USED_FILE
        used.touch(mode=0o600)
        os.utime(used, (now.timestamp(), now.timestamp()))
        with self._lock:
            if not is_there:  # deleted from outside, or never made
                self._kept.pop(session.folder, None)
            space = self._kept.setdefault(session.folder, Space(folder))
            self._kept.move_to_end(session.folder)
            dropped = self._kept.popitem(last=False)[1] if len(self._kept) > MOST_KEPT else None
        if dropped is not None:
            dropped.close()
        return space

    def remove(self, session: SessionId) -> None:
        """Delete all that a session has here."""
        with self._lock:
            space = self._kept.pop(session.folder, None)
        if space is not None:
            space.close()
        shutil.rmtree(self._root / session.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of all files."""
        with self._lock:
            kept = list(self._kept.values())
            self._kept.clear()
        for space in kept:
            space.close()

    def remove_unused(self, now: datetime) -> int:
        """Delete the spaces that no session can open any more; how many there were."""
        limit = now.timestamp() - KEEP_SECONDS
        old = [folder for folder in self._folders() if _used_at(folder) < limit]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def mark_cut_off(self) -> int:
        """At the start of the program: answers that were streaming when it ended; how many."""
        cut = 0
        for folder in self._folders():
            if (folder / HISTORY_FILE).exists():
                history = History(folder / HISTORY_FILE)
                cut += history.mark_cut_off()
                history.close()
        return cut

    def _folders(self) -> Iterator[Path]:
        if self._root.is_dir():
            yield from (entry for entry in sorted(self._root.iterdir()) if entry.is_dir())


def _used_at(folder: Path) -> float:
    try:
        return (folder / USED_FILE).stat().st_mtime
    except FileNotFoundError:
        return folder.stat().st_mtime
