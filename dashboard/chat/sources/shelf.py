"""All sources of an installation: which were read, which are being read, and how one is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.chat.endpoints import Endpoint, Endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.chat.sources.calls import MACHINE, SourceFailed, Way
from dashboard.chat.sources.copy import SourceCopy
from dashboard.chat.sources.defined import (
    Container,
    Folder,
    SearchIndex,
    Source,
    source_named,
)

if TYPE_CHECKING:
    from dashboard.chat.sources.files import Opening
    from dashboard.chat.sources.libraries import FoundPassages, Library
    from dashboard.chat.sources.reading import Progress
    from dashboard.chat.sources.search_schema import Mapped

FOLDER: Final = "sources"
REST_SECONDS: Final = 10
"""Between the end of a reading and the next one that a visitor may begin."""
JOIN_SECONDS: Final = 150


@dataclass(kw_only=True)
class Shelf:
    """The sources. Safe from several threads; one reading of a source at a time.

    folder: of the installation's data. way: how services are reached; for tests.
    """

    folder: Path
    endpoints: Endpoints
    way: Way = MACHINE
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _copies: dict[str, SourceCopy] = field(default_factory=dict)
    _readings: dict[str, Progress] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)
    _mapped: dict[str, Mapped] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Source, ...]:
        """As the operator listed them."""
        return self.endpoints.sources

    def named(self, name: str) -> Source:
        """A source that is ready to be read. Raises ChatRefused."""
        return source_named(self.sources, name)

    # --- reading --------------------------------------------------------------------------------

    def begin(self, name: str, now: datetime) -> None:
        """Read a source in a thread of its own, unless it is being read or just was.

        Raises ChatRefused for a source that there is not, or that is not ready.
        """
        source = self.named(name)
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            if source.name in self._readings or self._rests(source, now):
                return
            progress = self._noted(source)
            thread = threading.Thread(target=self._run, args=(source, progress, now), daemon=True)
            self._threads.append(thread)
        thread.start()

    def read(self, name: str, now: datetime, told: Callable[[], None] = lambda: None) -> None:
        """Read a source now, in this thread. Raises ChatRefused with what was wrong."""
        source = self.named(name)
        with self._lock:
            progress = self._noted(source)
        failed = self._run(source, progress, now, told)
        if failed is not None:
            raise failed

    def progress(self, name: str) -> Mapping[str, Any] | None:
        """How far a reading that goes on is; None where there is none."""
        with self._lock:
            found = self._readings.get(name)
        return None if found is None else found.told()

    def failure(self, source: Source) -> Mapping[str, Any] | None:
        """Code and facts of what ended the last reading."""
        told = self.told(source).get("failed")
        return None if told is None else dict(told)

    def told(self, source: Source) -> dict[str, Any]:
        """What the last reading said of itself; nothing where there was none."""
        return self.copy(source).told()

    def copy(self, source: Source) -> SourceCopy:
        """The copy of a source, empty where it was never read."""
        with self._lock:
            if source.identity not in self._copies:
                self._copies[source.identity] = SourceCopy(self.folder / FOLDER, source.identity)
            return self._copies[source.identity]

    # --- asking ---------------------------------------------------------------------------------

    def library(self, name: str, found: Callable[[], FoundPassages]) -> Library:
        """A source as it is asked.

        found: where passages of a search service are kept.
        Raises ChatRefused: there is none of that name, it is not ready, or was never read.
        """
        from dashboard.chat.sources.libraries import HybridLibrary, SearchLibrary
        from dashboard.chat.sources.word_library import WordLibrary

        source = self.named(name)
        embeds = self._embedding_endpoint(source)
        numbers = None if embeds is None else partial(self._numbers, embeds)
        if isinstance(source.holder, SearchIndex):
            return SearchLibrary(
                identity=source.identity,
                index=source.holder,
                service=self._service(source),
                mapped=partial(self.mapped, source),
                found=found(),
                numbers=numbers,
            )
        copy = self.copy(source)
        if not copy.told():
            raise ChatRefused("source_not_read", name=source.label)
        if numbers is not None and copy.has_vectors and copy.vectors.model() == _model_of(embeds):
            return HybridLibrary(index=copy.index, vectors=copy.vectors, numbers=numbers)
        return WordLibrary(copy.index)

    def mapped(self, source: Source, *, anew: bool = False) -> Mapped:
        """The fields of an index, asked of the service once. Raises ChatRefused."""
        with self._lock:
            known = self._mapped.get(source.identity)
        if known is None or anew:
            known = self._service(source).mapped()
            with self._lock:
                self._mapped[source.identity] = known
        return known

    def known_fields(self, source: Source) -> Mapped | None:
        """The fields of an index as they were read; None where they were not."""
        with self._lock:
            return self._mapped.get(source.identity)

    # --- beginning and end ----------------------------------------------------------------------

    def tidy(self) -> int:
        """Delete the copies of sources that the operator took out; how many files that were."""
        wanted = {one.identity for one in self.sources}
        folder = self.folder / FOLDER
        old = [
            file
            for file in (folder.iterdir() if folder.is_dir() else ())
            if file.is_file() and file.name.partition(".")[0] not in wanted
        ]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def close(self) -> None:
        """Stop readings and let go of all files."""
        with self._lock:
            for progress in self._readings.values():
                progress.stop.set()
            threads = list(self._threads)
        for thread in threads:
            thread.join(JOIN_SECONDS)
        with self._lock:
            for copy in self._copies.values():
                copy.close()
            self._copies.clear()

    def _noted(self, source: Source) -> Progress:
        from dashboard.chat.sources.reading import Progress

        progress = Progress()
        self._readings[source.name] = progress
        return progress

    def _rests(self, source: Source, now: datetime) -> bool:
        ended = self.copy(source).told().get("ended_at")
        if ended is None:
            return False
        since = now - datetime.fromisoformat(ended)
        return timedelta(0) <= since < timedelta(seconds=REST_SECONDS)

    def _run(
        self,
        source: Source,
        progress: Progress,
        now: datetime,
        told: Callable[[], None] = lambda: None,
    ) -> ChatRefused | None:
        """One reading, with its end written down whatever it is."""
        failed: ChatRefused | None = SourceFailed("source_stopped")
        try:
            self._bring_up_to_date(source, progress, told)
            failed = None
        except ChatRefused as refused:
            failed = refused
        finally:
            document = {**progress.told(), "ended_at": now.isoformat(), "failed": _failed(failed)}
            with suppress(OSError):
                self.copy(source).tell(document)
            with self._lock:
                self._readings.pop(source.name, None)
        return failed

    def _bring_up_to_date(
        self, source: Source, progress: Progress, told: Callable[[], None]
    ) -> None:
        from dashboard.chat.embeddings import embedded
        from dashboard.chat.sources.reading import embed_copy, read_source

        if isinstance(source.holder, SearchIndex):
            self.mapped(source, anew=True)
            return
        copy = self.copy(source)
        with _opening(source.holder, self.way) as opened:
            read_source(opened, copy, progress, told)
        endpoint = self._embedding_endpoint(source)
        if endpoint is not None:
            embed_copy(copy, _model_of(endpoint), partial(embedded, endpoint), progress.stop, told)

    def _service(self, source: Source) -> Any:
        from dashboard.chat.sources.search_service import SearchService

        assert isinstance(source.holder, SearchIndex)
        return SearchService(source.holder, embeds=source.embeddings is not None, way=self.way)

    def _embedding_endpoint(self, source: Source) -> Endpoint | None:
        return None if source.embeddings is None else self.endpoints.named(source.embeddings)

    def _numbers(self, endpoint: Endpoint, question: str) -> Sequence[float]:
        from dashboard.chat.embeddings import embedded

        return embedded(endpoint, [question]).numbers[0]


def _opening(holder: Folder | Container, way: Way) -> Opening:
    if isinstance(holder, Folder):
        from dashboard.chat.sources.folder import open_folder

        return open_folder(holder)
    from dashboard.chat.sources.blob import open_container

    return open_container(holder, way)


def _model_of(endpoint: Endpoint | None) -> str:
    """Names what numbers were made by."""
    return "" if endpoint is None else f"{endpoint.target.url} {endpoint.embedding_model}"


def _failed(refused: ChatRefused | None) -> dict[str, Any] | None:
    """Code and facts, so that the sentence can be told in any language later."""
    from dashboard.chat.embeddings import EmbeddingFailed

    if refused is None:
        return None
    if isinstance(refused, EmbeddingFailed):
        failure = refused.failure
        return {"code": failure.code, "facts": dict(failure.facts), "endpoint": refused.label}
    return {"code": refused.code, "facts": dict(refused.facts)}
