"""The data sources that one session may ask, by their names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.sources.libraries import Library
from dashboard.chat.sources.shelf import Shelf
from dashboard.chat.sources.word_library import WordLibrary
from dashboard.chat.spaces import Space


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedSources:
    """The bundled catalogue, the session's own documents, and what the operator connected."""

    space: Space
    sample: Callable[[], PassageIndex]
    shelf: Shelf

    def named(self, name: str) -> Library | None:
        """The source of a name; None for `none`.

        Raises ChatRefused: there is none of that name, or it cannot be asked now.
        """
        match name:
            case "sample":
                return WordLibrary(self.sample())
            case "uploads":
                return WordLibrary(self.space.documents)
            case "none":
                return None
            case _:
                return self.shelf.library(name, lambda: self.space.found)

    def get(self, name: str, /) -> Library | None:
        """The same for what was asked before: None where the source cannot be asked any more."""
        with suppress(ChatRefused):
            return self.named(name)
        return None
