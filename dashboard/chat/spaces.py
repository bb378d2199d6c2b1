"""A space: the folder of one session with its documents and chats, and nobody else's.

The folder is found by the session alone. So no id that a request names can lead into another's.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from dashboard.chat.history import History
from dashboard.chat.index import PassageIndex
from dashboard.chat.sessions import KEEP_SECONDS, SessionId

FOLDER: Final = "chat"
INDEX_FILE: Final = "documents.sqlite"
HISTORY_FILE: Final = "chats.sqlite"
USED_FILE: Final = "used"


class Space:
    """What one session has here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def documents(self) -> PassageIndex:
        """Its uploaded documents."""
        return PassageIndex(self._folder / INDEX_FILE)

    @cached_property
    def history(self) -> History:
        """Its chats."""
        return History(self._folder / HISTORY_FILE)


class Spaces:
    """The spaces of all sessions, in the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / FOLDER

    def of(self, session: SessionId, now: datetime) -> Space:
        """The space of a session, made where there is none; it counts as used now."""
        folder = self._root / session.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = folder / USED_FILE
        used.touch(mode=0o600)
        os.utime(used, (now.timestamp(), now.timestamp()))
        return Space(folder)

    def remove(self, session: SessionId) -> None:
        """Delete all that a session has here."""
        shutil.rmtree(self._root / session.folder, ignore_errors=True)

    def remove_unused(self, now: datetime) -> int:
        """Delete the spaces that no session can open any more; how many there were."""
        limit = now.timestamp() - KEEP_SECONDS
        old = [folder for folder in self._folders() if _used_at(folder) < limit]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def mark_cut_off(self) -> int:
        """At the start of the program: answers that were streaming when it ended; how many."""
        return sum(
            History(folder / HISTORY_FILE).mark_cut_off()
            for folder in self._folders()
            if (folder / HISTORY_FILE).exists()
        )

    def _folders(self) -> Iterator[Path]:
        if self._root.is_dir():
            yield from (entry for entry in sorted(self._root.iterdir()) if entry.is_dir())


def _used_at(folder: Path) -> float:
    try:
        return (folder / USED_FILE).stat().st_mtime
    except FileNotFoundError:
        return folder.stat().st_mtime
