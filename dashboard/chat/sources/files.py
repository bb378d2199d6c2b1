"""Files of a source as they are listed, and why one of them is not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from dashboard.chat.documents.kinds import KIND_OF_ENDING, KINDS_SHOWN
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.megabytes import megabytes
from dashboard.chat.documents.names import ending_of, shown_name
from dashboard.chat.documents.refusals import Refusal

MOST_LISTED: Final = 10_000
"""So many files of a source are looked at; a larger one is to be narrowed by the operator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """Why a file is not read: `chat.refused.CODE` with its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A file that a source lists.

    Attributes:
        name: what it is called there; text, never a path of ours.
        version: another one means that it changed.
        size: in bytes, as the source says.
        skip: why it is not even asked for.
    """

    name: str
    version: str
    size: int
    skip: Skip | None = None


class Opened(Protocol):
    """A source that is open for reading."""

    def listed(self) -> Iterator[Listed]:
        """All files, in the order of the source. Raises SourceFailed."""
        ...

    def fetch(self, file: Listed, place: Path) -> None:
        """Write a file to a place of ours, never more than one upload may have.

        Raises ChatRefused for this file, SourceFailed where the source itself fails.
        """
        ...


Opening = AbstractContextManager[Opened]


def skip_of(name: str, size: int) -> Skip | None:
    """Why a file need not be asked for, as far as its name and size tell."""
    limits = Limits()
    shown = shown_name(name)
    steps = name.replace("\\", "/").split("/")
    if not name.isprintable() or "" in steps or "." in steps or ".." in steps:
        # On its way to a server such a name would turn into another one.
        return Skip(code="source_bad_name", facts={"name": shown})
    if ending_of(name) not in KIND_OF_ENDING:
        return Skip(code=Refusal.UNKNOWN_KIND, facts={"name": shown, "kinds": KINDS_SHOWN})
    if size == 0:
        return Skip(code=Refusal.EMPTY, facts={"name": shown})
    if size > limits.upload_bytes:
        facts = {"limit": megabytes(limits.upload_bytes), "found": megabytes(size)}
        return Skip(code=Refusal.TOO_LARGE, facts={"name": shown, **facts})
    return None
