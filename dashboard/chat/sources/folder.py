"""A folder of this computer as a source: listed without following a link, read without leaving it.

A link could lead anywhere, and what lies in the folder may be written by people who may not read
everything here. So links are never followed, and a file is checked once more after it was opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.names import shown_name
from dashboard.chat.errors import ChatRefused
from dashboard.chat.sources.calls import SourceFailed
from dashboard.chat.sources.defined import Folder
from dashboard.chat.sources.files import Listed, Skip, skip_of

DEEPEST: Final = 20
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class OpenedFolder:
    """The files below a folder."""

    def __init__(self, folder: Folder) -> None:
        self._root = folder.path

    def listed(self) -> Iterator[Listed]:
        """Files by name, folders with what is in them in between; hidden ones are not told of."""
        yield from self._below(self._root, 0)

    def fetch(self, file: Listed, place: Path) -> None:
        """Copy a file, if it still is the one that was listed and lies in the folder."""
        path = self._root / file.name
        try:
            handle = os.open(path, _FLAGS)
        except OSError:
            raise ChatRefused("source_file_gone", name=shown_name(file.name)) from None
        with os.fdopen(handle, "rb") as stream:
            if not self._is_inside(path, os.fstat(handle)):
                raise ChatRefused("source_link", name=shown_name(file.name))
            place.write_bytes(stream.read(Limits().upload_bytes + 1))

    def _below(self, folder: Path, depth: int) -> Iterator[Listed]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            if folder == self._root:
                raise SourceFailed("source_folder_missing") from None
            return
        for entry in entries:
            name = str(Path(entry.path).relative_to(self._root))
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                skip = Skip(code="source_link", facts={"name": shown_name(name)})
                yield Listed(name=name, version="link", size=0, skip=skip)
            elif entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    yield from self._below(Path(entry.path), depth + 1)
            else:
                yield from _listed(entry, name)

    def _is_inside(self, path: Path, opened: os.stat_result) -> bool:
        """Whether what was opened is a plain file, and is what lies there without any link."""
        try:
            real = path.resolve(strict=True)
            there = real.stat()
        except OSError:
            return False
        same = (there.st_dev, there.st_ino) == (opened.st_dev, opened.st_ino)
        return same and stat.S_ISREG(opened.st_mode) and real.is_relative_to(self._root)


@contextmanager
def open_folder(folder: Folder) -> Iterator[OpenedFolder]:
    """The folder for the time of one reading."""
    yield OpenedFolder(folder)


def _listed(entry: os.DirEntry[str], name: str) -> Iterator[Listed]:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return  # gone since it was listed
    version = f"{found.st_size} {found.st_mtime_ns}"
    if not stat.S_ISREG(found.st_mode):
        skip = Skip(code="source_not_a_file", facts={"name": shown_name(name)})
        yield Listed(name=name, version=version, size=0, skip=skip)
        return
    size = found.st_size
    yield Listed(name=name, version=version, size=size, skip=skip_of(name, size))
