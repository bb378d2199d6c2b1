"""An index by words alone, as a library."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.chat.index import Hit, PassageIndex
from dashboard.chat.retrieval import RetrievalSettings, Retrieved, retrieve


@dataclass(frozen=True, slots=True)
class WordLibrary:
    """The bundled catalogue, a session's documents, or a copy of a source."""

    index: PassageIndex

    def retrieve(self, question: str, settings: RetrievalSettings) -> Retrieved:
        """The passages nearest by their words."""
        return retrieve(self.index, question, settings)

    def passage(self, passage_id: int) -> Hit | None:
        """One passage of the index."""
        return self.index.passage(passage_id)

    def fingerprint(self) -> str:
        """Of all its texts."""
        return self.index.fingerprint()
